"""What the sheet of an Interreg device says of the territory's own programmes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from selfassess.core.reading.decision import decide
from selfassess.core.reading.reading import read_file
from selfassess.core.report.compose import build
from selfassess.core.report.report import DevicePart
from tests.definitions import definitions, edition


def sheet(name: str, **territory: Any) -> DevicePart:
    answers = {"territory": {"name": "Territoire fictif", **territory}}
    reading = read_file(edition(), definitions(), answers)
    report = build(definitions(), reading, decide(definitions(), reading, date(2026, 11, 29)), answers, {})
    return next(one for one in report.devices if one.id == name)


def paid(name: str, **territory: Any) -> str:
    return (sheet(name, **territory).funding or "").replace("\u00a0", " ").replace("’", "'")


def test_the_sheet_says_what_the_programme_of_the_territory_pays() -> None:
    said = paid("int_micro", departement="59")
    assert "Interreg France-Wallonie-Vlaanderen : un micro-projet était payé à 100 %" in said
    assert "Le troisième appel ne porte que sur l'eau" in said
    assert "ALCOTRA" not in said


@pytest.mark.parametrize("name", ["ALCOTRA", "Marittimo"])
def test_of_two_programmes_it_names_both(name: str) -> None:
    assert name in paid("int_a", departements=["04", "83"])


def test_a_zone_or_a_region_to_confirm_says_whom_to_ask() -> None:
    assert "Interreg Grande Région : votre présence dans la zone est à confirmer auprès du secrétariat." in paid(
        "int_a", departement="88"
    )
    assert "Interreg Mer du Nord : votre région est à vérifier auprès du programme." in paid("int_b", departement="76")
    assert "à confirmer" not in paid("int_a", departement="57")


def test_the_sheet_names_its_secretariat_and_its_programme() -> None:
    found = sheet("int_micro", departement="67")
    assert found.title == "Interreg Rhin supérieur, en micro-projet"
    assert found.entry == "open"
    assert any("Rhin supérieur" in one.name for one in found.contacts)


def test_what_bars_quotes_the_departement() -> None:
    found = sheet("int_a", departement="03")
    assert found.verdict == "non_ouvert"
    assert found.change is not None
    assert "département 03" in found.change.text.replace("\u00a0", " ")
    assert any("département 03" in one.text.replace("\u00a0", " ") for one in found.reasons if one.side == "against")


def test_a_zone_in_doubt_is_asked_of_the_secretariat_where_the_question_is_not_asked() -> None:
    """The draft does not ask about the border where the directory says the département."""
    newest = list(definitions().editions.values())[-1]
    answers = {"territory": {"name": "Territoire fictif", "type": "epci", "departement": "88"}}
    reading = read_file(newest, definitions(), answers)
    report = build(definitions(), reading, decide(definitions(), reading, date(2026, 11, 29)), answers, {})
    doors = [one for one in report.devices if one.id == "int_a" for one in one.reasons if "zone" in one.text]
    assert ["Contact : Le secrétariat" in one.text.replace("\u00a0", " ") for one in doors] == [True]
