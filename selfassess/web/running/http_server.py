"""The server of the pages: gunicorn, in this process and on an application already made.

Apart: the only module that knows gunicorn, and one that needs nothing else of ours, so that the floor of `make bench`
is served by the very same.
"""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING
from wsgiref.types import WSGIApplication

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.systemd import listen_fds
from gunicorn.workers.gthread import ThreadWorker

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.config import Config
    from gunicorn.workers.base import Worker

GRACE = 30  # seconds left to requests under way when told to stop
KEEP_ALIVE = 75  # seconds that a connection stays open: the page that waits for a PDF looks every 30 at the slowest


class HttpServer(BaseApplication):  # type: ignore[misc]  # published without types
    """`run()` serves until told to stop (SIGTERM, SIGINT), then ends what is under way and leaves the process."""

    def __init__(self, app: WSGIApplication, listen: str, processes: int, threads: int) -> None:
        self.app = app
        self.options = {
            "bind": listen,
            "worker_class": _Worker,
            "workers": processes,
            "threads": threads,
            "preload_app": True,  # definitions are read once, before the processes part
            "graceful_timeout": GRACE,
            "keepalive": KEEP_ALIVE,
            "control_socket_disable": True,
            "logger_class": CommonLog,
            "errorlog": None,
            # What a proxy says of its visitors is read by the application alone, with BEHIND_HTTPS.
            "forwarded_allow_ips": "",
            "forwarder_headers": "",
            "post_worker_init": _outlive_the_terminal,
            "on_reload": _say_it_goes_on,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        return self.app


class _Worker(ThreadWorker):  # type: ignore[misc]  # likewise
    """Told to stop, it takes in who waits at the door, then closes it: who comes next is refused at once, and a proxy
    asks another instance. gunicorn would leave it open until the last request ends, and drop who waits there then."""

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if self.alive or enabled:
            return
        doors: list[socket.socket] = self.sockets
        for door in doors:
            inside = -1
            while self.nr_conns > inside:
                inside = self.nr_conns
                self.accept(door)
            door.close()
        doors.clear()


def given_by_systemd() -> bool:
    """Does the socket where to listen come from whoever started this process (boussole-web.socket)?"""
    return bool(listen_fds(unset_environment=False))


class CommonLog(Logger):  # type: ignore[misc]  # published without types
    """What the server says goes where all that this process logs does, in the same form."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        self.error_log.propagate = True


def _outlive_the_terminal(worker: Worker) -> None:
    """The parent alone acts on SIGHUP: it puts new processes in the place of these, once they have answered."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def _say_it_goes_on(server: Arbiter) -> None:
    server.log.warning("SIGHUP (a closed terminal?): serving goes on, with new processes; SIGTERM stops it.")
