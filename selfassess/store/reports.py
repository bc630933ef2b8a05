"""Stored reports, and the queue of those whose PDF is still to be made.

One report of a file waits at most: one asked for later takes its place and goes to the end of the line, so that files
take turns whatever one of them asks for. While a file is not with a network, its last few reports only are kept.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Case, ColumnElement, Row, Update, case, delete, func, or_, select, update
from sqlalchemy.orm import Session, aliased, undefer

from selfassess.core.review.acts import SENT
from selfassess.store.database import clock, db, its_clock, rows_touched, writing
from selfassess.store.models import Network, Revision, StoredReport, Submission, WorkerSign
from selfassess.store.submissions import GoneError

MOST_ATTEMPTS = 3
MOST_HOLDERS = 20
UNSENT_KEPT = 5  # of each file, since it was last with a network
QUEUED, RENDERING, READY, FAILED, REPLACED = "queued", "rendering", "ready", "failed", "replaced"
COMING = (QUEUED, RENDERING)
MOST_FORGOTTEN = 500  # at once: a file may have many from before
LOST = timedelta(days=1)  # a worker silent for longer will not come back
OLDEST = (  # made once: the worker asks several times a second
    select(StoredReport)
    .where(StoredReport.state == QUEUED)
    .order_by(StoredReport.created_at)
    .limit(1)
    .options(undefer(StoredReport.report))
)


def find(fingerprint: str, submission_id: int) -> StoredReport | None:
    """As it is now, whatever this session knew of it."""
    return db.session.get(StoredReport, (fingerprint, submission_id), populate_existing=True)


def find_whole(fingerprint: str, submission_id: int) -> StoredReport | None:
    """The same with its report and its PDF, in one look."""
    whole = (undefer(StoredReport.report), undefer(StoredReport.pdf))
    return db.session.get(StoredReport, (fingerprint, submission_id), options=whole, populate_existing=True)


def holders(fingerprint: str) -> tuple[str | None, list[Submission]]:
    """The report of that fingerprint, JSON, and the files it is of, those sent first: MOST_HOLDERS at most."""
    ways = (  # its PDF was asked for, or it was sent
        (StoredReport.report, StoredReport.submission_id, StoredReport.fingerprint),
        (Revision.report, Revision.submission_id, Revision.fingerprint),
        (Revision.elected_report, Revision.submission_id, Revision.elected_fingerprint),
    )
    kept = (db.session.scalar(select(report).where(its == fingerprint).limit(1)) for report, _, its in ways)
    its = (Submission.id.in_(select(file).where(its == fingerprint)) for _, file, its in ways)
    files = select(Submission).where(or_(*its)).order_by(Submission.sent_at.is_(None), Submission.id)
    return next((one for one in kept if one), None), list(db.session.scalars(files.limit(MOST_HOLDERS)))


def sent_as(submission: Submission, *, elected: bool = False) -> list[str]:
    """The fingerprints of the file as it was sent or corrected, oldest first; those of its version for élus."""
    column = Revision.elected_fingerprint if elected else Revision.fingerprint
    found = select(column).where(Revision.submission_id == submission.id).order_by(Revision.id)
    return [one for one in db.session.scalars(found) if one is not None]


def ask(fingerprint: str, report: str, submission_id: int, template_version: str, now: datetime) -> StoredReport:
    """The report of that file and fingerprint, queued if it is new; one asked for before is given back as it is.

    Raises GoneError when the file was deleted meanwhile.
    """
    known = find(fingerprint, submission_id)
    if known is not None:
        return known
    made = StoredReport(
        fingerprint=fingerprint,
        report=report,
        submission_id=submission_id,
        template_version=template_version,
        created_at=now,
        state=QUEUED,
    )
    with writing() as session:
        file = _locked(session, submission_id)
        known = session.get(StoredReport, (fingerprint, submission_id))  # asked for twice at once
        if file is not None and known is None:
            made.network, made.contact, made.logo = _network_of(session, submission_id)
            session.add(made)
            session.flush()
            _take_place_of_others(session, made)
            if file.reported_at is None:
                session.execute(_reported(submission_id, now))
            if file.state not in SENT:
                _forget_oldest(session, submission_id, file.moved_at)
    if file is None:
        raise GoneError
    return known or made


def _locked(session: Session, submission_id: int) -> Row[str, datetime | None, datetime | None] | None:
    """Its state, last act, and when its report was first asked for; two demands of one file, at once, are taken one
    after the other. None when deleted."""
    columns = select(Submission.state, Submission.moved_at, Submission.reported_at).where(
        Submission.id == submission_id
    )
    return session.execute(columns.with_for_update(key_share=True)).one_or_none()


def _network_of(session: Session, submission_id: int) -> tuple[str, str, str | None]:
    """Name, contact and logo of the network the file is with, as they are now."""
    of_file = select(Network.name, Network.contact, Network.logo).join(Submission, Submission.network_id == Network.id)
    found = session.execute(of_file.where(Submission.id == submission_id, Submission.state.in_(SENT))).one_or_none()
    return (found[0], found[1], found[2]) if found else ("", "", None)


def _reported(submission_id: int, now: datetime) -> Update:
    first = update(Submission).where(Submission.id == submission_id).values(reported_at=now)
    return first.execution_options(synchronize_session=False)


def _take_place_of_others(session: Session, newer: StoredReport) -> None:
    others = update(StoredReport).where(
        StoredReport.submission_id == newer.submission_id,
        StoredReport.fingerprint != newer.fingerprint,
        StoredReport.state == QUEUED,
    )
    session.execute(others.values(state=REPLACED).execution_options(synchronize_session=False))


def _forget_oldest(session: Session, submission_id: int, sent_until: datetime | None) -> None:
    """Beyond the last few since it was with a network; what was asked for before stays, as papers of it may exist."""
    since = [StoredReport.submission_id == submission_id]
    if sent_until is not None:
        since.append(StoredReport.created_at > sent_until)
    latest = select(StoredReport.fingerprint).where(*since).order_by(StoredReport.created_at.desc())
    gone = session.scalars(latest.offset(UNSENT_KEPT).limit(MOST_FORGOTTEN)).all()
    if gone:
        old = delete(StoredReport).where(*since, StoredReport.fingerprint.in_(gone), StoredReport.state.not_in(COMING))
        session.execute(old.execution_options(synchronize_session=False))


def take(now: datetime) -> StoredReport | None:
    """The oldest report still to be made, now in state « rendering » for the caller alone; None if there is none."""
    while (found := db.session.scalar(OLDEST)) is not None:
        with writing() as session:
            values = {"state": RENDERING, "attempts": StoredReport.attempts + 1, "claimed_at": now}
            taken = update(StoredReport).where(*_same(found), StoredReport.state == QUEUED).values(values)
            if rows_touched(session.execute(taken.execution_options(synchronize_session=False))):
                session.refresh(found)
                return found
    return None


def done(report: StoredReport, pdf: bytes) -> bool:
    """The PDF is made; False when the report was deleted meanwhile."""
    return _write(report, {"pdf": pdf, "state": READY, "error": None})


def fetched(report: StoredReport, now: datetime) -> None:
    """Somebody has its PDF, and may ask about it: it stays as long as its file."""
    if report.fetched_at is None:
        _write(report, {"fetched_at": now})


def failed(report: StoredReport, error: str) -> bool:
    """It could not be made: queued again, until MOST_ATTEMPTS; False when the report was deleted meanwhile."""
    return _write(report, {"state": _after_a_failure(), "error": error})


def _after_a_failure() -> Case[str]:
    """Back in line, unless a newer one of the same file waits there."""
    other = aliased(StoredReport)
    waits = select(other.fingerprint).where(other.submission_id == StoredReport.submission_id, other.state == QUEUED)
    return case((StoredReport.attempts >= MOST_ATTEMPTS, FAILED), (waits.exists(), REPLACED), else_=QUEUED)


def _write(report: StoredReport, values: dict[str, object]) -> bool:
    written = update(StoredReport).where(*_same(report)).values(values)
    with writing() as session:
        done = session.execute(written.execution_options(synchronize_session=False))
    return rows_touched(done) > 0


def _same(report: StoredReport) -> tuple[ColumnElement[bool], ...]:
    return StoredReport.fingerprint == report.fingerprint, StoredReport.submission_id == report.submission_id


def oldest_waiting() -> datetime | None:
    """Since when a report to draw has waited; None when none does."""
    return db.session.scalar(select(func.min(StoredReport.created_at)).where(StoredReport.state == QUEUED))


def release(claimed_before: datetime) -> int:
    """Reports whose worker died while rendering go back to the queue, or fail after MOST_ATTEMPTS; how many."""
    dead = (StoredReport.state == RENDERING, StoredReport.claimed_at < claimed_before)
    if db.session.scalar(select(StoredReport.fingerprint).where(*dead).limit(1)) is None:
        return 0
    with writing() as session:
        released = update(StoredReport).where(*dead).values(state=_after_a_failure(), error="interrupted")
        done = session.execute(released.execution_options(synchronize_session=False))
        return rows_touched(done)


def again(report: StoredReport, template_version: str, now: datetime) -> None:
    """To be made once more: at the end of the line. A former PDF stays until the new one is there.

    Raises GoneError when the file was deleted meanwhile.
    """
    with writing() as session:
        file = _locked(session, report.submission_id)
        values = {"state": QUEUED, "attempts": 0, "template_version": template_version, "created_at": now}
        idle = update(StoredReport).where(*_same(report), StoredReport.state.not_in(COMING)).values(values)
        if rows_touched(session.execute(idle.execution_options(synchronize_session=False))):
            _take_place_of_others(session, report)
    if file is None:
        raise GoneError


def state_of(report: StoredReport) -> str | None:
    """Its state as of now, whatever this session knew of it; None when it was deleted."""
    return db.session.scalar(select(StoredReport.state).where(*_same(report)))


def give_sign(worker: str) -> None:
    """That worker is there. Those killed long ago are forgotten."""
    at = clock()
    with writing() as session:
        if not rows_touched(session.execute(update(WorkerSign).where(WorkerSign.worker == worker).values(at=at))):
            session.add(WorkerSign(worker=worker, at=at))
        session.execute(delete(WorkerSign).where(WorkerSign.at < at - LOST))


def leave(worker: str) -> None:
    """That worker stops."""
    with writing() as session:
        session.execute(delete(WorkerSign).where(WorkerSign.worker == worker))


def last_signs() -> dict[str, timedelta]:
    """How long ago each worker gave one, whatever its machine."""
    found = db.session.execute(select(WorkerSign.worker, WorkerSign.at, its_clock()))
    return {worker: now - at for worker, at, now in found}
