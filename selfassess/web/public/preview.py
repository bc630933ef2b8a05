"""/apercu: trying a draft edition as a respondent would, to the PDF. A trial is marked everywhere and never sent.

There only where PREVIEW says so: then anyone with the address may read what is being written. Nothing is published by
it, and what acts a trial is open to is in `core.review.acts`.
"""

from __future__ import annotations

from flask import Blueprint, Flask, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from selfassess.core.definition.edition import Edition
from selfassess.core.review.acts import PREVIEW
from selfassess.web.definitions import library
from selfassess.web.errors import Problem
from selfassess.web.respond.start_and_leave import enter
from selfassess.web.settings import settings_of

trials = Blueprint("preview", __name__, url_prefix="/apercu")


def register(app: Flask) -> None:
    if settings_of(app).preview:
        app.register_blueprint(trials)


def are_open() -> bool:
    """Are drafts open on this site?"""
    return trials.name in current_app.blueprints


@trials.after_request
def not_for_search_engines(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def drafts() -> list[Edition]:
    """The editions not published, in order."""
    return [one for one in library().definitions.editions.values() if not one.questionnaire.published]


@trials.get("")
def every() -> str:
    return render_template("preview/every.html", drafts=drafts())


@trials.get("/<edition>")
def one(edition: str) -> ResponseReturnValue:
    found = _draft(edition)
    if found is None:
        return redirect(url_for("preview.every"), 303)
    return render_template("preview/one.html", edition=found)


@trials.post("/<edition>")
def start(edition: str) -> ResponseReturnValue:
    found = _draft(edition)
    if found is None:
        return redirect(url_for("preview.every"), 303)
    return enter(library().definitions.slug, found.id, state=PREVIEW)


def _draft(name: str) -> Edition | None:
    """None once it is published; an unknown address for an edition this site does not have."""
    found = library().definitions.editions.get(name)
    if found is None:
        raise Problem("no_draft")
    return None if found.questionnaire.published else found
