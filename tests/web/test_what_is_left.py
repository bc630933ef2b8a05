"""What a deleted file leaves behind it, whom the files of the site are for, and a clock that jumps ahead."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select, text

from selfassess.store import retention, submissions
from selfassess.store.acts import Outcome, perform
from selfassess.store.database import db, keep_private, wipe
from selfassess.store.models import Link, Mail, Submission
from selfassess.web.commands.worker import WorkerParent
from selfassess.web.french import now
from selfassess.web.mail.sender import messages_go_too, post_next
from tests.desk import COORDINATOR, KEEPING, a_facilitator, a_file, a_network, a_sent_file, hold
from tests.fixtures.stores import SQLITE
from tests.web.profiles import RURAL
from tests.web.test_service import run
from tests.web.walker import Walker

WORDS = ("Motusbouche", "Cousuemain", "Servicerare", "boite-unique")
PLACE = {"name": f"PETR {WORDS[0]}", "type": "petr", "departement": "76", "band": "from_50k", "population": 50000}


def a_file_full_of_words(app: Flask) -> str:
    """Sent, commented, lent, written about; its token."""
    with app.app_context():
        network = a_network()
        a_facilitator(network)
        file, token = a_sent_file(network, {**RURAL, "territory": PLACE}, {"stage": WORDS[1] * 60})

        def told(event: object) -> list[object]:
            link = Link(hash="0" * 64, submission_id=file.id, role="reader", created_at=now(), label=WORDS[2])
            message = Mail(handover="h", kind="receipt", recipient=f"{WORDS[3]}@c.example", submission_id=file.id)
            message.data, message.created_at, message.next_at = {"event": event.id, "network": ""}, now(), now()  # type: ignore[attr-defined]
            return [link, message]

        values = {"email": f"{WORDS[3]}@c.example"}
        perform(file, "share", COORDINATOR, now(), lambda one: Outcome({"label": WORDS[2]}, values, told))
        while post_next():
            pass
        db.session.remove()
        return token


def found(folder: Path) -> set[str]:
    """The words still written somewhere in the folder, in any encoding the site writes."""
    kept = [one.read_bytes() for one in folder.rglob("*") if one.is_file()]
    return {word for word in WORDS if any(word.encode() in one for one in kept)}


@pytest.mark.stores(SQLITE)
def test_a_deleted_file_leaves_no_word(app: Flask) -> None:
    token = a_file_full_of_words(app)
    folder = Path(app.instance_path)
    assert found(folder) == set(WORDS)
    assert list((folder / "mails").glob("*.eml"))
    walker = Walker(app)
    hold(walker.client, token)
    walker.get("/dossier/supprimer")
    walker.send(walker.form("main form"), None)
    assert not found(folder)
    assert not list((folder / "mails").glob("*"))
    with app.app_context():
        assert {(one.label, one.submission_id) for one in db.session.scalars(select(Link))} == {("", None)}


@pytest.mark.stores(SQLITE)
def test_what_somebody_was_reading_leaves_a_little_later(app: Flask) -> None:
    a_file_full_of_words(app)
    folder = Path(app.instance_path)
    with closing(sqlite3.connect(folder / "test.sqlite")) as reader, app.app_context():
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM submission").fetchone()
        with messages_go_too():
            submissions.remove(db.session.scalars(select(Submission)).one())
        assert not wipe()
        reader.rollback()
        assert wipe()
    assert not found(folder)


@pytest.mark.stores(SQLITE)
def test_a_purged_file_leaves_no_word_either(app: Flask) -> None:
    a_file_full_of_words(app)
    with app.app_context():
        db.session.execute(text("UPDATE submission SET state = 'withdrawn', moved_at = '2020-01-01 00:00:00', "
                                "saved_at = NULL, created_at = '2020-01-01 00:00:00'"))  # fmt: skip
        db.session.commit()
        told = run(app, "submissions", "purge").stdout
        assert told == "0\u00a0dossier supprimé, 1\u00a0effacement annoncé.\n"
        db.session.execute(text("UPDATE submission SET warned_at = '2021-01-01 00:00:00'"))
        db.session.commit()
        db.session.remove()
    assert run(app, "submissions", "purge").stdout.startswith("1\u00a0dossier supprimé")
    assert not found(Path(app.instance_path))


def test_messages_of_others_stay(app: Flask) -> None:
    a_file_full_of_words(app)
    folder = Path(app.instance_path) / "mails"
    (folder / "99999999.eml").write_text("not of this base")
    (folder / "notes.txt").write_text("not ours")
    before = {one.name for one in folder.iterdir()}
    with app.app_context(), messages_go_too():
        other, _ = a_file(RURAL)
        submissions.remove(other)
    assert {one.name for one in folder.iterdir()} == before


@pytest.mark.stores(SQLITE)
@pytest.mark.parametrize("before", ["nothing", "wide open"])
def test_files_of_the_instance_are_the_sites_own(app: Flask, before: str) -> None:
    folder = Path(app.instance_path)
    folder.chmod(0o755)
    if before == "wide open":  # made by a former version, with the usual rights
        (folder / "test.sqlite").chmod(0o644)
    else:
        (folder / "test.sqlite").unlink()
        with app.app_context():
            db.engine.dispose()
            upgrade()
    a_file_full_of_words(app)
    WorkerParent(app, []).beat()
    files = [one for one in folder.rglob("*") if one.is_file()]
    modes = {str(one.relative_to(folder)): stat.S_IMODE(one.stat().st_mode) for one in files}
    assert "test.sqlite" in modes
    assert any(one.startswith("mails/") for one in modes)
    assert set(modes.values()) == {0o600}, modes


def counted_elsewhere(path: Path) -> int:
    """The files that another process finds; it closes the database as it ends."""
    counts = "sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM submission').fetchone()[0]"
    code = f"import sqlite3, sys; print({counts})"
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.stores(SQLITE)
def test_looking_after_a_file_lets_go_of_no_lock(app: Flask) -> None:
    """Another process that closes the database would take its journal away: what is written next would be lost."""
    with app.app_context():
        path = Path(str(db.engine.url.database))
        a_file(RURAL)
        keep_private(path)
        for count in (1, 2, 3):
            assert counted_elsewhere(path) == count
            a_file(RURAL)


def test_a_clock_far_beyond_what_was_written_deletes_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the first file started by it, nor the next days; a week of use by that clock is believed."""
    with app.app_context():
        a_file(RURAL, at=now() - timedelta(days=40))
        a_file(RURAL, at=now() - timedelta(days=100))
        ahead = now() + timedelta(days=9000)
        nothing = retention.Purged()
        assert retention.purge(KEEPING, ahead) == nothing
        for days in (0, 3, 6):
            a_file(RURAL, at=ahead + timedelta(days=days))
            assert retention.purge(KEEPING, ahead + timedelta(days=days)) == nothing
        assert db.session.query(Submission).count() == 5
        assert retention.purge(KEEPING, ahead + timedelta(days=8)) == retention.Purged(0, 2)
        assert retention.purge(KEEPING, ahead + timedelta(days=39)) == retention.Purged(2, 0)


def test_the_command_says_that_it_doubts_the_clock(app: Flask) -> None:
    with app.app_context():
        a_file(RURAL, at=now() - timedelta(days=400))
    done = run(app, "submissions", "purge")
    assert done.exit_code == 2
    assert "horloge" in done.stderr
    assert "1\u00a0effacement annoncé" in run(app, "submissions", "purge", "--trust-clock").stdout
