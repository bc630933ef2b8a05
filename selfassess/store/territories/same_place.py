"""The files of one territory that one network has, from year to year.

Apart: what the desk of a file asks of several files, and no list of files does.
"""

from __future__ import annotations

from sqlalchemy import or_, select

from selfassess.core.review.acts import SENT
from selfassess.store.database import db
from selfassess.store.models import Submission


def of_same_place(submission: Submission) -> list[Submission]:
    """That file and the others of its territory and network, the last sent first; what is set aside is not there."""
    mine = (Submission.network_id == submission.network_id, Submission.state.in_(SENT))
    same = Submission.place == submission.place if submission.place else Submission.id == submission.id
    kept = or_(Submission.aside.is_(False), Submission.id == submission.id)
    found = select(Submission).where(*mine, same, kept).order_by(Submission.sent_at.desc(), Submission.id.desc())
    return list(db.session.scalars(found))
