"""The report of a file's answers as they are now, or as they would be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from selfassess.core.answers import replaced
from selfassess.core.condition import Ref
from selfassess.core.reading import Edition
from selfassess.core.replay import produce, renamed
from selfassess.core.report import Origin, Report
from selfassess.core.services import Services
from selfassess.store.models import Submission
from selfassess.web.current import ITEM_ID, plain
from selfassess.web.definitions import library
from selfassess.web.voices import services_of


def computed(submission: Submission, edition: Edition, day: date) -> Report:
    """The report of a file's present answers and comments, dated `day`."""
    services = services_of(submission, edition.questionnaire)
    return _built(submission, edition, day, plain(edition.questionnaire, submission.answers), services)


def imagined(submission: Submission, edition: Edition, day: date, ref: Ref, value: Any) -> Report:
    """The same if the answer to `ref` were `value`. The file itself stays as it is."""
    answers = replaced(edition.questionnaire, plain(edition.questionnaire, submission.answers), ref, value)
    return _built(submission, edition, day, answers, services_of(submission, edition.questionnaire).without(ref))


def _built(
    submission: Submission, edition: Edition, day: date, answers: Mapping[str, Any], services: Services
) -> Report:
    group = edition.questionnaire.group.id
    items = tuple(one[ITEM_ID] for one in submission.answers.get(group) or [])
    places = {f"{group}.{name}.": f"{group}.{index}." for index, name in enumerate(items)}
    origin = Origin(
        answers=dict(answers),
        comments={renamed(key, places): one for key, one in submission.comments.items()},
        items=items,
        services=services.kept(),
    )
    return produce(library().definitions, edition, origin, day)
