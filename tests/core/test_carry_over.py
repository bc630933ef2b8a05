"""What follows into a new file, and what an answer that differs explains."""

from __future__ import annotations

from typing import Any

import pytest

from selfassess.core.answers.carry_over import carry
from selfassess.core.answers.changes import changes
from selfassess.core.answers.items import ITEM_ID, LABEL
from selfassess.core.answers.path import steps
from selfassess.core.answers.revision import Snapshot
from selfassess.core.report.comparison import compare, told_once
from tests.core.report import files
from tests.definitions import definitions, edition

TEXTS = definitions().texts.comparison

QUESTIONS = edition().questionnaire
GROUP = QUESTIONS.group.id


def stored(given: dict[str, Any]) -> dict[str, Any]:
    if GROUP not in given:
        return dict(given)
    return {**given, GROUP: [{ITEM_ID: f"i{at}", **one} for at, one in enumerate(given[GROUP])]}


def snapshot(answers: dict[str, Any]) -> Snapshot:
    found = Snapshot(edition(), answers)
    keys = [QUESTIONS.key(ref) for step in steps(found.view) for ref in step.refs]
    return Snapshot(edition(), answers, asked=tuple(keys))


@pytest.mark.parametrize("name", sorted(files.FILES))
def test_everything_follows_on_the_same_edition(name: str) -> None:
    answers = stored(files.FILES[name])
    comments = {"stage": "Un.", f"{GROUP}.i0.{next(iter(QUESTIONS.items))}": "Deux."}
    if not answers.get(GROUP):
        comments.popitem()
    found = carry(QUESTIONS, answers, comments)
    assert (found.answers, found.comments, found.left) == (answers, comments, {})


def test_what_is_no_answer_any_more_stays_behind() -> None:
    item = {ITEM_ID: "a", LABEL: "Visites", "device": "of_before", "start": "during", "old": "x"}
    answers = {"stage": "s99", "gone": "yes", "axes": ["canteens", "of_before"], "border": "far", GROUP: [item]}
    comments = {"gone": "Perdu.", "stage": "Gardé.", f"{GROUP}.a.old": "Perdu.", f"{GROUP}.a.device": "Gardé."}
    found = carry(QUESTIONS, answers, comments)
    assert found.answers == {"border": "far", GROUP: [{ITEM_ID: "a", LABEL: "Visites", "start": "during"}]}
    assert set(found.comments.values()) == {"Gardé."}
    left = {"stage": "s99", "gone": "yes", "axes": ["canteens", "of_before"]}
    assert found.left == {**left, f"{GROUP}.a.device": "of_before", f"{GROUP}.a.old": "x"}


def test_items_beyond_today_s_number_are_named() -> None:
    items = [{ITEM_ID: f"i{at}", LABEL: f"Visite {at}", "start": "during"} for at in range(QUESTIONS.group.max or 0)]
    last = {ITEM_ID: "last", LABEL: "Une de trop", "start": "during"}
    found = carry(QUESTIONS, {GROUP: [*items, last]}, {f"{GROUP}.last.start": "Perdu."})
    assert found.answers[GROUP] == items
    assert found.comments == {}
    assert found.left == {f"{GROUP}.last.start": "during"}


def test_each_difference_names_the_answers_behind_it() -> None:
    before = files.FILES["twinning_and_project"]
    after = {**before, "stage": "s1", "border": "near", GROUP: before[GROUP][:1]}
    differ = changes(snapshot(stored(before)), snapshot(stored(after)))
    found = compare(TEXTS, files.report_of(before), files.report_of(after), differ, edition())
    assert found.answers == told_once(differ)
    assert [one.kind for one in found.answers].count("removed") == 1
    for line in found.changed:
        assert line.answers, line.title
        assert set(line.answers) <= set(found.answers)
    every = {one.title: one for one in (*found.categories, *found.maturity)}
    assert {one.kind for one in every["Structuration"].answers} >= {"removed"}
    assert {one.question for one in every["Avancement"].answers} == {QUESTIONS.questions["stage"].text}
    assert all(one.question != QUESTIONS.questions["border"].text for one in every["Avancement"].answers)


@pytest.mark.parametrize("name", sorted(files.FILES))
def test_a_file_beside_itself_changes_nothing(name: str) -> None:
    answers = stored(files.FILES[name])
    report = files.report(name)
    found = compare(TEXTS, report, report, changes(snapshot(answers), snapshot(answers)), edition())
    assert (found.changed, found.answers, found.same_edition) == ((), (), True)
