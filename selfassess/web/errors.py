"""Error pages: each says what happened, and what to do. One table (`web.error_messages`), one template."""

from __future__ import annotations

from flask import Flask, current_app, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    OperationalError,
    PendingRollbackError,
    ProgrammingError,
    SQLAlchemyError,
    TimeoutError,
)
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from selfassess.store.database import NotSavedError, UncertainError, lacks_a_migration, undo
from selfassess.store.journal import FullJournalError
from selfassess.store.submissions import BusyError, GoneError, exists
from selfassess.web.error_messages import FRENCH, HOME
from selfassess.web.french import french
from selfassess.web.given_back import given_back, sent_again
from selfassess.web.log_filter import came_from
from selfassess.web.log_lines import request_id

# The database is not there, or not for now: a connection that drops, one that none is free of, …
OUT_OF_REACH = (OperationalError, InterfaceError, PendingRollbackError, TimeoutError)
REFUSES_OURS = (IntegrityError, ProgrammingError, DataError, NotSupportedError)  # it is there, and we are wrong

# Forms that need nothing opened before: sent without a cookie, they would come back the same again and again.
DOORS = frozenset(
    {"respond.start", "respond.resume", "preview.start", "accounts.log_in", "accounts.ask_link", "accounts.choose"}
)
REFUSED_COOKIE = (
    "Si vous venez d'ouvrir votre lien, votre navigateur refuse sans doute les cookies de ce site : "
    "autorisez-les, puis ouvrez votre lien de nouveau."
)


class Problem(HTTPException):
    """A page of the table, by its key; `file`: the reference of the file it names."""

    def __init__(self, key: str, file: str = "") -> None:
        super().__init__()
        self.key, self.file = key, file
        self.code = FRENCH[key].code


def page(key: str, file: str = "") -> tuple[str, int]:
    """The page of that message. Whatever a person had typed stands on it; sent by one of our own pages, it can be
    sent again from here."""
    message = FRENCH[key]
    lines = (
        (*message.lines, REFUSED_COOKIE) if key in {"no_file", "no_reading"} and not _has_cookie() else message.lines
    )
    told = render_template(
        "errors/error.html",
        title=french(message.title.format(file=file)),
        lines=[french(line) for line in lines],
        ways=[(endpoint, french(label)) for endpoint, label in filter(_leads, message.ways)]
        or [(HOME[0], french(HOME[1]))],
        request_id=request_id(),
        file=file,
        given=given_back(),
        again=sent_again() if message.first else [],
        first=french(message.first or ""),
    )
    return told, message.code


def _has_cookie() -> bool:
    return current_app.config["SESSION_COOKIE_NAME"] in request.cookies


def _leads(way: tuple[str, str]) -> bool:
    """A page of a file is offered beside that file only, to who fills it in."""
    named = current_app.url_map.is_endpoint_expecting(way[0], "file")
    return not named or bool(g.get("reference") and request.blueprint != "reader")


def register(app: Flask) -> None:
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(CSRFError, on_csrf)
    app.register_error_handler(NotSavedError, lambda error: page("not_saved"))
    app.register_error_handler(UncertainError, lambda error: page("uncertain"))
    for kind in OUT_OF_REACH:
        app.register_error_handler(kind, on_database)
    app.register_error_handler(DatabaseError, on_broken)
    app.register_error_handler(BusyError, lambda error: page("409"))
    app.register_error_handler(FullJournalError, lambda error: page("journal_full"))
    app.register_error_handler(GoneError, lambda error: page("deleted"))
    app.register_error_handler(Exception, on_fault)


def on_http(error: HTTPException) -> tuple[str, int] | HTTPException | Response:
    if isinstance(error, Problem):
        return page(error.key, file=error.file)
    if error.code is None or error.code < 400:
        return error  # a redirection
    if error.code == 404 and "file" in g and _gone():
        return page("deleted")
    key = str(error.code)
    if key not in FRENCH:
        key = "500" if error.code >= 500 else "400"
    told, code = page(key)
    response = current_app.make_response((told, code))
    if error.code == 405 and (allowed := getattr(error, "valid_methods", None)):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def on_csrf(error: CSRFError) -> tuple[str, int]:
    """The cookie is gone or changed."""
    if request.endpoint in DOORS and not _has_cookie():
        return page("no_cookie")
    return page("desk_expired" if request.blueprint in {"accounts", "administration", "review"} else "csrf")


def on_database(error: SQLAlchemyError) -> tuple[str, int]:
    undo()
    current_app.logger.error("The database does not answer: %s", type(error.__cause__ or error).__name__)
    return page("503")


def on_broken(error: DatabaseError) -> tuple[str, int]:
    """What it says of none of its usual kinds: its file is damaged, its server in trouble, its tables behind."""
    ours = isinstance(error, REFUSES_OURS) and not lacks_a_migration(error)
    return on_fault(error) if ours else on_database(error)


def on_fault(error: Exception) -> tuple[str, int]:
    """Logged with where it happened: no address, no message, they may hold a key or an answer."""
    current_app.logger.error("Fault at %s: %s", request.endpoint, came_from(error))
    undo()
    return page("deleted") if _gone() else page("500")


def _gone() -> bool:
    """Was the file of this page deleted while it was made? What then fails is no fault."""
    named = g.get("reference") or (request.view_args or {}).get("reference")
    try:
        return isinstance(named, str) and not exists(named)
    except SQLAlchemyError:
        undo()
        return False
