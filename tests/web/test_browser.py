"""In a real browser: axe on every page and error state, 320 px, type-ahead, keyboard alone, no script at all."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from selfassess.core.explanation.method import METHOD_PAGES
from tests.definitions import definitions, edition
from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.server import Serve
from tests.web import profiles
from tests.web.walker import Walker

NARROW = {"width": 320, "height": 640}
METHOD = [f"/methode/{edition().id}/{one}" for one in (*METHOD_PAGES, f"dispositifs/{definitions().devices[0].id}")]
# In every run, axe looks at each kind of element in its place once; at every page whole in `make long`.
ALL_OR_NEW = pytest.mark.parametrize("whole", [pytest.param(True, marks=pytest.mark.long), False])


@pytest.fixture
def site(app: Flask, serve: Serve) -> str:
    return serve(app)


def filled(app: Flask, answers: dict[str, Any]) -> Walker:
    """A file already filled, and every address seen on the way."""
    walker = Walker(app, check=False)
    walker.start()
    walker.walk(answers, profiles.GROUP)
    return walker


def own_link(app: Flask, walker: Walker, site: str) -> str:
    walker.get("/dossier")
    return site + walker.private_link.removeprefix("http://localhost")


@ALL_OR_NEW
def test_every_page_of_a_full_file(app: Flask, site: str, new_page: NewPage, audit: Audit, whole: bool) -> None:
    walker = filled(app, profiles.RURAL)
    pages = sorted({url.split("?")[0] for url in walker.visited if url.startswith("/dossier")})
    item = next(url.split("/")[3] for url in pages if url.endswith("/what"))
    pages = [url for url in pages if f"/{item}/" in url or url.count("/") < 4]
    pages += [f"/dossier/actions/{item}/nom", f"/dossier/actions/{item}/retirer", "/dossier/quitter", "/commencer"]
    pages += ["/", "/methode", *METHOD, "/questions", "/plan-du-site", "/nope", "/dossier/supprimer"]
    page = new_page(viewport=NARROW)
    page.goto(own_link(app, walker, site))
    seen = None if whole else set[str]()
    for url in pages:
        page.goto(site + url)
        audit(page, seen=seen)


@ALL_OR_NEW
def test_every_page_refused(app: Flask, site: str, new_page: NewPage, audit: Audit, whole: bool) -> None:
    """Each page sent blank: the summary takes focus, and its links lead to the fields."""
    walker = filled(app, profiles.EARLY)
    pages = sorted({url.split("?")[0] for url in walker.visited if url.count("/") == 3})
    other = Walker(app)
    other.start()
    page = new_page(viewport=NARROW)
    page.goto(own_link(app, other, site))
    seen = None if whole else set[str]()
    for url in [*pages, "/dossier/actions/ajouter"]:
        page.goto(site + url)
        if page.locator("#question-form").count() == 0:
            continue  # not asked yet of an empty file
        page.get_by_role("button", name="Continuer").click()
        summary = page.locator(".govuk-error-summary")
        expect(summary).to_be_focused()
        assert page.title().startswith("Erreur"), url
        audit(page, seen=seen)
        summary.locator("a").last.click()
        assert page.evaluate("document.activeElement.matches('input, select, textarea')"), url


def test_two_answers_at_once(app: Flask, site: str, page: Page, audit: Audit) -> None:
    walker = Walker(app)
    walker.start()
    page.goto(own_link(app, walker, site))
    page.goto(f"{site}/dossier/pat/stage")
    walker.get("/dossier/pat/stage")
    walker.send(walker.answer({"stage": "s2"}))
    page.locator("input[name=stage]").nth(3).check()
    page.get_by_role("button", name="Continuer").click()
    audit(page, "Cette réponse a aussi été changée ailleurs")
    page.get_by_label("Garder ma réponse").check()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Cette réponse")


def test_names_are_offered_while_typing(site: str, page: Page, audit: Audit) -> None:
    page.goto(site)
    page.get_by_role("button", name="Commencer").click()
    page.locator(".govuk-task-list__link").first.click()
    page.locator("input[type=search]").press_sequentially("saint-den", delay=20)
    expect(page.locator(".app-status")).to_contain_text("territoires proposés")
    audit(page)
    page.locator(".app-results input").first.check()
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator(".app-file__saved")).to_contain_text("Réponses enregistrées le")


def test_by_hand_without_a_list(site: str, page: Page, audit: Audit) -> None:
    page.goto(site)
    page.get_by_role("button", name="Commencer").click()
    page.locator(".govuk-task-list__link").first.click()
    page.get_by_label("Mon territoire n’est pas dans la liste").check()
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator(".govuk-error-summary li")).to_have_count(4)
    audit(page)
    page.get_by_label("Nom de la structure").fill("PETR du Pays de Bray")
    page.get_by_label("Type de structure").select_option(index=6)
    page.get_by_label("Département principal").select_option("76")
    page.get_by_label("Nombre d’habitants").select_option(index=3)
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator(".app-file__saved")).to_contain_text("Réponses enregistrées le")


def test_by_keyboard_alone(site: str, page: Page) -> None:
    """From the start page to the second question, without a mouse; focus is always visible."""
    page.goto(site)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    page.keyboard.press("Enter")
    tab_to(page, "Commencer")
    page.keyboard.press("Enter")
    page.wait_for_url("**/dossier/*")
    tab_to(page, "Situer votre PAT")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pat/**")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "radio":
            break
    page.keyboard.press("Space")
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    tab_to(page, "Continuer")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pat/shape")


def tab_to(page: Page, words: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == words:
            outlined = "getComputedStyle(document.activeElement)"
            assert page.evaluate(f"{outlined}.outlineStyle !== 'none' || {outlined}.boxShadow !== 'none'")
            return
    raise AssertionError(f"« {words} » cannot be reached with Tab")


def test_back_and_forward_never_send_again(app: Flask, site: str, page: Page) -> None:
    page.goto(site)
    page.get_by_role("button", name="Commencer").click()
    page.goto(f"{site}/dossier/pat/stage")
    page.locator("input[name=stage]").nth(2).check()
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/pat/shape")
    page.go_back()
    expect(page.locator("input[name=stage]").nth(2)).to_be_checked()
    page.go_forward()
    page.wait_for_url("**/pat/shape")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Label, gouvernance et suivi")


def test_twice_the_text_size(app: Flask, site: str, new_page: NewPage) -> None:
    walker = Walker(app)
    walker.start()
    page = new_page(viewport={"width": 640, "height": 900})
    page.goto(own_link(app, walker, site))
    for url in ("/dossier", "/dossier/pat/stage", "/dossier/verifier", "/"):
        page.goto(site + url)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, url
