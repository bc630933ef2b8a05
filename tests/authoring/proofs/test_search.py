"""Search proves by leaving branches: what is left for settled must be settled, whatever answers come after."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import pytest

from selfassess.authoring.checks.condition_checks import CheckedEdition
from selfassess.authoring.checks.every_condition import uses_of
from selfassess.authoring.proofs.device_proofs import device_space, gives
from selfassess.authoring.proofs.proofs import written_for
from selfassess.authoring.proofs.prover import Proofs, Prover
from selfassess.authoring.proofs.search import (
    Answers,
    EvenDraws,
    Outcome,
    drawn,
    search,
)
from selfassess.core.definition.condition import IsReading, evaluate
from selfassess.core.definition.verdicts import VERDICTS
from tests.definitions import definitions, edition

DEVICES = {device.id: device for device in definitions().devices}
FEW, MANY = 4, 40
PLACE = {"territory", "border"}


def prover() -> Prover:
    return Prover(CheckedEdition(definitions(), edition()), Proofs())


def less(random: Random, answers: Answers) -> dict[str, Any]:
    """The same file with some answers withdrawn."""
    group, kept = edition().questionnaire.group.id, random.random()
    found = {name: value for name, value in answers.items() if random.random() < kept}
    if group in found:
        found[group] = [{name: one for name, one in item.items() if random.random() < kept} for item in found[group]]
    return found


def check_device(name: str, times: int) -> None:
    random, lots, found, device = Random(name), EvenDraws(len(name)), prover(), DEVICES[name]  # noqa: S311
    space = device_space(found, device)
    for _ in range(times):
        whole = drawn(space, lots)
        part = less(random, whole)
        for verdict in VERDICTS:
            test = gives(found, device, verdict)
            if test(space.view(part)) is False and not space.wavers(space.view(part)):  # as the search goes on
                assert not test(space.view(whole)), (verdict, part, whole)


@pytest.mark.parametrize("name", sorted(DEVICES))
def test_a_verdict_left_aside_is_never_given(name: str) -> None:
    check_device(name, FEW)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(DEVICES))
def test_a_verdict_left_aside_is_never_given_at_length(name: str) -> None:
    check_device(name, FEW * MANY)


def test_a_condition_settled_stays_so() -> None:
    random, lots, found = Random(7), EvenDraws(7), prover()  # noqa: S311
    for use in uses_of(found.checked):
        if not written_for(found.checked, use):
            continue
        space = found.space([use.condition], item=use.item)
        test = found.test(use.condition, item=use.item)
        for _ in range(FEW):
            whole = drawn(space, lots)
            settled, early = test(space.view(whole)), test(space.view(less(random, whole)))
            # A territory may have no département, or one whose zone is not known: nothing else stays open.
            assert settled is not None or PLACE & {one.question for one in space.asks}, (use.file, use.path)
            assert early in (settled, None), (use.file, use.path)


def test_what_is_found_passes_and_what_is_not_was_all_tried() -> None:
    """Against every answer of the space, one by one."""
    found = prover()
    for use in uses_of(found.checked):
        if use.item or not written_for(found.checked, use):
            continue
        space = found.space([use.condition])
        if len(space.choices) > 2 or space.items:
            continue
        every = [dict(zip(space.choices, values, strict=True)) for values in product(*space.choices.values())]
        true = [one for one in every if evaluate(use.condition, space.view(one)) is True]
        outcome = search(space, found.test(use.condition, item=False), 1000)
        assert (outcome.answers is not None) == bool(true)
        assert outcome.settled


def test_too_large_a_search_says_so() -> None:
    found = prover()
    space = found.space([edition().typology.tie_break], item=True)
    assert search(space, lambda _: None, 3) == Outcome(None, settled=False, tried=3)


def test_a_reading_waits_for_the_links() -> None:
    """The report gives a reading while actions are not told; an action may still take it away."""
    found = prover()
    test = found.test(IsReading(reading="trop_tot"), item=False)
    space = found.space([IsReading(reading="trop_tot")])
    early: dict[str, Any] = {"stage": "s0"}
    assert test(space.view(early)) is None
    assert test(space.view({**early, "actions": []})) is True
    assert test(space.view({"stage": "s6"})) is False
