"""What a proof is made of: a goal to reach by search, and the sentence that is true when it cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from selfassess.authoring.checks.condition_checks import CheckedEdition, Finding
from selfassess.authoring.proofs.search import (
    Outcome,
    Space,
    Test,
    hunt,
    read_by,
)
from selfassess.core.answers.answers import View
from selfassess.core.definition.condition import (
    All,
    AnyOf,
    Condition,
    IsCategory,
    IsGate,
    IsReading,
    Not,
    Ref,
    Truth,
    evaluate,
    nodes_of,
    some,
)
from selfassess.core.definition.strict import KeyPath
from selfassess.core.definition.typology import Category, Typology
from selfassess.core.reading.profile import (
    PlacedCategory,
    ProfileFindings,
    place,
    profile,
)

MOST = 5_000  # files tried for one goal, before drawing others


@dataclass
class Proofs:
    """Faults proved, and what the search could neither find nor exclude; how many goals were sought, and on how many
    files."""

    faults: list[Finding] = field(default_factory=list)
    unproved: list[Finding] = field(default_factory=list)
    sought: int = 0
    tried: int = 0


@dataclass
class Prover:
    """One edition under proof."""

    checked: CheckedEdition
    proofs: Proofs
    _known: dict[object, Outcome] = field(default_factory=dict)

    def space(
        self,
        conditions: Iterable[Condition],
        *,
        item: bool = False,
        first: tuple[str, ...] = (),
        findings: bool = True,
    ) -> Space:
        """The files that tell these conditions apart. `item`: they are read on one item; `first`: the questions to
        settle before the others; `findings`: with all that categories and readings rest on."""
        edition = self.checked.edition
        read = read_by(edition, conditions, findings=findings)
        most = edition.questionnaire.group.max or 1
        items = min(most, read.items + item)
        return Space(edition.questionnaire, edition.typology.conditions, read.asks, items, first)

    def can(self, condition: Condition, *, item: bool, be: bool = True) -> Outcome:
        """A file on which the condition is true (or false)."""
        key = (condition, item, be)
        if key not in self._known:
            self._known[key] = self.hunt(self.space([condition], item=item), self.test(condition, item=item, be=be))
        return self._known[key]

    def hunt(self, space: Space, test: Test) -> Outcome:
        """Look for a file that passes the test; what was tried is counted."""
        found = hunt(space, test, MOST)
        self.proofs.sought += 1
        self.proofs.tried += found.tried
        return found

    def test(self, condition: Condition, *, item: bool, be: bool = True) -> Test:
        typology = self.checked.edition.typology
        finds = any(isinstance(node, IsCategory | IsReading | IsGate) for node in nodes_of(condition))

        def reached(view: View) -> Truth:
            if finds:
                view.findings = SureFindings(typology, view)
            truth = on_first(condition, view) if item else evaluate(condition, view)
            return truth if be or truth is None else not truth

        return reached

    def say(self, file: str, path: KeyPath, message: str) -> None:
        self.proofs.faults.append(Finding(file, path, message))

    def conclude(self, outcome: Outcome, file: str, path: KeyPath, message: str) -> bool:
        """Say the fault when nothing was found; whether something was."""
        if outcome.answers is None and outcome.settled:
            self.say(file, path, message)
        elif outcome.answers is None:
            self.unsettled(outcome.tried, file, path, message)
        return outcome.answers is not None

    def unsettled(self, tried: int, file: str, path: KeyPath, message: str) -> None:
        """Say that it may be so: the search found nothing, and did not try everything."""
        self.proofs.unproved.append(Finding(file, path, f"Non démontré, après {tried} essais : {message}"))


def on_first(condition: Condition, view: View) -> Truth:
    """The condition read on the first item; False when there is none."""
    if not isinstance(view.actions, tuple):
        return None if view.asked(view.questionnaire.group.id) is not False else False
    return evaluate(condition, view.actions[0]) if view.actions else False


@dataclass
class SureFindings:
    """What is found of categories and readings whatever the answers that are still missing (`answers.Findings`).

    The report gives a reading while links are undecided; here it waits, since more answers may take it away."""

    typology: Typology
    view: View

    def truth(self, kind: str, name: str, item: str | None) -> Truth:
        if kind == "gate":
            return self._gate(self._category(name), item)
        if kind == "category" and name != self.typology.remainder.id:
            return _settled(place(self.typology, self.view, self._category(name)).verdict)
        if kind == "reading":
            return self._reading(name)
        _, link = self._links()
        return None if link is None else not link

    def _links(self) -> tuple[tuple[PlacedCategory, ...], Truth]:
        placed = tuple(place(self.typology, self.view, one) for one in self.typology.categories)
        return placed, some([_settled(one.verdict) for one in placed])

    def _reading(self, name: str) -> Truth:
        """Shown alone or as a mention: the first true one, the next, or one that may stand beside a link."""
        rules = self.typology.remainder.readings
        truths = [True if rule.when is None else evaluate(rule.when, self.view) for rule in rules]
        at = next(at for at, rule in enumerate(rules) if rule.id == name)
        before = sum(truth is True for truth in truths[:at])
        alone = truths[at] is not False and before < (1 if rules[at].when is None else 2)
        beside = truths[at] is not False and rules[at].when is not None and rules[at].beside_link is not None
        if not (alone or beside):
            return False
        placed, link = self._links()
        if (link and not beside) or (link is False and not alone):
            return False
        if link is None or None in truths:
            return None
        return ProfileFindings(self.view, profile(self.typology, self.view, placed=placed)).truth("reading", name, None)

    def refs(self, kind: str, name: str) -> tuple[Ref, ...]:
        return ()

    def _category(self, name: str) -> Category:
        return next(one for one in self.typology.categories if one.id == name)

    def _gate(self, category: Category, item: str | None) -> Truth:
        actions = self.view.actions
        if not isinstance(actions, tuple):
            return None
        return some([evaluate(category.gate, one) for one in actions if item is None or one.item == item])


def _settled(verdict: str) -> Truth:
    return {"assigned": True, "ruled_out": False}.get(verdict)


def first_of(conditions: Sequence[Condition | None]) -> Condition:
    """The last of these conditions and none of those before it; one that is missing always holds."""
    *before, last = conditions
    parts: list[Condition] = [Not(not_=one, hidden_ok="-") for one in before if one is not None]
    return All(all=(*parts, *([last] if last is not None else [])))


def changed(condition: Condition, path: KeyPath, new: Condition) -> Condition:
    """The condition with another node at that path."""
    if not path:
        return new
    key, *rest = path
    if isinstance(condition, All | AnyOf):
        parts = list(getattr(condition, str(key)))
        parts[int(rest[0])] = changed(parts[int(rest[0])], tuple(rest[1:]), new)
        return condition.model_copy(update={str(key): tuple(parts)})
    name = {"not": "not_"}.get(str(key), str(key))
    return condition.model_copy(update={name: changed(getattr(condition, name), tuple(rest), new)})


def differ(one: Truth, other: Truth) -> Truth:
    """Are both known and not the same?"""
    return None if one is None or other is None else one != other
