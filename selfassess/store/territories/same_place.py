"""The files of one territory that one network has, from year to year, and the territories a file might be of instead.

Apart: what the desk of a file asks of several files, and no list of files does.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select

from selfassess.core.review.acts import SENT
from selfassess.store.database import db
from selfassess.store.file_list import is_last, listed
from selfassess.store.models import Expected, Submission, Summary

MOST_NEARBY = 30


@dataclass(frozen=True)
class NearbyPlace:
    """`reference`: of its last file; empty for a territory expected, that has none."""

    place: str
    name: str
    reference: str


def of_same_place(submission: Submission) -> list[Submission]:
    """That file and the others of its territory and network, the last sent first; what is set aside is not there."""
    mine = (Submission.network_id == submission.network_id, Submission.state.in_(SENT))
    same = Submission.place == submission.place if submission.place else Submission.id == submission.id
    kept = or_(Submission.aside.is_(False), Submission.id == submission.id)
    found = select(Submission).where(*mine, same, kept).order_by(Submission.sent_at.desc(), Submission.id.desc())
    return list(db.session.scalars(found))


def nearby(submission: Submission, departement: str) -> list[NearbyPlace]:
    """The other territories of that département that its network follows, by name: those expected that have no file,
    and those that have one."""
    network = submission.network_id
    if not departement or network is None:
        return []
    other = (Submission.place != submission.place, Submission.place != "", is_last())
    there = Summary.declared["departement"].as_string() == departement
    files = select(Submission.place, Submission.name, Submission.reference).join(Summary)
    sent = db.session.execute(
        files.where(*listed([network]), *other, there).order_by(Submission.search).limit(MOST_NEARBY)
    )
    mine = (Expected.network_id == network, Expected.departement == departement, Expected.place != submission.place)
    awaited = select(Expected.place, Expected.name).where(*mine).order_by(Expected.search).limit(MOST_NEARBY)
    found = {place: NearbyPlace(place, name, "") for place, name in db.session.execute(awaited)}
    found |= {place: NearbyPlace(place, name, reference) for place, name, reference in sent}
    return sorted(found.values(), key=lambda one: (bool(one.reference), one.name))[:MOST_NEARBY]
