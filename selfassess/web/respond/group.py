"""The page of the repeated group: its items listed, another one asked for, none said explicitly, or not known yet."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from selfassess.core.answers.path import Step
from selfassess.store.database import NotSavedError
from selfassess.store.models import Submission
from selfassess.store.submissions import Change, Edit, change
from selfassess.web.french import french, now, several
from selfassess.web.respond.editable import EditableAnswers, confirmation, editing
from selfassess.web.respond.journey import Journey, address, heading, kept_way_back, summary
from selfassess.web.respond.navigation import next_address, way_back

ADD, NONE, DONE, UNKNOWN = "add", "none", "done", "unknown"


def show(journey: Journey, step: Step, error: str | None = None, chosen: str | None = None, saved: bool = True) -> str:
    """The items so far, and what to do next; in a clarification, the pages of an item only if they are open."""
    may, back = editing(journey.file), way_back(journey)
    waiting = {one.item for one, _ in journey.unanswered}
    answered = journey.file.submission.answers.get(journey.group.id)
    if chosen is None and answered is not None:
        chosen = NONE if not answered else None  # that all are there is said each time
    rows = [
        {"id": item, "name": journey.name(item), "done": item not in waiting, "href": first_page(journey, item, may)}
        for item in journey.items
    ]
    sections = journey.questionnaire.sections
    return render_template(
        "respond/group.html",
        file=journey.file,
        step=step,
        question=journey.group,
        item=journey.questionnaire.item,
        heading=heading(step),
        number=sections.index(step.section) + 1,
        total=len(sections),
        rows=rows,
        full=len(rows) >= (journey.group.max or 0),
        chosen=chosen,
        back_href=address(back) if back else journey.before(step),
        error=error,
        errors=summary(journey.group.id, error, saved),
    )


def first_page(journey: Journey, item: str, may: EditableAnswers) -> str | None:
    """The first page of an item with something to answer, else its first page; None when all are closed."""
    waiting = [one for one, _ in journey.unanswered if one.item == item]
    pages = [*waiting, *(one for one in journey.steps if one.item == item)]
    return next((journey.url(one, **kept_way_back()) for one in pages if may.opened(journey, one).questions), None)


def receive(journey: Journey, step: Step) -> ResponseReturnValue:
    """« Ajouter », « Aucune » (kept as an explicit answer), « Je ne sais pas » (left unanswered), or done with those
    listed."""
    chosen = request.form.getlist(journey.group.id)
    leaving = request.form.get("action") == "quit"
    known = {ADD, DONE} if journey.items else {ADD, NONE, UNKNOWN}
    if len(journey.items) >= (journey.group.max or 0):
        known, chosen = {DONE}, chosen or [DONE]
    if leaving and not chosen:
        return redirect(url_for("respond.saved"), 303)
    if chosen == [NONE] and journey.items:
        return _others_there(journey, step)
    if chosen == [ADD] and ADD not in known:
        full = french(f"Votre dossier contient déjà {several(len(journey.items), journey.questionnaire.item.noun)}.")
        return show(journey, step, full), 409
    if len(chosen) != 1 or chosen[0] not in known:
        return show(journey, step, "Choisissez une réponse."), 422
    if chosen == [ADD] and not leaving:
        return redirect(url_for("respond.add", section=step.section.id, **kept_way_back()), 303)
    earlier = journey.asked
    if chosen != [ADD]:
        try:
            change(journey.file.submission, _said(journey, chosen[0]), journey.file.role, now(), journey.file.label)
        except _OthersThereError:
            return _others_there(Journey(journey.file), step)
        except NotSavedError:
            return show(journey, step, chosen=chosen[0], saved=False), 503
    return redirect(url_for("respond.saved") if leaving else next_address(Journey(journey.file), step, earlier), 303)


class _OthersThereError(Exception):
    """« Aucune », and some were added meanwhile."""


def _others_there(journey: Journey, step: Step) -> ResponseReturnValue:
    return show(journey, step, french(f"Votre dossier contient des {journey.questionnaire.item.noun}s.")), 409


def _said(journey: Journey, chosen: str) -> Edit:
    def edit(submission: Submission) -> Change | None:
        editing(journey.file).ensure([journey.group.id])
        if chosen == NONE and submission.answers.get(journey.group.id):
            raise _OthersThereError
        given = submission.answers.get(journey.group.id)
        if chosen == UNKNOWN and given:
            raise _OthersThereError
        if (chosen == DONE) or (given is None) == (chosen == UNKNOWN):
            return confirmation(submission, [journey.group.id])
        answers = {**submission.answers, journey.group.id: []}
        if chosen == UNKNOWN:
            del answers[journey.group.id]
        authors = {**submission.authors, journey.group.id: journey.file.role}
        return Change(answers, submission.comments, "answer", {"questions": [journey.group.id]}, authors)

    return edit
