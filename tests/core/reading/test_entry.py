"""Entry: whether one can apply on a given day, in each of its states, and past every date of the files."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from selfassess.core.answers.answers import View
from selfassess.core.definition.device import Device
from selfassess.core.definition.doors import Call, Doors, Entry, InterregProgramme
from selfassess.core.reading.entry import entry
from tests.definitions import definitions, edition

TODAY = date(2026, 11, 29)
ENDS = date(2027, 12, 31)


def device(name: str, **changes: Any) -> Device:
    return next(one for one in definitions().devices if one.id == name).model_copy(update=changes)


def view(*codes: str) -> View:
    place = {"name": "Territoire fictif", "departements": list(codes)} if codes else {"name": "Territoire fictif"}
    return View(edition().questionnaire, {"territory": place})


def call(**given: Any) -> Call:
    raw = {"id": "tried", "devices": ["erasmus"], "text": "L’appel d’essai", "contact": "afd", "sources": ["S1"]}
    return Call.model_validate({**raw, **given})


def of(*calls: Call, day: date = TODAY, ends: date | None = None) -> Entry:
    """The entry of a device that needs these calls; its programme ends on that day, if it does."""
    programme = {"text": "Le programme", "ends": ends, "with": "l’équipe", "sources": ["S1"]}
    raw = device("erasmus", call="needed").model_dump(by_alias=True)
    tried = Device.model_validate({**raw, "programme": programme if ends else None})
    return entry(Doors(calls), tried, view(), day)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 6, 1), "later"),
        (date(2026, 9, 9), "later"),
        (date(2026, 9, 10), "expected"),  # opens in four months to the day
        (date(2027, 1, 9), "expected"),
        (date(2027, 1, 10), "open"),
        (date(2027, 3, 1), "open"),
        (date(2027, 3, 2), "not_known"),
    ],
)
def test_an_announced_call(day: date, kind: str) -> None:
    found = of(call(opens=date(2027, 1, 10), closes=date(2027, 3, 1)), day=day)
    assert found.kind == kind
    assert found.contact == "afd"
    assert (found.opens, found.month) == (None if kind == "not_known" else date(2027, 1, 10), None)


@pytest.mark.parametrize(
    ("day", "kind"),
    [(date(2026, 10, 31), "later"), (date(2026, 11, 1), "expected"), (date(2027, 3, 1), "expected"),
     (date(2027, 3, 2), "not_known")],
)  # fmt: skip  # days side by side
def test_a_call_of_which_the_opening_was_not_read_is_never_told_open(day: date, kind: str) -> None:
    assert of(call(closes=date(2027, 3, 1)), day=day).kind == kind


def test_a_continuous_call_is_open_until_it_closes() -> None:
    assert of(call(continuous=True)).kind == "open"
    until = call(continuous=True, closes=date(2029, 6, 30))
    assert of(until, day=date(2029, 6, 30)).closes == date(2029, 6, 30)
    assert of(until, day=date(2029, 7, 1)).kind == "not_known"


def test_what_is_open_at_any_time_is_not_known_once_nobody_has_looked_for_two_years() -> None:
    doors = Doors((call(continuous=True),), read_on=TODAY)
    tried = device("erasmus", call="needed", programme=None)
    assert entry(doors, tried, view(), date(2028, 11, 29)).kind == "open"
    after = entry(doors, tried, view(), date(2028, 11, 30))
    assert (after.kind, after.contact) == ("not_known", "afd")


YEARLY = {"closes": date(2025, 2, 19), "earlier": [date(2024, 2, 20)], "yearly": True}


@pytest.mark.parametrize(
    ("day", "kind", "year"),
    [
        (date(2025, 3, 1), "later", 2026),
        (date(2025, 10, 19), "expected", 2026),
        (date(2026, 2, 19), "expected", 2026),
        (date(2026, 2, 20), "later", 2027),
        (date(2026, 10, 18), "later", 2027),
        (TODAY, "expected", 2027),
        (date(2027, 2, 19), "expected", 2027),
        (date(2027, 2, 20), "not_known", None),  # the last one known is more than two years old
    ],
)
def test_a_yearly_call(day: date, kind: str, year: int | None) -> None:
    found = of(call(**YEARLY), day=day)
    assert (found.kind, found.month, found.year) == (kind, 2 if year else None, year)


def test_no_call_is_expected_after_its_programme() -> None:
    assert of(call(**YEARLY), ends=date(2027, 2, 19)).kind == "expected"
    assert of(call(**YEARLY), ends=date(2027, 2, 18)) == Entry("over", year=2028, call=call(**YEARLY), contact="afd")


def test_a_call_to_come_is_worth_more_than_a_past_one() -> None:
    past, last = call(closes=date(2026, 6, 1)), call(closes=date(2026, 7, 1), last=True)
    assert of().kind == "not_known"
    assert of(past).kind == "not_known"
    assert of(past, ends=ENDS, day=date(2028, 1, 1)).kind == "over"
    assert (of(past, last, ends=ENDS).kind, of(past, last, ends=ENDS).year) == ("over", 2028)
    assert of(past, last, call(continuous=True)).kind == "open"
    two = of(
        call(opens=date(2027, 3, 1), closes=date(2027, 9, 1)), call(opens=date(2027, 2, 1), closes=date(2027, 9, 2))
    )
    assert two.opens == date(2027, 2, 1)


def test_a_call_that_only_helps_to_pay_closes_nothing() -> None:
    closed = (call(closes=date(2026, 6, 1)),)
    for needs, kind in (("needed", "not_known"), ("helps", "open"), (None, "open")):
        assert entry(Doors(closed), device("erasmus", call=needs), view(), TODAY).kind == kind


def test_a_device_without_a_call_ends_with_its_programme() -> None:
    leader = device("leader", call=None)
    assert leader.programme is not None
    ends = leader.programme.ends
    assert entry(definitions().doors, leader, view(), ends).kind == "open"
    after = entry(definitions().doors, leader, view(), date(ends.year + 1, 1, 1))
    assert (after.kind, after.year) == ("over", None)  # « plus d'appel avant 2028 » says nothing in 2028


def programme(name: str, **changes: Any) -> InterregProgramme:
    found = next(one for one in definitions().doors.programmes if one.id == name)
    return found.model_copy(update=changes)


def test_the_best_of_several_programmes_counts_and_all_are_listed() -> None:
    open_ = call(devices=["int_micro"], programme="marittimo", continuous=True)
    doors = Doors((open_,), (programme("alcotra"), programme("marittimo")))
    found = entry(doors, device("int_micro"), view("06"), TODAY)
    assert (found.kind, found.programmes, found.call) == ("open", ("alcotra", "marittimo"), open_)
    assert entry(doors, device("int_micro"), view("04"), TODAY).kind == "not_known"
    assert entry(doors, device("int_micro"), view("04"), TODAY).contact == "js_alcotra"


def test_a_programme_to_confirm_is_never_told_open() -> None:
    tried = programme("grande_region")
    doors = Doors((call(devices=["int_micro"], programme="grande_region", continuous=True),), (tried,))
    assert entry(doors, device("int_micro"), view("57"), TODAY).kind == "open"
    doubtful = entry(doors, device("int_micro"), view("88"), TODAY)
    assert (doubtful.kind, doubtful.contact) == ("not_known", "js_grande_region")
    assert entry(doors, device("int_micro"), view("88", "57"), TODAY).kind == "open"


@pytest.mark.parametrize(
    ("name", "codes", "kind", "year"),
    [
        ("erasmus", (), "expected", 2027),
        ("horizon", (), "later", None),
        ("urb_part", (), "not_known", None),
        ("urb_lead", (), "not_known", None),
        ("cerv_res", (), "not_known", None),  # one year read
        ("cd_cle", (), "not_known", None),
        ("cd_ficol", (), "not_known", None),  # the last one is more than two years old
        ("int_micro", ("67",), "open", None),
        ("int_micro", ("59",), "not_known", None),
        ("int_a", ("31",), "not_known", None),  # calls of functional areas may remain
        ("int_b", (), "over", 2028),  # Interreg Europe, alone without a region
        ("int_b", ("69",), "not_known", None),
    ],
)
def test_what_the_files_say_today(name: str, codes: tuple[str, ...], kind: str, year: int | None) -> None:
    found = entry(definitions().doors, device(name, call="needed"), view(*codes), TODAY)
    assert (found.kind, found.year) == (kind, year)
    if name == "erasmus":
        assert (found.month, found.contact) == (2, "agence_erasmus")


def test_past_every_date_nothing_opens() -> None:
    for one in definitions().devices:
        for codes in ((), ("59",), ("06",), ("976",), ("33",)):
            found = entry(definitions().doors, one, view(*codes), date(2040, 1, 1))
            assert found.kind in ({"over", "not_known"} if one.call == "needed" else {"over", "open"}), one.id
            if one.call is None and one.programme is not None:
                assert found.kind == "over", one.id
    for name in ("int_a", "int_b"):
        assert entry(definitions().doors, device(name), view("59"), date(2040, 1, 1)).kind == "over"
    over = entry(definitions().doors, device("erasmus", call="needed"), view(), date.max)
    assert (over.kind, over.year) == ("over", None)
