"""Both services of the pages are restarted, one after the other, while people work: no request is refused."""

from __future__ import annotations

import shutil
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.deploy.load import at_work, crowd
from tests.deploy.served import PROXIES, Deployed, Web, running, settings

PEOPLE = 4


@pytest.mark.parametrize(
    ("proxy", "times"),
    [("nginx", 1), *(pytest.param(one, 4, marks=pytest.mark.long) for one in PROXIES)],
)
def test_none_is_refused(proxy: str, times: int, tmp_path: Path, empty_database: Path) -> None:
    shutil.copy(empty_database, tmp_path / "boussole.sqlite")
    with socket.create_server(("127.0.0.1", 0), backlog=1000) as door:
        first, second = (Web(tmp_path / f"log{at}", door, **settings(tmp_path)) for at in (1, 2))
        with first, second, ThreadPoolExecutor() as both:
            list(both.map(Web.start, (first, second)))
            site = Deployed.at(tmp_path, door.getsockname()[1])
            with running(proxy, site, tmp_path) as made, crowd(PEOPLE, made.address, site.trust) as people:
                with at_work(people):
                    for _ in range(times):
                        first.restart()
                        second.restart()
                for one in people:
                    assert one.sent > 10 * times
                    assert not one.failed
                    one.check()
