"""The real worker and a real mail server, on both databases: killed, stopped, several at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from selfassess.store import reports
from selfassess.store.database import db, writing
from selfassess.store.models import Event, Mail, StoredReport
from selfassess.web.french import now
from selfassess.web.mail import outbox
from selfassess.web.report import pdf
from selfassess.web.report.submission_record import declared_report
from selfassess.web.settings import ROOT, settings_of
from tests.desk import a_facilitator, a_network, a_sent_file, hold, signs
from tests.fixtures.mail import Mailbox
from tests.fixtures.stores import POSTGRESQL, SQLITE
from tests.fixtures.waiting import PATIENCE, until
from tests.web.conftest import MakeApp
from tests.web.profiles import INTERCOMMUNAL

LONG, SHORT = 60.0, 2.0  # seconds of a lease
BEATS = 2.0  # seconds: long enough for the worker of the tests to have looked twice
MODULE = """
from datetime import timedelta
from selfassess.web.commands import worker
from selfassess.web.app import create_app
from selfassess.web.report import pdf

worker.BEAT, worker.LAST_BREATH, worker.MAIL_LEASE = 0.5, 1.0, timedelta(seconds={lease})
app = create_app()
pdf.render = lambda report, face: b"%PDF-1.7 fictional"
"""
Work = Callable[..., subprocess.Popen[bytes]]


# Each worker is tried on one database in every run, and on both by `make long`.
pytestmark = pytest.mark.stores(pytest.param(SQLITE, marks=pytest.mark.long), POSTGRESQL)


@pytest.fixture
def app(make_app: MakeApp, mailbox: Mailbox) -> Iterator[Flask]:
    made = make_app(smtp_url=mailbox.url, mail_from="Boussole <site@ville.example>")
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def work(app: Flask, tmp_path: Path) -> Iterator[Work]:
    """`work(lease, NAME=value)` starts a worker, in a process group of its own, and returns when it is alive."""
    settings = settings_of(app)
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key,
        "INSTANCE": str(settings.instance),
        "SMTP_URL": settings.smtp_url,
        "MAIL_FROM": settings.mail_from,
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]),
    }
    command = [sys.executable, "-m", "flask", "--app", "mail_worker", "worker", "--processes", "1"]
    started: list[subprocess.Popen[bytes]] = []

    def start(lease: float = LONG, **more: str) -> subprocess.Popen[bytes]:
        (tmp_path / "mail_worker.py").write_text(MODULE.format(lease=lease))
        before = signs(app)
        with (tmp_path / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                command, env=environment | more, cwd=tmp_path, stdout=log, stderr=log, start_new_session=True
            )
        started.append(process)
        until(lambda: bool(signs(app) - before) or process.poll() is not None)
        assert process.poll() is None, (tmp_path / "worker.log").read_text()
        return process

    yield start
    for process in started:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def a_mail(app: Flask) -> tuple[str, int]:
    """A message to a respondent waits; the token of their file, and its id."""
    sent, token = a_sent_file(a_network(), INTERCOMMUNAL)
    with writing() as session:
        sent.email = "coordination@territoire.example"
        event = Event(submission_id=sent.id, at=now(), role="facilitator", kind="validate", data={})
        session.add(event)
        session.flush()
        found = outbox.to_respondent(sent, "validated", event)
        session.add_all(found)
    return token, found[0].id


def state(app: Flask) -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(Mail.state)))


def test_killed_in_the_middle_it_is_uncertain_until_somebody_decides(app: Flask, work: Work, mailbox: Mailbox) -> None:
    mailbox.behaviour = "hang_content"
    process = work()
    token, mail = a_mail(app)
    assert mailbox.reached.wait(PATIENCE)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert state(app) == {"sending"}
    mailbox.behaviour = "accept"
    mailbox.go_on.set()
    work(SHORT)
    until(lambda: state(app) == {"uncertain"})
    time.sleep(BEATS)
    assert (state(app), len(mailbox.taken)) == ({"uncertain"}, 1)  # it had left: nobody could know
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    hold(client, token)
    for _ in range(2):
        assert client.post(f"/dossier/courriels/{mail}/renvoyer").status_code == 303
    until(lambda: state(app) == {"sent"})
    time.sleep(BEATS)
    first, second = mailbox.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert first.get_content_type() == "multipart/alternative"


def test_its_processes_killed_it_goes_on(app: Flask, work: Work, mailbox: Mailbox) -> None:
    mailbox.behaviour = "hang_content"
    process = work(SHORT)
    a_mail(app)
    assert mailbox.reached.wait(PATIENCE)
    for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        os.kill(int(child), signal.SIGKILL)
    mailbox.behaviour = "accept"
    mailbox.go_on.set()
    person = a_facilitator(a_network("Autre"))
    with writing() as session:
        session.add(outbox.to_facilitator(person, "reset", "after"))
    until(lambda: state(app) == {"sent", "uncertain"})
    assert process.poll() is None


def test_two_workers_send_each_message_once(app: Flask, work: Work, mailbox: Mailbox) -> None:
    for _ in range(2):
        work(SHORT)
    person = a_facilitator(a_network())
    with writing() as session:
        session.add_all(outbox.to_facilitator(person, "reset", str(number)) for number in range(20))
    until(lambda: state(app) == {"sent"})
    assert len({one["Message-ID"] for one in mailbox.messages}) == len(mailbox.taken) == 20


def test_two_workers_remind_the_operator_once_a_month(app: Flask, work: Work, mailbox: Mailbox) -> None:
    for _ in range(2):
        work(SHORT, OPERATOR_MAIL="exploitation@site.example")
    until(lambda: state(app) == {"sent"})
    time.sleep(BEATS)
    (made,) = mailbox.messages
    assert made["To"] == "exploitation@site.example"
    assert str(made["Subject"]).startswith("À relire ce mois-ci")


def test_a_late_server_loses_no_message(app: Flask, work: Work, mailbox: Mailbox) -> None:
    mailbox.behaviour = "later"
    a_mail(app)
    work()
    until(lambda: len(mailbox.commands) > 0 and state(app) == {"queued"})
    mailbox.behaviour = "accept"
    with writing() as session:
        session.scalars(select(Mail).execution_options(populate_existing=True)).one().next_at = now()
    until(lambda: state(app) == {"sent"})


def test_a_silent_mail_server_keeps_no_pdf_waiting(app: Flask, work: Work, mailbox: Mailbox) -> None:
    mailbox.behaviour = "hang_content"
    work()
    a_mail(app)
    assert mailbox.reached.wait(PATIENCE)
    sent, _ = a_sent_file(a_network("Autre"), INTERCOMMUNAL)
    report = declared_report(sent)
    reports.ask(report.fingerprint, report.model_dump_json(), sent.id, pdf.template_version(), now())

    def ready() -> bool:
        db.session.rollback()
        return db.session.scalars(select(StoredReport.state)).one() == "ready"

    until(ready)
    assert state(app) == {"sending"}


@pytest.mark.parametrize(
    ("behaviour", "left"),
    [pytest.param("hang_rcpt", "queued", marks=pytest.mark.long), ("hang_content", "uncertain")],
)
def test_told_to_stop_it_says_what_it_knows(
    app: Flask, work: Work, mailbox: Mailbox, behaviour: str, left: str
) -> None:
    mailbox.behaviour = behaviour
    process = work()
    a_mail(app)
    assert mailbox.reached.wait(PATIENCE)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert state(app) == {left}
