"""The log of a site as it is served, once everything that can break has broken: what happened, and nothing private."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import httpx
from flask import Flask
from sqlalchemy import URL, make_url
from werkzeug.datastructures import MultiDict

from selfassess.store.accounts import rehash
from selfassess.store.database import address as with_driver
from selfassess.store.database import db
from selfassess.web.accounts.passwords import hashed
from selfassess.web.app import create_app
from tests.desk import a_facilitator, a_network
from tests.e2e.conftest import Site, serving
from tests.fixtures.mail import Mailbox
from tests.fixtures.postgres import _connect
from tests.fixtures.waiting import PATIENCE, until
from tests.web import profiles
from tests.web.conftest import settings_for
from tests.web.test_logs import hang_up
from tests.web.walker import Form, Walker

COLLEAGUE = "animation@ville.example"


def worker_of(site: int) -> int:
    """The process of the PDF worker, started by the one of `make run` after the server's."""
    _server, worker = Path(f"/proc/{site}/task/{site}/children").read_text().split()
    return int(worker)


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


class OverHttp:
    """What a Walker asks of its client, through the network."""

    literal = True  # addresses as they are written

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def get(self, url: str) -> SimpleNamespace:
        return self._told(self.client.get(url))

    def post(self, url: str, data: MultiDict[str, str]) -> SimpleNamespace:
        return self._told(self.client.post(url, data={name: data.getlist(name) for name in data}))

    def _told(self, answer: httpx.Response) -> SimpleNamespace:
        location = answer.headers.get("location", "")
        told = {"status_code": answer.status_code, "text": answer.text, "headers": answer.headers}
        return SimpleNamespace(**told, location=location)


class Talkative(Walker):
    """Says something secret in every comment, and wherever a page takes text."""

    def __init__(self, app: Flask, client: httpx.Client) -> None:
        super().__init__(app, check=False)
        self.client = OverHttp(client)

    def answer(self, answers: Mapping[str, Any], comments: Mapping[str, str] | None = None) -> Form:
        form = super().answer(answers, comments)
        for name in form.kinds:
            if name.endswith("-comment"):
                form.fill(name, SAID["comment"])
        return form

    def fill(self, url: str, **values: str) -> None:
        self.get(url)
        form = self.form("main form")
        for name, value in values.items():
            form.fill(name, value)
        self.send(form, None)


# Signs that a font lacks make the library that draws speak of them.
SAID = {
    "territory": "Zolpique-sur-Vrabe",
    "label": "Jumelotage ukbarien",
    "comment": "Le maire de Vrabe renâcle, chut \U00013000\u0378\ufdfd",
    "service": "Brumelin",
    "email": "secrete@vrabe.example",
    "colleague": COLLEAGUE,
    "account": "guetteuse@reseau.example",
    "password": "ouvre-toi petit sésame",
    "network": "Réseau des Trembles",
}
FILE = {
    **profiles.RURAL,
    "territory": {**profiles.RURAL["territory"], "name": SAID["territory"]},
    "actions": [{**profiles.RURAL["actions"][0], "label": SAID["label"]}],
}


def test_nothing_that_anybody_says_is_in_the_log(tmp_path: Path, postgres_database: str, mailbox: Mailbox) -> None:
    """A whole journey with a secret in every field: answered, shared, sent, drawn, posted, refused; a database that
    breaks while a page is sent, and all else that may; as JSON, a line a request."""
    url = make_url(with_driver(postgres_database))
    more = {"DATABASE_URL": postgres_database, "SMTP_URL": mailbox.url, "MAIL_FROM": "Boussole <site@ville.example>"}
    with (
        serving(tmp_path, **more, LOG_FORMAT="json", ACCESS_LOG="1") as site,
        httpx.Client(base_url=site.address, timeout=PATIENCE) as client,
    ):
        app = create_app(settings_for(tmp_path, url.render_as_string(False)))
        with app.app_context():
            account = a_facilitator(a_network(SAID["network"]), email=SAID["account"])
            rehash(account, hashed(SAID["password"]))
            db.engine.dispose()
        walker = Talkative(app, client)
        walker.start()
        link, home = walker.private_link, walker.address.partition("?")[0]
        walker.walk(FILE, profiles.GROUP)
        broken = broken_while_sent(walker, url, f"{home}/pat/stage", site.log)
        walker.fill(f"{home}/partager", label=SAID["service"], section="pat")
        assert SAID["service"] in walker.text
        walker.fill(f"{home}/envoyer", email=SAID["email"])
        assert walker.url.endswith("/envoi"), walker.errors
        walker.get(f"{home}/resultat")
        walker.send(walker.form("form[action*='/rapport/']"), None)
        for password in ("faux-" + SAID["password"], SAID["password"]):
            walker.fill("/reseau/connexion", email=SAID["account"], password=password)
        until(lambda: " drawn, " in site.log.read_text() and len(mailbox.taken) >= 2)
        mailbox.behaviour = "refuse"
        break_all(site, client, url, link)
    log = site.log.read_text()
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    others = [line for line in log.splitlines() if not line.startswith("{")]
    assert [line.partition(":")[0].strip() for line in others] == ["Boussole PAT–International"]
    assert any("Invalid request" in one["message"] for one in lines)
    (fault,) = (one for one in lines if one["message"].startswith("Fault at"))
    assert fault["request"] == broken
    assert {one["route"] for one in lines if "route" in one} <= {"-", *(rule.rule for rule in app.url_map.iter_rules())}
    assert any(re.match("Signs that no font draws: [1-3];", one["message"]) for one in lines)
    assert {one["message"] for one in lines if one["logger"] == "selfassess.acts"} >= {"sign-in refused", "signed in"}
    everything = json.dumps([others, lines], ensure_ascii=False)
    words = {word for said in SAID.values() for word in re.findall(r"\w{5,}", said)}
    secrets = words - {"Réseau", "reseau", "example", "ville"}
    secrets |= {link.rpartition("/")[2], home.rpartition("/")[2], "\U00013000", "\u0378", "\ufdfd", '127.0.0.1"'}
    assert not {one for one in secrets if one.lower() in everything.lower()}


def broken_while_sent(walker: Talkative, url: URL, page: str, log: Path) -> str:
    """The id of the page that tells it."""
    walker.get(page)
    form = walker.answer({"stage": "s3"})
    with _connect(url) as connection:
        connection.execute(
            "ALTER TABLE event ADD CONSTRAINT nothing CHECK (false) NOT VALID"
        )  # tells the row it refuses
        connection.execute("ALTER TABLE stored_report RENAME TO gone")
        walker.send(form)
        until(lambda: "The database does not answer" in log.read_text())
        connection.execute("ALTER TABLE gone RENAME TO stored_report")
        connection.execute("ALTER TABLE event DROP CONSTRAINT nothing")
    assert walker.response.status_code == 500
    assert walker.response.headers["X-Request-ID"] in walker.text
    return str(walker.response.headers["X-Request-ID"])


def break_all(site: Site, client: httpx.Client, url: URL, link: str) -> None:
    """Connections that drop, requests that are none, forms without a token, a message refused, a worker killed."""
    secret, told = link.rpartition("/")[2], set[int]()
    for _ in range(8):
        hang_up(url)
        told |= {client.get(link).status_code, client.get(f"/dossier?{secret}").status_code}
    assert told <= {200, 303, 308, 503}
    not_http(site.address, f"GET {link} WHAT/1.1\r\n\r\n".encode(), b"G" + secret.encode() * 300 + b"\r\n\r\n")
    assert client.post("/dossier", data={"reply": SAID["comment"]}).status_code >= 400
    invite(url)
    until(lambda: "RCPT 550" in site.log.read_text())
    os.kill(worker_of(site.pid), signal.SIGKILL)
    until(lambda: "fabrique les PDF" in site.log.read_text())
