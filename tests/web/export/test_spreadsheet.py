"""No cell of the CSV is rewritten by the spreadsheet that opens it (faults/07)."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from selfassess.content.spreadsheet import run_as_formula, taken_for_a_value
from selfassess.web.export.sheets import sheets
from selfassess.web.settings import ROOT
from tests.definitions import definitions, edition
from tests.desk import a_facilitator, a_network, a_sent_file, log_in
from tests.web.profiles import GROUP, RURAL

FAULT = json.loads((ROOT / "tests/faults/07_csv_in_a_spreadsheet.json").read_text("utf-8"))
CASES = {one["id"]: one for one in FAULT["cases"]}
AIN = {"name": "PETR d’essai", "type": "petr", "departement": "01", "band": "from_50k", "population": 50000}
# What LibreOffice 7.4 turns into something else when it opens a CSV as FAULT["how"] says.
REWRITTEN = """
01 | 2/3 | MARS 1 | 1E5 | 0612345678 | 3-4-24 | 3.4.24 | 1,5 | 1 000 | 1 000 000 | 1,000 | 10 %
10% | 5 € | 5€ | €5 | 10:30 | 1 1/2 | 1/2 | (5) | (5,5) | VRAI | vrai | FAUX | Vrai | 2026-11-03
2026-11-03 14:05 | 1 mars | 1 mars 2024 | mars 2024 | Mars 24 | janv. 3 | 3 janv.
lundi 3 mars 2024 | lun. 3 mars | 1/mars | mars-24 | 12 décembre | décembre 12 | déc. 12 | mai 2
août 2 | 1e5 | 1E+5 | 1,5e3 | 123456789012345678901 | 1234567890123456 | 10:30:15 | 10:30 PM | 10 PM
24:00 | 31/12/99 | 2-mars-2024 | ,5 | 5, | 1 234,56 | 00 | 0 | 1.2.3 | 13/10 | 24-02-03 | 1 3/4
2026-11-03T14:05 | 1:2:3,5 | 1 E5 | 1E 5 | 1 e-5 | 1,5 E + 3 | 1 000 E3 | 1 E5
"""
LIBREOFFICE = [one.strip() for line in REWRITTEN.strip().splitlines() for one in line.split("|")]
EXCEL = ["3-4", "TRUE", "false", "1-mars", "1.5", "11/2026", "2026-11", "$5", "5 EUR", "May 2", "12 dec", "1 2/3", "½"]
TEXTS = [
    "",
    "Étape 2",
    "1 = 1",
    "a@b.example",
    "12e arrondissement",
    "Mars",
    "10 communes",
    "3 visites en mars",
    "E5",
    "v2",
]


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    """Where a file is in which those things were typed: 01, and CASES."""
    cells = {"stage": CASES["7b"]["cell"], "budget": CASES["7d"]["cell"], "label": "1E5"}
    with app.app_context():
        network = a_network()
        actions = [{**one, "label": text} for one, text in zip(RURAL[GROUP], cells.values(), strict=False)]
        a_sent_file(network, {**RURAL, "territory": AIN, GROUP: actions}, cells)
        client = app.test_client()
        log_in(client, a_facilitator(network))
    return client


def rows(desk: FlaskClient, sheet: str) -> list[dict[str, str]]:
    raw = desk.get(f"/reseau/export/{sheet}.csv").data.decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(raw), delimiter=";"))
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]]


def test_07_cells_leave_as_they_were_typed(desk: FlaskClient) -> None:
    typed = [CASES["7b"]["cell"], CASES["7d"]["cell"], "1E5"]
    [row] = rows(desk, "dossiers")
    assert (row["Département (code)"], row["Département"]) == ("'01", "Ain")
    named = [one["Nom de l'action"] for one in rows(desk, "actions")][:3]
    assert named == [f"'{text}" for text in typed]
    assert [one["Commentaire"] for one in rows(desk, "commentaires")] == named
    file = desk.get("/reseau/export.json").json["files"][0]
    assert [one["label"] for one in file["answers"][GROUP]][:3] == typed
    assert list(file["comments"].values()) == typed
    assert file["answers"]["territory"]["departement"] == "01"
    dictionary = desk.get("/reseau/export/dictionnaire.csv").data.decode("utf-8-sig")
    assert "apostrophe" in dictionary
    assert "2/3" in dictionary
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", row["Envoyé le"])


def test_07_nothing_else_that_leaves_is_rewritten(desk: FlaskClient) -> None:
    """Every cell of a row of each sheet is a text left alone, a number of a column of numbers, or a date."""
    for sheet in sheets(definitions()):
        for name, cell in rows(desk, sheet.slug)[0].items():
            numbers = sheet.slug == "maturite" or name in {"Habitants (INSEE)", "Action"}
            if not (name.endswith(" le") or numbers):
                assert cell.startswith("'") or not taken_for_a_value(cell), (name, cell)


@pytest.mark.parametrize("text", [*LIBREOFFICE, *EXCEL, " 5 ", "5\u00a0000", "mars\u00a01", "１/２"])
def test_07_what_a_spreadsheet_rewrites(text: str) -> None:
    assert taken_for_a_value(text)


@pytest.mark.parametrize("text", ["+33612345678", "=1+1", "-5", "@A1"])
def test_07_what_it_runs(text: str) -> None:
    assert run_as_formula(text)


def test_07_words_stay() -> None:
    ours = [one.text for question in edition().questionnaire.every.values() for one in question.options]
    ours += [one.title for one in definitions().devices]
    assert [one for one in [*TEXTS, *ours] if taken_for_a_value(one)] == []
