"""Answering a message (faults/12), and the links that messages carry (faults/08)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from selfassess.store import networks, submissions
from selfassess.store.database import db, writing
from selfassess.store.mails import to_network, to_respondent
from selfassess.store.models import Event, Link, Network, Submission
from selfassess.web.french import now
from selfassess.web.mail import outbox
from selfassess.web.mail.sender import post_next
from selfassess.web.settings import ROOT
from tests.desk import a_facilitator, a_network, a_sent_file
from tests.web.mail.test_mails import text_of, written
from tests.web.profiles import INTERCOMMUNAL

FAULTS = ROOT / "tests/faults"
NOBODY = "Ne répondez pas à ce message : personne ne lit cette boîte."
SIGNED = "Précisez l’étape.\n-- \nAlix Martin\n--\nanimation@reseau.example"
PLAIN = re.compile(r"[A-Za-z0-9]+")


def cases(name: str) -> dict[str, Any]:
    (path,) = Path(FAULTS).glob(f"{name}_*.json")
    return {one["id"]: one for one in json.loads(path.read_text("utf-8"))["cases"]}


def told(app: Flask, kind: str, name: str, data: dict[str, Any], reply_to: str | None = None) -> Any:
    """The message that this act sends."""
    with app.app_context():
        network = a_network()
        networks.answer_at(network, reply_to)
        a_facilitator(network)
        sent, _ = a_sent_file(network, INTERCOMMUNAL)
        with writing() as session:
            sent.email = "pat@territoire.example"
            event = Event(submission_id=sent.id, at=now(), role="facilitator", kind=name, data=data)
            session.add(event)
            session.flush()
            who = to_network if kind in {"arrived", "resubmitted", "withdrawn"} else to_respondent
            session.add_all(who(sent, kind, event))
        assert post_next()
    return written(app)[-1]


ACTS: list[tuple[str, str, dict[str, Any]]] = [
    ("clarification", "request", {"questions": ["stage"], "message": SIGNED}),
    ("cancelled", "cancel", {"reason": SIGNED}),
    ("reopened", "reopen", {"reason": SIGNED}),
    ("corrected", "correct", {"key": "stage", "before": SIGNED, "after": "--", "kind": "comment"}),
    ("validated", "validate", {}),
    ("receipt", "send", {}),
    ("arrived", "send", {}),
    ("resubmitted", "resubmit", {"reply": SIGNED}),
    ("withdrawn", "withdraw", {}),
]


@pytest.mark.parametrize(("kind", "name", "data"), ACTS)
def test_12_nobody_reads_this_box_and_the_link_comes_first(
    app: Flask, kind: str, name: str, data: dict[str, Any]
) -> None:
    assert NOBODY in cases("12")["12a"]["expected"]
    message = told(app, kind, name, data)
    text = text_of(message)
    assert NOBODY in text.replace("\u00a0", " ")
    assert message["Reply-To"] is None
    assert not re.search(r"^--[ \t]*$", text, re.MULTILINE), cases("12")["12c"]["expected"]
    typed = [text.index(word) for word in ("Alix Martin", "Grenoble-Alpes") if word in text]
    assert bool(typed) >= (SIGNED in data.values() and kind != "resubmitted")
    assert all(text.index("http://") < at for at in typed)


def test_12a_or_the_network_reads_them(app: Flask) -> None:
    message = told(app, "clarification", "request", ACTS[0][2], "animation@reseau.example")
    assert message["Reply-To"] == "animation@reseau.example"
    text = text_of(message).replace("\u00a0", " ")
    assert "personne ne lit" not in text
    assert "va à l’animation du réseau : animation@reseau.example" in text


def test_12a_what_facilitators_and_accounts_get_is_read_by_nobody(app: Flask) -> None:
    assert told(app, "arrived", "send", {}, "animation@reseau.example")["Reply-To"] is None
    with app.app_context():
        with writing() as session:
            session.add(outbox.to_facilitator(a_facilitator(email="b@reseau.example"), "invitation", "1"))
        assert post_next()
    assert NOBODY in text_of(written(app)[-1]).replace("\u00a0", " ")


def test_the_address_is_a_setting_of_the_network(app: Flask) -> None:
    def run(*arguments: str) -> Any:
        return app.test_cli_runner().invoke(args=["network", *arguments])

    def kept() -> str | None:
        with app.app_context():
            return db.session.query(Network.reply_to).scalar()

    assert run("add", "Réseau", "--reply-to", "prénom@x.fr").exit_code
    assert run("add", "Réseau", "--reply-to", "animation@x.fr\nBcc: y@x.fr").exit_code
    assert run("add", "Réseau", "--reply-to", "animation@x.fr").exit_code == 0
    assert kept() == "animation@x.fr"
    assert "seule adresse" in run("reply-to", "reseau", "a@x.fr, b@x.fr").output
    assert "b@x.fr" in run("reply-to", "reseau", "b@x.fr").output
    assert kept() == "b@x.fr"
    assert "personne" in run("reply-to", "Réseau").output
    assert kept() is None
    assert "inconnu" in run("reply-to", "Autre", "b@x.fr").output


# ---- Links that are copied ---------------------------------------------------------------------------------------


def test_08b_every_token_ends_in_a_letter_or_a_digit() -> None:
    assert "100 000 tokens" in cases("08")["8b"]["do"]
    drawn = {submissions.new_token() for _ in range(100_000)}
    assert len(drawn) == 100_000
    assert all(PLAIN.fullmatch(one) for one in drawn)
    assert {len(one) for one in drawn} == {33}  # 62 ** 33 > 2 ** 192


def test_08a_links_already_given_go_on_working(app: Flask) -> None:
    token = cases("08")["8a"]["token"]
    with app.app_context():
        made = submissions.start("aect-pat", "2026-1", token, now())
        assert isinstance(made, Submission)
        assert db.session.query(Link).count() == 1
    assert app.test_client().get(f"/reprendre/{token}").status_code == 303
