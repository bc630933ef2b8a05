"""Networks, facilitators' accounts, and their sessions. Time, tokens and hashed passwords are given by the caller."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from selfassess.store.database import db, writing
from selfassess.store.models import Facilitator, Visit
from selfassess.store.submissions import token_hash

IDLE = timedelta(hours=12)  # a session left for longer opens nothing
LONGEST = timedelta(days=7)  # and none lives for longer
SEEN_EVERY = timedelta(minutes=5)  # how often a session in use is written


def open_visit(facilitator: Facilitator, token: str, browser: str, now: datetime) -> None:
    """A session opened by `token`."""
    with writing() as session:
        made = Visit(hash=token_hash(token), facilitator_id=facilitator.id, created_at=now, seen_at=now)
        made.browser = browser[:80]
        session.add(made)


def find_visit(token: str, now: datetime) -> Visit | None:
    """The session of a token while it lives: not revoked, not idle, the account still active."""
    found = db.session.scalar(select(Visit).where(Visit.hash == token_hash(token)))
    if found is None or found.revoked_at is not None or found.facilitator.deactivated_at is not None:
        return None
    if now - found.seen_at > IDLE or now - found.created_at > LONGEST:
        return None
    if now - found.seen_at > SEEN_EVERY:
        with writing():
            found.seen_at = now
    return found


def close_visits(facilitator: Facilitator, now: datetime, token: str | None = None) -> None:
    """Revoke the session of that token, or all of an account's."""
    which = [Visit.facilitator_id == facilitator.id, Visit.revoked_at.is_(None)]
    if token is not None:
        which.append(Visit.hash == token_hash(token))
    with writing() as session:
        closed = update(Visit).where(*which).values(revoked_at=now)
        session.execute(closed.execution_options(synchronize_session=False))
