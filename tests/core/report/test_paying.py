"""What is left to pay: from the rate that was read and the band, for the budget of the year that comes."""

from __future__ import annotations

from datetime import date

import pytest

from selfassess.core.answers.answers import View
from selfassess.core.report.paying import Cost, left_to_pay
from tests.definitions import definitions, edition

AUTUMN, SPRING = date(2026, 11, 30), date(2026, 3, 2)


def told(device: str, level: int, band: str = "LA BANDE", day: date = AUTUMN, departement: str = "35") -> str:
    known = definitions()
    view = View(edition().questionnaire, {"territory": {"name": "X", "type": "epci", "departement": departement}})
    sheet = next(one for one in known.devices if one.id == device)
    return left_to_pay(known.texts.page_one.paying, known.doors, sheet, view, Cost(level, band), "LE CONTACT", day)


@pytest.mark.parametrize(
    ("device", "level", "said"),
    [
        ("leader", 1, "20 % du coût au minimum, soit 400 à 2\u202f000 € par an"),
        ("leader", 0, "20 % du coût au minimum, soit moins de 400 € par an"),
        ("leader", 3, "20 % du coût au minimum, soit 10\u202f000 € ou plus par an"),
        ("fonds", 1, "avancer 25 % de l'aide"),
        ("erasmus", 0, "rien à payer en principe"),
        ("erasmus", 0, "avancer 20 % de l'aide"),
        ("anim", 0, "LA BANDE, à prévoir au budget 2027"),
        ("cd_bilat", 2, "est à demander au CONTACT"),
    ],
)
def test_what_is_left_to_pay(device: str, level: int, said: str) -> None:
    assert said.replace("\u202f", " ") in told(device, level).replace("\u202f", " ").replace("\u00a0", " ").replace(
        "’", "'"
    )


def test_the_programme_of_the_territory_gives_its_rate() -> None:
    assert "40 % du coût au minimum" in told("int_a", 2, departement="59").replace("\u00a0", " ")
    assert "à demander au" in told("int_a", 2, departement="01"), "no rate was read there"


def test_the_year_is_that_of_the_next_budget() -> None:
    assert "budget 2027" in told("anim", 0, day=AUTUMN)
    assert "budget 2026" in told("anim", 0, day=SPRING)
