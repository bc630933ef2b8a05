"""A new file from an old one: the answers that are still answers in the new one's edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from selfassess.core.answers.answers import ITEM_ID, LABEL, read
from selfassess.core.definition.questionnaire import Questionnaire


@dataclass(frozen=True)
class Carried:
    """`answers`, `comments` as stored, items under the same id; `left`: keys of the answers that could not follow."""

    answers: dict[str, Any]
    comments: dict[str, str]
    left: tuple[str, ...]


def carry(questionnaire: Questionnaire, answers: Mapping[str, Any], comments: Mapping[str, str]) -> Carried:
    """What `questionnaire` keeps of stored answers. A comment follows while its question is there."""
    group = questionnaire.group.id
    given = answers.get(group)
    items = [one[ITEM_ID] for one in given] if _is_group(given) else []
    kept, _ = read(questionnaire, without_ids(answers))
    if group in kept:
        kept[group] = [{ITEM_ID: name, **one} for name, one in zip(items, kept[group], strict=False)]
    before, after = _by_key(answers), _by_key(kept)
    followed = [one[ITEM_ID] for one in kept.get(group) or []]
    known = {*questionnaire.questions, *(f"{group}.{item}.{name}" for item in followed for name in questionnaire.items)}
    return Carried(
        kept,
        {key: text for key, text in comments.items() if key in known},
        tuple(key for key in before if before[key] != after.get(key)),
    )


def without_ids(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Stored answers as `answers.read` wants them, whatever group they hold."""
    return {name: _without_id(value) for name, value in answers.items()}


def _without_id(value: Any) -> Any:
    if not _is_group(value):
        return value
    return [{name: one[name] for name in one if name != ITEM_ID} for one in value]


def _by_key(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Every answer under its key: a question, or "group.item id.question"."""
    found = {}
    for name, value in answers.items():
        if not _is_group(value):
            found[name] = value
            continue
        for one in value:
            found |= {f"{name}.{one[ITEM_ID]}.{key}": one[key] for key in one if key not in {ITEM_ID, LABEL}}
    return found


def _is_group(value: Any) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and any(isinstance(one, Mapping) for one in value)
