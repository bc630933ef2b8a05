"""Steps as they can be done from a day: in their season, before an end, or dropped and said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from selfassess.core.definition.device import Device, DeviceStep, Programme
from selfassess.core.definition.doors import Entry
from selfassess.core.definition.typography import NBSP
from selfassess.core.report.calendar_steps import planned, season_after
from tests.definitions import definitions

DAY = date(2026, 11, 29)
OPEN, UNKNOWN = Entry("open"), Entry("not_known")
FEBRUARY = Entry("expected", month=2, year=2027)


def device(*steps: tuple[str, str, str, tuple[int, int] | None], **changes: Any) -> Device:
    told = tuple(
        DeviceStep.model_validate({"text": f"{text}.", "within": within, "does": does, "season": season})
        for text, within, does, season in steps
    )
    raw = {"text": "Le programme d’essai", "ends": "2027-12-31", "with": "la région", "sources": ["S1"]}
    programme = Programme.model_validate({**raw, "projects_end": changes.pop("projects_end", None)})
    return definitions().devices[0].model_copy(update={"steps": told, "programme": programme, **changes})


def spans(tried: Device, entry: Entry, day: date = DAY) -> tuple[list[tuple[str, str]], int]:
    """Each step kept (its span, its words without the date before them), and how many are dropped."""
    steps, dropped = planned(definitions().texts.steps, tried, entry, day)
    told = [(one.within, one.text.split(f"{NBSP}: ")[-1].rstrip(".")) for one in steps]
    return [(within, text[0].upper() + text[1:]) for within, text in told], len(dropped)


def test_a_step_without_season_stays_in_its_span() -> None:
    tried = device(("Écrivez", "30d", "prepare", None), ("Rencontrez", "18m", "prepare", None))
    assert spans(tried, OPEN) == ([("30d", "Écrivez"), ("18m", "Rencontrez")], 0)


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2026, 11, 29), "18m"), (date(2027, 4, 1), "6m"), (date(2027, 9, 20), "30d"), (date(2027, 10, 1), "18m")],
)
def test_a_season_moves_a_step_to_the_span_it_is_in(day: date, expected: str) -> None:
    assert spans(device(("Inscrivez", "6m", "prepare", (9, 9))), OPEN, day) == ([(expected, "Inscrivez")], 0)


def test_a_season_after_that_of_the_step_before_is_of_the_same_round() -> None:
    """On 29 November a festival ends tomorrow: who signs up in September welcomes it the next autumn."""
    tried = device(("Inscrivez", "6m", "prepare", (9, 9)), ("Accueillez", "18m", "prepare", (10, 11)))
    assert spans(tried, OPEN) == ([("18m", "Inscrivez"), ("18m", "Accueillez")], 0)


def test_who_applies_waits_for_the_call() -> None:
    tried = device(("Déposez", "18m", "apply", None), call="needed")
    assert spans(tried, FEBRUARY) == ([("6m", "Déposez")], 0)
    assert spans(tried, UNKNOWN) == ([], 1)
    assert spans(tried, Entry("over", year=2028)) == ([], 1)
    (step,), _ = planned(definitions().texts.steps, tried, FEBRUARY, DAY)
    assert step.text == "D’ordinaire avant le 28\xa0février\xa02027\xa0: déposez.", (
        "nobody has read the day of a call to come"
    )
    assert spans(tried, Entry("open", closes=date(2026, 12, 10))) == ([("30d", "Déposez")], 0)


def test_who_applies_is_told_the_day_the_last_call_read_closed_on() -> None:
    """A later one, such as the end of the month, would make people miss it."""
    call = next(one for one in definitions().doors.calls if one.id == "erasmus_short")
    tried = device(("Déposez", "18m", "apply", None), call="needed")
    steps, _ = planned(definitions().texts.steps, tried, Entry("expected", month=2, year=2027, call=call), DAY)
    assert [one.until for one in steps] == [date(2027, 2, 19)]


def test_none_carries_out_what_no_call_can_give() -> None:
    tried = device(("Déposez", "6m", "apply", None), ("Menez", "18m", "carry_out", None), call="needed")
    assert spans(tried, UNKNOWN) == ([], 2)
    assert spans(tried, OPEN) == ([("6m", "Déposez"), ("18m", "Menez")], 0)


def test_none_applies_after_the_last_call_nor_goes_past_the_last_day_of_projects() -> None:
    """The step is told to end before the last day, or dropped once the span begins after it."""
    tried = device(("Déposez", "18m", "apply", None), ("Menez", "18m", "carry_out", None), projects_end="2029-09-30")
    steps, dropped = planned(definitions().texts.steps, tried, OPEN, DAY)
    assert steps[0].text == "Avant le 31\xa0décembre\xa02027\xa0: déposez."
    assert [one.until for one in steps] == [date(2027, 12, 31), None]
    assert (len(steps), len(dropped)) == (2, 0)
    later = planned(definitions().texts.steps, tried, OPEN, date(2027, 9, 1))
    assert [one.text for one in later[0]] == ["Menez."]
    assert "2027" in later[1][0]
    assert spans(tried, OPEN, date(2040, 1, 1)) == ([], 2)


def test_a_season_may_run_over_the_new_year() -> None:
    assert season_after((11, 2), date(2027, 1, 15)) == (date(2026, 11, 1), date(2027, 2, 28))
    assert season_after((11, 2), date(2027, 3, 1)) == (date(2027, 11, 1), date(2028, 2, 29))


def test_the_first_and_the_last_days_there_are_have_their_seasons() -> None:
    assert season_after((1, 1), date.max) == (date.max, date.max)
    assert season_after((11, 2), date.max)[1] >= date.max
    assert season_after((11, 2), date.min)[0] <= date.min <= season_after((11, 2), date.min)[1]
    tried = device(("Visitez", "6m", "prepare", (9, 9)), ("Écrivez", "30d", "prepare", None))
    for day in (date.min, date(9999, 12, 15), date.max):
        steps, dropped = planned(definitions().texts.steps, tried, OPEN, day)
        assert len(steps) + len(dropped) == 2
