"""Legal pages: what is set and what is not, what the page on personal data promises, how a browser shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from selfassess.core.review.acts import RESPONDENT
from selfassess.store import (
    accounts,
    attempts,
    retention,
    submissions,
)
from selfassess.store.database import db, writing
from selfassess.store.models import Attempt, Facilitator, Key, Link, MonthCount, Visit
from selfassess.store.submissions import new_token
from selfassess.web.access import ACCESS, PUBLIC
from selfassess.web.french import several, today
from selfassess.web.public.legal import ASKED
from selfassess.web.settings import Settings
from tests.desk import KEEPING, a_facilitator, a_file, a_network
from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.server import Serve
from tests.fixtures.stores import BOTH
from tests.web.profiles import EARLY
from tests.web.walker import Walker

PAGES = ("/mentions-legales", "/donnees-personnelles", "/accessibilite", "/plan-du-site", "/chiffres")
UNSET = "à compléter par l’exploitant"
SAID = {
    "legal_operator": "Syndicat fictif du Val-Imaginé, 1 place de l’Essai",
    "legal_director": "La présidente du syndicat fictif",
    "legal_host": "Hébergement fictif, 2 rue du Test",
    "legal_contact": "contact@operateur.example",
}
# Answers to an act, and pages of one's own machine.
NOT_LOOKED_FOR = {"respond.left", "accounts.asked", "mails.folder", "preview.every"}
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


@pytest.fixture
def store(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        yield app


def test_unset_ones_are_shown(make_app: Callable[..., Flask]) -> None:
    app = make_app(legal_host="Hébergement fictif")
    walker = Walker(app)
    walker.get("/mentions-legales")
    assert walker.page.css_first("main").text().count(UNSET) == 3
    assert "Hébergement fictif" in walker.text
    assert UNSET in walker.get("/donnees-personnelles").css_first("main").text()
    assert UNSET in walker.get("/accessibilite").css_first("main").text()


def test_set_ones_are_shown(make_app: Callable[..., Flask]) -> None:
    walker = Walker(make_app(**SAID))
    for page in PAGES:
        assert UNSET not in walker.get(page).css_first("main").text()
    walker.get("/mentions-legales")
    assert all(one in walker.text for one in SAID.values())
    assert walker.page.css_first("a[href='mailto:contact@operateur.example']") is not None


def test_settings_come_from_the_environment(tmp_path: object) -> None:
    given = {f"LEGAL_{name.upper()}": f" {name} " for name in ASKED}
    found = Settings.from_environment({"INSTANCE": str(tmp_path), **given})
    assert [getattr(found, f"legal_{name}") for name in ASKED] == list(ASKED)


def test_what_is_written_in_a_setting_is_text(make_app: Callable[..., Flask]) -> None:
    app = make_app(**{**SAID, "legal_operator": "<b>Syndicat</b>", "legal_contact": "Place de l’Essai, bureau 2"})
    page = Walker(app).get("/mentions-legales")
    assert page.css_first("main b") is None
    assert page.css_first("main [href^=mailto]") is None


def test_every_page_leads_to_them(walker: Walker) -> None:
    for page in ("/", "/methode", "/reseau/connexion", "/nulle-part"):
        walker.get(page)
        found = {one.attributes["href"] for one in walker.page.css("footer a")}
        assert set(PAGES) <= found, page


def test_the_site_map_has_every_public_page(app: Flask, walker: Walker) -> None:
    """Every address that anyone may open without a key and that answers with a page."""
    walker.get("/plan-du-site")
    listed = {one.attributes["href"] for one in walker.page.css("main a")}
    for rule in app.url_map.iter_rules():
        if ACCESS.get(rule.endpoint) is not PUBLIC or rule.arguments or rule.endpoint in NOT_LOOKED_FOR:
            continue
        response = app.test_client().get(rule.rule)
        if response.status_code == 200 and response.mimetype == "text/html":
            assert rule.rule in listed, rule.endpoint


def test_no_cookie_before_a_file_or_a_session(app: Flask) -> None:
    """« Un seul cookie »: pages to read leave none at all."""
    for page in (*PAGES, "/methode", "/questions"):
        assert "Set-Cookie" not in app.test_client().get(page).headers
    client = app.test_client()
    client.get("/")
    assert {one.key for one in client._cookies.values()} <= {"boussole"}


def test_the_page_says_the_durations_that_are_kept(walker: Walker) -> None:
    walker.get("/donnees-personnelles")
    told = walker.page.css_first("main").text()
    for count, unit in (
        (90, "jour"),
        (1, "an"),
        (5, "an"),
        (30, "jour"),
        (accounts.LONGEST.days, "jour"),
        (24, "heure"),
    ):
        assert several(count, unit) in told
    assert attempts.KEPT.total_seconds() == 24 * 3600


def test_the_page_says_the_durations_that_are_set(make_app: Callable[..., Flask]) -> None:
    keeping = retention.Keeping(*(timedelta(days=days) for days in range(41, 47)))
    told = Walker(make_app(keeping=keeping, backups_kept=17)).get("/donnees-personnelles").css_first("main").text()
    assert all(f"{days}\u00a0jours" in told for days in range(41, 47))
    assert "17\u00a0jours plus tard" in told


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.stores(*BOTH)
def test_nothing_of_a_deleted_file_is_left_but_the_digest_of_its_links(store: Flask) -> None:
    made, token = a_file(EARLY, at=NOW)
    with submissions.writing() as session:
        link = Link(hash=submissions.token_hash("other"), submission_id=made.id, role=RESPONDENT, created_at=NOW)
        link.label = "Service fictif"
        session.add(link)
    db.session.expunge(link)
    submissions.remove(made)
    assert {one.label for one in db.session.scalars(select(Link))} == {""}
    found = submissions.find_link(token)
    assert found is not None
    assert found.submission is None


@pytest.mark.stores(*BOTH)
def test_accounts_sessions_and_failed_logins_go_too(store: Flask) -> None:
    network = a_network()
    gone, kept = a_facilitator(network), a_facilitator(network, email="autre@reseau.example")
    accounts.open_visit(kept, new_token(), "essai", NOW)
    accounts.make_key(kept.id, accounts.RESET, new_token(), NOW)
    attempts.attempt([attempts.Limit("0" * 64, 5, timedelta(minutes=15))], NOW)
    accounts.deactivate(gone, NOW)
    assert [count(one) for one in (Facilitator, Visit, Key, Attempt)] == [2, 1, 1, 1]
    retention.purge(KEEPING, NOW + timedelta(hours=23))
    assert [count(one) for one in (Facilitator, Visit, Key, Attempt)] == [2, 1, 1, 1]
    retention.purge(KEEPING, NOW + timedelta(days=9))
    assert [count(one) for one in (Facilitator, Visit, Key, Attempt)] == [2, 0, 0, 0]
    retention.purge(KEEPING, NOW + retention.ACCOUNT_KEPT + timedelta(days=1))
    assert [one.email for one in db.session.scalars(select(Facilitator))] == ["autre@reseau.example"]


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_in_a_browser(app: Flask, serve: Serve, new_page: NewPage, audit: Audit, script: bool) -> None:
    site = serve(app)
    with app.app_context(), writing() as session:  # the table of /chiffres
        last = today().replace(day=1).replace(month=(today().month - 1) // 3 * 3 + 1) - timedelta(days=1)
        session.add(MonthCount(month=f"{last:%Y-%m}", begun=1207, completed=30, sent=2, minutes=[17] * 30))
    page = new_page(viewport={"width": 320, "height": 640}, java_script_enabled=script)
    for url in PAGES:
        page.goto(site + url)
        assert page.locator("h1").count() == 1
        if script:
            audit(page)
