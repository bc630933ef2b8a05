"""`serve`: what its settings do, what stops it and what does not; a request under way is always answered."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from selfassess.web.running.http_server import KEEP_ALIVE, HttpServer
from selfassess.web.running.serve_command import why_busy
from tests.bench.servers import children, free_port, wait_for
from tests.definitions import ROOT
from tests.deploy.served import listens
from tests.fixtures.waiting import until
from tests.web.conftest import MakeApp

SERVE = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]


@contextmanager
def serving(folder: Path, database: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The server alone, one process of two threads, on a copy of that database; its log is `log` in the folder."""
    shutil.copy(database, folder / "boussole.sqlite")
    port = free_port()
    told = {"INSTANCE": str(folder), "LISTEN": f"127.0.0.1:{port}", "WEB_PROCESSES": "1", "WEB_THREADS": "2"}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(SERVE, cwd=ROOT, env={**os.environ, **told}, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", process)
            yield process, port
        finally:
            process.kill()
            process.wait(20)


def test_a_closed_terminal_does_not_stop_it_and_sigterm_lets_requests_end(tmp_path: Path, empty_database: Path) -> None:
    with serving(tmp_path, empty_database) as (process, port):
        assert (tmp_path / "served").read_text() == f"http://127.0.0.1:{port}"
        before = children(process.pid)
        assert len(before) == 1
        for pid in (process.pid, *before):  # as the terminal does: to all of them
            os.kill(pid, signal.SIGHUP)
        until(lambda: "serving goes on" in (tmp_path / "log").read_text())
        until(lambda: children(process.pid) and children(process.pid) != before)
        here = ("127.0.0.1", port)
        with httpx.Client(base_url="http://{}:{}".format(*here)) as idle, socket.create_connection(here, 20) as line:
            assert idle.get("/healthz").status_code == 200  # and its connection stays open
            line.sendall(b"POST /commencer HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
            assert line.recv(100).startswith(b"HTTP/1.1 100")  # it is being answered
            process.send_signal(signal.SIGTERM)
            until(lambda: not listens(port))  # a proxy asks another instance at once, rather than wait for this one
            line.sendall(b"a=b&c")
            assert line.recv(100).startswith(b"HTTP/1.1 400")  # the page that says: no token
        assert process.wait(20) == 0
        assert not (tmp_path / "served").exists()


def test_an_address_taken_is_said_before_anything_is_served(make_app: MakeApp) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        done = make_app(listen=listen).test_cli_runner().invoke(args=["serve"])
    assert done.exit_code == 2
    assert done.stderr.startswith(f"{listen} ne peut pas servir (Address already in use)")
    assert not why_busy("unix:/tmp/any")


def test_a_database_behind_is_said_before_anything_is_served(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'empty.sqlite'}", listen=f"127.0.0.1:{free_port()}")
    done = app.test_cli_runner().invoke(args=["serve"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "db upgrade" in done.stderr


@pytest.mark.parametrize("setting", ["forwarded_allow_ips", "forwarder_headers"])
def test_the_server_believes_no_header_about_who_asks(setting: str) -> None:
    """ProxyFix alone does, with BEHIND_HTTPS: a visitor would otherwise choose the scheme, or where pages begin."""
    server = HttpServer(lambda environ, start: [], "127.0.0.1:1", 2, 4)
    assert not getattr(server.cfg, setting)
    assert server.cfg.keepalive == KEEP_ALIVE
