"""What is to read again on a day, and the message that tells it to the operator once a month."""

from __future__ import annotations

import re
import threading
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from selfassess.authoring.checks.date_checks import due, last_day
from selfassess.store.database import db
from selfassess.store.models import Mail
from selfassess.web.commands.due_command import remind
from selfassess.web.commands.links_command import FILE, LinkOutcome, keep_outcomes
from selfassess.web.mail.sender import post_next
from selfassess.web.settings import settings_of
from tests.definitions import definitions
from tests.fixtures.mail import Mailbox
from tests.fixtures.stores import BOTH
from tests.web.conftest import MakeApp

OPERATOR = "exploitation@site.example"
EARLY, LATE, AFTER = (datetime(2026, *day, 23, 30, tzinfo=UTC) for day in ((9, 29), (9, 30), (10, 2)))


def told(app: Flask, *arguments: str) -> list[str]:
    done = app.test_cli_runner().invoke(args=["questions", "due", *arguments])
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("mars 2024", date(2024, 3, 31)),
        ("2024", date(2024, 12, 31)),
        ("projet 2018-2021", date(2021, 12, 31)),
        ("février 2024", date(2024, 2, 29)),
        ("vers 2023", date(2023, 12, 31)),
        ("sans date", None),
    ],
)
def test_the_last_day_a_source_may_be_of(text: str, day: date | None) -> None:
    assert last_day(text) == day


def test_what_is_told_on_a_day(app: Flask) -> None:
    lines = told(app, "--on", "2026-11-29")
    assert any(
        line.startswith("aect-pat/calls.yaml:") and "Appel clos le 16 avril" in line.replace("\u00a0", " ")
        for line in lines
    )
    assert not any("Contacts relus" in line for line in lines)
    assert lines[-1] == f"{len(lines) - 1}\u00a0points à relire."
    later = told(app, "--on", "2028-01-10")
    assert any(re.match(r"aect-pat/contacts\.yaml:\d+:\d+: Contacts relus le 29", line) for line in later)
    assert any("Appels cherchés le 29" in line for line in later)
    assert not any("Appels cherchés" in line for line in lines)
    assert sum("Fiche relue" in line for line in later) == len(definitions().devices)
    assert app.test_cli_runner().invoke(args=["questions", "due", "--on", "hier"]).exit_code == 2


def test_an_old_source_is_told_by_its_age() -> None:
    def old(months: int) -> set[str]:
        return {one.file for one in due(definitions(), date(2026, 11, 29), months) if "source" in one.message}

    assert old(1200) < old(36) <= old(12)


def test_addresses_that_no_longer_lead_there_are_told(app: Flask) -> None:
    path = settings_of(app).instance / FILE
    assert any("jamais essayées" in line for line in told(app, "--on", "2026-11-29"))
    keep_outcomes(path, "2026-11-20", {"https://www.cncd.fr": LinkOutcome("gone", 404)})
    lines = told(app, "--on", "2026-11-29")
    assert any("L’adresse https://www.cncd.fr n’existe plus (404)." in line for line in lines)
    assert not any("essayées" in line for line in lines)
    assert any("Adresses essayées le 20" in line for line in told(app, "--on", "2027-06-01"))


def test_the_operator_is_told_once_a_month(make_app: MakeApp, mailbox: Mailbox) -> None:
    app = make_app(operator_mail=OPERATOR, smtp_url=mailbox.url, mail_from="Boussole <site@ville.example>")
    with app.app_context():
        assert [remind(at) for at in (EARLY, EARLY)] == [True, False]
        assert remind(LATE)  # it is October in Paris
        assert not remind(AFTER)
        while post_next():
            pass
        assert set(db.session.scalars(select(Mail.state))) == {"sent"}
    made, _ = mailbox.messages
    assert made["To"] == OPERATOR
    body = made.get_body(("plain",))
    assert body is not None
    text = str(body.get_content())
    assert re.search(r"ont \d+.points à relire", text)
    assert "– aect-pat/calls.yaml:" in text
    assert not re.search(r"\n{3}|None|\{", text)


@pytest.mark.stores(*BOTH)
def test_several_workers_at_the_same_moment_write_one_message(app: Flask) -> None:
    object.__setattr__(settings_of(app), "operator_mail", OPERATOR)
    start, done = threading.Barrier(4), list[bool]()

    def work() -> None:
        with app.app_context():
            start.wait()
            done.append(remind(EARLY))

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    with app.app_context():
        assert len(list(db.session.scalars(select(Mail)))) == 1
    assert sorted(done) == [False, False, False, True]


def test_nobody_is_told_without_an_address(app: Flask) -> None:
    with app.app_context():
        assert not remind(EARLY)
        assert db.session.scalar(select(Mail.id)) is None


def test_an_address_that_is_none_stops_the_application(make_app: MakeApp, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        make_app(operator_mail="nobody")
    assert stopped.value.code == 2
    assert "OPERATOR_MAIL" in capsys.readouterr().err
