"""Addresses to write to when a call is added for a device: given, written to, taken back. They go with their file.

Whoever gives an address may give another's: a message about a call opens nothing, and its link only stops the next.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete, select

from selfassess.store.database import db, wipe, writing
from selfassess.store.models import Alert, AlertStop, Mail, Submission
from selfassess.store.submissions import token_hash

CALL = "call"  # the kind of its messages


def ask(submission: Submission, device: str, recipient: str, known: Iterable[str], now: datetime) -> None:
    """From now on, write there about calls of the device that open, those `known` aside. Asked twice, it is asked
    once."""
    mine = (Alert.submission_id == submission.id, Alert.device == device, Alert.recipient == recipient)
    with writing() as session:
        if session.scalar(select(Alert.id).where(*mine)) is None:
            row = {"submission_id": submission.id, "device": device, "recipient": recipient}
            session.add(Alert(**row, known=list(known), created_at=now))


def of_file(submission: Submission) -> list[Alert]:
    """Oldest first."""
    return list(db.session.scalars(select(Alert).where(Alert.submission_id == submission.id).order_by(Alert.id)))


def every() -> list[Alert]:
    """With their files."""
    return list(db.session.scalars(select(Alert).order_by(Alert.id)))


def find(token: str) -> Alert | None:
    """What the link of a message stops; None when it is stopped, or was never sent."""
    found = db.session.scalar(select(AlertStop).where(AlertStop.hash == token_hash(token)))
    return None if found is None else found.alert


def stop(alert: Alert) -> None:
    """Nothing more is written there about that device of that file, and what was is forgotten."""
    sent = (Mail.submission_id == alert.submission_id, Mail.kind == CALL, Mail.data["alert"].as_integer() == alert.id)
    with writing() as session:
        session.execute(delete(Mail).where(*sent).execution_options(synchronize_session=False))
        session.execute(delete(Alert).where(Alert.id == alert.id).execution_options(synchronize_session=False))
        session.expunge(alert)
    wipe()


def notice(alert: Alert, live: Collection[str], new: Mapping[str, Mapping[str, object]], now: datetime) -> int:
    """A message for each call that this address was not written to about; how many. `live`: every call open or
    announced; `new`: those of them that concern the file, by id, with what a message says."""
    made = 0
    with writing() as session:
        session.refresh(alert)
        for call, told in new.items():
            handover = _handover(call, told, alert.recipient)
            if call in alert.known or session.scalar(select(Mail.id).where(Mail.handover == handover)) is not None:
                continue
            about = {"submission_id": alert.submission_id, "recipient": alert.recipient}
            data = {"alert": alert.id, **told}
            session.add(Mail(handover=handover, kind=CALL, data=data, created_at=now, next_at=now, **about))
            made += 1
        alert.known = sorted({*alert.known, *new} & {*live})  # one that is over may open again another year
    return made


def _handover(call: str, told: Mapping[str, object], recipient: str) -> str:
    """Once per call, as dated, and per address, whatever the number of files."""
    said = json.dumps([call, told.get("opens"), told.get("closes"), recipient.lower()])
    return f"{CALL}.{hashlib.sha256(said.encode()).hexdigest()}"
