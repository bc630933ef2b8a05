"""Counts are right against a recount from the reports themselves, and nothing shown outside tells fewer than five."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfassess.core.network.picture import FEWEST, PictureGroup, PicturePart, PictureRow, outside, picture_of
from selfassess.core.network.summary import FollowedFile, summarised
from selfassess.core.report.report import Report
from selfassess.core.report.slots import advised
from selfassess.core.review.acts import SUBMITTED
from tests.core.report import files
from tests.definitions import definitions, edition

NAMES = [
    "twinning_and_project",
    "longest",
    "early",
    "unknown",
    "exchange_founder",
    *(f"plausible_{at}" for at in range(6)),
]


def followed(name: str) -> FollowedFile:
    answers = files.FILES[name] if name in files.FILES else files.report(name).origin.answers  # type: ignore[union-attr]
    reading = summarised(definitions(), edition(), files.report(name), answers, "Bretagne")
    return FollowedFile(name, name, SUBMITTED, date(2026, 12, 1), reading)


@pytest.fixture(scope="module")
def groups() -> dict[str, PictureGroup]:
    parts = picture_of(definitions(), [followed(name) for name in NAMES], {"38": "Isère"})
    return {one.id: one for part in parts for one in part.groups}


def counted(group: PictureGroup) -> Counter[str]:
    for row in group.rows:
        assert row.count == len(row.files)
        assert [one.name for one in row.files] == [name for name in NAMES if name in {one.name for one in row.files}]
    return Counter({one.key: one.count or 0 for one in group.rows})


def test_counts_are_those_of_the_reports(groups: dict[str, PictureGroup]) -> None:
    reports: list[Report] = [files.report(name) for name in NAMES]
    categories = Counter(one.id for report in reports for one in report.categories if one.verdict == "assigned")
    assert counted(groups["categories"]) == categories
    assert counted(groups["device-advised"]) == Counter(name for report in reports for name in advised(report))
    assert counted(groups["device-alive"]) == Counter(d.id for report in reports for d in report.devices if d.in_place)
    left = Counter(report.page_one.slots[-1].device for report in reports if report.page_one.slots)
    left.pop(None, None)
    assert counted(groups["device-left"]) == left
    assert not set(counted(groups["device-left"])) & {"nothing"}
    for one in reports[0].maturity:
        levels = Counter(
            str(d.low) if d.low == d.high else "between"
            for report in reports
            for d in report.maturity
            if d.id == one.id
        )
        assert counted(groups[f"maturity-{one.id}"]) == levels
    cases = Counter(report.service.title for report in reports)
    titles = {one.label: one.count for one in groups["case"].rows}
    assert all(cases[title] == count for title, count in titles.items())


def test_answers_are_those_given(groups: dict[str, PictureGroup]) -> None:
    origins = [files.report(name).origin for name in NAMES]
    given_axes = Counter(
        axis for origin in origins if origin for axis in origin.answers.get("axes", ()) if axis != "unknown"
    )
    assert counted(groups["answer-axes"]) == given_axes
    assert {one.id for one in groups.values() if one.id.startswith("answer-")} >= {
        f"answer-{name}" for name in definitions().network.pictured
    }


def test_rows_are_in_the_order_of_definitions(groups: dict[str, PictureGroup]) -> None:
    order = [one.id for one in definitions().devices]
    keys = [one.key for one in groups["device-advised"].rows]
    assert keys == sorted(keys, key=order.index)
    assert [one.key for one in groups["maturity-governance"].rows if one.key.isdigit()] == sorted(
        one.key for one in groups["maturity-governance"].rows if one.key.isdigit()
    )


@given(st.lists(st.integers(1, 12), max_size=8), st.booleans())
def test_outside_nothing_tells_fewer_than_five(counts: list[int], alone: bool) -> None:
    """Not even by taking what is shown away from the total."""
    rows = tuple(PictureRow(str(at), "", (), count) for at, count in enumerate(counts))
    [part] = outside([PicturePart("", (PictureGroup("x", "", "", rows, alone),))])
    [group] = part.groups
    shown = [one.count for one in group.rows if one.count is not None]
    assert all(count >= FEWEST for count in shown)
    hidden = [count for row, count in zip(group.rows, counts, strict=True) if row.count is None]
    assert not any(one.files for one in group.rows)
    if alone and len(counts) > 1:
        assert len(hidden) != 1
    assert all(count >= FEWEST for count in hidden) is (not hidden)
