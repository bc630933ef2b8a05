"""More of what can be raised never lowers the verdict of a device: its gap only closes, and no rule turns against it;
where one may, the verdicts themselves are compared.

Apart: it compares two files at once, the other proofs of devices look at one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise

from selfassess.authoring.proofs.favourable_proofs import accuse, changed_files, reads
from selfassess.authoring.proofs.prover import Prover
from selfassess.authoring.proofs.search import Outcome, Space, Test
from selfassess.authoring.proofs.threshold_proofs import levels
from selfassess.core.answers.answers import View
from selfassess.core.definition.condition import Condition, Truth, every
from selfassess.core.definition.device import Device
from selfassess.core.definition.means import Axis
from selfassess.core.definition.verdicts import VERDICTS, Verdict
from selfassess.core.reading.available_means import asks, short_of

Gives = Callable[[Verdict], Test]


def prove_means(prover: Prover, device: Device, space: Space, rules: Sequence[Condition], gives: Gives) -> None:
    """`space`: the files the verdict is read from; `rules`: the conditions it rests on; `gives`: the test of a
    verdict. Stage and posts are left aside: they change the reading itself."""
    file = prover.checked.shared(f"devices/{device.id}")
    for axis in prover.checked.edition.means.axes:
        if axis.counterfactual != "levier":
            continue
        message = f"Répondre plus haut à « {axis.question} » fait baisser le verdict de « {device.id} »."
        sizes = [short_of(axis, device, level) for level in range(len(axis.scale))] if asks(device, axis) else []
        if sizes != sorted(sizes, reverse=True):
            prover.say(file, ("demands", axis.id), message)
        elif any(_turns(prover, axis, device, rule) for rule in rules if axis.question in reads(prover, rule)):
            found = _first(_steps_up(prover, space, axis, gives))
            if found.answers is not None or not found.settled:
                accuse(prover, found, file, ("demands", axis.id), message)


def _first(outcomes: Iterator[Outcome]) -> Outcome:
    """The first that found something; else all of them as one."""
    tried, settled = 0, True
    for outcome in outcomes:
        if outcome.answers is not None:
            return outcome
        tried, settled = tried + outcome.tried, settled and outcome.settled
    return Outcome(None, settled, tried)


def _turns(prover: Prover, axis: Axis, device: Device, rule: Condition) -> bool:
    """May the next level turn this rule against the device: close what speaks for it, or open what speaks against?"""
    wanted = [one.when for one in device.eligible]
    wanted += [one.when for one in (*device.fit, *device.asset) if one.points > 0]
    favourable = rule in wanted
    lost, gained = prover.test(rule, item=False, be=favourable), prover.test(rule, item=False, be=not favourable)
    space = prover.space([rule, *levels(axis, len(axis.scale) - 1)])
    return any(
        found.answers is not None or not found.settled
        for pair in _levels_up(prover, space, axis)
        if (found := prover.hunt(pair, _both(pair, lost, gained)))
    )


def _levels_up(prover: Prover, space: Space, axis: Axis) -> Iterator[Space]:
    """Files with one answer, and the same with an answer of the next level."""
    questionnaire = prover.checked.edition.questionnaire
    options = questionnaire.every[axis.question].by_option
    above = dict(pairwise(sorted({one.level for one in options.values() if one.level is not None})))
    for before, after, pair in changed_files(space, questionnaire, axis.question):
        if options[str(after)].level == above.get(options[str(before)].level or 0):
            yield pair


def _steps_up(prover: Prover, space: Space, axis: Axis, gives: Gives) -> Iterator[Outcome]:
    """Files on which the next level gives a lower verdict: for each level, for each two verdicts, the farthest apart
    first."""
    sure = [one for one in VERDICTS if one != "a_verifier"]
    for better, worse in sorted(combinations(sure, 2), key=lambda two: sure.index(two[0]) - sure.index(two[1])):
        for pair in _levels_up(prover, space, axis):
            yield prover.hunt(pair, _both(pair, gives(better), gives(worse)))


def _both(pair: Space, before: Test, after: Test) -> Test:
    """The first test passes on the file, the second on the changed file."""

    def passed(view: View) -> Truth:
        return every([after(pair.other(view)), before(view)])

    return passed
