"""What is ticked and not saved: kept when the page is hidden or left, given back, and no answer until it is saved."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from selfassess.core.review.acts import SUBMITTED
from selfassess.store import page_drafts
from selfassess.store.database import db, writing
from selfassess.store.models import PageDraft, Submission
from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.server import Serve
from tests.fixtures.waiting import until
from tests.web.respond.test_group import LIST, add
from tests.web.walker import Walker

MEANS, STAGE = "/dossier/means/resources", "/dossier/pat/stage"
TITLE = "Brouillon de cette page."


def kept(app: Flask) -> list[str]:
    with app.app_context():
        return [one.page for one in db.session.query(PageDraft).order_by(PageDraft.page)]


def answers(app: Flask) -> dict[str, object]:
    with app.app_context():
        return db.session.query(Submission).one().answers


def left(walker: Walker, url: str, **values: str) -> None:
    """A page opened, filled and left, as its script does."""
    walker.get(url)
    form = walker.form()
    for name, value in values.items():
        form.fill(name.replace("_comment", "-comment"), value)
    form.values["action"] = "draft"
    assert walker.client.post(form.action, data=form.values).status_code == 204


def test_a_page_left_is_given_back_and_counts_for_nothing(app: Flask, walker: Walker) -> None:
    walker.start()
    left(walker, MEANS, posts="over_four", budget_comment="À revoir")
    assert answers(app) == {}
    walker.get("/dossier")
    assert "Une page garde un brouillon" in walker.text
    assert "Terminé" not in walker.text
    walker.click("Les moyens disponibles")
    assert TITLE in walker.text
    assert (walker.form().values["posts"], walker.form().values["budget-comment"]) == ("over_four", "À revoir")
    walker.get("/dossier/verifier")
    assert "Une page garde un brouillon" in walker.text
    assert "À revoir" not in walker.text
    walker.get(MEANS)
    walker.send(walker.form(), "quit")
    assert answers(app) == {"posts": "over_four"}
    assert kept(app) == []
    walker.get(MEANS)
    assert TITLE not in walker.text


def test_a_draft_is_erased_or_no_draft_any_more(app: Flask, walker: Walker) -> None:
    walker.start()
    left(walker, STAGE, stage="s2")
    walker.get(STAGE)
    form = walker.form("form[aria-label]")
    form.values["action"] = "forget"
    walker.send(form, None)
    assert walker.path == STAGE
    assert "stage" not in walker.form().values
    left(walker, STAGE, stage="s2")
    left(walker, STAGE, stage="s3")
    assert kept(app) == ["pat/stage"]
    walker.get(STAGE)
    form = walker.form()
    form.values.poplist("stage")  # what is stored again: nothing
    form.values["action"] = "draft"
    walker.client.post(form.action, data=form.values)
    assert kept(app) == []


def test_a_draft_overwrites_nothing_unseen(app: Flask, walker: Walker) -> None:
    walker.start()
    left(walker, STAGE, stage="s2")
    other = Walker(app)
    walker.get("/dossier")
    other.get(walker.private_link)
    with app.app_context():  # the other tab answered without the draft
        page_drafts.forget(db.session.query(Submission).one(), "respondent", "pat/stage")
    other.get(STAGE)
    stale = other.form()
    other.send(other.answer({"stage": "s3"}))
    stale.fill("stage", "s2")
    stale.values["action"] = "draft"
    other.client.post(stale.action, data=stale.values)
    other.get(STAGE)
    assert TITLE in other.text
    other.send(other.form())
    assert other.response.status_code == 409
    assert answers(app) == {"stage": "s3"}


def test_a_draft_is_of_one_item_and_goes_with_it(app: Flask, walker: Walker) -> None:
    walker.start()
    first, second = add(walker, "Jumelage A"), add(walker, "Jumelage B")
    left(walker, f"/dossier/actions/{first}/what", device="twinning")
    walker.get(f"/dossier/actions/{second}/what")
    assert TITLE not in walker.text
    walker.get("/dossier")
    assert "(Jumelage A)" in walker.text
    walker.get(LIST)
    walker.click("Retirer : Jumelage A")
    walker.send(walker.form("form"), None)
    assert kept(app) == []


def test_what_no_script_sends(app: Flask, walker: Walker) -> None:
    walker.start()
    walker.get(STAGE)
    form = walker.form()
    token = form.values["csrf_token"]
    assert walker.client.post(STAGE, data={"action": "draft", "stage": "s2"}).status_code == 400  # no token
    strange = {"csrf_token": token, "action": "draft", "budget": "over_50k"}
    assert walker.client.post(form.action, data=strange).status_code == 400
    with app.app_context(), writing() as session:
        session.execute(db.update(Submission).values(state=SUBMITTED))
    form.fill("stage", "s2")
    form.values["action"] = "draft"
    assert walker.client.post(form.action, data=form.values).status_code == 409
    assert kept(app) == []


@pytest.fixture
def page(app: Flask, serve: Serve, new_page: NewPage) -> Page:
    """A file started, on the page of means, on a phone."""
    opened = new_page(base_url=serve(app), viewport={"width": 390, "height": 844})
    opened.goto("/")
    opened.get_by_role("button", name="Commencer", exact=True).click()
    opened.get_by_role("link", name="Indiquer vos moyens").click()
    return opened


def test_left_by_a_link_in_a_browser(app: Flask, page: Page, audit: Audit) -> None:
    where = page.url
    page.get_by_label("Plus de quatre").first.check()
    page.get_by_role("link", name="Mon dossier").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre autodiagnostic")
    until(lambda: kept(app) == ["means/resources"])
    page.goto(where)
    expect(page.get_by_text(TITLE)).to_be_visible()
    expect(page.get_by_label("Plus de quatre").first).to_be_checked()
    audit(page, "Les moyens disponibles")
    assert answers(app) == {}
    page.get_by_role("button", name="Enregistrer et quitter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos réponses sont enregistrées")
    expect(page.get_by_label(re.compile("Lien privé du dossier"))).to_have_value(re.compile("/reprendre/"))
    audit(page, "Vos réponses sont enregistrées")
    assert answers(app) == {"posts": "over_four"}
    assert kept(app) == []


def test_hidden_it_is_said_on_the_page(page: Page) -> None:
    page.get_by_label("Plus de quatre").first.check()
    page.evaluate(
        """() => { Object.defineProperty(document, "visibilityState", { value: "hidden" });
        document.dispatchEvent(new Event("visibilitychange")); }"""
    )
    expect(page.get_by_text("Brouillon de cette page gardé.")).to_be_visible()


def test_without_a_script_the_page_warns_before_its_links(app: Flask, serve: Serve, new_page: NewPage) -> None:
    page = new_page(base_url=serve(app), java_script_enabled=False)
    page.goto("/")
    page.get_by_role("button", name="Commencer", exact=True).click()
    page.get_by_role("link", name="Indiquer vos moyens").click()
    warning = page.locator("noscript p")
    expect(warning).to_be_visible()
    link, told = page.get_by_role("link", name="Mon dossier").bounding_box(), warning.bounding_box()
    assert link
    assert told
    assert told["y"] < link["y"]
