"""Answers → points with an interval → one verdict per category. Pure, whole points (S1 to S10)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from selfassess.core.answers.answers import ItemView, View
from selfassess.core.answers.items import UNASKED
from selfassess.core.definition.condition import (
    Blank,
    Ref,
    Truth,
    because,
    evaluate,
    some,
)
from selfassess.core.definition.typology import (
    COUNTER,
    Category,
    Contradiction,
    Evidence,
    ReadingRule,
    Typology,
)
from selfassess.core.definition.verdicts import CategoryVerdict, Confidence

UNTOLD = 3  # links held together from which answers do not tell them apart


@dataclass(frozen=True)
class Sign:
    """One piece of evidence read on one action: true, false or unknown, and the answers that say so."""

    evidence: Evidence
    truth: Truth
    refs: tuple[Ref, ...]


@dataclass(frozen=True)
class CategoryOnAction:
    """A category for one action: its gate, its points from `low` to `high`, its signs."""

    category: Category
    action: ItemView = field(repr=False, compare=False)
    gate: Truth
    low: int
    high: int
    truths: tuple[Truth, ...]
    tie: bool

    @property
    def item(self) -> str:
        return self.action.item

    @cached_property
    def gate_refs(self) -> tuple[Ref, ...]:
        return because(self.category.gate, self.action)

    @cached_property
    def signs(self) -> tuple[Sign, ...]:
        return tuple(
            Sign(evidence, truth, () if truth is False else because(evidence.when, self.action))
            for evidence, truth in zip(self.category.evidence, self.truths, strict=True)
        )

    @property
    def content(self) -> str:
        """The answers themselves: the order of actions must change nothing."""
        return json.dumps({key: one for key, one in self.action.answers.items() if key not in UNASKED}, sort_keys=True)


@dataclass(frozen=True)
class PlacedCategory:
    """A category's verdict over all actions. `best` is the action it rests on, `support` the others
    that reach the threshold; `missing`, of the best, the missing answers that would decide it; `open`, where it is
    undecided, the actions that it may still be held on."""

    category: Category
    verdict: CategoryVerdict
    low: int
    high: int
    best: CategoryOnAction | None
    support: tuple[str, ...] = ()
    missing: tuple[Ref, ...] = ()
    open: tuple[CategoryOnAction, ...] = field(default=(), repr=False)

    @cached_property
    def all_missing(self) -> tuple[Ref, ...]:
        """The missing answers of every action that may settle it, the best's first."""
        return tuple(dict.fromkeys([*self.missing, *(ref for one in self.open for ref in missing_of(one))]))


@dataclass(frozen=True)
class ReadingState:
    rule: ReadingRule
    truth: Truth
    view: View = field(repr=False, compare=False)

    @cached_property
    def refs(self) -> tuple[Ref, ...]:
        """The answers that say so."""
        return () if self.rule.when is None else because(self.rule.when, self.view)


@dataclass(frozen=True)
class FoundContradiction:
    """Answers that cannot all be right: shown, and never moving a point."""

    id: str
    text: str
    refs: tuple[Ref, ...]
    desk: str | None = None  # the same said of the territory


@dataclass(frozen=True)
class Profile:
    """The whole reading of the link between PAT and international action."""

    placed: tuple[PlacedCategory, ...]
    order: tuple[str, ...]  # assigned links, principal first
    equal: tuple[str, ...]
    provisional_by: tuple[PlacedCategory, ...]
    leaning: str | None
    remainder: CategoryVerdict
    readings: tuple[ReadingState, ...]
    reading: ReadingRule | None
    possible: tuple[ReadingRule, ...]
    mention: ReadingRule | None
    perhaps: tuple[ReadingRule, ...]  # what may be mentioned before it, once missing answers are given
    confidence: Confidence
    conflicts: tuple[FoundContradiction, ...]

    @property
    def principal(self) -> str | None:
        return self.order[0] if self.order else None

    @property
    def troubled(self) -> bool:
        """Answers on the principal's own action contradict each other."""
        best = self.category(self.order[0]).best if self.order else None
        return best is not None and any(ref.item == best.item for one in self.conflicts for ref in one.refs)

    def category(self, name: str) -> PlacedCategory:
        return next(one for one in self.placed if one.category.id == name)


def profile(
    typology: Typology,
    view: View,
    contradictions: Sequence[Contradiction] = (),
    placed: tuple[PlacedCategory, ...] | None = None,
) -> Profile:
    """Read the answers against the typology. Sets `view.findings` so that devices may ask for it.

    `placed`: the links, where they are known already.
    """
    if placed is None:
        placed = tuple(place(typology, view, category) for category in typology.categories)
    order, equal = _order(typology, placed)
    undecided = [one for one in placed if one.verdict == "undecided"]
    remainder: CategoryVerdict = "ruled_out" if order else "undecided" if undecided else "assigned"
    states = read_rules(view, typology.remainder.readings)
    first, may_be = possible(states)
    mention, perhaps = _mention(states, bool(order), first)
    found = Profile(
        placed=placed,
        order=order,
        equal=equal,
        provisional_by=tuple(one for one in undecided if order and one.high > _low(placed, order[0])),
        leaning=_leaning(typology, placed) if not order and undecided else None,
        remainder=remainder,
        readings=states,
        reading=None if order else first,
        possible=() if order else may_be,
        mention=mention,
        perhaps=perhaps,
        confidence="aucune",
        conflicts=(),
    )
    view.findings = ProfileFindings(view, found)
    found = replace(found, conflicts=_conflicts(view, contradictions))
    return replace(found, confidence=_confidence(typology, found))


def place(typology: Typology, view: View, category: Category) -> PlacedCategory:
    """S1–S4: the best action counts; other actions neither add nor subtract."""
    actions = view.actions
    if actions is Blank.UNKNOWN:
        unasked = (Ref(question=view.questionnaire.group.id),)
        return PlacedCategory(category, "undecided", 0, typology.reach, None, missing=unasked)
    standings = [stand(typology, one, category) for one in ([] if isinstance(actions, Blank) else actions)]
    open_ = [one for one in standings if one.gate is not False]
    sure = [one for one in open_ if one.gate]
    low = max((one.low for one in sure), default=0)
    high = max((one.high for one in open_), default=0)
    verdict = settle(typology, low, high)
    pool = sure if verdict == "assigned" else open_ or standings
    best = (
        pool[0]
        if len(pool) == 1
        else max(  # the first of several alike
            pool,
            key=lambda one: (one.low if verdict == "assigned" else one.high, one.tie, one.content),
            default=None,
        )
    )
    support = tuple(one.item for one in sure if one is not best and one.low >= typology.threshold)
    if verdict != "undecided" or best is None:
        return PlacedCategory(category, verdict, low, high, best, support)
    may_hold = tuple(one for one in open_ if one.high >= typology.threshold)
    return PlacedCategory(category, verdict, low, high, best, support, missing_of(best), may_hold)


def stand(typology: Typology, action: ItemView, category: Category) -> CategoryOnAction:
    """Gate and points of a category on one action; facets are capped, the floor is 0."""
    gate, low, high, truths = bounds(typology, action, category)
    tie = evaluate(typology.tie_break, action) is True
    return CategoryOnAction(category, action, gate, low, high, tuple(truths), tie)


def bounds(typology: Typology, action: ItemView, category: Category) -> tuple[Truth, int, int, list[Truth]]:
    """(gate, low, high, truth of each piece of evidence) of a category on one action."""
    truths = [one.when.truth(action) for one in category.evidence]
    low = high = _points(typology, category.evidence, truths, worst=True)
    if None in truths:
        high = _points(typology, category.evidence, truths, worst=False)
    return category.gate.truth(action), low, high, truths


def _points(typology: Typology, signs: Sequence[Evidence], truths: Sequence[Truth], *, worst: bool) -> int:
    sums = dict.fromkeys([*typology.facets, COUNTER], 0)
    for sign, truth in zip(signs, truths, strict=True):
        unknown_counts = (sign.weight < 0) is worst
        if truth or (truth is None and unknown_counts):
            sums[sign.facet] += sign.weight
    capped = sum(min(sums[facet], cap) for facet, cap in typology.facets.items())
    return max(0, capped + sums[COUNTER])


def settle(typology: Typology, low: int, high: int) -> CategoryVerdict:
    """S4: the verdict of a category whose points go from `low` to `high`."""
    if high < typology.threshold:
        return "ruled_out"
    return "assigned" if low >= typology.threshold else "undecided"


def missing_of(best: CategoryOnAction) -> tuple[Ref, ...]:
    """The unanswered questions that would decide, the gate's first, then by weight."""
    unknown = sorted((sign for sign in best.signs if sign.truth is None), key=lambda sign: -abs(sign.evidence.weight))
    refs = [*(best.gate_refs if best.gate is None else ()), *(ref for sign in unknown for ref in sign.refs)]
    return tuple(dict.fromkeys(refs))


def _low(placed: Sequence[PlacedCategory], name: str) -> int:
    return next(one.low for one in placed if one.category.id == name)


def _order(typology: Typology, placed: Sequence[PlacedCategory]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """S5: by low; those within `close` points of the highest are of the same strength, reordered."""
    assigned = sorted((one for one in placed if one.verdict == "assigned"), key=lambda one: -one.low)
    if not assigned:
        return (), ()
    top = [one for one in assigned if one.low >= assigned[0].low - typology.close]
    file_order = [one.category.id for one in placed]
    top.sort(
        key=lambda one: (
            not (one.best and one.best.tie),
            -one.low,
            -len(one.support),
            file_order.index(one.category.id),
        )
    )
    order = tuple(one.category.id for one in [*top, *assigned[len(top) :]])
    return order, tuple(one.category.id for one in top[1:])


def _leaning(typology: Typology, placed: Sequence[PlacedCategory]) -> str | None:
    """S7: among the undecided, the one with strictly the highest low, from `leaning_from` points."""
    best, *others = sorted((one for one in placed if one.verdict == "undecided"), key=lambda one: -one.low)
    alone = all(one.low < best.low for one in others)
    return best.category.id if alone and best.low >= typology.leaning_from else None


def read_rules(view: View, rules: Sequence[ReadingRule]) -> tuple[ReadingState, ...]:
    """Each reading of the remainder by itself: true, false or unknown."""
    return tuple(ReadingState(rule, True if rule.when is None else evaluate(rule.when, view), view) for rule in rules)


def possible(states: Sequence[ReadingState]) -> tuple[ReadingRule | None, tuple[ReadingRule, ...]]:
    """S9: the first true reading; when one before it is unknown, all those it may be."""
    found = []
    for state in states:
        if state.truth is not False:
            found.append(state.rule)
        if state.truth:
            break
    return (found[0] if len(found) == 1 else None), tuple(found)


def _mention(
    states: Sequence[ReadingState], link: bool, first: ReadingRule | None
) -> tuple[ReadingRule | None, tuple[ReadingRule, ...]]:
    """Beside a link, only a reading that says so; beside a reading, the next true one that has a condition. Then those
    before it that are not known."""
    perhaps: list[ReadingRule] = []
    for state in states:
        rule = state.rule
        beside = rule.beside_link == "mention" if link else first is not None and rule.id != first.id
        if rule.when is None or not beside:
            continue
        if state.truth:
            return rule, tuple(perhaps)
        if state.truth is None:
            perhaps.append(rule)
    return None, tuple(perhaps)


_TRUTHS: dict[CategoryVerdict, Truth] = {"assigned": True, "ruled_out": False, "undecided": None}


@dataclass(frozen=True)
class ProfileFindings:
    """What devices and contradictions may ask of a profile (`answers.Findings`). `provisional`: as it stands, though
    what is missing may yet undo it."""

    view: View
    profile: Profile
    provisional: bool = False

    def truth(self, kind: str, name: str, item: str | None) -> Truth:
        if kind == "category":
            return self.categories.get(name, _TRUTHS[self.profile.remainder])
        if kind == "reading":
            return self.readings.get(name, False)
        return _gate(self.view, self.profile, name, item)

    @cached_property
    def categories(self) -> dict[str, Truth]:
        return {one.category.id: _TRUTHS[one.verdict] for one in self.profile.placed}

    @cached_property
    def _open_links(self) -> tuple[PlacedCategory, ...]:
        """The links that may yet be held where none is: a reading is then not sure."""
        if self.provisional or self.profile.remainder != "undecided":
            return ()
        return tuple(one for one in self.profile.placed if one.verdict == "undecided")

    @cached_property
    def readings(self) -> dict[str, Truth]:
        """The readings that are shown, or may be; the others are false. None is sure while a link may be held."""
        found = self.profile
        shown = (rule for rule in (found.reading, found.mention) if rule is not None)
        may_be = (*found.possible, *found.perhaps)
        sure: Truth = None if self._open_links else True
        return {**{rule.id: None for rule in may_be}, **{rule.id: sure for rule in shown}}

    def refs(self, kind: str, name: str) -> tuple[Ref, ...]:
        """Answers a category or reading rests on; those missing when it is not settled."""
        found = self.profile
        if kind == "reading":
            unsettled = len(found.possible) > 1
            states = [one for one in found.readings if one.truth is None or not unsettled]
            named = [one for one in states if unsettled or one.rule.id == name]
            if any(one.rule.when is None for one in named):  # what remains: the answers that rule the others out
                named = states
            if self._open_links:
                missing = [ref for one in named if one.truth is None for ref in one.refs]
                return tuple(dict.fromkeys([*missing, *(ref for one in self._open_links for ref in one.all_missing)]))
            return tuple(dict.fromkeys(ref for one in named for ref in one.refs))
        placed = next((one for one in found.placed if one.category.id == name), None)
        if placed is None:
            return tuple(dict.fromkeys(ref for one in found.placed for ref in one.all_missing))
        if placed.verdict == "undecided" or placed.best is None:
            return placed.all_missing
        return tuple(dict.fromkeys(ref for sign in placed.best.signs if sign.truth for ref in sign.refs))


def _gate(view: View, found: Profile, name: str, item: str | None) -> Truth:
    gate = found.category(name).category.gate
    actions = view.actions
    if isinstance(actions, Blank):
        return None
    return some([evaluate(gate, one) for one in actions if item is None or one.item == item])


def _conflicts(view: View, contradictions: Sequence[Contradiction]) -> tuple[FoundContradiction, ...]:
    found = []
    for rule in contradictions:
        scopes: Sequence[View] = [view]
        if rule.per == "item":
            scopes = [] if isinstance(view.actions, Blank) else view.actions
        for scope in scopes:
            if evaluate(rule.when, scope) is True:
                refs = tuple(
                    Ref(name, scope.item if scope.owns(name) else None)
                    for name in rule.questions
                    if scope.asked(name) is not False
                )
                found.append(FoundContradiction(rule.id, rule.text, refs, rule.desk))
    return tuple(found)


def _confidence(typology: Typology, found: Profile) -> Confidence:
    """S10: forte = assigned, wide margin, nothing can overtake, no contradiction on its action."""
    if found.principal is not None:
        head = found.category(found.principal)
        wide = head.low - typology.threshold >= typology.strong_margin
        alone = len(found.order) < UNTOLD  # answers that carry so many links do not tell them apart
        return "forte" if wide and alone and not found.troubled and not found.provisional_by else "moyenne"
    if found.remainder == "assigned":
        return "forte" if found.reading is not None and not found.conflicts else "moyenne"
    return "faible" if found.leaning else "aucune"
