"""A file sent to a second network: a linked copy, frozen, with a review of its own; its territory sees both."""

from __future__ import annotations

import email
import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from selfassess.core.review.acts import CONTRIBUTOR, READER, RESPONDENT, SUBMITTED, VALIDATED, WITHDRAWN
from selfassess.store import retention, usage
from selfassess.store.acts import Outcome, perform
from selfassess.store.database import db, writing
from selfassess.store.models import Event, Facet, Link, Mail, Network, Revision, Submission
from selfassess.store.submissions import events, new_token, relatives, token_hash
from selfassess.store.territories.copies import AlreadyThereError, copy
from selfassess.web.french import now
from selfassess.web.mail.sender import post_next
from selfassess.web.report.submission_record import declared_report
from selfassess.web.settings import settings
from tests.apart import visitor
from tests.desk import COORDINATOR, KEEPING, a_facilitator, a_network, a_sent_file, hold, log_in, purged
from tests.fixtures.stores import BOTH
from tests.web.profiles import RURAL
from tests.web.walker import Walker

pytestmark = pytest.mark.stores(*BOTH)

PLACE = {"name": "PETR du Pays de Brai", "type": "petr", "departement": "76", "band": "from_50k", "population": 50000}
FILE: dict[str, Any] = {**RURAL, "territory": PLACE}
DAY = timedelta(days=1)


class Scene:
    """A file sent to one network, another network, and whoever follows each."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.first, self.second = a_network("Réseau d’ici"), a_network("Réseau d’à côté")
        self.sent, self.token = a_sent_file(self.first, FILE, {"stage": "Voté en mars."})
        with writing():
            self.sent.email = "pat@pays.example"
        self.owner = visitor(app)
        hold(self.owner.client, self.token)
        self.desks = [self.desk_of(one, f"{one.id}@reseau.example") for one in (self.first, self.second)]

    def desk_of(self, network: Any, email: str) -> Walker:
        made = visitor(self.app)
        log_in(made.client, a_facilitator(network, email=email))
        return made

    def send_too(self) -> Submission:
        self.owner.get(f"/dossier/{self.sent.reference}/envois")
        self.owner.send(self.owner.form("#envoi"), None)
        assert self.owner.response.status_code == 200
        return self.copies[-1]

    @property
    def copies(self) -> list[Submission]:
        db.session.rollback()
        db.session.expire_all()
        return relatives(self.sent.reference)[1:]

    def state(self, of: Submission) -> str:
        return str(db.session.scalar(select(Submission.state).where(Submission.id == of.id)))


@pytest.fixture
def scene(app: Flask) -> Any:
    with app.app_context():
        yield Scene(app)


def test_a_second_network_gets_a_copy_and_the_territory_sees_both(scene: Scene) -> None:
    made = scene.send_too()
    assert [(one.text(strip=True)) for one in scene.owner.page.css(".app-sendings strong")] == [
        "Réseau d’ici",
        "Réseau d’à côté",
    ]
    assert (made.twin_of, made.network_id, made.place) == (scene.sent.id, scene.second.id, scene.sent.place)
    for name in ("answers", "comments", "authors", "voices", "declared", "name", "reading", "email", "edition"):
        assert getattr(made, name) == getattr(scene.sent, name), name
    assert declared_report(made) == declared_report(scene.sent)
    facets = [
        sorted(db.session.execute(select(Facet.kind, Facet.value).where(Facet.submission_id == one.id)).all())
        for one in (scene.sent, made)
    ]
    assert facets[0] == facets[1] != []
    told = db.session.scalars(select(Mail.kind).where(Mail.submission_id == made.id)).all()
    assert sorted(told) == ["arrived", "receipt"]
    while post_next():
        pass
    folder = settings().mails.glob("*.eml")
    letters = [email.message_from_bytes(one.read_bytes()).get_payload(0).get_payload(decode=True) for one in folder]
    assert [made.reference.encode() in one and "ses réponses ne changent plus".encode() in one for one in letters] == [
        True,
        True,
    ]
    assert all(b"\n\nIl porte" in one or b"Il porte sur votre" in one for one in letters)
    # Each network has its own, and knows nothing of the other.
    for desk, mine, theirs in zip(scene.desks, (scene.sent, made), (made, scene.sent), strict=True):
        assert desk.client.get(f"/reseau/dossiers/{theirs.reference}").status_code == 404
        desk.get(f"/reseau/dossiers/{mine.reference}")
        assert theirs.reference not in desk.text
    assert "d’à côté" not in scene.desks[0].get(f"/reseau/dossiers/{scene.sent.reference}").text()
    # The link of the file opens its copy, on every page of it; nobody else's link does.
    for page in ("", "/resultat", "/envoi", "/historique", "/verifier", "/donnees.json"):
        assert scene.owner.client.get(f"/dossier/{made.reference}{page}").status_code == 200, page
    assert scene.owner.client.get(f"/dossier/{made.reference}/envois").location.endswith(
        f"{scene.sent.reference}/envois"
    )
    for role in (None, CONTRIBUTOR, READER):
        other, token = visitor(scene.app), new_token()
        if role:
            with writing() as session:
                session.add(Link(hash=token_hash(token), submission_id=scene.sent.id, role=role, created_at=now()))
            hold(other.client, token)
        for way in (f"/dossier/{made.reference}", f"/dossier/{made.reference}/resultat", f"/lecture/{made.reference}"):
            assert other.client.get(way).status_code != 200, (role, way)


def test_once_a_network(scene: Scene) -> None:
    scene.owner.get(f"/dossier/{scene.sent.reference}/envois")
    form = scene.owner.form("#envoi")
    form.fill("network", "999")
    scene.owner.send(form, None)
    assert (scene.owner.response.status_code, scene.copies) == (422, [])
    form.fill("network", str(scene.second.id))
    for _ in range(2):  # a double click
        scene.owner.send(form, None)
        assert scene.owner.response.status_code == 200
    assert len(scene.copies) == 1
    assert "Envoyer aussi à un autre réseau" not in scene.owner.text
    form.fill("network", str(scene.first.id))
    scene.owner.send(form, None)
    assert len(scene.copies) == 1


def test_two_at_once_make_one(scene: Scene) -> None:
    app, file, network, done = scene.app, scene.sent.id, scene.second.id, list[str]()

    def work() -> None:
        with app.app_context():
            mine, to = db.session.get_one(Submission, file), db.session.get_one(Network, network)
            made = lambda one: Outcome(rows=lambda event: iter(copy(one, to, one.place, COORDINATOR, now())[:0]))  # noqa: E731
            try:
                perform(mine, "send_too", COORDINATOR, now(), made)
                done.append("sent")
            except AlreadyThereError:
                done.append("there")

    db.session.remove()
    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(done) == ["sent", "there"]
    assert db.session.scalar(select(func.count()).where(Submission.twin_of == file)) == 1


def test_its_answers_are_frozen_and_its_review_is_its_own(scene: Scene) -> None:
    made = scene.send_too()
    desk, url = scene.desks[1], f"/reseau/dossiers/{made.reference}"
    desk.get(url)
    assert "C’est la copie d’un envoi fait à un autre réseau" in desk.text
    assert "Demander des précisions" not in desk.text
    for way in ("/precisions", "/corriger"):
        answer = desk.client.get(url + way)
        assert answer.status_code == 409
        assert "ses réponses ne changent plus" in answer.text
    desk.get(f"{url}/valider")
    desk.send(desk.form("#formulaire"), None)
    assert (scene.state(made), scene.state(scene.sent)) == (VALIDATED, SUBMITTED)
    assert "relu" in scene.owner.get(f"/dossier/{scene.sent.reference}/envois").text()
    # What changes in the file since changes nothing in the copy.
    with writing():
        db.session.get_one(Submission, scene.sent.id).answers = {**scene.sent.answers, "stage": "s1"}
    assert scene.copies[0].answers["stage"] != "s1"
    for way, form in (("reouvrir", {}), ("repartir", {}), ("envois", {"network": str(scene.first.id)})):
        scene.owner.client.application.config["WTF_CSRF_ENABLED"] = False
        answer = scene.owner.client.post(f"/dossier/{made.reference}/{way}", data=form)
        assert answer.status_code == 409, way
    assert len(scene.copies) == 1


def test_taken_back_from_one_network_it_stays_with_the_other(scene: Scene) -> None:
    made = scene.send_too()
    scene.owner.get(f"/dossier/{made.reference}/retrait")
    assert "Votre dossier et ses autres envois restent." in scene.owner.text
    scene.owner.send(scene.owner.form("#retrait"), None)
    assert (scene.state(made), scene.state(scene.sent)) == (WITHDRAWN, SUBMITTED)
    assert "Rouvrir le dossier" not in scene.owner.text
    again = scene.send_too()
    assert again.id != made.id
    perform(scene.sent, "withdraw", COORDINATOR, now())
    assert scene.state(again) == SUBMITTED
    assert scene.owner.client.get(f"/dossier/{again.reference}/resultat").status_code == 200


def test_it_goes_with_its_file_and_not_the_other_way_round(scene: Scene) -> None:
    made = scene.send_too()
    scene.owner.get(f"/dossier/{made.reference}/supprimer")
    scene.owner.send(scene.owner.form("main form"), None)
    assert scene.copies == []
    assert scene.state(scene.sent) == SUBMITTED
    again = scene.send_too()
    scene.owner.get(f"/dossier/{scene.sent.reference}/supprimer")
    assert again.reference in scene.owner.text
    scene.owner.send(scene.owner.form("main form"), None)
    left = [db.session.scalar(select(func.count()).select_from(one)) for one in (Submission, Revision, Event)]
    assert left == [0, 0, 0]


def test_kept_as_long_as_its_copy(scene: Scene) -> None:
    """The links of a file open its copies."""
    made, start = scene.send_too(), now()
    perform(db.session.get_one(Submission, scene.sent.id), "withdraw", COORDINATOR, start)
    late = start + 200 * DAY
    assert purged(late) == 0
    file = db.session.get_one(Submission, scene.sent.id)
    assert retention.leaves(file, KEEPING, late) is None
    assert retention.ends(file, KEEPING) == retention.ends(made, KEEPING)
    later = start + KEEPING.sent + 40 * DAY
    assert purged(later) == 1
    assert purged(later + 40 * DAY) == 1


def test_a_message_opens_it_and_leaving_closes_all(scene: Scene) -> None:
    made, token = scene.send_too(), new_token()
    with writing() as session:
        session.add(Link(hash=token_hash(token), submission_id=made.id, role=RESPONDENT, created_at=now()))
    alone = visitor(scene.app)
    hold(alone.client, token)
    alone.get(f"/dossier/{scene.sent.reference}/envois")
    assert made.reference in alone.text
    scene.owner.get(f"/dossier/{made.reference}/quitter")
    scene.owner.send(scene.owner.form("main form"), None)
    assert scene.owner.client.get(f"/dossier/{scene.sent.reference}").status_code != 200


def test_neither_counted_twice_nor_told_to_the_first_network(scene: Scene) -> None:
    made = scene.send_too()
    with writing():
        for one in (scene.sent, made):
            found = db.session.get_one(Submission, one.id)
            found.created_at = found.sent_at = now() - 40 * DAY
    usage.count_months(now())
    assert sum(one.sent for one in usage.counted("2020-01")) == 1
    scene.desks[0].get(f"/reseau/dossiers/{scene.sent.reference}")
    assert "autre réseau" not in scene.desks[0].text
    scene.owner.get(f"/dossier/{scene.sent.reference}/historique")
    assert "Copie envoyée à un autre réseau" in scene.owner.text
    data = json.loads(scene.owner.client.get(f"/dossier/{scene.sent.reference}/donnees.json").text)
    assert [one["référence"] for one in data["copies envoyées à d'autres réseaux"]] == [made.reference]


def test_who_answered_keeps_its_name(scene: Scene) -> None:
    """A service that answered is named to the second network as it was to the first."""
    service = "Service des relations internationales"
    with writing() as session:
        file = db.session.get_one(Submission, scene.sent.id)
        perform_as = {"questions": ["stage"]}
        session.add(
            Event(submission_id=file.id, at=now(), role=CONTRIBUTOR, kind="answer", actor=service, data=perform_as)
        )
        last = session.scalars(select(Revision).where(Revision.submission_id == file.id)).one()
        last.authors = {**last.authors, "stage": CONTRIBUTOR}
    made = scene.send_too()
    assert [one.actor for one in events(made)] == [service, "Coordination du PAT"]
