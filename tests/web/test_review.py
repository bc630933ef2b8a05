"""One file at the desk, without JavaScript: read, commented, asked about, corrected, judged, validated, reopened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from selfassess.core.review import CLARIFICATION, SUBMITTED, VALIDATED
from selfassess.store.acts import perform
from selfassess.store.database import db, writing
from selfassess.store.models import Event, Facilitator, Mail, Network, Revision, Submission
from selfassess.store.submissions import Change, change, events
from selfassess.web.current import ITEM_ID
from selfassess.web.declaring import declaration, revisions
from selfassess.web.language import now
from tests.definitions import edition
from tests.desk import COORDINATOR, a_facilitator, a_network, a_sent_file, log_in
from tests.web.profiles import EARLY, GROUP, INTERCOMMUNAL, RURAL
from tests.web.walker import Walker

PLACE = {"name": "PETR du Pays de Brai", "type": "petr", "departement": "76", "band": "from_50k", "population": 50000}
FILE: dict[str, Any] = {**RURAL, "territory": PLACE}
TYPO = "Nous aimerions un exmple."


@dataclass
class Desk:
    """A reviewer in front of a file."""

    app: Flask
    network: Network
    me: Facilitator
    sent: Submission
    walker: Walker

    @property
    def url(self) -> str:
        return f"/reseau/dossiers/{self.sent.reference}"

    def get(self, way: str = "") -> Walker:
        self.walker.get(self.url + way)
        return self.walker

    def again(self) -> Submission:
        """The file as it is by now."""
        db.session.expire_all()
        return db.session.get_one(Submission, self.sent.id)

    @property
    def last(self) -> Event:
        return events(self.again())[-1]


@pytest.fixture
def desk(app: Flask, walker: Walker) -> Any:
    with app.app_context():
        network = a_network()
        me = a_facilitator(network)
        comments = {"stage": TYPO}
        sent, _ = a_sent_file(network, FILE, comments)
        with writing():
            sent.email = "pat@pays-de-bray.example"
        log_in(walker.client, me)
        yield Desk(app, network, me, sent, walker)


def test_glance(desk: Desk) -> None:
    page = desk.get()
    assert page.response.status_code == 200
    assert page.heading == "PETR du Pays de Brai"
    assert "Valider la relecture" in page.text
    for part in edition().questionnaire.sections:
        page.get(desk.url)
        page.click(part.title)
        assert page.response.status_code == 200
        assert page.heading == part.title
    for way in ("/precisions", "/lecture", "/valider", "/corriger?quoi=comment&cle=stage"):
        assert desk.get(way).response.status_code == 200, way
