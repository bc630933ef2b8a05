"""Who may do what in which state: every triple, and a way out of every state."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    PastAct,
    after,
    fold,
    may,
    review,
)

# Read from the house's table of states, written here again by hand, state by state: what each role may do there.
OWN = {"read", "unshare", "keep", "delete"}
DESK = {"read_sent", "assign", "set_aside", "take_back", "lend", "unlend", "join_place", "leave_place"}
OPEN: dict[tuple[str, str], set[str]] = {
    (DRAFT, RESPONDENT): {*OWN, "share", "edit", "choose", "send"},
    (DRAFT, CONTRIBUTOR): {"read", "edit", "finish"},
    (DRAFT, READER): {"read_report"},
    (SUBMITTED, RESPONDENT): {*OWN, "share", "withdraw", "copy", "send_too"},
    (SUBMITTED, CONTRIBUTOR): {"read"},
    (SUBMITTED, READER): {"read_report"},
    (SUBMITTED, FACILITATOR): {*DESK, "comment", "request", "judge", "correct", "validate"},
    (CLARIFICATION, RESPONDENT): {*OWN, "share", "edit", "choose", "resubmit", "withdraw"},
    (CLARIFICATION, CONTRIBUTOR): {"read", "edit", "finish"},
    (CLARIFICATION, READER): {"read_report"},
    (CLARIFICATION, FACILITATOR): {*DESK, "cancel"},
    (VALIDATED, RESPONDENT): {*OWN, "share", "copy", "agenda", "send_too"},
    (VALIDATED, CONTRIBUTOR): {"read"},
    (VALIDATED, READER): {"read_report"},
    (VALIDATED, FACILITATOR): {*DESK, "reopen"},
    (WITHDRAWN, RESPONDENT): {*OWN, "restart"},
    (WITHDRAWN, CONTRIBUTOR): {"read"},
}
LEADS = {
    "send": SUBMITTED, "resubmit": SUBMITTED, "cancel": SUBMITTED, "reopen": SUBMITTED, "request": CLARIFICATION,
    "validate": VALIDATED, "withdraw": WITHDRAWN, "restart": DRAFT,
}  # fmt: skip
TRIPLES = list(product(STATES, ROLES, ACTS))


@pytest.mark.parametrize(("state", "role", "act"), TRIPLES)
def test_triple(state: str, role: str, act: str) -> None:
    assert may(act, role, state) == (act in OPEN.get((state, role), set()))


@pytest.mark.parametrize("act", ACTS)
def test_where_an_act_leads(act: str) -> None:
    for state in ACTS[act].when:
        assert after(act, state) == LEADS.get(act, state)


def ways(state: str, roles: tuple[str, ...]) -> set[str]:
    """States one act away, done by one of these roles."""
    return {after(act, state) for act, role in product(ACTS, roles) if may(act, role, state)}


def reachable(start: str, roles: tuple[str, ...]) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        for one in ways(waiting.pop(), roles) - found:
            found.add(one)
            waiting.append(one)
    return found


def test_every_state_is_reached_and_leads_to_an_end() -> None:
    assert reachable(DRAFT, ROLES) == set(STATES)
    for state in STATES:
        assert VALIDATED in reachable(state, ROLES)  # the network has answered
        assert may("delete", RESPONDENT, state)  # and the respondent may always leave


def test_neither_side_can_hold_the_other() -> None:
    """Alone, a respondent gets out of everything but a validated file; a facilitator, out of a pending request."""
    for state in (SUBMITTED, CLARIFICATION):
        assert WITHDRAWN in reachable(state, (RESPONDENT,))
    assert VALIDATED in reachable(CLARIFICATION, (FACILITATOR,))


def test_nothing_is_decided_while_a_clarification_is_awaited() -> None:
    assert not any(may(act, FACILITATOR, CLARIFICATION) for act in ("judge", "validate", "correct", "request"))


def entry(number: int, kind: str, role: str = FACILITATOR, **data: object) -> PastAct:
    return PastAct(number, f"2026-11-{number:02}T10:00:00+00:00", role, "Animation", kind, data)


JUDGED = {"categories": {"a": {"retained": True, "reason": "vu sur place"}}, "devices": ["d"], "advice": "Continuez."}


def test_review_adds_up() -> None:
    past = [
        entry(1, "start", RESPONDENT),
        entry(2, "send", RESPONDENT),
        entry(3, "comment", key="k", text="À préciser"),
        entry(4, "request", questions=["k"], message="Combien ?"),
    ]
    found = review(past)
    assert found.state == CLARIFICATION
    assert found.request is not None
    assert found.request.questions == ("k",)
    assert [one.key for one in found.remarks] == ["k"]
    past += [entry(5, "answer", RESPONDENT), entry(6, "resubmit", RESPONDENT), entry(7, "judge", **JUDGED)]
    found = review([*past, entry(8, "validate")])
    assert found.request is None
    assert found.last_request is not None
    assert found.judgement is not None
    assert found.judgement.categories == {"a": (True, "vu sur place")}
    assert found.validated is not None
    found = review([*past, entry(8, "validate"), entry(9, "reopen", reason="oubli")])
    assert found.state == SUBMITTED
    assert found.validated is None
    assert found.judgement is not None


def test_another_network_starts_anew() -> None:
    past = [entry(1, "send", RESPONDENT), entry(2, "comment", key="", text="x"), entry(3, "judge", **JUDGED)]
    past += [entry(at, kind, RESPONDENT) for at, kind in enumerate(("withdraw", "restart", "send"), 4)]
    found = review(past)
    assert found.remarks == ()
    assert found.judgement is None
    assert found.state == SUBMITTED


@given(st.lists(st.sampled_from([(act, role) for act in ACTS for role in ROLES]), max_size=40))
def test_no_history_leaves_the_table(wanted: list[tuple[str, str]]) -> None:
    """Acts tried at random, kept when they are open: the fold is where they led."""
    state, kept = DRAFT, []
    for act, role in wanted:
        if may(act, role, state):
            kept.append(act)
            state = after(act, state)
    assert fold(kept) == state
    assert state in STATES
