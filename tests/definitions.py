"""The real definitions, read once for all tests, and answers made at random from them."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, get_type_hints

from hypothesis import strategies as st

from selfassess.content.catalogue import load
from selfassess.core.answers.answers import View
from selfassess.core.answers.path import steps
from selfassess.core.definition.condition import leaves
from selfassess.core.definition.edition import Definitions, Edition
from selfassess.core.definition.questionnaire import Question
from selfassess.core.reading.decision import decide
from selfassess.core.reading.reading import Reading
from selfassess.core.report.as_json import as_json
from selfassess.core.report.compose import ALONE, build
from selfassess.core.report.report import Report
from selfassess.core.report.two_services import Services

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = ROOT / "questions"
SLUG = "aect-pat"
OFFICIAL = {"name": "Communauté fictive", "type": "epci", "code": "E000000000", "departement": "35"}
PARTS: dict[str, type] = get_type_hints(Edition)  # of an edition, by the name of the file


@cache
def definitions() -> Definitions:
    return load(QUESTIONS, SLUG)


def edition() -> Edition:
    return definitions().current


def report_on(reading: Reading, answers: dict[str, Any], day: date, services: Services = ALONE) -> Report:
    """The report of what was read, as decided on `day`."""
    return build(definitions(), reading, decide(definitions(), reading, day), answers, {}, services)


def json_of(reading: Reading, known: Definitions | None = None) -> dict[str, Any]:
    """What `evaluate` writes of it, on the day of the cases, unsigned."""
    shelf = known or definitions()
    return as_json(shelf, reading, decide(shelf, reading, shelf.rules.day), "")


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


def lengths_of(answers: dict[str, Any]) -> tuple[int, int]:
    """(questions, pages) asked outside actions; the group itself is a page, not a question."""
    view = View(edition().questionnaire, answers)
    outside = [step for step in steps(view) if step.item is None]
    questions = [one for step in outside for one in step.questions if one.kind != "list"]
    return len(questions), len(outside)


def _deciding() -> list[str]:
    """The single questions whose answers decide what is asked."""
    questionnaire = edition().questionnaire
    read = {
        leaf.node.question
        for question in questionnaire.questions.values()
        if question.asked_when is not None
        for leaf in leaves(question.asked_when)
        if hasattr(leaf.node, "question")
    }
    return [name for name in questionnaire.questions if name in read]


def every_path(actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every combination of answers that changes the path outside actions, of an official authority."""
    questionnaire = edition().questionnaire
    drivers = [name for name in _deciding() if questionnaire.questions[name].options]
    choices = [[None, *(option.id for option in questionnaire.questions[name].options)] for name in drivers]
    return [
        {
            questionnaire.territory.id: OFFICIAL,
            **{name: one for name, one in zip(drivers, chosen, strict=True) if one is not None},
            "actions": actions,
        }
        for chosen in product(*choices)
    ]


def described_action() -> dict[str, Any]:
    """An action with food content, already started: the last option that says something and goes with others."""
    item: dict[str, Any] = {}
    for question in edition().questionnaire.item.questions:
        one = [option.id for option in question.options if not (option.unknown or option.exclusive)][-1]
        item[question.id] = one if question.kind == "single" else [one]
    return item
