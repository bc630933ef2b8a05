"""Text over a limit stays in its field, counted and refused, browser and server alike (faults/05)."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Flask
from playwright.sync_api import Page, expect

from selfassess.core.answers.answers import read
from selfassess.web.settings import ROOT
from tests.definitions import edition
from tests.desk import a_facilitator, a_network, a_sent_file, log_in
from tests.fixtures.accessibility import Audit
from tests.fixtures.server import Serve
from tests.web import profiles
from tests.web.walker import Form, Walker

FAULT = json.loads((ROOT / "tests/faults/05_pasted_text_cut_unsaid.json").read_text("utf-8"))
RECIPES = {
    "5a": " ".join(f"mot{i}" for i in range(300)),
    "5c": "Coopération " + "c" * 150,
}
OVER = {"5a": 989, "5c": 42}
LONG = "é" * 5000


def test_the_recipes_are_those_of_the_fault() -> None:
    assert {one["id"] for one in FAULT["cases"]} == set(RECIPES) == set(OVER)
    assert "(1 989 characters)" in FAULT["cases"][0]["text_recipe"]
    assert len(RECIPES["5a"]) == 1989


def first_page(walker: Walker) -> None:
    walker.start()
    walker.get(str(walker.page.css_first(".govuk-task-list__link").attributes["href"]))


def group_page(walker: Walker) -> None:
    walker.start()
    links = [str(one.attributes["href"]) for one in walker.page.css(".govuk-task-list__link")]
    first = next(one for one in links if f"/{profiles.GROUP}/" in one)
    walker.get(first.rsplit("/", 1)[0] + "/ajouter")


def written_in(walker: Walker) -> list[Any]:
    """The forms of this page with a text to write."""
    return [one for one in walker.page.css("main form[method=post]") if one.css("textarea, input[type=text]")]


def test_5a_a_comment(walker: Walker) -> None:
    first_page(walker)
    form = walker.answer({"territory": profiles.RURAL["territory"]}, {"territory": RECIPES["5a"]})
    for action in ("continue", "quit"):
        walker.send(form, action)
        assert walker.response.status_code == 422
        assert walker.errors == [f"Votre commentaire est trop long : retirez {OVER['5a']} caractères."]
        form = walker.form()
        assert form.values["territory-comment"] == RECIPES["5a"]
        assert form.values["territory-free-name"] == profiles.RURAL["territory"]["name"]


def test_5c_the_name_of_an_action_new_or_renamed(walker: Walker) -> None:
    group_page(walker)
    form = walker.form()
    form.fill("label", RECIPES["5c"])
    walker.send(form)
    assert walker.response.status_code == 422
    assert walker.errors == [f"Ce nom est trop long : retirez {OVER['5c']} caractères."]
    assert walker.form().values["label"] == RECIPES["5c"]
    form.fill("label", "Coopération")
    walker.send(form)
    rename = walker.url.rsplit("/", 1)[0] + "/nom"
    walker.get(rename)
    form = walker.form()
    form.fill("label", RECIPES["5c"])
    walker.send(form)
    assert walker.response.status_code == 422
    assert walker.form().values["label"] == RECIPES["5c"]


def test_a_territory_named_or_looked_for(walker: Walker) -> None:
    first_page(walker)
    free = {**profiles.RURAL["territory"], "name": LONG}
    form = walker.answer({"territory": free})
    form.values["territory-query"] = LONG
    walker.send(form)
    assert walker.response.status_code == 422
    assert walker.errors == ["Ce nom est trop long : retirez 4800 caractères."]
    assert walker.form().values["territory-free-name"] == walker.form().values["territory-query"] == LONG
    walker.send(form, "search")
    assert walker.response.status_code == 422
    assert walker.errors == ["Ce nom est trop long : retirez 4900 caractères."]
    assert walker.form().values["territory-free-name"] == walker.form().values["territory-query"] == LONG


def test_11_what_was_typed_follows_into_the_description(walker: Walker) -> None:
    first_page(walker)
    url, form = walker.url, walker.form()
    form.fill("territory-query", "Syndicat mixte du Val Imaginé")
    walker.send(form, "search")
    assert "ce nom y est repris" in walker.text
    assert walker.form().values["territory-free-name"] == "Syndicat mixte du Val Imaginé"
    other = {**profiles.RURAL["territory"], "name": ""}
    form = walker.answer({"territory": other})
    form.values["territory-query"] = "PETR du Val Imaginé"  # no search at all, the box ticked
    walker.send(form)
    assert walker.response.status_code == 200
    walker.get(url)
    assert walker.form().values["territory-free-name"] == "PETR du Val Imaginé"


def test_a_link_given_and_an_address(walker: Walker) -> None:
    walker.start()
    walker.click("Donner un lien")
    for selector in ("#share-form", "#reader-form"):
        form = walker.form(selector)
        form.fill("label", LONG)
        walker.send(form, None)
        assert walker.response.status_code == 422
        assert any("retirez 4880 caractères" in one for one in walker.errors)
        assert walker.form(selector).values["label"] == LONG


def test_every_text_of_the_desk(app: Flask) -> None:
    """Each form of the desk, all its texts too long: refused, all of them kept."""
    territory = {"name": "PETR du Pays de Brai", "type": "petr", "departement": "76", "population": 50000}
    with app.app_context():
        network = a_network()
        answers = {**profiles.RURAL, "territory": territory}
        file, _ = a_sent_file(network, answers, {"stage": "Une coquile."})
        walker = Walker(app, check=False)
        log_in(walker.client, a_facilitator(network))
        home = f"/reseau/dossiers/{file.reference}"
    section = next(one.id for one in edition().questionnaire.sections if any(
        question.id == "stage" for page in one.pages for question in page.questions
    ))  # fmt: skip
    ways = ["", f"/{section}", "/precisions", "/lecture", "/corriger?quoi=name&cle=territory"]
    tried = 0
    for way in ways:
        walker.get(home + way)
        assert written_in(walker), way
        for at in range(min(2, len(written_in(walker)))):
            walker.get(home + way)
            form = Form.read(written_in(walker)[at], walker.url)
            names = [name for name, kind in form.kinds.items() if kind in {"textarea", "text"}]
            for name in names:
                form.fill(name, LONG)
            walker.send(form, None)
            assert walker.response.status_code == 422, (way, walker.text[:300])
            assert sum("retirez" in one for one in walker.errors) == len(names), (way, walker.errors)
            kept = [one.text().removeprefix("\n") for one in walker.page.css("main textarea")]
            kept += [one.attributes.get("value") or "" for one in walker.page.css("main input[type=text]")]
            assert kept.count(LONG) == len(names)
            tried += 1
    assert tried >= len(ways)
    walker.get(f"/reseau?recherche={LONG[:300]}")
    assert "seuls ses 100 premiers caractères" in walker.text


def test_no_field_of_the_site_cuts() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        assert not re.search(r"(?<!data-)\bmaxlength\b", path.read_text("utf-8")), path
    counted = [
        path.name for path in (ROOT / "templates").rglob("*.html") if "data-maxlength" in path.read_text("utf-8")
    ]
    assert len(counted) >= 6


def test_answers_in_json_are_not_cut_either() -> None:
    given: dict[str, Any] = {"territory": {"name": LONG, "type": "petr"}, profiles.GROUP: [{"label": LONG}]}
    _, faults = read(edition().questionnaire, given)
    assert [(one.path, one.code) for one in faults] == [
        ("answers.territory.name", "too_long"),
        (f"answers.{profiles.GROUP}.0.label", "too_long"),
    ]


ONE_TOO_MANY = (
    "😀" * 1001,
    "👩‍🌾" * 333 + "ab",
    "🏴\U000e0067\U000e0062\U000e007f" * 250 + "a",
    "e\u0301" * 1001,
    "a\r\n" * 500 + "b",
    "  " + "x" * 1001 + "\u200b\u2028 ",
)


def test_browser_and_server_count_alike(app: Flask, serve: Serve, page: Page) -> None:
    page.goto(serve(app))
    page.get_by_role("button", name="Commencer").click()
    page.locator(".govuk-task-list__link").first.click()
    page.locator(".app-comment-box summary").click()
    for text in ONE_TOO_MANY:
        page.locator("textarea").fill(text)
        expect(page.locator("#territory-comment-info")).to_have_text("1 caractère de trop.")
        page.get_by_role("button", name="Continuer").click()
        expect(page.locator(".govuk-error-summary")).to_contain_text("retirez 1 caractère")


def test_pasted_in_a_browser(app: Flask, serve: Serve, page: Page, audit: Audit) -> None:
    page.goto(serve(app))
    page.get_by_role("button", name="Commencer").click()
    tasks = page.url
    page.locator(".govuk-task-list__link").first.click()
    page.locator("input[type=search]").fill("Syndicat du Val Imaginé")
    expect(page.locator(".app-status")).to_contain_text("ce nom y est repris")
    expect(page.locator("#territory-free-name")).to_have_value("Syndicat du Val Imaginé")
    page.locator("input[type=search]").fill("Grenoble")
    expect(page.locator(".app-results")).to_contain_text("Isère")
    expect(page.locator("#territory-free-name")).to_have_value("")
    page.locator(".app-comment-box summary").click()
    box = page.locator("textarea")
    box.focus()
    page.keyboard.insert_text(RECIPES["5a"])  # as a paste does
    expect(page.locator("#territory-comment-info")).to_have_text("989 caractères de trop.")
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    expect(box).to_have_value(RECIPES["5a"])
    audit(page)
    box.fill("mot " * 12_500)  # more than the site reads: it does not leave
    page.get_by_role("button", name="Continuer").click()
    expect(box).to_be_focused()
    expect(box).to_have_value("mot " * 12_500)
    page.goto(tasks)
    first = page.locator(f".govuk-task-list__link[href*='/{profiles.GROUP}/']").get_attribute("href") or ""
    page.goto(page.url.split("/dossier")[0] + first.rsplit("/", 1)[0] + "/ajouter")
    page.locator("#label").focus()
    page.keyboard.insert_text(RECIPES["5c"])
    expect(page.locator("#label-info")).to_have_text("42 caractères de trop.")
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("#label")).to_have_value(RECIPES["5c"])
    audit(page)
