"""Answers worth trying: one for each way the tests that read a question may come out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations, product

from selfassess.core.answers.answers import View, resolve
from selfassess.core.definition.condition import Ask, Blank, Territory, Truth, Value, evaluate
from selfassess.core.definition.questionnaire import Question, Questionnaire

MOST_CLASSES = 9  # kinds of options told apart in one multiple answer: 2⁹ answers to try at the most


class _Given(View):
    """Answers read as if every question were asked."""

    def value(self, question: str) -> Value | Blank:
        return resolve(self.questionnaire.every[question], True, self.answers)


def told_apart(questionnaire: Questionnaire, question: Question, asks: Sequence[Ask]) -> Iterator[object]:
    """One answer to the question for each combination of results that its tests can give; « je ne sais pas » left
    out."""
    seen: set[tuple[Truth, ...]] = set()
    for value in possible(question, asks):
        scope = _Given(questionnaire, {question.id: value})
        results = tuple(evaluate(ask, scope) for ask in asks)
        if results not in seen:
            seen.add(results)
            yield value


def possible(question: Question, asks: Sequence[Ask]) -> Iterator[object]:
    """Answers to a question, enough of them for these tests: one for each way they may come out. None to a question
    that no condition can read."""
    if question.is_single:
        yield from (one.id for one in question.options if not one.unknown)
    elif question.form.several:
        yield from ([one.id] for one in question.options if one.exclusive)
        yield from (_ranked if question.form.ranked else _several)(question, asks)
    elif question.is_territory:
        yield from _territories(question, asks)


def _classes(question: Question, asks: Sequence[Ask]) -> list[list[str]]:
    """Options that go together, by the tests that name them."""
    classes: dict[tuple[bool, ...], list[str]] = {}
    for option in question.options:
        if not (option.exclusive or option.unknown):
            named = tuple(option.id in (ask.in_ or ()) for ask in asks if ask.question == question.id)
            classes.setdefault(named, []).append(option.id)
    return list(classes.values())


def few(question: Question, asks: Sequence[Ask]) -> bool:
    """Can every way of combining the options that these tests tell apart be tried?"""
    most = MOST_CLASSES * (2 if question.form.ranked else 1)
    return not question.form.several or len(_classes(question, asks)) <= most


def _several(question: Question, asks: Sequence[Ask]) -> Iterator[list[str]]:
    classes, counted = _classes(question, asks), any(ask.in_ is None for ask in asks)
    most = question.max or len(question.options)
    for count in range(1, len(classes) + 1 if few(question, asks) else 3):
        for chosen in combinations(classes, count):
            firsts = [one[0] for one in chosen]
            others = [option for one in chosen for option in one[1:] if counted]
            yield from (firsts + others[:more] for more in range(len(others) + 1) if count + more <= most)


def _ranked(question: Question, asks: Sequence[Ask]) -> Iterator[list[str]]:
    classes, most = _classes(question, asks), question.max or 1
    known = [option for one in classes for option in one[:most]]
    for count in range(1, most + 1 if few(question, asks) else 2):
        yield from (list(one) for one in permutations(known, count))


def _numbers(asks: Sequence[Ask]) -> Iterator[int]:
    edges = {edge for ask in asks for edge in (ask.at_least, ask.at_most) if edge is not None}
    named = {int(one) for ask in asks for one in ask.in_ or () if one.isdecimal()}
    around = {near for edge in edges | named for near in (edge - 1, edge, edge + 1)}
    yield from sorted(one for one in around | {0} if one >= 0)


def _territories(question: Question, asks: Sequence[Ask]) -> Iterator[Territory]:
    fields: dict[str, Sequence[str | int | None]] = {"type": [one.id for one in question.types]}
    for ask in asks:
        if ask.field is not None and ask.field not in fields:
            fields[ask.field] = _parts([one for one in asks if one.field == ask.field])
    for values in product(*fields.values()):
        given = zip(fields, values, strict=True)
        yield {"name": "-", **{name: value for name, value in given if value is not None}}


def _parts(asks: Sequence[Ask]) -> Sequence[str | int | None]:
    """What a part of the territory may be, for the tests of that part; None where they tell whether it is known."""
    words = sorted({option for one in asks for option in one.in_ or ()})
    numbered = any(one.in_ is None and one.known is None for one in asks)
    given: list[str | int | None] = list(_numbers(asks)) if numbered else [*words, "-"]
    return [*given, *([None] if any(one.known is not None for one in asks) else [])]
