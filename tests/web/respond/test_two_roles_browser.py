"""Sharing and choosing in a browser: axe and 320 px on every page and error; a link copied at one press."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.server import Serve
from tests.web import profiles
from tests.web.respond.test_two_roles import CHECK, CHOOSE, RI, SERVICE, differ, two

NARROW = {"width": 320, "height": 640}


@pytest.fixture
def site(app: Flask, serve: Serve) -> str:
    return serve(app)


def test_every_page_of_two_services(app: Flask, site: str, new_page: NewPage, audit: Audit) -> None:
    pair = two(app, profiles.INTERCOMMUNAL, "means")
    differ(pair)
    for walker, pages in (
        (pair[0], ("/dossier", "/dossier/partager", CHOOSE, CHECK, RI, "/dossier/resultat")),
        (pair[1], ("/dossier", CHECK, RI, "/dossier/pat/stage", "/dossier/partager", "/dossier/resultat")),
    ):
        token = walker.client.token
        page = new_page(viewport=NARROW)
        page.goto(f"{site}/reprendre/{token}")
        for url in pages:
            page.goto(site + url)
            audit(page)


def test_giving_a_link_and_taking_it_back(app: Flask, site: str, new_page: NewPage, audit: Audit) -> None:
    pair = two(app, profiles.INTERCOMMUNAL, "means")
    token = pair[0].client.token
    page = new_page(viewport=NARROW)
    page.goto(f"{site}/reprendre/{token}")
    page.goto(f"{site}/dossier/partager")
    page.get_by_role("button", name="Créer un lien pour répondre").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    audit(page)
    page.get_by_label("Vos moyens et vos relations internationales").check()
    page.get_by_label("Pour quel service ?").fill(SERVICE)
    page.get_by_role("button", name="Créer un lien pour répondre").click()
    expect(page.get_by_role("heading", name="Le lien est prêt")).to_be_visible()
    address = page.locator("#lien-donne").input_value()
    page.get_by_role("button", name="Copier le lien").click()
    expect(page.get_by_text("Le lien est copié.")).to_be_visible()
    audit(page)
    page.goto(address)
    audit(page)  # the coordinator goes on acting for the coordination
    page.goto(f"{site}/dossier/partager")
    page.get_by_role("button", name=f"Désactiver le lien : {SERVICE}").first.click()
    expect(page.get_by_text("Liens désactivés")).to_be_visible()
    audit(page)


def test_choosing_is_refused_blank(app: Flask, site: str, new_page: NewPage, audit: Audit) -> None:
    pair = two(app, profiles.INTERCOMMUNAL, "means")
    differ(pair)
    token = pair[0].client.token
    page = new_page(viewport=NARROW)
    page.goto(f"{site}/reprendre/{token}")
    page.goto(site + CHOOSE)
    page.get_by_role("button", name="Garder cette réponse").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    audit(page)
    page.locator(".govuk-error-summary a").click()
    assert page.evaluate("document.activeElement.matches('input[type=radio]')")
    page.get_by_label(SERVICE).check()
    page.get_by_role("button", name="Garder cette réponse").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vérifiez vos réponses")
