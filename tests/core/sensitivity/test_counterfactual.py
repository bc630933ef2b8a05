"""What would change a verdict, tried on the engine: verified, as small as can be, said for all below « maintenant »."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from selfassess.core.definition.verdicts import VERDICTS, Verdict
from selfassess.core.reading.reading import read_file
from selfassess.core.sensitivity.counterfactual import (
    MOST_MOVES,
    Move,
    Trial,
    counterfactual,
)
from tests.authoring.explore.test_random_files import KINDS, explorer
from tests.definitions import definitions, edition, files

MANY, PARTS = 10_000, 20

# An example is a whole file: shrinking one takes minutes and tells little.
FEW = (11, 15, 52, 97, 138, 183)  # among them, files whose unknown answers hide a smaller change
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60, phases=PHASES)


def verdicts(answers: dict[str, Any]) -> dict[str, Verdict]:
    return {one.device.id: one.verdict for one in read_file(edition(), definitions(), answers).advices}


def trial(answers: dict[str, Any]) -> Trial:
    return Trial(read_file(edition(), definitions(), answers))


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
        to_ask = any(one.kind == "door" and one.favourable == "unknown" and not one.refs for one in advice.reasons)
        assert found.moves or found.refs or to_ask, advice.device.id
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


def smaller(tried: Trial) -> list[str]:
    """Changes of the means that better a verdict for sure, and ask fewer answers than what was found, or as few of
    less rise: every set of at most two, tried one by one."""
    kept = []
    choices = [moves for one in sorted(tried.levers) if (moves := tried.raised(one))]
    for advice in tried.reading.advices:
        found = counterfactual(tried, advice)
        if found is None or found.kind in {"question", "charge", "souhait"} or advice.verdict == "non_ouvert":
            continue
        most = (len(found.moves), rise(tried, found.moves)) if found.kind == "levier" else (MOST_MOVES, 0)
        for count in (1, 2):
            for moves in (some for few in combinations(choices, count) for some in product(*few)):
                verdict = tried.verdict(advice, moves)
                better = verdict != "a_verifier" and VERDICTS.index(verdict) < VERDICTS.index(advice.verdict)
                if better and (count, rise(tried, moves)) < most:
                    kept.append(f"{advice.device.id}: {moves}, found {found.moves}")
    return kept


def rise(tried: Trial, moves: tuple[Move, ...]) -> int:
    return sum(tried.raised(one.question).index(one) for one in moves)


@pytest.mark.parametrize("kind", KINDS)
def test_no_smaller_change_would_do(kind: str) -> None:
    for at in FEW:
        assert not smaller(Trial(read_file(edition(), definitions(), explorer().answers(kind, at))))


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_no_smaller_change_would_do_at_length(part: int) -> None:
    for at in range(part * 20, part * 20 + 20):
        for kind in KINDS:
            assert not smaller(Trial(read_file(edition(), definitions(), explorer().answers(kind, at))))
