"""« Et si… »: another answer to one question, and the reading before and after, side by side. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from selfassess.core.answers import path
from selfassess.core.answers.answers import View
from selfassess.core.answers.in_words import answer_text
from selfassess.core.answers.items import replaced
from selfassess.core.answers.path import Step
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.questionnaire import Question
from selfassess.core.report.comparison import tried
from selfassess.core.report.two_services import answer_or_blank
from selfassess.core.review.acts import SENT
from selfassess.web.definitions import library
from selfassess.web.errors import Problem
from selfassess.web.files.opened_file import current_file
from selfassess.web.forms.page_form import PageForm, page_form
from selfassess.web.french import french, today
from selfassess.web.report.building import computed, imagined
from selfassess.web.respond import blueprint
from selfassess.web.respond.check import CheckedAnswer, blocks
from selfassess.web.respond.journey import BACK_TO_RESULT, Journey
from selfassess.web.respond.missing_answers import FieldLinks


@dataclass(frozen=True)
class MovedQuestion:
    """A question the trial opens or closes. `kept`: it has an answer, from when it was asked before."""

    text: str
    kept: bool


@blueprint.get("/dossier/<file:file>/et-si")
def what_if() -> ResponseReturnValue:
    """`question` (and `item`, the id of the item it is about) is the question; its own fields, the answer tried."""
    journey, given = Journey(current_file()), request.args
    if "question" not in given:
        return _choice(journey)
    step, question = _asked(journey, given["question"], given.get("item"))
    search, told = given.get("action") == "search", question.id in given or "action" in given
    present = journey.view.given(Ref(question.id, step.item))
    values = {} if present is None else {question.id: present}
    form = page_form((question,), values, {}, library().directory, posted=given if told else None, required=True)
    [field] = form
    if search and hasattr(field, "search"):
        field.search()
    elif told and form.validate():
        return _sides(journey, step, question, field.data)
    return _page(journey, step, question, form), 422 if form.links else 200


def _asked(journey: Journey, name: str, item: str | None) -> tuple[Step, Question]:
    """A question the file is asked; the list of items itself is no answer to try."""
    journey.ensure(item)
    for step in journey.steps:
        if step.item == item and not journey.is_group(step):
            for question in step.questions:
                if question.id == name:
                    return step, question
    raise Problem("no_question")


def _choice(journey: Journey) -> str:
    ways = FieldLinks(journey, BACK_TO_RESULT)

    def row(step: Step, question: Question) -> CheckedAnswer:
        ref = Ref(question.id, step.item)
        href, present = ways.trial(ref), answer_text(journey.view, ref)
        return CheckedAnswer(question.text, present and french(present), "", href, journey.about(step.item), "Essayer")

    return render_template(
        "respond/what_if.html",
        file=journey.file,
        blocks=blocks(journey, row),
        group=journey.questionnaire.item.noun,
        sent=journey.file.submission.state in SENT,
    )


def _page(journey: Journey, step: Step, question: Question, form: PageForm) -> str:
    return render_template(
        "respond/what_if_question.html",
        file=journey.file,
        question=question,
        item=step.item,
        about=journey.about(step.item),
        present=answer_text(journey.view, Ref(question.id, step.item)),
        fields=list(form),
        errors=form.links,
        departements=library().directory.departements,
    )


def _sides(journey: Journey, step: Step, question: Question, value: object) -> str:
    file, ref = journey.file, Ref(question=question.id, item=step.item)
    before = computed(file.submission, file.edition, today())
    after = imagined(file.submission, file.edition, today(), ref, value)
    answers = replaced(file.questionnaire, file.answers, ref, value)
    view = View(file.questionnaire, answers, file.edition.typology.conditions, disputed=journey.view.disputed - {ref})
    ways = FieldLinks(journey, BACK_TO_RESULT)
    return render_template(
        "respond/what_if_sides.html",
        file=file,
        question=question,
        about=journey.about(step.item),
        present=answer_text(journey.view, ref),
        tried=answer_or_blank(file.questionnaire, question.id, value),
        same=value == journey.view.given(ref),
        found=tried(library().definitions.texts.comparison, before, after, file.edition),
        devices=len(after.devices),
        opened=list(_moved(journey, journey.view, view)),
        closed=list(_moved(journey, view, journey.view)),
        again=ways.trial(ref),
        keep=ways.to(ref),
        sent=file.submission.state in SENT,
    )


def _moved(journey: Journey, before: View, after: View) -> Iterator[MovedQuestion]:
    """The questions asked after and not before."""
    earlier = {ref for step in path.steps(before) for ref in step.refs}
    for ref in (ref for step in path.steps(after) for ref in step.refs if ref not in earlier):
        about = "" if ref.item is None else f" ({journey.name(ref.item)})"
        yield MovedQuestion(journey.questionnaire.every[ref.question].text + about, after.given(ref) is not None)
