"""Each invariant holds, and breaks on the answers it names once the rule it guards is gone."""

from __future__ import annotations

import re
from functools import cache

import pytest

from selfassess.authoring.explore.invariant_checker import InvariantChecker
from selfassess.authoring.explore.invariants import Invariant
from selfassess.content.exploring import load_exploring
from selfassess.core.answers.answers import read
from tests.authoring.explore.mutations import ENGINE, altered, rewritten
from tests.definitions import QUESTIONS, SLUG, definitions, edition

FILES = [QUESTIONS / SLUG / "editions" / edition().id / "invariants.yaml", QUESTIONS / SLUG / "invariants.yaml"]
# Their ids, without reading all that the files hold: pytest wants them before the first test.
NAMES = [name for file in FILES for name in re.findall(r"^  - id: (\w+)$", file.read_text("utf-8"), re.M)]
LEAST = 30


@cache
def invariants() -> dict[str, Invariant]:
    return {one.id: one for one in load_exploring(QUESTIONS, definitions(), edition())[1].invariants}


def breaks(invariant: Invariant, checker: InvariantChecker) -> bool:
    answers, faults = read(edition().questionnaire, invariant.broken_by.answers)
    assert not faults
    return bool(checker.broken(checker.read(answers)))


def test_there_are_enough_and_each_guards_a_rule_of_the_files_or_of_the_engine() -> None:
    assert list(invariants()) == NAMES  # none is left out
    assert len(NAMES) >= LEAST
    assert {one.broken_by.engine for one in invariants().values() if one.broken_by.engine} == set(ENGINE)


@pytest.mark.parametrize("name", NAMES)
def test_it_breaks_once_its_rule_is_removed(name: str) -> None:
    invariant = invariants()[name]
    assert not breaks(invariant, InvariantChecker(definitions(), edition(), [invariant]))
    if invariant.broken_by.engine is None:
        assert breaks(invariant, InvariantChecker(*altered(invariant.broken_by.rule), [invariant]))
        return
    with pytest.MonkeyPatch.context() as patch:
        rewritten(patch, *ENGINE[invariant.broken_by.engine])
        assert breaks(invariant, InvariantChecker(definitions(), edition(), [invariant]))
    assert not breaks(invariant, InvariantChecker(definitions(), edition(), [invariant]))  # the engine is whole again
