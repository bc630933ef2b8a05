"""The definitions themselves: they load, every case holds, every path keeps to its length, and nothing is untried."""

from __future__ import annotations

import re
from functools import cache

import pytest

from selfassess.content.cases import CaseOutcome, coverage, load_cases, run_cases
from selfassess.core.answers.answers import View
from selfassess.core.answers.path import steps
from selfassess.core.definition.condition import leaves
from selfassess.core.definition.typography import typeset
from tests.definitions import QUESTIONS, SLUG, definitions, described_action, edition, every_path, lengths_of

MOST_AT_STAGE_0, MOST_WITHOUT_ACTION, MOST_OUTSIDE, MOST_PAGES = 14, 22, 25, 16


EDITIONS = list(definitions().editions)


@cache
def outcomes(edition_id: str) -> dict[str, CaseOutcome]:
    one = definitions().editions[edition_id]
    placed = load_cases(QUESTIONS, SLUG, one)
    return {each.placed.case.name: each for each in run_cases(definitions(), one, placed)}


def names(edition_id: str) -> list[str]:
    """The names of cases, without reading all that they hold: pytest wants them before the first test."""
    files = (QUESTIONS / SLUG / "editions" / edition_id / "cases").glob("*.yaml")
    return sorted(
        typeset(name) for file in files for name in re.findall(r'^- name: "(.+)"$', file.read_text("utf-8"), re.M)
    )


@pytest.mark.parametrize(("edition_id", "name"), [(one, name) for one in EDITIONS for name in names(one)])
def test_case(edition_id: str, name: str) -> None:
    outcome = outcomes(edition_id)[name]
    assert not outcome.differences, f"{outcome.placed.file}:{outcome.placed.line} {outcome.placed.case.why}"


@pytest.mark.parametrize("edition_id", EDITIONS)
def test_there_are_enough_cases_and_each_says_why(edition_id: str) -> None:
    found = outcomes(edition_id)
    assert names(edition_id) == sorted(found)  # none is left out
    assert len(found) >= 60
    assert [one for one in found.values() if len(one.placed.case.why.split()) < 5] == []


@pytest.mark.parametrize("edition_id", EDITIONS)
def test_nothing_is_left_untried(edition_id: str) -> None:
    assert coverage(definitions(), definitions().editions[edition_id], list(outcomes(edition_id).values())) == []


def test_there_are_twenty_three_devices_and_five_categories() -> None:
    assert len(definitions().devices) == 29
    assert len(edition().typology.categories) + 1 == 5


def test_every_path_keeps_to_its_length() -> None:
    stage = edition().questionnaire.questions["stage"].options[0].id
    without = every_path([])
    assert max(lengths_of(one)[0] for one in without if one.get("stage") == stage) <= MOST_AT_STAGE_0
    known = [one for one in without if one.get("stage") is not None]
    assert max(lengths_of(one)[0] for one in known) <= MOST_WITHOUT_ACTION
    full = every_path([described_action()] * 4)
    assert max(lengths_of(one)[0] for one in full) <= MOST_OUTSIDE
    assert max(lengths_of(one)[1] for one in full) <= MOST_PAGES
    assert len(edition().questionnaire.item.pages) <= 3


def test_every_question_is_asked_on_some_path() -> None:
    asked: set[str] = set()
    others = [{"territory": {"name": "Parc fictif", "type": "pnr"}, "actions": []}]
    early = {**described_action(), "start": "before_any"}
    for answers in (*every_path([early]), *others):
        asked |= {one.id for step in steps(View(edition().questionnaire, answers)) for one in step.questions}
    assert asked == set(edition().questionnaire.every)


def test_every_maturity_dimension_is_fed_by_a_question() -> None:
    for dimension in edition().maturity.dimensions:
        fed = {getattr(leaf.node, "question", None) for level in dimension.levels for leaf in leaves(level.when)}
        assert fed & set(edition().questionnaire.questions), dimension.id


def test_no_device_sentence_serves_more_than_three_devices() -> None:
    seen: dict[str, set[str]] = {}
    for device in definitions().devices:
        for part in (*device.fit, *device.asset, *device.territory, *device.eligible):
            seen.setdefault(part.text, set()).add(device.id)
        for sentence in (device.summary, device.decision, device.in_place, *(one.text for one in device.risks)):
            seen.setdefault(sentence, set()).add(device.id)
    assert {text: names for text, names in seen.items() if len(names) > 3} == {}
