"""A clock may step back: what happened to a file is read in the order it was written, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfassess.core.review.acts import (
    ACTS,
    FACILITATOR,
    ROLES,
    SENT,
    fold,
    may,
    review,
)
from selfassess.store import (
    exporting,
    file_list,
    mails,
    submissions,
)
from selfassess.store.acts import Actor, Outcome, entries, perform
from selfassess.store.database import db, writing
from selfassess.store.models import Network, Revision, Submission
from selfassess.web.report.submission_record import declaration
from tests.definitions import edition
from tests.desk import COORDINATOR, a_facilitator, a_network, a_sent_file, log_in
from tests.fixtures.stores import BOTH
from tests.web.profiles import INTERCOMMUNAL
from tests.web.walker import Walker

pytestmark = pytest.mark.stores(*BOTH)

START = datetime(2026, 11, 1, tzinfo=UTC)
FEW = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
DATA: dict[str, dict[str, Any]] = {
    "comment": {"key": "", "text": "t"},
    "request": {"questions": [], "message": "m"},
    "judge": {"categories": {}, "advice": "a"},
    "agenda": {"choice": "nothing"},
}
STEPS = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(-400, 400)), min_size=4, max_size=14)


@pytest.fixture
def network(store: Flask) -> Network:
    return a_network("Réseau fictif")


@FEW
@given(steps=STEPS)
def test_state_and_history_agree_whatever_the_clock_does(network: Network, steps: list[tuple[str, int]]) -> None:
    file = submissions.start("q", "e", submissions.new_token(), START)
    at, done = START, ["start"]
    for name, hours in [("send", 1), *steps]:
        at += timedelta(hours=hours)
        role = next((one for one in ROLES if may(name, one, file.state)), None)
        if role is None:
            continue
        values = {"network_id": network.id} if name == "send" else {}
        rows = [a_revision(file, at)] if name in {"send", "resubmit"} else []
        perform(file, name, Actor(role, "X"), at, outcome(DATA.get(name, {}), values, rows))
        done.append(name)
    found = submissions.events(file)
    assert [one.kind for one in found] == done
    assert fold(one.kind for one in found) == file.state == review(entries(found)).state
    assert [one.kind for one in exported(file)] == (done if file.state in SENT else [])


def outcome(data: Any, values: Any, rows: list[Any]) -> Callable[[Submission], Outcome]:
    return lambda one: Outcome(data, values, lambda event: rows)


def a_revision(file: Submission, at: datetime) -> Revision:
    kept = {"answers": {}, "comments": {}, "authors": {}, "voices": {}, "asked": [], "fingerprint": "f", "report": "{}"}
    return Revision(submission_id=file.id, at=at, kind="send", **kept)


def exported(file: Submission) -> list[Any]:
    which = exporting.every_sent().where(Submission.id == file.id)
    return [event for one in exporting.read(which) for event in one.events]


def test_what_is_written_after_a_look_is_new_whatever_the_clock_does(network: Network) -> None:
    me, other = a_facilitator(network), a_facilitator(network, email="b@reseau.example", label="Collègue")
    file = submissions.start("q", "e", "t", START)
    coordinator, colleague = Actor("respondent", "X"), Actor(FACILITATOR, "Collègue", other.id)
    perform(file, "send", coordinator, START, outcome({}, {"network_id": network.id}, []))
    file_list.look(me.id, file.id, START + timedelta(days=2))
    assert file_list.count_files(file_list.View(), [network.id], me.id).fresh == 0
    perform(file, "comment", colleague, START - timedelta(days=1), outcome(DATA["comment"], {}, []))
    assert file_list.count_files(file_list.View(), [network.id], me.id).fresh == 1
    assert file_list.page(file_list.View(new_to=me.id), [network.id], me.id).rows
    file_list.look(me.id, file.id, START - timedelta(days=1))
    assert file_list.count_files(file_list.View(), [network.id], me.id).fresh == 0


def test_messages_since_the_last_sending_are_told_by_what_was_written(network: Network) -> None:
    a_facilitator(network)
    file = submissions.start("q", "e", "t", START)
    coordinator = Actor("respondent", "X")

    def send(one: Submission) -> Outcome:
        values = {"network_id": network.id, "email": "a@b.example"}
        return Outcome({}, values, lambda event: mails.to_respondent(one, "receipt", event))

    for act, hours in (("send", 9), ("withdraw", 0), ("restart", 0), ("send", -5)):
        make = send if act == "send" else outcome({}, {}, [])
        perform(file, act, coordinator, START + timedelta(hours=hours), make)
    assert len(mails.for_respondent(file)) == 2
    assert mails.about(file) == mails.for_respondent(file)[1:]
    with writing() as session:
        session.delete(db.session.get_one(Submission, file.id))


def test_the_desk_tells_what_was_written_after_a_look_by_a_clock_that_stepped_back(app: Flask) -> None:
    """Asked, answered and sent again, each a day before the one before it."""
    day = [START + timedelta(days=10 - one) for one in range(4)]
    with app.app_context():
        network = a_network()
        me, other = a_facilitator(network), a_facilitator(network, email="b@reseau.example", label="Collègue")
        file, _ = a_sent_file(network, INTERCOMMUNAL, at=day[0])
        file_list.look(me.id, file.id, day[0] + timedelta(days=9))
        asked = {"questions": ["stage"], "message": "Précisez l’étape."}
        perform(file, "request", Actor(FACILITATOR, "Collègue", other.id), day[1], outcome(asked, {}, []))
        submissions.change(file, answered, "respondent", day[2])
        perform(file, "resubmit", COORDINATOR, day[3], lambda one: declaration(one, edition(), "resubmit", day[3]))
        walker = Walker(app)
        log_in(walker.client, me)
        walker.get(f"/reseau/dossiers/{file.reference}")
    assert walker.response.status_code == 200
    assert "Précisez l’étape." in walker.text
    changed = edition().questionnaire.questions["stage"]
    before, after = (changed.by_option[one].text for one in (INTERCOMMUNAL["stage"], "s2"))
    assert before in walker.text
    assert after in walker.text
    assert "Précisions renvoyées" in walker.text


def answered(found: Submission) -> submissions.Change:
    answers = {**found.answers, "stage": "s2"}
    return submissions.Change(answers, found.comments, "answer", {"questions": ["stage"]})
