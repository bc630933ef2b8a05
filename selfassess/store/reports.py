"""Stored reports, and the queue of those whose PDF is still to be made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from selfassess.store.database import db, rows_touched, writing
from selfassess.store.models import Revision, StoredReport, Submission

MOST_ATTEMPTS = 3
MOST_HOLDERS = 20


def find(fingerprint: str, submission_id: int) -> StoredReport | None:
    return db.session.get(StoredReport, (fingerprint, submission_id))


def holders(fingerprint: str) -> tuple[str | None, list[Submission]]:
    """The report of that fingerprint, JSON, and the files it is of, those sent first: MOST_HOLDERS at most."""
    ways = (StoredReport, Revision)  # its PDF was asked for, or it was sent
    kept = (db.session.scalar(select(one.report).where(one.fingerprint == fingerprint).limit(1)) for one in ways)
    its = (Submission.id.in_(select(one.submission_id).where(one.fingerprint == fingerprint)) for one in ways)
    files = select(Submission).where(or_(*its)).order_by(Submission.sent_at.is_(None), Submission.id)
    return next((one for one in kept if one), None), list(db.session.scalars(files.limit(MOST_HOLDERS)))


def sent_as(submission: Submission) -> list[str]:
    """The fingerprints of the file as it was sent or corrected, oldest first."""
    found = select(Revision.fingerprint).where(Revision.submission_id == submission.id).order_by(Revision.id)
    return list(db.session.scalars(found))


def ask(fingerprint: str, report: str, submission_id: int, template_version: str, now: datetime) -> StoredReport:
    """The report of that file and fingerprint, queued if it is new; one asked for before is given back as it is."""
    known = find(fingerprint, submission_id)
    if known is not None:
        return known
    made = StoredReport(
        fingerprint=fingerprint,
        report=report,
        submission_id=submission_id,
        template_version=template_version,
        created_at=now,
        state="queued",
    )
    try:
        with writing() as session:
            session.add(made)
    except IntegrityError:  # asked for twice at once
        return db.session.get_one(StoredReport, (fingerprint, submission_id))
    return made


def take(now: datetime) -> StoredReport | None:
    """The oldest report still to be made, now in state « rendering » for the caller alone; None if there is none."""
    waiting = select(StoredReport).where(StoredReport.state == "queued").order_by(StoredReport.created_at).limit(1)
    while (found := db.session.scalar(waiting)) is not None:
        with writing() as session:
            values = {"state": "rendering", "attempts": StoredReport.attempts + 1, "claimed_at": now}
            taken = update(StoredReport).where(*_same(found), StoredReport.state == "queued").values(values)
            done = session.execute(taken.execution_options(synchronize_session=False))
        db.session.refresh(found)
        if rows_touched(done):
            return found
    return None


def done(report: StoredReport, pdf: bytes) -> bool:
    """The PDF is made; False when the report was deleted meanwhile."""
    return _write(report, {"pdf": pdf, "state": "ready", "error": None})


def failed(report: StoredReport, error: str) -> bool:
    """It could not be made: queued again, until MOST_ATTEMPTS; False when the report was deleted meanwhile."""
    return _write(report, {"state": "queued" if report.attempts < MOST_ATTEMPTS else "failed", "error": error})


def _write(report: StoredReport, values: dict[str, Any]) -> bool:
    written = update(StoredReport).where(*_same(report)).values(values)
    with writing() as session:
        done = session.execute(written.execution_options(synchronize_session=False))
    return rows_touched(done) > 0


def _same(report: StoredReport) -> tuple[ColumnElement[bool], ...]:
    return StoredReport.fingerprint == report.fingerprint, StoredReport.submission_id == report.submission_id


def release(claimed_before: datetime) -> int:
    """Reports whose worker died while rendering go back to the queue, or fail after MOST_ATTEMPTS; how many."""
    dead = (StoredReport.state == "rendering", StoredReport.claimed_at < claimed_before)
    if db.session.scalar(select(StoredReport.fingerprint).where(*dead).limit(1)) is None:
        return 0
    state = case((StoredReport.attempts < MOST_ATTEMPTS, "queued"), else_="failed")
    with writing() as session:
        released = update(StoredReport).where(*dead).values(state=state, error="interrupted")
        done = session.execute(released.execution_options(synchronize_session=False))
        return rows_touched(done)


def again(report: StoredReport, template_version: str) -> None:
    """Made with other templates: queued anew; the former PDF stays until the new one is there."""
    with writing():
        report.state, report.attempts, report.template_version = "queued", 0, template_version


def waiting() -> int:
    """How many reports wait for a worker."""
    in_line = select(func.count()).select_from(StoredReport).where(StoredReport.state == "queued")
    return db.session.scalar(in_line) or 0
