"""The line of messages as the worker sees it: one is claimed, with its link, then what became of it is written.

A message left « sending » by a worker that died is uncertain: nobody knows whether it left, so it is never sent again
by itself. At most one sending per claim, whatever the number of workers. Also what waits, of reports too, for who looks
after the site.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, Update, and_, column, delete, func, or_, select, table, update
from sqlalchemy.orm import Session

from selfassess.core.review.acts import READER, RESPONDENT
from selfassess.store.accounts import KEY_LIVES
from selfassess.store.alerts import CALL
from selfassess.store.database import Model, db, its_clock, rows_touched, writing
from selfassess.store.models import (
    Alert,
    AlertStop,
    Event,
    Facilitator,
    Key,
    Link,
    Mail,
    StoredReport,
    Submission,
    WorkerSign,
)
from selfassess.store.reports import QUEUED
from selfassess.store.submissions import token_hash

BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
MOST_ATTEMPTS = len(BACKOFF) + 1
WAITED = tuple(sum(BACKOFF[:put_off], timedelta()) for put_off in range(MOST_ATTEMPTS))  # already, when due again
DAY = timedelta(days=1)
NOBODY = "no_recipient"
PASSED_ON = "Joint à un message"  # how the link to read that a message holds is listed
HOUR, MOST_AN_HOUR = timedelta(hours=1), 60  # to one recipient: more would be a nuisance, whoever has them sent


@dataclass(frozen=True)
class Claim:
    """A message claimed for the caller alone, and what it is about. `token`, and `reading` where the message holds a
    link to pass on, are kept nowhere but in the message."""

    mail: Mail
    token: str
    reading: str
    at: datetime
    submission: Submission | None
    event: Event | None
    facilitator: Facilitator | None


def take(now: datetime, token: str, reading: str = "") -> Claim | None:
    """The message due for longest, claimed; None if none is. Its links are made in the same transaction."""
    due = select(Mail).where(*_due(now)).order_by(Mail.next_at, Mail.id).limit(1)
    while (found := db.session.scalar(due.execution_options(populate_existing=True))) is not None:
        claim = None
        with writing() as session:
            values = {"state": "sending", "attempts": Mail.attempts + 1, "claimed_at": now}
            if rows_touched(session.execute(_update(Mail.id == found.id, *_due(now)).values(values))):
                claim = _claim(session, found, (token, reading), now)
        if claim is not None:
            return claim
    return None


def _claim(session: Session, mail: Mail, tokens: tuple[str, str], now: datetime) -> Claim | None:
    """What the message is about, as it is now, with its link; None when there is nobody to write to any more."""
    session.refresh(mail)
    submission = session.get(Submission, mail.submission_id, populate_existing=True) if mail.submission_id else None
    facilitator = session.get(Facilitator, mail.facilitator_id, populate_existing=True) if mail.facilitator_id else None
    if mail.kind == CALL:
        address = mail.recipient if session.get(Alert, mail.data["alert"]) is not None else None
    else:
        address = _address(mail, submission, facilitator)
    if address is None:
        mail.state, mail.error = "failed", NOBODY
        return None
    if mail.kind not in KEY_LIVES and (later := _full_until(session, address, now)):
        mail.state, mail.next_at, mail.claimed_at, mail.attempts = "queued", later, None, mail.attempts - 1
        return None  # its turn comes; links to choose a password are few, and never wait behind others
    mail.recipient = address
    session.add_all(_opened_by(mail, token_hash(tokens[0]), tokens[1], now))
    event = session.get(Event, mail.data["event"]) if "event" in mail.data else None
    return Claim(mail, *tokens, now, submission, event, facilitator)


def _opened_by(mail: Mail, hashed: str, reading: str, now: datetime) -> Iterator[Model]:
    """What the link of a message opens, if it carries one: nothing but the end of such messages, about a call."""
    if mail.kind == CALL:
        yield AlertStop(hash=hashed, alert_id=mail.data["alert"])
    elif mail.facilitator_id is None and mail.submission_id is not None:
        about = {"submission_id": mail.submission_id, "mail_id": mail.id, "created_at": now}
        yield Link(hash=hashed, role=RESPONDENT, **about)
        if reading:
            yield Link(hash=token_hash(reading), role=READER, label=PASSED_ON, **about)
    elif mail.kind in KEY_LIVES:
        good = {"purpose": mail.kind, "created_at": now, "expires_at": now + KEY_LIVES[mail.kind]}
        yield Key(hash=hashed, facilitator_id=mail.facilitator_id, **good)


def _full_until(session: Session, address: str, now: datetime) -> datetime | None:
    """When that address may be written to again; None when it has not had its number of messages."""
    lately = select(Mail.sent_at).where(Mail.recipient == address, Mail.sent_at > now - HOUR)
    found = list(session.scalars(lately.order_by(Mail.sent_at.desc()).limit(MOST_AN_HOUR)))
    return found[-1] + HOUR if len(found) == MOST_AN_HOUR and found[-1] else None


def _address(mail: Mail, submission: Submission | None, facilitator: Facilitator | None) -> str | None:
    """Where it goes, as of now: corrected since, or nowhere any more."""
    if mail.submission_id is None and mail.facilitator_id is None:
        return mail.recipient  # about no file nor account: to who runs the site
    if facilitator is None:
        return submission.email if submission else None
    if facilitator.deactivated_at is not None:
        return None
    if submission is not None and submission.network_id not in {None, *(one.id for one in facilitator.networks)}:
        return None  # the file went to another network
    return facilitator.email


def sent(claim: Claim, now: datetime) -> bool:
    """The server took it; False when the file, hence its messages, were deleted meanwhile."""
    return _settle(claim, {"state": "sent", "sent_at": now, "error": None})


def unsent(claim: Claim, now: datetime, why: str, *, for_good: bool = False) -> bool:
    """It surely did not leave: in line again later, or failed. Its link goes away."""
    last = for_good or claim.mail.attempts >= MOST_ATTEMPTS
    later: dict[str, object] = {"state": "failed"}
    if not last:
        later = {"state": "queued", "next_at": now + BACKOFF[claim.mail.attempts - 1]}
    return _settle(claim, {**later, "error": why}, forget=True)


def unsure(claim: Claim, why: str) -> bool:
    """Whether it left is not known: its link stays, somebody may be reading it."""
    return _settle(claim, {"state": "uncertain", "error": why})


def _settle(claim: Claim, values: dict[str, object], *, forget: bool = False) -> bool:
    mine = (Mail.id == claim.mail.id, Mail.claimed_at == claim.at, Mail.state.in_(("sending", "uncertain")))
    with writing() as session:
        done = session.execute(_update(*mine).values(values))
        if forget:
            hashes = [token_hash(one) for one in (claim.token, claim.reading)]
            for model in (Link, Key, AlertStop):
                session.execute(delete(model).where(model.hash.in_(hashes)))
    return rows_touched(done) > 0


def release(claimed_before: datetime) -> int:
    """Messages whose worker never said what became of them are uncertain; how many."""
    left = (Mail.state == "sending", Mail.claimed_at < claimed_before)
    if db.session.scalar(select(Mail.id).where(*left).limit(1)) is None:
        return 0
    with writing() as session:
        return rows_touched(session.execute(_update(*left).values(state="uncertain", error="interrupted")))


def oldest_due(now: datetime) -> datetime | None:
    """Since when a message due has waited; None when none does."""
    return db.session.scalar(select(func.min(Mail.next_at)).where(*_due(now)))


def waiting() -> ColumnElement[bool]:
    """Messages neither sent nor given up, put off or not."""
    return Mail.state.in_(("queued", "sending"))


def waiting_after(put_off: int) -> ColumnElement[bool]:
    """Those put off so many times, one that is being tried again included."""
    return or_(
        and_(Mail.state == "queued", Mail.attempts == put_off),
        and_(Mail.state == "sending", Mail.attempts == put_off + 1),
    )


def given_up_since(then: datetime) -> tuple[ColumnElement[bool], ...]:
    """Messages that failed for good, other than those that nobody was left to read."""
    return Mail.state == "failed", Mail.error != NOBODY, Mail.claimed_at > then


@dataclass(frozen=True)
class Failing:
    """How many messages are put off after a fault, and were given up in the last day; `error`: the last one's. `since`:
    has one left after it?"""

    put_off: int
    given_up: int
    error: str
    since: bool


def failing(now: datetime) -> Failing | None:
    """None when none is."""
    put_off, given_up = and_(waiting(), Mail.error.is_not(None)), and_(*given_up_since(now - DAY))
    count = select(func.count()).select_from(Mail)
    last = select(Mail.error, Mail.claimed_at).where(or_(put_off, given_up)).order_by(Mail.claimed_at.desc()).limit(1)
    if (found := db.session.execute(last).first()) is None:
        return None
    error, at = found
    left = db.session.scalar(select(Mail.id).where(Mail.state == "sent", Mail.sent_at > at).limit(1)) is not None
    many, lost = (db.session.scalar(count.where(one)) or 0 for one in (put_off, given_up))
    return Failing(many, lost, error or "", left)


@dataclass(frozen=True)
class Queues:
    """What waits, how many and for how long the oldest has: reports to draw, messages to send, put off or not; how many
    messages were given up in the last day; how long ago a worker gave a sign (None: never); the migration the database
    is at."""

    reports: int
    oldest_report: timedelta | None
    messages: int
    oldest_message: timedelta | None
    given_up: int
    worker: timedelta | None
    migration: str


def queues(now: datetime) -> Queues:
    """In one statement. Raises SQLAlchemyError."""
    report, mails = StoredReport.state == QUEUED, select(func.count()).select_from(Mail)
    told = (
        select(func.count()).select_from(StoredReport).where(report),
        select(func.min(StoredReport.created_at)).where(report),
        mails.where(waiting()),
        mails.where(*given_up_since(now - DAY)),
        select(func.max(WorkerSign.at)),
        select(column("version_num", String)).select_from(table("alembic_version")).limit(1),
        *(select(func.min(Mail.next_at)).where(waiting_after(times)) for times in range(len(WAITED))),
    )
    found = db.session.execute(select(*(one.scalar_subquery() for one in told), its_clock())).one()
    reports, report_since, messages, given_up, sign, migration, *due, at = tuple(found)
    dues = [since - waited for since, waited in zip(due, WAITED, strict=True) if since is not None]
    first_due = min(dues, default=None)
    ages = [None if since is None else max(at - since, timedelta()) for since in (report_since, first_due, sign)]
    return Queues(reports, ages[0], messages, ages[1], given_up, ages[2], migration or "")


def how_many_wait() -> int:
    """Messages that are still to be sent, now or later."""
    return db.session.scalar(select(func.count()).where(Mail.state == "queued")) or 0


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Mail.state == "queued", Mail.next_at <= now


def _update(*which: ColumnElement[bool]) -> Update:
    return update(Mail).where(*which).execution_options(synchronize_session=False)
