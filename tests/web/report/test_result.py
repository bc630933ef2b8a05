"""The result page and the way to the PDF: who may, what is written, what is said while waiting."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from selfassess.store.database import db, writing
from selfassess.store.models import StoredReport
from selfassess.web.commands.worker import draw_next, take_up
from selfassess.web.french import now, today
from selfassess.web.report import delivery, pdf
from tests.core.report import files
from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.server import Serve
from tests.web.report.conftest import enter, hold
from tests.web.report.sound import headings, plain
from tests.web.walker import Walker

PROJECT = files.FILES["twinning_and_project"]


@pytest.fixture
def alive(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that gives signs of life."""
    monkeypatch.setattr(delivery, "worker_is_alive", lambda: True)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Drawing takes no time; gives the fingerprints drawn."""
    drawn: list[str] = []

    def render(report: Any, face: object) -> bytes:
        drawn.append(report.fingerprint)
        return b"%PDF-1.7 fictional"

    monkeypatch.setattr(pdf, "render", render)
    monkeypatch.setattr("selfassess.web.report.delivery.HELD", 0.0)
    return drawn


def opened(app: Flask, name: str = "one", given: dict[str, Any] = PROJECT, **more: Any) -> Walker:
    hold(app, name, given, **more)
    walker = Walker(app)
    enter(walker.client, name)
    walker.get("/dossier/resultat")
    return walker


def link(walker: Walker) -> str:
    found = {one.attributes["href"] for one in walker.page.css("a[href$='.pdf']")}
    assert len(found) == 1
    return str(found.pop())


def stored(app: Flask) -> list[StoredReport]:
    with app.app_context():
        found = list(db.session.scalars(db.select(StoredReport)))
        db.session.remove()
        return found


LEFT = "Ce qu’il vaut mieux laisser pour l’instant"  # on paper only with a sheet: the picture has the names


@pytest.mark.parametrize("name", sorted(files.FILES))
def test_result_says_what_the_pdf_says(name: str, app: Flask) -> None:
    walker = opened(app, given=files.FILES[name], comments=files.COMMENTS.get(name))
    assert "Seul son lien ouvre votre dossier" in walker.response.text
    with app.app_context():
        report = files.report_of(files.FILES[name], files.COMMENTS.get(name), today())
        told = pdf.laid_out(report)[0]
    screen = HTMLParser(walker.page.css_first(".report").html or "")
    paper = HTMLParser(told)
    groups = [one.text() for one in paper.css("#reponses h3")]  # tables on the screen
    assert groups == [one.text() for one in screen.css("#reponses caption")]
    online = {one.title for one in (*report.method, *report.study) if not one.paper}
    kept = [one for one in headings(told) if one != LEFT]
    start = kept.index("Annexe 1. Vos réponses") + 1
    for one in screen.css(".rp-question > summary, .rp-now, .rp-monday"):  # the screen's own: folds, what to do now
        one.decompose()
    shown = [one for one in headings(screen.html or "") if one not in {*online, LEFT}]
    assert sorted([*kept[:start], *kept[start + len(groups) :]]) == sorted(shown)
    assert sorted(one.text() for one in paper.css("svg title")) == sorted(one.text() for one in screen.css("svg title"))
    for one in screen.css(".app-no-print"):  # ways to change an answer
        one.decompose()
    said = plain(screen.text(separator=" "))
    assert [one.text() for one in paper.css(".rp-why, .rp-standing, .rp-margin") if plain(one.text()) not in said] == []
    rows = {row.css_first("th").text(): row for row in screen.css(".rp-table--devices tbody tr")}
    lines = {line.css_first("strong").text(): line for line in paper.css(".rp-told")}
    assert rows.keys() == lines.keys()
    for title, row in rows.items():  # a table on the screen, one line each on paper
        effort, interest, cost = [one.text() for one in row.css("td")[1:]]
        figures = f": effort {effort}, intérêt {interest}\u00a0; {cost.replace(', ', ' et ')} par an."
        assert plain(figures) in plain(lines[title].text())
    for comment in files.COMMENTS.get(name, {}).values():
        assert comment[:40].replace("'", "’").replace(" ;", "\u00a0;") in walker.response.text


def test_a_sheet_leads_to_whom_to_call_on_the_screen_and_on_paper(app: Flask) -> None:
    report = files.report("twinning_and_project")
    with app.app_context():
        paper = HTMLParser(pdf.laid_out(report)[0])
    screen = opened(app, given=files.FILES["twinning_and_project"]).page
    contacts = [one for name in report.sheets for one in report.device(name).contacts if one.page]
    assert contacts
    for page in (paper, screen):
        shown = {one.css_first("a").attributes["href"]: one for one in page.css("#fiches li:has(a[href^=http])")}
        assert {one.page for one in contacts} <= shown.keys()
        for one in contacts:
            line, address = shown[str(one.page)], str(one.page).split("/")[2].removeprefix("www.")
            assert plain(line.css_first("a").text()) == plain(one.name)
            assert address in line.text(), "on paper, an address to type"


def test_looking_writes_nothing(app: Flask, no_worker_needed: list[str]) -> None:
    opened(app)
    assert stored(app) == []
    assert no_worker_needed == []


def test_pdf_is_there_after_asking(app: Flask, quick: list[str], no_worker_needed: list[str]) -> None:
    walker = opened(app)
    address = link(walker)
    walker.send(walker.form("form[action*='/rapport/']"), None)
    assert walker.heading == "Votre PDF est prêt"
    walker.check = False
    walker.get(address)
    assert walker.response.mimetype == "application/pdf"
    assert walker.response.data.startswith(b"%PDF")
    assert walker.response.headers["Cache-Control"] == "no-store"  # it holds somebody's answers
    said = walker.response.headers["Content-Disposition"]
    assert said.startswith("attachment; filename=")
    assert re.search(r"filename\*=UTF-8''PAT%20et%20international%20-%20Communaut%C3%A9.*\.pdf", said)
    walker.get("/dossier/resultat")
    assert "Télécharger le PDF" in walker.text
    assert len(quick) == 1


def test_the_link_alone_suffices(app: Flask, quick: list[str], no_worker_needed: list[str]) -> None:
    walker = opened(app)
    walker.check = False
    walker.get(link(walker))
    assert walker.response.mimetype == "application/pdf"


def test_two_clicks_one_drawing(app: Flask, quick: list[str]) -> None:
    walker = opened(app)
    for _ in range(3):
        walker.get(link(walker))
        walker.get("/dossier/resultat")
    with app.app_context():
        assert draw_next()
        assert not draw_next()
    assert len(stored(app)) == 1
    assert len(quick) == 1


def test_only_the_file_that_asked_reaches_it(app: Flask, quick: list[str], no_worker_needed: list[str]) -> None:
    mine = opened(app)
    address = link(mine)
    mine.check = False
    mine.get(address)
    other = opened(app, "two", files.FILES["early"])
    for url in (address, address.removesuffix(".pdf")):
        other.get(url)
        assert other.response.status_code == 404
    twin = opened(app, "three")
    twin.check = False
    twin.get(address)
    assert twin.response.status_code == 200
    stranger = Walker(app)
    stranger.get(address)
    assert stranger.response.status_code == 403
    assert other.client.get("/dossier/rapport/" + "0" * 24 + ".pdf").status_code == 404
    assert other.client.get("/dossier/rapport/..%2f..%2fx.pdf").status_code == 404


def test_a_former_report_of_the_file_stays(app: Flask, quick: list[str], no_worker_needed: list[str]) -> None:
    walker = opened(app)
    before = link(walker)
    walker.check = False
    walker.get(before)
    with app.app_context(), writing():
        stored_report = db.session.scalars(db.select(StoredReport)).one()
        stored_report.report = stored_report.report.replace('"day":"20', '"day":"19')
    walker.get(before)
    assert walker.response.status_code == 200


def test_without_worker_it_is_said(app: Flask, quick: list[str]) -> None:
    walker = opened(app)
    walker.get(link(walker))
    assert walker.heading == "Votre PDF attend son tour"
    assert "ne répond pas pour l’instant. Le résultat reste lisible en ligne." in walker.text
    answer = walker.client.get(walker.url, headers={"Accept": "application/json"})
    assert json.loads(answer.text) == {"state": "absent"}
    walker.send(walker.form("form[action*='/rapport/']"), None)
    assert walker.heading == "Votre PDF attend son tour"
    assert [one.state for one in stored(app)] == ["queued"]


def test_with_a_worker_it_is_coming(app: Flask, quick: list[str], alive: None) -> None:
    walker = opened(app)
    walker.get(link(walker))
    assert walker.heading == "Votre PDF se prépare"
    assert [one.state for one in stored(app)] == ["queued"]


def test_what_a_dead_worker_left_is_taken_up(app: Flask, quick: list[str]) -> None:
    walker = opened(app)
    with app.app_context():
        report = files.report_of(PROJECT)
        with writing() as session:
            session.add(
                StoredReport(
                    fingerprint=report.fingerprint,
                    report=report.model_dump_json(),
                    submission_id=1,
                    created_at=now(),
                    template_version=pdf.template_version(),
                    state="rendering",
                    attempts=1,
                    claimed_at=now() - timedelta(seconds=59),
                )
            )
        take_up()
        assert not draw_next()
        with writing():
            db.session.get_one(StoredReport, (report.fingerprint, 1)).claimed_at = now() - timedelta(seconds=61)
        take_up()
        assert draw_next()
    assert quick == [report.fingerprint]
    walker.get(f"/dossier/rapport/{report.fingerprint}")
    assert walker.heading == "Votre PDF est prêt"


def test_three_failures_are_told(app: Flask, monkeypatch: pytest.MonkeyPatch, no_worker_needed: list[str]) -> None:
    def broken(report: Any, face: object) -> bytes:
        raise RuntimeError("Commune de Secret-sur-Loire")

    monkeypatch.setattr(pdf, "render", broken)
    walker = opened(app)
    walker.get(link(walker))
    assert walker.heading == "Votre PDF n’a pas pu être fabriqué"
    assert "Le résultat en ligne est complet." in walker.text
    (kept,) = stored(app)
    assert (kept.state, kept.attempts, kept.error) == ("failed", 3, "RuntimeError")
    monkeypatch.setattr(pdf, "render", lambda *_: b"%PDF-1.7")
    walker.get(walker.url)
    assert walker.heading == "Votre PDF n’a pas pu être fabriqué", "looking asks for nothing"
    walker.send(walker.form("form[action*='/rapport/']"), None)
    assert walker.heading == "Votre PDF est prêt"


def test_other_templates_draw_again(
    app: Flask, quick: list[str], no_worker_needed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    walker = opened(app)
    walker.check = False
    address = link(walker)
    walker.get(address)
    monkeypatch.setattr(delivery, "template_version", lambda: "another")
    walker.get(address)
    assert walker.response.status_code == 200
    assert len(quick) == 2
    assert [one.template_version for one in stored(app)] == ["another"]


def test_a_file_deleted_while_drawn_is_forgotten(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    walker = opened(app)
    walker.get(link(walker))

    def render(report: Any, face: object) -> bytes:
        with writing() as session:
            session.execute(db.delete(StoredReport).execution_options(synchronize_session=False))
        return b"%PDF"

    monkeypatch.setattr(pdf, "render", render)
    with app.app_context():
        assert draw_next()
    assert stored(app) == []


@pytest.mark.parametrize("width", [320, pytest.param(1280, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", ["twinning_and_project", "longest", "unknown"])
def test_result_in_a_browser(name: str, width: int, app: Flask, serve: Serve, new_page: NewPage, audit: Audit) -> None:
    hold(app, name, files.FILES[name], files.COMMENTS.get(name))
    page = new_page(viewport={"width": width, "height": 800}, base_url=serve(app), reduced_motion="reduce")
    page.goto(f"/reprendre/{name}")
    page.goto("/dossier/resultat")
    audit(page)
    page.goto(page.get_by_role("link", name="votre résultat en PDF").get_attribute("href") or "")
    audit(page, "Votre PDF attend son tour")


def test_waiting_page_goes_on_by_itself(
    app: Flask, serve: Serve, new_page: NewPage, quick: list[str], alive: None
) -> None:
    hold(app, "one", PROJECT)
    page = new_page(base_url=serve(app))
    page.goto("/reprendre/one")
    page.goto("/dossier/resultat")
    page.get_by_role("button", name="Préparer le PDF").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre PDF se prépare")
    with app.app_context():
        assert draw_next()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre PDF est prêt")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger le PDF").click()
    assert download.value.suggested_filename.startswith("PAT et international - Communauté d")


def test_waiting_page_survives_a_dropped_connection(
    app: Flask, serve: Serve, new_page: NewPage, quick: list[str], alive: None
) -> None:
    hold(app, "one", PROJECT)
    page = new_page(base_url=serve(app))
    page.goto("/reprendre/one")
    page.goto("/dossier/resultat")
    page.get_by_role("button", name="Préparer le PDF").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre PDF se prépare")
    cut = page.get_by_text("La connexion avec le site est coupée")
    expect(cut).to_be_hidden()
    page.context.set_offline(True)
    expect(cut).to_be_visible()
    page.context.set_offline(False)
    expect(cut).to_be_hidden()
    broken = "**/rapport/*"
    page.route(broken, lambda route: route.fulfill(status=502, body="Bad Gateway"))
    expect(cut).to_be_visible()
    with app.app_context():
        assert draw_next()
    page.unroute(broken)
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre PDF est prêt")


def test_without_javascript_a_button_suffices(
    app: Flask, serve: Serve, new_page: NewPage, quick: list[str], alive: None
) -> None:
    hold(app, "one", PROJECT)
    page = new_page(base_url=serve(app), java_script_enabled=False)
    page.goto("/reprendre/one")
    page.goto("/dossier/resultat")
    page.get_by_role("button", name="Préparer le PDF").click()
    page.get_by_role("button", name="Vérifier si le PDF est prêt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre PDF se prépare")
    with app.app_context():
        assert draw_next()
    page.get_by_role("button", name="Vérifier si le PDF est prêt").click()
    expect(page.get_by_role("link", name="Télécharger le PDF")).to_be_visible()
