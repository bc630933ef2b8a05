"""Real server processes under measure: gunicorn as `make run` starts it, its CPU time read from the kernel."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


class Server:
    """A running server: its address, and the CPU seconds and memory of its process tree."""

    def __init__(self, process: subprocess.Popen[bytes], base: str) -> None:
        self.process, self.base = process, base

    def cpu(self) -> float:
        """CPU seconds, user and system, of the server and its workers so far."""
        return sum(map(cpu_of, (self.process.pid, *children(self.process.pid))))

    def memory(self) -> float:
        """MiB of memory, shared pages divided among those who share them."""
        total = 0
        for pid in (self.process.pid, *children(self.process.pid)):
            rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += next(int(row.split()[1]) for row in rows if row.startswith("Pss:"))
        return total / 1024


@contextmanager
def serve(target: str, environment: dict[str, str]) -> Iterator[Server]:
    """gunicorn, two workers of four threads, on a free port; ended with all its processes."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-w", "2", "--threads", "4", "-b", f"127.0.0.1:{port}", target]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stderr=subprocess.DEVNULL,
                               start_new_session=True)  # fmt: skip
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
