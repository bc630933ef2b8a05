"""Two reviewers on one file, on both databases: the second is told, keeps what was typed, and overwrites nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from flask import Flask

from selfassess.core.review.acts import (
    CLARIFICATION,
    FACILITATOR,
    SUBMITTED,
    VALIDATED,
    fold,
)
from selfassess.store.acts import Actor, Outcome, perform
from selfassess.store.database import db
from selfassess.store.models import Event, Submission
from selfassess.store.submissions import events
from selfassess.web.french import now
from tests.apart import visitor
from tests.desk import a_facilitator, a_network, a_sent_file, log_in
from tests.fixtures.stores import BOTH
from tests.web.profiles import INTERCOMMUNAL
from tests.web.walker import Form, Walker

pytestmark = pytest.mark.stores(*BOTH)

TYPED = "Ce que j’ai écrit longuement."
ASKED = {"questions": ["stage"], "message": "Précisez."}


@dataclass
class Pair:
    """Two reviewers of one network, each in front of the same file."""

    app: Flask
    reference: str
    first: Walker
    second: Walker
    to: int

    @property
    def url(self) -> str:
        return f"/reseau/dossiers/{self.reference}"

    @property
    def file(self) -> Submission:
        db.session.rollback()
        db.session.expire_all()
        return db.session.query(Submission).filter_by(reference=self.reference).one()

    def acts(self, kind: str) -> list[Event]:
        return [one for one in events(self.file) if one.kind == kind]

    def put(self, *kinds: str) -> None:
        """What a third person did before."""
        data = {"request": ASKED, "reopen": {"reason": "À revoir."}, "assign": {"to": "Autre"}}
        for kind in kinds:
            someone = Actor(FACILITATOR, "Troisième personne")
            perform(self.file, kind, someone, now(), lambda found, kind=kind: Outcome(data.get(kind, {})))  # type: ignore[misc]


@pytest.fixture
def pair(app: Flask) -> Iterator[Pair]:
    with app.app_context():
        network = a_network()
        sent, _ = a_sent_file(network, INTERCOMMUNAL, {"stage": "Un comentaire."})
        walkers = []
        for name in ("premiere", "seconde"):
            found = a_facilitator(network, email=f"{name}@reseau.example", label=f"La {name}")
            walkers.append(visitor(app))
            log_in(walkers[-1].client, found)
        yield Pair(app, sent.reference, *walkers, found.id)


# Each act: what makes it possible, the page of its form, the form, and what is typed.
FORMS: dict[str, tuple[tuple[str, ...], str, str, dict[str, str]]] = {
    "request": ((), "/precisions", "#formulaire", {"question": "stage", "message": TYPED}),
    "judge": ((), "/lecture", "#formulaire", {"advice": TYPED}),
    "correct": ((), "/corriger?quoi=comment&cle=stage", "#formulaire", {"text": TYPED}),
    "validate": ((), "/valider", "#formulaire", {}),
    "cancel": (("request",), "", "form[action$='/annuler']", {"reason": TYPED}),
    "reopen": (("validate",), "/rouvrir", "#formulaire", {"reason": TYPED}),
    "assign": ((), "", "form[action$='/suivi']", {"to": ""}),
}
STATES = {"request": CLARIFICATION, "validate": VALIDATED}


def filled(pair: Pair, walker: Walker, act: str) -> Form:
    _, way, selector, typed = FORMS[act]
    walker.get(pair.url + way)
    form = walker.form(selector)
    for name, value in typed.items():
        form.fill(name, str(pair.to) if name == "to" else value)
    return form


@pytest.mark.parametrize("act", FORMS)
def test_the_second_is_told_and_sends_again(pair: Pair, act: str) -> None:
    pair.put(*FORMS[act][0])
    form = filled(pair, pair.second, act)
    pair.first.send(_assigned(pair, pair.first), None)
    page = pair.second
    page.send(form, None)
    assert page.response.status_code == 409
    assert page.heading == "Quelqu’un a agi entre-temps"
    assert "Suivi du dossier attribué" in page.text
    assert "La premiere" in page.text
    assert pair.acts(act) == [one for one in pair.acts(act) if act == "assign"]
    again = page.form("main form")
    kept = {name: again.values.getlist(name) for name in FORMS[act][3]}
    assert kept == {name: form.values.getlist(name) for name in kept}
    page.send(again, None)
    assert page.response.status_code == 200, page.text
    assert pair.acts(act)
    found = pair.file
    assert found.state == fold(one.kind for one in events(found)) == STATES.get(act, SUBMITTED)


def _assigned(pair: Pair, walker: Walker) -> Form:
    walker.get(pair.url)
    form = walker.form("form[action$='/suivi']")
    form.fill("to", "")
    return form


CLOSING = {
    "request": "validate", "judge": "request", "correct": "request", "validate": "request", "cancel": "cancel",
    "reopen": "reopen",
}  # fmt: skip


@pytest.mark.parametrize("act", CLOSING)
def test_the_second_is_told_that_it_is_too_late(pair: Pair, act: str) -> None:
    pair.put(*FORMS[act][0])
    form = filled(pair, pair.second, act)
    pair.first.send(filled(pair, pair.first, CLOSING[act]), None)
    assert pair.first.response.status_code == 200
    before = len(events(pair.file))
    page = pair.second
    page.send(form, None)
    assert page.response.status_code == 409
    assert page.heading == "Ce n’est pas possible maintenant"
    assert "La premiere" in page.text
    assert act == "validate" or TYPED in page.text
    assert len(events(pair.file)) == before


def test_a_form_refused_for_itself_still_tells_what_happened(pair: Pair) -> None:
    """An error on the way must not hide what others did since the page was opened."""
    form = filled(pair, pair.second, "request")
    form.values["message"] = ""
    pair.first.send(_assigned(pair, pair.first), None)
    page = pair.second
    page.send(form, None)
    assert page.response.status_code == 422
    form = page.form("#formulaire")
    form.fill("message", TYPED)
    page.send(form, None)
    assert page.response.status_code == 409
    page.send(page.form("#formulaire"), None)
    assert [one.data["message"] for one in pair.acts("request")] == [TYPED]


def test_the_same_form_sent_twice_acts_once(pair: Pair) -> None:
    form = filled(pair, pair.first, "judge")
    for _ in range(2):
        pair.first.send(form, None)
        assert pair.first.response.status_code == 200
    assert len(pair.acts("judge")) == 1


def test_comments_never_block_each_other(pair: Pair) -> None:
    forms = []
    for walker, key in ((pair.first, "stage"), (pair.second, "axes")):
        walker.get(f"{pair.url}/pat")
        form = walker.form(f"[id={key}] form")
        form.fill("text", f"Sur {key}.")
        forms.append((walker, form))
    for walker, form in forms:
        walker.send(form, None)
        assert walker.response.status_code == 200
    assert {one.data["key"] for one in pair.acts("comment")} == {"stage", "axes"}


def together(pair: Pair, forms: list[tuple[Walker, Form]]) -> list[int]:
    """All of them sent at the same time; the status of each answer."""

    def send(one: tuple[Walker, Form]) -> int:
        walker, form = one
        return walker.client.post(form.action, data=form.values).status_code

    with ThreadPoolExecutor(len(forms)) as pool:
        return sorted(pool.map(send, forms))


@pytest.mark.parametrize("act", [one for one in FORMS if one != "assign"])
def test_at_the_very_same_time_one_acts(pair: Pair, act: str) -> None:
    pair.put(*FORMS[act][0])
    forms = []
    for walker in (pair.first, pair.second):
        form = filled(pair, walker, act)
        for name in {"message", "advice", "text", "reason"} & set(FORMS[act][3]):
            form.values[name] = f"{TYPED} {len(forms)}"
        forms.append((walker, form))
    assert together(pair, forms) == [303, 409]
    assert len(pair.acts(act)) == 1
    found = pair.file
    assert found.state == fold(one.kind for one in events(found))
    assert found.acts == sum(one.kind != "start" and one.kind != "answer" for one in events(found))


def test_at_the_very_same_time_every_comment_is_kept(pair: Pair) -> None:
    forms = []
    for at in range(6):
        walker = (pair.first, pair.second)[at % 2]
        walker.get(f"{pair.url}/pat")
        form = walker.form("[id=stage] form")
        form.fill("text", f"Commentaire {at}")
        forms.append((walker, form))
    assert together(pair, forms) == [303] * 6
    assert {one.data["text"] for one in pair.acts("comment")} == {f"Commentaire {at}" for at in range(6)}
