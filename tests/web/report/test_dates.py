"""What a sheet rests on, a call past and a programme ended, as they are read in the report."""

from __future__ import annotations

from datetime import date

from flask import Flask
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from selfassess.core.definition.typography import typeset
from selfassess.core.report.report import Report
from selfassess.web.report import pdf
from tests.core.report import files

LATE = date(2029, 6, 1)


def drawn(app: Flask, report: Report) -> HTMLParser:
    with app.app_context():
        return HTMLParser(pdf.laid_out(report)[0])


def test_a_sheet_says_what_it_rests_on_and_what_to_ask(drawing_app: Flask) -> None:
    report = files.report_of(files.WHOLE, day=LATE)
    page = drawn(drawing_app, report)
    sheets = page.css(".rp-sheet")
    assert len(sheets) == len(report.sheets)
    for name, sheet in zip(report.sheets, sheets, strict=True):
        device, text = report.device(name), sheet.text()
        assert all(note.text in text for note in device.dated)
        assert (device.rests_on or "") in text
        assert "Fiche relue" not in text
        if name != report.page_one.slots[-1].device:  # the shorter sheet of the one to leave
            assert len(device.verify) <= 1
            assert all(line in text for line in device.verify)


def test_every_date_is_beside_the_figures_of_its_device(drawing_app: Flask) -> None:
    report = files.report_of(files.WHOLE, day=LATE)
    told = {one.css_first("strong").text(): one.text() for one in drawn(drawing_app, report).css(".rp-told")}
    for device in report.devices:
        text = told[typeset(device.short)]
        assert [note.short in text for note in device.dated] == [True] * len(device.dated)
    assert {note.kind for device in report.devices for note in device.dated} == {"call", "programme"}
