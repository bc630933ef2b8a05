"""Acts on a file, on both databases: an event and a new state at once, and nothing done over somebody else's."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from selfassess.core.review.acts import (
    CLARIFICATION,
    DRAFT,
    FACILITATOR,
    SUBMITTED,
    fold,
)
from selfassess.store.acts import Actor, NotOpenError, Outcome, StaleError, perform
from selfassess.store.database import db
from selfassess.store.models import Event, Facet, Revision
from selfassess.store.submissions import events
from selfassess.web.french import now
from tests.desk import COORDINATOR, a_file, a_network, a_sent_file
from tests.fixtures.stores import BOTH
from tests.web.profiles import INTERCOMMUNAL

pytestmark = pytest.mark.stores(*BOTH)

DESK = Actor(FACILITATOR, "Animation du réseau")


def test_sending_keeps_the_file_as_declared(store: Flask) -> None:
    network = a_network()
    sent, _ = a_sent_file(network, INTERCOMMUNAL)
    assert (sent.state, sent.acts, sent.network_id, sent.name) == (SUBMITTED, 1, network.id, "Grenoble-Alpes-Métropole")
    kept = db.session.scalars(select(Revision)).one()
    assert kept.fingerprint == sent.declared
    assert "stage" in kept.asked
    found = {(one.kind, one.value) for one in db.session.scalars(select(Facet))}
    assert ("answer-stage", "s4") in found
    assert any(kind == "categories" for kind, _ in found)
    assert fold(one.kind for one in events(sent)) == sent.state


def test_a_second_reviewer_is_told(store: Flask) -> None:
    sent, _ = a_sent_file(a_network(), INTERCOMMUNAL)
    seen = sent.acts
    asked = Outcome({"questions": ["stage"], "message": "Précisez."})
    perform(sent, "request", DESK, now(), lambda found: asked, seen=seen)
    with pytest.raises(StaleError) as told:
        perform(sent, "validate", DESK, now(), seen=seen)
    assert [one.kind for one in told.value.since] == ["request"]
    assert sent.state == CLARIFICATION


def test_an_act_out_of_its_state_writes_nothing(store: Flask) -> None:
    draft, _ = a_file(INTERCOMMUNAL)
    with pytest.raises(NotOpenError):
        perform(draft, "resubmit", COORDINATOR, now())
    assert draft.state == DRAFT
    assert not db.session.scalars(select(Event).where(Event.kind == "resubmit")).all()


def test_giving_a_link_is_no_news_for_the_network(store: Flask) -> None:
    sent, _ = a_sent_file(a_network(), INTERCOMMUNAL)
    seen, moved = sent.acts, sent.moved_at
    perform(sent, "share", COORDINATOR, now())
    assert (sent.acts, sent.moved_at) == (seen, moved)
    perform(sent, "validate", DESK, now(), seen=seen)
    with pytest.raises(StaleError) as told:
        perform(sent, "reopen", DESK, now(), seen=seen)
    assert [one.kind for one in told.value.since] == ["validate"]
