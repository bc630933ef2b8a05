"""Networks: those that files can be sent to, and those closed."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Exists, Select, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer

from selfassess.core.definition.typography import fold
from selfassess.store.database import db, rule_broken, writing
from selfassess.store.models import Facilitator, Logo, Membership, Network, StoredReport

LONGEST_NAME, LONGEST_CONTACT, LONGEST_WELCOME = 120, 200, 1000


def networks() -> list[Network]:
    """All, closed ones too, by name."""
    return list(db.session.scalars(select(Network).order_by(Network.name)))


def same_name(name: str, among: Iterable[str]) -> str | None:
    """The one that is that name, whatever its case and accents."""
    return {fold(one).strip(): one for one in among}.get(fold(name).strip())


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


def change_face(network: Network, name: str, contact: str, welcome: str, rows: Iterable[object] = ()) -> None:
    """What it is called, whom to ask, and what it says to its territories."""
    with writing() as session:
        network.name, network.contact, network.welcome = name, contact, welcome
        session.add_all(rows)


def find_logo(digest: str) -> bytes | None:
    found = db.session.get(Logo, digest, options=[undefer(Logo.png)])
    return b64decode(found.png) if found else None


def change_logo(network: Network, png: bytes | None, rows: Iterable[object] = ()) -> None:
    """From now on, that picture, or none. Those that no network nor report has any more go."""
    digest, written = sha256(png).hexdigest() if png is not None else None, list(rows)
    for once_more in (True, False):
        try:
            with writing() as session:
                _keep_logo(session, network, digest, png)
                session.add_all(written)
            return
        except IntegrityError as error:
            if not once_more or rule_broken(error) != "pk_logo":
                raise  # another network has given the same picture just now: it is there


def _keep_logo(session: Session, network: Network, digest: str | None, png: bytes | None) -> None:
    network.logo = digest
    if digest and png is not None and session.get(Logo, digest) is None:
        session.add(Logo(digest=digest, png=b64encode(png).decode()))
    session.flush()
    used = [select(model.logo).where(model.logo == Logo.digest).exists() for model in (Network, StoredReport)]
    session.execute(delete(Logo).where(*(~one for one in used)).execution_options(synchronize_session=False))


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
