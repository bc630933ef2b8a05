"""The queues of PDF files and of messages, and the worker that draws and posts them (huey).

The state of each is in the database; a task only says « look there ». A lost task, a task sent twice or a worker
killed while drawing therefore change nothing in the end: `rescue` sends again what nobody is drawing. A message left
half sent is never sent again by itself: `store.posting`.
Worker: one parent that watches, two processes that draw (threads would draw one at a time), and one that posts, so
that a mail server that does not answer keeps no PDF waiting.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from huey import Huey, PostgresHuey, SqliteHuey
from huey.consumer import BaseProcess, Consumer, Scheduler
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from selfassess.core.report import Report
from selfassess.store import posting, reports
from selfassess.store.database import NotSavedError, db, undo
from selfassess.store.models import StoredReport
from selfassess.web import pdf
from selfassess.web.definitions import close_directory
from selfassess.web.language import now
from selfassess.web.posting import post_next
from selfassess.web.settings import Settings

EXTENSION = "selfassess.queue"
WORKERS = 2
LEASE = timedelta(seconds=60)  # a report drawn for longer than this has lost its worker: drawing takes 2 to 6 s
MAIL_LEASE = timedelta(minutes=5)  # likewise for a message: its slowest steps wait 20 s each
BEAT = 5.0  # seconds between two signs of life, and between two rescues
LAST_BREATH = 8.0  # seconds left to a report being drawn when the worker is told to stop

log = logging.getLogger(__name__)
template_version = pdf.template_version


@dataclass(frozen=True)
class Queue:
    """`draw()` sends one task: « draw the oldest report that waits »; `post()`: « post the messages due »."""

    huey: Huey
    draw: Callable[[], Any]
    mails: Huey
    post: Callable[[], Any]

    def close(self) -> None:
        for one in (self.huey, self.mails):
            one.storage.close()


def register(app: Flask) -> None:
    app.config.setdefault("REPORT_LEASE", LEASE)
    app.config.setdefault("MAIL_LEASE", MAIL_LEASE)
    app.cli.add_command(worker)


def queue() -> Queue:
    """The queue of the running application, opened on first use."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if EXTENSION not in app.extensions:
        app.extensions[EXTENSION] = _open(app)
    found: Queue = app.extensions[EXTENSION]
    return found


def _open(app: Flask) -> Queue:
    settings: Settings = app.extensions["selfassess.settings"]
    url = make_url(settings.queue or settings.database_url)

    def line(name: str) -> Huey:
        if url.get_backend_name() == "postgresql":
            address = url.set(drivername="postgresql").render_as_string(hide_password=False)
            return PostgresHuey(name, dsn=address, results=False)
        file = url.database if settings.queue else settings.instance / "queue.sqlite"
        return SqliteHuey(name, filename=str(file), results=False)

    def draw() -> None:
        with app.app_context():
            draw_next()

    def post() -> None:
        with app.app_context():
            if post_next():
                send_mails()

    huey, mails = line("reports"), line("mails")
    return Queue(huey, huey.task(name="draw")(draw), mails, mails.task(name="send")(post))


def send() -> None:
    """Tell the worker that there is something to draw. A queue out of reach is no fault: `rescue` sends again."""
    try:
        queue().draw()
    except Exception as error:  # sqlite3 and psycopg each have their own
        log.warning("The queue cannot be reached (%s); the report stays in line.", type(error).__name__)


def send_mails() -> None:
    """Tell the worker that messages are due. A queue out of reach is no fault: `rescue_mails` sends again."""
    try:
        queue().post()
    except Exception as error:  # sqlite3 and psycopg each have their own
        log.warning("The queue cannot be reached (%s); the messages stay in line.", type(error).__name__)


def queue_up(stored: StoredReport, version: str) -> None:
    """Have it drawn, unless it is drawn already, or being so. Drawn with former templates: drawn again."""
    if stored.state in {"ready", "failed"} and stored.template_version != version:
        reports.again(stored, version)
        send()


def rescue(at: datetime) -> None:
    """What a dead worker was drawing goes back in line; what is in line without a task gets one."""
    reports.release(at - current_app.config["REPORT_LEASE"])
    for _ in range(reports.waiting() - _pending(lambda: queue().huey)):
        send()


def rescue_mails(at: datetime) -> None:
    """What a dead worker was sending is uncertain; what is due without a task gets one, which sends the next."""
    posting.release(at - current_app.config["MAIL_LEASE"])
    if posting.waiting(at) and not _pending(lambda: queue().mails):
        send_mails()


def _pending(line: Callable[[], Huey]) -> int:
    """Tasks already sent; as many as one can imagine when the queue cannot be asked."""
    try:
        found: int = line().pending_count()
    except Exception:  # sqlite3 and psycopg each have their own
        return sys.maxsize
    return found


def draw_next() -> bool:
    """Draw the oldest report that waits; False when none does."""
    stored = reports.take(now())
    if stored is None:
        return False
    fingerprint, began = stored.fingerprint, time.monotonic()
    try:
        kept = reports.done(stored, pdf.render(Report.model_validate_json(stored.report)))
    except BaseException as error:  # told to stop included: the report goes back in line
        undo()
        reports.failed(stored, type(error).__name__)
        where = "".join(traceback.format_tb(error.__traceback__))  # no message: it may hold an answer
        log.error(
            "%s could not be drawn (attempt %s): %s\n%s", fingerprint, stored.attempts, type(error).__name__, where
        )
        send()
        if not isinstance(error, Exception):
            raise
    else:
        said = "drawn" if kept else "deleted while it was drawn"
        log.info("%s %s, %.1f s.", fingerprint, said, time.monotonic() - began)
    return True


def die_with_parent() -> None:
    """Even when the parent is killed outright (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # 1: PR_SET_PDEATHSIG


class Clock(Scheduler):  # type: ignore[misc]
    """huey always has one; nothing is scheduled here."""

    def initialize(self) -> None:
        die_with_parent()


class Watch(Consumer):  # type: ignore[misc]
    """The parent of the processes that draw and post: gives signs of life, and puts back in line what was left."""

    scheduler_class = Clock

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(queue().huey, **options)
        self.app = app
        self.heartbeat: Path = app.extensions["selfassess.settings"].heartbeat
        self.next_beat = 0.0

    def _create_process(self, process: BaseProcess, name: str) -> Any:
        """The first worker posts, the others draw; likewise when one died and is made again."""
        if name == "Worker-1":
            process.huey = queue().mails
        return super()._create_process(process, name)

    def loop(self, health_check_ts: float | None = None) -> float | None:
        if time.monotonic() >= self.next_beat:
            self.next_beat = time.monotonic() + BEAT
            self.beat()
        checked: float | None = super().loop(health_check_ts)
        return checked

    def beat(self) -> None:
        self.heartbeat.touch()
        try:
            rescue(now())
            rescue_mails(now())
        except (NotSavedError, SQLAlchemyError) as error:
            log.warning("The database does not answer: %s", type(error).__name__)
        finally:  # a process started later must inherit no connection
            db.session.remove()
            db.engine.dispose()
            queue().close()

    def run(self) -> None:
        try:
            super().run()
        finally:
            self.heartbeat.unlink(missing_ok=True)


def _started(app: Flask) -> Callable[[], None]:
    """In each process that draws: connections of its own."""

    def start() -> None:
        die_with_parent()
        with app.app_context():
            db.engine.dispose(close=False)

    return start


@click.command("worker")
@click.option("--processes", type=click.IntRange(min=1), default=WORKERS, show_default=True, help="qui dessinent")
def worker(processes: int) -> None:
    """Fabrique les PDF demandés et envoie les courriels, jusqu'à ce qu'on l'arrête."""
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    for name in (__name__, post_next.__module__):
        logging.getLogger(name).setLevel(logging.INFO)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    close_directory()
    pdf.warm()
    gc.freeze()  # what is loaded by now is neither looked through after each report nor copied by each process
    for line in (queue().huey, queue().mails):
        line.on_startup(name="own_connections")(_started(app))
    watch = Watch(
        app,
        workers=processes + 1,
        worker_type="process",
        periodic=False,
        initial_delay=0.05,
        max_delay=0.5,
        health_check_interval=1,
        graceful_signal="TERM",
        shutdown_timeout=LAST_BREATH,
    )
    log.info("Worker ready: %s processes that draw, one that posts.", processes)
    if not app.extensions["selfassess.settings"].smtp_url:
        log.info("No SMTP_URL: messages are written in the folder mails/ of the instance, and read at /courriels.")
    watch.run()
