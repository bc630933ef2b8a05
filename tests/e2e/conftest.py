"""The site as `make run` serves it: gunicorn, the PDF worker, migrations, a database of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.bench.servers import free_port, wait_for
from tests.definitions import ROOT


@pytest.fixture(scope="session")
def running_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running site, worker included; nothing of it is left behind."""
    port, instance = free_port(), tmp_path_factory.mktemp("instance")
    environment = {**os.environ, "PORT": str(port), "INSTANCE": str(instance)}
    with (instance / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, ".ci/serve.py"], cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0, (instance / "log").read_text()
