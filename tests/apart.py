"""Requests apart from the test that makes them, as a server's are, though the test holds an app context."""

from __future__ import annotations

from contextvars import Context
from typing import Any

from flask import Flask, has_app_context
from werkzeug.test import TestResponse

from selfassess.store.database import db
from tests.visitor import Visitor
from tests.web.walker import Walker


class ApartClient(Visitor):
    """`app.test_client_class = ApartClient`. After each request, the test reads afresh what it holds."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("buffered", True)  # what is streamed is read there, too
        response = Context().run(super().open, *args, **kwargs)
        if has_app_context():
            db.session.rollback()
        return response


def visitor(app: Flask) -> Walker:
    """A walker on its own, usable within an application context."""
    made = Walker(app)
    made.client = ApartClient(app, app.response_class, use_cookies=True)
    return made
