"""A year later: a new file from the answers of one that was sent, and the two readings side by side."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from selfassess.core.answers.items import ITEM_ID
from selfassess.core.review.acts import (
    CLARIFICATION,
    DRAFT,
    RESPONDENT,
    WITHDRAWN,
)
from selfassess.store import submissions
from selfassess.store.database import db, writing
from selfassess.store.models import Event, Revision, Submission
from selfassess.web.french import now
from tests.core.report import files
from tests.desk import a_file, a_network, a_sent_file, hold
from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.server import Serve
from tests.web.walker import Walker

GIVEN = files.FILES["twinning_and_project"]
YEAR = timedelta(days=365)
FORBIDDEN = ("progrès", "progress", "mieux", "régress", "amélior", "retard", "moyenne")


def sent(app: Flask, given: dict[str, Any] = GIVEN, **more: Any) -> tuple[Submission, str]:
    """A file sent a year ago, and its token."""
    with app.app_context():
        made, token = a_sent_file(a_network(), given, at=now() - YEAR, **more)
        db.session.refresh(made)
        db.session.remove()
        return made, token


def copied(app: Flask, token: str) -> Walker:
    """The visitor who copied that file, on the page that says so."""
    walker = Walker(app)
    hold(walker.client, token)
    walker.get("/dossier/repartir")
    walker.send(walker.form("#repartir"), None)
    return walker


def newest(app: Flask) -> Submission:
    with app.app_context():
        return db.session.scalars(db.select(Submission).order_by(Submission.id.desc()).limit(1)).one()


def set_columns(app: Flask, model: Any = Submission, **values: Any) -> None:
    with app.app_context(), writing() as session:
        session.execute(db.update(model).values(**values))


def change(app: Flask, made: Submission, comments: dict[str, str] | None = None, **values: Any) -> None:
    with app.app_context():
        found = db.session.get_one(Submission, made.id)
        wanted = submissions.Change({**found.answers, **values}, comments or found.comments, "answer")
        submissions.change(found, lambda _: wanted, RESPONDENT, now())


def told(walker: Walker) -> str:
    return walker.text.replace("\u00a0", " ").replace("\u202f", " ")


def test_answers_and_comments_follow(app: Flask) -> None:
    old, token = sent(app)
    comments = {"governance": "Comité réuni deux fois.", f"actions.{old.answers['actions'][1][ITEM_ID]}.remains": "Vu."}
    set_columns(app, comments=comments, authors={"stage": "contributor"}, email="pat@exemple.example")
    walker = copied(app, token)
    assert walker.heading == "Votre nouveau dossier est ouvert"
    assert "Toutes vos réponses ont suivi." in walker.text
    made = newest(app)
    assert made.id != old.id
    assert (made.state, made.origin_id, made.sent_at, made.network_id) == ("draft", old.id, None, None)
    assert made.answers == old.answers
    assert made.comments == comments
    assert (made.authors, made.voices, made.email) == ({}, {}, None)
    with app.app_context():
        before = db.session.get_one(Submission, old.id)
        assert (before.answers, before.state) == (old.answers, "submitted")
        assert before.moved_at == old.moved_at  # nothing new for the network
        assert [one.kind for one in submissions.events(before)][-1] == "copy"


def test_the_old_link_is_shown_before_leaving_and_still_opens(app: Flask) -> None:
    old, token = sent(app)
    walker = Walker(app)
    hold(walker.client, token)
    walker.get("/dossier")
    walker.click("Repartir de mes réponses")
    assert walker.private_link.endswith(token)
    walker.send(walker.form("#repartir"), None)
    assert not walker.private_link.endswith(token)
    assert old.reference in walker.text
    walker.get(f"/reprendre/{token}")
    assert old.reference in walker.response.text
    assert newest(app).reference not in walker.response.text
    walker.get("/")  # both stay open
    assert old.reference in walker.text
    assert newest(app).reference in walker.text


@pytest.mark.parametrize("state", [DRAFT, CLARIFICATION, WITHDRAWN])
def test_only_a_file_that_waits_for_nothing_is_copied(app: Flask, state: str) -> None:
    _, token = sent(app)
    walker = Walker(app)
    hold(walker.client, token)
    walker.get("/dossier/repartir")
    form = walker.form("#repartir")
    set_columns(app, state=state)
    for page in (lambda: walker.send(form, None), lambda: walker.get("/dossier/repartir")):
        page()
        assert walker.response.status_code == 409
    with app.app_context():
        assert db.session.query(Submission).count() == 1
        assert db.session.query(Event).where(Event.kind == "copy").count() == 0


def test_what_is_no_longer_an_answer_is_listed(app: Flask) -> None:
    """As after another edition: the old file holds what today's questions do not know."""
    old, token = sent(app)
    set_columns(app, answers={**old.answers, "governance": "an_option_of_before", "question_of_before": "yes"})
    walker = copied(app, token)
    assert "Ce qui ne suit pas" in walker.text
    assert "Qui a siégé" in told(walker)
    assert set(old.answers) - set(newest(app).answers) == {"governance"}


def test_two_readings_side_by_side(app: Flask) -> None:
    _, token = sent(app)
    walker = copied(app, token)
    walker.get("/dossier/comparer")
    assert "Les deux lectures disent la même chose." in walker.text
    assert "Aucune : vos réponses sont les mêmes." in told(walker)
    made = newest(app)
    items = [item for item in made.answers["actions"] if item["device"] == "twinning"]
    change(app, made, stage="s1", ri_service="nobody_ri", actions=items)
    walker.get("/dossier/comparer")
    text = told(walker)
    assert "Structuration Avant : Retenue. Maintenant : Écartée." in text
    assert "Interreg avec Mons, Belgique : dans l’ancien dossier seulement" in text
    assert "À quelle étape en est votre PAT ? Avant : Mise en œuvre du premier plan d’action" in text
    for caption in ("Le lien entre le PAT et l’international", "Le profil du PAT", "Les relations internationales"):
        assert caption in text
    for word in FORBIDDEN:
        assert word not in text.lower(), word


def test_the_sent_report_is_what_is_compared(app: Flask) -> None:
    """Even if its file was opened again and changed since."""
    old, token = sent(app)
    walker = copied(app, token)
    set_columns(app, state=DRAFT)
    change(app, old, stage="s1")
    walker.get("/dossier/comparer")
    assert "Les deux lectures disent la même chose." in walker.text


def test_the_old_file_deleted(app: Flask) -> None:
    old, token = sent(app)
    walker = copied(app, token)
    with app.app_context():
        submissions.remove(db.session.get_one(Submission, old.id))
    walker.get("/dossier/comparer")
    assert re.search(rf"part du dossier {old.reference} ?, qui a été supprimé depuis", walker.text)
    walker.get("/dossier/repris")
    assert walker.response.status_code == 200


def test_an_edition_this_site_no_longer_has(app: Flask) -> None:
    old, token = sent(app)
    walker = copied(app, token)
    made = newest(app)
    with app.app_context():
        report = (
            db.session.scalars(db.select(Revision.report)).one().replace(f'"edition":"{old.edition}"', '"edition":"1"')
        )
        with writing() as session:
            session.execute(db.update(Submission).where(Submission.id == old.id).values(edition="1"))
            session.execute(db.update(Revision).values(report=report))
    change(app, made, stage="s1")
    walker.get("/dossier/comparer")
    assert "deux éditions du questionnaire" in walker.text
    assert "Ce site n’a plus l’édition du questionnaire de l’ancien dossier" in walker.text


def test_a_file_that_comes_from_none_has_nothing_to_compare(app: Flask) -> None:
    with app.app_context():
        _, token = a_file(GIVEN)
    walker = Walker(app)
    hold(walker.client, token)
    for url in ("/dossier/comparer", "/dossier/repris"):
        walker.get(url)
        assert walker.response.status_code == 404


@pytest.mark.parametrize("width", [320, pytest.param(1280, marks=pytest.mark.long)])
def test_in_a_browser_without_javascript(app: Flask, serve: Serve, new_page: NewPage, audit: Audit, width: int) -> None:
    _, token = sent(app)
    address = serve(app)
    screen = {"viewport": {"width": width, "height": 800}, "base_url": address, "reduced_motion": "reduce"}
    page, audited = new_page(**screen, java_script_enabled=False), new_page(**screen)

    def look() -> None:
        audited.context.add_cookies(page.context.cookies())  # axe needs JavaScript
        audited.goto(page.url)
        audit(audited)

    page.goto(f"/reprendre/{token}")
    page.goto("/dossier/repartir")
    look()
    page.get_by_role("button", name="J’ai gardé mon lien, ouvrir un nouveau dossier").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre nouveau dossier est ouvert")
    look()
    change(app, newest(app), stage="s1", actions=[])
    page.get_by_role("link", name="Comparer mes deux lectures").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes deux lectures, côte à côte")
    look()
