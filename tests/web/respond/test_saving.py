"""Saving: errors kept, tabs merged, conflicts shown, nothing twice, nothing lost when the database refuses."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Engine, event, text

from selfassess.store import database
from selfassess.store.database import db
from selfassess.store.models import Event, Submission
from tests.fixtures.stores import BOTH, SQLITE, held
from tests.web import profiles
from tests.web.conftest import MakeApp
from tests.web.walker import Walker

pytestmark = pytest.mark.stores(*BOTH)

STAGE, PLACE, MEANS = "/dossier/pat/stage", "/dossier/territory/place", "/dossier/means/resources"


def answers(app: Flask) -> dict[str, object]:
    with app.app_context():
        return db.session.query(Submission).one().answers


def count_events(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Event).count()


@pytest.fixture
def second(app: Flask, walker: Walker) -> Walker:
    """The same file in another browser."""
    walker.start()
    other = Walker(app)
    other.get(walker.private_link)
    return other


def test_blank_is_refused_and_what_is_given_is_kept(app: Flask, walker: Walker) -> None:
    walker.start()
    walker.get(PLACE)
    form = walker.form()
    form.fill("profile", "rural")
    form.fill("border-comment", "À vérifier")
    walker.send(form)
    assert walker.response.status_code == 422
    assert walker.errors == ["Frontière : choisissez une réponse, ou « Je ne sais pas »."]
    again = walker.form()
    assert again.values["profile"] == "rural"
    assert again.values["border-comment"] == "À vérifier"
    assert answers(app) == {}


def test_leaving_keeps_what_is_given(app: Flask, walker: Walker) -> None:
    walker.start()
    walker.get(PLACE)
    form = walker.form()
    form.fill("profile", "rural")
    walker.send(form, "quit")
    assert walker.heading == "Vos réponses sont enregistrées"
    assert walker.private_link.startswith("http")
    walker.click("Revenir à mon dossier")
    assert "En cours" in walker.text
    assert answers(app) == {"profile": "rural"}


def test_a_comment_is_kept_and_shown(app: Flask, walker: Walker) -> None:
    walker.start()
    walker.get(STAGE)
    walker.send(walker.answer({"stage": "s2"}, {"stage": "Ligne 1\r\nLigne 2"}))
    walker.get("/dossier/verifier")
    assert "Commentaire : Ligne 1 Ligne 2" in walker.text


def test_a_comment_too_long_says_by_how_much(walker: Walker) -> None:
    walker.start()
    walker.get(STAGE)
    walker.send(walker.answer({"stage": "s2"}, {"stage": "a" * 1003}))
    assert walker.errors == ["Votre commentaire est trop long : retirez 3 caractères."]
    walker.send(walker.answer({"stage": "s2"}, {"stage": "é\r\n" * 500}))
    assert walker.response.status_code == 200  # a line end counts for one


def test_sent_twice_is_saved_once(app: Flask, walker: Walker) -> None:
    walker.start()
    walker.get(STAGE)
    form = walker.answer({"stage": "s2"})
    walker.send(form)
    before = count_events(app)
    walker.send(form)
    assert walker.response.status_code == 200
    assert count_events(app) == before


def test_going_back_and_forward_shows_what_is_stored(walker: Walker) -> None:
    walker.start()
    walker.get(STAGE)
    walker.send(walker.answer({"stage": "s2"}))
    walker.get(str(walker.page.css_first(".govuk-back-link").attributes["href"]))
    assert walker.path == STAGE
    assert walker.form().values["stage"] == "s2"


def test_two_tabs_on_different_questions_merge(app: Flask, walker: Walker, second: Walker) -> None:
    walker.get(MEANS)
    second.get(MEANS)
    mine, other = walker.form(), second.form()
    mine.fill("posts", "over_four")
    walker.send(mine, "quit")
    other.fill("budget", "over_50k")
    second.send(other, "quit")
    assert second.path == "/dossier/enregistre"
    assert answers(app) == {"posts": "over_four", "budget": "over_50k"}


def test_two_tabs_on_the_same_answer_agree(app: Flask, walker: Walker, second: Walker) -> None:
    walker.get(STAGE)
    second.get(STAGE)
    walker.send(walker.answer({"stage": "s2"}))
    second.send(second.answer({"stage": "s2"}))
    assert second.response.status_code == 200
    assert count_events(app) == 2


@pytest.mark.parametrize(("choice", "kept"), [("stored", "s2"), ("mine", "s3")])
def test_two_tabs_on_one_question_show_both(app: Flask, walker: Walker, second: Walker, choice: str, kept: str) -> None:
    walker.get(STAGE)
    second.get(STAGE)
    walker.send(walker.answer({"stage": "s2"}))
    second.send(second.answer({"stage": "s3"}, {"stage": "Vu en réunion"}))
    assert second.response.status_code == 409
    assert "Stratégie construite" in second.text
    assert "Premier plan d’action" in second.text
    assert answers(app)["stage"] == "s2"
    second.send(second.form(), None)
    assert second.response.status_code == 409
    assert second.errors == ["Choisissez la réponse à garder."]
    form = second.form()
    offered = form.offered["keep-stage"]
    form.fill("keep-stage", offered[1] if choice == "stored" else offered[0])
    second.send(form, None)
    assert second.response.status_code == 200
    assert answers(app)["stage"] == kept


def test_a_conflict_is_seen_again_when_the_stored_answer_moves(app: Flask, walker: Walker, second: Walker) -> None:
    walker.get(STAGE)
    second.get(STAGE)
    walker.send(walker.answer({"stage": "s2"}))
    second.send(second.answer({"stage": "s3"}))
    form = second.form()
    form.fill("keep-stage", form.offered["keep-stage"][0])
    walker.get(STAGE)
    walker.send(walker.answer({"stage": "s5"}))
    second.send(form, None)
    assert second.response.status_code == 409
    assert answers(app)["stage"] == "s5"


def test_an_answer_to_a_page_asked_no_longer_is_kept(app: Flask, walker: Walker, second: Walker) -> None:
    walker.get(STAGE)
    walker.send(walker.answer({"stage": "s4"}))
    second.get("/dossier/pat/axes")
    form = second.answer(profiles.PAT)
    walker.get(STAGE)
    walker.send(walker.answer({"stage": "s0"}))
    second.send(form)
    assert second.response.status_code == 200
    assert answers(app)["axes"] == ["canteens", "production"]
    second.get("/dossier/verifier")
    assert "Gardées, jamais comptées" in second.text
    second.get("/dossier/pat/axes")
    assert second.response.status_code == 404


@pytest.mark.stores(SQLITE)
def test_a_full_disk_loses_nothing(app: Flask, walker: Walker) -> None:
    walker.start()
    with app.app_context():
        with db.engine.connect() as connection:
            pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        limit_pages(db.engine, pages + 1)
    turns = [MEANS, PLACE, "/dossier/pat/shape", "/dossier/will/will"] * 6
    for turn, page in enumerate(turns):
        walker.get(page)
        form = walker.answer({**profiles.RURAL})
        for name in form.kinds:
            if name.endswith("-comment"):
                form.fill(name, f"{turn} " + "x" * 990)
        walker.send(form)
        if walker.response.status_code == 503:
            break
    assert walker.response.status_code == 503
    assert "n’ont pas pu être enregistrées" in walker.errors[0]
    kept = walker.form()
    for name, value in form.values.items(multi=True):
        assert value in kept.values.getlist(name) or name in {"csrf_token", "action"}
    with app.app_context():
        limit_pages(db.engine, 2**30)
    walker.send(kept)
    assert walker.response.status_code == 200


def limit_pages(engine: Engine, most: int) -> None:
    """From now on the database file may have `most` pages: the disk is full beyond."""
    db.session.remove()
    engine.dispose()
    event.listen(engine, "connect", lambda one, record: one.execute(f"PRAGMA max_page_count={most}").close())


def test_a_locked_database_says_so(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY", 50)
    app = make_app()
    walker = Walker(app)
    walker.start()
    walker.get(STAGE)
    with app.app_context(), held(db.engine):
        walker.send(walker.answer({"stage": "s4"}))
        assert walker.response.status_code == 503
        assert walker.form().values["stage"] == "s4"
    walker.send(walker.form())
    assert walker.response.status_code == 200


# ---- Back to the check page ------------------------------------------------------------------------------------


def test_a_change_comes_back_to_the_check_page(walker: Walker) -> None:
    walker.start()
    walker.walk(profiles.EARLY, profiles.GROUP)
    walker.click("Modifier : À quelle étape en est votre PAT ?")
    walker.send(walker.answer({"stage": "s2"}))
    assert walker.path == "/dossier/verifier"


def test_questions_newly_opened_come_first(walker: Walker) -> None:
    walker.start()
    early = {**profiles.EARLY, "stage": "s0"}
    walker.walk(early, profiles.GROUP)
    walker.click("Modifier : À quelle étape en est votre PAT ?")
    walker.send(walker.answer({"stage": "s4"}))
    opened = []
    while walker.path != "/dossier/verifier":
        opened.append(walker.path)
        walker.send(walker.answer(profiles.EARLY))
    assert opened == [
        "/dossier/pat/shape",
        "/dossier/pat/axes",
        "/dossier/pat/partners",
        "/dossier/objectives/axis_to_feed",
        "/dossier/will/will",
    ]
    assert "sans réponse" not in walker.text
