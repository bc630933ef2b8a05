"""What administrators see and did: counts, states, the journal of their acts. Nothing of what is in a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from selfassess.core.review.acts import SENT
from selfassess.store.accounts import INVITATION
from selfassess.store.database import db
from selfassess.store.models import AdminAct, Facilitator, Key, Mail, Membership, Submission

MOST_ACTS = 200  # shown


@dataclass(frozen=True)
class By:
    """Who acts: an account and its address, or a command."""

    account: int | None = None
    email: str = ""


COMMAND = By()


def noted(kind: str, by: By, now: datetime, **data: object) -> AdminAct:
    """A line of the journal, to write in the transaction of the act it tells of."""
    return AdminAct(at=now, actor_id=by.account, actor=by.email, kind=kind, data=data)


def latest_acts() -> list[AdminAct]:
    """The last MOST_ACTS, the newest first."""
    return list(db.session.scalars(select(AdminAct).order_by(AdminAct.id.desc()).limit(MOST_ACTS)))


def count_acts() -> int:
    return db.session.scalar(select(func.count()).select_from(AdminAct)) or 0


def every_account() -> list[Facilitator]:
    """With their networks, by label."""
    found = select(Facilitator).options(selectinload(Facilitator.networks))
    return list(db.session.scalars(found.order_by(Facilitator.label, Facilitator.id)))


def invitations(accounts: Iterable[int] = ()) -> Mapping[int, tuple[datetime | None, Mail | None]]:
    """By account: until when its living invitation serves, if it has one, and its last message."""
    which = list(accounts)
    keys = select(Key.facilitator_id, func.max(Key.expires_at)).where(
        Key.purpose == INVITATION, Key.used_at.is_(None), Key.facilitator_id.in_(which)
    )
    until = {row[0]: row[1] for row in db.session.execute(keys.group_by(Key.facilitator_id))}
    sent = select(Mail).where(Mail.kind == INVITATION, Mail.facilitator_id.in_(which))
    last = {one.facilitator_id: one for one in db.session.scalars(sent.order_by(Mail.id))}
    return {one: (until.get(one), last.get(one)) for one in which}


def accounts_of_networks() -> dict[int, int]:
    """By network: how many open accounts follow it."""
    counted = select(Membership.network_id, func.count()).join(Facilitator, Facilitator.id == Membership.facilitator_id)
    found = counted.where(Facilitator.deactivated_at.is_(None)).group_by(Membership.network_id)
    return {row[0]: row[1] for row in db.session.execute(found)}


def files_of_networks(assigned: int | None = None) -> dict[int, int]:
    """By network: how many files it has, or how many of them that account follows."""
    counted = select(Submission.network_id, func.count()).where(Submission.state.in_(SENT))
    if assigned is not None:
        counted = counted.where(Submission.assigned_id == assigned)
    found = db.session.execute(counted.group_by(Submission.network_id))
    return {row[0]: row[1] for row in found if row[0] is not None}
