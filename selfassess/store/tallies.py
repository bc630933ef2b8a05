"""How many files of a network have each thing that a list filters by: its edition, who follows it, its facets.

Counted when asked for while a network is small. Beyond MOST files that would cost more than the list itself: the worker
counts them every hour, and what it found is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CompoundSelect, String, cast, delete, func, insert, literal, select, update

from selfassess.store import file_list
from selfassess.store.database import db, writing
from selfassess.store.file_list import ASIDE, NOBODY, listed, sent_to
from selfassess.store.models import Facet, Network, Submission, Tally

EDITION, ASSIGNED, NETWORK = "edition", "assigned", "network"  # kinds of a tally, besides those of facets
Tallies = dict[tuple[str, str], int]  # (kind, value) → files


def tallies(networks: Sequence[Network]) -> Tallies:
    """Of these networks together, as they are, or as `tallied_at` of each says it was counted. The value of ASSIGNED
    is an account, or NOBODY; that of NETWORK an id. What was set aside is counted apart, as ASIDE."""
    found: Tallies = {}
    kept = [one.id for one in networks if one.tallied_at]
    live = [one.id for one in networks if not one.tallied_at]
    rows = select(Tally.kind, Tally.value, func.sum(Tally.files)).where(Tally.network_id.in_(kept))
    for statement in ([_live(live)] if live else []) + ([rows.group_by(Tally.kind, Tally.value)] if kept else []):
        for kind, value, files in db.session.execute(statement):
            found[kind, value] = found.get((kind, value), 0) + int(files)
    return found


def _live(networks: Sequence[int]) -> CompoundSelect[str, str, int]:
    mine = listed(networks)
    facets = select(Facet.kind, Facet.value, func.count()).join(Submission, Submission.id == Facet.submission_id)
    columns = {
        EDITION: Submission.edition,
        ASSIGNED: cast(func.coalesce(Submission.assigned_id, NOBODY), String),
        NETWORK: cast(Submission.network_id, String),
    }
    aside = select(literal(ASIDE), literal(""), func.count()).where(*sent_to(networks), Submission.aside.is_(True))
    others = (select(literal(kind), one, func.count()).where(*mine).group_by(one) for kind, one in columns.items())
    return facets.where(*mine).group_by(Facet.kind, Facet.value).union_all(*others, aside)


def tally(network_id: int, now: datetime) -> bool:
    """Count a network's files again, if they are too many to be counted at each list; did it?"""
    some = select(Submission.id).where(*listed([network_id])).limit(file_list.MOST + 1)
    many = db.session.scalar(select(func.count()).select_from(some.subquery())) or 0
    found = list(db.session.execute(_live([network_id]))) if many > file_list.MOST else []
    was = db.session.scalar(select(Network.tallied_at).where(Network.id == network_id))
    if not found and was is None:
        return False
    with writing() as session:
        session.execute(delete(Tally).where(Tally.network_id == network_id))
        if found:
            rows = [{"network_id": network_id, "kind": row[0], "value": row[1], "files": row[2]} for row in found]
            session.execute(insert(Tally), rows)
        told = update(Network).where(Network.id == network_id).values(tallied_at=now if found else None)
        session.execute(told.execution_options(synchronize_session=False))
    return bool(found)


def tally_all(now: datetime) -> bool:
    """Every network; False: there is nothing more to do for now."""
    for network_id in db.session.scalars(select(Network.id)).all():
        tally(network_id, now)
    return False
