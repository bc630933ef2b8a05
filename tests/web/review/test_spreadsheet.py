"""No cell of the CSV is rewritten by the spreadsheet that opens it (faults/07)."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from flask import Flask

from selfassess.web.review.spreadsheet import run_as_formula, taken_for_a_value
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


def rows(app: Flask, cells: dict[str, str]) -> tuple[dict[str, str], dict[str, Any], str]:
    """What comes out of a file where those things were typed: the row, the file in JSON, the dictionary."""
    with app.app_context():
        network = a_network()
        comments = dict(zip(("stage", "budget", "label"), cells.values(), strict=False))
        actions = [{**one, "label": text} for one, text in zip(RURAL[GROUP], cells.values(), strict=False)]
        a_sent_file(network, {**RURAL, "territory": AIN, GROUP: actions}, comments)
        client = app.test_client()
        log_in(client, a_facilitator(network))
    table = list(csv.reader(io.StringIO(client.get("/reseau/export.csv").data.decode("utf-8-sig")), delimiter=";"))
    return (
        dict(zip(table[0], table[1], strict=True)),
        client.get("/reseau/export.json").json["files"][0],
        client.get("/reseau/dictionnaire.csv").data.decode("utf-8-sig"),
    )


def test_07_cells_leave_as_they_were_typed(app: Flask) -> None:
    typed = {"7b": CASES["7b"]["cell"], "7d": CASES["7d"]["cell"], "other": "1E5"}
    row, file, dictionary = rows(app, typed)
    assert row[CASES["7a"]["column"]] == "01 – Ain", CASES["7a"]["expected"]
    named = [row[f"Action {at} – nom"] for at in (1, 2, 3)]
    assert named == [f"'{text}" for text in typed.values()]
    short = edition().questionnaire.every
    remarks = [row[f"{short[name].short} – commentaire"] for name in ("stage", "budget", "label")]
    assert remarks == named
    assert [one["label"] for one in file["answers"][GROUP]] == list(typed.values())
    assert list(file["comments"].values()) == list(typed.values())
    assert file["answers"]["territory"]["departement"] == "01"
    assert "apostrophe" in dictionary
    assert "2/3" in dictionary
    assert row["Habitants"] == "50000"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", row["Envoyé le"])


def test_07_nothing_else_that_leaves_is_rewritten(app: Flask) -> None:
    """Every cell of a whole row is a text left alone, a number of a column of numbers, or a date of one of dates."""
    row, _, _ = rows(app, {"a": "x"})
    numbers = {"Habitants", f"{edition().questionnaire.group.short} – nombre"}
    for name, cell in row.items():
        if not name.endswith(" le") and name not in numbers:
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
