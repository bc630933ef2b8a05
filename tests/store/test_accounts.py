"""Accounts, sessions, links and attempts, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from selfassess.store import accounts
from selfassess.store.attempts import KEPT, Limit, attempt, forget
from selfassess.store.database import db
from selfassess.store.models import Attempt, Key, Visit
from tests.desk import a_facilitator, a_network
from tests.fixtures.stores import BOTH

pytestmark = pytest.mark.stores(*BOTH)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ACCOUNT, ADDRESS = "a" * 64, "f" * 64
LIMITS = (Limit(ACCOUNT, 5, 15 * MINUTE), Limit(ADDRESS, 20, 15 * MINUTE))


def test_a_session_lives_as_long_as_it_is_used(store: Flask) -> None:
    me = a_facilitator(a_network())
    accounts.open_visit(me, "one", "Firefox", NOON)
    at = NOON
    while at - NOON < 6 * DAY:
        at += 11 * HOUR
        assert accounts.find_visit("one", at)
    assert [one.seen_at for one in accounts.visits(me, at)] == [at]
    assert accounts.find_visit("one", NOON + 7 * DAY + MINUTE) is None
    accounts.open_visit(me, "two", "Firefox", at)
    assert accounts.find_visit("two", at + 12 * HOUR + MINUTE) is None
    assert accounts.find_visit("nobody's", at) is None


def test_closing_sessions(store: Flask) -> None:
    network = a_network()
    me, other = a_facilitator(network), a_facilitator(network, email="autre@reseau.example")
    for token in ("one", "two", "three"):
        accounts.open_visit(me, token, token, NOON)
    accounts.open_visit(other, "theirs", "", NOON)
    accounts.close_visits(me, NOON, "one")
    assert alive("one", "two", "three") == ["two", "three"]
    theirs = db.session.scalars(select(Visit.hash).where(Visit.facilitator_id == other.id)).one()
    accounts.close_visit(me, theirs, NOON)
    assert alive("theirs") == ["theirs"]  # nobody closes another's
    accounts.close_visit(other, theirs, NOON)
    assert alive("theirs") == []
    accounts.change_password(me, "new", NOON, "three")
    assert alive("two", "three") == ["three"]
    accounts.close_visits(me, NOON)
    assert accounts.visits(me, NOON) == []


def alive(*tokens: str) -> list[str]:
    db.session.expire_all()
    return [one for one in tokens if accounts.find_visit(one, NOON)]


def test_a_link_serves_once(store: Flask) -> None:
    me = a_facilitator(a_network())
    for token in ("one", "two"):
        accounts.make_key(me.id, accounts.RESET, token, NOON)
    accounts.open_visit(me, "session", "", NOON)
    key = accounts.find_key("one")
    assert key is not None
    assert accounts.choose_by_key(key, "first", NOON + 59 * MINUTE)
    assert not accounts.choose_by_key(key, "second", NOON + 59 * MINUTE)
    other = accounts.find_key("two")
    assert other is not None
    assert not accounts.choose_by_key(other, "third", NOON)  # it was made for the same purpose, now fulfilled
    db.session.expire_all()
    assert me.password == "first"
    assert alive("session") == []


@pytest.mark.parametrize(("purpose", "life"), [(accounts.RESET, HOUR), (accounts.INVITATION, 7 * DAY)])
def test_a_link_expires(store: Flask, purpose: str, life: timedelta) -> None:
    me = a_facilitator(a_network())
    accounts.make_key(me.id, purpose, "one", NOON)
    key = accounts.find_key("one")
    assert key is not None
    assert not accounts.choose_by_key(key, "late", NOON + life)
    assert accounts.choose_by_key(key, "in time", NOON + life - MINUTE)


def test_one_of_two_uses_of_a_link_at_once(store: Flask) -> None:
    me = a_facilitator(a_network())
    accounts.make_key(me.id, accounts.RESET, "one", NOON)
    start = Barrier(6)

    def choose(number: int) -> bool:
        with store.app_context():
            key = accounts.find_key("one")
            assert key is not None
            db.session.commit()
            start.wait()
            return accounts.choose_by_key(key, f"password {number}", NOON)

    done = at_once(choose, 6)
    assert done.count(True) == 1
    db.session.refresh(me)
    assert me.password == f"password {done.index(True)}"


def test_dead_sessions_and_links_do_not_pile_up(store: Flask) -> None:
    me = a_facilitator(a_network())
    accounts.open_visit(me, "old", "", NOON)
    accounts.make_key(me.id, accounts.RESET, "old", NOON)
    accounts.open_visit(me, "new", "", NOON + 10 * DAY)
    accounts.make_key(me.id, accounts.RESET, "new", NOON + 10 * DAY)
    assert len(db.session.scalars(select(Visit)).all()) == 1
    assert len(db.session.scalars(select(Key)).all()) == 1


def test_deactivating_ends_everything_at_once(store: Flask) -> None:
    network = a_network()
    me = a_facilitator(network)
    accounts.open_visit(me, "session", "", NOON)
    accounts.make_key(me.id, accounts.INVITATION, "key", NOON)
    accounts.deactivate(me, NOON)
    assert alive("session") == []
    key = accounts.find_key("key")
    assert key is not None
    assert not accounts.choose_by_key(key, "new", NOON)
    accounts.reactivate(me, "De retour", [network])
    db.session.expire_all()
    assert (me.password, me.label, me.networks) == (None, "De retour", [network])
    assert alive("session") == []  # what was revoked stays so


def test_joining_networks(store: Flask) -> None:
    first, second = a_network("Premier"), a_network("Second")
    me = accounts.add_facilitator("a@reseau.example", "Animation", [first], NOON)
    assert accounts.join(me, [first, second], "Animation") == [second]
    assert accounts.join(me, [first, second], "Animation") == []
    db.session.expire_all()
    assert accounts.find_facilitator("a@reseau.example") is me
    assert me.networks == [first, second]


# ---- Attempts ---------------------------------------------------------------------------------------------------


def test_attempts_are_limited_by_window(store: Flask) -> None:
    for minute in range(5):
        assert attempt(LIMITS, NOON + minute * MINUTE) is None
    assert attempt(LIMITS, NOON + 14 * MINUTE) == NOON + 15 * MINUTE
    assert attempt(LIMITS, NOON + 15 * MINUTE) is None  # the first has left the window
    assert attempt(LIMITS, NOON + 15 * MINUTE) == NOON + 16 * MINUTE


def test_the_address_has_its_own_limit(store: Flask) -> None:
    def guess(account: int) -> datetime | None:
        return attempt((Limit(f"{account:064x}", 5, 15 * MINUTE), LIMITS[1]), NOON)

    assert [guess(one) for one in range(20)] == [None] * 20
    assert guess(20) == NOON + 15 * MINUTE
    assert attempt(LIMITS[:1], NOON) is None  # from elsewhere


def test_a_refused_attempt_counts_for_nothing(store: Flask) -> None:
    for _ in range(5):
        attempt(LIMITS, NOON)
    for _ in range(10):
        assert attempt(LIMITS, NOON + 5 * MINUTE) == NOON + 15 * MINUTE
    assert len(db.session.scalars(select(Attempt)).all()) == 10  # five on each subject


def test_attempts_are_forgotten(store: Flask) -> None:
    for minute in range(4):
        attempt(LIMITS, NOON + minute * MINUTE)
    forget(ACCOUNT)
    forget(ADDRESS, NOON)
    left = db.session.scalars(select(Attempt).order_by(Attempt.at)).all()
    assert [(one.subject, one.at) for one in left] == [(ADDRESS, NOON + minute * MINUTE) for minute in (1, 2, 3)]
    attempt(LIMITS[:1], NOON + KEPT + HOUR)
    assert [one.subject for one in db.session.scalars(select(Attempt))] == [ACCOUNT]


def test_attempts_at_once_never_exceed_the_limit(store: Flask) -> None:
    start = Barrier(16)

    def guess(number: int) -> datetime | None:
        with store.app_context():
            start.wait()
            return attempt(LIMITS if number % 2 else LIMITS[::-1], NOON)

    assert at_once(guess, 16).count(None) == 5


def at_once(act: Callable[[int], Any], count: int) -> list[Any]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(act, range(count)))
