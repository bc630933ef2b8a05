"""« Et si… »: another answer tried, both readings shown, and nothing written whatever is asked."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from selfassess.core.answers.items import ITEM_ID
from selfassess.core.definition.condition import Ref
from selfassess.core.review.acts import STATES, SUBMITTED, WITHDRAWN
from selfassess.store.database import db, writing
from selfassess.store.models import Submission
from selfassess.web.french import today
from selfassess.web.report.building import computed, imagined
from tests.core.report import files
from tests.definitions import edition
from tests.desk import a_file, a_network, a_sent_file, hold
from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.server import Serve
from tests.web.respond.test_two_roles import differ, link_for, two
from tests.web.walker import Walker

GIVEN = files.FILES["twinning_and_project"]
ET_SI = "/dossier/et-si"


def opened(app: Flask, given: dict[str, Any] = GIVEN, *, check: bool = True) -> tuple[Walker, Submission]:
    with app.app_context():
        made, token = a_file(given)
        db.session.refresh(made)
        db.session.remove()
    walker = Walker(app, check=check)
    hold(walker.client, token)
    return walker, made


def trying(question: str, answer: Any, item: str | None = None) -> str:
    where = {"question": question, **({"item": item} if item else {}), question: answer, "action": "try"}
    return f"{ET_SI}?{urlencode(where, doseq=True)}"


def told(walker: Walker) -> str:
    return walker.text.replace("\u00a0", " ").replace("\u202f", " ")


def side(walker: Walker, which: str) -> dict[str, str]:
    """What is said before, or after, by the name of each fact that moves; the first answer tried is « Réponse »."""
    facts = walker.page.css(".app-moves__one")
    said = [(one.css_first("dt").text(), one.css_first(f".app-moves__{which}").text()) for one in facts]
    found = {name: " ".join(text.split()).partition(" : ")[2] for name, text in said}
    return {"Réponse": found[said[0][0]], **found} if said else {}


def dump(app: Flask) -> dict[str, list[Any]]:
    """Every row of every table."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            name: list(connection.execute(select(table).order_by(*table.primary_key)))
            for name, table in db.metadata.tables.items()
        }


def test_every_question_asked_may_be_tried(app: Flask) -> None:
    """From the result page, by its links alone; each form is the one of the questionnaire, with today's answer."""
    walker, made = opened(app)
    walker.get("/dossier/resultat")
    walker.click("Et si une réponse était autre ?")
    links = [str(one.attributes["href"]) for one in walker.page.css(".govuk-summary-list__actions a")]
    items = {one[ITEM_ID]: one for one in made.answers["actions"]}
    assert len(links) == len(set(links)) > 30
    for link in links:
        walker.get(link)
        assert walker.response.status_code == 200
        form = walker.form()
        [name] = form.values.getlist("question")
        held = items[form.values["item"]] if "item" in form.values else made.answers
        if name in held and name != "territory":
            given = held[name] if isinstance(held[name], list) else [held[name]]
            assert sorted(filter(None, form.values.getlist(name))) == sorted(given)
        assert "csrf_token" not in form.kinds
        assert not [one for one in form.kinds if one.startswith("seen-") or one.endswith("-comment")]


def test_after_is_what_the_file_would_say(app: Flask) -> None:
    walker, _ = opened(app)
    walker.get(f"{ET_SI}?question=stage")
    form = walker.form()
    form.fill("stage", "s1")
    walker.get(f"{ET_SI}?{urlencode(list(form.values.items(multi=True)))}&action=try")
    assert walker.heading == "Et si… Ce qui change"
    before, after = side(walker, "before"), side(walker, "after")
    text = told(walker)
    really, _ = opened(app, {**GIVEN, "stage": "s1"})
    for column, visitor in ((before, opened(app)[0]), (after, really)):
        visitor.get("/dossier/resultat")
        shown = " ".join(visitor.page.css_first(".rp-page-one").text(separator=" ").split())
        for name, said in column.items():
            if name.startswith("Option"):
                assert said.partition(" : ")[2] in shown
            elif name in {"Lecture principale", "Certitude"}:
                assert said[:30] in shown
    with app.app_context():
        found = db.session.scalars(db.select(Submission).order_by(Submission.id)).first()
        one = computed(found, edition(), today())
        other = imagined(found, edition(), today(), {Ref(question="stage"): "s1"})
    moved = [(a.short, b.verdict_text) for a in one.devices for b in other.devices
             if a.id == b.id and a.verdict_text != b.verdict_text]  # fmt: skip
    assert moved
    for title, verdict in moved:
        assert f"{title.replace(chr(39), '’')} Avant : " in text
        assert f"Après : {verdict}" in text


def test_nothing_changes_is_said(app: Flask) -> None:
    walker, made = opened(app)
    walker.get(trying("stage", "s4"))
    assert "C’est déjà votre réponse." in told(walker)
    with app.app_context():
        found = db.session.get_one(Submission, made.id)
        quiet = next(
            (question.id, option.id)
            for question in edition().questionnaire.questions.values()
            if question.kind == "single" and question.id in made.answers
            for option in question.options
            if option.id != made.answers[question.id]
            and _page(app, found, question.id, option.id) == _page(app, found, question.id, made.answers[question.id])
        )
    walker.get(trying(*quiet))
    assert "Rien ne change" in told(walker)
    assert len(walker.page.css(".app-moves__one")) == 1  # the answer tried, and nothing else


def _page(app: Flask, submission: Submission, question: str, option: str) -> Any:
    """All that the page compares."""
    one = imagined(submission, edition(), today(), {Ref(question=question): option})
    said = [(part.id, part.verdict, part.low, part.high) for part in one.categories]
    rungs = [(part.id, part.low, part.high) for part in one.maturity]
    return one.page_one, said, rungs, one.service, {part.id: part.verdict for part in one.devices}


@pytest.mark.parametrize("state", STATES)
def test_nothing_is_written_in_any_state(app: Flask, state: str) -> None:
    with app.app_context():
        made, token = a_sent_file(a_network(), GIVEN)
        with writing() as session:
            session.execute(db.update(Submission).values(state=state))
        item = made.answers["actions"][1][ITEM_ID]
        db.session.remove()
    walker = Walker(app)
    hold(walker.client, token)
    before = dump(app)
    for url in (ET_SI, f"{ET_SI}?question=stage", trying("stage", "s1"), trying("leads", "ri_team", item),
                trying("stage", "nonsense")):  # fmt: skip
        walker.get(url)
        assert walker.response.status_code == (422 if "nonsense" in url else 200)
    assert walker.client.post(ET_SI, data={"question": "stage", "stage": "s1"}).status_code in {400, 405}
    assert dump(app) == before


def test_questions_that_open_and_close_are_said(app: Flask) -> None:
    early = {name: one for name, one in GIVEN.items() if name not in {"governance", "axes"}}
    walker, _ = opened(app, {**early, "stage": "s0"})
    walker.get(trying("stage", "s4"))
    assert "Cet essai ouvrirait 2 questions. Sans réponse," in told(walker)
    assert "Qui a siégé" in told(walker)
    assert "réponses gardées à" in told(walker)  # the label, answered before it was asked no longer
    walker, _ = opened(app)
    walker.get(trying("stage", "s0"))
    assert "questions ne vous seraient plus posées. Leurs réponses ne comptent pas" in told(walker)


def test_an_action_alone_changes(app: Flask) -> None:
    walker, made = opened(app)
    item = made.answers["actions"][1][ITEM_ID]
    walker.get(trying("food_content", "none", item))
    assert "Interreg avec Mons" in walker.text
    assert side(walker, "before")["Lecture principale"] != side(walker, "after")["Lecture principale"]
    assert "questions ne vous seraient plus posées" in told(walker)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"question": "nonsense"}, 404),
        ({"question": ""}, 404),
        ({"question": "\x00"}, 404),
        ({"question": "actions"}, 404),
        ({"question": "border", "border": "near"}, 404),  # not asked where the département is known
        ({"question": "start"}, 404),  # of an action, which is not told
        ({"question": "stage", "item": "000000000000"}, 410),
        ({"question": "stage", "stage": "nonsense"}, 422),
        ({"question": "stage", "stage": ["s1", "s2"]}, 422),
        ({"question": "stage", "action": "try"}, 422),
        ({"question": "axes", "axes": ["nonsense"]}, 422),
        ({"question": "brakes", "brakes": ["no_brake", "brake_time"]}, 422),
        ({"question": "objectives", "objectives": ["deepen", "compare", "train", "funders"]}, 422),
        ({"question": "territory", "territory": "C00000"}, 422),
        ({"question": "territory", "territory": "free", "territory-free-name": "x" * 3000}, 422),
        ({"question": "stage", "stage": "s1", "nonsense": "1"}, 200),
    ],
)
def test_what_no_form_sends(app: Flask, query: dict[str, Any], status: int) -> None:
    walker, _ = opened(app, {**GIVEN, "profile": "urban"})
    walker.get(f"{ET_SI}?{urlencode(query, doseq=True)}")
    assert walker.response.status_code == status
    if status == 422:
        assert walker.errors
        assert walker.form()


def test_a_territory_is_searched_for_without_a_script(app: Flask) -> None:
    walker, _ = opened(app)
    walker.get(f"{ET_SI}?question=territory")
    form = walker.form()
    form.fill("territory-query", "Mouans-Sartoux")
    walker.get(f"{ET_SI}?{urlencode(list(form.values.items(multi=True)))}&action=search")
    assert walker.response.status_code == 200
    form = walker.form()
    form.fill("territory", "C06084")
    walker.get(f"{ET_SI}?{urlencode(list(form.values.items(multi=True)))}&action=try")
    assert "Mouans-Sartoux" in side(walker, "after")["Réponse"]
    assert "Val de Brenne" in side(walker, "before")["Réponse"]


def test_keeping_is_answering_the_question(app: Flask) -> None:
    walker, made = opened(app)
    walker.get(trying("stage", "s1"))
    walker.click("Garder cette réponse")
    assert walker.path == "/dossier/pat/stage"
    walker.send(walker.answer({"stage": "s1"}))
    assert walker.path == "/dossier/resultat"
    with app.app_context():
        assert db.session.get_one(Submission, made.id).answers["stage"] == "s1"


@pytest.mark.parametrize("state", [SUBMITTED, WITHDRAWN])
def test_nothing_to_keep_when_answers_are_closed(app: Flask, state: str) -> None:
    walker, _ = opened(app)
    with app.app_context(), writing() as session:
        session.execute(db.update(Submission).values(state=state))
    walker.check = False  # never sent: its banner has no date
    walker.get(trying("stage", "s1"))
    assert "Garder cette réponse" not in walker.text
    assert "cet essai reste un essai" in told(walker)


def test_a_colleague_keeps_only_what_is_theirs(app: Flask) -> None:
    _, made = opened(app)
    with app.app_context():
        token = link_for(made, "means")
    walker = Walker(app)
    hold(walker.client, token)
    walker.get(trying("posts", "over_four"))
    assert "Garder cette réponse" in walker.text
    walker.get(trying("stage", "s1"))
    assert "Garder cette réponse" not in walker.text
    assert "Vous ne pouvez pas changer cette réponse maintenant" in told(walker)


def test_one_of_two_answers_tried(app: Flask) -> None:
    """Where two services differ, none counts; a trial says what choosing would give."""
    pair = two(app, {**GIVEN, "ri_service": "department", "ri_role": "no_role"}, "means")  # its role alone may tell
    differ(pair)
    walker = pair[0]
    walker.get(trying("ri_service", "department"))
    assert "Deux réponses, une à choisir" in side(walker, "before")["Réponse"]
    assert "Relations internationales Avant : Une réponse manque" in told(walker)
    walker.click("Garder cette réponse")
    assert walker.path == "/dossier/choisir/ri_service"


@pytest.mark.parametrize("width", [320, 1280])
def test_in_a_browser(app: Flask, serve: Serve, new_page: NewPage, audit: Audit, width: int) -> None:
    with app.app_context():
        _, token = a_file(GIVEN)
    page = new_page(viewport={"width": width, "height": 800}, base_url=serve(app), reduced_motion="reduce")

    page.goto(f"/reprendre/{token}")
    page.goto("/dossier/resultat")
    page.get_by_role("link", name="Et si une réponse était autre ?").first.click()
    audit(page, "Et si une réponse était autre ?")
    page.get_by_text("Les autres questions").click()
    page.get_by_role("link", name="Essayer : À quelle étape").click()
    expect(page.get_by_label("Concertation")).to_be_visible()
    audit(page)
    page.get_by_label("Concertation").check()
    page.get_by_role("button", name="Voir ce qui change").click()
    audit(page, "Et si… Ce qui change")
    page.get_by_role("link", name="Changer aussi une autre réponse").last.click()
    expect(page.get_by_text("Déjà changé dans cet essai")).to_be_visible()
    audit(page)
    page.get_by_role("link", name=re.compile("Essayer")).first.click()
    expect(page.get_by_role("button", name="Voir ce qui change")).to_be_visible()


def test_several_answers_at_once(app: Flask) -> None:
    """Each is carried in the address; together they say what the file would; one by one they are taken back."""
    walker, made = opened(app)
    walker.get(trying("stage", "s1"))
    walker.click("Changer aussi une autre réponse")
    assert "Déjà changé dans cet essai" in walker.text
    item = made.answers["actions"][1][ITEM_ID]
    links = [str(one.attributes["href"]) for one in walker.page.css(".govuk-summary-list__actions a")]
    walker.get(next(one for one in links if "food_content" in one and item in one))
    form = walker.form()
    form.fill("food_content", "none")
    walker.get(f"{ET_SI}?{urlencode(list(form.values.items(multi=True)))}&action=try")
    assert len(walker.page.css(".app-moves__acts")) == 2
    with app.app_context():
        found = db.session.get_one(Submission, made.id)
        both = {Ref("stage"): "s1", Ref("food_content", item): "none"}
        after = imagined(found, edition(), today(), both)
        assert f"« {after.page_one.headline.title} »" in told(walker)
    walker.get(next(str(one.attributes["href"]) for one in walker.page.css("a") if one.text().startswith("Retirer")))
    assert len(walker.page.css(".app-moves__acts")) == 1
    assert "Interreg avec Mons" in walker.text
    with app.app_context():
        assert db.session.get_one(Submission, made.id).answers == made.answers


def test_a_question_that_a_trial_opens_is_answered_in_it(app: Flask) -> None:
    early = {name: one for name, one in GIVEN.items() if name not in {"governance", "axes"}}
    walker, _ = opened(app, {**early, "stage": "s0"})
    walker.get(trying("governance", "formal"))
    assert walker.response.status_code == 404
    walker.get(trying("stage", "s4"))
    walker.get(next(str(one.attributes["href"]) for one in walker.page.css("a") if "y répondre dans" in one.text()))
    form = walker.form()
    [name] = form.values.getlist("question")
    form.fill(name, form.offered[name][0])
    walker.get(f"{ET_SI}?{urlencode(list(form.values.items(multi=True)))}&action=try")
    assert len(walker.page.css(".app-moves__acts")) == 2
    assert "Cet essai ouvrirait 1 question." in told(walker)


def test_what_matters_comes_first(app: Flask) -> None:
    """What the reading holds to: taken away alone, it would remove the category."""
    walker, made = opened(app)
    walker.get(ET_SI)
    first = walker.page.css_first(".govuk-summary-list").text()
    with app.app_context():
        found = computed(db.session.get_one(Submission, made.id), edition(), today())
    held = [quote for part in found.categories if part.principal for quote in part.standing.holds]
    assert held
    for quote in held[:4]:
        assert edition().questionnaire.every[quote.question].text in first


@pytest.mark.parametrize(
    "packed", ["", "question=stage", "question=stage&stage=nonsense", "&" * 5000, "question=border&border=x"]
)
def test_an_address_spoilt_is_passed_over(app: Flask, packed: str) -> None:
    walker, _ = opened(app)
    walker.get(f"{ET_SI}?{urlencode({'essai': packed, 'action': 'try'})}")
    assert walker.response.status_code == 200
    assert walker.heading == "Et si une réponse était autre ?"
