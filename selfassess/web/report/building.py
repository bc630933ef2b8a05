"""The report of a file's answers as they are now, or as they would be."""

from __future__ import annotations

from datetime import date

from selfassess.core.answers.items import Answers, replaced
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.edition import Edition
from selfassess.core.report.report import Report, fingerprint
from selfassess.core.report.reproduce import origin_of, produce
from selfassess.core.report.two_services import Services
from selfassess.store.models import Submission
from selfassess.web.definitions import library
from selfassess.web.files.who_answered import services_of
from selfassess.web.report.document_file import documented


def computed(submission: Submission, edition: Edition, day: date) -> Report:
    """The report of a file's present answers and comments, dated `day`."""
    services = services_of(submission, edition.questionnaire)
    return _built(submission, edition, day, submission.answers, services)


def print_of(submission: Submission, edition: Edition, day: date) -> str:
    """The fingerprint of `computed`, without the report: a twentieth of its cost."""
    if services_of(submission, edition.questionnaire):  # what two services said is worded by the report
        return computed(submission, edition, day).fingerprint
    return fingerprint(library().definitions, edition, submission.answers, submission.comments, day)


def imagined(submission: Submission, edition: Edition, day: date, ref: Ref, value: object) -> Report:
    """The same if the answer to `ref` were `value`. The file itself stays as it is."""
    answers = replaced(edition.questionnaire, submission.answers, ref, value)
    return _built(submission, edition, day, answers, services_of(submission, edition.questionnaire).without(ref))


def _built(submission: Submission, edition: Edition, day: date, answers: Answers, services: Services) -> Report:
    origin = origin_of(edition.questionnaire, answers, submission.comments, services)
    definitions = library().definitions
    return documented(produce(definitions, edition, origin, day), definitions)
