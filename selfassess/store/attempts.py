"""What may be tried only so often: counted in the database, so for all processes at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as insert_on_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_on_sqlite
from sqlalchemy.orm import Session

from selfassess.store.database import db, writing
from selfassess.store.models import Attempt, HourCount

NEW_PAGES = 4 * 4096
KEPT = timedelta(days=1)  # longer than any window


@dataclass(frozen=True)
class Limit:
    """At most `most` attempts on `subject` (64 hex digits) in any `window`; with `spacing`, one more each time that
    much has passed since the last."""

    subject: str
    most: int
    window: timedelta
    spacing: timedelta | None = None


def attempt(limits: Sequence[Limit], now: datetime, rows: Iterable[object] = ()) -> datetime | None:
    """Count one attempt on each subject, before knowing how it ends; or, when one is at its limit, count none and
    give the instant from which to try again. Old attempts are forgotten.

    `rows` are written with a counted attempt, in the same transaction: having some or none takes the same time.
    """
    with writing() as session:
        for limit in sorted(limits, key=lambda one: one.subject):  # always in one order: nobody waits in a circle
            _wait_for_turn(session, limit.subject)
        if until := [at for limit in limits if (at := _until(session, limit, now))]:
            return max(until)
        session.add_all(Attempt(subject=limit.subject, at=now) for limit in limits)
        session.add_all(rows)
        session.flush()
        session.execute(delete(Attempt).where(Attempt.at < now - KEPT).execution_options(synchronize_session=False))
    return None


def count_in_hour(limits: Mapping[str, int], now: datetime) -> datetime | None:
    """Count one on each subject (64 hex digits) in this hour, in one statement, whatever the number of processes; or,
    when one is at its limit, none, and give the instant of the next hour."""
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    insert = insert_on_postgresql if db.engine.dialect.name == "postgresql" else insert_on_sqlite
    # Always in one order: nobody waits in a circle.
    rows = [{"subject": one, "hour": hour, "count": 1} for one in sorted(limits)]
    counted = insert(HourCount).values(rows)
    more = counted.on_conflict_do_update(
        index_elements=[HourCount.subject, HourCount.hour], set_={"count": HourCount.count + 1}
    )
    with suppress(_NotKept), writing() as session:
        found = session.execute(more.returning(HourCount.subject, HourCount.count)).all()
        if any(count > limits[subject] for subject, count in found):
            raise _NotKept
        return None
    return hour + timedelta(hours=1)


def forget(subject: str, at: datetime | None = None) -> None:
    """Forget the attempts on that subject; with `at`, only the one counted then."""
    which = [Attempt.subject == subject] + ([Attempt.at == at] if at is not None else [])
    with writing() as session:
        session.execute(delete(Attempt).where(*which).execution_options(synchronize_session=False))


class _NotKept(Exception):  # noqa: N818  no fault
    """What was tried is taken back."""


def try_to_write(now: datetime, *, keep: bool) -> None:
    """Write a line and take it away again, in one transaction, confirmed with `keep`. Raises what prevents it.

    SQLite needs new pages for it, so that a disk that is full is seen too.
    """
    with suppress(_NotKept), writing() as session:
        long = "0" * (NEW_PAGES if session.connection().dialect.name == "sqlite" else 64)
        session.add(tried := Attempt(subject=long, at=now))
        session.flush()
        session.delete(tried)
        session.flush()
        if not keep:
            raise _NotKept


def _until(session: Session, limit: Limit, now: datetime) -> datetime | None:
    """When the attempt that is `most` before the next one leaves the window, or when the last is far enough; None when
    one more may be tried now."""
    found = select(Attempt.at).where(Attempt.subject == limit.subject, Attempt.at > now - limit.window)
    counted = list(session.scalars(found.order_by(Attempt.at.desc()).limit(limit.most)))
    if len(counted) < limit.most:
        return None
    leaves = counted[-1] + limit.window
    until = min(leaves, counted[0] + limit.spacing) if limit.spacing is not None else leaves
    return until if until > now else None


def _wait_for_turn(session: Session, subject: str) -> None:
    """SQLite lets one transaction write at a time; PostgreSQL must be asked, or two would count the same."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(int(subject[:15], 16))))
