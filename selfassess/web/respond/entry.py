"""Coming in and going out: start page, new file, private link, leaving this computer, deleting the file."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from selfassess.core.review import CONTRIBUTOR, READER, RESPONDENT
from selfassess.store import keeping, submissions
from selfassess.store.database import NotSavedError
from selfassess.web.current import TOKEN, current_file, open_file
from selfassess.web.definitions import library
from selfassess.web.errors import Problem
from selfassess.web.language import now
from selfassess.web.respond import blueprint
from selfassess.web.security import KEPT

# Where the link of a message may lead, by its `vers`.
GOALS = {"precisions": "respond.clarification", "resultat": "report.result"}
LAST_PURGE = "selfassess.last_purge"


def private_link(token: str) -> str:
    return url_for("respond.resume", token=token, _external=True)


@blueprint.get("/")
def home() -> str:
    questionnaire = library().definitions.current.questionnaire
    return render_template("pages/home.html", file=open_file(), time=library().durations, questionnaire=questionnaire)


@blueprint.get("/commencer")
def another() -> Any:
    """Asks before a second file is made; without a first one, that is the start page."""
    file = open_file()
    if file is None:
        return redirect(url_for("respond.home"), 303)
    return render_template("respond/another.html", file=file, link=private_link(file.token))


@blueprint.post("/commencer")
def start() -> Any:
    """Makes a file, never a second one unasked."""
    if open_file() is not None and request.form.get("another") != "yes":
        return another()
    definitions = library().definitions
    token = submissions.new_token()
    submissions.start(definitions.slug, definitions.current.id, token, now())
    remember(token)
    purge_once_a_day(now())
    return redirect(url_for("respond.tasks"), 303)


def purge_once_a_day(at: datetime) -> None:
    """What the start page promises: drafts left untouched go away, without anyone having to think of it."""
    if at - current_app.extensions.get(LAST_PURGE, datetime.min.replace(tzinfo=UTC)) > timedelta(days=1):
        current_app.extensions[LAST_PURGE] = at
        with suppress(NotSavedError):
            keeping.purge(KEPT, at)


def remember(token: str) -> None:
    """This browser has this file open."""
    session[TOKEN] = token
    session.permanent = True


@blueprint.get("/reprendre/<token>")
def resume(token: str) -> Any:
    return _opened(token, sure=False)


@blueprint.post("/reprendre/<token>")
def resume_now(token: str) -> Any:
    return _opened(token, sure=True)


def _opened(token: str, *, sure: bool) -> Any:
    """Opens the file of a link. Neither another file's nor a contributor's makes this browser forget a respondent's
    unasked (`sure`)."""
    link = submissions.find_link(token)
    if link is None:
        raise Problem("no_link")
    if link.revoked_at is not None:
        raise Problem("revoked")
    if link.submission is None:
        raise Problem("deleted")
    if link.role == READER:
        return redirect(url_for("reader.open", token=token), 303)
    file = open_file()
    if not sure and file is not None and file.role == RESPONDENT:
        other = link.submission.id != file.submission.id
        if other or link.role == CONTRIBUTOR:
            return render_template(
                "respond/other_link.html", file=file, link=private_link(file.token), label=link.label, other=other
            )
    remember(token)
    return redirect(url_for(GOALS.get(request.args.get("vers", ""), "respond.tasks")), 303)


@blueprint.get("/dossier/quitter")
def leave() -> str:
    file = current_file()
    return render_template("respond/leave.html", file=file, link=private_link(file.token))


@blueprint.post("/dossier/quitter")
def leave_now() -> Response:
    session.pop(TOKEN, None)  # whoever is also logged in as a facilitator stays so
    return redirect(url_for("respond.left", quoi="quitte"), 303)


@blueprint.get("/dossier/supprimer")
def delete() -> str:
    return render_template("respond/delete.html", file=current_file())


@blueprint.post("/dossier/supprimer")
def delete_now() -> Response:
    submissions.remove(current_file().submission)
    session.pop(TOKEN, None)  # whoever is also logged in as a facilitator stays so
    return redirect(url_for("respond.left", quoi="supprime"), 303)


@blueprint.get("/au-revoir")
def left() -> str:
    return render_template("respond/left.html", deleted=request.args.get("quoi") == "supprime")
