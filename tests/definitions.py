"""The real definitions, read once for all tests, and answers made at random from them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from selfassess.content.catalogue import load
from selfassess.core.definition import Question
from selfassess.core.reading import Definitions, Edition

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = ROOT / "questions"
SLUG = "aect-pat"


@cache
def definitions() -> Definitions:
    return load(QUESTIONS, SLUG)


def edition() -> Edition:
    return definitions().current


def values(question: Question) -> st.SearchStrategy[Any]:
    """Any valid answer to a question, « je ne sais pas » included."""
    if question.kind == "territory":
        return st.fixed_dictionaries(
            {"name": st.just("Territoire fictif"), "type": st.sampled_from([one.id for one in question.types])},
            optional={
                "population": st.sampled_from([500, 10000, 49999, 50000, 250000, 3000000]),
                "departement": st.sampled_from(["75", "59", "35", "974"]),
            },
        )
    if question.kind == "single":
        return st.sampled_from([one.id for one in question.options])
    alone = [one.id for one in question.options if one.exclusive or one.unknown]
    others = [one.id for one in question.options if one.id not in alone]
    several = st.lists(st.sampled_from(others), min_size=1, max_size=question.max or len(others), unique=True)
    return st.one_of(several, st.sampled_from(alone).map(lambda one: [one]))


def files() -> st.SearchStrategy[dict[str, Any]]:
    """Any valid file: each question answered or not, from no action to the most there may be."""
    questionnaire = edition().questionnaire
    item = st.fixed_dictionaries({}, optional={one.id: values(one) for one in questionnaire.item.questions})
    optional: dict[Any, Any] = {one.id: values(one) for one in questionnaire.questions.values() if one.kind != "list"}
    optional[questionnaire.group.id] = st.lists(item, max_size=questionnaire.group.max or 4)
    return st.fixed_dictionaries({}, optional=optional)


def full_files() -> st.SearchStrategy[dict[str, Any]]:
    """Files where every question has an answer: far more of them reach a verdict."""
    questionnaire = edition().questionnaire
    item = st.fixed_dictionaries({one.id: values(one) for one in questionnaire.item.questions})
    every: dict[Any, Any] = {one.id: values(one) for one in questionnaire.questions.values() if one.kind != "list"}
    every[questionnaire.group.id] = st.lists(item, max_size=questionnaire.group.max or 4)
    return st.fixed_dictionaries(every)
