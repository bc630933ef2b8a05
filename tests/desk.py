"""The desk as tests meet it: a network, its facilitators, files sent to it. Everything within an app context."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from selfassess.core.answers.items import ITEM_ID
from selfassess.core.review.acts import RESPONDENT
from selfassess.store import accounts, reports, submissions
from selfassess.store.acts import Actor, perform
from selfassess.store.database import db, writing
from selfassess.store.models import Facilitator, Membership, Network, Submission
from selfassess.store.retention import NOTICE, Keeping, purge
from selfassess.web.files.open_links import LINKS, SLOTS
from selfassess.web.files.opened_file import COORDINATION
from selfassess.web.french import now
from selfassess.web.report.submission_record import declaration
from tests.definitions import SLUG, edition

KEEPING = Keeping()  # as set by nobody
COORDINATOR = Actor(RESPONDENT, COORDINATION)


def purged(at: datetime) -> int:
    """How many files go on that day, whose owners were told as long before as they are."""
    purge(KEEPING, at - NOTICE, None)
    return purge(KEEPING, at, None).deleted


def a_network(name: str = "Réseau d’essai", region: str = "") -> Network:
    with writing() as session:
        made = Network(name=name, region=region, created_at=now())
        session.add(made)
    return made


def a_facilitator(*networks: Network, email: str = "animation@reseau.example", label: str = "") -> Facilitator:
    """An active account without a usable password: `log_in` opens its session."""
    with writing() as session:
        made = Facilitator(email=email, label=label or "Animation du réseau", password="!", created_at=now())
        session.add(made)
        session.flush()
        session.add_all(Membership(network_id=one.id, facilitator_id=made.id) for one in networks)
    db.session.refresh(made)
    return made


def an_administrator(*networks: Network, email: str = "administration@site.example") -> Facilitator:
    """Likewise, of the site, with a second factor."""
    made = a_facilitator(*networks, email=email, label="Administration du site")
    with writing():
        made.administrator = True
    accounts.set_up_factor(made, "0" * 32, 0, [], now())
    return made


def log_in(client: FlaskClient, facilitator: Facilitator) -> str:
    """This client is that facilitator from now on; the token of the session."""
    token = submissions.new_token()
    accounts.open_visit(facilitator, token, "tests", now())
    with client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = token, True
    return token


def hold(client: FlaskClient, token: str) -> None:
    """This client has opened that link."""
    with client.application.app_context():
        link = submissions.find_link(token)
        assert link is not None
        assert link.submission is not None
        reference, role = link.submission.reference, link.role
    with client.session_transaction() as kept:
        others = [one for one in kept.get(LINKS, []) if one[0] != reference]
        mine = next((one for one in kept.get(LINKS, []) if one[0] == reference), [reference, "", "", ""])
        kept[LINKS] = [
            *others,
            [reference, *(token if one == role else old for one, old in zip(SLOTS, mine[1:], strict=True))],
        ]


def a_file(
    answers: dict[str, Any], comments: dict[str, str] | None = None, at: datetime | None = None
) -> tuple[Submission, str]:
    """A draft with those answers (as `evaluate` reads them, territories whole), and its token."""
    group = edition().questionnaire.group.id
    items = [{ITEM_ID: secrets.token_hex(6), **item} for item in answers.get(group) or []]
    stored = {**answers, **({group: items} if group in answers else {})}
    token = submissions.new_token()
    made = submissions.start(SLUG, edition().id, token, at or now())
    change = submissions.Change(stored, comments or {}, "answer", {"questions": list(stored)})
    submissions.change(made, lambda found: change, RESPONDENT, at or now())
    return made, token


def a_sent_file(
    network: Network, answers: dict[str, Any], comments: dict[str, str] | None = None, at: datetime | None = None
) -> tuple[Submission, str]:
    """A file sent to that network, and its token."""
    made, token = a_file(answers, comments, at)
    moment = at or now()
    perform(
        made,
        "send",
        COORDINATOR,
        moment,
        lambda found: declaration(found, edition(), "send", moment, network_id=network.id),
    )
    return made, token


def signs(app: Flask) -> set[str]:
    """The workers that have given a sign of life."""
    with app.app_context():
        return set(reports.last_signs())
