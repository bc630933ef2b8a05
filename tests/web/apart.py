"""A client whose requests know nothing of the application context of the test (its user, its session)."""

from __future__ import annotations

from contextvars import Context
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.visitor import Visitor
from tests.web.walker import Walker


class Apart(Visitor):
    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return Context().run(super().open, *args, **kwargs)


def visitor(app: Flask) -> Walker:
    """A walker on its own, usable within an application context."""
    made = Walker(app)
    made.client = Apart(app, app.response_class, use_cookies=True)
    return made
