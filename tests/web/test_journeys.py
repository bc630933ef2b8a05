"""Whole journeys without JavaScript, from the start page to the check page."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from selfassess.store.database import db
from selfassess.store.models import Submission
from selfassess.web.definitions import library
from tests.fixtures.stores import BOTH
from tests.web import profiles
from tests.web.walker import Walker

pytestmark = pytest.mark.stores(*BOTH)


def stored(app: Flask) -> Submission:
    with app.app_context():
        return db.session.query(Submission).order_by(Submission.id.desc()).first()


@pytest.mark.parametrize("name", profiles.ALL)
def test_a_whole_journey(app: Flask, walker: Walker, name: str) -> None:
    answers = profiles.ALL[name]
    walker.start()
    assert walker.path == "/dossier"
    walker.walk(answers, profiles.GROUP)
    assert "sans réponse" not in walker.text
    kept = stored(app)
    for question, value in answers.items():
        if question not in {profiles.GROUP, "territory"}:
            assert kept.answers[question] == value, question
    items = [{key: one[key] for key in one if key != "_id"} for one in kept.answers[profiles.GROUP]]
    assert items == answers[profiles.GROUP]
    walker.get("/dossier")
    assert walker.text.count("Terminé") == len(walker.page.css(".govuk-task-list__item"))


@pytest.mark.parametrize("name", profiles.ALL)
def test_the_longest_path_keeps_its_promise(app: Flask, walker: Walker, name: str) -> None:
    """≤ 16 pages, plus ≤ 3 per action (with its name and the list in between)."""
    walker.start()
    walker.walk(profiles.ALL[name], profiles.GROUP)
    with app.app_context():
        questionnaire = library().definitions.current.questionnaire
    addresses = {url.split("?")[0] for url in walker.visited if url.startswith("/dossier/")} - {"/dossier/verifier"}
    own = {one for one in addresses if len(one.split("/")) == 4 and not one.endswith("/ajouter")}
    assert len(own) <= len(questionnaire.pages) <= 16


def test_territory_is_resolved_from_the_directory(app: Flask, walker: Walker) -> None:
    walker.start()
    walker.click_first_task()
    walker.send(walker.answer(profiles.INTERCOMMUNAL))
    answer: dict[str, Any] = stored(app).answers["territory"]
    assert answer["type"] == "metropole"
    assert answer["departement"] == "38"
    assert answer["population"] > 400_000


def test_free_territory_keeps_its_band(app: Flask, walker: Walker) -> None:
    walker.start()
    walker.click_first_task()
    walker.send(walker.answer(profiles.RURAL))
    answer = stored(app).answers["territory"]
    assert answer == {"name": "PETR du Pays de Bray", "type": "petr", "departement": "76",
                      "band": "from_50k", "population": 50_000}  # fmt: skip


def test_homonyms_are_told_apart(walker: Walker) -> None:
    walker.start()
    walker.click_first_task()
    form = walker.form()
    form.fill("territory-query", "Saint-Denis")
    walker.send(form, "search")
    labels = [one.text(strip=True) for one in walker.page.css(".app-results label")]
    assert len(labels) == len(set(labels)) > 3
    assert any("Seine-Saint-Denis" in one for one in labels)


def test_the_browser_remembers_and_the_link_resumes_elsewhere(app: Flask, walker: Walker) -> None:
    walker.start()
    link = walker.private_link
    walker.click_first_task()
    walker.send(walker.answer(profiles.EARLY), "quit")
    assert walker.path == "/dossier/enregistre"
    walker.get("/")
    assert "Reprendre le dossier" in walker.text
    other = Walker(app)
    other.get(link)
    assert other.path == "/dossier"
    other.get("/dossier/verifier")
    assert "Mouans-Sartoux" in other.text


def test_no_second_draft_unasked(app: Flask, walker: Walker) -> None:
    walker.start()
    walker.get("/dossier/supprimer")
    form = walker.form("form")
    form.action = "/commencer"
    walker.send(form, None)
    assert "déjà ouvert" in walker.heading
    with app.app_context():
        assert db.session.query(Submission).count() == 1
    walker.send(walker.form("form[action='/commencer']"), None)
    with app.app_context():
        assert db.session.query(Submission).count() == 2


def test_leaving_this_computer_shows_the_link_then_forgets(walker: Walker) -> None:
    walker.start()
    link = walker.private_link
    walker.click("Quitter cet ordinateur")
    assert walker.private_link == link
    walker.send(walker.form("form"), None)
    assert "oublié" in walker.heading
    walker.get("/dossier")
    assert walker.response.status_code == 403
    walker.get(link)
    assert walker.path == "/dossier"


def test_deleting_really_deletes(app: Flask, walker: Walker) -> None:
    walker.start()
    link = walker.private_link
    walker.click("Supprimer ce dossier")
    walker.send(walker.form("form"), None)
    assert "supprimé" in walker.heading
    with app.app_context():
        assert db.session.query(Submission).count() == 0
    walker.get(link)
    assert walker.response.status_code == 410
    walker.get(link[:-1])
    assert walker.response.status_code == 404
