"""One browser, several files: a page belongs to the file its address names, whatever else is opened (faults/01, 02)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from werkzeug.test import TestResponse

from selfassess.core.review.acts import CONTRIBUTOR, READER, RESPONDENT
from selfassess.store import submissions
from selfassess.store.database import db, writing
from selfassess.store.models import Link, Submission
from selfassess.web.commands.worker import draw_next
from selfassess.web.files.open_links import LINKS, MOST_FILES
from selfassess.web.french import now
from selfassess.web.settings import ROOT
from tests.desk import a_file, hold
from tests.pages import audit
from tests.web import profiles
from tests.web.walker import Form, Walker

FAULTS = ROOT / "tests/faults"
TWO_FILES = json.loads((FAULTS / "01_two_files_one_browser.json").read_text("utf-8"))
READINGS = json.loads((FAULTS / "02_two_reading_links.json").read_text("utf-8"))
CASES = {one["id"]: one for one in (*TWO_FILES["cases"], *READINGS["cases"])}
OURS = {"Sec-Fetch-Site": "same-origin"}  # what a browser says of a form of this site
LONGEST_COOKIE = 4093  # past it, browsers drop the cookie whole


class Place:
    """Two drafts, A and B, in one browser: A's page is on the screen when B is opened beside."""

    def __init__(self, app: Flask) -> None:
        self.app, self.walker = app, Walker(app)
        self.client = self.walker.client
        self.client.literal = True
        with app.app_context():
            made = [a_file(answers) for answers in (profiles.INTERCOMMUNAL, profiles.EARLY)]
            self.a, self.b = (one.reference for one, _ in made)
            self.tokens = {one.reference: token for one, token in made}
            db.session.remove()

    def open(self, reference: str) -> None:
        self.walker.get(f"/reprendre/{self.tokens[reference]}")
        assert self.walker.address == f"/dossier/{reference}"

    def link(self, reference: str, role: str, section: str | None = None) -> str:
        """A further link of that file, by its token."""
        token = submissions.new_token()
        with self.app.app_context(), writing() as session:
            found = session.query(Submission).filter_by(reference=reference).one()
            made = {
                "submission_id": found.id,
                "role": role,
                "section": section,
                "label": "Service",
                "created_at": now(),
            }
            session.add(Link(hash=submissions.token_hash(token), **made))
        return token

    def kept(self, reference: str) -> tuple[dict[str, Any], dict[str, str]] | None:
        """Answers and comments in the database; None once deleted."""
        with self.app.app_context():
            found = db.session.query(Submission).filter_by(reference=reference).one_or_none()
            return None if found is None else (found.answers, found.comments)

    def labels(self, reference: str) -> list[str]:
        kept = self.kept(reference)
        assert kept is not None
        return [one["label"] for one in kept[0].get("actions", [])]

    def send(self, form: Form, **fields: str) -> TestResponse:
        return self.client.post(form.action, data={**form.values, "action": "continue", **fields}, headers=OURS)


@pytest.fixture
def place(app: Flask) -> Place:
    return Place(app)


def shown(place: Place, case: str) -> Form:
    """The form of A's page of that case, on the screen."""
    place.open(place.a)
    address = CASES[case]["page"].split(" ")[0].replace("/dossier", f"/dossier/{place.a}")
    place.walker.get(address)
    form = place.walker.form("main form[method=post]")
    form.action = place.walker.address
    return form


def stage(place: Place, reference: str) -> Any:
    kept = place.kept(reference)
    return kept and kept[0].get("stage")


# What a case sends, and what tells that it was done to a file.
SENT: dict[str, tuple[dict[str, str], Callable[[Place, str], bool]]] = {
    "1a": (CASES["1a"]["send"], lambda place, file: stage(place, file) == CASES["1a"]["send"]["stage"]),
    "1b": ({}, lambda place, file: place.kept(file) is None),
    "1e": (CASES["1e"]["send"], lambda place, file: CASES["1e"]["send"]["label"] in place.labels(file)),
}


@pytest.mark.parametrize("case", SENT)
def test_a_form_acts_on_the_file_it_was_drawn_for(place: Place, case: str) -> None:
    fields, done = SENT[case]
    form, other = shown(place, case), place.kept(place.b)
    place.open(place.b)
    assert place.send(form, **fields).status_code == 303
    assert done(place, place.a)
    assert place.kept(place.b) == other


def quit_here(place: Place) -> None:
    place.walker.get(f"/dossier/{place.a}/quitter")
    place.walker.send(place.walker.form("main form"), None)


def many_others(place: Place) -> None:
    with place.app.app_context():
        for _ in range(MOST_FILES):
            made, token = a_file({})
            place.tokens[made.reference] = token
    for token in list(place.tokens.values())[2:]:
        place.client.get(f"/reprendre/{token}")


def revoke(place: Place) -> None:
    with place.app.app_context(), writing() as session:
        session.query(Link).filter_by(hash=submissions.token_hash(place.tokens[place.a])).update({"revoked_at": now()})


@pytest.mark.parametrize("lost", [quit_here, many_others, revoke])
@pytest.mark.parametrize("case", SENT)
def test_a_file_let_go_meanwhile_is_named_and_nothing_is_written(
    place: Place, case: str, lost: Callable[[Place], None]
) -> None:
    fields, done = SENT[case]
    form = shown(place, case)
    place.open(place.b)
    lost(place)
    before = [place.kept(one) for one in (place.a, place.b)]
    refused = place.send(form, **fields)
    assert refused.status_code == 409
    assert [place.kept(one) for one in (place.a, place.b)] == before
    page = audit(refused.text, form.action, place.app)
    assert place.a in page.css_first("h1").text()
    assert place.b not in page.css_first("main").text()
    assert "lien privé" in page.css_first("main").text()
    # The same send lands in A once it is opened again, from the very page that refused it where it holds something.
    token = place.link(place.a, RESPONDENT)
    place.client.get(f"/reprendre/{token}")
    kept = page.css_first("main form")
    again = Form.read(kept, form.action) if kept else form
    assert all(value in again.values.getlist(name) for name, value in fields.items() if kept)
    assert place.client.post(again.action, data=again.values if kept else {**form.values, **fields}).status_code == 303
    assert done(place, place.a)
    assert place.kept(place.b) == before[1]


def test_1f_the_pdf_asked_for_is_that_of_the_page(place: Place) -> None:
    assert CASES["1f"]["expected"].startswith("A's PDF")
    place.open(place.a)
    place.walker.get(f"/dossier/{place.a}/resultat")
    form = place.walker.form("form[action*='/rapport/']")
    place.open(place.b)
    answer = place.client.post(form.action, data=form.values)
    assert answer.status_code == 303
    with place.app.app_context():
        draw_next()
    drawn = place.client.get(f"{answer.location}.pdf")
    assert drawn.status_code == 200
    assert drawn.data.startswith(b"%PDF")
    quit_here(place)
    refused = place.client.post(form.action, data=form.values)
    assert refused.status_code == 409
    assert place.a in HTMLParser(refused.text).css_first("h1").text()
    assert place.client.get(f"{answer.location}.pdf").status_code == 403


def test_2_two_reading_links_show_two_reports(place: Place) -> None:
    assert READINGS["kind"].startswith("one browser reads one report at a time")
    for reference in (place.a, place.b):
        place.walker.get(f"/lire/{place.link(reference, READER)}")
        assert place.walker.address == f"/lecture/{reference}"
    names = {place.a: "Grenoble-Alpes-Métropole", place.b: "Mouans-Sartoux"}
    for reference, name in names.items():  # 2c: each tab read again
        place.walker.get(f"/lecture/{reference}")
        assert name in place.walker.heading
    place.walker.get(f"/lecture/{place.a}")  # 2a: the PDF of the first tab
    form = place.walker.form("form[action*='/rapport/']")
    assert form.action.startswith(f"/lecture/{place.a}/")
    assert place.client.post(form.action, data=form.values).status_code == 303
    assert place.client.get(f"/dossier/{place.a}").status_code == 403  # reading opens nothing else
    refused = place.client.post(form.action.replace(place.a, "PAT-2222-2222"), data=form.values)
    assert refused.status_code == 409
    assert "PAT-2222-2222" in HTMLParser(refused.text).css_first("h1").text()


def test_of_two_links_of_one_file_the_one_with_more_rights_acts(place: Place) -> None:
    tokens = {role: place.link(place.a, role, section) for role, section in ((CONTRIBUTOR, "means"), (READER, None))}
    place.walker.get(f"/reprendre/{tokens[CONTRIBUTOR]}")
    assert place.client.get(f"/dossier/{place.a}/partager").status_code == 403
    for order in ((RESPONDENT, CONTRIBUTOR, READER), (READER, CONTRIBUTOR, RESPONDENT)):
        for role in order:
            token = tokens.get(role, place.tokens[place.a])
            place.client.get(f"/{'lire' if role == READER else 'reprendre'}/{token}")
        assert place.client.get(f"/dossier/{place.a}/partager").status_code == 200
        read = place.walker.get(f"/lecture/{place.a}")
        assert not read.css("main a[href^='/dossier']")
    # The one with more rights is switched off: what is left acts.
    revoke(place)
    assert place.client.get(f"/dossier/{place.a}/partager").status_code == 403
    assert place.client.get(f"/dossier/{place.a}/means/resources").status_code == 200


@pytest.mark.parametrize("path", ["", "/resultat", "/pat/stage", "/supprimer", "/actions/ajouter"])
def test_a_reference_alone_opens_nothing(place: Place, path: str) -> None:
    stranger = Walker(place.app)
    for address in (f"/dossier/{place.a}{path}", f"/dossier/{place.a.lower()}{path}"):
        stranger.get(address)
        assert stranger.response.status_code == 403
        assert place.a in stranger.heading
        assert "Grenoble" not in stranger.text
    place.open(place.b)  # nor from a browser that has another file
    assert place.client.get(f"/dossier/{place.a}{path}").status_code == 403


def test_the_cookie_of_twenty_files_holds_and_the_oldest_goes(place: Place) -> None:
    many_others(place)
    opened = list(place.tokens.items())[2:]
    with place.app.app_context():
        for reference, _ in opened:  # as much as a file may hold: three links of each
            for role in (CONTRIBUTOR, READER):
                token = place.link(reference, role, "means" if role == CONTRIBUTOR else None)
                hold(place.client, token)
    cookie = place.client.get_cookie("boussole")
    assert cookie is not None
    assert len(cookie.value) < LONGEST_COOKIE - 1200  # room for what the desk keeps in it
    assert all(place.client.get(f"/dossier/{one}").status_code == 200 for one, _ in opened)
    place.walker.get("/commencer")
    assert opened[0][0] in place.walker.page.css_first(".govuk-warning-text").text()  # told before it goes
    place.open(place.a)
    assert place.client.get(f"/dossier/{opened[0][0]}").status_code == 403
    assert all(place.client.get(f"/dossier/{one}").status_code == 200 for one, _ in opened[1:])


def test_former_addresses_lead_to_the_file_and_never_write(place: Place) -> None:
    stranger = Walker(place.app)
    stranger.client.literal = True
    for address in ("/dossier", "/dossier/pat/stage", "/lecture"):
        assert stranger.client.get(address).status_code == 403
    place.open(place.a)
    for path in ("", "/pat/stage?retour=verifier", "/resultat", "/rapport/" + "0" * 24 + ".pdf"):
        answer = place.client.get(f"/dossier{path}")
        assert (answer.status_code, answer.location) == (303, f"/dossier/{place.a}{path}")
    form = shown(place, "1a")
    place.open(place.b)
    place.walker.get("/dossier/pat/stage")
    links = [one.attributes["href"] for one in place.walker.page.css("main .app-opened a")]
    assert links == [f"/dossier/{one}/pat/stage" for one in (place.b, place.a)]
    before = [place.kept(one) for one in (place.a, place.b)]
    for address in ("/dossier/pat/stage", "/dossier/supprimer", "/lecture/rapport/" + "0" * 24):
        refused = place.client.post(
            address, data={**form.values, "stage-comment": "Une phrase longue à retaper"}, headers=OURS
        )
        assert refused.status_code == 409
        page = audit(refused.text, address, place.app)
        assert "Une phrase longue à retaper" in page.css_first("main").html
        assert page.css_first("main form") is None  # nothing says which file it would go to
    assert [place.kept(one) for one in (place.a, place.b)] == before


def test_a_cookie_of_before_keeps_what_it_had_open(place: Place) -> None:
    reading = place.link(place.b, READER)
    with place.client.session_transaction() as session:
        session["token"], session["reading"] = place.tokens[place.a], reading
    place.walker.get("/")
    assert place.a in place.walker.text
    assert place.client.get(f"/dossier/{place.a}").status_code == 200
    assert place.client.get(f"/lecture/{place.b}").status_code == 200
    with place.client.session_transaction() as session:
        assert {one[0] for one in session[LINKS]} == {place.a, place.b}
        assert not {"token", "reading"} & set(session)


def test_leaving_closes_one_file_or_all(place: Place) -> None:
    for reference in (place.a, place.b):
        place.open(reference)
    place.walker.get(f"/dossier/{place.a}/quitter")
    form = place.walker.form("main form")
    place.walker.send(form, None)
    assert place.b in place.walker.text  # said: what is still open
    assert place.client.get(f"/dossier/{place.a}").status_code == 403
    assert place.client.get(f"/dossier/{place.b}").status_code == 200
    place.open(place.a)
    place.walker.get(f"/dossier/{place.b}/quitter")
    form = place.walker.form("main form")
    form.values.add("quoi", "tout")
    place.walker.send(form, None)
    assert not place.walker.page.css(".app-opened")
    for reference in (place.a, place.b):
        assert place.client.get(f"/dossier/{reference}").status_code == 403


def test_the_start_page_says_what_is_open_and_how_to_come_back(place: Place) -> None:
    place.walker.get("/")
    assert not place.walker.page.css(".app-opened")
    place.walker.click("J’ai déjà commencé")
    assert "/reprendre/" in place.walker.text
    place.walker.get(f"/lire/{place.link(place.b, READER)}")
    place.open(place.a)
    place.walker.get("/")
    told = [" ".join(one.text().split()) for one in place.walker.page.css(".app-opened__name")]
    assert told == [f"Grenoble-Alpes-Métropole – dossier {place.a}", f"Mouans-Sartoux – dossier {place.b}"]
    place.walker.click(f"Reprendre le dossier {place.a}")
    assert place.walker.address == f"/dossier/{place.a}"
    place.walker.get("/")
    place.walker.click(f"Lire le rapport {place.b}")
    assert place.walker.address == f"/lecture/{place.b}"
    place.walker.get("/")
    place.walker.send(place.walker.form("form[action='/commencer']"), None)  # a third, the others stay
    assert place.walker.path == "/dossier"
    place.walker.get("/")
    assert len(place.walker.page.css(".app-opened__file")) == 3


def test_a_link_just_given_waits_for_the_page_of_its_own_file(place: Place) -> None:
    """It is shown once: on the page of another file it would be lost, and read as that file's."""
    for reference in (place.b, place.a):
        place.open(reference)
    place.walker.get(f"/dossier/{place.a}/partager")
    form = place.walker.form("main form")
    form.fill("role", READER)
    form.fill("label", "Une élue")
    made = place.client.post(f"/dossier/{place.a}/partager", data=form.values)
    assert made.status_code == 303
    assert place.walker.get(f"/dossier/{place.b}/partager").css_first("#donne") is None
    assert place.walker.get(f"/dossier/{place.a}/partager").css_first("#donne") is not None
