"""The addresses that definitions quote, tried on a real server of this process: what it answers is what is told."""

from __future__ import annotations

import json
import re
import shutil
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from selfassess.web.app import create_app
from selfassess.web.commands.links_command import FILE, LinkOutcome, kept_outcomes, links_of, try_links
from selfassess.web.settings import Settings
from tests.definitions import QUESTIONS, SLUG, definitions
from tests.fixtures.waiting import PATIENCE

AGENT = "tests/1"
ANSWERED_AFTER = 0.01  # seconds: long enough for a second request to be seen beside the first
CERTIFICATE = Path(__file__).parents[2] / "fixtures" / "self_signed.pem"
MOVES = {
    "/moved": (301, "/here"),
    "/moved-308": (308, "/here"),
    "/for-now": (302, "/here"),
    "/moved-away": (301, "/gone"),
    "/moved-then-for-now": (301, "/for-now"),
    "/round": (301, "/round"),
}
STATUSES = {"/gone": 404, "/gone-for-good": 410, "/forbidden": 403, "/broken": 500}


@dataclass
class Site:
    """What was asked of it: path and User-Agent; how many requests were under way at once, at most."""

    address: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    under_way: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    over: threading.Event = field(default_factory=threading.Event)


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        site: Site = self.server.site  # type: ignore[attr-defined]
        with site.lock:
            site.asked.append((self.path, self.headers["User-Agent"]))
            site.under_way += 1
            site.most = max(site.most, site.under_way)
        site.over.wait(ANSWERED_AFTER)
        with site.lock:  # before the answer: whoever has read it may ask the next page at once
            site.under_way -= 1
        self.answer(site)

    def answer(self, site: Site) -> None:
        if self.path == "/silent":
            site.over.wait(PATIENCE)
            return
        status, place = MOVES.get(self.path, (STATUSES.get(self.path, 200), ""))
        self.send_response(status)
        if place:
            self.send_header("Location", place)
        self.send_header("Content-Length", "2" if self.path != "/long" else "1000000000")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def listening(certificate: Path | None = None) -> Iterator[Site]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        site = Site(f"http{'s' if certificate else ''}://127.0.0.1:{server.server_address[1]}")
        server.site = site  # type: ignore[attr-defined]
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield site
        finally:
            site.over.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    with listening() as found:
        yield found


def outcome(address: str, timeout: float = PATIENCE) -> LinkOutcome:
    (found,) = try_links([address], AGENT, timeout, 0).values()
    return found


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/here", LinkOutcome("answers", 200)),
        ("/for-now", LinkOutcome("answers", 200)),
        ("/moved", LinkOutcome("moved", 301, "{site}/here")),
        ("/moved-308", LinkOutcome("moved", 308, "{site}/here")),
        ("/moved-then-for-now", LinkOutcome("moved", 301, "{site}/for-now")),
        ("/moved-away", LinkOutcome("gone", 404)),
        ("/gone", LinkOutcome("gone", 404)),
        ("/gone-for-good", LinkOutcome("gone", 410)),
        ("/forbidden", LinkOutcome("refused", 403)),
        ("/broken", LinkOutcome("refused", 500)),
        ("/round", LinkOutcome("refused", 301)),
    ],
)
def test_what_the_site_answers(site: Site, path: str, expected: LinkOutcome) -> None:
    moved_to = expected.moved_to and expected.moved_to.format(site=site.address)
    assert outcome(site.address + path) == LinkOutcome(expected.state, expected.status, moved_to)


def test_a_site_that_says_nothing_is_given_up(site: Site) -> None:
    assert outcome(f"{site.address}/silent", 0.2) == LinkOutcome("silent")


def test_a_certificate_that_nobody_signed() -> None:
    with listening(CERTIFICATE) as unsafe:
        assert outcome(f"{unsafe.address}/here") == LinkOutcome("unsafe")
        assert unsafe.asked == []


def test_a_site_that_speaks_no_tls(site: Site) -> None:
    assert outcome(site.address.replace("http:", "https:")) == LinkOutcome("unsafe")


def test_a_site_that_is_not_there() -> None:
    with listening() as left:
        address = left.address
    assert outcome(address) == LinkOutcome("unreachable")
    assert outcome("http://[") == LinkOutcome("unreachable")


def test_no_more_than_a_little_of_a_page_is_read(site: Site) -> None:
    assert outcome(f"{site.address}/long", 2).state == "answers"


def test_a_site_is_asked_one_page_at_a_time_and_the_tool_says_its_name(site: Site) -> None:
    paths = [f"/{number}" for number in range(12)]
    with listening() as other:
        found = try_links([where.address + path for path in (*paths, *paths) for where in (site, other)], AGENT, 9, 0)
        assert [path for path, _ in other.asked] == paths
    assert {one.state for one in found.values()} == {"answers"}
    assert site.asked == [(path, AGENT) for path in paths]
    assert site.most == 1


def test_every_address_of_contacts_and_sources_is_there() -> None:
    found = {one.message for one in links_of(definitions())}
    known = {one.url for one in definitions().sources.values()} | {
        one for body in definitions().contacts.bodies for one in (body.page, body.site)
    }
    assert found >= known - {None}
    assert all(re.match(r"https?://", one) for one in found)


def test_the_command_tells_each_where_it_is_quoted_and_keeps_it_apart(site: Site, tmp_path: Path) -> None:
    root, instance = tmp_path / "questions", tmp_path / "instance"
    shutil.copytree(QUESTIONS, root)
    for name in ("contacts.yaml", "sources.yaml", "study.yaml"):
        path = root / SLUG / name
        text = re.sub(r"(site: \"|\")https?://[^\"\s]+", rf"\1{site.address}/here", path.read_text("utf-8"))
        path.write_text(text.replace(f'site: "{site.address}/here', f'site: "{site.address}/site'), "utf-8")
    contacts = root / SLUG / "contacts.yaml"
    lines = contacts.read_text("utf-8").splitlines()
    line = next(at for at, text in enumerate(lines, 1) if "{id: cncd," in text)
    lines[line - 1] = lines[line - 1].replace("/here", "/gone")
    contacts.write_text("\n".join(lines) + "\n", "utf-8")
    instance.mkdir()
    before = {path: path.read_bytes() for path in root.rglob("*.yaml")}

    app = create_app(
        Settings(database_url=f"sqlite:///{tmp_path}/x.sqlite", secret_key="tests", questions=root, instance=instance)
    )
    done = app.test_cli_runner().invoke(args=["questions", "links", "--pause", "0"])

    assert done.exit_code == 0, done.output
    (told,) = [one for one in done.output.splitlines() if ".yaml:" in one]
    assert told.startswith(f"{SLUG}/contacts.yaml:{line}:")
    assert f"{site.address}/gone n’existe plus (404)." in told
    assert re.search(r"3.adresses essayées, 2 sans changement\.", done.output)
    assert site.asked[0][1].startswith("Boussole-PAT-International/")
    day, outcomes = kept_outcomes(instance / FILE)
    assert len(day) == len("2026-11-30")
    assert outcomes[f"{site.address}/gone"] == LinkOutcome("gone", 404)
    assert before == {path: path.read_bytes() for path in root.rglob("*.yaml")}


@pytest.mark.parametrize(
    "text", ["", "[]", "{", json.dumps({"on": "2026-11-30", "found": {"a": {"state": 1, "x": 2}}})]
)
def test_a_damaged_file_is_as_if_nothing_was_tried(tmp_path: Path, text: str) -> None:
    path = tmp_path / FILE
    assert kept_outcomes(path) == ("", {})
    path.write_text(text, "utf-8")
    assert kept_outcomes(path) == ("", {})
