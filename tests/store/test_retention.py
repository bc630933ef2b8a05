"""What goes, when, and to whom it was told before: on both databases."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import JSON, Boolean, Integer, inspect, select, update
from sqlalchemy.types import TypeEngine

from selfassess.core.review.acts import FACILITATOR
from selfassess.store import reports, retention, submissions
from selfassess.store.acts import Actor, Outcome, perform
from selfassess.store.database import UtcDateTime, db, writing
from selfassess.store.models import Event, Facilitator, Link, Mail, Model, Revision, StoredReport, Submission
from selfassess.store.retention import NOTICE, Purged, leaves, purge
from tests.desk import COORDINATOR, KEEPING, a_facilitator, a_file, a_network, a_sent_file, purged
from tests.fixtures.stores import BOTH
from tests.web.profiles import EARLY

pytestmark = pytest.mark.stores(*BOTH)

START = datetime.fromisoformat("2026-01-10T12:00:00+00:00")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
EMAIL = "coordination@pat.example"


def left() -> set[str]:
    db.session.rollback()  # what this session was reading
    db.session.expire_all()
    return set(db.session.scalars(select(Submission.reference)))


def asked(file: Submission, fingerprint: str, at: datetime) -> StoredReport:
    made = reports.ask(fingerprint, "{}", file.id, "t", at)
    taken = reports.take(at)
    assert taken is not None
    assert reports.done(taken, b"%PDF")
    return made


def draft(at: datetime) -> Submission:
    return a_file(EARLY, at=at)[0]


def finished(at: datetime) -> Submission:
    asked(file := draft(at), "f" * 64, at)
    return file


def complete(at: datetime) -> Submission:
    file = draft(at)
    with writing() as session:
        session.execute(update(Submission).where(Submission.id == file.id).values(completed_at=at))
    return file


def sent(at: datetime) -> Submission:
    return a_sent_file(a_network(secrets.token_hex(4)), EARLY, at=at)[0]


def withdrawn(at: datetime) -> Submission:
    perform(file := sent(at - 20 * DAY), "withdraw", COORDINATOR, at)
    return file


def commented(at: datetime) -> Submission:
    desk = Actor(FACILITATOR, "Animation")
    perform(file := sent(at - 20 * DAY), "comment", desk, at, lambda found: Outcome({"key": "", "text": "Bien reçu."}))
    return file


@pytest.mark.parametrize(
    ("make", "days"), [(draft, 90), (finished, 365), (complete, 365), (withdrawn, 90), (sent, 1826), (commented, 1826)]
)
def test_each_state_has_its_time_counted_from_the_last_change(
    store: Flask, make: Callable[[datetime], Submission], days: int
) -> None:
    make(START)
    ends = START + days * DAY
    assert purge(KEEPING, ends - NOTICE - HOUR, None) == Purged(0, 0)
    assert purge(KEEPING, ends - NOTICE, None) == Purged(0, 1)
    assert purge(KEEPING, ends - HOUR, None) == Purged(0, 0)
    assert purge(KEEPING, ends, None) == Purged(1, 0)
    assert not any(db.session.scalars(select(model)).all() for model in (Submission, Event, Revision, StoredReport))


def test_nothing_goes_that_was_not_told_for_thirty_days(store: Flask) -> None:
    """Were it years late: a worker that slept, a setting made shorter."""
    file, _ = a_file(EARLY, at=START)
    late = START + 400 * DAY
    assert leaves(file, KEEPING, START + 59 * DAY) is None
    assert leaves(file, KEEPING, START + 61 * DAY) == START + 91 * DAY  # not told yet: as long after it will be
    assert purge(KEEPING, late, None) == Purged(0, 1)
    db.session.refresh(file)
    assert leaves(file, KEEPING, late + DAY) == late + NOTICE
    assert purge(KEEPING, late + NOTICE - HOUR, None) == Purged(0, 0)
    assert purge(KEEPING, late + NOTICE, None) == Purged(1, 0)


def test_told_in_time_it_goes_on_the_day_said(store: Flask) -> None:
    file, _ = a_file(EARLY, at=START)
    assert purge(KEEPING, START + 60 * DAY, None) == Purged(0, 1)
    db.session.refresh(file)
    assert leaves(file, KEEPING, START + 61 * DAY) == START + 90 * DAY
    assert purge(KEEPING, START + 90 * DAY, None) == Purged(1, 0)


def test_a_change_or_an_owner_s_word_puts_it_off_and_it_is_told_anew(store: Flask) -> None:
    file, _ = a_file(EARLY, at=START)
    saved = submissions.Change({}, {}, "answer", {})
    puts_off = (
        lambda at: submissions.change(file, lambda found: saved, "respondent", at),
        lambda at: perform(file, "keep", COORDINATOR, at, lambda one: Outcome({}, {"kept_at": at})),
    )
    at = START
    for put_off in puts_off:
        at += 60 * DAY
        assert purge(KEEPING, at, None).told == 1
        put_off(at + 29 * DAY)
        db.session.refresh(file)
        assert leaves(file, KEEPING, at + 30 * DAY) is None
        assert purge(KEEPING, at + 31 * DAY, None) == Purged(0, 0)
        at += 29 * DAY
    assert purged(at + 90 * DAY) == 1


def test_one_message_is_sent_to_an_address_and_none_once_kept(store: Flask) -> None:
    file, _ = a_file(EARLY, at=START)
    a_file(EARLY, at=START)  # without an address
    with writing():
        file.email = EMAIL
    for hours in range(3):
        purge(KEEPING, START + 61 * DAY + hours * HOUR, None)
    (mail,) = db.session.scalars(select(Mail))
    assert (mail.kind, mail.recipient, mail.submission_id) == (retention.LEAVING, EMAIL, file.id)
    assert mail.data["ends"] == (START + 91 * DAY).isoformat()
    at = START + 62 * DAY
    perform(file, "keep", COORDINATOR, at, lambda one: Outcome({}, {"kept_at": at}, retention.unannounced(one)))
    assert not db.session.scalars(select(Mail)).all()


def test_a_deleted_file_leaves_no_row_of_its_own_anywhere(store: Flask) -> None:
    network = a_network()
    a_facilitator(network)
    kept, gone = a_sent_file(network, EARLY, at=START)[0], a_sent_file(network, EARLY, at=START)[0]
    theirs = [one for one in Model.__subclasses__() if "submission_id" in inspect(one).columns]
    for file in (kept, gone):
        fill(file, theirs)
    before = {model: rows(model, kept) for model in theirs}
    assert all(rows(model, gone) for model in theirs), "every table that a file has rows in is tried"
    gone_id, started = gone.id, START + 1826 * DAY
    purge(KEEPING, started, None)
    perform(kept, "keep", COORDINATOR, started + DAY, lambda one: Outcome({}, {"kept_at": started + DAY}))
    assert purge(KEEPING, started + NOTICE, None).deleted == 1
    for model in theirs:
        assert not db.session.scalars(select(model).where(model.submission_id == gone_id)).all(), model
        assert len(rows(model, kept)) >= len(before[model]), model
    nameless = db.session.scalars(select(Link).where(Link.submission_id.is_(None)))
    assert {one.label for one in nameless} == {""}


def rows(model: type[Model], file: Submission) -> list[Model]:
    return list(db.session.scalars(select(model).where(model.submission_id == file.id)))  # type: ignore[attr-defined]


def fill(file: Submission, models: list[type[Model]]) -> None:
    """A row of each kind, whatever is in it."""
    for model in models:
        if not rows(model, file):
            values: dict[str, object] = {"submission_id": file.id}
            for column in inspect(model).columns:
                if not (column.nullable or column.foreign_keys or column.name == "id"):
                    values[column.name] = made_up(column.type, file.reference)
            if "facilitator_id" in inspect(model).columns and not inspect(model).columns["facilitator_id"].nullable:
                values["facilitator_id"] = db.session.scalar(select(Facilitator.id))
            with writing() as session:
                session.add(model(**values))


def made_up(kind: TypeEngine[object], word: str) -> object:
    if isinstance(kind, UtcDateTime):
        return START
    return {} if isinstance(kind, JSON) else 1 if isinstance(kind, Integer) else isinstance(kind, Boolean) or word


def test_messages_nobody_needs_and_pdf_nobody_fetched_go(store: Flask) -> None:
    file, _ = a_file(EARLY, at=START)
    fetched = asked(file, "a" * 64, START)
    asked(file, "b" * 64, START)
    reports.fetched(fetched, START + DAY)
    about = {"kind": "receipt", "recipient": EMAIL, "submission_id": file.id, "created_at": START, "next_at": START}
    with writing() as session:
        made = {
            state: Mail(handover=state, state=state, **about) for state in ("sent", "failed", "uncertain", "queued")
        }
        opens = Mail(handover="opens", state="sent", **about)
        session.add_all([*made.values(), opens])
        session.flush()
        session.add(Link(hash="1" * 64, submission_id=file.id, role="respondent", created_at=START, mail_id=opens.id))
    perform(file, "keep", COORDINATOR, START + 80 * DAY, lambda one: Outcome({}, {"kept_at": START + 80 * DAY}))
    purge(KEEPING, START + 29 * DAY, None)
    assert len(db.session.scalars(select(StoredReport)).all()) == 2
    purge(KEEPING, START + 31 * DAY, None)
    assert [one.fingerprint for one in db.session.scalars(select(StoredReport))] == ["a" * 64]
    assert len(db.session.scalars(select(Mail)).all()) == 5
    purge(KEEPING, START + 91 * DAY, None)
    assert {one.handover for one in db.session.scalars(select(Mail))} == {"queued", "opens"}


def test_killed_between_two_files_each_is_whole_or_gone(store: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        a_file(EARLY, at=START)
    purge(KEEPING, START + 60 * DAY, None)
    delete, done = retention._delete, []

    def killed(*arguments: object) -> int:
        if done:
            raise KeyboardInterrupt
        done.append(1)
        return delete(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(retention, "_delete", killed)
    with pytest.raises(KeyboardInterrupt):
        purge(KEEPING, START + 91 * DAY, None)
    assert len(left()) == 2
    assert len(db.session.scalars(select(Event)).all()) == 4  # two of each file that is left
    monkeypatch.undo()
    assert purge(KEEPING, START + 91 * DAY, None) == Purged(2, 0)
    assert not db.session.scalars(select(Event)).all()


def test_two_purges_at_once_tell_once_and_delete_once(store: Flask) -> None:
    for _ in range(6):
        with writing():
            a_file(EARLY, at=START)[0].email = EMAIL
    for days, counted in ((61, "told"), (92, "deleted")):
        found: list[Purged] = []

        def work(days: int = days, found: list[Purged] = found) -> None:
            with store.app_context():
                found.append(purge(KEEPING, START + days * DAY, None))

        both = [threading.Thread(target=work) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert sum(getattr(one, counted) for one in found) == 6
        if counted == "told":
            assert len(db.session.scalars(select(Mail)).all()) == 6
    assert not left()


def test_a_clock_an_hour_off_tells_and_deletes_an_hour_off(store: Flask) -> None:
    """Of two machines, one is an hour ahead: a file goes an hour early at most, told for thirty days by one of them."""
    a_file(EARLY, at=START + HOUR)
    assert purge(KEEPING, START + 60 * DAY, None) == Purged(0, 0)
    assert purge(KEEPING, START + 60 * DAY + HOUR, None) == Purged(0, 1)
    assert purge(KEEPING, START + 90 * DAY, None) == Purged(0, 0)
    assert purge(KEEPING, START + 90 * DAY + HOUR, None) == Purged(1, 0)
