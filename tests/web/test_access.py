"""Every address × every role, against the table: who is let in, sent to the login page, refused.

A new endpoint is walked as soon as it has its line in ACCESS; an argument that is new in its address gets its example
in `arguments`. What is refused writes nothing, and shows nothing of the file.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from selfassess.core.answers.items import ITEM_ID
from selfassess.core.explanation.method import METHOD_PAGES
from selfassess.core.review.acts import (
    CONTRIBUTOR,
    FACILITATOR,
    READER,
    RESPONDENT,
)
from selfassess.store import accounts
from selfassess.store.acts import Actor, Outcome, perform
from selfassess.store.database import db, writing
from selfassess.store.models import Event, Link, Mail, Submission, Visit
from selfassess.store.networks import change_logo
from selfassess.store.submissions import token_hash
from selfassess.web.access import (
    ACCESS,
    ACCOUNT,
    ADMINISTRATOR,
    ADMINS,
    COLLEAGUE,
    DESK,
    FILE,
    HALF_WAY,
    OWNER,
    PUBLIC,
    READERS,
)
from selfassess.web.files import half_way
from selfassess.web.files.open_links import LINKS
from selfassess.web.french import now, today
from selfassess.web.report.submission_record import declared_for_elus
from selfassess.web.respond.copy_and_compare import ORIGIN
from selfassess.web.respond.partner_page import page_of
from selfassess.web.settings import settings_of
from tests.apart import ApartClient
from tests.definitions import definitions, edition
from tests.desk import COORDINATOR, a_facilitator, a_network, a_sent_file, an_administrator, log_in
from tests.fixtures.stores import SQLITE
from tests.web.conftest import MakeApp
from tests.web.profiles import INTERCOMMUNAL

ANONYMOUS, STRANGER, DEACTIVATED = "anonymous", "facilitator of another network", "deactivated facilitator"
HALF = "facilitator whose second factor is asked for"
AS_ANYBODY = {HALF, ADMINISTRATOR}  # on public pages
ROLES = (ANONYMOUS, RESPONDENT, CONTRIBUTOR, READER, FACILITATOR, STRANGER, DEACTIVATED, HALF, ADMINISTRATOR)
IN, LOGIN, REFUSED, UNKNOWN, BROKEN = "let in", "sent to log in", "refused", "unknown address", "broken"
METHODS = ("GET", "POST")
KEY, COMMENTED = "stage", "profile"  # one answered differently by two services, another with a comment
# What an address needs beyond itself.
CORRECTED = {"quoi": "comment", "cle": COMMENTED}
QUERIES, BODIES = {"review.correction": CORRECTED}, {"review.correct": CORRECTED}
TOKENS = {"accounts": "key", "reader": f"{READER} None"}  # elsewhere, the respondent's
# Public though under the addresses of the desk: they are how one enters it.
DOORS = {"login", "log_in", "logout", "forgotten", "ask_link", "asked", "key", "choose"}
SECOND_DOORS = {"code", "check_code", "first_enrolment", "enrol_first"}

LEADS = {"which.file": FILE, "which.reading": READERS}  # to what a browser has open, if anything

# All that a contributor may do: answer in their section, see the result, leave.
OF_CONTRIBUTORS = {"respond.answer", "respond.item_answer", "respond.added", "respond.renamed", "respond.leave_now",
                   "report.prepare", "report.elected", "report.elected_prepare"}  # fmt: skip


pytestmark = pytest.mark.stores(SQLITE)  # a file, put back before each of hundreds of requests

LETTER = "Subject: x\nTo: a@pat.example\nDate: Mon, 23 Nov 2026 12:00:00 +0000\n\nx\n"


@dataclass
class Place:
    """An application with one file sent to a network, and what each role holds. Put back before each request."""

    app: Flask
    database: Path
    sections: list[str]
    arguments: dict[str, Any]
    words: list[str]  # of the file and its network: nobody else reads them
    sessions: dict[str, list[tuple[str | None, dict[str, Any]]]] = field(default_factory=dict)

    def keep(self) -> None:
        with self.app.app_context():
            db.engine.dispose()
        shutil.copy(self.database, self.kept)
        self.content = self.dump()

    def put_back(self) -> None:
        with self.app.app_context():
            db.engine.dispose()
        for suffix in ("-wal", "-shm"):
            self.database.with_name(self.database.name + suffix).unlink(missing_ok=True)
        shutil.copy(self.kept, self.database)
        self.letter.parent.mkdir(parents=True, exist_ok=True)
        self.letter.write_text(LETTER)  # which goes with its file

    def dump(self) -> list[str]:
        """All that is written, but when sessions were last seen."""
        with closing(sqlite3.connect(self.database)) as opened:
            return [line for line in opened.iterdump() if 'INTO "visit"' not in line]

    @property
    def letter(self) -> Path:
        folder = settings_of(self.app).mails
        return folder / f"{self.arguments['mail']:08}.eml"

    @property
    def kept(self) -> Path:
        return self.database.with_suffix(".kept")

    def ask(self, rule: Rule, method: str, held: dict[str, Any], arguments: dict[str, Any]) -> TestResponse:
        self.put_back()
        client = self.app.test_client()
        client.literal = True
        with client.session_transaction() as session:
            session.update(held)
        with self.app.test_request_context():
            url = rule.build(arguments)
        assert url is not None
        return client.open(url[1], method=method, data=BODIES.get(rule.endpoint))


@pytest.fixture
def place(make_app: MakeApp) -> Iterator[Place]:
    app = make_app(security_contact="securite@pat.example")  # without one, its page is nowhere
    app.config["WTF_CSRF_ENABLED"] = False  # who forges no form is looked at
    app.test_client_class = ApartClient
    with app.app_context():
        yield furnish(app)


def furnish(app: Flask) -> Place:
    mine, theirs = a_network("Réseau du dossier"), a_network("Autre réseau")
    members = {
        FACILITATOR: a_facilitator(mine, email="a@reseau.example"),
        STRANGER: a_facilitator(theirs, email="b@reseau.example"),
        DEACTIVATED: a_facilitator(mine, email="c@reseau.example"),
        HALF: a_facilitator(mine, email="d@reseau.example"),
        ADMINISTRATOR: an_administrator(),
    }
    origin, _ = a_sent_file(mine, INTERCOMMUNAL)
    sent, token = a_sent_file(mine, INTERCOMMUNAL, {COMMENTED: "Merci"})
    questionnaire = edition().questionnaire
    group = next(one for one in questionnaire.sections for page in one.pages if questionnaire.group in page.questions)
    sections = [group.id, questionnaire.sections[0].id]  # of two contributors
    # A first act, so that a list of them is not empty; two answers to one question.
    actor = Actor(FACILITATOR, members[FACILITATOR].label, members[FACILITATOR].id)
    remark = Outcome({"key": "", "text": "Merci"})
    perform(sent, "comment", actor, now(), lambda found: remark)
    with writing() as session:
        for role, section in ((READER, None), *((CONTRIBUTOR, one) for one in sections)):
            made = Link(hash=token_hash(f"{role} {section}"), submission_id=sent.id, role=role, created_at=now())
            made.section = section
            session.add(made)
        voice = {RESPONDENT: {"value": "s4", "comment": ""}, CONTRIBUTOR: {"value": "s3", "comment": ""}}
        said = {"voices": {KEY: {**voice, "chosen": None}}, "origin_id": origin.id}
        session.execute(update(Submission).where(Submission.id == sent.id).values(**said))
        began = update(Event).where(Event.submission_id == sent.id, Event.kind == "start")
        session.execute(began.values(data={ORIGIN: origin.reference}))
        mail = Mail(handover="h", kind="receipt", recipient="a@pat.example", submission_id=sent.id, state="uncertain")
        mail.created_at = mail.next_at = now()
        session.add(mail)
    accounts.make_key(members[FACILITATOR].id, accounts.RESET, "key", now())
    change_logo(mine, b"a picture")
    found = Place(
        app,
        Path(str(db.engine.url.database)),
        sections,
        {
            "reference": sent.reference,
            "file": sent.reference,
            "other": origin.reference,
            "rest": "verifier",
            "edition": questionnaire.edition,
            "sheet": "actions",
            "part": METHOD_PAGES[0],
            "language": "en",
            "device": definitions().devices[0].id,
            "section": group.id,
            "page": questionnaire.item.pages[0].id,
            "item": sent.answers[questionnaire.group.id][0][ITEM_ID],
            "key": KEY,
            "mail": mail.id,
            "network": mine.id,
            "digest": mine.logo,
            "colleague": members[FACILITATOR].id,
            "account": members[STRANGER].id,
            "fingerprint": sent.declared,
            "filename": "app.css",
            "elected": declared_for_elus(sent).fingerprint,
            "page_abroad": page_of(sent, edition(), today()).fingerprint,
            "token": token,
        },
        [sent.reference, sent.name, "Réseau du dossier", "a@reseau.example"],
    )
    hold_all(found, members, token)
    accounts.deactivate(members[DEACTIVATED], now())
    found.arguments["visit"] = db.session.scalar(
        select(Visit.hash).where(Visit.facilitator_id == members[FACILITATOR].id)
    )
    db.session.remove()
    found.keep()
    return found


def hold_all(place: Place, members: dict[str, Any], token: str) -> None:
    mine = place.arguments["reference"]
    place.sessions = {
        ANONYMOUS: [(None, {})],
        RESPONDENT: [(None, {LINKS: [[mine, token, "", ""]]})],
        CONTRIBUTOR: [(one, {LINKS: [[mine, "", f"{CONTRIBUTOR} {one}", ""]]}) for one in place.sections],
        READER: [(None, {LINKS: [[mine, "", "", f"{READER} None"]]})],
    }
    for role, member in members.items():
        name = log_in(place.app.test_client(), member)
        place.sessions[role] = [(None, {"_user_id": name, "_fresh": True})]
    half = members[HALF]
    place.sessions[HALF] = [(None, {half_way.HALF: [half.id, now().isoformat(), token_hash(half.password), "/"]})]


def rules(app: Flask) -> list[tuple[Rule, str]]:
    return [(rule, method) for rule in app.url_map.iter_rules() for method in METHODS if method in (rule.methods or ())]


def expected(who: frozenset[str], role: str, rule: Rule, section: str | None, asked: Any) -> str:
    """What the table says."""
    if rule.endpoint in LEADS:
        return IN if role in LEADS[rule.endpoint] else REFUSED
    if who is PUBLIC:
        return IN
    if who in (ACCOUNT, ADMINS):
        known = role in {FACILITATOR, STRANGER, ADMINISTRATOR}
        return LOGIN if not known else IN if who is ACCOUNT or role == ADMINISTRATOR else REFUSED
    if who is HALF_WAY:
        return IN if role == HALF else LOGIN
    if who is DESK:
        if role == STRANGER and "reference" in rule.arguments:
            return UNKNOWN
        return REFUSED if role == ADMINISTRATOR else IN if role in {FACILITATOR, STRANGER} else LOGIN
    if section is not None and "section" in rule.arguments and section != asked:
        return REFUSED
    return IN if role in who else REFUSED


def outcome(response: TestResponse) -> str:
    goal = response.headers.get("Location", "")
    if response.status_code == 401 or (goal.partition("?")[0] == "/reseau/connexion" and "quoi=" not in goal):
        return LOGIN
    if (response.request.path, goal) == ("/reseau", "/administration/comptes"):
        return REFUSED  # led to where an administrator works
    if response.status_code >= 500:
        return BROKEN
    if response.mimetype == "text/html" and ("pas ouvert" in response.text or "plus ouvert" in response.text):
        return REFUSED  # of a file this browser does not hold
    return {403: REFUSED, 404: UNKNOWN}.get(response.status_code, IN)


def examples(place: Place, rule: Rule) -> dict[str, Any]:
    """Arguments of a real address. A page of the group's items needs its item; a page without, one of its section."""
    missing = set(rule.arguments) - set(place.arguments)
    assert not missing, f"{rule.endpoint}: give an example of {missing} in `furnish`"
    found = {name: place.arguments[name] for name in rule.arguments}
    if {"section", "page"} <= set(found) and "item" not in found:
        first = edition().questionnaire.sections[0]
        found |= {"section": first.id, "page": first.pages[0].id}
    if "token" in found:
        found["token"] = TOKENS.get(rule.endpoint.partition(".")[0], found["token"])
    if rule.endpoint.startswith(("reader.", "report.elected_")) and "fingerprint" in found:
        found["fingerprint"] = place.arguments["elected"]
    if rule.endpoint.startswith("abroad.") and "fingerprint" in found:
        found["fingerprint"] = place.arguments["page_abroad"]
    return {**found, **QUERIES.get(rule.endpoint, {})}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_at_each_address(place: Place, role: str) -> None:
    wrong = []
    for rule, method in rules(place.app):
        who, arguments = ACCESS[rule.endpoint], examples(place, rule)
        if who is PUBLIC and role in AS_ANYBODY:
            continue  # tried as anonymous
        for section, held in place.sessions[role]:
            wanted = expected(who, role, rule, section, arguments.get("section"))
            response = place.ask(rule, method, held, arguments)
            got = outcome(response)
            what = f"{method} {rule.rule} ({rule.endpoint}) {section or ''}"
            if got != wanted:
                wrong.append(f"{what}: {got} ({response.status_code}), not {wanted}")
            if got != IN and place.dump() != place.content:
                wrong.append(f"{what}: something was written")
            if who is not PUBLIC and (got != IN or role == STRANGER):
                asked = arguments.get("reference") or arguments.get("file")  # what they asked for is named to them
                told = [word for word in place.words if word.encode() in response.data and word != asked]
                wrong += [f"{what}: shows {word!r}" for word in told]
            response.close()
    assert not wrong, "\n".join([f"as {role}:", *wrong])


def test_what_an_address_looks_like_says_who_may_enter(place: Place) -> None:
    """The table itself: nobody's file or desk becomes public by a slip of it."""
    for rule, method in rules(place.app):
        who, name = ACCESS[rule.endpoint], rule.endpoint.partition(".")[2]
        first = rule.rule.split("/")[1]
        if first == "reseau":
            door = PUBLIC if name in DOORS else HALF_WAY if name in SECOND_DOORS else ACCOUNT
            assert who is (door if rule.endpoint == f"accounts.{name}" else DESK), rule.rule
        elif first == "administration":
            assert who is ADMINS, rule.rule
        elif rule.endpoint.startswith("which."):
            assert who is PUBLIC, rule.rule  # of no file: leads to what this browser has open
        elif first == "dossier":
            assert who in (FILE, OWNER, COLLEAGUE), rule.rule
            assert method == "GET" or (who is FILE) == (rule.endpoint in OF_CONTRIBUTORS), rule.rule
        elif first == "lecture":
            assert who is READERS or "token" in rule.arguments, rule.rule
        else:
            assert who is PUBLIC, rule.rule
        if "reference" in rule.arguments:
            assert who is DESK, rule.rule


def test_an_address_without_its_line_is_closed_to_all(make_app: MakeApp) -> None:
    app = make_app()
    app.add_url_rule("/oubliee", "forgotten", lambda: "in")
    assert app.test_client().get("/oubliee").status_code == 403


def test_the_table_has_no_line_of_an_address_gone(place: Place) -> None:
    assert set(ACCESS) == {rule.endpoint for rule in place.app.url_map.iter_rules()}


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_a_network_sees_a_file_only_while_it_is_sent(place: Place, state: str) -> None:
    """Taken back, a file is an unknown address to those who had it too."""
    sent = db.session.scalars(select(Submission).where(Submission.reference == place.arguments["reference"])).one()
    perform(sent, "withdraw", COORDINATOR, now())
    if state == "draft":
        perform(sent, "restart", COORDINATOR, now())
    db.session.remove()
    place.keep()
    [(_, held)] = place.sessions[FACILITATOR]
    for rule, method in rules(place.app):
        if "reference" in rule.arguments:
            response = place.ask(rule, method, held, examples(place, rule))
            assert outcome(response) == UNKNOWN, f"{method} {rule.rule}: {response.status_code}"
            assert place.dump() == place.content
