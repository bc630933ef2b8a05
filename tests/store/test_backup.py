"""A copy of all that is kept gives the same rows back, on either database; and nothing half done, whatever happens."""

from __future__ import annotations

import json
import lzma
import multiprocessing
import os
import resource
import secrets
import signal
import sqlite3
import stat
import threading
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
from click.testing import Result
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event, make_url, select, text

from selfassess.content.demonstration import load_demonstration
from selfassess.store import reports, submissions
from selfassess.store.attempts import count_in_hour
from selfassess.store.backup import is_used_by_others
from selfassess.store.database import db, writing
from selfassess.store.models import (
    AdminAct,
    Alert,
    AlertStop,
    Event,
    Expected,
    Facilitator,
    HourCount,
    Logo,
    MonthCount,
    Network,
    PageDraft,
    RecoveryCode,
    StepTick,
    StoredReport,
    Submission,
    Summary,
    Tally,
)
from selfassess.store.reports import give_sign
from selfassess.web.commands.demo import prepare
from selfassess.web.queue import queue_up
from selfassess.web.settings import EXTENSION, settings_of
from tests.bench.lists import seed
from tests.definitions import QUESTIONS, SLUG
from tests.fixtures.ordinary import ordinary_user
from tests.fixtures.stores import BOTH, POSTGRESQL, SQLITE
from tests.store.test_migrations import old_base
from tests.web.conftest import MakeApp
from tests.web.walker import Walker

NOW = datetime(2026, 12, 1, 10, 30, 15, 123456, tzinfo=UTC)
Rows = dict[str, list[dict[str, Any]]]


def said(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=["submissions", *map(str, words)])


def backed_up(app: Flask, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    known = set(folder.iterdir())
    told = said(app, "backup", folder)
    assert told.exit_code == 0, told.output
    [made] = set(folder.iterdir()) - known
    assert str(made) in told.output
    return made


def rows(app: Flask) -> Rows:
    """Of every table, but for PDF files, which no copy has: what was drawn is to be drawn again."""
    with app.app_context(), db.engine.connect() as connection:
        found = {
            name: [dict(one) for one in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for name, table in db.metadata.tables.items()
        }
    for one in found["stored_report"]:
        one.pop("pdf")
        one["state"] = one["state"].replace("ready", "replaced")
    return found


@pytest.fixture
def site(request: pytest.FixtureRequest, make_app: MakeApp, tmp_path: Path) -> Flask:
    """SQLite, up to date, with rows in every table; the last file was deleted."""
    app = make_app(old_base("sqlite", request, tmp_path))
    with app.app_context():
        upgrade()
        file = db.session.scalars(select(Submission).order_by(Submission.id)).first()
        assert file is not None
        odd = {"a": '« é » \ud83c \U0001f33e \\ "', "b": [None, 0.1, True, {}]}
        with writing() as session:
            session.add(PageDraft(submission_id=file.id, role="respondent", page="p", fields=[["é", ""]], kept_at=NOW))
            session.add(StepTick(submission_id=file.id, step="s", ticked_at=NOW))
            session.add(Tally(network_id=file.network_id or 1, kind="region", value="Bretagne", files=501))
            session.add(Summary(submission_id=file.id, declared={"name": "é"}))
            session.add(Logo(digest="d", png="iVBORw0KGgo="))
            session.add(
                Expected(
                    network_id=file.network_id or 1,
                    place="nulle part/35",
                    name="Nulle-Part",
                    search="nulle part",
                    told={"stage": "é"},
                    told_on=date(2026, 7, 1),
                    created_at=NOW,
                )
            )
            session.add(AdminAct(at=NOW, kind="k", data={"é": 1}))
            session.add(HourCount(subject="s", hour=NOW, count=1))
            session.add(MonthCount(month="2026-10", begun=1, completed=1, sent=0, minutes=[12]))
            session.add(Alert(submission_id=file.id, device="d", recipient="a@b.example", created_at=NOW, known=["x"]))
            session.flush()
            session.add(RecoveryCode(hash="h", facilitator_id=session.scalars(select(Facilitator.id)).first()))
            session.add(AlertStop(hash="h", alert_id=session.scalars(select(Alert.id)).one()))
            session.add(Event(submission_id=file.id, at=NOW, role="r", kind="k", data=odd))
            session.execute(text("UPDATE link SET due = :day"), {"day": date(2026, 12, 24)})
            gone = Event(submission_id=file.id, at=NOW, role="r", kind="k", data={})
            session.add(gone)
            session.flush()
            session.delete(gone)
        give_sign("w")
        count_in_hour({"0" * 64: 5}, NOW)
    return app


@pytest.fixture
def empty(make_app: MakeApp) -> Flask:
    return make_app()


def test_the_same_rows_from_one_database_to_the_other_and_back(
    site: Flask, make_app: MakeApp, postgres_database: str, tmp_path: Path
) -> None:
    before = rows(site)
    assert not [name for name, kept in before.items() if not kept], "a row in every table"
    with site.app_context():
        last = db.session.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = 'event'"))
        assert last > before["event"][-1]["id"]
    copy, there = backed_up(site, tmp_path / "copies"), make_app(postgres_database)
    told = said(there, "restore", copy)  # into a database without a table
    assert told.exit_code == 0, told.output
    assert "6 dossiers" in told.output.replace("\N{NO-BREAK SPACE}", " ")
    waiting = sum(one["state"] == "queued" for one in before["mail"])
    assert f"{waiting}\N{NO-BREAK SPACE}message" in told.output
    assert waiting
    assert rows(there) == before
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    told = said(there, "move", url)  # by one command, into no file at all
    assert told.exit_code == 0, told.output
    assert url in told.output
    back = make_app(url)
    assert rows(back) == rows(there) == before
    for app in (there, back):
        with app.app_context():
            assert app.test_cli_runner().invoke(args=["db", "check"]).exit_code == 0
            with writing() as session:
                made = Event(submission_id=before["submission"][0]["id"], at=NOW, role="r", kind="k", data={})
                network = Network(name="Un autre", created_at=NOW)
                session.add_all([made, network])
                session.flush()
                assert made.id == last + 1, "the id of the event that was deleted is given to no other"
                assert network.id == before["network"][-1]["id"] + 1


def test_what_was_drawn_is_drawn_again_when_somebody_asks(site: Flask, empty: Flask, tmp_path: Path) -> None:
    with site.app_context():
        file = db.session.scalars(select(Submission).order_by(Submission.id)).first()
        assert file is not None
        asked = reports.ask("f" * 64, "{}", file.id, "v", NOW)
        assert reports.done(asked, b"%PDF")
    assert said(empty, "restore", backed_up(site, tmp_path / "copies")).exit_code == 0
    with empty.app_context():
        kept = reports.find_whole("f" * 64, file.id)
        assert kept is not None
        assert (kept.state, kept.pdf) == (reports.REPLACED, None)
        queue_up(kept, "v")
        assert reports.state_of(kept) == reports.QUEUED


@pytest.mark.stores(*BOTH)
def test_a_copy_made_before_an_upgrade_is_brought_up_to_date(
    kept_in: str, request: pytest.FixtureRequest, make_app: MakeApp, empty: Flask, tmp_path: Path
) -> None:
    old = make_app(old_base(kept_in, request, tmp_path))
    copy = backed_up(old, tmp_path / "copies")
    told = said(empty, "restore", copy)  # which had all its tables: they are taken back to that time, then forth
    assert told.exit_code == 0, told.output
    with old.app_context():
        upgrade()
    assert rows(empty) == rows(old)


def go_on_answering(app: Flask, over: threading.Event, written: threading.Event) -> None:
    """A visitor who changes their mind on one page, until it is over."""
    walker = Walker(app, check=False)
    walker.start()
    for stage in cycle(("s1", "s4")):
        walker.get("/dossier/pat/stage")
        walker.send(walker.answer({"stage": stage}), "quit")
        assert walker.response.status_code == 200
        written.set()
        if over.is_set():
            return


@pytest.mark.stores(*BOTH)
def test_copies_made_while_others_write_are_each_of_one_instant(
    app: Flask, make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each save is written with its event: no copy has one without the other. The last one has every row there is."""
    monkeypatch.setattr(submissions, "EVERY", 10_000)  # the journal tells every save
    over, written = threading.Event(), [threading.Event() for _ in range(3)]
    with ThreadPoolExecutor(3) as visitors:
        answering = [visitors.submit(go_on_answering, app, over, one) for one in written]
        try:
            assert all(one.wait(20) for one in written)
            copies = [backed_up(app, tmp_path / name) for name in "ab"]
        finally:
            over.set()
        for one in answering:
            one.result(20)
    live, counts = rows(app), []
    for copy in (*copies, backed_up(app, tmp_path / "last")):
        there = make_app()
        assert said(there, "restore", copy).exit_code == 0
        found = rows(there)
        told = Counter(one["submission_id"] for one in found["event"])
        assert {one["id"]: one["version"] for one in found["submission"]} == told
        known = {one["id"]: one for one in live["event"]}
        assert all(known[one["id"]] == one for one in found["event"])
        counts.append(len(found["event"]))
    assert counts[0] < counts[1] < counts[2]
    assert found == live


def test_a_file_that_is_no_whole_copy_is_refused(site: Flask, empty: Flask, tmp_path: Path) -> None:
    copy = backed_up(site, tmp_path / "copies")
    whole = copy.read_bytes()
    lines = lzma.decompress(whole).splitlines(keepends=True)
    altered = [line.replace(b"Val", b"Vil") for line in lines]
    assert altered != lines
    later = {**json.loads(lines[0]), "format": "boussole-backup 2"}
    faulty = {
        "cut": whole[:-100],
        "hardly begun": whole[:40],
        "a bit flipped": whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 1]) + whole[len(whole) // 2 + 1 :],
        "a word changed": lzma.compress(b"".join(altered)),
        "a row left out": lzma.compress(b"".join(lines[:-2] + lines[-1:])),
        "without its end": lzma.compress(b"".join(lines[:-1])),
        "with something after": lzma.compress(b"".join(lines) + b"[]\n"),
        "another copy after": whole + whole,
    }
    others = {
        "a PDF": b"%PDF-1.7",
        "nothing": b"",
        "something else": lzma.compress(b'{"a": 1}\n'),
        "of years to come": lzma.compress(json.dumps(later).encode()),
    }
    for name, content in {**faulty, **others}.items():
        copy.write_bytes(content)
        told = said(empty, "restore", copy, *["--check"][: len(name) % 2])
        assert told.exit_code == 2, name
        assert ("incomplète" if name in faulty else "pas une sauvegarde") in told.output, name
        assert len(told.output.splitlines()) == 1
    assert said(empty, "restore", tmp_path / "nowhere").exit_code == 2
    assert not any(rows(empty).values())
    copy.write_bytes(whole)
    told = said(empty, "restore", copy, "--check")
    assert told.exit_code == 0
    assert "Intacte" in told.output
    assert not any(rows(empty).values())
    assert said(empty, "restore", copy).exit_code == 0


def test_a_file_closed_to_the_account_is_told_in_french(empty: Flask, tmp_path: Path) -> None:
    assert "n’existe pas" in said(empty, "restore", tmp_path / "nowhere").output
    with ordinary_user() as closed:
        told = said(empty, "restore", closed)
    assert told.exit_code == 2
    assert told.output.startswith(f"Ce compte ne peut pas lire {closed}")
    assert "copiez-le là où il lit" in told.output
    assert len(told.output.splitlines()) == 1


def test_a_copy_of_a_version_to_come_names_it(site: Flask, empty: Flask, tmp_path: Path) -> None:
    with site.app_context(), writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    told = said(empty, "restore", backed_up(site, tmp_path / "copies"))
    assert told.exit_code == 2
    assert "base 0999" in told.output
    assert not any(rows(empty).values())


@contextmanager
def opened_elsewhere(url: str) -> Iterator[None]:
    """Another program that has the database open, and does nothing with it."""
    if url.startswith("sqlite"):
        other = sqlite3.connect(url.removeprefix("sqlite:///"))
        other.execute("SELECT count(*) FROM network").fetchall()
    else:
        other = psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(False), autocommit=True)
    try:
        yield
    finally:
        other.close()


@pytest.mark.stores(*BOTH)
def test_a_database_that_is_used_or_filled_is_left_as_it_is(
    kept_in: str, site: Flask, empty: Flask, tmp_path: Path
) -> None:
    copy = backed_up(site, tmp_path / "copies")
    with empty.app_context():
        url = db.engine.url.render_as_string(False)
    with opened_elsewhere(url):
        told = said(empty, "restore", copy)
        assert told.exit_code == 2
        assert "utilise cette base" in told.output
    assert not any(rows(empty).values())
    with empty.app_context(), writing() as session:
        session.add(Network(name="Déjà là", created_at=NOW))
    before = rows(empty)
    told = said(empty, "restore", copy)
    assert told.exit_code == 2
    assert "contient déjà" in told.output
    assert rows(empty) == before
    if kept_in == "sqlite":
        with empty.app_context():
            assert db.session.scalar(text("PRAGMA journal_mode")) == "wal"


@pytest.mark.long
@pytest.mark.parametrize("files", ["demo", 10_000])
def test_a_whole_site_moves(files: str | int, app: Flask, make_app: MakeApp, postgres_database: str) -> None:
    with app.app_context():
        if isinstance(files, int):
            seed(files, Random(3))  # noqa: S311  the same each time
        else:
            prepare(load_demonstration(QUESTIONS, SLUG), NOW)
        db.session.remove()
        db.engine.dispose()
    before, start = rows(app), time.monotonic()
    told = said(app, "move", postgres_database)
    print(f"{told.output.strip()} {time.monotonic() - start:.1f} s")  # noqa: T201  to be read with `-s`
    assert told.exit_code == 0
    assert rows(make_app(postgres_database)) == before


@pytest.mark.stores(*BOTH)
def test_a_move_is_refused_in_words(app: Flask, empty: Flask, tmp_path: Path) -> None:
    with empty.app_context():
        with writing() as session:
            session.add(Network(name="Déjà là", created_at=NOW))
        filled = db.engine.url.render_as_string(False)
        db.session.remove()
        db.engine.dispose()
    with app.app_context():
        here = db.engine.url.render_as_string(False)
    new = f"sqlite:///{tmp_path / 'new.sqlite'}"
    with opened_elsewhere(here):
        assert "utilise la base de départ" in said(app, "move", new).output
    refused = {
        filled: "contient déjà",
        "mysql://u:hidden@h/d": "pas une adresse",
        "nothing": "pas une adresse",
        "postgresql://u:hidden@127.0.0.1:1/d": "ne répond pas",
    }
    for url, words in refused.items():
        told = said(app, "move", url)
        assert told.exit_code == 2, url
        assert words in told.output, (url, told.output)
        assert "hidden" not in told.output
    assert not (tmp_path / "new.sqlite").exists()


@pytest.mark.parametrize("number", [(3,), ()], ids=["said", "set"])
def test_copies_are_private_and_the_oldest_go(site: Flask, tmp_path: Path, number: tuple[int, ...]) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    others = ["notes.txt", "boussole-old.jsonl.xz", "boussole-20260101T000000Z.jsonl.xz.gpg"]
    former = [f"boussole-2026010{day}T000000Z.jsonl.xz" for day in range(1, 6)]
    ahead = "boussole-29990101T000000Z.jsonl.xz"  # by a clock that was wrong
    for name in (*others, *former, ahead):
        (folder / name).touch()
    site.extensions[EXTENSION] = replace(settings_of(site), backups_kept=3)  # BACKUPS_KEPT, where no number follows
    told = said(site, "backup", folder, "--keep", *number)
    assert told.exit_code == 0, told.output
    assert "4\N{NO-BREAK SPACE}anciennes supprimées" in told.output
    left = {one.name for one in folder.iterdir()} - set(others)
    assert {former[-1], ahead} < left
    [made] = left - {former[-1], ahead}
    assert stat.S_IMODE((folder / made).stat().st_mode) == 0o600
    assert set(others) < {one.name for one in folder.iterdir()}
    told = said(site, "backup", folder / "nowhere")
    assert told.exit_code == 2
    assert "n'existe pas" in told.output.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def test_a_large_site_needs_no_more_memory(app: Flask, empty: Flask, tmp_path: Path) -> None:
    """60 reports of some 350 kB: 21 MB, held whole at no time."""
    words = " ".join(str(number * number) for number in range(42_000))
    with app.app_context(), writing() as session:
        file = Submission(reference="PAT", questionnaire="q", edition="e", created_at=NOW)
        session.add(file)
        session.flush()
        for number in range(60):
            report = f"{number} {words[number * 100 :]}"
            named = {"fingerprint": f"{number:064}", "submission_id": file.id, "template_version": "v"}
            session.add(StoredReport(**named, report=report, created_at=NOW))
    tracemalloc.start()
    try:
        copy = backed_up(app, tmp_path / "copies")
        _, written = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        assert said(empty, "restore", copy).exit_code == 0
        _, read = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert max(written, read) < 20e6, (written, read)  # of which xz, 9 MB


def killed(app: Flask, at: str, *words: object) -> None:
    """The command, in a process that is killed before the first statement that says `at`."""

    def die(*told: Any) -> None:
        if at in " ".join(told[2].split()):
            os.kill(os.getpid(), signal.SIGKILL)

    def run() -> None:
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", die)
        said(app, *words)

    child = multiprocessing.get_context("fork").Process(target=run)
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL


def test_a_copy_that_is_killed_leaves_the_former_one_only(site: Flask, tmp_path: Path) -> None:
    former = tmp_path / "boussole-20260101T000000Z.jsonl.xz"
    former.write_bytes(b"as it was")
    killed(site, "FROM mail ORDER", "backup", tmp_path)
    [half] = tmp_path.glob(".*")
    assert list(tmp_path.glob("boussole-*")) == [former]
    assert former.read_bytes() == b"as it was"
    assert said(site, "backup", tmp_path).exit_code == 0
    assert not half.exists()
    assert len(list(tmp_path.glob("boussole-*"))) == 2


@pytest.mark.stores(*BOTH)
def test_a_restore_that_is_killed_is_done_again(site: Flask, empty: Flask, tmp_path: Path) -> None:
    copy = backed_up(site, tmp_path / "copies")
    killed(empty, "INSERT INTO mail", "restore", copy)
    assert not any(rows(empty).values())
    assert said(empty, "restore", copy).exit_code == 0
    assert rows(empty) == rows(site)


def test_a_restore_that_cannot_bring_up_to_date_says_how_to_end(
    request: pytest.FixtureRequest, make_app: MakeApp, empty: Flask, tmp_path: Path
) -> None:
    """Killed, or without room: all the rows are there, the tables those of the copy."""
    old = make_app(old_base("sqlite", request, tmp_path))
    copy, last = backed_up(old, tmp_path / "copies"), "CREATE TABLE worker_sign"
    told = said(refusing(make_app(), last), "restore", copy)
    assert told.exit_code == 2
    assert "n’a pas pu être mise à jour" in told.output
    killed(empty, last, "restore", copy)
    told = said(empty, "restore", copy)
    assert told.exit_code == 2
    assert "finissez-la" in told.output
    for app in (empty, old):
        with app.app_context():
            upgrade()
    assert rows(empty) == rows(old)


def refusing(app: Flask, at: str) -> Flask:
    """Its database refuses the statement that says `at`."""

    def refuse(*told: Any) -> tuple[str, object]:
        return "SELECT * FROM nowhere" if at in " ".join(told[2].split()) else told[2], told[3]

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", refuse, retval=True)
    return app


@contextmanager
def a_full_disk(room: int) -> Iterator[None]:
    """No file of this process may be larger."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.stores(SQLITE)
def test_a_disk_that_is_full_is_told(site: Flask, empty: Flask, tmp_path: Path) -> None:
    copy = backed_up(site, tmp_path / "copies")
    with a_full_disk(copy.stat().st_size // 2):
        told = said(site, "backup", copy.parent)
    assert told.exit_code == 2
    assert "Aucune sauvegarde" in told.output
    assert list(copy.parent.iterdir()) == [copy]
    with a_full_disk(300_000):  # more than the empty base, less than what it receives
        told = said(empty, "restore", copy)
    assert told.exit_code == 2
    assert "disque est plein" in told.output
    assert not any(rows(empty).values())
    assert said(empty, "restore", copy).exit_code == 0
    assert rows(empty) == rows(site)


@pytest.mark.stores(POSTGRESQL)
def test_who_uses_a_database_by_another_account_is_seen_too(app: Flask, make_app: MakeApp) -> None:
    """Of the sessions of others, PostgreSQL tells little."""
    url, role = make_url(app.config["SQLALCHEMY_DATABASE_URI"]), f"tests_{secrets.token_hex(6)}"
    with app.app_context(), db.engine.begin() as theirs:
        theirs.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD 'hidden'"))
    ours = make_app(url.set(username=role, password="hidden").render_as_string(False))
    try:
        for used in (True, False):
            with ours.app_context():
                assert is_used_by_others() is used
            with app.app_context():
                db.engine.dispose()
    finally:
        with ours.app_context():
            db.engine.dispose()
        with app.app_context(), db.engine.begin() as theirs:
            theirs.execute(text(f"DROP ROLE {role}"))
