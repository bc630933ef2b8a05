"""Hundreds of reports, each judged page by page (`make long`)."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from selfassess.core.report.report import Report
from selfassess.web.report import pdf
from tests.authoring.explore.test_random_files import PLAUSIBLE, UNIFORM
from tests.core.report import files
from tests.core.report.reviewed import reviewed
from tests.fixtures.pdf import CheckPdf
from tests.web.report import sound

EACH, CHUNK = 130, 10
KINDS = ("confirmed", "changed", "longest")


def judged(report: Report, name: str, folder: Path, app: Flask, check_pdf: CheckPdf, **limits: int) -> list[str]:
    path = folder / "report.pdf"
    with app.app_context():
        html, laid = pdf.laid_out(report)
        path.write_bytes(pdf.write(report, laid))
    check_pdf(path)
    return [f"{name}: {fault}" for fault in sound.faults(html, path, **limits)]


@pytest.mark.long
@pytest.mark.parametrize("start", range(0, EACH, CHUNK))
@pytest.mark.parametrize("kind", [UNIFORM, PLAUSIBLE])
def test_generated_reports_are_sound(
    kind: str, start: int, drawing_app: Flask, tmp_path: Path, check_pdf: CheckPdf
) -> None:
    found = []
    for at in range(start, start + CHUNK):
        name = f"{kind}_{at}"
        found += judged(files.report(name), name, tmp_path, drawing_app, check_pdf)
    assert found == []


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", sorted(files.FILES))
def test_reviewed_reports_are_sound(
    name: str, kind: str, drawing_app: Flask, tmp_path: Path, check_pdf: CheckPdf
) -> None:
    longest = kind == "longest"  # a reason of a thousand letters for each category, and as long comments beside answers
    limits = {"pages_most": sound.MOST_PAGES + 2 * longest, "annexes_most": sound.MOST_ANNEXES + longest}
    assert judged(reviewed(name, kind), name, tmp_path, drawing_app, check_pdf, **limits) == []
