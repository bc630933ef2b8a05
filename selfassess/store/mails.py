"""Messages to send: one row per hand-over and recipient, written in the transaction of the act it tells of.

States: queued until `next_at`, sending, then sent, queued again, failed, or uncertain: whether it left is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from selfassess.store.alerts import CALL
from selfassess.store.database import db, rows_touched, rule_broken, writing
from selfassess.store.models import LONGEST_ADDRESS, Event, Facilitator, Mail, Membership, Submission

# Plain addresses only: what any mail server takes, and nothing that could end a header or a command.
ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
LONGEST_LOCAL = 64
BATCH = 500
RESENDABLE = ("failed", "uncertain")


def valid_address(text: str) -> bool:
    """May a message be sent there? ASCII, one @, a domain with a dot, no longer than a column holds."""
    short = len(text) <= LONGEST_ADDRESS and len(text.partition("@")[0]) <= LONGEST_LOCAL
    return short and ADDRESS.fullmatch(text) is not None


def to_respondent(submission: Submission, kind: str, event: Event, **data: object) -> list[Mail]:
    """The message to who fills in the file; none when they left no address. Within the transaction of the event."""
    known = select(Submission.email).where(Submission.id == submission.id)  # the act may just have written it
    address = db.session.scalar(known)
    return [_about(submission, kind, event, "respondent", address, data)] if address else []


def to_network(submission: Submission, kind: str, event: Event, **data: object) -> list[Mail]:
    """The messages to whoever the file is assigned to, otherwise to all of its network. As above."""
    return [
        _about(submission, kind, event, f"facilitator-{follower.id}", follower.email, data, follower.id)
        for follower in _followers(submission)
    ]


def to_colleague(submission: Submission, event: Event, colleague: Facilitator, **more: object) -> list[Mail]:
    """The message to whom the file was just given to follow, by the actor of `event`; none to who took it, nor about a
    file set aside, nor to an account that reads nothing. As above."""
    told = colleague.id != event.facilitator_id and not submission.aside
    if not told or colleague.deactivated_at is not None or colleague.password is None:
        return []
    who, data = f"facilitator-{colleague.id}", dict[str, object](label=event.actor, **more)
    return [_about(submission, "assigned", event, who, colleague.email, data, colleague.id)]


def to_facilitator(facilitator: Facilitator, kind: str, handover: str, now: datetime, **data: object) -> Mail:
    """A message about an account. `handover` names the occasion: the same one twice is refused by the database."""
    return Mail(
        handover=f"{kind}.{handover}",
        kind=kind,
        recipient=facilitator.email,
        facilitator_id=facilitator.id,
        data=data,
        created_at=now,
        next_at=now,
    )


def operator_told(kind: str, occasion: str) -> bool:
    """Was who runs the site written to on that occasion?"""
    return db.session.scalar(select(Mail.id).where(Mail.handover == f"{kind}.{occasion}.operator")) is not None


def to_operator(address: str, kind: str, occasion: str, now: datetime, **data: object) -> bool:
    """Have who runs the site written to, about no file; False when it was done already on that occasion."""
    handover = f"{kind}.{occasion}.operator"
    try:
        with writing() as session:
            session.add(Mail(handover=handover, kind=kind, recipient=address, data=data, created_at=now, next_at=now))
    except IntegrityError as error:
        if rule_broken(error) != "uq_mail_handover":
            raise
        return False  # another worker was first
    return True


def _about(
    submission: Submission,
    kind: str,
    event: Event,
    who: str,
    address: str,
    data: Mapping[str, object],
    facilitator_id: int | None = None,
) -> Mail:
    return Mail(
        handover=f"{event.id}.{kind}.{who}",
        kind=kind,
        recipient=address,
        submission_id=submission.id,
        facilitator_id=facilitator_id,
        data={"event": event.id, **data},
        created_at=event.at,
        next_at=event.at,
    )


def _followers(submission: Submission) -> Iterable[Facilitator]:
    """Active accounts of the network, with a password: the one the file is assigned to if it is among them. Nobody
    while the file is set aside."""
    written = select(Submission.network_id, Submission.assigned_id, Submission.aside)
    network_id, assigned_id, aside = db.session.execute(written.where(Submission.id == submission.id)).one()
    if aside:
        return []
    members = (
        select(Facilitator)
        .join(Membership, Membership.facilitator_id == Facilitator.id)
        .where(
            Membership.network_id == (network_id or submission.network_id),  # withdrawn: the one it was sent to
            Facilitator.deactivated_at.is_(None),
            Facilitator.password.is_not(None),
        )
        .order_by(Facilitator.id)
    )
    found = list(db.session.scalars(members))
    return [one for one in found if one.id == assigned_id] or found


def about(submission: Submission) -> list[Mail]:
    """The messages about a file since it was last sent to a network, oldest first: what they and nobody before read."""
    sent = select(func.max(Event.id)).where(Event.submission_id == submission.id, Event.kind == "send")
    found = select(Mail).where(Mail.submission_id == submission.id, Mail.kind != CALL)
    last = sent.scalar_subquery()
    since = func.coalesce(Mail.data["event"].as_integer(), last) >= last
    return list(db.session.scalars(found.where(since).order_by(Mail.id)))


def known(ids: Iterable[int]) -> set[int]:
    """Those of them that are still there: messages go with the file, or the account, they are about."""
    wanted = sorted(ids)
    batches = (wanted[at : at + BATCH] for at in range(0, len(wanted), BATCH))
    return {one for some in batches for one in db.session.scalars(select(Mail.id).where(Mail.id.in_(some)))}


def last_id() -> int:
    """Of all messages that are there: none of these, nor a former one, has a greater one."""
    return db.session.scalar(select(func.max(Mail.id))) or 0


def for_respondent(submission: Submission) -> list[Mail]:
    """Every message to who fills in the file, oldest first; those about calls go to whoever asked for them."""
    mine = (Mail.submission_id == submission.id, Mail.facilitator_id.is_(None), Mail.kind != CALL)
    return list(db.session.scalars(select(Mail).where(*mine).order_by(Mail.id)))


def again(mail: Mail, now: datetime) -> bool:
    """Somebody decided to send it again; False when it is no longer failed or uncertain (asked twice, say)."""
    stopped = (Mail.id == mail.id, Mail.state.in_(RESENDABLE))
    values = {"state": "queued", "attempts": 0, "next_at": now, "claimed_at": None, "error": None}
    with writing() as session:
        done = session.execute(update(Mail).where(*stopped).values(values).execution_options(synchronize_session=False))
    return rows_touched(done) > 0
