"""What would change a verdict, tried on the engine: verified, as small as can be, said for all below « maintenant »."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from selfassess.core.counterfactual import MOST_MOVES, Trial, counterfactual
from selfassess.core.device import VERDICTS, Verdict
from selfassess.core.reading import read_file
from tests.core.test_exploring import KINDS, explorer
from tests.definitions import definitions, edition, files

MANY, PARTS = 10_000, 20

# An example is a whole file: shrinking one takes minutes and tells little.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60, phases=PHASES)


def verdicts(answers: dict[str, Any]) -> dict[str, Verdict]:
    return {one.device.id: one.verdict for one in read_file(edition(), definitions().devices, answers).advices}


def trial(answers: dict[str, Any]) -> Trial:
    devices = definitions().devices
    return Trial(read_file(edition(), devices, answers))


def verify(answers: dict[str, Any]) -> None:
    """Each device below « maintenant » has what would change it, or the answers that bar or miss; what was searched
    holds when the whole engine reads the file again."""
    tried = trial(answers)
    for advice in tried.reading.advices:
        found = counterfactual(tried, advice)
        if advice.verdict == "maintenant":
            assert found is None
            continue
        assert found is not None
        assert found.moves or found.refs, advice.device.id
        assert len(found.moves) <= MOST_MOVES
        if found.moves:
            # Answers left on an abandoned branch are no part of what was read: a stage would bring them back.
            moved = {**tried.reading.view.answers, **{one.question: one.after for one in found.moves}}
            assert verdicts(moved)[advice.device.id] == found.verdict
            assert VERDICTS.index(found.verdict or "non_ouvert") < VERDICTS.index(advice.verdict)


@QUIET
@given(files())
def test_every_device_below_now_has_one_and_the_engine_agrees(answers: dict[str, Any]) -> None:
    verify(answers)


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_on_ten_thousand_files_too(part: int) -> None:
    """Half uniform, half plausible, the files that `questions explore` makes."""
    each = MANY // PARTS // len(KINDS)
    for kind in KINDS:
        for at in range(part * each, (part + 1) * each):
            verify(explorer().answers(kind, at))


@settings(QUIET, max_examples=15)
@given(files())
def test_no_smaller_change_would_do(answers: dict[str, Any]) -> None:
    """Every set of fewer answers, on every question that may be raised, tried by the whole engine."""
    tried = trial(answers)
    found = [(one, counterfactual(tried, one)) for one in tried.reading.advices]
    wanted = next(((one, said) for one, said in found if said and len(said.moves) > 1), None)
    if wanted is None:
        return
    advice, said = wanted
    questions = {one.question for one in said.moves}
    choices = [tried.raised(one) for one in questions]
    for count in range(1, len(said.moves)):
        for few in combinations(choices, count):
            for moves in product(*few):
                moved = {**answers, **{one.question: one.after for one in moves}}
                verdict = verdicts(moved)[advice.device.id]
                assert verdict == "a_verifier" or VERDICTS.index(verdict) >= VERDICTS.index(advice.verdict)
