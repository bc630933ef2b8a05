"""The log of a site as it is served, once everything that can break has broken: what happened, and nothing private."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlalchemy import URL, make_url

from selfassess.store.database import address as with_driver
from tests.e2e.conftest import serving
from tests.fixtures.logs import private_in
from tests.fixtures.mail import Mailbox
from tests.fixtures.postgres import _connect
from tests.fixtures.waiting import PATIENCE, until
from tests.web.test_logs import hang_up

COLLEAGUE = "animation@ville.example"


def worker_of(site: int) -> int:
    """The process of the PDF worker, started by the one of `make run` after the server's."""
    _server, worker = Path(f"/proc/{site}/task/{site}/children").read_text().split()
    return int(worker)


def started(client: httpx.Client) -> tuple[str, str]:
    """A file started: the private link, and the forgery token of its pages."""
    token = HTMLParser(client.get("/").text).css_first("[name=csrf_token]").attributes["value"]
    page = HTMLParser(client.post("/commencer", data={"csrf_token": str(token)}, follow_redirects=True).text)
    return page.css_first("#lien").text().strip(), str(token)


def not_http(address: str, *requests: bytes) -> None:
    """What no browser sends, with a private link in it."""
    for request in requests:
        with socket.create_connection((urlsplit(address).hostname, urlsplit(address).port), 10) as line:
            line.sendall(request)
            line.recv(100)


def invite(url: URL) -> None:
    """A message to send, written as a command would, without the seconds it takes to start."""
    with _connect(url) as connection:
        made = "INSERT INTO facilitator (email, label, created_at) VALUES (%s, 'Animation', now()) RETURNING id"
        (facilitator,) = connection.execute(made, [COLLEAGUE]).fetchone() or (0,)
        connection.execute(
            """INSERT INTO mail (handover, kind, recipient, facilitator_id, data, state, attempts, created_at, next_at)
               VALUES ('invitation.tests', 'invitation', %s, %s, '{}', 'queued', 0, now(), now() - interval '1 day')""",
            [COLLEAGUE, facilitator],
        )


def test_the_log_of_a_site_that_breaks(tmp_path: Path, postgres_database: str, mailbox: Mailbox) -> None:
    url = make_url(with_driver(postgres_database))
    mailbox.behaviour = "refuse"
    more = {"DATABASE_URL": postgres_database, "SMTP_URL": mailbox.url, "MAIL_FROM": "Boussole <site@ville.example>"}
    with serving(tmp_path, **more) as site, httpx.Client(base_url=site.address, timeout=PATIENCE) as client:
        link, token = started(client)
        secret = link.rpartition("/")[2]
        told = set()
        for _ in range(8):
            hang_up(url)
            told |= {client.get(link).status_code, client.get(f"/dossier?{secret}").status_code}
        assert told <= {200, 303, 308, 503}
        not_http(site.address, f"GET {link} WHAT/1.1\r\n\r\n".encode(), b"G" + secret.encode() * 300 + b"\r\n\r\n")
        assert client.post("/dossier", data={"csrf_token": token, "reply": "Un mot secret"}).status_code >= 400
        invite(url)
        until(lambda: "RCPT 550" in site.log.read_text())
        os.kill(worker_of(site.pid), signal.SIGKILL)
        until(lambda: "fabrique les PDF" in site.log.read_text())
    log = site.log.read_text()
    assert not private_in(log)
    for private in (secret, token, "secret", COLLEAGUE, "127.0.0.1 -"):
        assert private not in log
    assert "Invalid request" in log
