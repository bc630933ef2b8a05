"""The answer when even the pages that tell of errors fail: a page in French, made beforehand, that needs nothing.

Apart: it stands around the application, and must import as little as it can.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

from selfassess.web.error_messages import FRENCH
from selfassess.web.errors import OUT_OF_REACH
from selfassess.web.french import french
from selfassess.web.log_filter import came_from
from selfassess.web.log_lines import request_id
from selfassess.web.security import HEADERS, digest_of

PLACE = b"0000-0000"  # of the id of the request, which no id is: no letter of one is a zero


class Outermost:
    """Around the whole application: nothing it raises reaches the server, which would tell it in its own way."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.inner: WSGIApplication = app.wsgi_app
        self.pages = {key: _made(app, key) for key in ("500", "503")}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return self.inner(environ, start_response)
        except Exception as error:
            self.app.logger.error("No page could tell of this error.\n%s", came_from(error))
            key = "503" if isinstance(error, OUT_OF_REACH) else "500"
            start_response(f"{key} {'SERVICE UNAVAILABLE' if key == '503' else 'INTERNAL SERVER ERROR'}", _headers())
            return [self.pages[key].replace(PLACE, request_id().encode())]


def _headers() -> list[tuple[str, str]]:
    return [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"), *HEADERS.items()]


def _made(app: Flask, key: str) -> bytes:
    message = FRENCH[key]
    style = f"/static/app.css?v={digest_of(Path(app.static_folder or '') / 'app.css')}"
    page = app.jinja_env.get_template("errors/outermost.html")
    lines = [french(line) for line in message.lines]
    return page.render(title=french(message.title), lines=lines, style=style, request_id=PLACE.decode()).encode()
