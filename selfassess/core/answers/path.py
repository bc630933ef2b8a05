"""Which questions are asked, in which order, what is left on an abandoned branch. Pure function of answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from selfassess.core.answers.answers import View
from selfassess.core.answers.items import LABEL, UNASKED, Answers, is_group
from selfassess.core.definition.condition import Blank, Ref
from selfassess.core.definition.questionnaire import (
    Page,
    Question,
    Questionnaire,
    Section,
)


@dataclass(frozen=True)
class Step:
    """A page on the path; `item` is the id of the action it is about, None for the territory's pages."""

    section: Section
    page: Page
    questions: tuple[Question, ...]
    item: str | None = None

    @property
    def refs(self) -> tuple[Ref, ...]:
        """The addresses of its answers."""
        return tuple(Ref(question.id, self.item) for question in self.questions)


def steps(view: View) -> list[Step]:
    """The pages asked, in order; a page none of whose questions is asked is not there."""
    found = []
    group = view.questionnaire.group.id
    for section in view.questionnaire.sections:
        for page in section.pages:
            asked = tuple(question for question in page.questions if view.asked(question.id) is not False)
            if not asked:
                continue
            found.append(Step(section, page, asked))
            if asked[0].id == group:
                found.extend(item_steps(view, section))
    return found


def item_steps(view: View, section: Section) -> list[Step]:
    """The pages asked about each action."""
    if isinstance(view.actions, Blank):
        return []
    found = []
    for action in view.actions:
        for page in view.questionnaire.item.pages:
            asked = tuple(question for question in page.questions if action.asked(question.id) is not False)
            if asked:
                found.append(Step(section, page, asked, action.item))
    return found


def unanswered(view: View) -> list[tuple[Step, Question]]:
    """Questions asked and left without any answer (« je ne sais pas » is an answer)."""
    return [
        (step, question)
        for step in steps(view)
        for question in step.questions
        if view.given(Ref(question.id, step.item)) is None
    ]


def prune(questionnaire: Questionnaire, answers: Answers) -> dict[str, object]:
    """The answers that count: those to questions asked. `reading(answers) == reading(prune(answers))`."""
    return pruned(View(questionnaire, answers))


def pruned(view: View) -> dict[str, object]:
    """The answers of this view that count."""
    kept = {key: value for key, value in view.answers.items() if view.asked(key) is not False}
    group = view.questionnaire.group.id
    if group in kept and not isinstance(view.actions, Blank):
        kept[group] = [
            {key: value for key, value in action.answers.items() if key in UNASKED or action.asked(key) is not False}
            for action in view.actions
        ]
    return kept


def abandoned(view: View) -> list[Ref]:
    """Questions answered once and no longer asked: kept, listed in their order, never counted."""
    found = [Ref(key) for key in view.questionnaire.questions if key in view.answers and view.asked(key) is False]
    for action in () if isinstance(view.actions, Blank) else view.actions:
        asked = (key for key in view.questionnaire.items if key in action.answers)
        found.extend(Ref(key, action.item) for key in asked if action.asked(key) is False)
    return found


def ordered(questionnaire: Questionnaire, answers: Answers) -> dict[str, object]:
    """The same answers in the order of the questions, not in that in which they were given."""
    group, found = questionnaire.group.id, _sorted(answers, questionnaire.questions)
    given = found.get(group)
    if is_group(given):
        found[group] = [_sorted(item, (LABEL, *questionnaire.items)) for item in given]
    return found


def _sorted(given: Answers, names: Iterable[str]) -> dict[str, object]:
    return {**{key: given[key] for key in names if key in given}, **given}


def completeness(view: View) -> tuple[int, int]:
    """(answered, asked) among the `key` questions. Shown, and never a rule."""
    asked = answered = 0
    for step in steps(view):
        for question in step.questions:
            if question.key:
                asked += 1
                value = view.actions if question.is_group else view.within(step.item).value(question.id)
                answered += not isinstance(value, Blank)
    return answered, asked


def minutes(questionnaire: Questionnaire, asked: list[Question], items: int) -> int:
    """Announced time in whole minutes for these territory questions and this many actions."""
    seconds = questionnaire.timing.checking
    questions = [*asked, *(question for _ in range(items) for question in questionnaire.item.questions)]
    seconds += sum(questionnaire.timing.seconds[question.kind] for question in questions)
    options = sum(question.options_read for question in questions)
    return max(1, round((seconds + options * questionnaire.timing.ten_options / 10) / 60))
