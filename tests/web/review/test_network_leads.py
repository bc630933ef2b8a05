"""The network's reading leads, the territory decides: told, validated, chosen; on screen, on paper, verified."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select

from selfassess.core.report.report import DevicePart, Report, ReviewedPage
from selfassess.core.report.slots import advised
from selfassess.store.database import db
from selfassess.store.models import Event, Submission
from selfassess.web.report import pdf
from selfassess.web.report.document_file import led, render
from selfassess.web.report.submission_record import declared_report
from selfassess.web.report.visibility import reviewed
from tests.apart import visitor
from tests.definitions import definitions
from tests.desk import a_facilitator, a_network, a_sent_file, hold, log_in
from tests.fixtures.pdf import text_of
from tests.web.profiles import RURAL
from tests.web.walker import Walker

PLACE = {"name": "PETR du Pays de Brai", "type": "petr", "departement": "76", "band": "from_50k", "population": 50000}
FILE: dict[str, Any] = {**RURAL, "territory": PLACE}
ADVISED = "Conseil du réseau"


class Scene:
    """A sent file, its desk and its coordinator."""

    def __init__(self, app: Flask) -> None:
        network = a_network()
        self.sent, token = a_sent_file(network, FILE)
        self.desk, self.holder = visitor(app), Walker(app)
        log_in(self.desk.client, a_facilitator(network))
        hold(self.holder.client, token)

    def advise(self, device: str) -> Walker:
        """The desk puts that device first, and comes to what it validates."""
        url = f"/reseau/dossiers/{self.sent.reference}"
        self.desk.get(f"{url}/lecture")
        form = self.desk.form("#formulaire")
        form.values.setlist("device", [device, "", ""])
        form.fill("order_reason", "Le comité y est prêt.")
        self.desk.send(form, None)
        self.desk.get(f"{url}/valider")
        return self.desk

    def validate(self) -> None:
        self.desk.send(self.desk.form("#formulaire"), None)

    @property
    def report(self) -> Report:
        db.session.rollback()
        db.session.expire_all()
        return reviewed(db.session.get_one(Submission, self.sent.id))

    @property
    def page(self) -> ReviewedPage:
        review = self.report.review
        assert review is not None
        assert review.page is not None
        return review.page

    def devices(self, *, refused: bool) -> list[DevicePart]:
        declared = declared_report(self.sent)
        return [one for one in declared.devices if bool(one.rules) is refused and one.id not in advised(declared)]


@pytest.fixture
def scene(app: Flask) -> Any:
    with app.app_context():
        yield Scene(app)


def test_it_leads_and_the_territory_decides(scene: Scene) -> None:
    before = declared_report(scene.sent)
    good = scene.devices(refused=False)[0]
    told = scene.advise(good.id).text
    assert "La vôtre passera en premier" in told
    assert ADVISED.lower() not in told
    scene.holder.get(f"/dossier/{scene.sent.reference}/resultat")
    assert "Lecture du réseau" not in scene.holder.page.css_first(".rp-page-one").text()
    scene.validate()
    result = scene.holder
    result.get(f"/dossier/{scene.sent.reference}/resultat")
    one = result.page.css_first(".rp-page-one")
    assert one.css_first(".rp-label").text() == "Lecture du réseau"
    assert one.css_first(".rp-device").text() == (good.action or good.short)
    assert before.page_one.headline.study_term in one.css_first(".rp-declared").text()
    assert declared_report(scene.sent) == before
    network = scene.page.page_one.decision
    form = result.form("#ordre-du-jour form")
    assert form.values["choice"] == "network"
    form.fill("choice", "declared")
    first = scene.report.fingerprint
    result.send(form, None)
    assert before.page_one.decision in result.page.css_first(".rp-decision").text()
    assert (scene.page.chosen, scene.report.fingerprint == first) == ("declared", False)
    scene.desk.get(f"/reseau/dossiers/{scene.sent.reference}/rapport")
    desk = scene.desk.page.css_first(".rp-decision").text()
    assert before.page_one.decision in desk
    assert network not in desk
    result.get(f"/dossier/{scene.sent.reference}/historique")
    assert "celle que disent les réponses" in result.text


def test_documents_are_those_of_the_day_it_was_validated(scene: Scene) -> None:
    """For each decision the territory may choose, whatever texts have become; the declared ones stay beside."""
    scene.advise(scene.devices(refused=False)[0].id)
    scene.validate()
    known = definitions()
    words = {"title": "Autre titre", "note": known.documents.acts[0]}
    changed = replace(known, documents=known.documents.model_copy(update=words))
    found = set()
    for choice in [one.id for one in scene.page.agenda]:
        scene.holder.get(f"/dossier/{scene.sent.reference}/resultat")
        form = scene.holder.form("#ordre-du-jour form")
        form.fill("choice", choice)
        scene.holder.send(form, None)
        report = scene.report
        assert scene.page.chosen == choice
        assert scene.page.documents == led(report, known)
        assert render(report, known) == render(report, changed)
        found.add(render(report, known))
    assert len(found) == len(scene.page.agenda) == 3
    validated = db.session.scalars(select(Event).where(Event.kind == "validate")).one()
    assert len(json.dumps(validated.data)) < 100_000
    validated.data = {"documents": {choice: {"parts": "of another time"}}}
    db.session.commit()
    with ZipFile(BytesIO(render(scene.report, changed))) as odt:
        assert known.documents.reworded in odt.read("content.xml").decode()


def test_a_choice_no_page_offers_writes_nothing(scene: Scene) -> None:
    scene.advise(scene.devices(refused=False)[0].id)
    scene.validate()
    scene.holder.get(f"/dossier/{scene.sent.reference}/resultat")
    form = scene.holder.form("#ordre-du-jour form")
    form.values["choice"] = "other"
    scene.holder.send(form, None)
    assert scene.holder.response.status_code == 400
    assert scene.page.chosen == "network"


def test_what_goes_against_the_rules_is_told_then_shown_as_advice(scene: Scene) -> None:
    bad = scene.devices(refused=True)[-1]
    told = " ".join(scene.advise(bad.id).text.split())
    assert "conseil du réseau" in told
    assert " ".join(bad.rules[0].text.split()) in told
    scene.validate()
    scene.holder.get(f"/dossier/{scene.sent.reference}/resultat")
    slot = scene.holder.page.css_first(".rp-slot--1").text()
    assert ADVISED in slot
    assert bad.rules[0].text[1:] in slot


def test_on_paper_in_documents_and_by_its_fingerprint(app: Flask, scene: Scene, tmp_path: Path) -> None:
    good = scene.devices(refused=False)[0]
    scene.advise(good.id)
    scene.validate()
    report = scene.report
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf.render(report))
    said = text_of(path)
    assert "Lecture du réseau" in said
    assert (good.action or good.short).split(" ")[0] in said
    with ZipFile(BytesIO(render(report, definitions()))) as odt:
        text = odt.read("content.xml").decode()
    assert "Lecture du réseau" in text
    assert "Cette décision suit la relecture du dossier" in text
    assert "à comparer à la relecture" not in text
    assert good.short in text
    walker = visitor(app)
    scene.holder.get(f"/dossier/{scene.sent.reference}/resultat")
    prepare = scene.holder.form("form[action*='/rapport/']")
    scene.holder.send(prepare, None)
    walker.get(f"/verifier/{report.fingerprint}")
    assert "Lecture qui passe en premier Celle du réseau" in " ".join(walker.text.split())
    assert good.short not in walker.text
