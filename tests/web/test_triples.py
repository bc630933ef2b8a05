"""Every (state, role, act) triple through the site: what is open is done, what is not leaves the file untouched."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from selfassess.core.review.acts import (
    ACTS,
    CLARIFICATION,
    CONTRIBUTOR,
    DRAFT,
    FACILITATOR,
    READER,
    RESPONDENT,
    ROLES,
    STATES,
    SUBMITTED,
    VALIDATED,
    WITHDRAWN,
    after,
    may,
)
from selfassess.store.acts import Actor, Outcome, perform
from selfassess.store.database import db, writing
from selfassess.store.models import Event, Facilitator, Link, Network, Submission
from selfassess.store.submissions import events, new_token, token_hash
from selfassess.web.french import now
from selfassess.web.respond.merge import seen_digest
from tests.desk import COORDINATOR, a_facilitator, a_network, a_sent_file, hold, log_in
from tests.web.profiles import INTERCOMMUNAL
from tests.web.walker import Form as WalkerForm
from tests.web.walker import HTMLParser

SECTION, PAGE, KEY, REMARK = "means", "resources", "posts", "stage"
SERVICE = "Service des relations internationales"
ASKED = {"questions": [KEY], "message": "Combien de postes en tout ?"}
REQUEST = Outcome(ASKED)
JUDGED = Outcome({"devices": ["mufpp"], "order_reason": "Le comité y est prêt."})
WAYS = {SUBMITTED: (), CLARIFICATION: ("request",), VALIDATED: ("judge", "validate"), WITHDRAWN: ("withdraw",),
        DRAFT: ("withdraw", "restart")}  # fmt: skip
VOICES = {KEY: {
    RESPONDENT: {"value": "one_to_two", "comment": ""}, CONTRIBUTOR: {"value": "half_to_one", "comment": ""},
    "chosen": None,
}}  # fmt: skip


class Stage:
    """A file in a state, and a browser for each role. Requests are made outside any context, as they are served."""

    def __init__(self, app: Flask, network: Network, desk: Facilitator, state: str) -> None:
        self.app = app
        with app.app_context():
            self.make(network, desk, state)

    def make(self, network: Network, desk: Facilitator, state: str) -> None:
        app = self.app
        self.network, self.state, self.acting = network, state, RESPONDENT
        self.another = a_network(secrets.token_hex(4)).id
        a_facilitator(db.session.get_one(Network, self.another), email=f"{self.another}@reseau.example")
        self.file, self.token = a_sent_file(network, INTERCOMMUNAL, {REMARK: "À vrifier"})
        self.desk = Actor(FACILITATOR, desk.label, desk.id)
        self.keep_both()
        for act in WAYS[state]:
            self.do(act)
        self.tokens = {RESPONDENT: self.token, CONTRIBUTOR: self.link(CONTRIBUTOR), READER: self.link(READER)}
        self.client: dict[str, FlaskClient] = {role: app.test_client() for role in ROLES}
        hold(self.client[RESPONDENT], self.token)
        hold(self.client[CONTRIBUTOR], self.tokens[CONTRIBUTOR])
        hold(self.client[READER], self.tokens[READER])
        log_in(self.client[FACILITATOR], desk)

    def keep_both(self) -> None:
        """Two services answered one question differently."""
        with writing():
            self.file.answers = {key: value for key, value in self.file.answers.items() if key != KEY}
            self.file.voices = VOICES

    def do(self, act: str) -> None:
        actor = self.desk if FACILITATOR in ACTS[act].roles else COORDINATOR
        perform(self.file, act, actor, now(), lambda found: {"request": REQUEST, "judge": JUDGED}.get(act, Outcome()))

    def link(self, role: str) -> str:
        token = new_token()
        section = SECTION if role == CONTRIBUTOR else None
        with writing() as session:
            made = Link(
                hash=token_hash(token), submission_id=self.file.id, role=role, section=section, created_at=now()
            )
            made.label = SERVICE
            session.add(made)
        return token

    def lent(self) -> str:
        """A link that the network gave, in whatever state the file is since."""
        with self.app.app_context(), writing() as session:
            made = Link(hash=token_hash(new_token()), submission_id=self.file.id, role=READER, created_at=now())
            about = {"submission_id": self.file.id, "at": now(), "role": FACILITATOR, "kind": "lend"}
            session.add_all([made, Event(**about, data={"role": READER, "label": "", "link": made.hash})])
            return made.hash

    def left_alone(self) -> dict[str, Any]:
        """Untouched for so long that its end is announced; nothing to fill in."""
        ago = now() - timedelta(days=3000)
        with self.app.app_context(), writing():
            file = db.session.get_one(Submission, self.file.id)
            file.created_at = file.saved_at = ago
            file.moved_at = file.moved_at and ago
        return {}

    def fresh(self) -> tuple[Submission | None, list[Event]]:
        """The file as it is now, and its events."""
        with self.app.app_context():
            found = db.session.get(Submission, self.file.id)
            return found, events(found) if found else []

    @property
    def print(self) -> tuple[Any, ...]:
        """What no refused act may change."""
        with self.app.app_context():
            file = db.session.get_one(Submission, self.file.id)
            links = db.session.scalar(select(func.count()).select_from(Link).where(Link.revoked_at.is_(None)))
            last = db.session.scalar(select(func.max(Event.id)).where(Event.submission_id == file.id))
            files = db.session.scalar(select(func.count()).select_from(Submission))
            return file.state, file.version, file.acts, dict(file.answers), dict(file.voices), links, last, files


Form = dict[str, Any]
DESK = "/reseau/dossiers/{reference}"
READS = {"read": "/dossier", "read_sent": DESK, "read_report": "/lecture"}
POSTS: dict[str, tuple[str, Callable[[Stage], Form]]] = {
    "edit": (f"/dossier/{SECTION}/{PAGE}", lambda at: {
        KEY: "over_four", f"seen-{KEY}": seen_of(at.file, KEY), "action": "continue", **others(at),
    }),
    "finish": ("/dossier/termine", lambda at: {}),
    "choose": (f"/dossier/choisir/{KEY}", lambda at: {"keep": CONTRIBUTOR, "seen": choosing(at)}),
    "share": ("/dossier/partager", lambda at: {"role": READER, "label": "Une élue"}),
    "unshare": ("/dossier/partager/desactiver", lambda at: {"link": token_hash(at.tokens[READER])}),
    "send": ("/dossier/envoyer", lambda at: {"network": str(at.network.id), "email": ""}),
    "resubmit": ("/dossier/precisions", lambda at: {"reply": "Deux postes.", "request": asked_at(at)}),
    "withdraw": ("/dossier/retrait", lambda at: {}),
    "restart": ("/dossier/reouvrir", lambda at: {}),
    "copy": ("/dossier/repartir", lambda at: {}),
    "send_too": ("/dossier/envois", lambda at: {"network": str(at.another)}),
    "keep": ("/dossier/garder", lambda at: at.left_alone()),
    "agenda": ("/dossier/resultat/ordre-du-jour", lambda at: {"choice": "nothing"}),
    "delete": ("/dossier/supprimer", lambda at: {}),
    "comment": (f"{DESK}/commenter", lambda at: {"key": KEY, "text": "Merci de préciser."}),
    "request": (f"{DESK}/precisions", lambda at: {"question": KEY, "message": "Précisez.", **seen(at)}),
    "cancel": (f"{DESK}/annuler", lambda at: {"reason": "", **seen(at)}),
    "judge": (f"{DESK}/lecture", lambda at: {**page_form(at, "lecture"), "advice": "Continuez.", **seen(at)}),
    "correct": (f"{DESK}/corriger", lambda at: {"quoi": "comment", "cle": REMARK, "text": "À vérifier", **seen(at)}),
    "assign": (f"{DESK}/suivi", lambda at: {"to": str(at.desk.facilitator_id), **seen(at)}),
    "lend": (f"{DESK}/lien", lambda at: {"label": "Une élue", "version": "whole"}),
    "unlend": (f"{DESK}/lien/desactiver", lambda at: {"link": at.lent()}),
    "set_aside": (f"{DESK}/indesirable", lambda at: seen(at)),
    "take_back": (f"{DESK}/remettre", lambda at: seen(at)),
    "join_place": (f"{DESK}/territoire", lambda at: {"other": elsewhere(at), **seen(at)}),
    "leave_place": (f"{DESK}/territoire/detacher", lambda at: seen(at)),
    "validate": (f"{DESK}/valider", seen := lambda at: {"seen": str(at.file.acts)}),
    "reopen": (f"{DESK}/rouvrir", lambda at: {"reason": "Une action a été oubliée.", **seen(at)}),
}  # fmt: skip


def walker_form(at: Stage, role: str, address: str, selector: str) -> Form:
    """The values a browser would send of a form of that page; nothing when the page is not there."""
    answer = at.client[role].get(address)
    node = HTMLParser(answer.text).css_first(selector) if answer.status_code == 200 else None
    return {} if node is None else dict(WalkerForm.read(node, address).values.lists())


def elsewhere(at: Stage) -> str:
    """The reference of a file of another territory, that the same network has."""
    place = {**INTERCOMMUNAL["territory"], "name": "Communauté d'ailleurs", "code": ""}
    with at.app.app_context():
        return a_sent_file(at.network, {**INTERCOMMUNAL, "territory": place})[0].reference


def page_form(at: Stage, page: str) -> Form:
    return walker_form(at, FACILITATOR, f"{DESK}/{page}".format(reference=at.file.reference), "main form")


def seen_of(file: Submission, key: str) -> str:
    return seen_digest(file.voices[key][RESPONDENT]["value"], "")


def others(at: Stage) -> Form:
    role = CONTRIBUTOR if at.acting == CONTRIBUTOR else RESPONDENT
    found = walker_form(at, role, f"/dossier/{SECTION}/{PAGE}", "#question-form")
    return {name: value for name, value in found.items() if name not in {KEY, "action"}}


def choosing(at: Stage) -> str:
    return str(walker_form(at, RESPONDENT, f"/dossier/choisir/{KEY}", "main form").get("seen", [""])[0])


def asked_at(at: Stage) -> str:
    return next((str(one.id) for one in reversed(at.fresh()[1]) if one.kind == "request"), "")


@pytest.fixture
def stage(app: Flask) -> Callable[[str], Stage]:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        network = a_network()
        desk = a_facilitator(network)
    return lambda state: Stage(app, network, desk, state)


def test_every_act_is_tried() -> None:
    assert set(READS) | set(POSTS) == set(ACTS)


@pytest.mark.parametrize(("state", "role"), list(product(STATES, ROLES)))
def test_what_a_role_can_do_in_a_state(state: str, role: str, stage: Callable[[str], Stage]) -> None:
    at = stage(state)
    for act in READS:
        answer = at.client[role].get(READS[act].format(reference=at.file.reference))
        assert (answer.status_code == 200) == may(act, role, state), (act, answer.status_code)
    for act, (address, form) in POSTS.items():
        at.acting = role
        data, before = form(at), at.print
        answer = at.client[role].post(address.replace("{reference}", at.file.reference), data=data)
        assert answer.status_code < 500, act
        if not may(act, role, state):
            assert at.print == before, act
            continue
        assert answer.status_code in {200, 303}, (act, answer.status_code, answer.text[-3000:])
        done, past = at.fresh()
        if act == "delete":
            assert done is None
        else:
            assert done is not None
            assert done.state == after(act, state), act
            kinds = [one.kind for one in past]
            assert kinds[-1] == ("answer" if act == "edit" else act), (act, kinds)
        at = stage(state)
