"""The worker: draws the PDF files that are asked for, and posts the messages due.

The database is the queue (decision 0014): each process looks there, claims the oldest report or message, and writes
what became of it. A report claimed by a process that was killed goes back in line after LEASE; a message left half
sent is never sent again by itself (`store.mail_queue`).
One parent watches, two processes draw (threads would draw one at a time), and one posts, so that a mail server that
does not answer keeps no PDF waiting.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import multiprocessing
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from multiprocessing.context import ForkProcess

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from selfassess.core.report.shapes import read_report
from selfassess.store import mail_queue, reports
from selfassess.store.database import WriteError, clock, db, is_up_to_date, undo, wipe
from selfassess.store.file_list import tally_all
from selfassess.store.models import StoredReport
from selfassess.store.networks import find_logo
from selfassess.store.usage import count_months
from selfassess.web.commands.deletion_commands import purge_some
from selfassess.web.commands.due_command import remind
from selfassess.web.commands.groups import NOT_READY, stop
from selfassess.web.definitions import close_directory
from selfassess.web.french import now
from selfassess.web.log_filter import came_from
from selfassess.web.log_lines import set_up
from selfassess.web.mail.call_alerts import notice_calls
from selfassess.web.mail.sender import post_next
from selfassess.web.queue import CLOCKS, worker_name
from selfassess.web.report import pdf
from selfassess.web.report.visibility import sum_up_some
from selfassess.web.settings import settings_of

WORKERS = 2
LOOK = 0.25  # seconds between two looks at the database by a process that found nothing there
LEASE = timedelta(seconds=60)  # a report drawn for longer than this has lost its worker: drawing takes 2 to 6 s
MAIL_LEASE = timedelta(minutes=5)  # likewise for a message: its slowest steps wait 20 s each
WIPE = 60.0  # seconds between two
NOTICE = 3600.0  # seconds between two looks for what is to be told (calls, what to read again), and for what goes
BEAT = 5.0  # seconds between two signs of life, and between two looks at what was left by the dead
QUIET = 60.0  # seconds between two words of the same fault
LAST_BREATH = 8.0  # seconds left to what is under way when the worker is told to stop

log = logging.getLogger(__name__)
Step = Callable[[], bool]  # one report drawn or one message posted; False when there was none
_said: dict[str, float] = {}  # when each fault was last told
_failing: set[Step] = set()  # those that the database did not answer


def register(app: Flask) -> None:
    app.cli.add_command(worker)


def draw_next() -> bool:
    """Draw the oldest report that waits; False when none does."""
    stored = reports.take(clock())
    if stored is None:
        return False
    name, began = f"Report {stored.fingerprint[:8]}…", time.monotonic()  # the whole one is an address of /verifier
    try:
        kept = reports.done(stored, pdf.render(read_report(stored.report), drawn_for(stored)))
    except BaseException as error:  # told to stop included: the report goes back in line
        undo()
        reports.failed(stored, type(error).__name__)
        log.error("%s could not be drawn (attempt %s): %s", name, stored.attempts, came_from(error))
        if not isinstance(error, Exception):
            raise
    else:
        said = "drawn" if kept else "deleted while it was drawn"
        log.info("%s %s, %.1f s.", name, said, time.monotonic() - began)
    return True


def drawn_for(stored: StoredReport) -> pdf.NetworkFace | None:
    """The network of a report, if there is more to say of it than its name. A logo may be there no more."""
    logo = find_logo(stored.logo) if stored.logo else None
    return pdf.NetworkFace(stored.network, stored.contact, logo) if logo or stored.contact else None


def take_up() -> bool:
    """What dead processes left: a report goes back in line, a message is uncertain."""
    at = clock()
    reports.release(at - LEASE)
    mail_queue.release(at - MAIL_LEASE)
    return False


def attempt(app: Flask, step: Step) -> bool:
    """`step`, in a context of its own. Whatever fails is told, and tried again at the next look: the state is in the
    database."""
    try:
        with app.app_context():
            done = step()
    except (WriteError, SQLAlchemyError) as error:
        _failing.add(step)
        _say_once("The database does not answer (%s).", type(error).__name__)
    except Exception as error:
        _say_once("The worker met a fault: %s", came_from(error))
    else:
        if step in _failing:
            _failing.remove(step)
            log.info("The database answers again.")
        return done
    return False


def _say_once(words: str, error: str) -> None:
    """In the log once a minute by each process."""
    if time.monotonic() - _said.get(words, -QUIET) >= QUIET:
        _said[words] = time.monotonic()
        log.warning(words, error)


class StopSignal:
    """Set by whoever tells this process to stop. It ends what it is doing, or is interrupted after `patience` s."""

    def __init__(self, patience: float = 0) -> None:
        self.told, self.patience = False, patience
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:  # by nohup
                signal.signal(number, self.tell)
        signal.signal(signal.SIGALRM, signal.default_int_handler)

    def tell(self, *_: object) -> None:
        if not self.told:  # once: a second signal gives no more time
            self.told = True
            signal.setitimer(signal.ITIMER_REAL, self.patience)


def _die_with_parent() -> None:
    """Even when the parent is killed outright (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # 1: PR_SET_PDEATHSIG


def _go_on(app: Flask, step: Step) -> None:
    """A process that draws or posts, until told to stop."""
    _die_with_parent()
    told = StopSignal(LAST_BREATH)
    with suppress(KeyboardInterrupt):
        while not told.told:
            if not attempt(app, step):
                time.sleep(LOOK)


class WorkerParent:
    """The parent: starts the processes again when they end, gives signs of life, takes up what the dead have left."""

    def __init__(self, app: Flask, steps: list[Step]) -> None:
        self.app, self.steps = app, steps
        self.name = worker_name(settings_of(app))
        self.children: dict[int, ForkProcess] = {}
        self.next_beat = self.next_wipe = self.next_notice = 0.0

    def run(self) -> None:
        told = StopSignal()
        try:
            while not told.told:
                self.start()
                if time.monotonic() >= self.next_beat:
                    self.next_beat = time.monotonic() + BEAT
                    self.beat()
                time.sleep(LOOK)
        finally:
            self.end()
            attempt(self.app, self.leave)

    def start(self) -> None:
        for place, step in enumerate(self.steps):
            child = self.children.get(place)
            if child is not None and child.is_alive():
                continue
            if child is not None:
                log.warning("A process ended (exit %s); another takes its place.", child.exitcode)
            self.children[place] = multiprocessing.get_context("fork").Process(target=_go_on, args=(self.app, step))
            self.children[place].start()

    def beat(self) -> None:
        attempt(self.app, self.sign)
        attempt(self.app, take_up)
        if time.monotonic() >= self.next_wipe:  # of what was deleted while somebody was reading
            self.next_wipe = time.monotonic() + WIPE
            attempt(self.app, wipe)
        if time.monotonic() >= self.next_notice:
            self.next_notice = time.monotonic() + NOTICE
            attempt(self.app, notice_calls)
            attempt(self.app, lambda: remind(now()))
            attempt(self.app, lambda: count_months(clock()) > 0)
            attempt(self.app, lambda: purge_some(clock()).deleted > 0)
            attempt(self.app, lambda: tally_all(clock()))
            attempt(self.app, sum_up_some)
        with self.app.app_context():
            db.engine.dispose()  # a process started later must inherit no connection

    def sign(self) -> bool:
        reports.give_sign(self.name)
        off = now() - clock()
        if abs(off) > CLOCKS:
            _say_once(
                "The clock of this machine is %s s off that of the database: see `doctor`.",
                f"{off.total_seconds():+.0f}",
            )
        return False

    def leave(self) -> bool:
        reports.leave(self.name)
        return False

    def end(self) -> None:
        """Each child ends what it is doing; one that cannot is killed."""
        for child in self.children.values():
            child.terminate()
        deadline = time.monotonic() + LAST_BREATH + 1
        for child in self.children.values():
            child.join(max(0.0, deadline - time.monotonic()))
            child.kill()


@click.command("worker")
@click.option("--processes", type=click.IntRange(min=1), default=WORKERS, show_default=True, help="qui dessinent")
@with_appcontext
def worker(processes: int) -> None:
    """Fabrique les PDF demandés et envoie les courriels, jusqu'à ce qu'on l'arrête."""
    with suppress(SQLAlchemyError):  # one out of reach is waited for
        if not is_up_to_date():
            stop([NOT_READY])
    work(current_app._get_current_object(), processes)  # type: ignore[attr-defined]  # of a proxy


def work(app: Flask, processes: int) -> None:
    """Until told to stop."""
    db.session.remove()
    db.engine.dispose()
    set_up(settings_of(app).log_format)
    close_directory()
    pdf.warm()
    gc.freeze()  # what is loaded by now is neither looked through after each report nor copied by each process
    log.info("Worker ready: %s processes that draw, one that posts.", processes)
    if not settings_of(app).smtp_url:
        log.info(
            "No SMTP_URL: messages are written in the folder mails/ of the instance; READ_MAILS=1 shows them here."
        )
    WorkerParent(app, [post_next, *[draw_next] * processes]).run()
