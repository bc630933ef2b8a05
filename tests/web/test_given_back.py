"""What was typed survives what refuses it: a lost session, a cookie refused, a file closed (faults/14)."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlalchemy import update
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from selfassess.core.review.acts import READER
from selfassess.store import submissions
from selfassess.store.acts import perform
from selfassess.store.database import writing
from selfassess.store.models import Link
from selfassess.store.submissions import token_hash
from selfassess.web.french import now
from selfassess.web.report.submission_record import declaration
from selfassess.web.settings import ROOT
from tests.definitions import edition
from tests.desk import COORDINATOR, a_facilitator, a_file, a_network, a_sent_file, log_in
from tests.pages import audit
from tests.web import profiles
from tests.web.walker import Walker

FAULT = json.loads((ROOT / "tests/faults/14_what_was_typed_when_the_session_is_gone.json").read_text("utf-8"))
CASES = {one["id"]: one for one in FAULT["cases"]}
TYPED = "L'été : <script>alert(1)</script>\n« deux & trois »"
OURS = {"Sec-Fetch-Site": "same-origin"}
STRANGE = [{}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"}]


def given(response: TestResponse) -> dict[str, str]:
    """What the page gives back to be read: {label: text}."""
    page = HTMLParser(response.text)
    fields = {one.attributes["id"]: one.text().removeprefix("\n") for one in page.css("main textarea[readonly]")}
    return {one.text(): fields[str(one.attributes["for"])] for one in page.css("main label")}


@pytest.fixture
def page(app: Flask) -> tuple[str, MultiDict[str, str]]:
    """A page of questions filled in: its address and what its form holds."""
    walker = Walker(app)
    walker.start()
    walker.get(str(walker.page.css_first(".govuk-task-list__link").attributes["href"]))
    form = walker.answer({"territory": profiles.RURAL["territory"]}, {"territory": TYPED})
    return walker.address, form.values


@pytest.mark.parametrize("headers", STRANGE)
def test_14a_a_comment_without_cookie_is_shown_and_sends_nothing(
    app: Flask, page: tuple[str, MultiDict[str, str]], headers: dict[str, str]
) -> None:
    assert "no Sec-Fetch-Site header" in CASES["14a"]["do"]
    response = app.test_client().post(page[0], data=page[1], headers=headers)
    assert response.status_code == 400
    told = given(response)
    assert TYPED in told.values()
    assert profiles.RURAL["territory"]["name"] in told.values()
    assert "free" not in told.values()
    assert any("PETR" in text for label, text in told.items() if label.startswith("Type de structure"))
    assert "Commentaire" in next(label for label, text in told.items() if text == TYPED)
    assert "<script>alert" not in response.text
    assert audit(response.text, page[0], app).css_first("form") is None


def test_14a_with_the_header_it_is_shown_and_sent_again(app: Flask, page: tuple[str, MultiDict[str, str]]) -> None:
    walker = Walker(app)
    walker.post(*page, headers=OURS)
    assert TYPED in given(walker.response).values()
    again = walker.form("main form")
    walker.send(again, None)  # too early: the file is not open yet
    assert walker.response.status_code == 409
    assert TYPED in given(walker.response).values()


def test_sent_again_once_the_file_is_open(app: Flask) -> None:
    walker = Walker(app)
    walker.start()
    link, url = walker.private_link, str(walker.page.css_first(".govuk-task-list__link").attributes["href"])
    walker.get(url)
    form = walker.answer({}, {"territory": TYPED})
    walker.client.delete_cookie("boussole")
    walker.post(url, MultiDict({**form.values, "action": "quit"}), headers=OURS)
    again = walker.form("main form")
    walker.get(link)
    walker.post(again.action, again.values, headers=OURS)
    assert walker.response.status_code == 200
    walker.get(url)
    assert walker.form().values["territory-comment"] == TYPED


@pytest.mark.parametrize("headers", [*STRANGE, OURS])
def test_14c_at_the_desk(app: Flask, headers: dict[str, str]) -> None:
    assert CASES["14c"]["expected"] == "as 14a"
    with app.app_context():
        network = a_network()
        file, _ = a_sent_file(network, {})
        walker = Walker(app)
        log_in(walker.client, a_facilitator(network))
        address = f"/reseau/dossiers/{file.reference}/precisions"
    walker.get(address)
    form = walker.form("main form[method=post]")
    form.values["message"] = TYPED
    for client in (app.test_client(), walker.client):  # without any cookie; then with one whose session is closed
        if client is walker.client:
            token = form.values["csrf_token"]
            with client.session_transaction() as session:
                session.pop("_user_id")
            assert token
        response = client.post(address, data=form.values, headers=headers)
        assert response.status_code == 401
        assert given(response)["Message"] == TYPED
        shown = audit(response.text, address, app)
        assert (shown.css_first("main form") is not None) == (headers == OURS)


def test_passwords_and_keys_are_not_shown(app: Flask) -> None:
    values = {"email": "a.b@reseau.fr", "password": "un secret bien long", "csrf_token": "jeton"}
    response = app.test_client().post("/reseau/connexion", data=values, headers=OURS)
    assert list(given(response).values()) == ["a.b@reseau.fr"]
    assert "secret" not in response.text.replace("aria", "")
    assert "jeton" not in response.text


@pytest.mark.parametrize(("refusal", "code"), [("deleted", 410), ("revoked", 409), ("sent", 409)])
def test_a_file_closed_meanwhile_gives_back_what_was_typed(app: Flask, refusal: str, code: int) -> None:
    """Not only the session goes: the file may be deleted, closed or sent while a page is filled in."""
    walker = Walker(app)
    with app.app_context():
        _, token = a_file({})
    walker.get(f"/reprendre/{token}")
    walker.get(str(walker.page.css_first(".govuk-task-list__link").attributes["href"]))
    form = walker.answer({}, {"territory": TYPED})
    with app.app_context():
        link = submissions.find_link(token)
        assert link
        made = link.submission
        assert made
        if refusal == "deleted":
            submissions.remove(made)
        elif refusal == "revoked":
            with writing() as session:
                session.execute(update(Link).values(revoked_at=now()))
        else:
            network = a_network()
            at = now()
            perform(
                made, "send", COORDINATOR, at,
                lambda found: declaration(found, edition(), "send", at, network_id=network.id),
            )  # fmt: skip
    walker.send(form)
    assert walker.response.status_code == code
    assert TYPED in given(walker.response).values()


# ---- Cookies refused ---------------------------------------------------------------------------------------------


def test_cookies_refused_are_named(app: Flask) -> None:
    """Each way in, with a browser that keeps no cookie: a page that says so, at once."""
    client = app.test_client(use_cookies=False)
    with app.app_context():
        made, token = a_file({})
    home = HTMLParser(client.get("/").text)
    csrf_token = str(home.css_first("[name=csrf_token]").attributes["value"])
    doors = ["/commencer", "/reseau/connexion", "/reseau/mot-de-passe", f"/reprendre/{token}"]
    for door in doors:
        response = client.post(door, data={"csrf_token": csrf_token, "email": "a@b.fr"}, headers=OURS)
        assert response.status_code == 400, door
        told = audit(response.text, door, app)
        assert "cookie" in told.css_first("h1").text(), door
    response = client.get(f"/reprendre/{token}", follow_redirects=True)
    assert len(response.history) == 1
    assert "refuse sans doute les cookies" in response.text
    audit(response.text, "/dossier", app)
    with app.app_context(), writing() as session:
        link = Link(hash=token_hash("read"), submission_id=made.id, role=READER, label="Élue", created_at=now())
        session.add(link)
    response = client.get("/lire/read", follow_redirects=True)
    assert len(response.history) == 1
    assert "refuse sans doute les cookies" in response.text
    client = app.test_client()
    client.get("/")  # a cookie, and no file: nothing is refused
    assert "refuse" not in client.get("/dossier").text


@pytest.mark.parametrize(
    ("path", "typed", "told"),
    [
        ("actions/ajouter", {"label": "Jumelage de A", "none-said": "seen"}, {"Nom": "Jumelage de A"}),
        ("partager", {"label": "Une élue", "role": "reader"}, {"Nom": "Une élue"}),
        ("pat/label", {"label": "level2"}, {"Label PAT": "Oui, niveau 2 (projet opérationnel)"}),
    ],
)
def test_a_field_is_called_what_its_page_calls_it(
    app: Flask, path: str, typed: dict[str, str], told: dict[str, str]
) -> None:
    client = app.test_client()
    client.literal = True
    response = client.post(f"/dossier/PAT-2222-2222/{path}", data=typed)
    assert given(response) == told
    assert given(client.post(f"/dossier/{path}", data=typed)) == told  # a former address too
