"""The real worker, in its own processes, on both databases: draws, survives being killed, stops when told."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from selfassess.store import reports
from selfassess.store.database import db
from selfassess.store.models import StoredReport
from selfassess.store.submissions import find_link, start
from selfassess.web.commands import worker
from selfassess.web.french import now
from selfassess.web.queue import worker_is_alive
from selfassess.web.report import pdf
from selfassess.web.settings import ROOT, settings_of
from tests.core.report import files
from tests.definitions import SLUG, edition
from tests.desk import signs
from tests.fixtures.pdf import CheckPdf
from tests.fixtures.waiting import PATIENCE, until
from tests.web.conftest import MakeApp
from tests.web.report import plainly

MOST_LOGGED = 3000  # letters, of a worker that draws two reports
LONG, SHORT = 60.0, 3.0  # seconds of a lease
# The worker of the tests: it draws for real when the file `real` is there, and waits while `hold` is.
MODULE = """
import time
from datetime import timedelta
from pathlib import Path
from selfassess.web.commands import worker
from selfassess.web.app import create_app
from selfassess.web.report import pdf

worker.BEAT, worker.LEASE = 0.5, timedelta(seconds={lease})
app = create_app()
really, folder = pdf.render, Path({folder!r})

def render(report, face):
    (folder / f"began-{{time.monotonic_ns()}}").touch()
    while (folder / "hold").exists():
        time.sleep(0.02)
    return really(report, face) if (folder / "real").exists() else b"%PDF-1.7 fictional"

pdf.render = render
"""
Work = Callable[..., subprocess.Popen[bytes]]


def began(folder: Path) -> int:
    return len(list(folder.glob("began-*")))


# Each worker is tried on one database in every run, and on both by `make long`.
@pytest.fixture
def app(make_app: MakeApp) -> Iterator[Flask]:
    made = make_app()
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def work(app: Flask, tmp_path: Path) -> Iterator[Work]:
    """`work(lease, instance)` starts a worker, in a process group of its own, and returns when it gives signs of life;
    with its own folder it is that of another machine."""
    settings = settings_of(app)
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key,
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]),
    }
    command = [sys.executable, "-m", "flask", "--app", "held_worker", "worker"]
    started: list[subprocess.Popen[bytes]] = []

    def start(lease: float = LONG, instance: Path = settings.instance) -> subprocess.Popen[bytes]:
        before = signs(app)
        (tmp_path / "held_worker.py").write_text(MODULE.format(lease=lease, folder=str(tmp_path)))
        with (tmp_path / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                env={**environment, "INSTANCE": str(instance)},
                cwd=tmp_path,
                stdout=log,
                stderr=log,
                start_new_session=True,
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


def ask(app: Flask, name: str = "early") -> str:
    report = plainly.report(name)
    with app.app_context():
        known = find_link(name)
        file = known.submission_id if known else start(SLUG, edition().id, name, now()).id
        assert file is not None
        reports.ask(report.fingerprint, report.model_dump_json(), file, pdf.template_version(), now())
        db.session.remove()
    return report.fingerprint


def stored(app: Flask, fingerprint: str) -> StoredReport:
    with app.app_context():
        one = db.select(StoredReport).where(StoredReport.fingerprint == fingerprint)
        found = db.session.scalars(one.options(db.undefer(StoredReport.pdf))).one()
        db.session.remove()
        return found


def is_ready(app: Flask, fingerprint: str) -> Callable[[], bool]:
    return lambda: stored(app, fingerprint).state == "ready"


def test_worker_draws_what_is_asked(app: Flask, work: Work, check_pdf: CheckPdf, tmp_path: Path) -> None:
    (tmp_path / "real").touch()
    early = ask(app)  # before the worker is there
    process = work()
    with app.app_context():
        assert worker_is_alive()
    unusual = ask(app, plainly.UNUSUAL)  # letters of other alphabets, of none, pictures
    for fingerprint in (early, unusual):
        until(is_ready(app, fingerprint))
        found = stored(app, fingerprint)
        assert (found.attempts, found.error) == (1, None)
        check_pdf(found.pdf or b"")
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    with app.app_context():
        assert not worker_is_alive()
    assert began(tmp_path) == 2
    log = (tmp_path / "worker.log").read_text("utf-8")
    assert log.count(" drawn, ") == 2
    assert re.findall(r"Signs that no font draws: (\d+); warnings met while drawing: (\d+)\.", log) == [("5", "0")]
    assert not [one for one in plainly.LETTERS if one in log and ord(one) > 0xFF and one != "’"]
    assert len(log) < MOST_LOGGED


def test_asked_ten_times_drawn_once(app: Flask, work: Work, tmp_path: Path) -> None:
    (tmp_path / "hold").touch()
    work()
    for _ in range(10):
        fingerprint = ask(app)
    until(lambda: began(tmp_path) == 1)
    (tmp_path / "hold").unlink()
    until(is_ready(app, fingerprint))
    time.sleep(1)  # long enough for each process to have looked twice
    assert began(tmp_path) == 1


def test_killed_while_drawing_it_is_drawn_after_all(app: Flask, work: Work, tmp_path: Path) -> None:
    (tmp_path / "hold").touch()
    process = work()
    fingerprint = ask(app)
    until(lambda: began(tmp_path) == 1)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert stored(app, fingerprint).state == "rendering"
    (tmp_path / "hold").unlink()
    work(SHORT)
    until(is_ready(app, fingerprint))
    assert stored(app, fingerprint).attempts >= 2


def test_its_processes_killed_it_goes_on(app: Flask, work: Work, tmp_path: Path) -> None:
    (tmp_path / "hold").touch()
    process = work(SHORT)
    fingerprint = ask(app)
    until(lambda: began(tmp_path) == 1)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    for child in children:
        os.kill(int(child), signal.SIGKILL)
    (tmp_path / "hold").unlink()
    until(is_ready(app, fingerprint))
    assert process.poll() is None


def test_told_to_stop_it_ends_what_it_draws(app: Flask, work: Work, tmp_path: Path) -> None:
    (tmp_path / "hold").touch()
    process = work()
    fingerprint = ask(app)
    until(lambda: began(tmp_path) == 1)
    os.killpg(process.pid, signal.SIGTERM)
    time.sleep(0.5)
    assert process.poll() is None
    (tmp_path / "hold").unlink()
    assert process.wait(PATIENCE) == 0
    assert stored(app, fingerprint).state == "ready"


def test_no_process_outlives_a_killed_parent(app: Flask, work: Work) -> None:
    process = work()
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert len(children) == worker.WORKERS + 1
    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    def gone(child: str) -> bool:
        stat = Path(f"/proc/{child}/stat")
        return not stat.exists() or stat.read_text().split()[2] == "Z"

    until(lambda: all(gone(child) for child in children))


def test_a_database_that_does_not_answer_is_said_and_comes_back(app: Flask, work: Work, tmp_path: Path) -> None:
    """By each process once, in a line; then all is drawn."""
    process = work()
    with app.app_context():
        rename("stored_report", "away")
    time.sleep(2)
    told = (tmp_path / "worker.log").read_text()
    with app.app_context():
        rename("away", "stored_report")
    assert told.count("The database does not answer (") == worker.WORKERS + 1, told
    assert "Traceback" not in told
    assert process.poll() is None
    until(is_ready(app, ask(app)))


def rename(table: str, name: str) -> None:
    db.session.execute(db.text(f"ALTER TABLE {table} RENAME TO {name}"))
    db.session.commit()


def test_two_machines_draw_each_report_once(app: Flask, work: Work, tmp_path: Path) -> None:
    """They share the database, and nothing else."""
    (tmp_path / "hold").touch()
    for machine in ("one", "two"):
        work(instance=tmp_path / machine)
    asked = [ask(app, name) for name in sorted(files.FILES)[:6]]
    until(lambda: began(tmp_path) == 2 * worker.WORKERS)
    (tmp_path / "hold").unlink()
    for fingerprint in asked:
        until(is_ready(app, fingerprint))
    assert began(tmp_path) == len(asked)
    assert {stored(app, one).attempts for one in asked} == {1}


def test_given_up_after_three_attempts(app: Flask) -> None:
    fingerprint = ask(app)
    with app.app_context():
        for attempt in (1, 2, 3):
            taken = reports.take(now() - timedelta(minutes=5))
            assert taken is not None
            assert taken.attempts == attempt
            worker.take_up()
        assert reports.take(now()) is None
    assert stored(app, fingerprint).state == "failed"
