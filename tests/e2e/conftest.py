"""The site as `make run` serves it: gunicorn, the PDF worker, migrations, a database of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bench.servers import free_port, wait_for
from tests.definitions import ROOT
from tests.fixtures.logs import private_in

SERVE = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--upgrade", "--with-worker"]


@dataclass(frozen=True)
class Site:
    """A running site: its address, the environment its commands need, its log, and the process of `make run`."""

    address: str
    environment: dict[str, str]
    log: Path
    pid: int

    def command(self, *arguments: str) -> str:
        """What a command of the operator prints."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        ).stdout


@contextmanager
def serving(instance: Path, **more: str) -> Iterator[Site]:
    """A site served from that folder, worker included; nothing of it is left behind."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "PORT": str(port), "INSTANCE": str(instance), "READ_MAILS": "1", **more}
    environment.pop("PUBLIC_URL", None)
    with (instance / "log").open("wb") as log:
        process = subprocess.Popen(SERVE, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            wait_for(address, process)
            del environment["PORT"]  # a command finds where the site is by itself
            yield Site(address, environment, instance / "log", process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0, (instance / "log").read_text()
    assert not private_in((instance / "log").read_text())


@pytest.fixture(scope="session")
def running_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running site."""
    with serving(tmp_path_factory.mktemp("instance")) as site:
        yield site.address


@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.long), "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A running site of its own; on SQLite too in `make long`."""
    url = {"DATABASE_URL": request.getfixturevalue("postgres_database")} if request.param == "postgresql" else {}
    with serving(tmp_path, **url) as made:
        yield made
