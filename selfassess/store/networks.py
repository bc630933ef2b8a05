"""Networks: those that files can be sent to, and those closed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Exists, Select, select

from selfassess.store.database import db, writing
from selfassess.store.models import Facilitator, Membership, Network


def networks() -> list[Network]:
    """All, closed ones too, by name."""
    return list(db.session.scalars(select(Network).order_by(Network.name)))


def add_network(name: str, region: str, now: datetime, reply_to: str | None = None) -> Network:
    """`region`: its name in the directory, or empty. `reply_to`: as in `answer_at`."""
    with writing() as session:
        made = Network(name=name, region=region, created_at=now, reply_to=reply_to)
        session.add(made)
    return made


def answer_at(network: Network, reply_to: str | None) -> None:
    """The address where answers to its messages go; None: nobody reads them, and the messages say so."""
    with writing():
        network.reply_to = reply_to


def close_network(network: Network, now: datetime) -> None:
    """It receives nothing more; what it has stays with its facilitators."""
    with writing():
        network.closed_at = now


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
