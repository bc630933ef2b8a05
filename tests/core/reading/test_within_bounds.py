"""What keeps points and levels within bounds, and what is compared in its order: each rule, at its limit."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from selfassess.core.answers.answers import View
from selfassess.core.definition.condition import Ask
from selfassess.core.definition.device import Points
from selfassess.core.reading.available_means import gather
from selfassess.core.reading.profile import profile
from selfassess.core.reading.reading import read_file
from selfassess.core.reading.usefulness import serve
from selfassess.core.report.comparison import compare, tried
from tests.core.report import files
from tests.definitions import definitions, edition

TEXTS = definitions().texts.comparison

TRUE = Ask(question="posts", in_=("under_half",))
GIVEN = {"posts": "under_half"}


def view(answers: dict[str, Any]) -> View:
    return View(edition().questionnaire, answers, edition().typology.conditions)


@pytest.mark.parametrize(
    ("points", "counted"),
    [((), 0), ((1,), 1), ((1, 1), 1), ((3,), 1), ((-1,), -1), ((-2,), -2), ((-2, -1), -2), ((-2, -2, 1), -2),
     ((1, -1), 0), ((3, -2), 1)],
)  # fmt: skip
def test_a_territory_counts_from_two_points_less_to_one_more(points: tuple[int, ...], counted: int) -> None:
    signs = tuple(Points(points=one, when=TRUE, text="Vu.") for one in points)
    device = definitions().devices[0].model_copy(update={"territory": signs})
    assert serve(edition().means, view(GIVEN), device).territory == counted


@pytest.mark.parametrize(
    ("days", "posts", "level", "quoted"),
    [
        ("under_5", "under_half", (0, 0), {"staff_days"}),  # the cap is over what there is: nothing to do with it
        ("from_5", "under_half", (1, 1), {"staff_days", "posts"}),  # at the cap: no more would count
        ("over_80", "under_half", (1, 1), {"staff_days", "posts"}),
        ("over_80", "half_to_one", (2, 2), {"staff_days", "posts"}),
        ("over_80", "one_to_two", (3, 3), {"staff_days"}),
        ("over_80", None, (1, 3), {"staff_days", "posts"}),  # a cap that may hold
        (None, "under_half", (0, 1), {"staff_days", "posts"}),
    ],
)
def test_a_cap_is_quoted_when_it_holds_the_level(
    days: str | None, posts: str | None, level: tuple[int, int], quoted: set[str]
) -> None:
    seen = view({name: one for name, one in (("staff_days", days), ("posts", posts)) if one})
    found = gather(edition().means, definitions().rules.living, seen, profile(edition().typology, seen)).available[
        "time"
    ]
    assert (found.low, found.high) == level
    assert {ref.question for ref in found.refs} == quoted


def test_two_readings_are_compared_in_the_order_of_the_later_one() -> None:
    """What only the former has comes last; what is compared is never turned round."""
    before = files.report("twinning_and_project")
    first, second, *others = before.categories
    moved = [one.model_copy(update={"verdict_text": f"{one.verdict_text}, relue"}) for one in others]
    new = first.model_copy(update={"id": "new", "title": "Nouvelle"})
    levels = tuple(one.model_copy(update={"high": one.top + 1}) for one in before.maturity[::-1])
    other = files.report("open")
    devices = tuple(one.model_copy(update={"verdict_text": "Autre"}) for one in before.devices)
    after = before.model_copy(update={"categories": (*moved[::-1], new, second), "maturity": levels, "devices": devices,
                                      "service": other.service, "page_one": other.page_one})  # fmt: skip
    titles = [*[one.title for one in others[::-1]], "Nouvelle", second.title, first.title]
    for found in (compare(TEXTS, before, after, (), edition()), tried(TEXTS, before, after, edition())):
        listed = [one for one in found.categories if one.title != second.title]
        assert [one.title for one in listed] == [one for one in titles if one != second.title]
        assert (listed[0].before, listed[0].after) != (listed[0].after, listed[0].before)
        assert [bool(one.before) for one in listed[-2:]] == [False, True]
        assert [bool(one.after) for one in listed[-2:]] == [True, False]
    compared = compare(TEXTS, before, after, (), edition())
    assert [one.title for one in compared.categories] == titles
    assert [one.title for one in compared.maturity] == [one.title for one in levels]
    assert [one.title for one in compared.devices] == ["Option\u00a01", "Option\u00a02", "Option\u00a03"]
    for slot, line in zip(before.page_one.slots, compared.devices, strict=True):
        assert line.before == f"{slot.place}\u00a0: {slot.title or slot.text}"
    for slot, line in zip(other.page_one.slots, compared.devices, strict=True):
        assert line.after == f"{slot.place}\u00a0: {slot.title or slot.text}"
    parts = (compared.categories, compared.maturity, (compared.service,), compared.devices)
    assert compared.changed == tuple(one for part in parts for one in part if one.before != one.after)
    assert all(any(one in compared.changed for one in part) for part in parts)
    found = tried(TEXTS, before, after, edition())
    told = (found.first, found.categories, found.devices, found.profile)
    assert found.changed == tuple(one for part in told for one in part if one.before != one.after)
    assert all(any(one in found.changed for one in part) for part in told)


def test_devices_are_listed_by_verdict_then_rank() -> None:
    advices = read_file(edition(), definitions(), files.FILES["petr_four_actions"]).advices
    assert len({one.verdict for one in advices}) > 2
    for one, other in pairwise(advices):
        if one.verdict == other.verdict:
            assert one.rank >= other.rank
