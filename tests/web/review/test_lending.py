"""A link to read a report, given by the network: what it opens, to whom it is told, and when it ends."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from selfassess.core.review.acts import READER
from selfassess.store.database import db, writing
from selfassess.store.models import Event, Link, Network, Submission
from selfassess.store.submissions import token_hash
from selfassess.web.french import now
from tests.apart import visitor
from tests.desk import a_facilitator, a_network, a_sent_file, hold, log_in
from tests.fixtures.stores import BOTH
from tests.web.profiles import INTERCOMMUNAL
from tests.web.walker import Walker

pytestmark = pytest.mark.stores(*BOTH)

REMARK = "Nous aimerions un exemple."
REGION = "Conseil régional, service agriculture"


@dataclass
class Lent:
    """A file at the desk, its territory, and somebody without an account."""

    network: Network
    sent: Submission
    desk: Walker
    territory: Walker
    anybody: Walker

    @property
    def url(self) -> str:
        return f"/reseau/dossiers/{self.sent.reference}/lien"

    def give(self, label: str = REGION, version: str = "elus") -> str:
        """The path of the link just made; empty when it is refused."""
        self.desk.get(self.url)
        form = self.desk.form("#lend-form")
        form.fill("label", label)
        form.fill("version", version)
        self.desk.send(form, None)
        shown = self.desk.page.css_first("#lien-donne")
        return "/" + shown.text().split("/", 3)[3] if shown else ""


@pytest.fixture
def lent(app: Flask) -> Lent:
    app.config["WTF_CSRF_ENABLED"] = False  # who forges no form is looked at
    with app.app_context():
        network = a_network()
        sent, token = a_sent_file(network, INTERCOMMUNAL, {"stage": REMARK})
        desk, territory, anybody = visitor(app), visitor(app), visitor(app)
        log_in(desk.client, a_facilitator(network, label="Animation du réseau"))
        hold(territory.client, token)
        assert sent.reference
        return Lent(network, sent, desk, territory, anybody)


@pytest.mark.parametrize("version", ["elus", "whole"])
def test_it_opens_the_version_it_was_given_for_and_nothing_else(app: Flask, lent: Lent, version: str) -> None:
    with app.app_context():
        db.session.add(lent.sent)
        path, reference = lent.give(version=version), lent.sent.reference
        assert "lien-donne" not in lent.desk.get(lent.url).html, "it is shown once"
    lent.anybody.get(path)
    assert lent.anybody.address.endswith(f"/lecture/{reference}")
    assert (REMARK in lent.anybody.page.html) == (version == "whole")
    assert lent.anybody.client.get(f"/dossier/{reference}").status_code == 403
    assert lent.anybody.client.get(f"/reseau/dossiers/{reference}").status_code in {302, 303, 401}


def test_both_sides_see_it_and_either_switches_it_off(app: Flask, lent: Lent) -> None:
    with app.app_context():
        db.session.add(lent.sent)
        paths, reference = [lent.give(), lent.give("Élue référente")], lent.sent.reference
        lent.desk.get(lent.url)
        lent.desk.send(lent.desk.form("form[action$='/desactiver']"), None)
        assert f"{REGION} : désactivé le" in lent.desk.text.replace("\u00a0", " ")
    lent.territory.get(f"/dossier/{reference}/partager")
    assert "Élue référente (donné par le réseau)" in lent.territory.text
    lent.territory.send(lent.territory.form("form[action$='/desactiver']"), None)
    for path in paths:
        assert "désactivé" in lent.anybody.get(path).html
    for walker, page in (
        (lent.territory, f"/dossier/{reference}/historique"),
        (lent.desk, f"/reseau/dossiers/{reference}"),
    ):
        walker.get(page)
        assert walker.text.count("Lien de lecture donné par le réseau") == 2
        assert "Lien de lecture du réseau désactivé" in walker.text


def test_it_ends_when_the_territory_takes_its_file_back(app: Flask, lent: Lent) -> None:
    """Also once it is a draft again, which links of its own still read."""
    with app.app_context():
        db.session.add(lent.sent)
        path, reference = lent.give(version="whole"), lent.sent.reference
        with writing() as session:
            own = Link(hash=token_hash("own"), submission_id=lent.sent.id, role=READER, label="Élue", created_at=now())
            own.whole = True
            session.add(own)
    for way in ("retrait", "reouvrir"):
        assert lent.territory.client.post(f"/dossier/{reference}/{way}").status_code == 303
    lent.anybody.get(path)
    assert "désactivé" in lent.anybody.text
    assert REMARK in lent.anybody.get("/lire/own").html


def test_what_is_refused_writes_nothing(app: Flask, lent: Lent) -> None:
    with app.app_context():
        db.session.add(lent.sent)
        assert [lent.give(label) for label in ("", "x" * 121)] == ["", ""]
        assert lent.desk.response.status_code == 422
        assert lent.desk.page.css_first("#label").attributes["value"] == "x" * 121
        with writing() as session:
            session.add(Link(hash="own", submission_id=lent.sent.id, role=READER, label="Élue", created_at=now()))
        assert lent.desk.client.post(f"{lent.url}/desactiver", data={"link": "own"}).status_code == 400, (
            "the territory's own"
        )
        log_in(lent.anybody.client, a_facilitator(a_network("Un autre"), email="b@reseau.example"))
        for way in ("", "/desactiver"):
            answer = lent.anybody.client.post(f"{lent.url}{way}", data={"label": "Moi"})
            assert answer.status_code == 404
        kinds = set(db.session.scalars(select(Event.kind).where(Event.submission_id == lent.sent.id)))
        assert not kinds & {"lend", "unlend"}
        assert list(db.session.scalars(select(Link.revoked_at).where(Link.hash == "own"))) == [None]
