"""Files handed over to a network, as tests meet them: made, sent, asked about, outside any request."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select

from selfassess.core.review.acts import FACILITATOR
from selfassess.store.acts import Actor, Outcome, perform
from selfassess.store.database import db
from selfassess.store.models import Event, Submission
from selfassess.web.french import now
from tests.desk import a_facilitator, a_network, a_sent_file, hold
from tests.web.profiles import INTERCOMMUNAL
from tests.web.walker import Walker

DESK = Actor(FACILITATOR, "Animation du réseau")


def act(app: Flask, file: int, name: str, **data: object) -> None:
    """What the network does with a file, outside any request."""
    with app.app_context():
        perform(the(file), name, DESK, now(), lambda found: Outcome(data))


def ask(app: Flask, file: int, *keys: str, message: str = "Merci de préciser.") -> None:
    act(app, file, "request", questions=list(keys), message=message)


def sent(app: Flask, answers: dict[str, Any] = INTERCOMMUNAL) -> tuple[int, str]:
    """A file sent to the network « Val fictif », and its token."""
    with app.app_context():
        network = a_network("Val fictif")
        a_facilitator(network)
        made, token = a_sent_file(network, answers)
        return made.id, token


def clarification(app: Flask, *keys: str) -> tuple[int, str]:
    file, token = sent(app)
    ask(app, file, *keys)
    return file, token


def opened(app: Flask, token: str) -> Walker:
    walker = Walker(app)
    hold(walker.client, token)
    return walker


def the(file: int) -> Submission:
    found = db.session.get(Submission, file, populate_existing=True)
    assert found is not None
    return found


def fresh(app: Flask, file: int) -> Submission:
    with app.app_context():
        return the(file)


def kinds(app: Flask, kind: str) -> list[dict[str, Any]]:
    """The data of the events of that kind."""
    with app.app_context():
        return [one.data for one in db.session.scalars(select(Event).where(Event.kind == kind))]


def banner(walker: Walker) -> str:
    return " ".join(walker.page.css_first(".app-file").text().split())
