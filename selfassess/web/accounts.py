"""Facilitators' accounts: who is logged in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, redirect, request, url_for
from flask_login import LoginManager, UserMixin, login_user
from werkzeug.wrappers import Response

from selfassess.store.accounts import find_visit, open_visit
from selfassess.store.models import Facilitator
from selfassess.store.submissions import new_token
from selfassess.web.language import now

blueprint = Blueprint("accounts", __name__, url_prefix="/reseau")


@dataclass(frozen=True)
class User(UserMixin):  # type: ignore[misc]
    """What the cookie names: one session of an account, by its token."""

    facilitator: Facilitator
    token: str

    def get_id(self) -> str:
        return self.token


def register(app: Flask) -> None:
    manager = LoginManager(app)
    manager.user_loader(load)
    manager.unauthorized_handler(to_login)
    app.register_error_handler(401, lambda error: to_login())


def load(token: str) -> User | None:
    visit = find_visit(token, now())
    return None if visit is None else User(visit.facilitator, token)


def to_login() -> Response:
    """The login page; afterwards, back to the page that was asked for."""
    goal = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.login", suite=goal), 303)


def enter(facilitator: Facilitator) -> None:
    """Open a session for that account in this browser."""
    token = new_token()
    open_visit(facilitator, token, request.headers.get("User-Agent", ""), now())
    login_user(User(facilitator, token))


@blueprint.get("/connexion")
def login() -> str:
    return ""
