"""The list of a network's files, on both databases: pages, filters, what is new, and nobody else's files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update

from selfassess.core.review.acts import (
    FACILITATOR,
    RESPONDENT,
    SENT,
    STATES,
    SUBMITTED,
)
from selfassess.store import file_list
from selfassess.store.acts import Actor, Outcome, perform
from selfassess.store.database import db, writing
from selfassess.store.file_list import (
    ASIDE,
    NOBODY,
    ORDERS,
    View,
    colleagues,
    count_files,
    last_look,
    look,
    page,
    select_files,
    tallies,
    tally_all,
)
from selfassess.store.models import Facet, Facilitator, Network, Submission
from selfassess.store.submissions import new_reference, remove
from tests.desk import COORDINATOR, a_facilitator, a_network
from tests.fixtures.stores import BOTH

pytestmark = pytest.mark.stores(*BOTH)

START = datetime(2026, 11, 1, tzinfo=UTC)
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = ("val", "val fictif", "saint ecrin", "")
FACETS = [("region", "Bretagne"), ("region", "Normandie"), ("device", "one"), ("device", "two"), ("q.x", "a")]


@pytest.fixture
def desk(store: Flask) -> tuple[Network, Network, Facilitator, Facilitator]:
    """My network, another's; my account, a colleague's."""
    mine, other = a_network("Réseau fictif"), a_network("Autre réseau fictif")
    return mine, other, a_facilitator(mine), a_facilitator(mine, email="b@reseau.example", label="Collègue")


def count_new(networks: list[int], me: int) -> int:
    """How many files are new to that account."""
    return count_files(View(), networks, me).fresh


def a_row(network: Network | None, **more: Any) -> dict[str, Any]:
    reference = new_reference()
    name = more.pop("name", "val")
    row = {
        "reference": reference, "questionnaire": "q", "edition": "e1", "state": SUBMITTED, "answers": {},
        "created_at": START, "network_id": network and network.id, "sent_at": START, "moved_at": START,
        "name": name, "search": f"{name} {reference.lower().replace('-', ' ')}",
        "assigned_id": None,
    }  # fmt: skip
    return {**row, **more}


def put(rows: list[dict[str, Any]], facets: list[list[tuple[str, str]]] = []) -> list[int]:  # noqa: B006
    """Only these files, from now on; their ids."""
    with writing() as session:
        session.execute(delete(Submission))
        ids = [session.execute(insert(Submission).values(row)).inserted_primary_key[0] for row in rows]
        for one, having in zip(ids, facets, strict=False):
            for kind, value in having:
                session.execute(insert(Facet).values(submission_id=one, kind=kind, value=value))
    return ids


def listed(view: View, network: Network) -> list[int]:
    return [one.id for one in db.session.scalars(select_files(view, [network.id]))]


def minutes(few: int) -> st.SearchStrategy[datetime]:
    """Instants among few, so that some are the same."""
    return st.integers(0, few).map(lambda one: START + timedelta(minutes=one))


FILES = st.lists(st.tuples(minutes(4), minutes(4), st.sampled_from(NAMES), st.booleans()), max_size=14)


@MANY
@given(files=FILES, sort=st.sampled_from(list(ORDERS)), descending=st.booleans(), size=st.integers(1, 5))
def test_walking_all_pages_gives_each_file_once(desk: Any, files: Any, sort: str, descending: bool, size: int) -> None:
    mine, other, me, _ = desk
    put([a_row(mine if own else other, moved_at=m, sent_at=s, name=name) for m, s, name, own in files])
    view = View(sort=sort, descending=descending)
    expected = listed(view, mine)
    assert len(expected) == sum(own for *_, own in files)
    key = {"moved": "moved_at", "sent": "sent_at", "name": "search"}[sort]
    keys = [getattr(db.session.get(Submission, one), key) for one in expected]
    assert keys == sorted(keys, reverse=descending) or sort == "name"  # names: as the database collates
    cursor, forth = None, []
    for _ in range(len(files) + 1):
        got = page(view, [mine.id], me.id, cursor, size)
        forth.append([row.id for row in got.rows])
        assert bool(got.previous) == (len(forth) > 1)
        if got.next is None:
            break
        cursor = got.next
    assert [one for ids in forth for one in ids] == expected
    back = [forth[-1]]
    while got.previous:
        got = page(view, [mine.id], me.id, got.previous, size)
        back.append([row.id for row in got.rows])
        assert got.next
    assert back[::-1] == forth


@MANY
@given(
    files=st.lists(minutes(4), min_size=2, max_size=14), moves=st.lists(st.integers(0, 13), max_size=6), data=st.data()
)
def test_files_that_stay_are_seen_once_while_others_move(desk: Any, files: Any, moves: list[int], data: Any) -> None:
    mine, _, me, _ = desk
    ids = put([a_row(mine, moved_at=at) for at in files])
    view = View(descending=data.draw(st.booleans()))
    moving = [ids[one] for one in moves if one < len(ids)]
    seen: list[int] = []
    cursor = None
    for turn in range(2 * len(files) + 2):
        got = page(view, [mine.id], me.id, cursor, 2)
        seen += [row.id for row in got.rows]
        cursor = got.next
        if cursor is None:
            break
        if turn < len(moving):
            later = START + timedelta(days=1 + turn)
            with writing() as session:
                session.execute(update(Submission).where(Submission.id == moving[turn]).values(moved_at=later))
    for one in set(ids) - set(moving):
        assert seen.count(one) == 1


def by_kind(facets: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    return {kind: tuple(value for other, value in facets if other == kind) for kind, _ in facets}


FILTERED = st.lists(
    st.tuples(
        st.sampled_from(STATES),
        st.sampled_from(["e1", "e2"]),
        st.sampled_from(NAMES),
        st.integers(0, 2),
        st.sampled_from(["", "here", "there"]),
        st.booleans(),
        st.lists(st.sampled_from(FACETS), unique=True),
        st.booleans(),
    ),
    max_size=10,
)
VIEWS = st.fixed_dictionaries(
    {},
    optional={
        "state": st.sampled_from(SENT),
        "editions": st.lists(st.sampled_from(["e1", "e2"]), min_size=1, max_size=2, unique=True).map(tuple),
        "earlier": st.booleans(),
        "words": st.sampled_from([("val",), ("fictif", "val"), ("ecr",), ("al",), ("pat", "val")]),
        "assigned": st.lists(st.integers(0, 2), min_size=1, max_size=2, unique=True),
        "facets": st.lists(st.sampled_from(FACETS), max_size=3).map(by_kind),
    },
)


@MANY
@given(files=FILTERED, wanted=VIEWS)
def test_filters_add_up(desk: Any, files: Any, wanted: dict[str, Any]) -> None:
    mine, other, *people = desk
    accounts = [NOBODY, *(one.id for one in people)]
    rows = [
        a_row(
            mine if own else other,
            state=state,
            edition=edition,
            name=name,
            assigned_id=accounts[who] or None,
            place=place,
            aside=aside,
            sent_at=later(at % 3),
        )
        for at, (state, edition, name, who, place, aside, _, own) in enumerate(files)
    ]
    ids = put(rows, [having for *_, having, _ in files])
    view = View(**{**wanted, "assigned": tuple(accounts[one] for one in wanted.get("assigned", ()))})
    all_of = list(zip(ids, rows, [having for *_, having, _ in files], strict=True))

    def last(one: int, row: dict[str, Any]) -> bool:
        return not row["place"] or not any(
            other["place"] == row["place"]
            and other["network_id"] == row["network_id"]
            and other["state"] in SENT
            and not other["aside"]
            and (other["sent_at"], other_id) > (row["sent_at"], one)
            for other_id, other, _ in all_of
        )

    def fits(one: int, row: dict[str, Any], having: list[tuple[str, str]], state: str) -> bool:
        words = row["search"].split()
        return (
            row["network_id"] == mine.id
            and row["state"] in SENT
            and (row["aside"] if state == ASIDE else not row["aside"] and row["state"] == (state or row["state"]))
            and (view.earlier or row["aside"] or last(one, row))
            and (not view.editions or row["edition"] in view.editions)
            and (not view.assigned or (row["assigned_id"] or NOBODY) in view.assigned)
            and all(any(word.startswith(one) for word in words) for one in view.words)
            and all(any((kind, value) in having for value in values) for kind, values in view.facets.items())
        )

    assert set(listed(view, mine)) == {one for one, row, having in all_of if fits(one, row, having, view.state)}
    states = {state: sum(fits(*one, state) for one in all_of) for state in (*SENT, ASIDE)}
    assert count_files(view, [mine.id]).states == {state: count for state, count in states.items() if count}


def test_what_there_is_to_filter_by_is_of_my_networks(desk: Any) -> None:
    mine, other, me, _ = desk
    outsider = a_facilitator(other, email="c@reseau.example", label="Ailleurs")
    rows = [a_row(mine, assigned_id=me.id), a_row(mine), a_row(mine, state="withdrawn"), a_row(other, edition="e2")]
    put(rows, [[FACETS[0]], [FACETS[0], FACETS[2]], [FACETS[1]], [FACETS[3]]])
    alone = {("edition", "e1"): 2, ("assigned", "0"): 1, ("assigned", str(me.id)): 1, ("network", str(mine.id)): 2}
    assert tallies([mine]) == {FACETS[0]: 2, FACETS[2]: 1, **alone, (ASIDE, ""): 0}
    assert list(colleagues([mine.id]).values()) == ["Animation du réseau", "Collègue"]
    put([a_row(mine, assigned_id=outsider.id)])
    assert outsider.id in colleagues([mine.id])
    assert page(View(), [], me.id).rows == ()


def test_a_reference_is_found_with_or_without_its_dashes(desk: Any) -> None:
    mine = desk[0]
    one, _ = put([a_row(mine, reference="PAT-7K3M-9Q2X", search="val pat 7k3m 9q2x"), a_row(mine)])
    assert listed(View(words=("7k3m", "9q2x")), mine) == [one]
    assert listed(View(words=("pat7k3m9q2x",), code="PAT7K3M9Q2X"), mine) == [one]


def test_beyond_what_is_counted_at_once_the_worker_counts(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, other, me, _ = desk
    rows = [a_row(mine), a_row(mine, aside=True), *[a_row(other, edition="e2") for _ in range(4)]]
    put(rows[:-1], [[FACETS[0]]] * 5)
    monkeypatch.setattr(file_list, "MOST", 2)
    both = [mine.id, other.id]
    assert count_files(View(), both).states == {SUBMITTED: 3, ASIDE: 1}  # 3: more than 2
    assert count_new(both, me.id) == 3
    live = tallies([mine, other])
    tally_all(later(1))
    db.session.expire_all()
    assert (mine.tallied_at, other.tallied_at) == (None, later(1))
    assert tallies([mine, other]) == live
    put(rows, [[FACETS[0]]] * 6)
    assert tallies([mine, other]) == live  # the large one as it was counted
    tally_all(later(2))
    db.session.expire_all()
    again = tallies([other])
    assert (again[FACETS[0]], again["network", str(other.id)], again["edition", "e2"]) == (4, 4, 4)
    put(rows[:3])
    tally_all(later(3))
    db.session.expire_all()
    assert other.tallied_at is None
    assert tallies([other])["network", str(other.id)] == 1


# ---- What is new ---------------------------------------------------------------------------------------------------


def a_file(network: Network, **more: Any) -> Submission:
    (one,) = put([a_row(network, **more)])
    db.session.expire_all()
    found = db.session.get(Submission, one)
    assert found
    return found


def later(hours: int) -> datetime:
    return START + timedelta(hours=hours)


def test_what_others_did_since_my_last_look_is_new(desk: Any) -> None:
    mine, _, me, colleague = desk
    networks, other = [mine.id], Actor(FACILITATOR, "Collègue", colleague.id)
    file = a_file(mine, state="draft")
    perform(file, "send", COORDINATOR, later(1))
    assert (count_new(networks, me.id), last_look(me.id, file.id)) == (1, None)
    look(me.id, file.id, later(2))
    assert (count_new(networks, me.id), count_new(networks, colleague.id)) == (0, 1)
    assert last_look(me.id, file.id) == later(2)
    perform(file, "comment", other, later(3), lambda found: Outcome({"key": "", "text": "Un mot"}))
    assert (count_new(networks, me.id), count_new(networks, colleague.id)) == (1, 1)
    assert [row.fresh for row in page(View(), networks, me.id).rows] == [True]
    assert count_files(View(new_to=me.id), networks).states == {SUBMITTED: 1}
    look(me.id, file.id, later(4))
    perform(file, "request", other, later(4), lambda found: Outcome({"questions": [], "message": ""}))
    look(me.id, file.id, later(5))
    perform(file, "resubmit", COORDINATOR, later(6))
    assert count_new(networks, me.id) == 1
    look(me.id, file.id, later(7))
    assert page(View(new_to=me.id), networks, me.id).rows == ()
    assert listed(View(new_to=me.id), mine) == []


def test_what_i_did_is_not_new_to_me(desk: Any) -> None:
    mine, _, me, colleague = desk
    file = a_file(mine)
    for one in (me, colleague):
        look(one.id, file.id, later(1))
    perform(file, "assign", Actor(FACILITATOR, "Moi", me.id), later(2))
    assert (count_new([mine.id], me.id), count_new([mine.id], colleague.id)) == (0, 1)


def test_a_link_shared_is_no_news_for_the_network(desk: Any) -> None:
    mine, _, me, _ = desk
    file = a_file(mine)
    look(me.id, file.id, later(1))
    perform(file, "share", Actor(RESPONDENT, "Coordination"), later(2))
    assert count_new([mine.id], me.id) == 0


def test_a_look_is_at_one_file(desk: Any) -> None:
    mine, _, me, colleague = desk
    one, two = put([a_row(mine), a_row(mine)])
    look(me.id, one, later(1))
    assert (last_look(me.id, two), last_look(colleague.id, one)) == (None, None)


def test_a_look_never_goes_back_and_leaves_with_its_file(desk: Any) -> None:
    mine, _, me, _ = desk
    file = a_file(mine)
    look(me.id, file.id, later(5))
    look(me.id, file.id, later(3))
    assert last_look(me.id, file.id) == later(5)
    gone = file.id
    remove(file)
    look(me.id, gone, later(6))
    assert last_look(me.id, gone) is None
