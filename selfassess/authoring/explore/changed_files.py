"""A file changed in one way, read again only where what changes is read, and compared with what it was.

Apart: what a change may move, and what must be read again, is one matter; which invariants hold is another.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from selfassess.authoring.explore.invariant_tests import TriedFile
from selfassess.authoring.explore.invariants import Change, Invariant
from selfassess.core.answers.answers import View
from selfassess.core.answers.path import prune
from selfassess.core.definition.condition import Blank, Condition, IsGate, Some, nodes_of, questions_of
from selfassess.core.definition.edition import Definitions, Edition
from selfassess.core.reading.available_means import AvailableLevel, AvailableMeans, gather, raised
from selfassess.core.reading.profile import Profile, profile
from selfassess.core.reading.recommendation import weigh

BETTER = {"non_ouvert": 0, "pas_maintenant": 1, "a_verifier": 2, "a_preparer": 3, "maintenant": 4}


class ChangedFiles:
    """The changes that invariants of an edition speak of."""

    def __init__(self, definitions: Definitions, edition: Edition) -> None:
        self.edition, self.devices, self.living = edition, definitions.devices, definitions.rules.living
        self.contradictions = edition.contradictions.contradictions

    def differences(self, one: Invariant, change: Change, tried: TriedFile, turn: int) -> list[str]:
        """What the change moves though it may not: devices, links, or what is compared. `turn` says what is tried."""
        answers, questions = _change(self.edition, change, tried, turn)
        if answers is None:
            return []
        typology, found, questionnaire = self.edition.typology, tried.profile, self.edition.questionnaire
        moved = frozenset(name for question in questions for name in self.shows[question])
        kept = answers if moved == questions else prune(questionnaire, answers)
        view = View(questionnaire, kept, typology.conditions)
        links, _ = self.reads
        again = bool(moved & links)
        if again:
            found = profile(typology, view, self.contradictions if "confidence" in one.same else ())
        else:
            view.findings = tried.reading.view.findings
        if one.no_more:
            return sorted(set(found.order) - set(tried.profile.order))
        told: list[str] = [
            name for name in one.same if name != "verdicts" and _compared(name, found) != _compared(name, tried.profile)
        ]
        if one.not_lower or "verdicts" in one.same:
            base = tried.reading.advices[0].facts
            if not again and moved == questions:
                facts = raised(base, view, None, moved)
            else:
                facts = gather(self.edition.means, self.living, view, found)
            told += self._moved(bool(one.not_lower), tried, facts, moved, _findings(found) != _findings(tried.profile))
        return told

    def _moved(
        self, not_lower: bool, tried: TriedFile, facts: AvailableMeans, moved: frozenset[str], everything: bool
    ) -> Iterator[str]:
        """The devices that the change moves: those are weighed again that may be, all of them for `everything`."""
        _, doors = self.reads
        base = tried.reading.advices[0].facts
        means = _weighing(facts) != _weighing(base)
        levels = {name for name, level in facts.available.items() if _level(level) != _level(base.available[name])}
        for device in self.devices:
            again, before = everything or bool(moved & doors[device.id]), tried.advices[device.id]
            if not (again or means) and levels.isdisjoint(device.demands):
                continue
            after = weigh(facts, device, None if again else before.weighed)
            same = (after.verdict, after.in_place) == (before.verdict, before.in_place)
            steps = [*zip(before.bounds, after.bounds, strict=True), (before.verdict, after.verdict)]
            lower = any(BETTER[new] < BETTER[old] for old, new in steps)
            if lower if not_lower else not same:
                yield device.id

    @cached_property
    def reads(self) -> tuple[frozenset[str], dict[str, frozenset[str]]]:
        """The questions the categories and readings are read from; then, by device, those its doors and its use are
        read from. Only what reads a changed answer is read again."""
        typology, means = self.edition.typology, self.edition.means
        rules: list[Condition] = [*typology.conditions.values(), typology.tie_break]
        for category in typology.categories:
            rules += [category.gate, *(sign.when for sign in category.evidence)]
        rules += [rule.when for rule in typology.remainder.readings if rule.when is not None]
        links = questions_of(rules)
        shared = questions_of([one.when for one in means.practice.dormant]) | {means.ranking.objectives_question}
        gates = {one.id: one.gate for one in typology.categories}
        doors = {}
        for device in self.devices:
            signs = [*device.fit, *device.asset, *device.territory]
            tests = [*(one.when for one in device.eligible), *(one.when for one in signs)]
            told = [node for test in tests for node in nodes_of(test, typology.conditions)]
            told += [gates[node.gate] for node in told if isinstance(node, IsGate)]
            items = self.edition.questionnaire.items if any(isinstance(node, Some) for node in told) else ()
            doors[device.id] = questions_of(told, typology.conditions) | shared | frozenset(items)
        return links, doors

    @cached_property
    def shows(self) -> dict[str, frozenset[str]]:
        """By question, itself and those that its answer may show or hide, one leading to another."""
        questions = self.edition.questionnaire.every
        shown = {one.id: questions_of([one.asked_when]) for one in questions.values()}
        found = {}
        for name in questions:
            moved = {name}
            while more := {one for one, read in shown.items() if read & moved} - moved:
                moved |= more
            found[name] = frozenset(moved)
        return found


def _findings(found: Profile) -> object:
    """What conditions may ask of a reading (`ProfileFindings`), gates apart."""
    shown = [rule.id for rule in (found.reading, found.mention) if rule is not None]
    may_be = [rule.id for rule in (*found.possible, *found.perhaps)]
    return [one.verdict for one in found.placed], found.remainder, shown, may_be


def _weighing(facts: AvailableMeans) -> object:
    """What any device is weighed on, beside its doors, its use and levels of means."""
    closures = [one.truth for one in facts.closures]
    return closures, facts.lead_floor, facts.known.keys(), facts.perhaps.keys(), facts.in_use


def _level(one: AvailableLevel) -> tuple[int, int]:
    return one.low, one.high


def _compared(name: str, found: Profile) -> object:
    if name == "links":
        return found.order, found.equal, found.remainder
    if name == "points":
        return [(one.verdict, one.low, one.high) for one in found.placed]
    return found.confidence


def _change(
    edition: Edition, change: Change, tried: TriedFile, turn: int
) -> tuple[dict[str, object] | None, frozenset[str]]:
    """The answers changed and the questions moved; None where there is nothing to change."""
    answers = tried.reading.view.answers
    if change.rise:
        name = change.rise[turn % len(change.rise)]
        value, options = tried.reading.view.value(name), edition.questionnaire.questions[name].options
        if isinstance(value, Blank):
            return None, frozenset()
        level = tried.reading.view.measure(name, value) or 0
        above = sorted((one.level, one.id) for one in options if one.level is not None and one.level > level)
        return ({**answers, name: above[0][1]} if above else None), frozenset({name})
    group = change.reverse or change.drop
    if group is not None:
        items = list(tried.reading.view.items_given.values())
        if len(items) < (2 if change.reverse else 1):
            return None, frozenset()
        changed = items[::-1] if change.reverse else items[:-1]
        return {**answers, group: changed}, frozenset(edition.questionnaire.items)
    name = change.question or ""
    if tried.reading.view.asked(name) is False or answers.get(name) == change.to:
        return None, frozenset()
    return {**answers, name: change.to}, frozenset({name})
