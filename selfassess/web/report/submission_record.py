"""A file as it is declared to a network: its report kept whole, and what lists are filtered by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import delete, select

from selfassess.core.answers.answers import View
from selfassess.core.answers.path import steps
from selfassess.core.definition.edition import Edition
from selfassess.core.definition.typography import fold
from selfassess.core.network.picture import facets_of
from selfassess.core.network.place import place_key
from selfassess.core.network.summary import FileSummary, summarised
from selfassess.core.report.report import Report
from selfassess.core.report.shapes import read_report
from selfassess.core.review.acts import SENT
from selfassess.store.acts import Outcome
from selfassess.store.database import db
from selfassess.store.models import Event, Facet, Revision, Submission, Summary
from selfassess.web.definitions import library
from selfassess.web.french import day_of, french
from selfassess.web.report.building import computed, computed_for_elus


def declaration(submission: Submission, edition: Edition, kind: str, at: datetime, **more: object) -> Outcome:
    """What sending a file (`kind`: send, resubmit) or correcting it (correct) writes; `more`: other columns.

    A correction is of form: what is declared keeps its day.
    """
    day = day_of((kind == "correct" and submission.sent_at) or at)
    report = computed(submission, edition, day)
    territory = submission.answers.get(edition.questionnaire.territory.id) or {}
    region = library().directory.region(territory.get("departement", ""), territory.get("code", ""))
    revision = Revision(
        **{name: getattr(submission, name) for name in ("answers", "comments", "authors", "voices")},
        submission_id=submission.id,
        at=at,
        kind=kind,
        asked=asked(submission, edition),
        **_kept(report, computed_for_elus(submission, edition, day)),
    )
    short = summarised(library().definitions, edition, report, submission.answers, region)

    def rows(event: Event) -> Iterator[object]:
        yield delete(Summary).where(Summary.submission_id == submission.id)
        yield revision
        yield Summary(submission_id=submission.id, declared=short.model_dump(mode="json"))
        yield from facet_rows(submission.id, short)

    name, head = territory.get("name", ""), report.page_one.headline
    values = {
        "declared": report.fingerprint,
        "name": name,
        "place": _place(submission, edition, kind, place_key(territory)),
        "search": searched(name, submission.reference, short),
        "reading": french(", et aussi ".join(filter(None, (head.study_term, ", ".join(head.secondary)))))[:160],
        **({} if kind == "correct" else {"sent_at": at}),
        **more,
    }
    return Outcome(values=values, rows=rows)


def own_place(submission: Submission, edition: Edition) -> str:
    """The territory that a file sent says it is of, wherever its network put it."""
    said = select(Revision.answers).where(Revision.submission_id == submission.id).order_by(Revision.id.desc()).limit(1)
    answers = db.session.scalars(said).first() or {}
    return place_key(answers.get(edition.questionnaire.territory.id) or {})


def _place(submission: Submission, edition: Edition, kind: str, told: str) -> str:
    """What its answers say, unless its network put it with the files of another (`join_place`)."""
    moved = kind != "send" and submission.place and submission.place != own_place(submission, edition)
    return submission.place if moved else told


def facet_rows(submission_id: int, reading: FileSummary) -> Iterator[object]:
    """What makes a list find the file by its declared reading, and by nothing else."""
    yield delete(Facet).where(Facet.submission_id == submission_id)
    for kind, value in facets_of(library().definitions, reading):
        yield Facet(submission_id=submission_id, kind=kind, value=value)


def searched(name: str, reference: str, reading: FileSummary) -> str:
    """The words that find it: its name, which lists go by, its reference, where it is."""
    departement = library().directory.departements.get(reading.departement, "")
    where = f"{departement} {reading.departement} {reading.region}"
    return " ".join(fold(f"{name} {reference} {where}").split())[:240]


def _kept(report: Report, for_elus: Report) -> dict[str, str]:
    """Both versions, as columns."""
    return {
        "fingerprint": report.fingerprint,
        "report": report.model_dump_json(),
        "elected_fingerprint": for_elus.fingerprint,
        "elected_report": for_elus.model_dump_json(),
    }


def asked(submission: Submission, edition: Edition) -> list[str]:
    """The keys of the questions asked."""
    view = View(edition.questionnaire, submission.answers, edition.typology.conditions)
    return [edition.questionnaire.key(ref) for step in steps(view) for ref in step.refs]


def revisions(submission: Submission) -> list[Revision]:
    """The file as it was sent or corrected each time, oldest first."""
    found = select(Revision).where(Revision.submission_id == submission.id).order_by(Revision.id)
    return list(db.session.scalars(found))


def declared_report(submission: Submission) -> Report:
    """The report as last sent or corrected. The file must have been sent."""
    latest = select(Revision.report).where(Revision.submission_id == submission.id).order_by(Revision.id.desc())
    return read_report(db.session.scalars(latest.limit(1)).one())


def declared_for_elus(submission: Submission) -> Report | None:
    """The same in its version for élus; None when it was sent before there was one."""
    latest = select(Revision.elected_report).where(Revision.submission_id == submission.id)
    kept = db.session.scalars(latest.order_by(Revision.id.desc()).limit(1)).one()
    return read_report(kept) if kept else None


def has_elected_version(submission: Submission) -> bool:
    """Any file that is not sent, and those sent since there is one."""
    if submission.state not in SENT:
        return True
    latest = select(Revision.elected_fingerprint).where(Revision.submission_id == submission.id)
    return db.session.scalars(latest.order_by(Revision.id.desc()).limit(1)).one() is not None
