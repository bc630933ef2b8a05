"""What a network has to do this month: seasons, delays, and who may act together, against our definitions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from selfassess.core.network.month import LATE, Month, month_of
from selfassess.core.network.summary import DeviceSummary, FileSummary, FollowedFile
from selfassess.core.review.acts import CLARIFICATION, SUBMITTED, VALIDATED
from tests.definitions import definitions

DAY = date(2026, 12, 1)
ERASMUS = "erasmus"


def device(**more: object) -> DeviceSummary:
    return DeviceSummary.model_validate({"verdict": "a_preparer", "entry": "open", **more})


def followed(name: str, state: str = SUBMITTED, days: int = 1, departement: str = "35", **more: object) -> FollowedFile:
    reading = {
        "name": name, "departement": departement, "edition": "2026-2",
        "day": (DAY - timedelta(days=days)).isoformat(), "term": "t", "title": "t",
        "principal": (), "categories": {}, "confidence": "forte", "maturity": {}, "case": None, "devices": {},
        "answers": {}, **more,
    }  # fmt: skip  # what each test changes comes last
    return FollowedFile(f"PAT-{name}", name, state, DAY - timedelta(days=days), FileSummary.model_validate(reading))


def test_a_door_in_season_names_those_advised_and_those_who_miss_one_thing() -> None:
    files = [
        followed("A", devices={ERASMUS: device(advised=2)}),
        followed("B", devices={ERASMUS: device(lacks="une délibération"), "leader": device(advised=1)}),
        followed("told to open nothing", devices={ERASMUS: device(lacks="une délibération")}),
        followed("C", devices={ERASMUS: device(left=True)}),
        followed("D", devices={ERASMUS: device(advised=1, alive=True)}),
    ]
    [season] = month_of(definitions(), files, DAY).seasons
    assert (season.device.id, season.entry.month, season.entry.year) == (ERASMUS, 2, 2027)
    assert [one.name for one in season.advised] == ["A"]
    assert [(one.name, lacks) for one, lacks in season.near] == [("B", "une délibération")]


def test_a_door_is_in_season_only_near_its_call() -> None:
    """Its last call closed on 19 February: not the day after, nor more than four months before."""
    files = [followed("A", devices={ERASMUS: device(advised=1)})]
    months = {
        day.month
        for day in (date(2026, month, 20) for month in range(1, 13))
        if month_of(definitions(), files, day).seasons
    }
    assert months == {1, 10, 11, 12}


def test_a_programme_is_a_door_only_where_it_lies() -> None:
    """Each territory has the doors of its own département."""
    files = [followed(code, departement=code, devices={"int_micro": device(advised=1)}) for code in ("59", "35", "67")]
    for season in month_of(definitions(), files, DAY).seasons:
        assert season.entry.call
        assert season.entry.call.programme
        assert "35" not in {one.name for one in season.advised}


@pytest.mark.parametrize("state", [SUBMITTED, CLARIFICATION, VALIDATED])
def test_who_is_awaited_and_for_how_long(state: str) -> None:
    files = [followed("A", state, LATE.days), followed("B", state, LATE.days + 1), followed("C", state, 40)]
    found = month_of(definitions(), files, DAY)
    late = [one.name for one in (*found.unread, *found.unanswered)]
    assert late == ([] if state == VALIDATED else ["B", "C"])
    assert [one.name for one in found.reviewed] == (["A", "B"] if state == VALIDATED else [])
    assert not (found.unread and found.unanswered)
    touched = FollowedFile("PAT-X", "X", SUBMITTED, DAY, followed("X", days=LATE.days + 1).reading)
    assert month_of(definitions(), [touched], DAY).unread  # what its network does to it is not an answer


def test_three_that_seek_the_same_may_act_together() -> None:
    sought = {ERASMUS: device(wanted=True), "horizon": device(left=True), "jum_react": device(alive=True, advised=1)}
    files = [followed(name, devices=sought, answers={"wish": ["italy"], "axis_to_feed": ["unknown"]}) for name in "ABC"]
    found = {(one.question, one.sought): one for one in month_of(definitions(), files, DAY).together}
    assert set(found) == {("", ERASMUS), ("wish", "italy")}
    assert [one.name for one in found["", ERASMUS].files] == ["A", "B", "C"]
    assert [ERASMUS in door.devices for door in found["", ERASMUS].doors] == [True]
    assert not month_of(definitions(), files[:2], DAY).together


def test_a_network_without_a_file() -> None:
    found = month_of(definitions(), [], DAY)
    assert found == Month((), (), (), (), ())
