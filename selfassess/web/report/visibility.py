"""Which report of a file is shown to whom: as computed until it is sent, as sent from then on, reviewed at the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Executable, update

from selfassess.core.definition.edition import Edition
from selfassess.core.network.place import place_key
from selfassess.core.network.summary import FileSummary, summarised
from selfassess.core.report.network_reading import (
    CALL_SHEET,
    DOCUMENTS,
    ELECTED_DOCUMENTS,
    LENT,
    TRIED,
    as_draft,
    as_trial,
    lay,
    marked,
)
from selfassess.core.report.report import Report
from selfassess.core.report.shapes import kept_drafts, read_report
from selfassess.core.review.acts import (
    FACILITATOR,
    PREVIEW,
    SENT,
    VALIDATED,
    PastAct,
    Review,
    review,
)
from selfassess.store.acts import Outcome, entries
from selfassess.store.database import writing
from selfassess.store.models import Revision, Submission, Summary
from selfassess.store.submissions import events
from selfassess.store.territories.summaries import without_summary
from selfassess.web.definitions import library
from selfassess.web.french import day_of
from selfassess.web.report.building import computed, computed_for_elus, print_of
from selfassess.web.report.document_file import led, led_call
from selfassess.web.report.submission_record import declared_for_elus, declared_report, facet_rows, revisions, searched


def shared(submission: Submission, edition: Edition, day: date) -> Report:
    """What the territory's side sees: a network's reading is there once it is validated, not before."""
    if submission.state == PREVIEW:
        return as_trial(computed(submission, edition, day))
    if submission.state not in SENT:
        return computed(submission, edition, day)
    return as_territories_see(submission)


def as_territories_see(submission: Submission) -> Report:
    """The same of a file that was sent."""
    return reviewed(submission) if submission.state == VALIDATED else declared_report(submission)


def shared_for_elus(submission: Submission, edition: Edition, day: date) -> Report | None:
    """The same in its version for élus; None when the file was sent before there was one."""
    if submission.state == PREVIEW:
        return as_trial(computed_for_elus(submission, edition, day))
    if submission.state not in SENT:
        return computed_for_elus(submission, edition, day)
    return (reviewed_for_elus if submission.state == VALIDATED else declared_for_elus)(submission)


def shared_print(submission: Submission, edition: Edition, day: date) -> str:
    """The fingerprint of what `shared` gives, told without the report wherever it can be."""
    if submission.state == VALIDATED:
        return reviewed(submission).fingerprint
    if submission.state in SENT and submission.declared:
        return submission.declared
    told = print_of(submission, edition, day)
    return marked(told, TRIED) if submission.state == PREVIEW else told


def lent_print(submission: Submission, edition: Edition, day: date) -> str:
    """The same of what `lent` gives."""
    told = shared_print(submission, edition, day)
    return told if submission.state in SENT else marked(told, LENT)


def lent(submission: Submission, edition: Edition, day: date) -> Report:
    """What a reader sees: the same, marked when the file is not sent."""
    report = shared(submission, edition, day)
    return report if submission.state in SENT else as_draft(report)


def lent_for_elus(submission: Submission, edition: Edition, day: date) -> Report | None:
    """The same in its version for élus."""
    report = shared_for_elus(submission, edition, day)
    return report if report is None or submission.state in SENT else as_draft(report)


def reviewed(submission: Submission) -> Report:
    """What the network sees: as declared, with its own reading laid over when there is one, validated or not yet.

    The file must have been sent.
    """
    return laid(declared_report(submission), review(entries(events(submission))), _network(submission))


def reviewed_for_elus(submission: Submission) -> Report | None:
    """The same in its version for élus."""
    report = declared_for_elus(submission)
    return report and laid(report, review(entries(events(submission))), _network(submission))


def laid(report: Report, found: Review, network: str) -> Report:
    """A declared report with the network's reading laid over when there is one. Exports are made from this too."""
    told = found.validated.at if found.validated else found.judgement.at if found.judgement else None
    if told is None:
        return report
    return lay(report, _in_paris(found), network, _day(told))


def validation(submission: Submission, who: str, at: datetime) -> dict[str, object]:
    """What the act that validates keeps: the documents of a reading that leads, for each decision that the territory
    may then put on its agenda, and those of its version for élus. Nothing where the declared reading is confirmed."""
    act = PastAct(0, at.isoformat(), FACILITATOR, who, "validate")
    found, network = review([*entries(events(submission)), act]), _network(submission)
    declared = declared_report(submission)
    versions = {DOCUMENTS: declared, ELECTED_DOCUMENTS: declared_for_elus(submission)}
    kept: dict[str, object] = {
        name: documents for name, one in versions.items() if one and (documents := _documents(one, found, network))
    }
    whole = laid(declared, found, network)
    if whole.review and whole.review.page and (sheet := led_call(whole, library().definitions)):
        kept[CALL_SHEET] = sheet.model_dump(mode="json")
    return kept


def validated(submission: Submission, edition: Edition, who: str, at: datetime) -> Outcome:
    """What the act that validates writes: its documents, and what the network then reads in short."""
    act = PastAct(0, at.isoformat(), FACILITATOR, who, "validate")
    found = review([*entries(events(submission)), act])
    short = _in_short(revisions(submission)[-1], edition, found, _network(submission))
    kept = update(Summary).where(Summary.submission_id == submission.id).values(reviewed=short)
    rows = [kept.execution_options(synchronize_session=False)]
    return Outcome(data=validation(submission, who, at), rows=lambda event: rows)


def summary_of(submission: Submission, edition: Edition) -> Summary:
    """The file in short, from what was kept when it was sent, and validated."""
    last, network = revisions(submission)[-1], _network(submission)
    found = review(entries(events(submission)))
    reviewed = _in_short(last, edition, found, network) if submission.state == VALIDATED else None
    return Summary(submission_id=submission.id, declared=_in_short(last, edition, None, network), reviewed=reviewed)


def _in_short(last: Revision, edition: Edition, found: Review | None, network: str) -> dict[str, object]:
    report, directory = read_report(last.report), library().directory
    shown = report if found is None else laid(report, found, network)
    territory = last.answers.get(edition.questionnaire.territory.id) or {}
    region = directory.region(territory.get("departement", ""), territory.get("code", ""))
    return summarised(library().definitions, edition, shown, last.answers, region).model_dump(mode="json")


def sum_up_some(limit: int = 20) -> bool:
    """Files that have no summary (or no longer: a migration took it): it is made, with what lists find them by.
    False: none is left that can be summed up."""
    known, done = library().definitions.editions, False
    for submission in without_summary(limit):
        edition = known.get(submission.edition)
        if edition is None:
            continue
        made = summary_of(submission, edition)
        territory = revisions(submission)[-1].answers.get(edition.questionnaire.territory.id) or {}
        short = FileSummary.model_validate(made.declared)
        words = searched(submission.name, submission.reference, short)
        told = update(Submission).where(Submission.id == submission.id)
        with writing() as session:
            session.merge(made)
            session.execute(told.values(search=words).execution_options(synchronize_session=False))
            placed = told.where(Submission.place == "").values(place=place_key(territory))
            session.execute(placed.execution_options(synchronize_session=False))
            for row in facet_rows(submission.id, short):
                session.execute(row) if isinstance(row, Executable) else session.add(row)
        done = True
    return done


def _documents(report: Report, found: Review, network: str) -> dict[str, object]:
    """By what may be on the agenda; none where the declared reading is confirmed."""
    first = laid(report, found, network).review
    if first is None or first.page is None:
        return {}
    chosen = {one.id: laid(report, replace(found, agenda=one.id), network) for one in first.page.agenda}
    return {name: kept_drafts(led(one, library().definitions)) for name, one in chosen.items()}


def _network(submission: Submission) -> str:
    return submission.network.name if submission.network else ""


def _in_paris(found: Review) -> Review:
    return replace(found, remarks=tuple(replace(one, at=_day(one.at)) for one in found.remarks))


def _day(at: str) -> str:
    return day_of(datetime.fromisoformat(at)).isoformat()
