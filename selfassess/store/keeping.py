"""What is deleted once it has been kept for as long as the page on personal data says."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete

from selfassess.store import attempts, submissions
from selfassess.store.accounts import LONGEST
from selfassess.store.database import writing
from selfassess.store.models import Attempt, Facilitator, Key, Visit

ACCOUNT_KEPT = timedelta(days=365)  # after it was deactivated


def purge(older_than: timedelta, now: datetime) -> int:
    """Delete files (`submissions.purge`), and of accounts: deactivated ones, dead sessions and links, failed logins.

    Gives how many files.
    """
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
    return count
