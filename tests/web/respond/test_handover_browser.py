"""The hand-over in a real browser: axe and 320 px on every page of it, in every state."""

from __future__ import annotations

import re

from flask import Flask
from playwright.sync_api import Page, expect

from tests.desk import a_facilitator, a_file, a_network
from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.server import Serve
from tests.web.profiles import INTERCOMMUNAL
from tests.web.respond.handover import act, ask, clarification

NARROW = {"width": 320, "height": 640}
EVERYWHERE = ("/dossier", "/dossier/verifier", "/dossier/historique", "/dossier/envoi")


def visit(page: Page, audit: Audit, site: str, *urls: str) -> None:
    for url in urls:
        page.goto(site + url)
        audit(page)


def test_every_page_of_the_hand_over(app: Flask, serve: Serve, new_page: NewPage, audit: Audit) -> None:
    with app.app_context():
        regions = ("Auvergne-Rhône-Alpes", "", "Bretagne")
        for at, region in enumerate(regions):
            a_facilitator(a_network(f"Réseau {region or 'national'}", region), email=f"a{at}@reseau.example")
        _, token = a_file({key: value for key, value in INTERCOMMUNAL.items() if key != "objectives"})
    site = serve(app)
    page = new_page(viewport=NARROW)
    page.goto(f"{site}/reprendre/{token}")
    visit(page, audit, site, "/dossier", "/dossier/envoyer")
    page.locator("#envoi button").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    audit(page)
    page.get_by_label("Réseau Bretagne").check()
    page.get_by_label("Adresse e-mail").fill("pat@territoire.example")
    page.locator("#envoi button").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reçu d’envoi")
    visit(page, audit, site, *EVERYWHERE, "/dossier/retrait")
    page.locator("#retrait button").click()
    expect(page.locator("#retrait")).to_have_count(0)
    visit(page, audit, site, "/dossier", "/dossier/verifier", "/dossier/historique")


def test_every_page_of_a_clarification(app: Flask, serve: Serve, new_page: NewPage, audit: Audit) -> None:
    file, token = clarification(app, "stage", "actions", "objectives")
    act_before = "Une étape à préciser, et la liste de vos actions."
    site = serve(app)
    page = new_page(viewport=NARROW)
    page.goto(f"{site}/reprendre/{token}?vers=precisions")
    expect(page.get_by_role("heading", level=1)).to_have_text("Le réseau demande des précisions")
    visit(page, audit, site, "/dossier", "/dossier/verifier", "/dossier/precisions")
    page.locator("#renvoi button").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    audit(page)
    page.locator(".app-point a").first.click()
    expect(page).to_have_url(re.compile("#question-stage$"))
    audit(page)
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator(".app-point .govuk-tag").first).to_have_text("Relue, inchangée")
    page.locator(".app-point a").nth(1).click()
    expect(page.locator(".app-point")).to_have_count(0)
    audit(page)
    page.goto(site + "/dossier/precisions")
    page.get_by_label("Votre message au réseau").fill(act_before)
    other = page.context.new_page()
    other.goto(site + "/dossier/precisions")
    act(app, file, "cancel", reason="Tout est clair.")
    page.locator("#renvoi button").click()
    audit(page, "Le réseau n’attend plus de précisions")
    ask(app, file, "stage")
    act(app, file, "cancel", reason="")
    act(app, file, "comment", key="stage", text="Étape bien décrite.")
    act(app, file, "validate")
    visit(page, audit, site, *EVERYWHERE)
