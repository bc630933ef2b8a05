"""Two people and a reader, each with a browser, on the site as it is served: sent, clarified, answered, read by the
network, validated, and opened by a reader's link."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from selfassess.web.respond.journey import anchor
from tests.e2e.conftest import Site
from tests.e2e.test_start_to_pdf import PATIENCE, Visitor
from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.pdf import CheckPdf, text_of
from tests.web import profiles

NETWORK, LABEL, EMAIL = "Réseau des essais", "Animation du réseau des essais", "animation@essais.example"
PASSWORD = "une longue phrase de passe"
QUESTION, MESSAGE = "posts", "Comptez-vous aussi le poste partagé avec le service des marchés ?"
REASON = "Vu sur place : des recettes sont reprises dans trois cantines."
ADVICE = "Commencez par faire vivre le jumelage."


def settled(page: Page, audit: Audit) -> None:
    """A page that was reached, on a phone."""
    wide = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 700})
    audit(page)
    page.set_viewport_size(wide or {"width": 1280, "height": 900})


def test_two_people_and_a_reader(
    site: Site, new_page: NewPage, audit: Audit, check_pdf: CheckPdf, tmp_path: Path
) -> None:
    site.command("network", "add", NETWORK)
    told = site.command("facilitator", "add", EMAIL, "--label", LABEL, "--network", NETWORK)
    invitation = re.search(r"http\S+/acces/\S+", told)
    assert invitation, told
    desk, owner, reader = (new_page(viewport={"width": 1280, "height": 900}) for _ in range(3))

    # The facilitator takes up the invitation.
    desk.goto(invitation[0])
    for field in desk.locator("input[type=password]").all():
        field.fill(PASSWORD)
    desk.get_by_role("button", name="Enregistrer ce mot de passe").click()
    desk.get_by_label("Adresse e-mail").fill(EMAIL)
    desk.get_by_label("Mot de passe").fill(PASSWORD)
    settled(desk, audit)
    desk.get_by_role("button", name="Se connecter").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Dossiers du réseau")
    settled(desk, audit)

    # The coordinator answers, and sends.
    owner.goto(site.address)
    owner.get_by_role("button", name="Commencer", exact=True).click()
    owner.locator(".govuk-task-list a").first.click()
    Visitor(owner, {**profiles.INTERCOMMUNAL, "brakes": ["brake_language"]}).walk()
    owner.get_by_role("link", name="Envoyer au réseau").click()
    if owner.locator("[name=network][type=radio]").count():
        owner.get_by_label(NETWORK).check()
    owner.get_by_label(re.compile("Adresse e-mail")).fill("pat@territoire.example")
    settled(owner, audit)
    owner.get_by_role("button", name=re.compile("^Envoyer l’autodiagnostic")).click()
    expect(owner).to_have_url(re.compile("/dossier/[^/]+/envoi(#.*)?$"))
    settled(owner, audit)
    reference = re.search(r"PAT-\w{4}-\w{4}", owner.locator("main").inner_text())
    assert reference

    # The facilitator finds it, and asks.
    desk.reload()
    desk.get_by_role("link", name=re.compile("Grenoble")).click()
    expect(desk).to_have_url(re.compile("/reseau/dossiers/PAT-"))
    expect(desk.locator("main")).to_contain_text(reference[0])
    settled(desk, audit)
    desk.get_by_role("link", name="Demander des précisions").click()
    box = desk.locator(f"input[type=checkbox][value='{QUESTION}']")
    box.evaluate("node => { const d = node.closest('details'); if (d) d.open = true }")
    box.check()
    desk.locator("[name=message]").fill(MESSAGE)
    settled(desk, audit)
    desk.get_by_role("button", name="Envoyer la demande").click()
    expect(desk.locator("main")).to_contain_text(MESSAGE)
    expect(desk.get_by_role("link", name="Valider la relecture")).to_have_count(0)

    # The coordinator reads it, one click from the field, and sends again.
    owner.goto(f"{site.address}/dossier")
    owner.get_by_role("link", name="Voir la demande de précisions").click()
    expect(owner).to_have_url(re.compile("/precisions"))
    expect(owner.locator("main")).to_contain_text(MESSAGE)
    settled(owner, audit)
    owner.locator(f"a[href*='#{anchor(QUESTION)}']").first.click()
    owner.locator(f"[name={QUESTION}][value=two_to_four]").check()
    owner.get_by_role("button", name="Continuer", exact=True).click()
    expect(owner).to_have_url(re.compile("/dossier/[^/]+/precisions"))
    owner.get_by_label(re.compile("Votre message")).fill("Oui, il manquait.")
    owner.get_by_role("button", name="Renvoyer au réseau").click()
    expect(owner).to_have_url(re.compile("/dossier/[^/]+/envoi(#.*)?$"))

    # The facilitator sees only what changed, gives another reading, and validates.
    desk.reload()
    expect(desk.locator(".app-changes").first).to_contain_text("Plus de deux postes")
    expect(desk.locator("main")).to_contain_text("Oui, il manquait.")
    settled(desk, audit)
    desk.get_by_role("link", name="Donner votre lecture").click()
    choices = desk.locator("input[type=radio][name^='retained-']")
    first = str(choices.first.get_attribute("name"))
    other = desk.locator(f"input[name='{first}']:not(:checked)").first
    other.check()
    desk.locator(f"[name='{first.replace('retained', 'reason')}']").fill(REASON)
    desk.locator("[name=advice]").fill(ADVICE)
    settled(desk, audit)
    desk.get_by_role("button", name="Enregistrer votre lecture").click()
    expect(desk).not_to_have_url(re.compile("/lecture"))
    desk.get_by_role("link", name="Valider la relecture").click()
    expect(desk.get_by_role("button", name="Valider la relecture")).to_be_visible()
    settled(desk, audit)
    desk.get_by_role("button", name="Valider la relecture").click()
    expect(desk.locator("main")).to_contain_text("Rouvrir")

    # The coordinator gives a reading link; the reader opens it, both readings side by side, and the PDF.
    owner.goto(f"{site.address}/dossier/partager")
    form = owner.locator("form").filter(has=owner.get_by_role("button", name="Créer un lien de lecture"))
    form.locator("[name=label]").fill("Une élue")
    owner.get_by_role("button", name="Créer un lien de lecture").click()
    expect(owner.get_by_role("heading", name="Le lien est prêt")).to_be_visible()
    settled(owner, audit)
    link = owner.locator("#lien-donne").input_value().strip()
    reader.goto(link)
    expect(reader.locator("main")).to_contain_text("Relu par le réseau des essais")
    expect(reader.locator("main")).to_contain_text(REASON)
    expect(reader.locator("main")).to_contain_text(ADVICE)
    settled(reader, audit)
    reader.get_by_role("button", name="Préparer le PDF").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Votre PDF est prêt", timeout=PATIENCE * 1000)
    with reader.expect_download() as download:
        reader.get_by_role("link", name="Télécharger le PDF").click()
    download.value.save_as(tmp_path / "report.pdf")
    check_pdf(tmp_path / "report.pdf")
    assert REASON in text_of(tmp_path / "report.pdf")

    # Every hand-over left a message, written by the worker in the folder of the site.
    desk.goto(f"{site.address}/courriels")
    for subject in ("pat@territoire.example", EMAIL):
        expect(desk.locator("main")).to_contain_text(subject)
