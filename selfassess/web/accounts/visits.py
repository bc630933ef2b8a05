"""Sessions of facilitators: the browser's cookie names one, the database says what it opens."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user
from werkzeug.wrappers import Response

from selfassess.store.accounts import close_visits, find_visit, open_visit
from selfassess.store.models import Facilitator
from selfassess.store.submissions import new_token
from selfassess.web.errors import page
from selfassess.web.files.open_links import FORMER, LINKS
from selfassess.web.french import now
from selfassess.web.given_back import given_back, sent_again

# What is found first counts: most browsers also name those they resemble.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
KEPT = (LINKS, *FORMER)  # whoever logs in or out also keeps the files this browser has open


@dataclass(frozen=True)
class User(UserMixin):  # type: ignore[misc]  # published without types
    """What the cookie names: one session of an account, by its token."""

    facilitator: Facilitator
    token: str

    def get_id(self) -> str:
        return self.token


def load(token: str) -> User | None:
    """Never an administrator without a second factor, whatever session they kept."""
    visit = find_visit(token, now())
    if visit is None or (visit.facilitator.administrator and visit.facilitator.totp_at is None):
        return None
    return User(visit.facilitator, token)


def to_login() -> Response | tuple[str, int]:
    """The login page; afterwards, back to the page that was asked for. What was typed is kept."""
    if given_back() or sent_again():
        return page("desk_expired")
    goal = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.login", suite=goal), 303)


def enter(facilitator: Facilitator) -> None:
    """Open a session for that account in this browser, in place of the one it had."""
    leave()
    token = new_token()
    open_visit(facilitator, token, browser_of(request.headers.get("User-Agent", "")), now())
    login_user(User(facilitator, token))


def leave() -> None:
    """Revoke this browser's session, if it has one, and forget all that was kept for it."""
    if current_user.is_authenticated:
        close_visits(current_user.facilitator, now(), current_user.token)
    kept = {name: session[name] for name in KEPT if name in session}
    permanent = session.permanent
    session.clear()
    session.update(kept)
    session.permanent = permanent and bool(kept)


def browser_of(agent: str) -> str:
    """« Firefox sur Windows »: for people to know their own sessions, nothing rests on it."""
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    return f"{browser or 'Navigateur'} sur {system}" if system else browser or "Navigateur inconnu"


def register(app: Flask) -> None:
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)  # a page without account asks nothing of the database
    manager.session_protection = None  # a telephone changes address; sessions are revocable here
    manager.user_loader(load)
    manager.unauthorized_handler(to_login)
    app.register_error_handler(401, lambda error: to_login())
