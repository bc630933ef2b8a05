"""What is kept, on both databases: migrations, submissions, links, events, simultaneous writes, deletion."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from selfassess.store import acts, reports, submissions
from selfassess.store.database import NotSavedError, address, db, writing
from selfassess.store.models import Event, Link, StoredReport, Submission
from selfassess.store.submissions import Change, GoneError
from tests.fixtures.stores import BOTH, SQLITE

pytestmark = pytest.mark.stores(*BOTH)

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


def new(key: str = "t") -> Submission:
    return submissions.start("q", "e", key, NOW)


def put(name: str, value: object) -> Callable[[Submission], Change]:
    return lambda found: Change({**found.answers, name: value}, found.comments, "answer", {"questions": [name]})


def test_migrations_say_what_the_models_say(store: Flask) -> None:
    runner = store.test_cli_runner()
    done = runner.invoke(args=["db", "check"])
    assert done.exit_code == 0, done.output
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
    upgrade()
    assert "submission" in inspect(db.engine).get_table_names()


def test_tables_of_the_former_queue_go(store: Flask) -> None:
    downgrade(revision="0006")
    db.session.execute(text("CREATE TABLE huey_task (id INTEGER)"))
    db.session.commit()
    upgrade()
    assert "huey_task" not in inspect(db.engine).get_table_names()


def test_a_link_opens_its_submission_and_only_its_hash_is_kept(store: Flask) -> None:
    made = new("secret-token")
    link = submissions.find_link("secret-token")
    assert link is not None
    assert link.submission is made
    assert link.hash != "secret-token"
    assert submissions.find_link("secret-toke") is None
    assert made.created_at == NOW


def test_references_are_short_and_without_look_alikes() -> None:
    for _ in range(200):
        reference = submissions.new_reference()
        assert len(reference) == 13
        assert not set(reference[4:]) & set("01ILOU")


def test_a_change_and_its_event_are_kept_together(store: Flask) -> None:
    made = new()
    assert submissions.change(made, put("stage", "s2"), "respondent", NOW)
    db.session.expire_all()
    assert made.answers == {"stage": "s2"}
    assert made.version == 2
    assert made.saved_at == NOW
    assert [(one.kind, one.data) for one in submissions.events(made)][-1] == ("answer", {"questions": ["stage"]})


def test_an_edit_that_makes_nothing_writes_nothing(store: Flask) -> None:
    made = new()
    assert not submissions.change(made, lambda found: None, "respondent", NOW)
    assert len(submissions.events(made)) == 1


def test_a_stale_copy_is_read_again_before_it_is_changed(store: Flask) -> None:
    made = new()
    with writing() as session:
        session.execute(text('UPDATE submission SET version = 7, answers = \'{"border": "far"}\''))
    assert submissions.change(made, put("stage", "s2"), "respondent", NOW)
    assert made.answers == {"border": "far", "stage": "s2"}
    assert made.version == 8


def test_many_writers_lose_nothing(store: Flask) -> None:
    made = new()
    faults: list[BaseException] = []

    def write(number: int) -> None:
        with store.app_context():
            try:
                mine = db.session.get_one(Submission, made.id)
                submissions.change(mine, put(f"q{number}", number), "respondent", NOW)
            except BaseException as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    db.session.expire_all()
    assert made.answers == {f"q{number}": number for number in range(6)}
    assert made.version == 7
    assert len(submissions.events(made)) == 7


def test_deleting_takes_events_and_reports_and_leaves_a_dead_link(store: Flask) -> None:
    made, other = new("one"), new("two")
    reports.ask("f1", "{}", made.id, "t", NOW)
    submissions.remove(made)
    link = submissions.find_link("one")
    assert link is not None
    assert link.submission is None
    assert db.session.query(Submission).all() == [other]
    assert db.session.query(StoredReport).count() == 0
    assert {one.submission_id for one in db.session.query(Event)} == {other.id}


def test_changing_what_was_deleted_meanwhile(store: Flask) -> None:
    made = new()
    with writing() as session:
        session.execute(text("DELETE FROM submission"))
    with pytest.raises(GoneError):
        submissions.change(made, put("stage", "s2"), "respondent", NOW)


def test_a_save_on_its_way_reaches_its_file_or_nothing(store: Flask) -> None:
    """Deleted meanwhile, and another file given the same id, as old rows of SQLite may have been."""
    made = new("mine")
    kept = made.id
    with writing() as session:
        session.execute(text("DELETE FROM submission"))
        stranger = {"reference": "PAT-2222-2222", "questionnaire": "q", "edition": "e", "created_at": NOW}
        session.execute(Submission.__table__.insert().values(id=kept, answers={"stage": "s9"}, **stranger))
    writes: list[Callable[[], object]] = [
        lambda: submissions.change(made, put("stage", "s2"), "respondent", NOW),
        lambda: acts.perform(made, "share", acts.Actor("respondent", "X"), NOW),
        lambda: submissions.refresh(made),
    ]
    for write in writes:
        with pytest.raises(GoneError):
            write()
    submissions.remove(made)
    found = db.session.execute(text("SELECT id, reference, version, acts FROM submission")).one()
    assert tuple(found) == (kept, "PAT-2222-2222", 1, 0)
    assert db.session.query(Event).count() == 0


def test_a_write_that_fails_leaves_nothing(store: Flask) -> None:
    made = new()
    with pytest.raises(IntegrityError):
        add_two_events(made.id)
    assert len(submissions.events(made)) == 1


def add_two_events(submission: int) -> None:
    with writing() as session:
        session.add(Event(submission_id=submission, at=NOW, role="r", kind="k", data={}))
        session.flush()
        session.add(Event(submission_id=submission + 1, at=NOW, role="r", kind="k", data={}))


def test_a_file_may_start_from_another(store: Flask) -> None:
    old = new("one")
    given = {"answers": {"a": 1}, "comments": {"a": "b"}, "origin_id": old.id, "saved_at": NOW}
    made = submissions.start("q", "1", "two", NOW, {"origin": old.reference}, **given)
    db.session.expire_all()
    assert {name: getattr(made, name) for name in given} == given
    assert [(one.kind, one.data) for one in submissions.events(made)] == [("start", {"origin": old.reference})]
    kept = made.id
    submissions.remove(old)
    db.session.expunge_all()
    assert db.session.get_one(Submission, kept).origin_id is None


def test_two_files_with_the_same_report_each_have_their_own(store: Flask) -> None:
    made, other = new("one"), new("two")
    for one in (made, other):
        reports.ask("f1", "{}", one.id, "t", NOW)
    drawn = [reports.take(NOW), reports.take(NOW)]
    assert reports.take(NOW) is None
    assert {one.submission_id for one in drawn if one} == {made.id, other.id}
    for one in drawn:
        assert one is not None
        assert reports.done(one, f"PDF of {one.submission_id}".encode())
    mine = other.id
    submissions.remove(made)
    db.session.expunge_all()
    assert db.session.query(StoredReport).count() == 1
    kept = reports.find("f1", mine)
    assert kept is not None
    assert kept.pdf == f"PDF of {mine}".encode()


def test_a_report_is_asked_for_once(store: Flask) -> None:
    made = new()
    first = reports.ask("f1", "{}", made.id, "t", NOW)
    assert reports.ask("f1", "other", made.id, "t", NOW) is first
    assert db.session.query(Link).count() == 1


@pytest.mark.stores(SQLITE)
def test_sqlite_settings(make_app: Callable[..., Flask]) -> None:
    with make_app().app_context(), db.engine.connect() as connection:
        told = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


READ_ONLY = {"sqlite": "PRAGMA query_only = ON", "postgresql": "SET default_transaction_read_only = on"}


def test_a_read_only_database_is_said(app: Flask, kept_in: str) -> None:
    with app.app_context():
        with db.engine.connect() as connection:
            connection.execute(text(READ_ONLY[kept_in]))
            connection.commit()
        with pytest.raises(NotSavedError):
            new()
        db.engine.dispose()


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://u:p%40x@h/d", "postgresql+psycopg://u:p%40x@h/d"),
        ("sqlite:////tmp/x.sqlite", "sqlite:////tmp/x.sqlite"),
    ],
)
def test_addresses(given: str, meant: str) -> None:
    assert address(given) == meant
