"""Every pair of answers to two questions the rules read: in one file at least, or shown never to go together.

Apart: which pairs can be is a search of its own; `tally` only counts what the files it makes read as.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

from selfassess.authoring.explore.random_files import (
    FIELDS,
    TYPE,
    Chance,
    Generator,
    asks,
)
from selfassess.core.answers.answers import ItemView, View
from selfassess.core.answers.items import Answers, items_of
from selfassess.core.definition.condition import asks_of
from selfassess.core.definition.questionnaire import Question

Token = tuple[str, str | None, str | int]  # question, field of the territory, answer
Pair = tuple[Token, Token]


@dataclass(frozen=True)
class Pairs:
    """The pairs of one edition; two answers about items go together in the same item."""

    generator: Generator

    @cached_property
    def tokens(self) -> dict[tuple[str, str | None], list[Token]]:
        edition = self.generator.edition
        read = {ask.question for ask in asks(self.generator.definitions, edition)}
        read |= {axis.question for axis in edition.means.axes} | {edition.means.ranking.objectives_question}
        found: dict[tuple[str, str | None], list[Token]] = {}
        for question in edition.questionnaire.every.values():
            if question.id not in read:
                continue
            if question.is_territory:
                for field, values in self.generator.territory_values.items():
                    found[question.id, field] = [(question.id, field, value) for value in values]
            elif question.options:
                found[question.id, None] = [(question.id, None, option.id) for option in question.options]
        return found

    @cached_property
    def all(self) -> list[Pair]:
        return [pair for one, other in combinations(self.tokens.values(), 2) for pair in product(one, other)]

    def held(self, answers: Answers) -> Iterator[Pair]:
        """The pairs a file holds."""
        questionnaire = self.generator.edition.questionnaire
        around = list(self._given(answers, questionnaire.questions))
        yield from self._pairs(around)
        for item in items_of(questionnaire, answers).values():
            yield from self._pairs([*around, *self._given(item, questionnaire.items)])

    def _given(self, answers: Answers, questions: Mapping[str, Question]) -> Iterator[Token]:
        for name, value in answers.items():
            question = questions.get(name)
            if question is None or question.is_group:
                continue
            if isinstance(value, Mapping):
                yield from ((name, field, value[field]) for field in FIELDS if field in value)
            else:
                yield from ((name, None, option) for option in (value if isinstance(value, list) else [str(value)]))

    def _pairs(self, tokens: list[Token]) -> Iterator[Pair]:
        known = [one for key in self.tokens for one in tokens if one[:2] == key]
        return ((one, other) for one, other in combinations(known, 2) if one[:2] != other[:2])

    def forced(self, pair: Pair) -> dict[str, object] | None:
        """The answers to give for both to be asked, theirs included; None: no answer to what shows them does."""
        questions = self.generator.edition.questionnaire.every
        fields: dict[str, dict[str, str | int]] = {}
        wanted: dict[str, object] = {}
        for name, field, value in pair:
            if field is not None:
                fields.setdefault(name, {})[field] = value
            else:
                wanted[name] = value if questions[name].is_single else [value]
        wanted |= fields
        asked = [name for name, _, _ in pair]
        drivers = [name for name in self._drivers(asked) if name not in wanted]
        for chosen in product(*(_choices(questions[name]) for name in drivers)):
            given = dict(zip(drivers, chosen, strict=True))
            if self._asked({**wanted, **given}, asked):
                return {**wanted, **given}
        return None

    def _drivers(self, names: list[str]) -> list[str]:
        """The questions whose answers show or hide these, one leading to another."""
        questions, found, todo = self.generator.edition.questionnaire.every, dict[str, None](), list(names)
        while todo:
            for ask in asks_of(questions[todo.pop()].asked_when):
                if ask.question not in found:
                    found[ask.question] = None
                    todo.append(ask.question)
        return list(found)

    def _asked(self, given: Answers, names: list[str]) -> bool:
        questionnaire = self.generator.edition.questionnaire
        item = {name: value for name, value in given.items() if name in questionnaire.items}
        around = {name: value for name, value in given.items() if name in questionnaire.questions}
        view = View(questionnaire, {**around, questionnaire.group.id: [item]} if item else around)
        one = ItemView(view, "0", item)
        return all(one.asked(name) is not False for name in names)

    def files(self, chance: Callable[[int], Chance]) -> Iterator[tuple[int, dict[str, object]]]:
        """Numbered files that together hold every pair that can be."""
        missing = dict.fromkeys(self.all)
        for at, pair in enumerate(self.all):
            if pair not in missing:
                continue
            forced = self.forced(pair)
            if forced is None:
                continue
            answers = self.generator.uniform(chance(at), forced=forced)
            for one in self.held(answers):
                missing.pop(one, None)
            yield at, answers


def _choices(question: Question) -> list[object]:
    """What to try of a question that shows or hides others: each answer; of a territory, each type."""
    if question.is_territory:
        return [{TYPE: one.id} for one in question.types]
    return [option.id if question.is_single else [option.id] for option in question.options]
