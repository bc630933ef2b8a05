"""A new file from an old one: the answers that are still answers in the new one's edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from selfassess.core.answers.answers import read
from selfassess.core.answers.items import (
    ITEM_ID,
    UNASKED,
    Answers,
    addresses,
    is_group,
    items_of,
    with_ids,
    without_ids,
)
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.questionnaire import Questionnaire


@dataclass(frozen=True)
class CarriedAnswers:
    """`answers`, `comments` as stored, items under the same id; `left`: the answers that could not follow, by key."""

    answers: dict[str, Any]
    comments: dict[str, str]
    left: dict[str, object]


def carry(questionnaire: Questionnaire, answers: Answers, comments: Mapping[str, str]) -> CarriedAnswers:
    """What `questionnaire` keeps of stored answers. A comment follows while its question is there."""
    read_again, _ = read(questionnaire, without_ids(answers))
    kept = with_ids(questionnaire, read_again, tuple(items_of(questionnaire, answers)))
    before, after = _by_key(answers), _by_key(kept)
    known = {questionnaire.key(ref) for ref in addresses(questionnaire, kept)}
    return CarriedAnswers(
        kept,
        {key: text for key, text in comments.items() if key in known},
        {key: value for key, value in before.items() if value != after.get(key)},
    )


def _by_key(answers: Answers) -> dict[str, object]:
    """Every answer under its key, whatever group they hold."""
    found: dict[str, object] = {}
    for name, value in answers.items():
        if not is_group(value):
            found[name] = value
            continue
        for one in value:
            found |= {Ref(key, str(one[ITEM_ID])).key(name): one[key] for key in one if key not in UNASKED}
    return found
