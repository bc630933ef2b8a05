"""Search over answers: from nothing known, one question at a time, until a test is settled or too much was tried.

A test on a file says True (found), False (nothing that completes this file will do) or None (not settled yet).
Conditions have three values and keep theirs when more is known: a branch may be left as soon as they are settled,
so that what is not found at the end is proved not to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from selfassess.core.answers.answers import View
from selfassess.core.answers.distinguishing import few, told_apart
from selfassess.core.answers.items import Answers, replaced
from selfassess.core.definition.condition import (
    Ask,
    Condition,
    Is,
    IsCategory,
    IsGate,
    IsReading,
    Ref,
    Some,
    Truth,
    nodes_of,
)
from selfassess.core.definition.edition import Edition
from selfassess.core.definition.questionnaire import Questionnaire
from selfassess.core.definition.typology import Category

Test = Callable[[View], Truth]
SOON = 150  # files tried before others are drawn


@dataclass(frozen=True)
class Outcome:
    """`answers`: a file that passes the test, None when none was found. `settled`: nothing was left untried."""

    answers: Answers | None
    settled: bool
    tried: int


@dataclass(frozen=True)
class TestsRead:
    """What conditions read, through named conditions, categories and visibility: tests of answers; how many
    items it may take to make them true (one for each « some » and each category)."""

    asks: tuple[Ask, ...]
    items: int


def read_by(edition: Edition, conditions: Iterable[Condition], *, findings: bool = True) -> TestsRead:
    """Every test of an answer that these conditions rest on. Without `findings`, what they say of categories and
    readings is left aside."""
    pending, seen = list(conditions), set[Condition]()
    asks: dict[Ask, None] = {}
    items = 0
    every = edition.questionnaire.every
    while pending:
        condition = pending.pop()
        if condition in seen:
            continue
        seen.add(condition)
        for node in nodes_of(condition):
            if not findings and isinstance(node, IsCategory | IsReading | IsGate):
                continue
            items += node.at_least if isinstance(node, Some) else isinstance(node, IsCategory | IsReading | IsGate)
            if isinstance(node, Ask):
                asks[node] = None
            pending.extend(_behind(edition, node))
            name = getattr(node, "question", None) or getattr(node, "some", None)
            shown = every[name].asked_when if name in every else None
            pending.extend([] if shown is None else [shown])
    return TestsRead(tuple(asks), items)


def _behind(edition: Edition, node: Condition) -> Iterator[Condition]:
    """The conditions that a node stands for."""
    typology = edition.typology
    links = {category.id: category for category in typology.categories}
    if isinstance(node, Is):
        yield typology.conditions[node.is_]
    elif isinstance(node, IsGate):
        yield links[node.gate].gate
    elif isinstance(node, IsCategory | IsReading):
        named = [links[node.category]] if isinstance(node, IsCategory) and node.category in links else links.values()
        yield from (one for category in named for one in rules_of(category))
        if isinstance(node, IsReading):
            yield from (rule.when for rule in typology.remainder.readings if rule.when is not None)


def rules_of(category: Category) -> list[Condition]:
    """A category's gate and signs."""
    return [category.gate, *(sign.when for sign in category.evidence)]


@dataclass(frozen=True)
class Space:
    """The files to look into: the questions some tests read, one answer of each kind that they tell apart, and up
    to `items` items. `first`: questions to settle before the others; `given`: what is answered from the start;
    `instead`: an answer put in place of another, when the file and the changed file are both looked into."""

    questionnaire: Questionnaire
    conditions: Mapping[str, Condition]
    asks: tuple[Ask, ...]
    items: int = 1
    first: tuple[str, ...] = ()
    given: Answers | None = None
    instead: tuple[Ref, object] | None = None

    @cached_property
    def choices(self) -> dict[str, list[object]]:
        """By question, in the order to settle them: the answers worth trying."""
        read: dict[str, list[Ask]] = {}
        for ask in self.asks:
            read.setdefault(ask.question, []).append(ask)
        every = self.questionnaire.every
        names = dict.fromkeys([*(one for one in self.first if one in read), *(one for one in every if one in read)])
        found = {name: list(told_apart(self.questionnaire, every[name], read[name])) for name in names}
        if not self.items:
            return found
        return {self.questionnaire.group.id: [[{}] * count for count in range(self.items + 1)], **found}

    @cached_property
    def complete(self) -> bool:
        """Is every answer that the tests tell apart among the choices?"""
        every = self.questionnaire.every
        return all(few(every[name], self.asks) for name in self.choices)

    def view(self, answers: Answers) -> View:
        return View(self.questionnaire, answers, self.conditions)

    def other(self, view: View) -> View:
        """The changed file."""
        return view if self.instead is None else self.view(self.give(view.answers, *self.instead))

    def free(self, view: View) -> Ref | None:
        """The next question asked and not answered, in the file or in the changed one."""
        found = self._free(view)
        return found if found is not None or self.instead is None else self._free(self.other(view))

    def _free(self, view: View) -> Ref | None:
        items = self.questionnaire.items
        for name in self.choices:
            if name not in items:
                if name not in view.answers and view.asked(name):
                    return Ref(name)
                continue
            for action in view.actions if isinstance(view.actions, tuple) else ():
                if name not in action.answers and action.asked(name):
                    return Ref(name, action.item)
        return None

    def wavers(self, view: View) -> bool:
        """Does the zone answer a question that may still be answered otherwise?"""
        derives = self.questionnaire.doors.derives
        if derives is None or derives.question not in self.choices or derives.question in view.answers:
            return False
        return view.asked(derives.question) is True

    def give(self, answers: Answers, ref: Ref, value: object) -> Answers:
        return replaced(self.questionnaire, answers, ref, value)


class _TooManyError(Exception):
    pass


def search(space: Space, test: Test, most: int) -> Outcome:
    """Look for a file that passes the test, leaving each branch as soon as it is settled; `most` files at most."""
    tried, settled = 0, space.complete

    def visit(answers: Answers) -> Answers | None:
        nonlocal tried, settled
        if tried >= most:
            raise _TooManyError
        tried += 1
        view = space.view(answers)
        truth = test(view)
        if truth or (truth is False and not space.wavers(view)):
            return answers if truth else None
        free = space.free(view)
        if free is None:
            settled = False
            return None
        found = (visit(space.give(answers, free, value)) for value in space.choices[free.question])
        return next((one for one in found if one is not None), None)

    try:
        found = visit(space.given or {})
    except _TooManyError:
        return Outcome(None, settled=False, tried=tried)
    return Outcome(found, settled=found is not None or settled, tried=tried)


class EvenDraws:
    """Draws that are always the same: `random` is not for the core. Knuth's multiplier, 64 bits."""

    def __init__(self, seed: int) -> None:
        self.state = seed

    def choice(self, values: Sequence[object]) -> object:
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return values[(self.state >> 33) % len(values)]


def drawn(space: Space, lots: EvenDraws) -> Answers:
    """A file where every question asked of the space has an answer, drawn evenly."""
    answers: Answers = dict(space.given or {})
    while (free := space.free(space.view(answers))) is not None:
        answers = space.give(answers, free, lots.choice(space.choices[free.question]))
    return answers


def hunt(space: Space, test: Test, most: int) -> Outcome:
    """Search a little and draw some files, then search on: what many files pass is seldom under the first branch of a
    large space, and soon drawn."""
    soon = _hunt(space, test, min(SOON, most), min(SOON, most) // 2)
    if soon.answers is not None or soon.settled:
        return soon
    found = _hunt(space, test, most, most // 10)
    return replace(found, tried=soon.tried + found.tried)


def _hunt(space: Space, test: Test, most: int, draws: int) -> Outcome:
    """Search; where it is too large, draw files too. Items: one first, then all that may be needed."""
    few = search(replace(space, items=min(1, space.items)), test, most)
    if few.answers is not None or space.items <= 1:
        found = few
    else:
        found = search(space, test, most)
        found = replace(found, tried=few.tried + found.tried)
    if found.answers is not None or found.settled:
        return found
    lots = EvenDraws(most)
    for at in range(draws):
        answers = drawn(space, lots)
        if test(space.view(answers)):
            return Outcome(answers, settled=True, tried=found.tried + at)
    return replace(found, tried=found.tried + draws)
