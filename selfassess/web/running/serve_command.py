"""`serve`: the pages, until told to stop; with `--with-worker`, the worker too, for a machine without systemd.

SIGTERM and Ctrl-C stop it once requests under way are answered. A closed terminal does not, and it says so. While it
serves, the file `served` of the instance holds the address, for the commands that print links.
Exit: 0 when told to stop, 1 when it cannot go on, 2 when it could not begin.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.context import ForkProcess

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy.exc import SQLAlchemyError

from selfassess.store.database import db, is_up_to_date
from selfassess.web.commands.groups import NOT_READY, stop
from selfassess.web.commands.worker import LAST_BREATH, WORKERS, work
from selfassess.web.french import french, moment, now
from selfassess.web.running.doctor_command import told_at_start
from selfassess.web.running.http_server import GRACE, HttpServer, given_by_systemd
from selfassess.web.settings import Settings, settings, settings_of

log = logging.getLogger(__name__)

STEADY = 60  # seconds after which a worker is no longer one that dies at once
LONGEST_DELAY = 60  # seconds before a worker that dies at once is started again


def register(app: Flask) -> None:
    app.cli.add_command(serve)


@click.command("serve")
@click.option("--with-worker", is_flag=True, help="Fabrique aussi les PDF et envoie les courriels.")
@click.option("--upgrade", "migrate", is_flag=True, help="Met d'abord la base à jour.")
@click.option("--check", is_flag=True, help="Dit seulement si le site peut être servi à cette adresse.")
@with_appcontext
def serve(with_worker: bool, migrate: bool, check: bool) -> None:
    """Sert les pages du site, jusqu'à ce qu'on l'arrête (réglages LISTEN, WEB_PROCESSES, WEB_THREADS)."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # of a proxy
    told = settings_of(app)
    if not given_by_systemd() and (busy := why_busy(told.listen)):
        stop([busy])
    if check:
        return
    _ready(migrate)
    with _address_known(told):
        click.echo(french(_greeting(told)))
        for line in told_at_start(told):
            _say(line)
        if with_worker:
            Pair(app).run()
        else:
            _serve(app)


def why_busy(listen: str) -> str:
    """Why this address cannot be listened at, in French; empty when it can."""
    if listen.startswith("unix:"):
        return ""
    host, _, port = listen.rpartition(":")
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(port)))
        except OSError as error:
            return f"{listen} ne peut pas servir ({error.strerror}) : choisissez un autre port (réglages LISTEN, PORT)."
    return ""


def _ready(migrate: bool) -> None:
    """The database up to date, and none of its connections left open for the processes to come."""
    if migrate:
        upgrade()
    with suppress(SQLAlchemyError):  # one out of reach is waited for: each page says so meanwhile
        if not is_up_to_date():
            stop([NOT_READY])
    db.session.remove()
    db.engine.dispose()


def _greeting(told: Settings) -> str:
    named = told.public_url if told.public_url.endswith(told.listen) else f"{told.public_url} ({told.listen})"
    return f"Boussole PAT–International : {named}   (pour arrêter : Ctrl-C, ou kill {os.getpid()})"


@contextmanager
def _address_known(told: Settings) -> Iterator[None]:
    """Written for the commands; the processes of the server pass here too, and leave it."""
    mine = os.getpid()
    if not told.is_public:
        told.served.touch(0o600)
        told.served.write_text(told.public_url, "utf-8")
    try:
        yield
    finally:
        if os.getpid() == mine:
            told.served.unlink(missing_ok=True)


def _serve(app: Flask) -> None:
    told = settings_of(app)
    moment(now())  # reads how French writes dates: once, rather than by each process
    gc.freeze()  # what is read is neither looked through again nor copied by each process
    HttpServer(app, told.listen, told.web_processes, told.web_threads).run()


class Pair:
    """The server and the worker, each a process with its own children; a worker that dies is started again."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.told = self.hung_up = False
        self.delay, self.next_start, self.started = 1, 0.0, 0.0

    def run(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._tell)
        signal.signal(signal.SIGHUP, self._hang_up)
        self.server = self._start(lambda: _serve(self.app))
        self._start_worker()
        try:
            self._watch()
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)  # once is enough, and ending must not be cut short
            _say("Arrêt…")
            _end([self.server, self.worker])

    def _tell(self, *_: object) -> None:
        self.told = True

    def _hang_up(self, *_: object) -> None:
        self.hung_up = True

    def _watch(self) -> None:
        while not self.told:
            if not self.server.is_alive():
                _stop_with(f"Le serveur s'est arrêté de lui-même (code {self.server.exitcode}) : voyez ci-dessus.")
            if self.hung_up:
                self.hung_up = False
                _say(f"Le terminal s'est fermé : le site continue. Pour l'arrêter : kill {os.getpid()}")
            self._keep_working()
            time.sleep(0.5)

    def _keep_working(self) -> None:
        now = time.monotonic()
        if self.worker.is_alive():
            return
        if not self.next_start:
            _signal_group(self.worker, signal.SIGKILL)
            self.delay = 1 if now - self.started > STEADY else min(self.delay * 2, LONGEST_DELAY)
            self.next_start = now + self.delay
            code = self.worker.exitcode
            _say(f"Ce qui fabrique les PDF s'est arrêté (code {code}) ; nouvel essai dans {self.delay} s.")
        elif now >= self.next_start:
            self._start_worker()

    def _start_worker(self) -> None:
        self.worker = self._start(lambda: work(self.app, WORKERS))
        self.started, self.next_start = time.monotonic(), 0.0

    def _start(self, target: Callable[[], None]) -> ForkProcess:
        process = get_context("fork").Process(target=_alone, args=(target,))
        process.start()
        return process


def _alone(target: Callable[[], None]) -> None:
    """In a session of its own: Ctrl-C, and the end of the terminal, reach the parent alone. It ends with it, even when
    it is killed outright (Linux only: PR_SET_PDEATHSIG is 1)."""
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
    target()


def _end(processes: list[ForkProcess]) -> None:
    """Tell both to stop, and kill what is left once their time is over."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + max(GRACE, LAST_BREATH) + 2
    for process in processes:
        process.join(max(0.1, deadline - time.monotonic()))
        _signal_group(process, signal.SIGKILL)  # also what a dead parent may have left
        process.join()


def _signal_group(process: ForkProcess, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid or 0, number)


def _say(words: str) -> None:
    """To who sits at the terminal; or in the log, where a program reads it."""
    if settings().log_format == "json":
        log.warning("%s", french(words))
    else:
        with suppress(OSError):  # to a terminal that is closed
            click.echo(french(words), err=True)


def _stop_with(words: str) -> None:
    _say(words)
    raise SystemExit(1)
