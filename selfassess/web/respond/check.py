"""« Vérifiez vos réponses »: every asked question with its answer, what is missing, kept aside, or contradictory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from flask import render_template

from selfassess.core.answers import path
from selfassess.core.answers.answers import View
from selfassess.core.answers.in_words import answer_text, listed
from selfassess.core.answers.path import Step
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.questionnaire import Question
from selfassess.core.review.acts import (
    CLARIFICATION,
    SUBMITTED,
    VALIDATED,
    Remark,
)
from selfassess.store.database import WriteError
from selfassess.store.submissions import complete
from selfassess.web.files.answer_names import question_named
from selfassess.web.files.opened_file import File, current_file
from selfassess.web.french import french, now
from selfassess.web.respond import blueprint
from selfassess.web.respond.differing_answers import each, heard, waiting
from selfassess.web.respond.editable import (
    EditableAnswers,
    as_it_is,
    as_sent,
    changed_since,
    editing,
    remarks_told,
    step_keys,
)
from selfassess.web.respond.journey import BACK_TO_CHECK, BACK_TO_REQUEST, Journey
from selfassess.web.respond.missing_answers import doubts, missing, reading_of
from selfassess.web.respond.navigation import unsaved


@dataclass(frozen=True)
class CheckedAnswer:
    """`about` names the action in links, so that each link is told from the others."""

    text: str
    value: str | tuple[str, ...] | None
    comment: str
    href: str | None
    about: str = ""
    act: str = ""
    notes: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass
class CheckedSection:
    """A section of the check page; `parts` are its items, each under its own name."""

    id: str
    title: str
    rows: list[CheckedAnswer] = field(default_factory=list)
    parts: list[tuple[str, list[CheckedAnswer]]] = field(default_factory=list)


def blocks(
    journey: Journey, row: Callable[[Step, Question], CheckedAnswer], steps: Sequence[Step] | None = None
) -> list[CheckedSection]:
    """Every question asked (or those of `steps`), section by section, as `row` shows it."""
    found = []
    for section in journey.questionnaire.sections:
        block = CheckedSection(section.id, section.title)
        parts: dict[str, list[CheckedAnswer]] = {}
        for step in journey.steps if steps is None else steps:
            if step.section is section:
                target = block.rows if step.item is None else parts.setdefault(step.item, [])
                target.extend(row(step, question) for question in step.questions)
        block.parts = [(journey.name(item), rows) for item, rows in parts.items()]
        found.append(block)
    return found


def _row(
    journey: Journey, may: EditableAnswers, step: Step, question: Question, remarks: Sequence[Remark]
) -> CheckedAnswer:
    """`remarks`: those of the network. An answer that may not be changed has no link."""
    ref = Ref(question.id, step.item)
    key = journey.questionnaire.key(ref)
    back = BACK_TO_REQUEST if journey.file.submission.state == CLARIFICATION else BACK_TO_CHECK
    value = answer_text(journey.view, ref)
    if question.item is not None and journey.view.given(ref) == []:
        value = f"Aucune {question.item.noun}"
    said = heard(journey, ref, key)
    href = journey.url(step, at=question.id, retour=back) if may.allows(key) else None
    return CheckedAnswer(
        text=question.text,
        value=said.both or value,
        comment=journey.file.comments.get(key, ""),
        href=said.href or href,
        about=journey.about(step.item),
        act="Choisir" if said.href else "Modifier" if value else "Répondre",
        notes=(*said.notes, *_zone(journey.view, question)),
        remarks=tuple(one for one in remarks if one.key == key),
    )


def _zone(view: View, question: Question) -> Iterator[str]:
    """What the départements say in the place of an answer: beside its question, or the territory where that is not
    asked."""
    doors = view.questionnaire.doors
    name = doors.derives.question if doors.derives else ""
    if not view.worked_out(name):
        return
    asked = name in view.questionnaire.questions and view.asked(name) is not False
    if question.id != (name if asked else view.questionnaire.territory.id):
        return
    within = doors.programmes_in(view.departements)
    sure = [one.short for one in doors.programmes if within.get(one.id) and one.kind != "transnational"]
    told = f"zone {listed(sure)}" if sure else "hors des zones frontalières et ultramarines d'Interreg"
    yield french(f"Déduit de votre département : {told}.")


def set_aside(journey: Journey) -> Iterator[CheckedAnswer]:
    """Answers an earlier branch left: kept, never counted."""
    every = journey.questionnaire.every
    for ref in path.abandoned(journey.view):
        yield CheckedAnswer(every[ref.question].text, answer_text(journey.view, ref), "", None, journey.about(ref.item))
    asked = journey.services.asked(journey.view).differences
    for difference in journey.services.differences:
        if difference not in asked and difference.chosen is None:
            text, about = every[difference.ref.question].text, journey.about(difference.ref.item)
            yield CheckedAnswer(text, each(journey, difference), "", None, about)


def _about(file: File, key: str) -> str:
    """What a comment of the network is on, when no row shows it: the file, or a question asked no longer."""
    return question_named(file.questionnaire, file.submission.answers, key) if key else ""


@blueprint.get("/dossier/<file:file>/verifier")
def check() -> str:
    file = current_file()
    journey, remarks = Journey(file), remarks_told(file)
    may, reading = editing(file), reading_of(journey)
    if not journey.unanswered and file.may("edit"):
        with suppress(WriteError):  # it is counted another time: the page is there to be read
            complete(file.submission, now())
    found = blocks(journey, lambda step, question: _row(journey, may, step, question, remarks))
    shown = {key for step in journey.steps for key in step_keys(journey, step)}
    sent = as_sent(file) if file.submission.state in {SUBMITTED, VALIDATED} else None
    return render_template(
        "respond/check.html",
        file=file,
        blocks=found,
        general=[(_about(file, one.key), one) for one in remarks if one.key not in shown],
        unsent=len(changed_since(sent, as_it_is(file))) if sent else 0,
        set_aside=list(set_aside(journey)),
        waiting=waiting(journey),
        unsaved=unsaved(journey),
        usual=journey.services.usual,
        doubts=doubts(journey, reading),
        missing=missing(journey, reading),
        group=journey.questionnaire.item.noun,
    )
