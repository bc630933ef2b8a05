"""A file changed in one way, read again only where what changes is read, and compared with what it was.

Apart: what a change may move, and what must be read again, is one matter; which invariants hold is another.
"""

from __future__ import annotations

from functools import cached_property

from selfassess.authoring.explore.invariant_tests import TriedFile
from selfassess.authoring.explore.invariants import Change, Invariant
from selfassess.core.answers.answers import View
from selfassess.core.answers.path import prune
from selfassess.core.definition.condition import Blank, Condition, questions_of
from selfassess.core.definition.edition import Definitions, Edition
from selfassess.core.reading.available_means import gather, raised
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
        links, doors, axes = self.reads
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
        touched = [device for device in self.devices if again or moved & (doors[device.id] | axes[device.id])]
        if touched and (one.not_lower or "verdicts" in one.same):
            base = tried.reading.advices[0].facts
            same_asked = not again and moved == questions
            facts = (
                raised(base, view, None, moved) if same_asked else gather(self.edition.means, self.living, view, found)
            )
            for device in touched:
                before = tried.advices[device.id]
                after = weigh(facts, device, None if again or moved & doors[device.id] else before.weighed)
                same = (after.verdict, after.in_place) == (before.verdict, before.in_place)
                steps = [*zip(before.bounds, after.bounds, strict=True), (before.verdict, after.verdict)]
                lower = any(BETTER[new] < BETTER[old] for old, new in steps)
                if lower if one.not_lower else not same:
                    told.append(device.id)
        return told

    @cached_property
    def reads(self) -> tuple[frozenset[str], dict[str, frozenset[str]], dict[str, frozenset[str]]]:
        """The questions the categories and readings are read from; then, by device, those its doors and its use are
        read from, and those its means are. Only what reads a changed answer is read again."""
        typology, means = self.edition.typology, self.edition.means
        rules: list[Condition] = [*typology.conditions.values(), typology.tie_break]
        for category in typology.categories:
            rules += [category.gate, *(sign.when for sign in category.evidence)]
        rules += [rule.when for rule in typology.remainder.readings if rule.when is not None]
        links = questions_of(rules)
        shared = questions_of([one.when for one in means.practice.dormant]) | {means.ranking.objectives_question}
        doors, axes = {}, {}
        for device in self.devices:
            asked = [means.read[axis.id] for axis in means.axes if device.demands.get(axis.id)]
            axes[device.id] = frozenset[str]().union(*asked, means.floor_read if device.lead else ())
            doors[device.id] = device.reads | shared
        return links, doors, axes

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
