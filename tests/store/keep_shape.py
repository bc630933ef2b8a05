"""Keeps a report in the present shape, for the tests of years to come: `python -m tests.store.keep_shape`.

To run once per shape, before it is first released; a shape already released is never kept again.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from selfassess.core.report.report import SHAPE
from selfassess.web.app import create_app
from selfassess.web.report.document_file import documented
from tests.core.report.reviewed import reviewed
from tests.definitions import definitions
from tests.web.conftest import settings_for

KEPT = Path(__file__).parent / "kept"


def made() -> str:
    """The report of a file of four actions, with its documents and a network's reading, as it is stored."""
    return documented(reviewed("petr_four_actions"), definitions()).model_dump_json()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, create_app(settings_for(Path(folder))).app_context():
        (KEPT / f"shape_{SHAPE}.json").write_text(made(), encoding="utf-8")
