"""Real server processes under measure: the command that serves it, its CPU time read from the kernel."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(pid: int) -> list[int]:
    """Every process below `pid`; none below one that has ended."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        listed = []
    return [one for child in listed for one in (int(child), *children(int(child)))]


def cpu_of(pid: int) -> float:
    """CPU seconds, user and system, of one process so far; none of one that has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):  # gone before it is opened, or while it is read
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def spent_by(pid: int) -> float:
    """CPU seconds of the threads that one process has now, to the nanosecond: those of a server live as long as it."""
    found = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):
            found += int((thread / "schedstat").read_text().split()[0])
    return found / 1e9


class Server:
    """A running server: its address, and the CPU seconds and memory of its process tree."""

    def __init__(self, process: subprocess.Popen[bytes], base: str) -> None:
        self.process, self.base = process, base

    def cpu(self) -> float:
        """CPU seconds, user and system, of the server and its workers so far."""
        return sum(map(spent_by, (self.process.pid, *children(self.process.pid))))

    def memory(self) -> float:
        """MiB of memory, shared pages divided among those who share them."""
        total = 0
        for pid in (self.process.pid, *children(self.process.pid)):
            rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += next(int(row.split()[1]) for row in rows if row.startswith("Pss:"))
        return total / 1024


def command_of(target: str) -> list[str]:
    """`serve`, for the site; for another application, the same server with the same settings."""
    if target == "wsgi:app":
        return [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    module, name = target.split(":")
    told = (
        f"import os; from {module} import {name} as app; from selfassess.web.running.http_server import HttpServer; "
        "HttpServer(app, os.environ['LISTEN'], 2, 4).run()"
    )
    return [sys.executable, "-c", told]


@contextmanager
def serve(target: str, environment: dict[str, str]) -> Iterator[Server]:
    """On a free port, as it is deployed; ended with all its processes."""
    port = free_port()
    process = subprocess.Popen(
        command_of(target),
        cwd=ROOT,
        env={**os.environ, **environment, "LISTEN": f"127.0.0.1:{port}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}", process)
        yield Server(process, f"http://127.0.0.1:{port}")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def wait_for(base: str, process: subprocess.Popen[bytes]) -> None:
    """Until `base` answers. Raises RuntimeError when the process ends first, or after a minute."""
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with code {process.returncode}")
        try:
            httpx.get(base)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{base} does not answer")
