"""The report of a file's answers as they are now: the only door to `compose.build`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from selfassess.core.compose import build
from selfassess.core.reading import Edition, read_file
from selfassess.core.report import AnswerRow, Report
from selfassess.store.models import Submission
from selfassess.web.current import ITEM_ID, plain
from selfassess.web.definitions import library
from selfassess.web.voices import services_of


def computed(submission: Submission, edition: Edition, day: date) -> Report:
    """The report of a file's present answers and comments, dated `day`."""
    definitions = library().definitions
    answers = plain(edition.questionnaire, submission.answers)
    services = services_of(submission, edition.questionnaire)
    reading = read_file(edition, definitions.devices, answers, services.disputed)
    report = build(definitions, reading, answers, comments_of(submission, edition), day, services)
    return _keyed(report, _places(submission, edition))


def comments_of(submission: Submission, edition: Edition) -> dict[str, str]:
    """Comments by `group.index.question`, as the report wants them: they are kept by the id of the item."""
    return _renamed(submission.comments, _places(submission, edition))


def _places(submission: Submission, edition: Edition) -> dict[str, str]:
    """`group.item id.` of each item → `group.index.`"""
    group = edition.questionnaire.group.id
    items = submission.answers.get(group) or []
    return {f"{group}.{item.get(ITEM_ID)}.": f"{group}.{index}." for index, item in enumerate(items)}


def _renamed(kept: Mapping[str, Any], places: Mapping[str, str]) -> dict[str, Any]:
    return {_rename(key, places): one for key, one in kept.items()}


def _rename(key: str, places: Mapping[str, str]) -> str:
    prefix = next((one for one in places if key.startswith(one)), "")
    return places.get(prefix, "") + key.removeprefix(prefix)


def _keyed(report: Report, places: Mapping[str, str]) -> Report:
    """The same, its answers under the keys of the file, which outlive the order of its items."""
    back = {index: name for name, index in places.items()}

    def row(one: AnswerRow) -> AnswerRow:
        return one.model_copy(update={"key": _rename(one.key, back)})

    groups = [group.model_copy(update={"rows": tuple(map(row, group.rows))}) for group in report.answers]
    return report.model_copy(update={"answers": tuple(groups), "abandoned": tuple(map(row, report.abandoned))})
