"""What a verdict hangs on: answers whose withdrawal alone changes it, questions whose answer would settle it.

Every claim is tried on the engine. Answers that no condition of the category tells apart are tried once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from selfassess.core.answers.answers import ItemView, View
from selfassess.core.answers.distinguishing import few, told_apart
from selfassess.core.answers.items import replaced
from selfassess.core.definition.condition import (
    Ask,
    Blank,
    Ref,
    asks_of,
    questions_of,
)
from selfassess.core.definition.questionnaire import Questionnaire
from selfassess.core.definition.typology import Category, Typology
from selfassess.core.definition.verdicts import CategoryVerdict
from selfassess.core.reading.profile import (
    PlacedCategory,
    Profile,
    ReadingState,
    bounds,
    place,
    possible,
    read_rules,
    settle,
)

Tried = Callable[[Ref, object], str | None]  # an answer tried → the verdict or reading it gives; None: still open
FEW = 4  # as many missing answers may be listed as settling together


@dataclass(frozen=True)
class SettlingAnswer:
    """A missing answer that may settle a verdict by itself: values that make it so, by what they lead to.

    `always`: no value leaves it open. `values`: {verdict or reading: an answer as stored}.
    """

    ref: Ref
    values: Mapping[str, object]
    always: bool


@dataclass(frozen=True)
class Outlook:
    """What would settle an open verdict: questions that may alone, the best first; those that do together."""

    alone: tuple[SettlingAnswer, ...] = ()
    together: tuple[Ref, ...] = ()


def changed(view: View, ref: Ref, value: object) -> View:
    """The same file with one answer replaced, or withdrawn (None)."""
    return View(view.questionnaire, replaced(view.questionnaire, view.answers, ref, value), view.conditions)


class CategoryTrial:
    """A category over the actions of one file, for trying one answer after another."""

    def __init__(self, typology: Typology, view: View, category: Category) -> None:
        self.typology, self.view, self.category = typology, view, category
        self.nodes = tuple(_nodes(typology, view.questionnaire, category))
        self.names = {one.question for one in self.nodes}
        outside = self.names & view.questionnaire.questions.keys()
        shown = [view.questionnaire.questions[name].asked_when for name in outside]
        self.spread = questions_of(shown, typology.conditions)
        actions = () if isinstance(view.actions, Blank) else view.actions
        self.points = {action.item: self._points(action) for action in actions}

    def _points(self, action: ItemView) -> tuple[int, int]:
        """What an action brings to (low, high)."""
        gate, low, high, _ = bounds(self.typology, action, self.category)
        return (low if gate else 0), (0 if gate is False else high)

    def verdict(self, ref: Ref, value: object) -> CategoryVerdict:
        """The category's verdict with one answer replaced, or withdrawn (None). Other actions are read again only
        where that answer may show or hide a question they share."""
        if ref.item not in self.points or ref.question in self.spread:
            return place(self.typology, changed(self.view, ref, value), self.category).verdict
        answers = {**self.view.within(ref.item).answers, ref.question: value}
        points = {**self.points, ref.item: self._points(ItemView(self.view, ref.item, answers))}
        lows, highs = zip(*points.values(), strict=True)
        return settle(self.typology, max(lows), max(highs))


def holds_to(typology: Typology, view: View, placed: PlacedCategory) -> tuple[Ref, ...]:
    """Answers on which an assigned category hangs: each, withdrawn alone, removes it. The list of actions is not
    one of them: without it there would be no link at all."""
    if placed.verdict != "assigned" or placed.best is None:
        return ()
    board = CategoryTrial(typology, view, placed.category)
    given = _given(view, board.names, [placed.best.item])
    return tuple(ref for ref in given if board.verdict(ref, None) != "assigned")


def remainder_holds_to(typology: Typology, view: View, found: Profile) -> tuple[Ref, ...]:
    """Answers on which the remainder or its reading hangs: withdrawn alone, a link is open or another reading is."""
    if found.remainder != "assigned":
        return ()
    group = view.questionnaire.group.id
    read = questions_of((rule.when for rule in typology.remainder.readings), view.conditions)
    links = {name for one in typology.categories for name in read_by(typology, view.questionnaire, one)}
    actions = view.actions
    items = [] if isinstance(actions, Blank) else [one.item for one in actions]
    refs = list(_given(view, _with_parents(view.questionnaire, read | links), items))
    if not items and view.answers.get(group) is not None:
        refs.append(Ref(question=group))
    return tuple(ref for ref in refs if _remainder_moves(typology, changed(view, ref, None), ref, found, read))


def _remainder_moves(typology: Typology, view: View, ref: Ref, found: Profile, read: frozenset[str]) -> bool:
    if ref.item is None and ref.question in read:
        before = found.reading.id if found.reading else None
        if reading_of(view, found.readings) != before:
            return True
    return any(place(typology, view, one).verdict != "ruled_out" for one in typology.categories)


def reading_of(view: View, states: Sequence[ReadingState]) -> str | None:
    """The reading of the remainder these answers give; None while several may be."""
    first, _ = possible(read_rules(view, [one.rule for one in states]))
    return first.id if first else None


def outlook(typology: Typology, view: View, placed: PlacedCategory) -> Outlook:
    """What would settle an undecided category."""
    if placed.best is None:
        group = view.questionnaire.group.id
        verdict = place(typology, changed(view, Ref(question=group), []), placed.category).verdict
        return Outlook((SettlingAnswer(Ref(question=group), {verdict: []}, False),), (Ref(question=group),))
    board = CategoryTrial(typology, view, placed.category)

    def settled(ref: Ref, value: object) -> str | None:
        verdict = board.verdict(ref, value)
        return None if verdict == "undecided" else verdict

    return _outlook(view, placed.all_missing, board.nodes, settled)


def reading_outlook(view: View, found: Profile) -> Outlook:
    """What would say which reading of the remainder holds, when several may."""
    states = [one for one in found.readings if one.truth is None]
    refs = tuple(dict.fromkeys(ref for one in states for ref in one.refs))
    nodes = [node for one in found.readings for node in asks_of(one.rule.when, view.conditions)]
    return _outlook(view, refs, nodes, lambda ref, value: reading_of(changed(view, ref, value), found.readings))


def _outlook(view: View, refs: Sequence[Ref], nodes: Sequence[Ask], settled: Tried) -> Outlook:
    alone = [found for ref in refs if (found := _settler(view, ref, nodes, settled)) is not None]
    alone.sort(key=lambda one: (not one.always, -len(one.values)))
    return Outlook(tuple(alone), tuple(refs))


def _settler(view: View, ref: Ref, nodes: Sequence[Ask], settled: Tried) -> SettlingAnswer | None:
    question = view.questionnaire.every[ref.question]
    if question.is_territory:  # described, not chosen: no answer can be named
        return None
    asks = [one for one in nodes if one.question == question.id]
    values: dict[str, object] = {}
    always = few(question, asks)
    for value in told_apart(view.questionnaire, question, asks):
        outcome = settled(ref, value)
        if outcome is None:
            always = False
        else:
            values.setdefault(outcome, value)
        if not always and len(values) > 1:
            break
    return SettlingAnswer(ref, values, always) if values else None


def read_by(typology: Typology, questionnaire: Questionnaire, category: Category) -> set[str]:
    """The questions a category rests on, with those that show or hide them."""
    return {node.question for node in _nodes(typology, questionnaire, category)}


def _nodes(typology: Typology, questionnaire: Questionnaire, category: Category) -> Iterator[Ask]:
    conditions = [category.gate, *(one.when for one in category.evidence)]
    nodes = [node for one in conditions for node in asks_of(one, typology.conditions)]
    yield from nodes
    direct = {node.question for node in nodes}
    for name in _with_parents(questionnaire, direct):
        when = questionnaire.every[name].asked_when
        yield from asks_of(when, typology.conditions)


def _with_parents(questionnaire: Questionnaire, names: Iterable[str]) -> set[str]:
    """These questions and those that decide whether they are asked."""
    found: set[str] = set()
    wait = [*names]
    while wait:
        name = wait.pop()
        if name not in found and name in questionnaire.every:
            found.add(name)
            wait.extend(questions_of([questionnaire.every[name].asked_when]))
    return found


def _given(view: View, names: set[str], items: Sequence[str]) -> Iterator[Ref]:
    """The answers given to these questions, in the order of the questionnaire; those « unknown » say nothing."""
    group = view.questionnaire.group.id
    for name in view.questionnaire.every:
        if name not in names or name == group:
            continue
        if name in view.questionnaire.questions:
            if not isinstance(view.value(name), Blank):
                yield Ref(question=name)
        elif not isinstance(view.actions, Blank):
            yield from (Ref(name, item) for item in items if not isinstance(view.within(item).value(name), Blank))
