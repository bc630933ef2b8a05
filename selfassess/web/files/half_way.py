"""Half-way in: a password was right, the second factor is not given yet. It opens the page that asks for it, no other.

Kept in the signed cookie, for ten minutes; a new password, or a closed account, ends it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import session
from werkzeug.exceptions import Unauthorized

from selfassess.store.accounts import find_by_id
from selfassess.store.models import Facilitator
from selfassess.store.submissions import token_hash
from selfassess.web.french import now

HALF = "half"  # of the session: who, since when, with which password, towards which page
LIVES = timedelta(minutes=10)


def begin(facilitator: Facilitator, goal: str) -> None:
    session[HALF] = [facilitator.id, now().isoformat(), token_hash(facilitator.password or ""), goal]


def half_in() -> Facilitator:
    """The account whose password was given in this browser; otherwise 401, which leads to the login page."""
    kept = session.get(HALF)
    if kept is None or not timedelta(0) <= now() - datetime.fromisoformat(kept[1]) <= LIVES:
        raise Unauthorized
    found = find_by_id(kept[0])
    if found is None or found.deactivated_at is not None or token_hash(found.password or "") != kept[2]:
        raise Unauthorized
    return found


def goal() -> str:
    """The page that was asked for before logging in."""
    return str(session[HALF][3])
