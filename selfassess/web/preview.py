"""/apercu: trying a draft edition as a respondent would, to the PDF. A trial is marked everywhere and never sent.

There on a site tried on one's own machine, and where PREVIEW says so: then anyone with the address may read what is
being written. Nothing is published by it, and what acts a trial is open to is in `core.review`.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from selfassess.core.reading import Edition
from selfassess.core.review import PREVIEW
from selfassess.store import submissions
from selfassess.web.current import open_file
from selfassess.web.definitions import library
from selfassess.web.errors import Problem
from selfassess.web.language import now
from selfassess.web.mail_page import is_here
from selfassess.web.respond.entry import private_link, purge_once_a_day, remember
from selfassess.web.settings import Settings
from selfassess.web.smtp import HERE

trials = Blueprint("preview", __name__, url_prefix="/apercu")


def register(app: Flask) -> None:
    settings: Settings = app.extensions["selfassess.settings"]
    here = urlsplit(settings.public_url).hostname in HERE and not settings.behind_https
    if here if settings.preview is None else settings.preview:
        app.register_blueprint(trials)


def open_here() -> bool:
    """Are drafts open to this request?"""
    settings: Settings = current_app.extensions["selfassess.settings"]
    return trials.name in current_app.blueprints and bool(settings.preview or is_here())


@trials.before_request
def only_where_open() -> None:
    if not open_here():
        abort(404)


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
def one(edition: str) -> Any:
    found, file = _draft(edition), open_file()
    if found is None:
        return redirect(url_for("preview.every"), 303)
    link = private_link(file.token) if file else None
    return render_template("preview/one.html", edition=found, file=file, link=link)


@trials.post("/<edition>")
def start(edition: str) -> Any:
    """The page above has shown the private link of the file this browser has open, if any."""
    found, token, at = _draft(edition), submissions.new_token(), now()
    if found is None:
        return redirect(url_for("preview.every"), 303)
    submissions.start(library().definitions.slug, found.id, token, at, state=PREVIEW)
    remember(token)
    purge_once_a_day(at)
    return redirect(url_for("respond.tasks"), 303)


def _draft(name: str) -> Edition | None:
    """None once it is published; an unknown address for an edition this site does not have."""
    found = library().definitions.editions.get(name)
    if found is None:
        raise Problem("no_draft")
    return None if found.questionnaire.published else found
