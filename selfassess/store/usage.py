"""What the site is used for, by month: counted once a month has ended, while its files are still there, and kept after
them. A count never changes once it is made, so that nothing is learnt from one day to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from selfassess.core.review.acts import PREVIEW
from selfassess.store.database import db, writing
from selfassess.store.models import MonthCount, Submission

PARIS = ZoneInfo("Europe/Paris")
COUNTED_WITHIN = timedelta(days=60)  # of the end of a month; later, drafts of it may have gone


def counted(since: str) -> list[MonthCount]:
    """From that month on (« 2026-01 »), in order."""
    return list(db.session.scalars(select(MonthCount).where(MonthCount.month >= since).order_by(MonthCount.month)))


def count_months(now: datetime) -> int:
    """Count each month that has ended and was not: how many were. None before the first file."""
    first = db.session.scalar(select(func.min(Submission.created_at)))
    missing = [
        (month, start, end)
        for month, start, end in _ended(now)
        if first is not None and first < end and db.session.get(MonthCount, month) is None
    ]
    for month, start, end in missing:
        made = _count(month, start, end)
        with suppress(IntegrityError), writing() as session:  # another worker did, just now
            session.add(made)
    return len(missing)


def _ended(now: datetime) -> Iterator[tuple[str, datetime, datetime]]:
    """The months that ended lately, the last one first: name, first instant, first instant after."""
    end = now.astimezone(PARIS).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while now - end < COUNTED_WITHIN:
        start = (end - timedelta(days=1)).replace(day=1)
        yield f"{start:%Y-%m}", start.astimezone(UTC), end.astimezone(UTC)
        end = start


def _count(month: str, start: datetime, end: datetime) -> MonthCount:
    """Neither trials of a draft edition, nor what a network set aside as unwanted, nor copies of a file counted."""
    real = (Submission.state != PREVIEW, Submission.aside.is_(False), Submission.twin_of.is_(None))
    moments = (Submission.created_at, Submission.completed_at, Submission.sent_at)
    begun, completed, sent = (
        db.session.scalar(select(func.count()).select_from(Submission).where(*real, at >= start, at < end)) or 0
        for at in moments
    )
    timed = (Submission.completed_at >= start, Submission.completed_at < end, Submission.spent > 0)
    spent = db.session.scalars(select(Submission.spent).where(*real, *timed).order_by(Submission.spent))
    minutes = [round(seconds / 60) for seconds in spent]
    return MonthCount(month=month, begun=begun, completed=completed, sent=sent, minutes=minutes)
