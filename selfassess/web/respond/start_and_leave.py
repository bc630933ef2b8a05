"""A respondent starts and leaves: start page, new file, private link, leaving this computer, deleting the file."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from selfassess.core.review.acts import CONTRIBUTOR, READER, RESPONDENT
from selfassess.store import submissions
from selfassess.store.acts import Outcome, perform
from selfassess.store.retention import leaves, unannounced
from selfassess.web import throttle
from selfassess.web.definitions import library
from selfassess.web.errors import Problem
from selfassess.web.files.open_links import (
    files,
    forget,
    next_to_close,
    remember,
)
from selfassess.web.files.opened_file import current_file, opened_files
from selfassess.web.french import now
from selfassess.web.log_lines import record
from selfassess.web.mail.sender import messages_go_too
from selfassess.web.respond import blueprint
from selfassess.web.settings import FILES, RESUMES, settings

# Where the link of a message may lead, by its `vers`.
GOALS = {"precisions": "respond.clarification", "resultat": "report.result"}
TASKS = "respond.tasks"


def private_link(token: str) -> str:
    return url_for("respond.resume", token=token, _external=True)


@blueprint.get("/")
def home() -> str:
    questionnaire = library().definitions.current.questionnaire
    told = {"opened": opened_files(), "closing": next_to_close(), "kept": settings().keeping.draft.days}
    return render_template("pages/home.html", time=library().durations, questionnaire=questionnaire, **told)


@blueprint.get("/commencer")
def another() -> ResponseReturnValue:
    """Asks before a further file is made; without a first one, that is the start page."""
    opened = opened_files(RESPONDENT, CONTRIBUTOR)
    if not opened:
        return redirect(url_for("respond.home"), 303)
    return render_template("respond/another.html", opened=opened, closing=next_to_close())


@blueprint.post("/commencer")
def start() -> ResponseReturnValue:
    """Makes a file, never a further one unasked."""
    if request.form.get("another") != "yes" and opened_files(RESPONDENT, CONTRIBUTOR):
        return another()
    definitions = library().definitions
    return enter(definitions.slug, definitions.current.id)


def enter(
    questionnaire: str, edition: str, data: Mapping[str, object] | None = None, goal: str = TASKS, **columns: object
) -> Response:
    """Makes a file, opens it in this browser, and leads to `goal`."""
    throttle.count_demand(FILES)
    token, at = submissions.new_token(), now()
    made = submissions.start(questionnaire, edition, token, at, data, **columns)
    remember(made.reference, RESPONDENT, token)
    return redirect(url_for(goal, file=made.reference), 303)


@blueprint.get("/deja-commence")
def begun() -> str:
    """How a file begun is opened again."""
    return render_template(
        "respond/begun.html",
        opened=opened_files(),
        remembered=settings().keeping.draft.days,
        start=url_for("respond.home", _external=True) + "reprendre/…",
    )


@blueprint.route("/reprendre/<token>", methods=["GET", "POST"])
def resume(token: str) -> ResponseReturnValue:
    """Opens the file of a link, beside those this browser has open. Former pages ask by a POST."""
    link = submissions.find_link(token)
    if link is None:
        throttle.count_demand(RESUMES)
        raise Problem("no_link")
    if link.revoked_at is not None:
        raise Problem("revoked")
    if link.submission is None:
        raise Problem("deleted")
    if link.role == READER:
        return redirect(url_for("reader.open", token=token), 303)
    reference = link.submission.reference
    remember(reference, link.role, token)
    return redirect(url_for(GOALS.get(request.args.get("vers", ""), TASKS), file=reference), 303)


@blueprint.get("/dossier/<file:file>/enregistre")
def saved() -> str:
    """After « Enregistrer et quitter »: what is kept, and how to come back."""
    file = current_file()
    return render_template("respond/saved.html", file=file, link=private_link(file.token))


@blueprint.get("/dossier/<file:file>/quitter")
def leave() -> str:
    file = current_file()
    return render_template(
        "respond/leave.html", file=file, link=private_link(file.token), several_open=len(files()) > 1
    )


@blueprint.post("/dossier/<file:file>/quitter")
def leave_now() -> Response:
    every = request.form.get("quoi") == "tout"
    forget(None if every else current_file().held_as or current_file().submission.reference)
    return redirect(url_for("respond.left", quoi="tout" if every else "quitte"), 303)


@blueprint.get("/dossier/<file:file>/supprimer")
def delete() -> str:
    file = current_file()
    copies = [] if file.copied else submissions.relatives(file.submission.reference)[1:]
    return render_template("respond/delete.html", file=file, copies=copies)


@blueprint.post("/dossier/<file:file>/supprimer")
def delete_now() -> Response:
    submission = current_file().submission
    with messages_go_too():
        submissions.remove(submission)
    record("file deleted", file=submission.id, by="its coordination")
    forget(submission.reference)
    return redirect(url_for("respond.left", quoi="supprime"), 303)


@blueprint.post("/dossier/<file:file>/garder")
def keep() -> Response:
    """« Garder ce dossier »: as long again as since a change. Asked while nothing announces its end, it changes
    nothing."""
    file, at = current_file(), now()
    if leaves(file.submission, settings().keeping, at):
        perform(file.submission, "keep", file.actor, at, lambda one: Outcome({}, {"kept_at": at}, unannounced(one)))
    return redirect(url_for(TASKS), 303)


@blueprint.get("/au-revoir")
def left() -> str:
    return render_template("respond/left.html", what=request.args.get("quoi"), opened=opened_files())
