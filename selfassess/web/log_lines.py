"""The log: one form for pages, worker, commands and server alike, a record a line, on standard error.

Each says its time (UTC), level, logger, the id of the request it comes from, a message, and what that is about as
name=value; LOG_FORMAT=json writes the same as JSON. What a record may hold: `web.log_filter`.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, cast

from flask import Flask, request
from flask.logging import default_handler
from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

HEADER = "X-Request-ID"
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # as of a file's reference: it is dictated over the telephone
ROUTE = "boussole.route"
ABOUT = "about"
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
KEPT_OF_ADDRESS = {4: 24, 6: 48}  # bits: what a log keeps of an address names no connection

_request: ContextVar[str] = ContextVar("request", default="")
accesses = logging.getLogger("selfassess.accesses")
acts = logging.getLogger("selfassess.acts")


def request_id() -> str:
    """Of the request being answered; empty outside of one."""
    return _request.get()


def record(act: str, /, **about: str | int | None) -> None:
    """Something done to accounts, links or files, or refused: who and what by their ids, never by what they typed."""
    acts.info(act, extra={ABOUT: about})


class TextLine(logging.Formatter):
    """A record on a line; what it says of code comes below it, two spaces in."""

    def format(self, record: logging.LogRecord) -> str:
        parts = _parts(record)
        about = " ".join(f"{name}={value}" for name, value in _about(record).items() if value is not None)
        head = f"{parts['time']} {parts['level']} {parts['logger']} {parts['request'] or '-'} {parts['message']}"
        whole = "\n".join(filter(None, (f"{head} {about}".rstrip(), parts["where"])))
        return CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", whole).replace("\n", "\n  ")


class JsonLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told = {name: value for name, value in _parts(record).items() if value}
        return json.dumps({**told, "process": record.process, **_about(record)})


def _parts(record: logging.LogRecord) -> dict[str, str]:
    return {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname,
        "logger": record.name,
        "request": request_id(),
        "message": record.getMessage(),
        "where": record.exc_text or "",
    }


def _about(record: logging.LogRecord) -> Mapping[str, str | int | None]:
    return cast(Mapping[str, str | int | None], getattr(record, ABOUT, {}))


def set_up(form: str) -> None:
    """For a process of the site: whatever any library logs from now on, as text, or JSON."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLine() if form == "json" else TextLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("selfassess").setLevel(logging.INFO)
    logging.getLogger("selfassess.web").removeHandler(default_handler)  # Flask's own, made when nobody else listened
    logging.raiseExceptions = False  # a log that cannot be written (a closed terminal) is not told with its words
    logging.captureWarnings(True)


class Numbered:
    """Around the whole application: each request gets an id, which its log lines and its answer say (X-Request-ID).

    It is ours, whatever the client or a proxy would like to call it: what is logged is what we made. With `told`, one
    line a request: method, pattern of the address (no link, no file, nothing asked), status, time, network of who asks.
    """

    def __init__(self, inner: WSGIApplication, told: bool) -> None:
        self.inner, self.told = inner, told

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        made, began, status = _new_id(), time.monotonic(), [""]
        _request.set(made)

        def start(code: str, headers: list[tuple[str, str]], *error: object) -> Callable[[bytes], object]:
            status[0] = code[:3]
            return start_response(code, [*headers, (HEADER, made)], *error)  # type: ignore[arg-type]  # as it came

        def end() -> None:
            if self.told:
                _request.set(made)
                accesses.info("answered", extra={ABOUT: _access(environ, status[0], time.monotonic() - began)})
            _request.set("")

        answer = self.inner(environ, cast("StartResponse", start))
        if isinstance(answer, environ.get("wsgi.file_wrapper", ())):  # the kernel sends it: it stays as it is
            end()
            return cast("Iterable[bytes]", answer)
        return ClosingIterator(answer, end)


def _new_id() -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def _access(environ: WSGIEnvironment, status: str, seconds: float) -> dict[str, str | int | None]:
    return {
        "method": _known(environ["REQUEST_METHOD"]),
        "route": environ.get(ROUTE, "-"),
        "status": int(status or 0),
        "ms": round(seconds * 1000),
        "network": _network(environ.get("REMOTE_ADDR", "")),
    }


def _known(method: str) -> str:
    return method if method in {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"} else "OTHER"


def _network(address: str) -> str:
    """192.0.2.7 → 192.0.2.0/24, and the first 48 bits of an IPv6 address."""
    try:
        found = ip_address(address)
    except ValueError:
        return "-"
    found = getattr(found, "ipv4_mapped", None) or found  # a server that takes both kinds writes ::ffff:192.0.2.1
    return str(ip_network(f"{found}/{KEPT_OF_ADDRESS[found.version]}", strict=False))


def register(app: Flask) -> None:
    """The pattern of the address, which only Flask knows, for whoever stands around it. Before any page answers."""

    @app.before_request
    def note_route() -> None:
        if request.url_rule is not None:
            request.environ[ROUTE] = request.url_rule.rule
