"""The links of a file: given one by one, switched off one by one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Executable, select, update

from selfassess.core.review.acts import RESPONDENT
from selfassess.store.database import db
from selfassess.store.models import Link, Submission


def given(submission: Submission) -> list[Link]:
    """Every link but the first, which the file was started with; oldest first, those switched off too."""
    found = select(Link).where(Link.submission_id == submission.id).order_by(Link.created_at, Link.hash)
    links = list(db.session.scalars(found))
    first = next((one for one in links if one.role == RESPONDENT and one.mail_id is None), None)
    return [one for one in links if one is not first]


def switching_off(link: Link, now: datetime) -> Executable:
    return update(Link).where(Link.hash == link.hash, Link.revoked_at.is_(None)).values(revoked_at=now)
