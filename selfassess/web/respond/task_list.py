"""The task list: what is done and what is left, recomputed from the answers each time; once sent, where the file is,
its timeline, and its messages, which can be sent again."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response as Answer
from flask import abort, redirect, render_template, stream_with_context, url_for
from werkzeug.wrappers import Response

from selfassess.core.definition.questionnaire import Section
from selfassess.core.review.acts import (
    CLARIFICATION,
    DRAFT,
    PREVIEW,
    RESPONDENT,
)
from selfassess.store import mails
from selfassess.store.submissions import events
from selfassess.web import throttle
from selfassess.web.errors import Problem
from selfassess.web.files.answer_names import section_of
from selfassess.web.files.file_data import file_data
from selfassess.web.files.opened_file import File, current_file
from selfassess.web.files.timeline import lines
from selfassess.web.files.trial_adaptation import left_aside
from selfassess.web.french import day_of, now, several
from selfassess.web.mail import outbox
from selfassess.web.respond import blueprint
from selfassess.web.respond.answering_clarification import TO_DO as WAITED
from selfassess.web.respond.answering_clarification import points
from selfassess.web.respond.differing_answers import waiting
from selfassess.web.respond.editable import awaited
from selfassess.web.respond.journey import Journey
from selfassess.web.respond.navigation import unsaved
from selfassess.web.respond.sharing import contributions, effort
from selfassess.web.respond.start_and_leave import private_link


@dataclass(frozen=True)
class SectionTask:
    section: Section
    status: str
    colour: str | None
    href: str
    left: str
    mine: bool = True


TO_DO, UNDER_WAY, DONE = "À faire", "En cours", "Terminé"
NOTHING_ASKED = "Rien à préciser"
COLOURS = {TO_DO: "grey", UNDER_WAY: "yellow", DONE: None}


def section_tasks(journey: Journey) -> list[SectionTask]:
    """One task per section, with its status and the page to go to: the first one unanswered, or a choice to make.

    A contributor reads the sections of others.
    """
    found, waits = [], waiting(journey)
    for section in journey.questionnaire.sections:
        asked = [step for step in journey.steps if step.section is section]
        left = [step for step, _ in journey.unanswered if step.section is section]
        total = sum(len(step.questions) for step in asked)
        status = DONE if not left else TO_DO if len(left) == total else UNDER_WAY
        told = f"Encore {several(len(left), 'question')}" if status == UNDER_WAY else several(total, "question")
        goal = left[0] if left else asked[0] if asked else None
        href = journey.url(goal) if goal else url_for("respond.check")
        choices = [one for one in waits if one.section == section.id]
        if choices and not left:
            status, href = UNDER_WAY, choices[0].href
            told = several(len(choices), "réponse à choisir", "réponses à choisir")
        if not journey.file.fills_in(section.id):
            found.append(
                SectionTask(section, status, None, url_for("respond.check", _anchor=section.id), "À lire", False)
            )
            continue
        found.append(SectionTask(section, status, COLOURS[status], href, told))
    return found


def asked_tasks(file: File) -> list[SectionTask]:
    """In a clarification: what each section has to make precise, and the first question to go to."""
    request, found = awaited(file.submission), []
    asked = points(file, request) if request else None
    every = asked.all if asked else []
    for section in file.questionnaire.sections:
        mine = [one for one in every if section_of(file.questionnaire, one.key) is section]
        left = [one for one in mine if one.status == WAITED]
        goal = next((one.href for one in (*left, *mine) if one.href), url_for("respond.check", _anchor=section.id))
        status = WAITED if left else DONE if mine else NOTHING_ASKED
        told = several(len(mine), "réponse ouverte", "réponses ouvertes") if mine else "Réponses à consulter"
        found.append(SectionTask(section, status, "yellow" if left else None, goal, told, file.fills_in(section.id)))
    return found


@blueprint.get("/dossier/<file:file>")
def tasks() -> str:
    file = current_file()
    state = file.submission.state
    found: list[SectionTask] = []
    if state in {DRAFT, PREVIEW}:
        found = section_tasks(Journey(file))
    elif state == CLARIFICATION:
        found = asked_tasks(file)
    return render_template(
        "respond/tasks.html",
        file=file,
        tasks=found,
        done=sum(task.status == DONE for task in found),
        next=next((task for task in found if task.mine and task.status in {TO_DO, UNDER_WAY, WAITED}), None),
        mine=[task for task in found if file.sections and task.mine],
        effort=effort(Journey(file), file.sections) if file.sections and found else None,
        asked=contributions(file) if file.role == RESPONDENT and file.shared else [],
        unsaved=unsaved(Journey(file)) if file.may("edit") else [],
        left=left_aside(file.submission, file.questionnaire),
        link=private_link(file.token),
        mails=outbox.for_respondent(file.submission) if file.role == RESPONDENT and file.submission.email else [],
    )


@blueprint.get("/dossier/<file:file>/historique")
def history() -> str:
    """The timeline of a file as its respondent reads it, with the messages sent to them."""
    file = current_file()
    submission = file.submission
    return render_template(
        "respond/history.html",
        file=file,
        lines=lines(events(submission), file.edition, file.role, submission.answers),
        mails=outbox.for_respondent(submission) if file.role == RESPONDENT else [],
    )


@blueprint.get("/dossier/<file:file>/donnees.json")
def data() -> Answer:
    """« Télécharger mes données »."""
    file, at = current_file(), now()
    pieces = stream_with_context(file_data(file, outbox.TITLES, at))
    name = f"Boussole PAT - mes données - {file.submission.reference} - {day_of(at)}.json"
    answer = Answer(pieces, mimetype="application/json")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@blueprint.post("/dossier/<file:file>/courriels/<int:mail>/renvoyer")
def resend(mail: int) -> Response:
    """To the address the file has now. Asked twice, it goes once."""
    found = next((one for one in mails.for_respondent(current_file().submission) if one.id == mail), None)
    if found is None:
        abort(404)
    if throttle.minutes_left(throttle.SENDING):
        raise Problem("too_many_sendings")
    mails.again(found, now())
    return redirect(url_for("respond.tasks", _anchor="courriels"), 303)
