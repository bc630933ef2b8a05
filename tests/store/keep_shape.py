"""Keeps a report in the present shape, for the tests of years to come: `python -m tests.store.keep_shape`.

To run once per shape, before it is first released; a shape already released is never kept again.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from selfassess.core.report.report import SHAPE
from selfassess.web.app import create_app
from selfassess.web.report.document_file import documented, led
from tests.core.report.reviewed import reviewed
from tests.definitions import definitions
from tests.web.conftest import settings_for

KEPT = Path(__file__).parent / "kept"


def made() -> str:
    """The report of a file of four actions, a network's reading that leads, the documents of both, as it is stored."""
    report = documented(reviewed("petr_four_actions"), definitions())
    assert report.review is not None
    assert report.review.page is not None
    page = report.review.page.model_copy(update={"documents": led(report, definitions())})
    review = report.review.model_copy(update={"page": page})
    return report.model_copy(update={"review": review}).model_dump_json()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, create_app(settings_for(Path(folder))).app_context():
        (KEPT / f"shape_{SHAPE}.json").write_text(made(), encoding="utf-8")
