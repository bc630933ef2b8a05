"""What the page, the PDF and the documents to edit say alike: a report in French typography, and whose word it is."""

from __future__ import annotations

from selfassess.core.definition.typography import typeset
from selfassess.core.report.network_reading import network_named
from selfassess.core.report.report import Report, ReviewPart
from selfassess.web.french import clean, clip, french_day

LONGEST_RUNNING = 60  # characters of a name kept at the top of a page
LONGEST_NETWORK = 50  # « le réseau … » included


def in_french(report: Report) -> Report:
    """The same in French typography: all of one kept before texts were set as they come in; of others, what a network
    typed, which fingerprints rest on as it was typed."""
    if not report.typeset:
        return Report.model_validate(clean(report.model_dump(exclude={"origin", "documents"})))
    if report.review is None:
        return report
    review = ReviewPart.model_validate(clean(report.review.model_dump()))
    return report.model_copy(update={"review": review})


def mark(report: Report) -> str:
    """Whose word the report is: declared, not sent yet, or reviewed by which network."""
    part = report.review
    if part is None or part.state == "under_way":
        return foot(report)
    return f"Relu par {clip(typeset(network_named(part.network)), LONGEST_NETWORK)} le {french_day(part.day)}"


def foot(report: Report) -> str:
    """The same, short enough for the foot of a page."""
    return f"Version pour les élus. {_state(report)}" if report.elected else _state(report)


def _state(report: Report) -> str:
    if report.trial:
        return f"Essai d’un brouillon d’édition, {french_day(report.day)}"
    part = report.review
    if part is None:
        return f"{'Brouillon du' if report.draft else 'D’après vos réponses du'} {french_day(report.day)}"
    return f"{'Relu' if part.state == 'validated' else 'Relecture en cours, non partagée,'} le {french_day(part.day)}"
