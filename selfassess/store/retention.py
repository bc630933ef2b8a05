"""What is deleted once it has been kept for as long as the page on personal data says."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select

from selfassess.store import attempts, submissions
from selfassess.store.accounts import LONGEST
from selfassess.store.database import db, wipe, writing
from selfassess.store.models import Attempt, Event, Facilitator, Key, Visit
from selfassess.store.submissions import SENT_KEPT

ACCOUNT_KEPT = timedelta(days=365)  # after it was deactivated
FAR = SENT_KEPT + timedelta(days=365)  # without anything written, a clock is not believed
QUIET = timedelta(days=365)  # what a running site is believed to do without anything written
LIVED_IN = timedelta(days=7)  # and it is again once the site was used for so long by that clock


def purge(older_than: timedelta, now: datetime, far: timedelta | None = FAR) -> int:
    """Delete files (`submissions.purge`), and of accounts: deactivated ones, dead sessions and links, failed logins.

    Gives how many files. Nothing goes by a clock that is `far` from what was written (`believable`); None: it is right.
    """
    if far is not None and not believable(now, far):
        return 0
    count = submissions.purge(older_than, now)
    gone: tuple[tuple[type, ColumnElement[bool]], ...] = (
        (Facilitator, Facilitator.deactivated_at < now - ACCOUNT_KEPT),
        (Visit, Visit.created_at < now - LONGEST),
        (Key, Key.expires_at < now - LONGEST),
        (Attempt, Attempt.at < now - attempts.KEPT),
    )
    with writing() as session:
        for model, which in gone:
            session.execute(delete(model).where(which).execution_options(synchronize_session=False))
    wipe()
    return count


def believable(now: datetime, far: timedelta) -> bool:
    """Was something written in the time before `now`, the last week aside? A clock that jumps ahead would otherwise
    delete everything at once, at the first file started by it. True when there is nothing that old to delete."""
    lived = select(Event.id).where(Event.at > now - far, Event.at <= now - LIVED_IN)
    older = select(Event.id).where(Event.at <= now - far)
    if db.session.scalar(lived.order_by(Event.id.desc()).limit(1)) is not None:
        return True
    return db.session.scalar(older.limit(1)) is None
