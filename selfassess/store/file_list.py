"""The files sent to networks as a facilitator lists them: filters, order, pages, and what is new to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ColumnExpressionArgument,
    CompoundSelect,
    Row,
    ScalarSelect,
    Select,
    String,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, aliased

from selfassess.core.review.acts import ACTS, FACILITATOR, SENT
from selfassess.store.database import UtcDateTime, db, rule_broken, writing
from selfassess.store.models import Event, Facet, Facilitator, Look, Membership, Network, Submission, Tally

PAGE = 20
MOST = 500  # files counted in a list: beyond, it says « plus de 500 »
EDITION, ASSIGNED, NETWORK = "edition", "assigned", "network"  # kinds of a tally, besides those of facets
Tallies = dict[tuple[str, str], int]  # (kind, value) → files
ASIDE = "aside"  # `View.state`: what was set aside, in any state
NOBODY = 0  # `View.assigned`: to no one yet
MOVED, SENT_ON, NAME = "moved", "sent", "name"
ORDERS: Mapping[str, InstrumentedAttribute[Any]] = {
    MOVED: Submission.moved_at,
    SENT_ON: Submission.sent_at,
    NAME: Submission.search,
}
STIRRING = tuple(one.name for one in ACTS.values() if one.to or FACILITATOR in one.roles)  # what a network wants to see
TOLD = ("send", "resubmit", "judge", "reopen")  # what tells where a file awaited from the network stands
INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True)
class View:
    """Which files are listed, and in what order. What is empty or None filters nothing.

    `words`: folded, each begins a word of the territory's name or of the reference, which `code` is whole without
    its dashes. Of several values, a file has one at least: `networks`, `editions`, `assigned` (accounts, or NOBODY),
    and those of each kind in `facets`. `earlier`: also the files that a later one of the same territory follows.
    `new_to`: only what is new to that account.
    """

    words: tuple[str, ...] = ()
    code: str = ""
    state: str = ""
    networks: tuple[int, ...] = ()
    editions: tuple[str, ...] = ()
    assigned: tuple[int, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    earlier: bool = False
    new_to: int | None = None
    sort: str = MOVED
    descending: bool = True


@dataclass(frozen=True)
class Cursor:
    """A place between two files of a list: after (or before) the one that has this key and this id."""

    key: datetime | str
    id: int
    before: bool = False


@dataclass(frozen=True)
class Page:
    """`rows`: (submission columns…, `fresh`: new to the account). Cursors are None where there is no such page."""

    rows: Sequence[Row[*tuple[object, ...]]]
    previous: Cursor | None
    next: Cursor | None


def select_files(view: View, networks: Sequence[int]) -> Select[Submission]:
    """The files of a view, in its order, among those sent to these networks and to no other."""
    found = select(Submission).where(*_filters(view, networks))
    if view.new_to is not None:
        found = found.outerjoin(Look, _look_of(view.new_to)).where(_fresh(view.new_to))
    return found.order_by(*_order(view, view.descending))


def page(view: View, networks: Sequence[int], me: int, cursor: Cursor | None = None, size: int = PAGE) -> Page:
    """One page of a view, for that account. Keys, not offsets: it stays right while files move."""
    backwards = cursor is not None and cursor.before
    rows = _rows(view, networks, me, cursor, size + 1)
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Page((), None, None)
    first, last = (Cursor(rows[at].key, rows[at].id, before=at == 0) for at in (0, -1))
    other = cursor is not None and bool(_rows(view, networks, me, last if backwards else first, 1))
    before, after = (more, other) if backwards else (other, more)
    return Page(rows, first if before else None, last if after else None)


def _rows(
    view: View, networks: Sequence[int], me: int, cursor: Cursor | None, limit: int
) -> list[Row[*tuple[object, ...]]]:
    key = ORDERS[view.sort]
    columns = (
        Submission.id,
        Submission.reference,
        Submission.state,
        Submission.edition,
        Submission.network_id,
        Submission.name,
        Submission.reading,
        Submission.answers,
        Submission.sent_at,
        Submission.moved_at,
        Submission.assigned_id,
        Submission.place,
        key.label("key"),
        _fresh(me).label("fresh"),
    )
    found = select(*columns).outerjoin(Look, _look_of(me)).where(*_filters(view, networks))
    if view.new_to is not None:
        found = found.where(_fresh(me))
    descending = view.descending
    if cursor is not None:
        descending ^= cursor.before
        here = tuple_(key, Submission.id)
        there = tuple_(literal(cursor.key, key.type), literal(cursor.id))
        found = found.where(here < there if descending else here > there)
    return list(db.session.execute(found.order_by(*_order(view, descending)).limit(limit)))


def _order(view: View, descending: bool) -> list[ColumnElement[str] | ColumnElement[int]]:
    return [column.desc() if descending else column.asc() for column in (ORDERS[view.sort], Submission.id)]


def sent_to(networks: Sequence[int]) -> list[ColumnElement[bool]]:
    """What a facilitator of these networks may see."""
    return [Submission.network_id.in_(networks), Submission.state.in_(SENT)]


def listed(networks: Sequence[int]) -> list[ColumnElement[bool]]:
    """Of these, what is not set aside."""
    return [*sent_to(networks), Submission.aside.is_(False)]


def last_listed(networks: Sequence[int]) -> list[ColumnElement[bool]]:
    """Of these, the last of each territory and network."""
    return [*listed(networks), is_last()]


def is_last() -> ColumnElement[bool]:
    """No other file of the same territory was sent later to the same network, but for what is set aside.

    By the index of places: told plainly, state and aside lead SQLite to that of states: a minute at ten thousand files.
    """
    newer = aliased(Submission)
    later = or_(newer.sent_at > Submission.sent_at, and_(newer.sent_at == Submission.sent_at, newer.id > Submission.id))
    same = and_(newer.network_id == Submission.network_id, newer.place == Submission.place, Submission.place != "")
    there = and_(func.coalesce(newer.state, "").in_(SENT), func.coalesce(newer.aside, true()).is_(False))
    return ~select(newer.id).where(same, there, later).exists()


def _filters(view: View, networks: Sequence[int]) -> list[ColumnExpressionArgument[bool]]:
    return [*_whatever_the_state(view, networks), *_of_state(view.state)]


def _of_state(state: str) -> list[ColumnExpressionArgument[bool]]:
    if state == ASIDE:
        return [Submission.aside.is_(True)]
    return [Submission.aside.is_(False), *([Submission.state == state] if state else [])]


def _whatever_the_state(view: View, networks: Sequence[int]) -> list[ColumnExpressionArgument[bool]]:
    found: list[ColumnExpressionArgument[bool]] = [*sent_to(networks)]
    if view.words:
        found.append(Submission.id.in_(_named(view, networks)))
    if not view.earlier:
        found.append(or_(Submission.aside.is_(True), is_last()))
    if view.networks:
        found.append(Submission.network_id.in_(view.networks))
    if view.editions:
        found.append(Submission.edition.in_(view.editions))
    if view.assigned:
        nobody = [Submission.assigned_id.is_(None)] if NOBODY in view.assigned else []
        found.append(or_(Submission.assigned_id.in_(view.assigned), *nobody))
    for kind, values in view.facets.items():
        having = select(Facet.submission_id).where(Facet.kind == kind, Facet.value.in_(values))
        found.append(Submission.id.in_(having))
    return found


def _named(view: View, networks: Sequence[int]) -> Select[int]:
    """The files that have these words: an index holds all it looks at, since answers lie before names in a row."""
    one = aliased(Submission)
    named = and_(*((" " + one.search).contains(f" {word}") for word in view.words))
    coded = func.replace(one.reference, "-", "") == view.code
    which = one.network_id.in_(networks), one.aside.in_([False, True]), one.state.in_(SENT)
    return select(one.id).where(*which, or_(named, coded) if view.code else named)


# ---- Where each stands --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """Of a listed file. `opened`: somebody of the network has looked at it; `acts`: what was done with it, in order;
    `earlier`: how many files of the same territory came before."""

    opened: bool
    acts: tuple[str, ...]
    earlier: int


def standings(rows: Sequence[Row[*tuple[object, ...]]], networks: Sequence[int]) -> dict[int, Standing]:
    """By id of file, whatever the number of rows in three statements."""
    ids = [row.id for row in rows]
    opened = set(db.session.scalars(select(Look.submission_id).where(Look.submission_id.in_(ids))))
    acts: dict[int, list[str]] = {one: [] for one in ids}
    which = select(Event.submission_id, Event.kind).where(Event.submission_id.in_(ids), Event.kind.in_(TOLD))
    for one, kind in db.session.execute(which.order_by(Event.id)):
        acts[one].append(kind)
    places = {row.place for row in rows if row.place}
    same = select(Submission.network_id, Submission.place, func.count()).where(
        *listed(networks), Submission.place.in_(places)
    )
    counts = {(one, place): many for one, place, many in db.session.execute(same.group_by(*same.selected_columns[:2]))}
    return {
        row.id: Standing(row.id in opened, tuple(acts[row.id]), max(counts.get((row.network_id, row.place), 1) - 1, 0))
        for row in rows
    }


# ---- What is new ---------------------------------------------------------------------------------------------------


def _look_of(me: int) -> ColumnElement[bool]:
    return and_(Look.submission_id == Submission.id, Look.facilitator_id == me)


def _fresh(me: int) -> ColumnElement[bool]:
    """Never looked at, or moved by somebody else after what was seen. `Look` is joined."""
    stirred = select(Event.id).where(
        Event.submission_id == Submission.id,
        Event.id > Look.seen,
        Event.kind.in_(STIRRING),
        Event.facilitator_id.is_distinct_from(me),
    )
    return or_(Look.at.is_(None), stirred.exists())


def last_look(facilitator_id: int, submission_id: int) -> datetime | None:
    """When that account last looked at that file."""
    found = last_seen(facilitator_id, submission_id)
    return found and found[0]


def last_seen(facilitator_id: int, submission_id: int) -> tuple[datetime, int] | None:
    """When that account last looked at that file, and the last event it could see."""
    which = (Look.facilitator_id == facilitator_id, Look.submission_id == submission_id)
    found = db.session.execute(select(Look.at, Look.seen).where(*which)).one_or_none()
    return None if found is None else (found.at, found.seen)


def look(facilitator_id: int, submission_id: int, now: datetime, seen: int | None = None) -> None:
    """That account has seen the file up to the event `seen` (None: the last there is). A later look stays; one at a
    file deleted meanwhile is none."""
    try:
        _look(facilitator_id, submission_id, now, seen)
    except IntegrityError as error:
        if not rule_broken(error).startswith("fk"):
            raise


def _look(facilitator_id: int, submission_id: int, now: datetime, seen: int | None) -> None:
    last = select(func.coalesce(func.max(Event.id), 0)).where(Event.submission_id == submission_id).scalar_subquery()
    with writing() as session:
        insert = INSERT[session.connection().dialect.name]
        values = (
            literal(facilitator_id),
            Submission.id,
            literal(now, UtcDateTime),
            last if seen is None else literal(seen),
        )
        row = select(*values).where(Submission.id == submission_id)
        made = insert(Look).from_select(["facilitator_id", "submission_id", "at", "seen"], row)
        later = {
            name: case((column < made.excluded[name], made.excluded[name]), else_=column)
            for name, column in (("at", Look.at), ("seen", Look.seen))
        }
        keys = ["facilitator_id", "submission_id"]
        session.execute(made.on_conflict_do_update(index_elements=keys, set_=later))


# ---- What there is to filter by ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    """`states`: of each state, and ASIDE, how many files of a view, its other filters kept; no more is counted than
    MOST + 1, and states without any are left out. `fresh`: likewise, how many of all files are new to an account."""

    states: Mapping[str, int]
    fresh: int


def count_files(view: View, networks: Sequence[int], me: int = 0) -> Counts:
    """In one statement, whose cost stays the same however many files there are beyond MOST in each state."""
    every = _whatever_the_state(view, networks)
    fresh = _counted(me, last_listed(networks)) if me else literal(0)
    if view.words or view.facets:  # what is looked for is found once, whatever its state
        state = case((Submission.aside.is_(True), ASIDE), else_=Submission.state).label("state")
        found = select(state).where(*every)
        if view.new_to is not None:
            found = found.outerjoin(Look, _look_of(view.new_to)).where(_fresh(view.new_to))
        states = found.cte("found")
        asked = {one: select(func.count()).where(states.c.state == one).scalar_subquery() for one in (*SENT, ASIDE)}
    else:
        asked = {one: _counted(view.new_to, [*every, *_of_state(one)]) for one in (*SENT, ASIDE)}
    row = db.session.execute(select(fresh, *asked.values())).one()
    return Counts({one: min(count, MOST + 1) for one, count in zip(asked, row[1:], strict=True) if count}, row[0])


def _counted(new_to: int | None, which: Sequence[ColumnExpressionArgument[bool]]) -> ScalarSelect[int]:
    found = select(Submission.id).where(*which)
    if new_to is not None:
        found = found.outerjoin(Look, _look_of(new_to)).where(_fresh(new_to))
    return select(func.count()).select_from(found.limit(MOST + 1).subquery()).scalar_subquery()


def tallies(networks: Sequence[Network]) -> Tallies:
    """How many files of these networks together have each thing that a list filters by: facets, edition, who follows
    it (an account, or NOBODY), network (an id); and how many are set aside.

    Counted as they are while a network is small. Beyond MOST that would cost more than the list itself: it is as the
    worker last counted it (`tallied_at`), every hour.
    """
    found: Tallies = {}
    kept = [one.id for one in networks if one.tallied_at]
    live = [one.id for one in networks if not one.tallied_at]
    rows = select(Tally.kind, Tally.value, func.sum(Tally.files)).where(Tally.network_id.in_(kept))
    for statement in ([_live(live)] if live else []) + ([rows.group_by(Tally.kind, Tally.value)] if kept else []):
        for kind, value, files in db.session.execute(statement):
            found[kind, value] = found.get((kind, value), 0) + int(files)
    return found


def _live(networks: Sequence[int]) -> CompoundSelect[str, str, int]:
    mine = last_listed(networks)
    facets = select(Facet.kind, Facet.value, func.count()).join(Submission, Submission.id == Facet.submission_id)
    columns = {
        EDITION: Submission.edition,
        ASSIGNED: cast(func.coalesce(Submission.assigned_id, NOBODY), String),
        NETWORK: cast(Submission.network_id, String),
    }
    aside = select(literal(ASIDE), literal(""), func.count()).where(*sent_to(networks), Submission.aside.is_(True))
    others = (select(literal(kind), one, func.count()).where(*mine).group_by(one) for kind, one in columns.items())
    return facets.where(*mine).group_by(Facet.kind, Facet.value).union_all(*others, aside)


def tally(network_id: int, now: datetime) -> bool:
    """Count a network's files again, if they are too many to be counted at each list; did it?"""
    some = select(Submission.id).where(*last_listed([network_id])).limit(MOST + 1)
    many = db.session.scalar(select(func.count()).select_from(some.subquery())) or 0
    found = list(db.session.execute(_live([network_id]))) if many > MOST else []
    was = db.session.scalar(select(Network.tallied_at).where(Network.id == network_id))
    if not found and was is None:
        return False
    with writing() as session:
        session.execute(delete(Tally).where(Tally.network_id == network_id))
        if found:
            rows = [{"network_id": network_id, "kind": row[0], "value": row[1], "files": row[2]} for row in found]
            session.execute(insert(Tally), rows)
        told = update(Network).where(Network.id == network_id).values(tallied_at=now if found else None)
        session.execute(told.execution_options(synchronize_session=False))
    return bool(found)


def tally_all(now: datetime) -> bool:
    """Every network; False: there is nothing more to do for now."""
    for network_id in db.session.scalars(select(Network.id)).all():
        tally(network_id, now)
    return False


def colleagues(networks: Sequence[int]) -> dict[int, str]:
    """The label of each account that follows one of these networks or a file of theirs, by its id."""
    members = select(Membership.facilitator_id).where(Membership.network_id.in_(networks))
    following = select(Submission.id).where(Submission.assigned_id == Facilitator.id, *sent_to(networks)).exists()
    which = or_(Facilitator.id.in_(members), following)
    found = select(Facilitator.id, Facilitator.label).where(which).order_by(Facilitator.label, Facilitator.id)
    return {row.id: row.label for row in db.session.execute(found)}
