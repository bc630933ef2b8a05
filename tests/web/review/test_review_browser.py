"""One file at the desk in a real browser: axe and 320 px on every page and state, fields reached from the summary."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from selfassess.core.review.acts import FACILITATOR, RESPONDENT
from selfassess.store.acts import Actor, Outcome, perform
from selfassess.store.models import Submission
from selfassess.store.submissions import Change, change
from selfassess.web.french import now
from selfassess.web.report.submission_record import declaration
from tests.definitions import edition
from tests.desk import COORDINATOR, a_facilitator, a_network, a_sent_file, log_in
from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.server import Serve
from tests.web.profiles import INTERCOMMUNAL

NARROW = {"width": 320, "height": 640}
LONG = "Un-mot-très-long-" * 12
COLLEAGUE = Actor(FACILITATOR, "Chargée de mission")


@dataclass
class Site:
    app: Flask
    url: str
    cookie: str
    fresh: Submission
    pending: Submission
    resent: Submission
    validated: Submission

    def of(self, file: Submission, way: str = "") -> str:
        return f"{self.url}/reseau/dossiers/{file.reference}{way}"


@pytest.fixture
def site(app: Flask, serve: Serve) -> Site:
    """A file in each state, seen once by who reviews it."""
    with app.app_context():
        network = a_network()
        client = app.test_client()
        log_in(client, a_facilitator(network))
        files = [a_sent_file(network, INTERCOMMUNAL, {"stage": LONG})[0] for _ in range(4)]
        for one in files:
            perform(one, "comment", COLLEAGUE, now(), lambda found: Outcome({"key": "stage", "text": LONG}))
        asked = Outcome({"questions": ["stage", "load"], "message": LONG})
        for one in files[1:3]:
            perform(one, "request", COLLEAGUE, now(), lambda found: asked)
        change(files[2], _edited, RESPONDENT, now())
        perform(files[2], "resubmit", COORDINATOR, now(), _resent)
        perform(files[3], "validate", COLLEAGUE, now())
    cookie = client.get_cookie("boussole")
    assert cookie is not None
    return Site(app, serve(app), cookie.value, *files)


def _edited(found: Submission) -> Change:
    return Change({**found.answers, "stage": "s2"}, {"load": LONG}, "answer", {"questions": ["stage"]})


def _resent(found: Submission) -> Outcome:
    made = declaration(found, edition(), "resubmit", now())
    return Outcome({"reply": LONG}, made.values, made.rows)


@pytest.fixture
def page(site: Site, new_page: NewPage) -> Page:
    made = new_page(viewport=NARROW)
    made.context.add_cookies([{"name": "boussole", "value": site.cookie, "url": site.url}])
    return made


def test_every_page_of_every_state(site: Site, page: Page, audit: Audit) -> None:
    ways = ["", "/pat", "/actions", "/precisions?cle=stage", "/lecture", "/valider", "/corriger?quoi=comment&cle=stage"]
    urls = [site.of(site.fresh, way) for way in ways]
    urls += [site.of(site.pending), site.of(site.pending, "/pat"), site.of(site.pending, "/valider")]
    urls += [site.of(site.resent), site.of(site.resent, "/pat")]
    urls += [site.of(site.validated), site.of(site.validated, "/rouvrir"), site.of(site.validated, "/pat")]
    for url in urls:
        page.goto(url)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        audit(page)


@pytest.mark.parametrize(
    ("file", "way", "button"),
    [
        ("fresh", "/precisions", "Envoyer la demande"),
        ("fresh", "/corriger?quoi=comment&cle=stage", "Enregistrer la correction"),
        ("validated", "/rouvrir", "Rouvrir la relecture"),
    ],
)
def test_every_form_refused(site: Site, page: Page, audit: Audit, file: str, way: str, button: str) -> None:
    page.goto(site.of(getattr(site, file), way))
    page.get_by_role("button", name=button).click()
    _summary(page, audit)


def test_own_reading_refused(site: Site, page: Page, audit: Audit) -> None:
    page.goto(site.of(site.fresh, "/lecture"))
    for label in page.get_by_label("Ne pas retenir").all():
        label.check()
    page.get_by_role("button", name="Enregistrer votre lecture").click()
    _summary(page, audit)


def test_comment_refused(site: Site, page: Page, audit: Audit) -> None:
    page.goto(site.of(site.fresh, "/pat"))
    page.locator("#stage summary").click()
    page.locator("#stage button").click()
    _summary(page, audit)


def _summary(page: Page, audit: Audit) -> None:
    """The summary takes focus, and each line leads to a field that can be seen."""
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    assert page.title().startswith("Erreur")
    audit(page)
    for at in range(summary.locator("a").count()):
        summary.locator("a").nth(at).click()
        assert page.evaluate("document.activeElement.matches('input, select, textarea')")
        assert page.evaluate("document.activeElement.checkVisibility()")


def test_somebody_acted_meanwhile(site: Site, page: Page, audit: Audit) -> None:
    page.goto(site.of(site.fresh, "/precisions?cle=stage"))
    page.get_by_label("Votre message").fill("Ce que j’ai écrit.")
    with site.app.app_context():
        file = site.app.extensions["sqlalchemy"].session.merge(site.fresh, load=True)
        perform(file, "assign", COLLEAGUE, now(), lambda found: Outcome({"to": "Chargée de mission"}))
    page.get_by_role("button", name="Envoyer la demande").click()
    audit(page, "Quelqu’un a agi entre-temps")
    expect(page.get_by_label("Votre message")).to_have_value("Ce que j’ai écrit.")
    page.get_by_role("button", name="Envoyer la demande").click()
    expect(page.locator(".app-notice--success")).to_contain_text("La demande de précisions est enregistrée.")
    audit(page)
    page.goto(site.of(site.fresh, "/lecture"))
    audit(page, "Ce n’est pas possible maintenant")
