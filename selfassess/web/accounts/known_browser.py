"""The browser in which somebody has entered an account: the brake on guesses from everywhere does not hold its owner.

A cookie of its own, kept after the session: a mark that only this site can make, and that a new password makes stale.
"""

from __future__ import annotations

import hmac
from datetime import timedelta

from flask import Response, after_this_request, current_app, request

from selfassess.store.models import Facilitator

COOKIE = "boussole-connu"
PATH = "/reseau"
MOST = 3  # accounts of one browser
KEPT = timedelta(days=90)  # since somebody last entered one there


def mark_of(facilitator: Facilitator) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"known:{facilitator.id}:{facilitator.password}".encode(), "sha256").hexdigest()


def mark_here(facilitator: Facilitator | None) -> str:
    """The mark of that account, when this browser has it; otherwise empty."""
    if facilitator is None or facilitator.password is None:
        return ""
    mark = mark_of(facilitator)
    return mark if any(hmac.compare_digest(mark, one) for one in _marks()) else ""


def remember(facilitator: Facilitator) -> None:
    """With the answer under way: who gets it has the password of that account, or its mailbox."""
    marks = [mark_of(facilitator), *_marks()]

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(
            COOKIE,
            ".".join(list(dict.fromkeys(marks))[:MOST]),
            max_age=KEPT,
            path=PATH,
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
            httponly=True,
            samesite="Lax",
        )
        return response


def _marks() -> list[str]:
    return [one for one in request.cookies.get(COOKIE, "").split(".")[:MOST] if one.isascii()]
