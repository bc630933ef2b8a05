"""Facilitators' accounts: coming in, going out, choosing a password, seeing where one is logged in."""

from __future__ import annotations

from flask import Blueprint, Flask
from flask_login import LoginManager

blueprint = Blueprint("accounts", __name__, url_prefix="/reseau")

from selfassess.web.accounts import account, keys, login  # noqa: E402  they add their pages
from selfassess.web.accounts.visits import load, to_login  # noqa: E402

__all__ = ["account", "blueprint", "keys", "login", "register"]


def register(app: Flask) -> None:
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)  # a page without account asks nothing of the database
    manager.session_protection = None  # a telephone changes address; sessions are revocable here
    manager.user_loader(load)
    manager.unauthorized_handler(to_login)
    app.register_error_handler(401, lambda error: to_login())
