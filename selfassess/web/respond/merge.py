"""From what a form says to what is stored: three-way merge, question by question, nothing overwritten unseen.

The same role twice at once: a conflict, shown. Two roles: both kept, disputed until one is chosen (`two_roles`).
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from selfassess.core.answers.items import ITEM_ID
from selfassess.core.answers.two_roles import (
    RoleAnswer,
    SharedAnswer,
    held,
    speak,
    stored,
)
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.questionnaire import Questionnaire
from selfassess.core.definition.structure import digest

SEEN_LENGTH = 16
T = TypeVar("T")


class StoredAnswers(Protocol):
    """What is stored of a file: a `Submission`, or a `MergedAnswers`."""

    answers: dict[str, object]
    comments: dict[str, str]
    authors: dict[str, str]
    voices: dict[str, Any]


@dataclass(frozen=True)
class FormAnswer:
    """What a form says of one question. `seen`: digest of what was stored when the form was shown."""

    ref: Ref
    value: object
    comment: str
    seen: str


@dataclass
class MergedAnswers:
    """`changed` names the questions written; `conflicts` are entries that would overwrite what nobody saw."""

    answers: dict[str, object]
    comments: dict[str, str]
    authors: dict[str, str]
    voices: dict[str, Any]
    changed: list[str] = field(default_factory=list)
    conflicts: list[FormAnswer] = field(default_factory=list)


class ItemGoneError(Exception):
    """The item the form is about was removed meanwhile."""


def seen_digest(value: object, comment: str) -> str:
    """Digest of one answer and its comment, as stored."""
    return digest(value, comment)[:SEEN_LENGTH]


def copied(kept: StoredAnswers) -> MergedAnswers:
    """A copy to change, whole."""
    return MergedAnswers(deepcopy(kept.answers), dict(kept.comments), dict(kept.authors), dict(kept.voices))


def merge(questionnaire: Questionnaire, kept: StoredAnswers, role: str, entries: Sequence[FormAnswer]) -> MergedAnswers:
    """Lay the entries of a role over what is kept. One that changes nothing its author saw leaves it as it is."""
    merged = copied(kept)
    for entry in entries:
        before = read(questionnaire, merged, entry.ref)
        shown = before.shown(role)
        now, mine = seen_digest(shown.value, shown.comment), seen_digest(entry.value, entry.comment)
        if mine in {now, entry.seen}:
            continue
        if now != entry.seen and before.belongs(role):
            merged.conflicts.append(entry)
            continue
        after = speak(before, role, RoleAnswer(entry.value, entry.comment), now == entry.seen)
        if after != before:
            merged.changed.append(questionnaire.key(entry.ref))
            write(questionnaire, merged, entry.ref, after)
    return merged


def read(questionnaire: Questionnaire, kept: StoredAnswers, ref: Ref) -> SharedAnswer:
    """What is kept of one question. Raises ItemGoneError."""
    key, value = questionnaire.key(ref), _holder(questionnaire, kept.answers, ref.item).get(ref.question)
    return held(value, kept.comments.get(key, ""), kept.authors.get(key), kept.voices.get(key))


def write(questionnaire: Questionnaire, merged: MergedAnswers, ref: Ref, one: SharedAnswer) -> None:
    """Put in `merged` what is to be kept of one question."""
    key = questionnaire.key(ref)
    _put(_holder(questionnaire, merged.answers, ref.item), ref.question, one.value)
    _put(merged.comments, key, one.comment or None)
    _put(merged.authors, key, one.author)
    _put(merged.voices, key, stored(one))


def _holder(questionnaire: Questionnaire, answers: dict[str, object], item: str | None) -> dict[str, object]:
    if item is None:
        return answers
    items = answers.get(questionnaire.group.id)
    for stored_item in items if isinstance(items, list) else ():
        if stored_item[ITEM_ID] == item:
            found: dict[str, object] = stored_item
            return found
    raise ItemGoneError


def _put(holder: dict[str, T], name: str, value: T | None) -> None:
    if value is None:
        holder.pop(name, None)
    else:
        holder[name] = value
