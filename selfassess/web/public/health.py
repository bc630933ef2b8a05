"""`/healthz`: is the site well? For a program that asks every few seconds: three statements, nothing private.

503 when the database does not answer, keeps nothing, or is behind this program; a late worker is said, and does not
make the site unwell: pages answer.
"""

from __future__ import annotations

import time
from datetime import timedelta
from socket import gethostname

from flask import Response, current_app, jsonify, request
from sqlalchemy.exc import SQLAlchemyError

from selfassess.store.attempts import try_to_write
from selfassess.store.database import WriteError, known_migrations, undo
from selfassess.store.mail_queue import Queues, queues
from selfassess.web.definitions import library
from selfassess.web.french import now
from selfassess.web.public.pages import blueprint
from selfassess.web.queue import LATE
from selfassess.web.security import is_from_doctor
from selfassess.web.settings import VERSION, settings

LAST_TRIED = "selfassess.last_tried"
TRIED_EVERY = 5.0  # seconds
BEHIND, CURRENT, AHEAD = "behind", "current", "ahead"


@blueprint.get("/healthz")
def health() -> tuple[Response, int]:
    """`doctor` alone is told who the site takes it for, and what these pages were started with."""
    state: dict[str, object] = {"version": VERSION, "edition": library().definitions.current.id}
    try:
        found = queues(now())
        state |= {"database": True, **_told(found)}
    except SQLAlchemyError:
        undo()
        state |= {"database": False, "worker": False}
    if state["database"] and not keeps():
        state |= {"database": False, "reads": True, "writes": False}
    if is_from_doctor(settings().secret_key):
        state["settings"] = {"digest": settings().digest, "machine": gethostname()}
        state["seen"] = {"address": request.remote_addr, "host": request.host, "scheme": request.scheme}
    well = state["database"] and state["migrations"] != BEHIND
    return jsonify(state), 200 if well else 503


def _told(found: Queues) -> dict[str, object]:
    """Ages are in seconds; null where nothing waits, or no worker ever gave a sign."""
    return {
        "migrations": _compared(found.migration),
        "worker": found.worker is not None and found.worker < LATE,
        "worker_seen": _seconds(found.worker),
        "reports": {"waiting": found.reports, "oldest": _seconds(found.oldest_report)},
        "messages": {"waiting": found.messages, "oldest": _seconds(found.oldest_message), "failed": found.given_up},
    }


def _seconds(age: timedelta | None) -> int | None:
    return None if age is None else int(age.total_seconds())


def _compared(migration: str) -> str:
    """Of the database, with those of this program: one that it does not know is of a later program, being put in."""
    known = known_migrations()
    if migration and migration not in known:
        return AHEAD
    return CURRENT if migration == known[-1] else BEHIND


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
