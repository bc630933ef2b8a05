"""The copy of a file for another network: what it was when it was last sent, frozen, with a review of its own.

Apart: it is written in the transaction of the act that sends it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import undefer

from selfassess.core.definition.typography import fold
from selfassess.core.review.acts import CONTRIBUTOR, SENT, SUBMITTED
from selfassess.store.acts import Actor
from selfassess.store.database import db
from selfassess.store.models import Event, Facet, Network, Revision, Submission, Summary
from selfassess.store.submissions import events, new_reference, relatives

SENT_AS = ("answers", "comments", "authors", "voices", "asked", "fingerprint", "report")
FOR_ELUS = ("elected_fingerprint", "elected_report")


class AlreadyThereError(Exception):
    """That network has this file already."""


def copy(original: Submission, network: Network, place: str, actor: Actor, at: datetime) -> tuple[Submission, Event]:
    """The copy, and its sending, within the transaction of `send_too`, which holds the original's row: two at once make
    one. Raises AlreadyThereError."""
    session = db.session()
    if network.id in {one.network_id for one in relatives(original.reference) if one.state in SENT}:
        raise AlreadyThereError
    last = select(Revision).where(Revision.submission_id == original.id).order_by(Revision.id.desc()).limit(1)
    sent = session.scalars(last.options(undefer(Revision.report), undefer(Revision.elected_report))).one()
    made = _copied(original, sent, network, place, at)
    session.add(made)
    session.flush()
    kept = {name: getattr(sent, name) for name in (*SENT_AS, *FOR_ELUS)}
    session.add(Revision(submission_id=made.id, at=at, kind="send", **kept))
    for name, value in session.execute(select(Facet.kind, Facet.value).where(Facet.submission_id == original.id)):
        session.add(Facet(submission_id=made.id, kind=name, value=value))
    short = session.scalar(select(Summary.declared).where(Summary.submission_id == original.id))
    if short is not None:
        session.add(Summary(submission_id=made.id, declared=short))
    for one in events(original):
        if one.kind == "answer" and one.role == CONTRIBUTOR:  # by what name a service answered
            told = {"at": one.at, "role": one.role, "kind": one.kind, "actor": one.actor, "data": dict(one.data)}
            session.add(Event(submission_id=made.id, **told))
    session.flush()
    sending = Event(submission_id=made.id, at=at, role=actor.role, actor=actor.label, kind="send")
    sending.data = {"network": network.name}
    session.add(sending)
    session.flush()
    return made, sending


def _copied(original: Submission, sent: Revision, network: Network, place: str, at: datetime) -> Submission:
    reference = new_reference()
    return Submission(
        reference=reference,
        questionnaire=original.questionnaire,
        edition=original.edition,
        state=SUBMITTED,
        acts=1,
        **{name: getattr(sent, name) for name in ("answers", "comments", "authors", "voices")},
        created_at=at,
        saved_at=original.saved_at,
        sent_at=at,
        moved_at=at,
        declared=sent.fingerprint,
        email=original.email,
        network_id=network.id,
        name=original.name,
        search=fold(f"{original.name} {reference}")[:240],
        reading=original.reading,
        place=place,
        twin_of=original.id,
    )
