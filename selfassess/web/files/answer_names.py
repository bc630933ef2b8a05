"""Answers named by key: a question id, or "group.item id.question" inside an item of the group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from selfassess.core.answers.answers import LABEL
from selfassess.core.answers.revision import split
from selfassess.core.definition.questionnaire import Questionnaire, Section
from selfassess.web.files.opened_file import ITEM_ID
from selfassess.web.french import french


def question_named(questionnaire: Questionnaire, answers: Mapping[str, Any], key: str) -> str:
    """The short name of a question, with the item's own: « Étape (Jumelage avec Essen) ». `answers` as stored."""
    item, question = split(key)
    known = questionnaire.every.get(question)
    short = known.short if known else question
    return short if item is None else f"{short} ({item_named(questionnaire, answers, item)})"


def item_named(questionnaire: Questionnaire, answers: Mapping[str, Any], item: str) -> str:
    """The name given to an item, or its rank; says so when it is in the file no more."""
    noun = questionnaire.item.noun
    for at, one in enumerate(answers.get(questionnaire.group.id) or []):
        if one.get(ITEM_ID) == item:
            label = one.get(LABEL)
            return told_apart(questionnaire, answers, at, label) if label else french(f"{noun} {at + 1}")
    return f"{noun} retirée"


def told_apart(questionnaire: Questionnaire, answers: Mapping[str, Any], at: int, name: str) -> str:
    """The name of an item, with its rank when another one has the same."""
    labels = [one.get(LABEL) for one in answers.get(questionnaire.group.id) or []]
    return name if labels.count(name) < 2 else french(f"{name}, {questionnaire.item.noun} {at + 1}")


def section_of(questionnaire: Questionnaire, key: str) -> Section | None:
    """The section where a key is asked; an item's questions are in the section of the group."""
    item, question = split(key)
    wanted = questionnaire.group.id if item is not None else question
    for section in questionnaire.sections:
        if any(one.id == wanted for page in section.pages for one in page.questions):
            return section
    return None
