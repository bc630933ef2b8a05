"""The Méthode: every rule has its place, its words and its numbers; every reason of a report leads to a place."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect
from pydantic import BaseModel
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from selfassess.core.answers.answers import read
from selfassess.core.definition.condition import Is, asks_of
from selfassess.core.definition.edition import Edition
from selfassess.core.definition.questionnaire import Question
from selfassess.core.explanation.method import in_method, point_place
from selfassess.core.explanation.sentence import Why
from selfassess.core.reading import reading
from selfassess.web.public import method
from tests.definitions import definitions, edition, report_on
from tests.fixtures.browser import NewPage
from tests.fixtures.server import Serve
from tests.web.walker import Walker

CURRENT = edition().id
FILES = 40
MOST_WORDS = 1200
# Every anchor of the one page that held the whole Méthode; after the name, the edition that alone had it.
ANCHORS = Path(__file__).parents[2] / "fixtures" / "method_anchors.txt"


def first(one: str = CURRENT) -> str:
    return f"/methode/{one}"


def part(walker: Walker, name: str) -> HTMLParser:
    return walker.get(f"{first()}/{name}")


def ids(page: HTMLParser) -> set[str]:
    return {one.attributes["id"] or "" for one in page.css("main [id]")}


def places(one: Edition) -> Iterator[str]:
    """A place for every rule of the definitions, as the reasons of a report name them."""
    typology, means = one.typology, one.means
    for category in typology.categories:
        yield f"porte-{category.id}"
        yield from (f"indice-{sign.id}" for sign in category.evidence)
    yield from (f"lecture-{rule.id}" for rule in typology.remainder.readings)
    yield from (f"situation-{case.id}" for case in typology.ri_cases)
    yield from (f"dimension-{dimension.id}" for dimension in one.maturity.dimensions)
    yield from (f"contradiction-{conflict.id}" for conflict in one.contradictions.contradictions)
    yield f"contradiction-{means.practice.conflict_id}"
    yield from (f"moyen-{axis.id}" for axis in means.axes)
    for device in definitions().devices:
        yield from (f"dispositif-{device.id}", f"demande-{device.id}", f"sert-{device.id}")
        signs = (*device.fit, *device.asset, *device.territory)
        yield from (point_place(device, told.text) for told in (*device.eligible, *signs))
    yield from (f"question-{name}" for name in one.questionnaire.every)
    yield from (f"source-{name}" for name in definitions().sources)
    yield from ("reste", "pilotage", "objectifs", "pratique")


class Pages:
    """The pages of the Méthode, each fetched once, and whether an address leads to a place that is there."""

    def __init__(self, walker: Walker) -> None:
        self.walker = walker
        self.seen: dict[str, set[str]] = {}

    def leads(self, address: str) -> bool:
        path, _, place = address.partition("#")
        if path not in self.seen:
            self.seen[path] = ids(self.walker.get(path))
        return place in self.seen[path]


@pytest.mark.parametrize("name", sorted(definitions().editions))
def test_every_rule_has_its_place_and_every_old_address_leads_there(walker: Walker, name: str) -> None:
    """Reports printed before lead to `/methode/<edition>#…`: there, a line that leads to where it is now."""
    pages = Pages(walker)
    known = definitions().editions[name]
    assert [one for one in places(known) if not pages.leads(in_method(first(name), one))] == []
    page = walker.get(first(name))
    for line in ANCHORS.read_text().splitlines():
        old, _, alone = line.partition(" ")
        if alone not in {"", name}:
            continue
        [there] = page.css(f"[id='{old}']")
        if there.tag == "li":
            [led] = there.css("a")
            assert led.attributes["href"] == in_method(first(name), old)
            assert pages.leads(led.attributes["href"] or ""), old
        else:
            assert old in {"contenu", "sommaire"}, old


def test_the_first_page_is_short(walker: Walker) -> None:
    """What is seen at once: the list of old places is closed."""
    for name in definitions().editions:
        page = walker.get(first(name))
        folded = page.css("main details")
        assert [one.attributes.get("open", "closed") for one in folded] == ["closed"]
        for one in folded:
            one.decompose()
        words = re.findall(r"\w+", page.css_first("main").text(separator=" "))
        assert len(words) <= MOST_WORDS


def whys(part: Any) -> Iterator[Why]:
    if isinstance(part, Why):
        yield part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from whys(getattr(part, name))
    elif isinstance(part, tuple | list):
        for one in part:
            yield from whys(one)


def answer(question: Question, draw: random.Random) -> Any:
    if question.kind == "territory":
        kind = draw.choice(question.types).id
        return {"name": "Territoire fictif", "type": kind, "population": draw.choice([500, 30000, 60000, 4000000])}
    options = [one.id for one in question.options]
    return draw.choice(options) if question.kind == "single" else [draw.choice(options)]


def some_file(draw: random.Random) -> dict[str, Any]:
    """Any answer to about four questions out of five, and up to four actions."""
    questionnaire = edition().questionnaire

    def answered(questions: dict[str, Question]) -> dict[str, Any]:
        asked = [one for one in questions.values() if one.kind != "list" and draw.random() < 0.8]
        return {one.id: answer(one, draw) for one in asked}

    count = draw.randrange(5)
    items = [answered(questionnaire.items) for _ in range(count)]
    return {**answered(questionnaire.questions), questionnaire.group.id: items}


def test_every_reason_of_a_report_leads_to_a_place(walker: Walker) -> None:
    draw, found = random.Random(7), set()  # noqa: S311  files made up, the same each time
    for _ in range(FILES):
        answers, faults = read(edition().questionnaire, some_file(draw))
        assert not faults
        told = reading.read_file(edition(), definitions(), answers)
        report = report_on(told, answers, date(2026, 11, 22))
        found |= {why.place for why in whys(report) if why.place is not None}
    pages = Pages(walker)
    assert {one for one in found if not pages.leads(in_method(first(), one))} == set()
    kinds = {one.split("-")[0] for one in found}
    assert {"porte", "indice", "lecture", "question", "point", "demande", "sert"} <= kinds, kinds


def test_a_sign_is_shown_with_its_words_its_rule_and_its_points(walker: Walker) -> None:
    page = part(walker, "categories")
    for category in edition().typology.categories:
        for sign in category.evidence:
            row = page.css_first(f"#indice-{sign.id}")
            heading, cells = row.css_first("th").text(), [one.text() for one in row.css("td")]
            assert heading.startswith(sign.text)
            questions = [one.short for one in edition().questionnaire.every.values()]
            assert any(short in heading.removeprefix(sign.text) for short in questions)
            assert cells[1] == f"{'+' if sign.weight > 0 else '−'}{abs(sign.weight)}"
            assert cells[2] == sign.source


def test_the_thresholds_are_those_of_the_definitions(app: Flask) -> None:
    """Another threshold, another page: nothing is written by hand."""
    library = app.extensions["selfassess"]
    typology = edition().typology.model_copy(update={"threshold": 6, "close": 5, "strong_margin": 3})
    changed = replace(definitions(), editions={CURRENT: replace(edition(), typology=typology)})
    app.extensions["selfassess"] = replace(library, definitions=changed)
    walker = Walker(app)
    assert "À partir de 6\u00a0points sur 7" in walker.get("/methode").css_first("main").text()
    text = part(walker, "categories").css_first("main").text()
    assert "à partir de 6\u00a0points sur 7" in text
    assert "à 5\u00a0points ou moins" in text
    assert "de 3\u00a0points au moins" in text


def test_each_question_says_what_reads_it(walker: Walker) -> None:
    """Also the other way round: a category's questions lead to it."""
    page = part(walker, "questions")
    typology = edition().typology
    parts = typology.categories[-1].gate.all
    parts = [typology.conditions[one.is_] if isinstance(one, Is) else one for one in parts]
    asked = {ask.question for one in parts for ask in asks_of(one)}
    assert asked
    for name in asked:
        heading = page.css_first(f"#question-{name}")
        links = {one.attributes["href"] for one in heading.parent.css("a")}
        assert in_method(first(), f"categorie-{edition().typology.categories[-1].id}") in links
    for name in edition().questionnaire.every:
        assert page.css_first(f"#question-{name}").parent.css("a[href*='#']"), name


def test_what_is_ours_is_listed(walker: Walker) -> None:
    section = part(walker, "etude").css_first("section[aria-labelledby=notre]")
    led = {(one.attributes["href"] or "").partition("#")[2] for one in section.css("a")}
    for category in edition().typology.categories:
        for sign in category.evidence:
            ours = sign.source.startswith(("Notre", "Règle de l’outil"))
            assert (f"indice-{sign.id}" in led) is ours, sign.id
    assert {f"dispositif-{one.id}" for one in definitions().devices if one.extension} <= led
    assert {f"lecture-{one.id}" for one in edition().typology.remainder.readings if one.ours} <= led
    assert {f"situation-{one.id}" for one in edition().typology.ri_cases if one.ours} <= led


def test_doing_without_is_said_as_the_study_says_it(walker: Walker) -> None:
    page = part(walker, "etude")
    block = definitions().texts.without
    text = page.css_first("section[aria-labelledby=etude]").text()
    assert block.title in text
    for name in block.study:
        statement = definitions().study[name]
        assert f"{statement.text} ({statement.place})" in text


def test_the_journal_and_the_dates(walker: Walker) -> None:
    texts = [part(walker, f"dispositifs/{one.id}").css_first("main").text() for one in definitions().devices[:3]]
    assert any("Accès, argent et appels\u00a0: lus dans des pages de" in text for text in texts)
    assert "Première édition." in part(walker, "sources").css_first("main").text()


def test_both_addresses_give_the_current_edition(app: Flask) -> None:
    client = app.test_client()
    whole, named = client.get("/methode"), client.get(f"/methode/{CURRENT}")
    assert whole.status_code == named.status_code == 200
    assert f"décrit l’édition {CURRENT}" in whole.text
    sections = [[one.html for one in HTMLParser(answer.text).css("main section")] for answer in (whole, named)]
    assert sections[0] == sections[1] != []


def test_a_page_already_had_is_not_sent_again(app: Flask) -> None:
    client = app.test_client()
    first = client.get("/methode")
    again = client.get("/methode", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_page_is_made_again_on_another_day(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    address = f"{first()}/dispositifs"
    before = client.get(address)
    monkeypatch.setattr(method, "today", lambda: date(2031, 5, 1))
    after = client.get(address)
    assert "s’est achevé en 2027" in after.text
    assert "s’est achevé en 2027" not in before.text
    assert before.headers["ETag"] != after.headers["ETag"]


def other_edition(app: Flask, *, published: bool) -> Walker:
    """The application with a second edition, older in order."""
    library = app.extensions["selfassess"]
    older = edition().questionnaire.model_copy(update={"edition": "2026-0", "published": published})
    editions = {"2026-0": replace(edition(), questionnaire=older), CURRENT: edition()}
    app.extensions["selfassess"] = replace(library, definitions=replace(definitions(), editions=editions))
    return Walker(app)


def test_an_older_edition_keeps_its_page(app: Flask) -> None:
    walker = other_edition(app, published=True)
    walker.get("/methode/2026-0")
    assert "qui n’est plus en vigueur" in walker.page.css_first("main").text()
    assert walker.page.css(f"main a[href='/methode/{CURRENT}']")
    walker.get("/methode")
    assert walker.page.css("main a[href='/methode/2026-0']")


def test_a_draft_is_shown_only_where_drafts_are_tried(make_app: Any) -> None:
    for tried, status in ((False, 404), (True, 200)):
        app = make_app(preview=tried)
        other_edition(app, published=False)
        answered = app.test_client().get("/methode/2026-0")
        assert answered.status_code == status
        assert ("un brouillon" in answered.text) is tried


def test_what_never_was(app: Flask) -> None:
    client = app.test_client()
    for address in (
        "/methode/1999-1",
        "/methode/1999-1/categories",
        f"{first()}/rien",
        "/methode/1999-1/dispositifs/anim",
    ):
        assert client.get(address).status_code == 404


def test_a_device_that_is_gone_leads_to_those_that_are_there(app: Flask) -> None:
    answer = app.test_client().get(f"{first()}/dispositifs/disparu")
    assert (answer.status_code, answer.location) == (302, f"{first()}/dispositifs")


def test_an_address_of_before_opens_on_its_line_without_script(app: Flask, serve: Serve, new_page: NewPage) -> None:
    page = new_page(base_url=serve(app), java_script_enabled=False)
    old = f"indice-{edition().typology.categories[0].evidence[0].id}"
    page.goto(f"{first()}#{old}")
    line = page.locator(f"#{old}")
    expect(line).to_be_in_viewport()
    line.get_by_role("link").click()
    expect(page).to_have_url(re.compile(rf"{first()}/categories#{old}$"))
    expect(page.locator(f"tr#{old}")).to_be_in_viewport()
