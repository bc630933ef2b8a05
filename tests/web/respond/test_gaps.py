"""Contradictions and missing answers: told alike by the check page, the report and `evaluate`, next to the field."""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from urllib.parse import urldefrag

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from selfassess.content.cases import Case, load_cases
from selfassess.core.answers.items import ITEM_ID
from selfassess.core.definition.typology import Contradiction
from selfassess.core.review.acts import FACILITATOR
from selfassess.store.acts import Actor, Outcome, perform
from selfassess.store.database import db, writing
from selfassess.store.models import Submission
from selfassess.web.commands.evaluate_command import evaluate as evaluated
from selfassess.web.definitions import library
from selfassess.web.french import now, today
from selfassess.web.report import pdf
from selfassess.web.respond.journey import anchor
from tests.core.report import files
from tests.definitions import QUESTIONS, SLUG, definitions, edition
from tests.desk import a_facilitator, a_file, a_network, a_sent_file, hold
from tests.pages import plain
from tests.web.respond.test_two_roles import differ, link_for, two
from tests.web.walker import Walker

CHECK, RESULT = "/dossier/verifier", "/dossier/resultat"
PLACE = {**files.PLACE, "name": "Val de Brenne", "population": 82410}
BASE = {**files.WHOLE, "territory": PLACE, "border": "adjacent", "actions": [files.PROJECT]}
ODD = {**BASE, "stage": "s1", "label": "level2", "staff_days": "over_80", "posts": "under_half"}
GAPPY = {**{name: one for name, one in BASE.items() if name != "budget"}, "posts": "unknown"}


def opened(app: Flask, given: dict[str, Any], *, check: bool = True) -> Walker:
    with app.app_context():
        _, token = a_file(given)
        db.session.remove()
    walker = Walker(app, check=check)
    hold(walker.client, token)
    return walker


@cache
def cases() -> list[Case]:
    return [one.case for one in load_cases(QUESTIONS, SLUG, edition())]


def a_file_that(shows: Contradiction) -> dict[str, Any]:
    """BASE with the answers of the case that tries a contradiction."""
    tried = next(one for one in cases() if shows.id in one.expect.get("contradictions", ()))
    return {**BASE, **tried.answers}


def links_of(page: HTMLParser, selector: str) -> list[str]:
    return [str(one.attributes["href"]) for part in page.css(selector) for one in part.css("a[href]")]


def doubts_at_check(walker: Walker) -> list[str]:
    walker.get(CHECK)
    return [plain(one.text()) for one in walker.page.css("section[aria-labelledby=doutes] > p")][1:]


@pytest.mark.parametrize("shown", edition().contradictions.contradictions, ids=lambda one: one.id)
def test_each_contradiction_is_one_click_from_its_fields(app: Flask, shown: Contradiction) -> None:
    given = a_file_that(shown)
    with app.app_context():
        told = evaluated(library(), json.dumps({"answers": given}).encode(), today())["contradictions"]
    assert shown.id in {one["id"] for one in told}
    walker = opened(app, given)
    assert doubts_at_check(walker) == [plain(one["text"]) for one in told]
    first = walker.page.css_first("main h2")
    assert first.attributes["id"] == "doutes"  # before anything else of the page
    at_check = links_of(walker.page, "section[aria-labelledby=doutes]")
    assert len(at_check) == sum(len(one["questions"]) for one in told)
    walker.check = False  # tests/web/report looks at the page of the report
    walker.get(RESULT)
    said = [plain(one.text()) for one in walker.page.css("#lacunes .rp-why")]
    assert [any(text.startswith(plain(one["text"])) for text in said) for one in told] == [True] * len(told)
    in_report = links_of(walker.page, "#lacunes .rp-why")
    assert [urldefrag(one.split("?")[0]).url for one in in_report] == [one.split("?")[0] for one in at_check]
    asked = [anchor(one["question"]) for contradiction in told for one in contradiction["questions"]]
    assert [urldefrag(one).fragment for one in at_check] == [urldefrag(one).fragment for one in in_report] == asked
    for link, back in (*((one, CHECK) for one in dict.fromkeys(at_check)), (in_report[-1], f"{RESULT}#lacunes")):
        walker.get(link)
        assert walker.response.status_code == 200
        assert walker.page.css_first(f"#{urldefrag(link).fragment}") is not None
        assert walker.page.css_first(".govuk-back-link").attributes["href"] == back


def test_saving_comes_back_to_where_one_was(app: Flask) -> None:
    walker = opened(app, ODD, check=False)
    for page, selector, back in (
        (CHECK, "section[aria-labelledby=doutes]", CHECK),
        (RESULT, "#lacunes .rp-why", f"{RESULT}#lacunes"),
    ):
        walker.get(page)
        walker.get(next(link for link in links_of(walker.page, selector) if "posts" in link))
        walker.send(walker.answer({}))
        assert walker.url == back


def test_no_answer_is_told_from_an_answer_that_says_nothing(app: Flask) -> None:
    walker = opened(app, GAPPY)
    walker.get(CHECK)
    blank, unsure = (
        plain(one.text(separator=" ")) for one in walker.page.css("section[aria-labelledby=manquent] details")
    )
    assert "1 question sans réponse" in blank
    assert "Budget : sans réponse – Répondre" in blank
    assert "1 réponse à préciser" in unsure
    assert "Postes : « Je ne sais pas » – Préciser" in unsure
    walker.get(RESULT)
    listed = [plain(one.text(separator=" ")) for one in walker.page.css("#lacunes .rp-list li")]
    assert any(one.endswith("Sans réponse. Répondre : Budget") for one in listed)
    assert any(one.endswith("« Je ne sais pas ». Préciser : Postes") for one in listed)
    for link in links_of(walker.page, "#lacunes .rp-list"):
        walker.get(link)
        assert walker.page.css_first(f"#{urldefrag(link).fragment}") is not None


def test_a_whole_file_misses_nothing(app: Flask) -> None:
    walker = opened(app, BASE)
    walker.get(CHECK)
    assert not walker.page.css("#manquent, #doutes")


@pytest.mark.parametrize("given", [ODD, GAPPY], ids=["contradictory", "incomplete"])
def test_no_link_once_sent_nor_in_the_pdf_nor_for_a_reader(app: Flask, given: dict[str, Any]) -> None:
    with app.app_context():
        made, token = a_sent_file(a_network(), given)
        drawn = pdf.laid_out(files.report_of(given))[0]
        reader = link_for(made, "pat", "Élue")
        db.session.execute(db.text("UPDATE link SET role = 'reader', section = NULL WHERE label = 'Élue'"))
        db.session.commit()
    assert 'id="lacunes"' in drawn
    assert "/dossier/" not in drawn
    walker = Walker(app, check=False)
    hold(walker.client, token)
    walker.get(CHECK)
    assert walker.page.css("#doutes, #manquent")
    assert not links_of(walker.page, "section[aria-labelledby=doutes], section[aria-labelledby=manquent]")
    walker.get(RESULT)
    assert not links_of(walker.page, "#lacunes")
    assert "Et si une réponse était autre" in walker.text
    walker.get(f"/lire/{reader}")
    assert walker.page.css("#lacunes")
    assert not [one for one in links_of(walker.page, "main") if "/dossier" in one]


def test_in_a_clarification_only_what_is_named(app: Flask) -> None:
    """And it is found again though an action sent before it was taken away."""
    given = {**ODD, "actions": [files.FOODLESS, {**files.PROJECT, "start": "after_plan"}]}
    with app.app_context():
        network = a_network()
        made, token = a_sent_file(network, given)
        gone, kept = (one[ITEM_ID] for one in made.answers["actions"])
        named = ["stage", "actions", f"actions.{kept}.start"]
        member = a_facilitator(network)
        asked = Outcome({"questions": named, "message": "Merci de vérifier."})
        perform(made, "request", Actor(FACILITATOR, member.label, member.id), now(), lambda found: asked)
        db.session.remove()
    walker = Walker(app, check=False)
    hold(walker.client, token)
    walker.get(f"/dossier/actions/{gone}/retirer")
    walker.send(walker.form("main form"), None)
    with app.app_context():
        assert len(db.session.get_one(Submission, made.id).answers["actions"]) == 1
    walker.get(RESULT)
    links = links_of(walker.page, "#lacunes")
    wanted = {"/dossier/pat/stage", f"/dossier/actions/{kept}/how"}
    assert {one.split("?")[0] for one in links if "/et-si" not in one} == wanted
    for link in links:
        walker.get(link)
        assert walker.response.status_code == 200


def test_a_colleague_has_links_to_their_part(app: Flask) -> None:
    with app.app_context():
        made, _ = a_file(ODD)
        token = link_for(made, "means")
    walker = Walker(app, check=False)
    hold(walker.client, token)
    for page, selector in ((CHECK, "section[aria-labelledby=doutes]"), (RESULT, "#lacunes .rp-why")):
        walker.get(page)
        links = links_of(walker.page, selector)
        assert links
        assert all(one.startswith("/dossier/means/") for one in links)


def test_two_answers_lead_to_choosing_and_back(app: Flask) -> None:
    pair = two(app, {**BASE, "ri_service": "department"}, "means", check=False)
    differ(pair)
    owner, colleague = pair
    owner.get(RESULT)
    link = next(one for one in links_of(owner.page, "#lacunes .rp-why") if "choisir" in one)
    owner.get(link)
    assert owner.page.css_first(".govuk-back-link").attributes["href"] == f"{RESULT}#lacunes"
    form = owner.form()
    form.fill("keep", "respondent")
    owner.send(form, None)
    assert owner.url == f"{RESULT}#lacunes"
    assert not [one for one in links_of(owner.page, "#lacunes") if "choisir" in one]
    colleague.get(RESULT)
    assert not [one for one in links_of(colleague.page, "#lacunes") if "choisir" in one]


def opened_on(app: Flask, answers: dict[str, Any], *, asked_always: bool) -> Walker:
    """« Vérifiez » of a file of the edition that asks for the border of everyone, or of one that does not."""
    editions = definitions().editions.items()
    name = next(
        name for name, one in editions if asked_always is (one.questionnaire.questions["border"].asked_when is None)
    )
    walker = opened(app, answers)
    with app.app_context(), writing() as session:
        session.execute(db.update(Submission).values(edition=name))
    walker.get(CHECK)
    return walker


@pytest.mark.parametrize(
    ("departement", "told"),
    [
        ("59", "zone Interreg France-Wallonie-Vlaanderen."),
        ("06", "zone Interreg ALCOTRA et Interreg Marittimo."),
        ("69", "hors des zones frontalières et ultramarines d’Interreg"),
        ("88", ""),  # to confirm: nothing is worked out
    ],
)
def test_the_zone_that_departements_say_is_told_beside_its_question(app: Flask, departement: str, told: str) -> None:
    given = {**BASE, "territory": {**PLACE, "departement": departement}}
    walker = opened_on(app, {**given, "border": "unknown"}, asked_always=True)
    said = [one for one in map(plain, (row.text() for row in walker.page.css(".app-by"))) if "Déduit" in one]
    assert [f"Déduit de votre département : {told}" in one for one in said] == ([True] if told else [])
    assert "Déduit de votre département" not in opened_on(app, given, asked_always=True).text


def test_the_zone_is_told_beside_the_territory_where_its_question_is_not_asked(app: Flask) -> None:
    walker = opened_on(app, {**BASE, "territory": {**PLACE, "departement": "59"}}, asked_always=False)
    (row,) = [one for one in walker.page.css(".govuk-summary-list__row") if "Déduit" in one.text()]
    assert PLACE["name"] in row.text()
