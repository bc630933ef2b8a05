"""A year later: a new file from the answers of one that was sent, and the territory's own two readings side by side."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from selfassess.core.answers.carry_over import CarriedAnswers, carry
from selfassess.core.answers.changes import Change, changes
from selfassess.core.answers.revision import Snapshot
from selfassess.core.report import comparison
from selfassess.core.report.report import AnswerRow
from selfassess.store.acts import NotOpenError, perform
from selfassess.store.database import db
from selfassess.store.models import Event, Submission
from selfassess.web.definitions import library
from selfassess.web.errors import Problem
from selfassess.web.files.opened_file import File, current_file
from selfassess.web.french import french_day, now, today
from selfassess.web.report.submission_record import asked, declared_report, revisions
from selfassess.web.report.visibility import shared
from selfassess.web.report.wording import in_french
from selfassess.web.respond import blueprint
from selfassess.web.respond.start_and_leave import enter, private_link

ORIGIN = "origin"  # in the event that starts a copy: the reference of the file it comes from


@dataclass(frozen=True)
class AnswerLeftBehind:
    """An answer that could not follow, as the file it was given in says it."""

    question: str
    item: str
    answer: str


@blueprint.get("/dossier/<file:file>/repartir")
def copy() -> str:
    """Before leaving the old file: what follows, what does not, and the private link to keep."""
    file = current_file()
    if not file.may("copy"):
        raise Problem("not_open")
    left = _left(file.submission)
    return render_template("respond/copy.html", file=file, left=left, link=private_link(file.token))


@blueprint.post("/dossier/<file:file>/repartir")
def copied() -> ResponseReturnValue:
    old, at = current_file().submission, now()
    try:
        perform(old, "copy", current_file().actor, at)
    except NotOpenError:
        raise Problem("not_open") from None
    definitions, kept = library().definitions, _carried(old)
    return enter(
        definitions.slug,
        definitions.current.id,
        {ORIGIN: old.reference},
        "respond.carried",
        answers=kept.answers,
        comments=kept.comments,
        origin_id=old.id,
        saved_at=at,
    )


@blueprint.get("/dossier/<file:file>/repris")
def carried() -> str:
    """What the new file starts from."""
    file = current_file()
    old, reference = _origin(file)
    return render_template(
        "respond/copied.html",
        file=file,
        old=old,
        reference=reference,
        left=_left(old) if old else [],
        link=private_link(file.token),
    )


@blueprint.get("/dossier/<file:file>/comparer")
def compare() -> str:
    file = current_file()
    old, reference = _origin(file)
    if old is None:
        return render_template("respond/compare.html", file=file, reference=reference, found=None)
    texts = library().definitions.texts.comparison
    before, after = map(in_french, (declared_report(old), shared(file.submission, file.edition, today())))
    differing = _differing(old, file)
    return render_template(
        "respond/compare.html",
        file=file,
        reference=reference,
        found=comparison.compare(texts, before, after, differing or [], file.edition),
        known=differing is not None,
        before=french_day(before.day),
        after=french_day(after.day),
    )


def _origin(file: File) -> tuple[Submission | None, str]:
    """The file this one comes from (None once deleted) and its reference; 404 for a file that comes from none."""
    first = select(Event.data).where(Event.submission_id == file.submission.id, Event.kind == "start")
    reference = (db.session.scalars(first.order_by(Event.id).limit(1)).first() or {}).get(ORIGIN)
    if reference is None:
        abort(404)
    found = file.submission.origin_id
    return (db.session.get(Submission, found) if found else None), reference


def _carried(old: Submission) -> CarriedAnswers:
    return carry(library().definitions.current.questionnaire, old.answers, old.comments)


def _left(old: Submission) -> list[AnswerLeftBehind]:
    """In the words of the old file, which may be on an edition of long ago."""
    keys, report = set(_carried(old).left), declared_report(old)
    rows: list[tuple[AnswerRow, str]] = [(row, "") for row in report.abandoned]
    for group in report.answers:
        rows += [(row, group.title if "." in row.key else "") for row in group.rows]
    return [AnswerLeftBehind(row.question, item, row.answer) for row, item in rows if row.key in keys]


def _differing(old: Submission, file: File) -> list[Change] | None:
    """The answers that differ; None when this site no longer has the edition of the old file."""
    edition = library().definitions.editions.get(old.edition)
    if edition is None:
        return None
    last, mine = revisions(old)[-1], file.submission
    before = Snapshot(edition, last.answers, last.comments, last.authors, last.voices, tuple(last.asked))
    after = Snapshot(
        file.edition, mine.answers, mine.comments, mine.authors, mine.voices, tuple(asked(mine, file.edition))
    )
    return changes(before, after)
