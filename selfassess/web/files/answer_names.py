"""Answers named by key (`Ref.key`)."""

from __future__ import annotations

from selfassess.core.answers.items import LABEL, Answers, items_of
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.questionnaire import Questionnaire, Section
from selfassess.web.french import french


def question_named(questionnaire: Questionnaire, answers: Answers, key: str) -> str:
    """The short name of a question, with the item's own: « Étape (Jumelage avec Essen) ». `answers` as stored."""
    ref = Ref.of(key)
    known = questionnaire.every.get(ref.question)
    short = known.short if known else ref.question
    return short if ref.item is None else f"{short} ({item_named(questionnaire, answers, ref.item)})"


def item_named(questionnaire: Questionnaire, answers: Answers, item: str) -> str:
    """The name given to an item, or its rank; says so when it is in the file no more."""
    noun, items = questionnaire.item.noun, items_of(questionnaire, answers)
    if item not in items:
        return f"{noun} retirée"
    label = items[item].get(LABEL)
    rank = list(items).index(item) + 1
    return told_apart(questionnaire, answers, item, str(label)) if label else french(f"{noun} {rank}")


def told_apart(questionnaire: Questionnaire, answers: Answers, item: str, name: str) -> str:
    """The name of an item, with its rank when another one has the same."""
    items = items_of(questionnaire, answers)
    if [one.get(LABEL) for one in items.values()].count(name) < 2:
        return name
    return french(f"{name}, {questionnaire.item.noun} {list(items).index(item) + 1}")


def section_of(questionnaire: Questionnaire, key: str) -> Section | None:
    """The section where a key is asked; an item's questions are in the section of the group."""
    ref = Ref.of(key)
    wanted = questionnaire.group.id if ref.item is not None else ref.question
    for section in questionnaire.sections:
        if any(one.id == wanted for page in section.pages for one in page.questions):
            return section
    return None
