"""Networks: those that files can be sent to, and those closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Exists, Select, select

from selfassess.store.database import db, writing
from selfassess.store.models import Facilitator, Membership, Network


def networks() -> list[Network]:
    """All, closed ones too, by name."""
    return list(db.session.scalars(select(Network).order_by(Network.name)))


# `rows` are written in the same transaction: what tells of it.


def find_network(id: int) -> Network | None:
    return db.session.get(Network, id)


def add_network(
    name: str, region: str, now: datetime, reply_to: str | None = None, rows: Iterable[object] = ()
) -> Network:
    """`region`: its name in the directory, or empty. `reply_to`: as in `answer_at`."""
    with writing() as session:
        made = Network(name=name, region=region, created_at=now, reply_to=reply_to)
        session.add_all([made, *rows])
    return made


def answer_at(network: Network, reply_to: str | None, rows: Iterable[object] = ()) -> None:
    """The address where answers to its messages go; None: nobody reads them, and the messages say so."""
    change_network(network, network.name, network.region, reply_to, rows)


def change_network(network: Network, name: str, region: str, reply_to: str | None, rows: Iterable[object] = ()) -> None:
    with writing() as session:
        network.name, network.region, network.reply_to = name, region, reply_to
        session.add_all(rows)


def close_network(network: Network, now: datetime, rows: Iterable[object] = ()) -> None:
    """It receives nothing more; what it has stays with its facilitators."""
    with writing() as session:
        network.closed_at = now
        session.add_all(rows)


def reopen_network(network: Network, rows: Iterable[object] = ()) -> None:
    with writing() as session:
        network.closed_at = None
        session.add_all(rows)


def open_networks() -> list[Network]:
    """Those a file can be sent to, by name: not closed, and somebody has an account there, invitation accepted."""
    return list(db.session.scalars(_open().order_by(Network.name)))


def any_open() -> Exists:
    """Is there one? As part of another statement."""
    return _open().exists()


def _open() -> Select[Network]:
    somebody = (
        select(Membership.network_id)
        .join(Facilitator, Facilitator.id == Membership.facilitator_id)
        .where(Facilitator.deactivated_at.is_(None), Facilitator.password.is_not(None))
    )
    return select(Network).where(Network.closed_at.is_(None), Network.id.in_(somebody))
