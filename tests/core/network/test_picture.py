"""Counts are right against a recount from the reports themselves, and nothing shown outside tells fewer than five."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import product

import pytest

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


def given_outside(counts: tuple[int, ...]) -> tuple[int | None, ...]:
    rows = tuple(PictureRow(str(at), "", (), count) for at, count in enumerate(counts))
    [part] = outside([PicturePart("", (PictureGroup("x", "", "", rows, alone=True),))])
    return tuple(one.count for one in part.groups[0].rows)


@pytest.mark.parametrize("rows", [1, 2, 3, 4])
def test_outside_no_hidden_count_can_be_found(rows: int) -> None:
    """By who knows the total and how counts are hidden: each hidden count could be another one."""
    could_be: dict[tuple[int, tuple[int | None, ...]], list[tuple[int, ...]]] = {}
    for counts in product(range(1, 13), repeat=rows):
        could_be.setdefault((sum(counts), given_outside(counts)), []).append(counts)
    for (total, shown), every in could_be.items():
        assert all(count is None or count >= FEWEST for count in shown)
        if max(max(one) for one in every) < 12:
            told = [at for at, count in enumerate(shown) if count is None and len({one[at] for one in every}) == 1]
            assert not told, (total, shown, every)


def test_outside_several_answers_hide_each_by_itself() -> None:
    rows = tuple(PictureRow(str(at), "", (), at) for at in range(1, 8))
    [part] = outside([PicturePart("", (PictureGroup("x", "", "", rows),))])
    assert [one.count for one in part.groups[0].rows] == [None] * 4 + [5, 6, 7]


def test_outside_names_nobody_and_leaves_out_what_a_region_would_tell(groups: dict[str, PictureGroup]) -> None:
    [part] = outside([PicturePart("", tuple(groups.values()))])
    assert "departement" in groups
    assert {one.id for one in part.groups} == {*groups} - {"departement"}
    assert not any(row.files for one in part.groups for row in one.rows)
