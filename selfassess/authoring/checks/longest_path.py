"""How long the questionnaire may be for one respondent: questions and pages outside items, on the longest path.

Apart: counting one's way through the questions is tried by itself, on questionnaires made for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

from selfassess.core.answers.answers import View
from selfassess.core.answers.distinguishing import told_apart
from selfassess.core.answers.path import steps
from selfassess.core.definition.condition import Ask, asks_of
from selfassess.core.definition.questionnaire import Question, Questionnaire

MOST_PATHS = 10_000


def longest(questionnaire: Questionnaire) -> tuple[int, int]:
    """The most questions, and the most pages, of a file where everything is answered, « je ne sais pas » included.

    Where paths are too many to be tried, or turn on an answer that is not a single option: all of them.
    """
    lengths = [_length(View(questionnaire, answers)) for answers in _paths(questionnaire)]
    if not lengths:
        return sum(not one.is_group for one in questionnaire.questions.values()), len(questionnaire.pages)
    return max(questions for questions, _ in lengths), max(pages for _, pages in lengths)


def _length(view: View) -> tuple[int, int]:
    outside = [step for step in steps(view) if step.item is None]
    return sum(not one.is_group for step in outside for one in step.questions), len(outside)


def _paths(questionnaire: Questionnaire) -> Iterator[dict[str, object]]:
    """Every combination of the answers that decide what is asked; one item at the most."""
    asks = [ask for question in questionnaire.questions.values() for ask in asks_of(question.asked_when)]
    deciding = [one for one in questionnaire.every.values() if any(ask.question == one.id for ask in asks)]
    if any(not (one.is_single or one.is_territory) for one in deciding):
        return
    choices = {one.id: _choices(questionnaire, one, asks) for one in deciding}
    if prod(map(len, choices.values())) > MOST_PATHS:
        return
    inside = {name: ids for name, ids in choices.items() if name in questionnaire.items}
    outside = {name: ids for name, ids in choices.items() if name not in questionnaire.items}
    items = [[dict(zip(inside, values, strict=True))] for values in product(*inside.values())]
    for group in ([], *items):
        for values in product(*outside.values()):
            yield {questionnaire.group.id: group, **dict(zip(outside, values, strict=True))}


def _choices(questionnaire: Questionnaire, question: Question, asks: Sequence[Ask]) -> list[object]:
    """One option of each kind that the conditions tell apart, « je ne sais pas » included."""
    read = [ask for ask in asks if ask.question == question.id]
    unknown = [option.id for option in question.options if option.unknown]
    return [*told_apart(questionnaire, question, read), *unknown[:1]]
