"""The report of a file's answers as they are now, or as they would be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from selfassess.core.answers.answers import replaced
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.edition import Edition
from selfassess.core.report.report import Origin, Report, fingerprint
from selfassess.core.report.reproduce import produce, renamed
from selfassess.core.report.two_services import Services
from selfassess.store.models import Submission
from selfassess.web.files.opened_file import ITEM_ID, plain
from selfassess.web.files.who_answered import services_of
from selfassess.web.library import library
from selfassess.web.report.document_file import documented


def computed(submission: Submission, edition: Edition, day: date) -> Report:
    """The report of a file's present answers and comments, dated `day`."""
    services = services_of(submission, edition.questionnaire)
    return _built(submission, edition, day, plain(edition.questionnaire, submission.answers), services)


def print_of(submission: Submission, edition: Edition, day: date) -> str:
    """The fingerprint of `computed`, without the report: a twentieth of its cost."""
    if services_of(submission, edition.questionnaire) != Services():  # what two services said is worded by the report
        return computed(submission, edition, day).fingerprint
    answers = plain(edition.questionnaire, submission.answers)
    return fingerprint(library().definitions, edition, answers, _comments(submission, edition), day)


def imagined(submission: Submission, edition: Edition, day: date, ref: Ref, value: Any) -> Report:
    """The same if the answer to `ref` were `value`. The file itself stays as it is."""
    answers = replaced(edition.questionnaire, plain(edition.questionnaire, submission.answers), ref, value)
    return _built(submission, edition, day, answers, services_of(submission, edition.questionnaire).without(ref))


def _built(
    submission: Submission, edition: Edition, day: date, answers: Mapping[str, Any], services: Services
) -> Report:
    origin = Origin(
        answers=dict(answers),
        comments=_comments(submission, edition),
        items=_items(submission, edition),
        services=services.kept(),
    )
    definitions = library().definitions
    return documented(produce(definitions, edition, origin, day), definitions)


def _items(submission: Submission, edition: Edition) -> tuple[str, ...]:
    return tuple(one[ITEM_ID] for one in submission.answers.get(edition.questionnaire.group.id) or [])


def _comments(submission: Submission, edition: Edition) -> dict[str, str]:
    """By question, or `group.index.question`."""
    group = edition.questionnaire.group.id
    places = {f"{group}.{name}.": f"{group}.{index}." for index, name in enumerate(_items(submission, edition))}
    return {renamed(key, places): one for key, one in submission.comments.items()}
