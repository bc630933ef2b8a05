"""Two machines that share a PostgreSQL and nothing else, behind nginx: killed, and the database too, under load."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import httpx
import psycopg
import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from selfassess.web.commands.worker import draw_next
from selfassess.web.settings import settings_of
from tests.bench.servers import free_port
from tests.core.report import files
from tests.definitions import ROOT
from tests.deploy.load import Person, at_work, crowd
from tests.deploy.served import Deployed, Service, Web, running, settings
from tests.desk import a_file
from tests.fixtures.postgres import PrivateServer
from tests.fixtures.stores import POSTGRESQL
from tests.fixtures.waiting import until
from tests.web import profiles
from tests.web.conftest import MakeApp
from tests.web.walker import Walker

PEOPLE, DRAWN = 4, 6
AGAIN = 2.0  # seconds before systemd starts again what was killed (RestartSec)
FORGIVEN = 3.0  # seconds before nginx asks a machine again (fail_timeout)
SOON = 5.0  # seconds for the site to be back
SECRET = "of-both-machines-" * 3


class Machine:
    """A folder of its own; the pages and the worker, started again when they are killed."""

    def __init__(self, folder: Path, database: str) -> None:
        folder.mkdir()
        self.port = free_port()
        told = {**settings(folder), "DATABASE_URL": database, "SECRET_KEY": SECRET}
        self.web = Web(folder / "web.log", LISTEN=f"127.0.0.1:{self.port}", **told)
        self.worker = Service("worker", folder / "worker.log", **told)


@dataclass
class Site:
    server: PrivateServer
    machines: tuple[Machine, Machine]
    deployed: Deployed
    address: str

    def states(self) -> dict[str, tuple[str, int]]:
        """Of each report asked for: its state, and how often it was begun."""
        address = self.server.url.set(drivername="postgresql").render_as_string(False)
        with psycopg.connect(address) as connection:
            found = connection.execute("SELECT fingerprint, state, attempts FROM stored_report").fetchall()
        return {one: (state, attempts) for one, state, attempts in found}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Committed means on the disk, as on a real server; a killed one then finds again all it had confirmed."""
    with PrivateServer(synchronous_commit="on", fsync="on", full_page_writes="on") as server, ExitStack() as stack:
        url = server.url.render_as_string(False)
        machines = (Machine(tmp_path / "one", url), Machine(tmp_path / "two", url))
        upgrade = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
        subprocess.run(upgrade, cwd=ROOT, env={**os.environ, **machines[0].web.told}, check=True, capture_output=True)
        for one in machines:
            stack.enter_context(one.web).start()
            stack.enter_context(one.worker).begin()
        deployed = Deployed.at(tmp_path, *(one.port for one in machines))
        proxy = stack.enter_context(running("nginx", deployed, tmp_path))
        yield Site(server, machines, deployed, proxy.address)


def failures(people: list[Person], since: float) -> list[tuple[float, str]]:
    """When, counted from then, and how."""
    return [(at - since, how) for one in people for at, how in one.failed if at >= since]


def asked(site: Site, token: str) -> tuple[httpx.Client, str]:
    """A file's PDF, asked for by who has its link; where it will be."""
    client = httpx.Client(base_url=site.address, verify=site.deployed.trust, timeout=30, follow_redirects=True)
    page = HTMLParser(client.get(f"/reprendre/{token}?vers=resultat").raise_for_status().text)
    address = page.css_first("a[href$='.pdf']").attributes["href"] or ""
    assert client.get(address).status_code == 200
    return client, address


@pytest.mark.long
def test_what_was_acknowledged_outlives_whatever_is_killed(site: Site, make_app: MakeApp) -> None:
    with make_app(site.server.url.render_as_string(False)).app_context():
        tokens = [a_file(files.FILES[name])[1] for name in sorted(files.FILES)[:DRAWN]]
    with crowd(PEOPLE, site.address, site.deployed.trust) as people:
        with at_work(people), ThreadPoolExecutor(DRAWN) as together:
            for one in site.machines:
                web_killed(one, people)
            asking = [together.submit(asked, site, token) for token in tokens]
            worker_killed(site)
            papers = [one.result() for one in asking]
            for how in (signal.SIGKILL, signal.SIGINT):
                database_restarted(site, how, people)
            until(lambda: {state for state, _ in site.states().values()} == {"ready"}, 120)
        for one in people:
            one.check()
    assert {one.begun[-1].poll() for machine in site.machines for one in (machine.web, machine.worker)} == {None}
    for client, address in papers:
        drawn = {client.get(address).content for _ in range(4)}  # from either machine
        assert len(drawn) == 1
        assert drawn.pop().startswith(b"%PDF")
        client.close()
    begun = [attempts for _, attempts in site.states().values()]
    assert len(begun) == DRAWN
    assert 2 <= max(begun) <= 3, "what the killed worker had begun was taken by another"


def web_killed(one: Machine, people: list[Person]) -> None:
    at = time.monotonic()
    one.web.kill()
    time.sleep(AGAIN)
    sent = sum(person.sent for person in people)
    one.web.start()
    found = failures(people, at)
    assert len(found) <= PEOPLE, "those it was answering"
    assert all(after < 1 for after, _ in found), found
    assert sum(person.sent for person in people) > sent, "the other machine goes on"
    time.sleep(FORGIVEN)


def worker_killed(site: Site) -> None:
    """While it draws: of four processes, three at least are."""
    until(lambda: [state for state, _ in site.states().values()].count("rendering") >= 3)
    site.machines[0].worker.kill()
    time.sleep(AGAIN)
    site.machines[0].worker.begin()


def database_restarted(site: Site, how: signal.Signals, people: list[Person]) -> None:
    site.server.stop(how)
    time.sleep(AGAIN)
    site.server.start()
    back, sent = time.monotonic(), [one.sent for one in people]
    until(lambda: all(one.sent > before + 3 for one, before in zip(people, sent, strict=True)))
    found = failures(people, back)
    assert all(after < SOON for after, _ in found), found
    told = site.machines[1].worker.log
    until(lambda: "The database answers again" in told.read_text().rpartition("does not answer (OperationalError)")[2])


@pytest.mark.stores(POSTGRESQL)
def test_a_visitor_goes_from_one_machine_to_the_other(make_app: MakeApp) -> None:
    """Each has a folder of its own, where nothing is that the other needs: a whole journey, a PDF drawn by the worker
    of one and read on the other."""
    one = make_app()
    two = make_app(settings_of(one).database_url)
    turns = cycle((one.wsgi_app, two.wsgi_app))
    one.wsgi_app = lambda environ, answer: next(turns)(environ, answer)  # type: ignore[method-assign]  # as a proxy does
    visitor = Walker(one)
    visitor.start()
    visitor.walk(profiles.EARLY, profiles.GROUP)
    visitor.get("/dossier/resultat")
    address = visitor.page.css_first("a[href$='.pdf']").attributes["href"] or ""
    visitor.check = False
    visitor.get(address)  # asked for; nobody is there to draw it yet
    with two.app_context():
        assert draw_next()
    papers = {visitor.client.get(address).data for _ in range(4)}
    assert len(papers) == 1
    assert papers.pop().startswith(b"%PDF")
