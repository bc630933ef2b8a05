"""Pages that anyone may read, the search among authorities, and the state of the service."""

from __future__ import annotations

import time

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from selfassess.store.attempts import try_to_write
from selfassess.store.database import WriteError, db, undo
from selfassess.web.definitions import library
from selfassess.web.french import now
from selfassess.web.queue import worker_is_alive
from selfassess.web.security import is_from_doctor
from selfassess.web.settings import settings

blueprint = Blueprint("pages", __name__)
LAST_TRIED = "selfassess.last_tried"
TRIED_EVERY = 5.0  # seconds
MOST_RESULTS = 10
SEARCH_KEPT = 24 * 3600


@blueprint.get("/plan-du-site")
def site_map() -> str:
    return render_template("pages/site_map.html")


@blueprint.get("/questions")
def questions() -> str:
    questionnaire = library().definitions.current.questionnaire
    return render_template("pages/questions.html", questionnaire=questionnaire)


@blueprint.get("/territoires")
def territories() -> Response:
    """[{code, label, hint}] for ?q=, best first. The same for everyone, hence kept by browsers and proxies."""
    found = library().directory.search(request.args.get("q", ""), MOST_RESULTS)
    response = jsonify([{"code": one.code, "label": one.label, "hint": one.hint} for one in found])
    response.headers["Cache-Control"] = f"public, max-age={SEARCH_KEPT}"
    return response


@blueprint.get("/healthz")
def health() -> tuple[Response, int]:
    """200 while the database answers and keeps what it is given; a late PDF worker is said, and does not make the site
    unwell. `doctor` alone is told who the site takes it for."""
    state: dict[str, object] = {"database": True, "definitions": True, "edition": library().definitions.current.id}
    try:
        db.session.execute(text("SELECT 1 FROM submission LIMIT 1"))
        state["worker"] = worker_is_alive()
    except SQLAlchemyError:
        undo()
        state |= {"database": False, "worker": False}
    if state["database"] and not keeps():
        state |= {"database": False, "reads": True, "writes": False}
    if is_from_doctor(settings().secret_key):
        state["seen"] = {"address": request.remote_addr, "host": request.host, "scheme": request.scheme}
    return jsonify(state), 200 if state["database"] else 503


def keeps() -> bool:
    """Does the database keep what it is given? Tried in full now and then, and up to the confirmation otherwise."""
    tried = current_app.extensions.get(LAST_TRIED, -float("inf"))
    try:
        try_to_write(now(), keep=time.monotonic() - tried > TRIED_EVERY)
    except (WriteError, SQLAlchemyError):
        undo()
        return False
    if time.monotonic() - tried > TRIED_EVERY:
        current_app.extensions[LAST_TRIED] = time.monotonic()
    return True
