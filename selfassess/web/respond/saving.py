"""From what a form says to what is stored: three-way merge, question by question, nothing overwritten unseen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from selfassess.core.definition import Questionnaire, digest
from selfassess.web.current import ITEM_ID

SEEN_LENGTH = 16


@dataclass(frozen=True)
class Entry:
    """What a form says of one question. `seen`: digest of what was stored when the form was shown."""

    question: str
    item: str | None
    value: Any
    comment: str
    seen: str


@dataclass
class Merged:
    """`changed` names the questions written; `conflicts` are entries that would overwrite what nobody saw."""

    answers: dict[str, Any]
    comments: dict[str, str]
    changed: list[str] = field(default_factory=list)
    conflicts: list[Entry] = field(default_factory=list)


class ItemGoneError(Exception):
    """The item the form is about was removed meanwhile."""


def seen_digest(value: Any, comment: str) -> str:
    """Digest of one answer and its comment, as stored."""
    return digest(value, comment)[:SEEN_LENGTH]


def comment_key(questionnaire: Questionnaire, question: str, item: str | None) -> str:
    return question if item is None else f"{questionnaire.group.id}.{item}.{question}"


def merge(
    questionnaire: Questionnaire, answers: Mapping[str, Any], comments: Mapping[str, str], entries: Sequence[Entry]
) -> Merged:
    """Lay the entries over what is stored. An entry that changes nothing its author saw leaves it as it is."""
    merged = Merged(deepcopy(dict(answers)), dict(comments))
    for entry in entries:
        holder = _holder(questionnaire, merged.answers, entry.item)
        name = comment_key(questionnaire, entry.question, entry.item)
        stored = seen_digest(holder.get(entry.question), merged.comments.get(name, ""))
        mine = seen_digest(entry.value, entry.comment)
        if mine in {stored, entry.seen}:
            continue
        if stored != entry.seen:
            merged.conflicts.append(entry)
            continue
        merged.changed.append(name)
        _put(holder, entry.question, entry.value)
        _put(merged.comments, name, entry.comment or None)
    return merged


def _holder(questionnaire: Questionnaire, answers: dict[str, Any], item: str | None) -> dict[str, Any]:
    if item is None:
        return answers
    items: list[dict[str, Any]] = answers.get(questionnaire.group.id) or []
    for one in items:
        if one[ITEM_ID] == item:
            return one
    raise ItemGoneError


def _put(holder: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        holder.pop(name, None)
    else:
        holder[name] = value
