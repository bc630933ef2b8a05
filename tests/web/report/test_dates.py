"""An old sheet, a call past and a programme ended, as they are read in the report."""

from __future__ import annotations

from datetime import date

from flask import Flask
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from selfassess.core.answers.in_words import contracted
from selfassess.core.report.report import Report
from selfassess.web.report import pdf
from tests.core.report import files

LATE = date(2029, 6, 1)


def drawn(app: Flask, report: Report) -> HTMLParser:
    with app.app_context():
        return HTMLParser(pdf.laid_out(report)[0])


def test_an_old_sheet_says_whom_to_ask(drawing_app: Flask) -> None:
    report = files.report_of(files.WHOLE, day=LATE)
    page = drawn(drawing_app, report)
    sheets = page.css(".rp-sheet")
    assert len(sheets) == len(report.sheets)
    for name, sheet in zip(report.sheets, sheets, strict=True):
        device, text = report.device(name), sheet.text()
        assert all(note.text in text for note in device.dated)
        body = contracted(f"auprès de {device.check_with}")
        if name == report.page_one.slots[-1].device:  # the shorter sheet of the one to leave
            assert f"notre estimation, à vérifier {body}." in text
        else:
            assert "Coût, à vérifier" in text
            assert not device.funding or f"Financement, à vérifier {body}." in text


def test_every_date_is_beside_the_figures_of_its_device(drawing_app: Flask) -> None:
    report = files.report_of(files.WHOLE, day=LATE)
    told = drawn(drawing_app, report).css(".rp-told")
    for device, text in zip(report.devices, (one.text() for one in told), strict=True):
        assert [f"({note.short})" in text for note in device.dated] == [True] * len(device.dated)
    assert {note.kind for device in report.devices for note in device.dated} == {"stale", "call", "programme"}


def test_a_sheet_just_read_again_is_not_softened(drawing_app: Flask) -> None:
    text = drawn(drawing_app, files.report_of(files.WHOLE)).css_first(".rp-sheets").text()
    assert "Coût, à vérifier" not in text
    assert "Financement, à vérifier" not in text
