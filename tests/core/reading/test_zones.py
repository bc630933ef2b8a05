"""Interreg by département: the programmes of each of the 101, and what the engine works out from them."""

from __future__ import annotations

from typing import Any

import pytest

from selfassess.core.answers.answers import View, read
from selfassess.core.answers.in_words import quote
from selfassess.core.definition.condition import Ref
from selfassess.core.reading.entry import device_title, programmes_of, to_confirm
from selfassess.core.reading.reading import read_file
from tests.definitions import definitions, edition

# What doors.md gives, part B1, département by département: cross-border and overseas, the Eurorégion apart.
WITHIN = {
    **dict.fromkeys(["02", "08", "51", "59", "60", "62", "80"], ("fwvl",)),
    **dict.fromkeys(["54", "55", "57"], ("grande_region",)),
    **dict.fromkeys(["67", "68"], ("rhin",)),
    **dict.fromkeys(["01", "25", "39", "90"], ("france_suisse",)),
    **dict.fromkeys(["04", "05", "73"], ("alcotra",)),
    "74": ("france_suisse", "alcotra"),
    "06": ("alcotra", "marittimo"),
    **dict.fromkeys(["2A", "2B", "83"], ("marittimo",)),
    **dict.fromkeys(["09", "31", "65", "66"], ("poctefa",)),
    "64": ("poctefa", "eurna"),
    **dict.fromkeys(["16", "17", "19", "23", "24", "33", "40", "47", "79", "86", "87"], ("eurna",)),
    **dict.fromkeys(["971", "972"], ("caraibes",)),
    "973": ("caraibes", "amazonie"),
    "974": ("ocean_indien",),
    "976": ("ocean_indien", "mozambique"),
}
TO_CONFIRM = {"88": ("grande_region",)}
OVERSEAS = ("971", "972", "973", "974", "976")
METROPOLITAN = [f"{one:02}" for one in range(1, 96) if one != 20]
EVERY = [*METROPOLITAN, "2A", "2B", *OVERSEAS]


def view(**territory: Any) -> View:
    questionnaire = edition().questionnaire
    answers, faults = read(questionnaire, {"territory": {"name": "Territoire fictif", **territory}})
    assert faults == []
    return View(questionnaire, answers)


def of_a_zone(given: View) -> dict[str, bool]:
    """The programmes that are not of a transnational space."""
    within = given.questionnaire.doors.programmes_in(given.departements)
    return {one.id: within[one.id] for one in definitions().doors.programmes
            if one.kind != "transnational" and one.id in within}  # fmt: skip  # reads as one


def test_there_are_a_hundred_and_one() -> None:
    assert len(EVERY) == len(set(EVERY)) == 101
    assert set(EVERY) <= set(definitions().doors.departements.regions)


@pytest.mark.parametrize("code", EVERY)
def test_the_programmes_of_a_departement(code: str) -> None:
    given = view(departement=code)
    sure, doubtful = WITHIN.get(code, ()), TO_CONFIRM.get(code, ())
    assert of_a_zone(given) == dict.fromkeys(sure, True) | dict.fromkeys(doubtful, False)
    expected: str | None = "far"
    if doubtful:
        expected = None
    elif sure == ("eurna",):
        expected = "euroregion"
    elif sure:
        expected = "overseas" if code in OVERSEAS else "adjacent"
    assert given.zone == expected


@pytest.mark.parametrize(
    ("territory", "expected"),
    [
        ({"departements": ["04", "83"]}, ("alcotra", "marittimo")),  # a park
        ({"departement": ["30", "48"]}, ()),
        ({"departement": "01", "departements": ["38", "73"]}, ("france_suisse", "alcotra")),
        ({"code": "D6AE"}, ("rhin",)),  # Alsace
        ({"code": "R94"}, ("marittimo",)),
        ({"code": "R93", "type": "region"}, ("alcotra", "marittimo")),
        ({"name": "Hauts-de-France", "type": "region"}, ("fwvl",)),
        ({"name": "Région Normandie"}, ()),
        ({"code": "E200067106", "departement": "64"}, ("poctefa", "eurna")),  # Pays basque, in 64 and 40 in part
        ({"departement": "978"}, ("caraibes",)),
    ],
)
def test_one_of_its_departements_is_enough(territory: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert tuple(of_a_zone(view(**territory))) == expected


def test_a_group_over_several_departements_lies_in_each() -> None:
    several = definitions().doors.departements.several
    groups = [code for code in several if code.startswith("E")]
    assert len(groups) == 90  # 88 EPCI and 2 bodies of the Grand Paris, under which its communes are filed
    assert view(code=groups[0], departement=several[groups[0]][1]).departements == several[groups[0]]


@pytest.mark.parametrize(
    ("territory", "told"),
    [
        ({"code": "R53", "departement": "64"}, ("answers.territory.departement", "departement_elsewhere")),
        ({"departement": "999"}, ("answers.territory.departement", "unknown_departement")),
        ({"departement": ["01", "1"]}, ("answers.territory.departements.1", "unknown_departement")),
        ({"departements": ["01", "20"]}, ("answers.territory.departements.1", "unknown_departement")),
        ({"departements": "01"}, ("answers.territory.departements", "not_departements")),
        ({"departements": []}, ("answers.territory.departements", "not_departements")),
        ({"departement": 1}, ("answers.territory.departement", "not_a_text")),
    ],
)
def test_a_departement_that_is_none_is_told(territory: dict[str, Any], told: tuple[str, str]) -> None:
    _, faults = read(edition().questionnaire, {"territory": {"name": "Territoire fictif", **territory}})
    assert [(one.path, one.code) for one in faults] == [told]


def verdicts(**answers: Any) -> dict[str, str]:
    reading = read_file(edition(), definitions(), answers)
    return {one.device.id: one.verdict for one in reading.advices}


def test_an_answer_given_wins() -> None:
    nord, allier = ({"name": "Territoire fictif", "departement": one} for one in ("59", "03"))
    assert verdicts(territory=allier)["int_a"] == "non_ouvert"
    assert verdicts(territory=allier, border="near")["int_a"] != "non_ouvert"
    assert verdicts(territory=nord)["int_a"] != "non_ouvert"
    assert verdicts(territory=nord, border="far")["int_a"] == "non_ouvert"
    for silent in ({}, {"border": "unknown"}):
        assert verdicts(territory=nord, **silent) == verdicts(territory=nord, border="adjacent")


def test_the_euroregion_opens_small_projects_only() -> None:
    found = verdicts(territory={"name": "Territoire fictif", "departement": "33"})
    assert found["int_a"] == "non_ouvert"
    assert found["int_micro"] != "non_ouvert"


def test_a_doubtful_departement_is_to_check() -> None:
    found = verdicts(territory={"name": "Territoire fictif", "departement": "88"})
    assert found["int_a"] in {"a_verifier", "pas_maintenant"}
    given, devices = view(departement="88"), {one.id: one for one in definitions().devices}
    programme = programmes_of(definitions().doors, devices["int_a"], given)[0]
    assert programme.id == "grande_region"
    assert to_confirm(definitions().doors, programme, given)
    assert device_title(definitions().doors, devices["int_a"], given)[0] == devices["int_a"].title


def test_what_is_worked_out_is_no_missing_answer_and_rests_on_the_territory() -> None:
    place = {"name": "Territoire fictif", "departements": ["04", "83"]}
    reading = read_file(edition(), definitions(), {"territory": place})
    assert Ref("border") not in reading.missing
    advice = next(one for one in reading.advices if one.device.id == "int_a")
    door = next(one for one in advice.reasons if one.kind == "door")
    assert door.refs == (Ref("territory"),)
    assert quote(reading.view, door.refs[0]).answer is not None
    without = read_file(edition(), definitions(), {"territory": {"name": "Territoire fictif"}})
    assert Ref("border") in without.missing


def test_without_a_territory_either_answer_would_tell_the_zone() -> None:
    reading = read_file(edition(), definitions(), {})
    advice = next(one for one in reading.advices if one.device.id == "int_a")
    door = next(one for one in advice.reasons if one.kind == "door")
    assert (door.favourable, door.refs) == ("unknown", (Ref("border"), Ref("territory")))


@pytest.mark.parametrize(
    ("codes", "title"),
    [
        (["59"], "Interreg France-Wallonie-Vlaanderen, en micro-projet"),
        (["06"], "Interreg France-Italie ALCOTRA ou Interreg Italie-France Marittimo, en micro-projet"),
        (["35"], "Interreg transfrontalier, en micro-projet"),
    ],
)
def test_a_device_is_named_after_the_programmes(codes: list[str], title: str) -> None:
    device = next(one for one in definitions().devices if one.id == "int_micro")
    assert device_title(definitions().doors, device, view(departements=codes))[0] == title
