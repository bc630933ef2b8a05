"""Files in short, read many at a time: of each territory, the last file sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select

from selfassess.core.network.summary import FileSummary
from selfassess.core.review.acts import SENT, VALIDATED
from selfassess.store.database import db
from selfassess.store.file_list import last_listed, listed
from selfassess.store.models import Submission, Summary


@dataclass(frozen=True)
class SummedFile:
    """`reviewed`: what its network reads, once that is validated."""

    id: int
    reference: str
    network_id: int
    place: str
    state: str
    sent_at: datetime | None
    moved_at: datetime | None
    assigned_id: int | None
    declared: FileSummary
    reviewed: FileSummary | None


def last_files(networks: Sequence[int]) -> Select[Submission]:
    """Of the files listed of these networks, the last sent of each territory and network, by name."""
    return select(Submission).where(*last_listed(networks)).order_by(Submission.search, Submission.id)


def summed(which: Select[Submission]) -> list[SummedFile]:
    """Those files that have a summary, in their order."""
    columns = (
        Submission.id,
        Submission.reference,
        Submission.network_id,
        Submission.place,
        Submission.state,
        Submission.sent_at,
        Submission.moved_at,
        Submission.assigned_id,
        Summary.declared,
        Summary.reviewed,
    )
    rows = db.session.execute(which.with_only_columns(*columns).join(Summary, Summary.submission_id == Submission.id))
    return [
        SummedFile(
            row.id, row.reference, row.network_id, row.place, row.state, row.sent_at, row.moved_at, row.assigned_id,
            FileSummary.model_validate(row.declared),
            FileSummary.model_validate(row.reviewed) if row.reviewed and row.state == VALIDATED else None,
        )
        for row in rows
    ]  # fmt: skip  # columns in their order


def named(networks: Sequence[int], references: Sequence[str]) -> dict[str, Submission]:
    """The files of these references that are listed of these networks."""
    which = select(Submission).where(*listed(networks), Submission.reference.in_(references))
    return {one.reference: one for one in db.session.scalars(which)}


def without_summary(limit: int) -> list[Submission]:
    """Files sent, or validated, before summaries were kept, and not summed up since; oldest first."""
    which = select(Submission).where(Submission.state.in_(SENT), ~_kept()).order_by(Submission.id)
    return list(db.session.scalars(which.limit(limit)))


def uncounted(networks: Sequence[int]) -> int:
    """How many files of these networks have no summary yet."""
    return db.session.scalar(select(func.count()).select_from(Submission).where(*listed(networks), ~_kept())) or 0


def _kept() -> ColumnElement[bool]:
    told = or_(Submission.state != VALIDATED, Summary.reviewed.is_not(None))
    return select(Summary.submission_id).where(Summary.submission_id == Submission.id, told).exists()
