"""The territories that networks expect, and which of them answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import delete, func, insert, select

from selfassess.core.definition.typography import fold
from selfassess.store.database import db, writing
from selfassess.store.file_list import listed
from selfassess.store.models import Expected, Submission

MOST_SEARCHED = 100  # characters of a query
MOST = 2000  # of one network: there are some 450 PAT in France


@dataclass(frozen=True)
class NewExpected:
    """A territory to expect, as `Expected` keeps it."""

    place: str
    name: str
    type: str = ""
    departement: str = ""
    code: str = ""
    population: int | None = None
    told: dict[str, object] = field(default_factory=dict)
    told_on: date | None = None
    source: str = ""


@dataclass(frozen=True)
class Awaited:
    """`reference`, `state`: of its last file, empty where there is none."""

    id: int
    network_id: int
    place: str
    name: str
    departement: str
    reference: str
    state: str


def expect(network_id: int, territories: Sequence[NewExpected], now: datetime) -> int:
    """Those not expected yet are, all at once; how many they are. Of those that are, what a public list says is made
    new."""
    with writing() as session:
        found = session.scalars(select(Expected).where(Expected.network_id == network_id))
        known = {one.place: one for one in found} if territories else {}
        new = {one.place: one for one in territories if one.place not in known}
        for one in territories:
            if one.told and one.place in known:
                known[one.place].told, known[one.place].told_on = one.told, one.told_on
        rows = [
            {**vars(one), "network_id": network_id, "search": fold(one.name)[:240], "created_at": now}
            for one in new.values()
        ]
        if rows:
            session.execute(insert(Expected), rows)
    return len(rows)


def places(network_id: int) -> set[str]:
    """Those expected already."""
    return set(db.session.scalars(select(Expected.place).where(Expected.network_id == network_id)))


def forget(network_id: int, ids: Sequence[int]) -> None:
    """They are expected no more; their files stay."""
    with writing() as session:
        gone = delete(Expected).where(Expected.network_id == network_id, Expected.id.in_(ids))
        session.execute(gone.execution_options(synchronize_session=False))


def structures(query: str, limit: int) -> list[Expected]:
    """Those that no directory has, of any network, whose name has a word that begins with each word of the query."""
    words = fold(query[:MOST_SEARCHED]).split()
    if not words:
        return []
    named = [(" " + Expected.search).contains(f" {word}", autoescape=True) for word in words]
    first = select(func.min(Expected.id)).where(Expected.code == "", *named).group_by(Expected.place)
    found = select(Expected).where(Expected.id.in_(first)).order_by(Expected.search, Expected.id).limit(limit)
    return list(db.session.scalars(found))


def structure(id: int) -> Expected | None:
    """The one of that number, if no directory has it."""
    return db.session.scalar(select(Expected).where(Expected.id == id, Expected.code == ""))


def told_of(place: str) -> Expected | None:
    """What a public list says of that place, the newest where several networks brought one."""
    found = select(Expected).where(Expected.place == place, Expected.told_on.is_not(None))
    return db.session.scalar(found.order_by(Expected.told_on.desc(), Expected.id).limit(1))


def of_network(network_id: int) -> list[Expected]:
    """By name."""
    found = select(Expected).where(Expected.network_id == network_id)
    return list(db.session.scalars(found.order_by(Expected.search, Expected.id)))


def awaited(networks: Sequence[int]) -> list[Awaited]:
    """By name; each with its last file, of those listed."""
    last = (
        select(Submission.network_id, Submission.place, func.max(Submission.id).label("file"))
        .where(*listed(networks), Submission.place != "")
        .group_by(Submission.network_id, Submission.place)
        .subquery()
    )
    columns = (Expected.id, Expected.network_id, Expected.place, Expected.name, Expected.departement)
    found = (
        select(*columns, func.coalesce(Submission.reference, ""), func.coalesce(Submission.state, ""))
        .where(Expected.network_id.in_(networks))
        .outerjoin(last, (last.c.network_id == Expected.network_id) & (last.c.place == Expected.place))
        .outerjoin(Submission, Submission.id == last.c.file)
        .order_by(Expected.search, Expected.id)
    )
    return [Awaited(*row) for row in db.session.execute(found)]


def answered(networks: Sequence[int], kept: Callable[[Awaited], bool] = lambda one: True) -> tuple[int, int]:
    """How many of the territories expected have a file, and how many are expected; of those `kept`."""
    found = {one.place: bool(one.reference) for one in awaited(networks) if kept(one)}
    return sum(found.values()), len(found)
