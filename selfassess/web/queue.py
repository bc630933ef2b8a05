"""The queues of PDF files and of messages, and the worker that draws and posts them (huey).

The state of each is in the database; a task only says « look there ». A lost task, a task sent twice or a worker
killed while drawing therefore change nothing in the end: `rescue` sends again what nobody is drawing. Nor does a queue
out of reach, which is said once a minute. A message left
half sent is never sent again by itself: `store.mail_queue`.
Worker: one parent that watches, two processes that draw (threads would draw one at a time), and one that posts, so
that a mail server that does not answer keeps no PDF waiting.
"""

from __future__ import annotations

import ctypes
import fcntl
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from huey import Huey, PostgresHuey
from huey.consumer import BaseProcess, Consumer, Scheduler
from huey.storage import SqliteStorage
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from selfassess.core.report.shapes import read_report
from selfassess.store import mail_queue, reports
from selfassess.store.database import WriteError, db, is_up_to_date, keep_private, undo, wipe
from selfassess.store.models import StoredReport
from selfassess.store.reports import FAILED, READY, REPLACED
from selfassess.web.commands.commands import NOT_READY, stop
from selfassess.web.french import now
from selfassess.web.library import close_directory
from selfassess.web.log_filter import came_from
from selfassess.web.mail.sender import post_next
from selfassess.web.report import pdf
from selfassess.web.settings import Settings

EXTENSION = "selfassess.queue"
WORKERS = 2
LEASE = timedelta(seconds=60)  # a report drawn for longer than this has lost its worker: drawing takes 2 to 6 s
MAIL_LEASE = timedelta(minutes=5)  # likewise for a message: its slowest steps wait 20 s each
WIPE = 60.0  # seconds between two
BEAT = 5.0  # seconds between two signs of life, and between two rescues
PATIENCE = 2  # seconds for the queue to answer: whoever asks for a PDF is waiting
QUIET = 60.0  # seconds between two words of the same fault
AWAY = "The queue cannot be reached (%s); what is asked for stays in line."
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


class FileQueue(SqliteStorage):  # type: ignore[misc]
    """Opened anew once its file is another: whoever went on reading one that was deleted would wait for ever."""

    _conn: Any
    opened = 0

    @property
    def conn(self) -> Any:
        if self._conn is not None and self._here() != self.opened:
            self._conn.close()
            self._conn = None
        return super().conn

    def _create_connection(self) -> Any:
        keep_private(Path(self.filename))
        connection = super()._create_connection()
        self.opened = self._here()
        return connection

    def _here(self) -> int:
        try:
            return Path(self.filename).stat().st_ino
        except OSError:
            return 0


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
            return PostgresHuey(name, dsn=address, results=False, connect_timeout=PATIENCE)
        file = Path(str(url.database)) if settings.queue else settings.instance / "queue.sqlite"
        return Huey(name, storage_class=FileQueue, filename=str(file), results=False, timeout=PATIENCE)

    def draw() -> None:
        with app.app_context(), _database_may_be_away():
            draw_next()

    def post() -> None:
        with app.app_context(), _database_may_be_away():
            if post_next():
                send_mails()

    huey, mails = line("reports"), line("mails")
    return Queue(huey, huey.task(name="draw")(draw), mails, mails.task(name="send")(post))


@contextmanager
def _database_may_be_away() -> Iterator[None]:
    """Nothing is lost by it: the state is in the database, and a task is sent again."""
    try:
        yield
    except (WriteError, SQLAlchemyError) as error:
        undo()
        say_once("database", "The database does not answer (%s).", error)


def say_once(what: str, words: str, error: BaseException) -> None:
    """In the log once a minute, by one process of the site: every process that works or serves meets the same fault."""
    settings: Settings = current_app.extensions["selfassess.settings"]
    with suppress(OSError):  # nowhere to write it: said each time
        if not _turn_to_say(settings.instance / f"{what}.away"):
            return
    log.warning(words, type(error).__name__)


def _turn_to_say(file: Path) -> bool:
    """The file holds when it was last said. One process at a time reads and writes it."""
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+") as said:
        fcntl.flock(said, fcntl.LOCK_EX)
        last, at = said.read(), time.time()
        if last and abs(at - float(last)) < QUIET:
            return False
        said.seek(0)
        said.write(f"{at:020.3f}")
    return True


def _queue_is_away(error: Exception) -> None:
    say_once("queue", AWAY, error)
    opened: Queue | None = current_app.extensions.pop(EXTENSION, None)
    if opened is not None:  # opened anew next time, its tables made again if they are gone
        with suppress(Exception):
            opened.close()


def send() -> None:
    """Tell the worker that there is something to draw. A queue out of reach is no fault: `rescue` sends again."""
    try:
        queue().draw()
    except Exception as error:  # sqlite3 and psycopg each have their own
        _queue_is_away(error)


def send_mails() -> None:
    """Tell the worker that messages are due. A queue out of reach is no fault: `rescue_mails` sends again."""
    try:
        queue().post()
    except Exception as error:  # sqlite3 and psycopg each have their own
        _queue_is_away(error)


def queue_up(stored: StoredReport, version: str) -> None:
    """Have it drawn, unless it is drawn already, or being so. Drawn with former templates: drawn again; so is what
    failed, or gave its place to another: somebody asks for it anew."""
    if stored.state in {FAILED, REPLACED} or (stored.state == READY and stored.template_version != version):
        reports.again(stored, version, now())
        send()


def rescue(at: datetime) -> None:
    """What a dead worker was drawing goes back in line; what is in line without a task gets one."""
    reports.release(at - current_app.config["REPORT_LEASE"])
    lacking = reports.waiting()
    if lacking:
        sent = _pending(lambda: queue().huey)
        for _ in range(1 if sent is None else lacking - sent):
            send()


def rescue_mails(at: datetime) -> None:
    """What a dead worker was sending is uncertain; what is due without a task gets one, which sends the next."""
    mail_queue.release(at - current_app.config["MAIL_LEASE"])
    if mail_queue.waiting(at) and not _pending(lambda: queue().mails):
        send_mails()


def _pending(line: Callable[[], Huey]) -> int | None:
    """Tasks already sent; None when the queue cannot be asked: one task too many is harmless, so one is tried."""
    try:
        found: int = line().pending_count()
    except Exception as error:  # sqlite3 and psycopg each have their own
        _queue_is_away(error)
        return None
    return found


def draw_next() -> bool:
    """Draw the oldest report that waits; False when none does."""
    stored = reports.take(now())
    if stored is None:
        return False
    name, began = f"Report {stored.fingerprint[:8]}…", time.monotonic()  # the whole one is an address of /verifier
    try:
        kept = reports.done(stored, pdf.render(read_report(stored.report)))
    except BaseException as error:  # told to stop included: the report goes back in line
        undo()
        reports.failed(stored, type(error).__name__)
        log.error("%s could not be drawn (attempt %s): %s", name, stored.attempts, came_from(error))
        send()
        if not isinstance(error, Exception):
            raise
    else:
        said = "drawn" if kept else "deleted while it was drawn"
        log.info("%s %s, %.1f s.", name, said, time.monotonic() - began)
    return True


def die_with_parent() -> None:
    """Even when the parent is killed outright (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # 1: PR_SET_PDEATHSIG


class Clock(Scheduler):  # type: ignore[misc]
    """huey always has one; nothing is scheduled here."""

    def initialize(self) -> None:
        die_with_parent()

    def loop(self, now: float | None = None) -> None:
        self.stop_flag.wait(self.interval)


class Quiet(logging.Filter):
    """What huey writes of a queue out of reach, with a traceback each time: once a minute, in a line.

    The process that met it connects anew: what it was connected to may be gone for good.
    """

    def __init__(self, app: Flask, lines: Queue) -> None:
        super().__init__()
        self.app, self.lines = app, lines

    def filter(self, record: logging.LogRecord) -> bool:
        error = sys.exc_info()[1]  # the record itself holds no error: `web.log_filter`
        if not str(record.msg).startswith("Error reading") or error is None:
            return True
        with self.app.app_context():
            say_once("queue", AWAY, error)
        with suppress(Exception):
            self.lines.close()
        return False


class Watch(Consumer):  # type: ignore[misc]
    """The parent of the processes that draw and post: gives signs of life, and puts back in line what was left."""

    scheduler_class = Clock

    def __init__(self, app: Flask, lines: Queue, **options: Any) -> None:
        self.mails = lines.mails
        super().__init__(lines.huey, **options)
        self.app = app
        self.heartbeat: Path = app.extensions["selfassess.settings"].heartbeat
        self.next_beat = self.next_wipe = 0.0

    def _create_process(self, process: BaseProcess, name: str) -> Any:
        """The first worker posts, the others draw; likewise when one died and is made again."""
        if name == "Worker-1":
            process.huey = self.mails
        return super()._create_process(process, name)

    def loop(self, health_check_ts: float | None = None) -> float | None:
        if time.monotonic() >= self.next_beat:
            self.next_beat = time.monotonic() + BEAT
            self.beat()
        checked: float | None = super().loop(health_check_ts)
        return checked

    def beat(self) -> None:
        keep_private(self.heartbeat)
        self.heartbeat.touch()
        try:
            with _database_may_be_away():
                rescue(now())
                rescue_mails(now())
                if time.monotonic() >= self.next_wipe:  # of what was deleted while somebody was reading
                    self.next_wipe = time.monotonic() + WIPE
                    wipe()
        finally:  # a process started later must inherit no connection
            db.session.remove()
            db.engine.dispose()
            with suppress(Exception):  # a queue that went away has nothing to close
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


def _opened_at_last() -> Queue:
    """Nothing can be drawn nor posted before the queue answers."""
    while True:
        try:
            return queue()
        except Exception as error:  # sqlite3 and psycopg each have their own
            _queue_is_away(error)
            time.sleep(BEAT)


@click.command("worker")
@click.option("--processes", type=click.IntRange(min=1), default=WORKERS, show_default=True, help="qui dessinent")
@with_appcontext
def worker(processes: int) -> None:
    """Fabrique les PDF demandés et envoie les courriels, jusqu'à ce qu'on l'arrête."""
    with suppress(SQLAlchemyError):  # one out of reach is waited for
        if not is_up_to_date():
            stop([NOT_READY])
    db.session.remove()
    db.engine.dispose()
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    for name in (__name__, post_next.__module__):
        logging.getLogger(name).setLevel(logging.INFO)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    close_directory()
    pdf.warm()
    gc.freeze()  # what is loaded by now is neither looked through after each report nor copied by each process
    lines = _opened_at_last()
    logging.getLogger("huey.consumer.Worker").addFilter(Quiet(app, lines))
    for line in (lines.huey, lines.mails):
        line.on_startup(name="own_connections")(_started(app))
    watch = Watch(
        app,
        lines,
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
        log.info(
            "No SMTP_URL: messages are written in the folder mails/ of the instance; READ_MAILS=1 shows them here."
        )
    watch.run()
