"""The report of a file's answers as they are now, or as they would be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from selfassess.core.answers.items import Answers, replaced
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.edition import Edition
from selfassess.core.report.report import Report, fingerprint
from selfassess.core.report.reproduce import elected_version, origin_of, produce
from selfassess.core.report.two_services import Services
from selfassess.store.models import Submission
from selfassess.web.definitions import library
from selfassess.web.files.who_answered import services_of
from selfassess.web.report.document_file import documented


def computed(submission: Submission, edition: Edition, day: date) -> Report:
    """The report of a file's present answers and comments, dated `day`."""
    services = services_of(submission, edition.questionnaire)
    return _built(submission, edition, day, submission.answers, services)


def computed_for_elus(submission: Submission, edition: Edition, day: date) -> Report:
    """The same in its version for élus."""
    services = services_of(submission, edition.questionnaire)
    origin = origin_of(edition.questionnaire, submission.answers, submission.comments, services)
    definitions = library().definitions
    return documented(elected_version(definitions, edition, origin, day), definitions)


def print_of(submission: Submission, edition: Edition, day: date) -> str:
    """The fingerprint of `computed`, without the report: a twentieth of its cost."""
    if services_of(submission, edition.questionnaire):  # what two services said is worded by the report
        return computed(submission, edition, day).fingerprint
    return fingerprint(library().definitions, edition, submission.answers, submission.comments, day)


def imagined(submission: Submission, edition: Edition, day: date, changes: Mapping[Ref, object]) -> Report:
    """The same if these were the answers. The file itself stays as it is."""
    answers: Answers = submission.answers
    services = services_of(submission, edition.questionnaire)
    for ref, value in changes.items():
        answers, services = replaced(edition.questionnaire, answers, ref, value), services.without(ref)
    return _built(submission, edition, day, answers, services)


def _built(submission: Submission, edition: Edition, day: date, answers: Answers, services: Services) -> Report:
    origin = origin_of(edition.questionnaire, answers, submission.comments, services)
    definitions = library().definitions
    return documented(produce(definitions, edition, origin, day), definitions)
