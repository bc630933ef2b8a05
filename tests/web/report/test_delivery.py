"""Asking for PDF files: served from the store, one that waits for each file, few kept, few threads held."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from selfassess.core.report.report import Report
from selfassess.core.review.acts import CLARIFICATION, DRAFT, VALIDATED
from selfassess.store import reports
from selfassess.store.database import NotSavedError, db, writing
from selfassess.store.models import StoredReport, Submission
from selfassess.store.submissions import GoneError, find_link, remove, start
from selfassess.web.commands import worker
from selfassess.web.french import now, today
from selfassess.web.queue import queue_up
from selfassess.web.report import delivery, pdf
from selfassess.web.report.building import computed, print_of
from selfassess.web.respond.partner_page import page_of
from selfassess.web.settings import settings_of
from tests.core.report import files
from tests.definitions import SLUG, edition
from tests.fixtures.stores import BOTH
from tests.web.report import test_visibility as test_reader
from tests.web.report.conftest import hold
from tests.web.report.test_visibility import Scene, link

quick = test_reader.quick
WHO = [
    (who, state)
    for who in ("reader", "desk", "respondent")
    for state in (DRAFT, CLARIFICATION, VALIDATED)
    if (who, state) != ("desk", DRAFT)
]


def never(*_: Any, **__: Any) -> Any:
    raise AssertionError("a report was built")


# ---- Served from the store ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "state"), WHO)
def test_a_drawn_pdf_is_served_without_its_report_built_again(
    app: Flask, quick: list[Report], monkeypatch: pytest.MonkeyPatch, who: str, state: str
) -> None:
    """Nor is any report built for the page that waits, nor for a fingerprint that nobody has."""
    scene = Scene.at(app, state)
    walker = scene.read(who)
    walker.check = False
    address = link(walker)
    walker.get(address)
    for name in ("produce", "read_file", "build"):
        monkeypatch.setattr(f"selfassess.core.report.reproduce.{name}", never, raising=False)
    monkeypatch.setattr("selfassess.web.report.building.produce", never)
    walker.get(address)
    assert walker.response.data.startswith(b"%PDF")
    waiting, script = address.removesuffix(".pdf"), {"Accept": "application/json"}
    assert walker.client.get(waiting, headers=script).json == {"state": "ready"}
    assert walker.client.get(waiting).status_code == 200
    unknown = f"{address.rpartition('/')[0]}/{'0' * 24}"
    for nobody in (unknown, f"{unknown}.pdf"):
        assert walker.client.get(nobody).status_code == 404
    assert len(quick) == 1


@pytest.mark.parametrize("name", sorted(files.FILES))
def test_a_fingerprint_told_without_the_report_is_its_own(app: Flask, name: str) -> None:
    hold(app, name, files.FILES[name], files.COMMENTS.get(name))
    with app.app_context():
        made = find_link(name)
        assert made is not None
        assert made.submission is not None
        report = computed(made.submission, edition(), today())
        assert print_of(made.submission, edition(), today()) == report.fingerprint


def test_what_is_stored_opens_by_its_own_door_only(app: Flask, quick: list[Report]) -> None:
    """The page for a partner abroad is the owner's: it is not reached as a report, where a contributor may be."""
    scene = Scene(app)
    walker = scene.read("respondent")
    walker.check = False
    address = link(walker)
    with app.app_context():
        made = db.session.get_one(Submission, scene.id)
        page = page_of(made, edition(), today())
        assert page is not None
        reports.ask(page.fingerprint, page.model_dump_json(), made.id, pdf.template_version(), now())
        assert worker.draw_next()
    other = f"{address.rpartition('/')[0]}/{page.fingerprint}.pdf"
    assert walker.client.get(other).status_code == 303
    walker.get(address)
    assert walker.response.data.startswith(b"%PDF")


# ---- Turns -------------------------------------------------------------------------------------------------------


@pytest.fixture
def store(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def a_file(name: str, **columns: Any) -> int:
    return start(SLUG, edition().id, name, now(), **columns).id


def asked(name: str, file: int, seconds: float = 0) -> StoredReport:
    return reports.ask(name, "{}", file, "t", now() + timedelta(seconds=seconds))


def states(file: int) -> dict[str, str]:
    kept = db.select(StoredReport.fingerprint, StoredReport.state).where(StoredReport.submission_id == file)
    return {row.fingerprint: row.state for row in db.session.execute(kept)}


def taken() -> str | None:
    found = reports.take(now())
    return found.fingerprint if found else None


@pytest.mark.stores(*BOTH)
def test_files_take_turns_and_one_report_of_each_waits(store: Flask) -> None:
    """Fifty asked for one file delay the next by one, the latest; what it replaced is said, and can be asked again."""
    mine, theirs = a_file("mine"), a_file("theirs")
    for at in range(50):
        asked(f"m{at}", mine, at / 1000)
    asked("t0", theirs, 0.06)
    assert [*states(mine).values(), *states(theirs).values()].count("queued") == 2
    assert (states(mine)["m49"], states(mine)["m48"]) == ("queued", "replaced")
    assert taken() == "m49"
    asked("m50", mine, 0.07)
    assert [taken(), taken(), taken()] == ["t0", "m50", None]
    again = reports.find("m48", mine)
    assert again is not None
    queue_up(again, "t")
    assert states(mine)["m48"] == "queued"
    assert taken() == "m48"


@pytest.mark.stores(*BOTH)
def test_what_failed_goes_back_in_line_unless_a_newer_one_waits(store: Flask) -> None:
    file = a_file("mine")
    asked("m0", file)
    first = reports.take(now())
    asked("m1", file, 1)
    assert first is not None
    assert reports.failed(first, "Error")
    assert states(file) == {"m0": "replaced", "m1": "queued"}
    for _ in range(reports.MOST_ATTEMPTS):
        second = reports.take(now())
        assert second is not None
        assert reports.failed(second, "Error")
    assert states(file)["m1"] == "failed"
    given_up = reports.find("m1", file)
    assert given_up is not None
    queue_up(given_up, "t")
    assert taken() == "m1"


@pytest.mark.stores(*BOTH)
def test_few_are_kept_until_a_file_is_sent(store: Flask) -> None:
    """What was asked for while it was with a network stays, as papers of it may exist; so does what is being drawn."""
    file = a_file("mine")
    for at in range(20):
        asked(f"m{at}", file, at)
        assert taken() == f"m{at}"
        made = reports.find(f"m{at}", file)
        assert made is not None
        reports.done(made, b"%PDF")
    assert list(states(file)) == [f"m{at}" for at in range(20 - reports.UNSENT_KEPT, 20)]
    with writing() as session:
        session.execute(db.update(Submission).values(state=VALIDATED, moved_at=now() + timedelta(seconds=30)))
    for at in range(20, 30):
        asked(f"m{at}", file, at)
    assert len(states(file)) == reports.UNSENT_KEPT + 10
    with writing() as session:
        session.execute(db.update(Submission).values(state="withdrawn"))
    for at in range(40, 60):
        asked(f"m{at}", file, at)
    assert len(states(file)) == reports.UNSENT_KEPT + 10 + reports.UNSENT_KEPT
    assert list(states(file).values()).count("queued") == 1


@pytest.mark.stores(*BOTH)
def test_a_file_deleted_meanwhile_is_said(store: Flask) -> None:
    file = a_file("mine")
    made = asked("m0", file)
    remove(db.session.get_one(Submission, file))
    with pytest.raises(GoneError):
        asked("m1", file)
    with pytest.raises(GoneError):
        reports.again(made, "t", now())
    assert reports.state_of(made) is None


# ---- Threads -----------------------------------------------------------------------------------------------------

HOLDER = """
import fcntl, sys
locks = [open(path, "w") for path in sys.argv[1:]]
for lock in locks:
    fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_two_threads_wait_at_most_whatever_the_process(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "worker_is_alive", lambda: True)
    waited: list[float] = []
    monkeypatch.setattr(delivery.time, "sleep", waited.append)
    monkeypatch.setattr(delivery, "HELD", 0.05)
    settings = settings_of(app)
    scene = Scene(app, sent=False)
    walker = scene.read("respondent")
    address = link(walker)
    assert walker.client.get(address).status_code == 303
    assert waited, "the first to ask is made to wait a little"
    waited.clear()
    held = [str(settings.instance / f"held.{number}") for number in range(delivery.MOST_HELD)]
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, *held], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert walker.client.get(address).status_code == 303
        assert waited == []
    finally:
        holder.communicate("")
    with app.app_context(), delivery._place() as one, delivery._place() as two, delivery._place() as three:
        assert (one, two, three) == (True, True, False)
    walker.client.get(address)
    assert waited, "a place is free again"


# ---- The worker --------------------------------------------------------------------------------------------------


def test_a_fault_of_the_worker_is_said_once_a_minute(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Without its words, and the worker goes on."""

    def away() -> bool:
        raise NotSavedError("OperationalError")

    def broken() -> bool:
        raise KeyError("secret")

    caplog.clear()
    for _ in range(5):
        assert not worker.attempt(app, away)
        assert not worker.attempt(app, broken)
    told = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert len(told) == 2
    assert told[0] == "The database does not answer (NotSavedError)."
    assert told[1].startswith("The worker met a fault: KeyError\n")
    assert "secret" not in caplog.text
    monkeypatch.setattr(worker, "QUIET", 0.0)
    worker.attempt(app, away)
    assert len(caplog.records) == 3
