"""Files read many at a time, to be written out: no more than a batch is ever held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, undefer

from selfassess.core.review.acts import PREVIEW, SENT
from selfassess.store.database import db
from selfassess.store.file_list import is_last
from selfassess.store.models import Event, Facilitator, Network, Revision, StoredReport, Submission, Summary

BATCH = 50  # a kept report is some 150 kB
REVIEWING = ("send", "judge", "validate", "reopen", "request", "cancel", "resubmit", "comment")


@dataclass(frozen=True)
class FileToExport:
    """A file as it was last sent or corrected, with all its events, in the order they were written. `superseded`: its
    network has a later one of its territory."""

    submission: Submission
    revision: Revision
    superseded: bool = False
    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True)
class FileInShort:
    """`declared`, `reviewed`: as kept (`Summary`), None where it was sent before they were. `events`: acts of review,
    in order. `comments`: of the file as last sent, by key; `voices`, `asked`: likewise. `superseded`: its network has a
    later one of its territory.
    """

    id: int
    reference: str
    state: str
    edition: str
    network: str
    assigned: str
    created_at: datetime
    sent_at: datetime | None
    moved_at: datetime | None
    declared: dict[str, Any] | None
    reviewed: dict[str, Any] | None
    comments: Mapping[str, str]
    voices: Mapping[str, Any]
    asked: Sequence[str]
    superseded: bool
    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True)
class KeptReport:
    """A report as kept, JSON. `at`: the file was sent or corrected (`declared`), or its PDF asked for."""

    reference: str
    fingerprint: str
    declared: bool
    at: datetime
    report: str


def reports_kept(reference: str | None = None, size: int = BATCH) -> Iterator[KeptReport]:
    """Every report kept, declared ones then those whose PDF was asked for, of all files or of one; trials aside."""
    sent = select(Submission.reference, Revision.fingerprint, Revision.at, Revision.report)
    drawn = select(Submission.reference, StoredReport.fingerprint, StoredReport.created_at, StoredReport.report)
    ways = (
        (True, sent.join(Revision, Revision.submission_id == Submission.id).order_by(Revision.id)),
        (
            False,
            drawn.join(StoredReport, StoredReport.submission_id == Submission.id).order_by(StoredReport.created_at),
        ),
    )
    for declared, rows in ways:
        real = rows.where(Submission.state != PREVIEW)
        chosen = real if reference is None else real.where(Submission.reference == reference)
        for name, fingerprint, at, report in db.session.execute(chosen, execution_options={"yield_per": size}):
            yield KeptReport(name, fingerprint, declared, at, report)


def every_sent(network_id: int | None = None, *, aside: bool = False) -> Select[Submission]:
    """All files sent to networks, or to that one, in the order they were started; `aside`: those set aside instead."""
    found = select(Submission).where(Submission.state.in_(SENT), Submission.aside.is_(aside)).order_by(Submission.id)
    return found if network_id is None else found.where(Submission.network_id == network_id)


def editions(which: Select[Submission]) -> list[str]:
    """The editions of those files."""
    found = which.with_only_columns(Submission.edition).order_by(None).distinct()
    return list(db.session.scalars(found))


def read(which: Select[Submission], size: int = BATCH) -> Iterator[FileToExport]:
    """Those files in their order. Only ids are read first; each batch is its own transaction, so that a file
    withdrawn meanwhile is left out, and nobody waits for the end."""
    ids = list(db.session.scalars(which.with_only_columns(Submission.id)))
    db.session.commit()
    for first in range(0, len(ids), size):
        yield from _batch(which, ids[first : first + size])
        db.session.commit()


def declared(which: Select[Submission], size: int = 10 * BATCH) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    """Of those files: reference, edition, and the answers as last sent or corrected; nothing else is read."""
    ids = list(db.session.scalars(which.with_only_columns(Submission.id)))
    last = select(func.max(Revision.id)).group_by(Revision.submission_id)
    wanted = select(Submission.reference, Submission.edition, Revision.answers).join_from(Revision, Submission)
    for first in range(0, len(ids), size):
        some = ids[first : first + size]
        batch = wanted.where(Revision.id.in_(last.where(Revision.submission_id.in_(some)))).order_by(Submission.id)
        yield from (tuple(row) for row in db.session.execute(batch).all())
        db.session.commit()


def in_short(which: Select[Submission], size: int = 10 * BATCH) -> Iterator[FileInShort]:
    """Those files in their order, without the reports that were kept; in batches, as `read`."""
    ids = list(db.session.scalars(which.with_only_columns(Submission.id)))
    db.session.commit()
    for first in range(0, len(ids), size):
        yield from _short_batch(which, ids[first : first + size])
        db.session.commit()


def _short_batch(which: Select[Submission], ids: Sequence[int]) -> list[FileInShort]:
    last = select(func.max(Revision.id)).where(Revision.submission_id.in_(ids)).group_by(Revision.submission_id)
    columns = (
        Submission.id, Submission.reference, Submission.state, Submission.edition,
        func.coalesce(Network.name, ""), func.coalesce(Facilitator.label, ""),
        Submission.created_at, Submission.sent_at, Submission.moved_at,
        Summary.declared, Summary.reviewed, Revision.comments, Revision.voices, Revision.asked, ~is_last(),
    )  # fmt: skip  # in the order of `FileInShort`
    rows = (
        which.with_only_columns(*columns)
        .where(Submission.id.in_(ids), Revision.id.in_(last))
        .join(Revision, Revision.submission_id == Submission.id)
        .outerjoin(Network, Network.id == Submission.network_id)
        .outerjoin(Facilitator, Facilitator.id == Submission.assigned_id)
        .outerjoin(Summary, Summary.submission_id == Submission.id)
    )
    found = {row[0]: FileInShort(*row) for row in db.session.execute(rows)}
    happened = select(Event).where(Event.submission_id.in_(found), Event.kind.in_(REVIEWING)).order_by(Event.id)
    for one in db.session.scalars(happened):
        found[one.submission_id].events.append(one)
    return [found[one] for one in ids if one in found]


def count(which: Select[Submission]) -> int:
    """How many files those are."""
    found = which.with_only_columns(Submission.id).order_by(None)
    return db.session.scalar(select(func.count()).select_from(found.subquery())) or 0


def _batch(which: Select[Submission], ids: Sequence[int]) -> list[FileToExport]:
    whole = which.where(Submission.id.in_(ids)).options(joinedload(Submission.assigned))
    files = {one.id: one for one in db.session.scalars(whole)}
    last = select(func.max(Revision.id)).where(Revision.submission_id.in_(files)).group_by(Revision.submission_id)
    revisions = select(Revision).where(Revision.id.in_(last)).options(undefer(Revision.report))
    late = set(db.session.scalars(select(Submission.id).where(Submission.id.in_(files), ~is_last())))
    kept = {
        one.submission_id: FileToExport(files[one.submission_id], one, one.submission_id in late)
        for one in db.session.scalars(revisions)
    }
    happened = select(Event).where(Event.submission_id.in_(files)).order_by(Event.id)
    for one in db.session.scalars(happened):
        if one.submission_id in kept:
            kept[one.submission_id].events.append(one)
    return [kept[one] for one in ids if one in kept]
