"""What `deploy/` holds works as it is written: settings, units, and two proxies that serve the site.

Only names, ports, paths and the certificate are replaced: those of whoever deploys it.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import click
import httpx
import pytest
from flask import Flask

from selfassess.store.submissions import new_token
from selfassess.web.running.checkup import from_outside
from selfassess.web.running.http_server import KEEP_ALIVE
from selfassess.web.security import FROM_DOCTOR, doctor_mark
from selfassess.web.settings import NAMES, Settings
from tests.bench.servers import free_port
from tests.definitions import ROOT
from tests.deploy.served import DEPLOY, NAME, PROXIES, Deployed, Proxy, Web, running, settings
from tests.fixtures.waiting import until
from tests.web.conftest import settings_for

UNITS = DEPLOY / "systemd"
HERE = "/opt/boussole"
SLOW = 8  # visitors: as many as the site answers at once
SOON = 3.0  # seconds


# ---- Settings --------------------------------------------------------------------------------------------------


def test_the_example_explains_every_setting_and_no_other() -> None:
    told = (DEPLOY / "settings.env").read_text("utf-8")
    named = re.findall(r"^#?([A-Z_]+)=", told, re.MULTILINE)
    assert sorted(named) == sorted(NAMES)
    for name in named:
        before = told[: re.search(rf"^#?{name}=", told, re.MULTILINE).start()].rstrip().splitlines()[-1]  # type: ignore[union-attr]
        assert before.startswith("#"), f"{name} is not explained"


def test_every_line_of_the_example_can_be_used(tmp_path: Path) -> None:
    file = tmp_path / "settings"
    told = (DEPLOY / "settings.env").read_text("utf-8").replace("/var/lib/boussole", str(tmp_path / "instance"))
    file.write_text(re.sub(r"^#([A-Z_]+=)", r"\1", told, flags=re.MULTILINE), "utf-8")
    found = Settings.from_environment({"SETTINGS_FILE": str(file)})
    assert not found.unknown
    assert found.public_url == f"https://{NAME}"
    assert found.legal_operator.startswith("Région Exemple, ")


# ---- Units -----------------------------------------------------------------------------------------------------


@pytest.fixture
def units(tmp_path: Path) -> list[str]:
    """The units where this checkout stands for the one they name; the paths of those that can be started."""
    shutil.copytree(UNITS, tmp_path, dirs_exist_ok=True)
    for path in [*tmp_path.glob("*.service"), *tmp_path.glob("*/*.conf")]:
        path.write_text(path.read_text().replace(HERE, str(ROOT)))
    (tmp_path / "boussole-web@.service").rename(tmp_path / "boussole-web@1.service")
    return [str(path) for path in sorted(tmp_path.iterdir()) if path.is_file()]


def analyze(units: list[str], *arguments: str) -> subprocess.CompletedProcess[str]:
    found = {**os.environ, "SYSTEMD_UNIT_PATH": f"{Path(units[0]).parent}:"}  # then those of the distribution
    return subprocess.run(["systemd-analyze", *arguments, *units], env=found, capture_output=True, text=True)


def test_systemd_finds_nothing_to_say_of_the_units(units: list[str]) -> None:
    done = analyze(units, "verify")
    assert (done.returncode, done.stderr) == (0, "")
    services = [one for one in units if one.endswith(".service")]
    done = analyze(services, "security", "--offline=yes", "--threshold=20")  # tenths: 100 is a service that may do all
    assert done.returncode == 0, done.stdout


def test_units_run_commands_of_the_site(app: Flask) -> None:
    """Each with options that it has."""
    told = "".join(path.read_text() for path in UNITS.glob("*.service"))
    asked = re.findall(rf"^Exec\w+={HERE}/\.venv/bin/flask --app wsgi (.+)$", told, re.MULTILINE)
    assert len(asked) == len(list(UNITS.glob("*.service"))) == len(re.findall(r"^Exec", told, re.MULTILINE))
    for command in asked:
        found, words = app.cli.commands, command.split()
        while isinstance(found[words[0]], click.Group):
            found = found[words.pop(0)].commands
        found[words[0]].make_context(words[0], words[1:])


# ---- Proxies ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Deployed]:
    """Served as the unit does, with the settings of the example, but for where its data are."""
    folder, port = tmp_path_factory.mktemp("site"), free_port()
    shutil.copy(empty_database, folder / "boussole.sqlite")
    with Web(folder / "log", **settings(folder), LISTEN=f"127.0.0.1:{port}") as web:
        web.start()
        yield Deployed.at(folder, port)
        web.stop()


@pytest.fixture(scope="module", params=PROXIES)
def proxy(request: pytest.FixtureRequest, site: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with running(request.param, site, tmp_path_factory.mktemp(request.param)) as made:
        yield made


def client(site: Deployed, address: str) -> httpx.Client:
    return httpx.Client(base_url=address, timeout=SOON, verify=site.trust)


def trickle(address: str, site: Deployed, lines: ExitStack) -> None:
    """SLOW visitors more, who each begin to send a form and never end."""
    host, _, port = address.partition("://")[2].partition(":")
    for _ in range(SLOW):
        line: socket.socket = lines.enter_context(socket.create_connection((host, int(port)), SOON))
        if address.startswith("https"):
            line = lines.enter_context(site.trust.wrap_socket(line, server_hostname=host))
        line.sendall(b"POST /commencer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\na")


def test_connections_outlive_the_looks_of_the_waiting_page() -> None:
    slowest = re.search(r"LATER = (\d+)000;", (ROOT / "static/waiting.js").read_text())
    nginx = re.search(r"keepalive_timeout (\d+)s;", (DEPLOY / "nginx.conf").read_text())
    caddy = re.search(r"idle (\d+)m", (DEPLOY / "Caddyfile").read_text())
    assert slowest
    assert nginx
    assert caddy
    assert int(slowest[1]) < min(KEEP_ALIVE, int(nginx[1]), 60 * int(caddy[1]))


def test_slow_visitors_stop_the_site_alone_and_not_behind_a_proxy(site: Deployed, proxy: Proxy) -> None:
    """The processes of the site share visitors out as they come: some may be needed before both are full."""
    with client(site, proxy.address) as visitor, ExitStack() as lines:
        for _ in range(5):
            trickle(proxy.address, site, lines)
            assert visitor.get("/healthz").status_code == 200
    with ExitStack() as lines:
        for _ in range(5):
            trickle(site.direct, site, lines)
            if not _answers(site):
                break
        else:
            pytest.fail("the site alone went on: the examples need no buffers")
    until(lambda: _answers(site))


def _answers(site: Deployed) -> bool:
    try:
        return httpx.get(f"{site.direct}/healthz", timeout=1.0).status_code == 200
    except httpx.TransportError:
        return False


def test_what_a_visitor_says_of_themselves_is_not_believed(
    site: Deployed, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(site.certificate))
    monkeypatch.setattr("selfassess.web.settings.THIS_MACHINE", set())
    told = replace(settings_for(site.folder), public_url=proxy.address, secret_key=site.secret)
    assert not list(from_outside(told))
    with client(site, proxy.address) as visitor:
        lies = {"Forwarded": "for=192.0.2.1", "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Prefix": "/lie"}
        answer = visitor.get("/healthz", headers={**lies, FROM_DOCTOR: doctor_mark(site.secret)})
        assert answer.json()["seen"] == {"address": "127.0.0.1", "host": proxy.address[8:], "scheme": "https"}
        page = visitor.get("/")
    assert page.headers.get_list("Strict-Transport-Security") == ["max-age=31536000"]
    assert "Secure" in page.headers["Set-Cookie"]
    assert "/lie" not in page.text


def test_private_links_are_in_no_log_of_the_proxy(site: Deployed, proxy: Proxy, tmp_path: Path) -> None:
    """Nor when the site does not answer, which a proxy tells more about."""
    secret = new_token()
    pages = [f"/{one}/{secret}" for one in ("reprendre", "lire", "reseau/acces", "ne-plus-prevenir", "verifier")]
    pages += [f"/?{secret}", f"/territoires?q={secret}", f"/dossier/PAT-7K3M-9Q2X/{secret}"]
    with running(proxy.name, replace(site, ports=(free_port(),)), tmp_path) as alone:
        for one, answered in ((proxy, True), (alone, False)):
            with client(site, one.address) as visitor:
                told = {
                    visitor.get(page, headers={"Referer": f"{one.address}/lire/{secret}"}).status_code for page in pages
                }
            assert (max(told) < 500) == answered
            assert (min(told) >= 502) != answered
            until(lambda one=one: one.logged.count("/reprendre/...") == 1)  # type: ignore[misc]  # one of the two
            assert secret not in one.logged
            assert "/territoires" in one.logged
