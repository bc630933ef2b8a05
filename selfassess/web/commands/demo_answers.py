"""Answers for the demonstration: drawn like those expected, agreeing with their territory and with each other, and
chosen so that everything a list shows is there.

Apart: which answers to show is a choice of its own, that needs no database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from random import Random
from types import MappingProxyType

from selfassess.authoring.explore.plausible import PERCENT
from selfassess.authoring.explore.random_files import Generator
from selfassess.content.demonstration import Demonstration, Move, Territory, Unlikely
from selfassess.content.exploring import load_exploring
from selfassess.core.answers.answers import View
from selfassess.core.answers.items import ITEM_ID, LABEL, UNASKED, Answers, is_group
from selfassess.core.answers.path import completeness
from selfassess.core.definition.condition import Blank, evaluate
from selfassess.core.definition.edition import Edition
from selfassess.core.reading.decision import Decision, decide
from selfassess.core.reading.reading import Reading, read_file
from selfassess.web.definitions import Library

FULL = 0.9  # a file that people would send: at least that share of the key questions answered; all of a file to open
POOL = 30  # files among which the best is kept
TRIES = 8000  # draws: most say something unlikely
LEAST_MOVED = 3  # answers from one year to the next
SERVICE = "service"  # the act of a territory where two answer

Feature = tuple[str, str]


class NoAnswersError(Exception):
    """What is asked of a territory agrees with no answers."""


@dataclass(frozen=True)
class Candidate:
    """`reading`: what the file is said to be first."""

    answers: dict[str, object]
    features: frozenset[Feature]
    reading: Feature


@dataclass
class AnswerChooser:
    """Files one after the other: first those that show something new, then the readings least seen."""

    known: Library
    demo: Demonstration
    edition: Edition
    random: Random
    seen: set[Feature] = field(default_factory=set)
    readings: Counter[Feature] = field(default_factory=Counter)

    @cached_property
    def generator(self) -> Generator:
        definitions = self.known.definitions
        model, _ = load_exploring(self.known.root, definitions, self.edition)
        return Generator(definitions, self.edition, model)

    def first(self, territory: Territory, _: Answers) -> dict[str, object]:
        """The answers of a territory that never answered."""
        where = self.edition.questionnaire.territory.id
        given = {where: self._territory_answer(territory), **territory.answers}
        return self._best(territory, lambda: given)

    def next(self, territory: Territory, answers: Answers) -> dict[str, object]:
        """Those it gives a year later: some moved, and what that makes asked."""
        return self._best(territory, lambda: self._moved(answers), answers)

    def _territory_answer(self, territory: Territory) -> dict[str, object]:
        """What the form keeps of a structure described by hand."""
        floors = {one.id: one.floor for one in self.edition.questionnaire.territory.bands}
        told = {name: getattr(territory, name) for name in ("name", "type", "departement", "band")}
        return {**told, "population": floors[territory.band]}

    def agrees(self, territory: Territory, answers: Answers) -> Reading | None:
        """The reading; none with something unlikely, a contradiction that is not meant, or a service that answers and
        is not there."""
        view = self._view(answers)
        if any(_is_said(one, view) for one in self.demo.unlikely):
            return None
        acts = {name for file in territory.files for name in file.acts}
        if SERVICE in acts and evaluate(self.demo.service.when, view) is not True:
            return None
        reading = read_file(self.edition, self.known.definitions, answers)
        return reading if {one.id for one in reading.conflicts} == {territory.meant} - {None} else None

    def _best(
        self, territory: Territory, given: Callable[[], Answers], last: Answers = MappingProxyType({})
    ) -> dict[str, object]:
        found = (one for one in self._candidates(territory, given) if _moves(last, one.answers) >= LEAST_MOVED)
        pool = list(islice(found, POOL))
        if not pool:
            raise NoAnswersError(territory.name)
        best = max(pool, key=lambda one: (len(one.features - self.seen), -self.readings[one.reading]))
        self.seen |= best.features
        self.readings[best.reading] += 1
        return self._named(best.answers)

    def _candidates(self, territory: Territory, given: Callable[[], Answers]) -> Iterator[Candidate]:
        definitions = self.known.definitions
        least = 1 if any(file.open for file in territory.files) else FULL
        for _ in range(TRIES):
            answers = self._drawn(given())
            if self._unsure(view := self._view(answers)):
                continue
            answered, asked = completeness(view)
            if answered < least * asked or (reading := self.agrees(territory, answers)) is None:
                continue
            features = frozenset(_features(reading, decide(definitions, reading, definitions.rules.day)))
            yield Candidate(answers, features, _said_first(reading))

    def _unsure(self, view: View) -> bool:
        """Is something not known that every file knows?"""
        scopes = [view, *(() if isinstance(view.actions, Blank) else view.actions)]
        asked = [(scope, name) for scope in scopes for name in self.demo.certain if scope.owns(name)]
        return any(scope.value(name) is Blank.UNKNOWN for scope, name in asked)

    def _drawn(self, given: Answers) -> dict[str, object]:
        """What is given, and a draw of the rest; items keep their id and their name."""
        found, group = self.generator.plausible(self.random, given), self.edition.questionnaire.group.id
        before, after = given.get(group), found.get(group)
        if is_group(before) and is_group(after):
            kept = [{key: one[key] for key in UNASKED if key in one} for one in before]
            kept += [{}] * (len(after) - len(kept))
            found[group] = [{**old, **new} for old, new in zip(kept, after, strict=True)]
        return found

    def _moved(self, answers: Answers) -> dict[str, object]:
        """With those of its answers that a year may move."""
        questionnaire, found = self.edition.questionnaire, dict(answers)
        group = questionnaire.group.id
        items = [dict(one) for one in given] if is_group(given := answers.get(group)) else []
        for move in self.demo.moves:
            for one in items if move.question in questionnaire.items else [found]:
                self._move(move, one)
        return {**found, group: items} if items else found

    def _move(self, move: Move, answers: dict[str, object]) -> None:
        said = answers.get(move.question)
        if isinstance(said, str) and said in move.to and self.random.random() * PERCENT < move.percent:
            answers[move.question] = move.to[said]

    def _named(self, answers: dict[str, object]) -> dict[str, object]:
        """Each item with an id, and a name that fits it and is not taken."""
        group = self.edition.questionnaire.group.id
        if not is_group(given := answers.get(group)):
            return answers
        actions, taken = self._view(answers).actions, {one.get(LABEL) for one in given}
        items = []
        for item, action in zip(given, () if isinstance(actions, Blank) else actions, strict=True):
            fitting = [one.text for one in self.demo.labels if evaluate(one.when, action) is True]
            left = [text for text in fitting if text not in taken]
            label = {LABEL: self.random.choice(left)} if left and LABEL not in item else {}
            taken.update(label.values())
            items.append({ITEM_ID: f"{self.random.getrandbits(48):012x}", **label, **item})
        return {**answers, group: items}

    def _view(self, answers: Answers) -> View:
        return View(self.edition.questionnaire, answers, self.edition.typology.conditions)


def _moves(before: Answers, after: Answers) -> int:
    return sum(value != before.get(name) for name, value in after.items())


def _is_said(unlikely: Unlikely, view: View) -> bool:
    if unlikely.per == "territory":
        return evaluate(unlikely.when, view) is True
    actions = () if isinstance(view.actions, Blank) else view.actions
    return any(evaluate(unlikely.when, one) is True for one in actions)


def _features(reading: Reading, decision: Decision) -> Iterator[Feature]:
    found = reading.profile
    yield "type", str(reading.view.territory.get("type"))
    for name, question in reading.edition.questionnaire.questions.items():
        if question.filter:
            yield name, str(reading.view.value(name))
    yield from (("category", one) for one in found.order)
    yield "remainder", found.remainder
    yield from (("device", one) for one in decision.shown)
    yield "case", reading.ri_case.id if reading.ri_case else ""
    yield _said_first(reading)
    yield "confidence", found.confidence
    if found.mention is not None:
        yield "mention", found.mention.id


def _said_first(reading: Reading) -> Feature:
    found = reading.profile
    if found.principal is not None or found.reading is None:
        return "principal", found.principal or ""
    return "reading", found.reading.id
