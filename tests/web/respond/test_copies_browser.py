"""A file of two years and two networks, in a real browser at 320 px: sent too, read by both, compared, put together."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from playwright.sync_api import Page, expect

from selfassess.web.french import now
from tests.desk import a_facilitator, a_network, a_sent_file, hold, log_in
from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.server import Serve
from tests.web.profiles import INTERCOMMUNAL, RURAL

NARROW = {"width": 320, "height": 640}
PLACE = {"name": "Syndicat-du-Pays-de-Brai-au-nom-très-long", "type": "petr", "departement": "76", "population": 50000}


def test_from_one_network_to_two(app: Flask, serve: Serve, new_page: NewPage, audit: Audit) -> None:
    with app.app_context():
        first, second = a_network("Réseau d’ici"), a_network("Réseau d’à côté")
        old, _ = a_sent_file(first, INTERCOMMUNAL, at=now() - timedelta(days=365))
        sent, token = a_sent_file(first, {**INTERCOMMUNAL, **RURAL, "territory": INTERCOMMUNAL["territory"]})
        renamed, _ = a_sent_file(first, {**INTERCOMMUNAL, "territory": PLACE}, at=now() - timedelta(days=730))
        clients = [app.test_client(), app.test_client()]
        hold(clients[0], token)
        log_in(clients[1], a_facilitator(first, second))
    url = serve(app)

    def browser(at: int) -> Page:
        cookie = clients[at].get_cookie("boussole")
        assert cookie is not None
        made = new_page(viewport=NARROW)
        made.context.add_cookies([{"name": "boussole", "value": cookie.value, "url": url}])
        return made

    owner, desk = browser(0), browser(1)
    owner.goto(f"{url}/dossier/{sent.reference}/envoi")
    owner.get_by_role("link", name="Envoyer aussi à un autre réseau").click()
    audit(owner, "Vos envois")
    owner.get_by_role("button", name="Envoyer une copie à ce réseau").click()
    expect(owner.locator(".app-sendings > li")).to_have_count(2)
    audit(owner, "Vos envois")
    copy = owner.locator(".app-sendings .app-reference").last.inner_text()
    owner.get_by_role("link", name=f"suivre ou retirer (Réseau d’à côté, {copy})").click()
    audit(owner, "Votre autodiagnostic")
    desk.goto(f"{url}/reseau/dossiers/{copy}")
    audit(desk)
    expect(desk.get_by_role("link", name="Demander des précisions")).to_have_count(0)
    desk.goto(f"{url}/reseau/dossiers/{sent.reference}")
    desk.get_by_role("link", name=f"Comparer avec ce dossier ({old.reference})").click()
    audit(desk, "Deux dossiers de ce territoire, côte à côte")
    desk.goto(f"{url}/reseau/dossiers/{renamed.reference}/territoire")
    desk.get_by_role("button", name="Rattacher ce dossier").click()
    audit(desk, "Rattacher ce dossier à un territoire")
    desk.get_by_role("textbox").fill(old.reference)
    desk.get_by_role("button", name="Rattacher ce dossier").click()
    expect(desk.locator("[aria-labelledby=annees] li")).to_have_count(3)
    audit(desk)
