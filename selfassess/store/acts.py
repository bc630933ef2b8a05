"""Acts on a file (`core.review.acts.ACTS`): each is one event and one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, select, update
from sqlalchemy.orm.attributes import set_committed_value

from selfassess.core.review.acts import (
    ACTS,
    PastAct,
    after,
    may,
)
from selfassess.store.database import db, rows_touched, writing
from selfassess.store.journal import make_room
from selfassess.store.models import Event, Submission
from selfassess.store.submissions import TRIES, BusyError, refresh, unchanged


class NotOpenError(Exception):
    """That act is not open to that role in the state the file is in by now (`state`)."""

    def __init__(self, name: str, state: str) -> None:
        super().__init__(name, state)
        self.name, self.state = name, state


class StaleError(Exception):
    """Somebody acted on the file since the page was shown: nothing was written. `since`: their events."""

    def __init__(self, since: Sequence[Event]) -> None:
        super().__init__()
        self.since = list(since)


@dataclass(frozen=True)
class Actor:
    """Who acts: the role, how the timeline names them, and the account of a facilitator."""

    role: str
    label: str
    facilitator_id: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What an act writes besides its event: columns of the submission; and, once the event has its id, rows to add
    or statements to execute, in order."""

    data: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    rows: Callable[[Event], Iterable[Any]] = lambda event: ()


def perform(
    submission: Submission,
    name: str,
    actor: Actor,
    now: datetime,
    make: Callable[[Submission], Outcome] = lambda submission: Outcome(),
    seen: int | None = None,
) -> Event:
    """Do the act `name`; gives its event. `make` is called again with the fresh file when somebody wrote meanwhile.

    `seen`: `submission.acts` as the page showed it; another count raises StaleError. Raises NotOpenError, GoneError,
    BusyError, FullJournalError, NotSavedError.
    """
    for _ in range(TRIES):
        if seen is not None and submission.acts != seen:
            raise StaleError(events_after(submission, seen))
        if not may(name, actor.role, submission.state, copied=submission.twin_of is not None):
            raise NotOpenError(name, submission.state)
        event = _perform(submission, name, actor, now, make(submission))
        if event is not None:
            return event
        refresh(submission)
    raise BusyError


def _perform(submission: Submission, name: str, actor: Actor, now: datetime, outcome: Outcome) -> Event | None:
    news = {} if ACTS[name].quiet else {"acts": submission.acts + 1, "moved_at": now}
    values = {"state": after(name, submission.state), **news, **outcome.values}
    with writing() as session:
        statement = (
            update(Submission)
            .where(*unchanged(submission))
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        if not rows_touched(session.execute(statement)):
            return None
        if ACTS[name].quiet:
            make_room(session, submission.id)
        event = Event(
            submission_id=submission.id,
            at=now,
            role=actor.role,
            actor=actor.label,
            facilitator_id=actor.facilitator_id,
            kind=name,
            data=dict(outcome.data),
        )
        session.add(event)
        session.flush()
        for row in outcome.rows(event):
            if isinstance(row, Executable):
                session.execute(row)
            else:
                session.add(row)
    for column, value in values.items():
        set_committed_value(submission, column, value)
    return event


def events_after(submission: Submission, acts: int) -> list[Event]:
    """The acts beyond the first `acts` ones, oldest first (answers saved are events too, and no acts)."""
    counted = [act.name for act in ACTS.values() if not act.quiet]
    found = select(Event).where(Event.submission_id == submission.id, Event.kind.in_(counted)).order_by(Event.id)
    return list(db.session.scalars(found.offset(acts)))


def entries(events: Iterable[Event]) -> list[PastAct]:
    """Events as `core.review.acts` reads them."""
    return [PastAct(one.id, one.at.isoformat(), one.role, one.actor, one.kind, one.data) for one in events]
