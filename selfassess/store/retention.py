"""What is deleted once it has been kept for as long as the page on personal data says.

No file goes before its owner was told for NOTICE, on its pages and by e-mail where there is an address: a shorter
setting, a clock that jumped, or a worker that slept puts the day off. Each file goes in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Delete, and_, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from selfassess.core.review.acts import DRAFT, PREVIEW, SENT, WITHDRAWN
from selfassess.store import attempts
from selfassess.store.accounts import LONGEST
from selfassess.store.database import db, rows_touched, wipe, writing
from selfassess.store.models import (
    AdminAct,
    Attempt,
    Event,
    Facilitator,
    HourCount,
    Key,
    Link,
    Mail,
    StoredReport,
    Submission,
    Visit,
)
from selfassess.store.reports import FAILED, READY, REPLACED
from selfassess.store.submissions import deletion, itself, nameless

NOTICE = timedelta(days=30)  # between the day an owner is told and the day the file goes, at least
LEAVING = "leaving"  # the kind of the message that tells it
ACCOUNT_KEPT = timedelta(days=365)  # after it was deactivated
QUIET = timedelta(days=365)  # what a running site is believed to do without anything written
LIVED_IN = timedelta(days=7)  # and it is again once the site was used for so long by that clock
GIVEN_UP = ("sent", "failed", "uncertain")  # messages that nothing more is done about
LATE = timedelta(days=2)  # something that should delete does not
AT_ONCE = 500  # files at most: who calls has other things to do


@dataclass(frozen=True)
class Keeping:
    """How long, since the last change of a file: a `draft`; one that was complete, or whose report was asked for
    (`finished`); one taken back (`withdrawn`); one that a network has (`sent`). A message, since it was made; a drawn
    report nobody fetched."""

    draft: timedelta = timedelta(days=90)
    finished: timedelta = timedelta(days=365)
    withdrawn: timedelta = timedelta(days=90)
    sent: timedelta = timedelta(days=5 * 365 + 1)
    mail: timedelta = timedelta(days=90)
    report: timedelta = timedelta(days=30)

    def of(self, submission: Submission) -> timedelta:
        """For that file, as it is."""
        return next(kept for kept, states, finished in self.rules() if _rules(submission, states, finished))

    def rules(self) -> tuple[tuple[timedelta, tuple[str, ...], bool | None], ...]:
        """How long, in which states, and whether it is finished; None: either."""
        return (
            (self.draft, (PREVIEW,), None),
            (self.draft, (DRAFT,), False),
            (self.finished, (DRAFT,), True),
            (self.withdrawn, (WITHDRAWN,), None),
            (self.sent, SENT, None),
        )


@dataclass(frozen=True)
class Purged:
    """How many files were deleted, and how many owners told that theirs will be."""

    deleted: int = 0
    told: int = 0


def leaves(submission: Submission, keeping: Keeping, now: datetime) -> datetime | None:
    """When the file goes if nothing changes, told from NOTICE before; None until then."""
    changed = _changed(submission)
    end, told = changed + keeping.of(submission), submission.warned_at
    if end - NOTICE > now or _copies(submission):
        return None
    return max(end, (told if told is not None and told >= changed else now) + NOTICE)


def ends(submission: Submission, keeping: Keeping) -> datetime:
    """When the file has been kept long enough, if nothing changes and its owner is told in time. Its links open its
    copies: it stays as long as they do."""
    return max(_changed(one) + keeping.of(one) for one in (submission, *_copies(submission)))


def _copies(submission: Submission) -> list[Submission]:
    return list(db.session.scalars(select(Submission).where(Submission.twin_of == submission.id)))


def _changed(submission: Submission) -> datetime:
    known = (submission.saved_at or submission.created_at, submission.moved_at, submission.kept_at)
    return max(one for one in known if one is not None)


def _rules(submission: Submission, states: tuple[str, ...], finished: bool | None) -> bool:
    done = submission.completed_at is not None or submission.reported_at is not None
    return submission.state in states and finished in {None, done}


def purge(keeping: Keeping, now: datetime, far: timedelta | None = QUIET) -> Purged:
    """Tell owners, and delete what was kept long enough: files, AT_ONCE at most, messages, reports, and of accounts
    deactivated ones, dead sessions and links, failed logins.

    Nothing goes by a clock that is `far` from what was written (`believable`); None: it is right.
    """
    if far is not None and not believable(now, far):
        return Purged()
    told = sum(_tell(one, keeping, now) for one in _found(keeping, now + NOTICE, ~_told()))
    gone = (Submission.warned_at <= now - NOTICE, _told())
    deleted = sum(_delete(one, keeping, now) for one in _found(keeping, now, *gone))
    for model, which in _leftovers(keeping, now):
        with writing() as session:
            session.execute(delete(model).where(which).execution_options(synchronize_session=False))
    wipe()
    return Purged(deleted, told)


def overdue(keeping: Keeping, now: datetime) -> int:
    """Files that should have gone LATE ago: nothing deletes any more."""
    gone = (_due(keeping, now - LATE), Submission.warned_at <= now - NOTICE - LATE, _told())
    return db.session.scalar(select(func.count()).select_from(Submission).where(*gone)) or 0


def _found(keeping: Keeping, ends: datetime, *which: ColumnElement[bool]) -> list[Submission]:
    """Files whose time ends by then, of all rules."""
    found = select(Submission).where(_due(keeping, ends), *which).order_by(Submission.id).limit(AT_ONCE)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def _due(keeping: Keeping, ends: datetime) -> ColumnElement[bool]:
    copy = aliased(Submission)
    copied = select(copy.id).where(copy.twin_of == Submission.id).correlate(Submission).exists()
    rules = (and_(*_rule(states, reported), *_unchanged(ends - kept)) for kept, states, reported in keeping.rules())
    return and_(or_(*rules), ~copied)


def _rule(states: tuple[str, ...], finished: bool | None) -> Iterator[ColumnElement[bool]]:
    yield Submission.state.in_(states)
    if finished is not None:
        done = or_(Submission.completed_at.is_not(None), Submission.reported_at.is_not(None))
        yield done if finished else ~done


def _unchanged(since: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Submission.created_at <= since,  # of an index, with the state
        func.coalesce(Submission.saved_at, Submission.created_at) <= since,
        or_(Submission.moved_at.is_(None), Submission.moved_at <= since),
        or_(Submission.kept_at.is_(None), Submission.kept_at <= since),
    )


def _told() -> ColumnElement[bool]:
    """Since its last change."""
    at = Submission.warned_at
    return and_(
        func.coalesce(at >= func.coalesce(Submission.saved_at, Submission.created_at), False),
        or_(Submission.moved_at.is_(None), at >= Submission.moved_at),
        or_(Submission.kept_at.is_(None), at >= Submission.kept_at),
    )


def _tell(submission: Submission, keeping: Keeping, now: datetime) -> int:
    """On its pages from now on, and by a message in the same transaction where there is an address; 1, or 0 when
    another process did, or somebody wrote meanwhile."""
    end = max(ends(submission, keeping), now + NOTICE)
    mine = (*itself(submission), _due(keeping, now + NOTICE), ~_told())
    with writing() as session:
        said = update(Submission).where(*mine).values(warned_at=now).execution_options(synchronize_session=False)
        done = rows_touched(session.execute(said))
        if done and submission.email:
            session.add(
                Mail(
                    handover=f"{submission.id}.{LEAVING}.{now.isoformat()}",
                    kind=LEAVING,
                    recipient=submission.email,
                    submission_id=submission.id,
                    data={"ends": end.isoformat()},
                    created_at=now,
                    next_at=now,
                )
            )
    return done


def _delete(submission: Submission, keeping: Keeping, now: datetime) -> int:
    """The file with all that is its own; nothing when it changed since it was looked for."""
    mine = (*itself(submission), _due(keeping, now), Submission.warned_at <= now - NOTICE, _told())
    with writing() as session:
        session.execute(nameless(*mine))
        done = rows_touched(session.execute(deletion(*mine)))
        session.expunge(submission)
    return done


def _leftovers(keeping: Keeping, now: datetime) -> tuple[tuple[type, ColumnElement[bool]], ...]:
    """What goes by itself, whatever becomes of its file. A message whose link may still open the file stays with it: a
    new address switches such links off."""
    drawn = StoredReport.state.in_((READY, FAILED, REPLACED))
    opens = select(Link.hash).where(Link.mail_id == Mail.id).exists()
    return (
        (Mail, and_(Mail.state.in_(GIVEN_UP), Mail.created_at < now - keeping.mail, ~opens)),
        (StoredReport, and_(drawn, StoredReport.fetched_at.is_(None), StoredReport.created_at < now - keeping.report)),
        (Facilitator, Facilitator.deactivated_at < now - ACCOUNT_KEPT),
        (AdminAct, AdminAct.at < now - ACCOUNT_KEPT),
        (Visit, Visit.created_at < now - LONGEST),
        (Key, Key.expires_at < now - LONGEST),
        (Attempt, Attempt.at < now - attempts.KEPT),
        (HourCount, HourCount.hour < now - attempts.KEPT),
    )


def unannounced(submission: Submission) -> Callable[[Event], list[Delete]]:
    """Of an act that keeps the file: a message that said it goes, and has not left, does not leave."""
    waits = (Mail.submission_id == submission.id, Mail.kind == LEAVING, Mail.state == "queued")
    return lambda event: [delete(Mail).where(*waits).execution_options(synchronize_session=False)]


def believable(now: datetime, far: timedelta) -> bool:
    """Was something written in the time before `now`, the last week aside? A clock that jumps ahead would otherwise
    tell of everything at once, at the first file started by it. True when there is nothing that old to delete."""
    lived = select(Event.id).where(Event.at > now - far, Event.at <= now - LIVED_IN)
    older = select(Event.id).where(Event.at <= now - far)
    if db.session.scalar(lived.order_by(Event.id.desc()).limit(1)) is not None:
        return True
    return db.session.scalar(older.limit(1)) is None
