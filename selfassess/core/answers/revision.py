"""A file as it was at one moment, read by key: a question id, or "group.item id.question"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from selfassess.core.answers.answers import ITEM_ID, LABEL, View
from selfassess.core.answers.in_words import answer_text, item_name
from selfassess.core.answers.two_roles import CHOSEN
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.edition import Edition
from selfassess.core.definition.questionnaire import Question
from selfassess.core.definition.typography import NBSP
from selfassess.core.review.acts import ROLES


@dataclass(frozen=True)
class Voice:
    """What one role said where two answered differently."""

    role: str
    text: str | None
    comment: str


@dataclass(frozen=True)
class Snapshot:
    """`answers` as stored (items with their id); `asked`: keys of the questions asked, in order."""

    edition: Edition
    answers: Mapping[str, Any]
    comments: Mapping[str, str] = field(default_factory=dict)
    authors: Mapping[str, str] = field(default_factory=dict)
    voices: Mapping[str, Any] = field(default_factory=dict)
    asked: Sequence[str] = ()

    @cached_property
    def view(self) -> View:
        group = self.edition.questionnaire.group.id
        plain = dict(self.answers)
        if group in plain:
            plain[group] = [{name: one[name] for name in one if name != ITEM_ID} for one in plain[group]]
        return View(self.edition.questionnaire, plain, self.edition.typology.conditions)

    @cached_property
    def items(self) -> Mapping[str, int]:
        """Where each item stands, by its id."""
        found = self.answers.get(self.edition.questionnaire.group.id) or []
        return {one[ITEM_ID]: at for at, one in enumerate(found)}

    def key(self, ref: Ref) -> str:
        if ref.item is None:
            return ref.question
        item = next(name for name, at in self.items.items() if at == ref.item)
        return f"{self.edition.questionnaire.group.id}.{item}.{ref.question}"

    def ref(self, key: str) -> Ref | None:
        """None for a key that names no question, or an item that is not in this file."""
        item, name = split(key)
        questionnaire = self.edition.questionnaire
        if item is None:
            return Ref(question=name) if name in questionnaire.questions else None
        known = key.startswith(f"{questionnaire.group.id}.") and name in questionnaire.items and item in self.items
        return Ref(question=name, item=self.items[item]) if known else None

    def question(self, key: str) -> Question:
        return self.edition.questionnaire.every[split(key)[1]]

    def item(self, key: str) -> str:
        """The name of the item a key is in; empty outside the items, or when the item is not in this file."""
        at = self.items.get(split(key)[0] or "")
        return "" if at is None else item_name(self.view, at)

    def raw(self, key: str) -> Any:
        """The answer as stored, None without one."""
        ref = self.ref(key)
        if ref is None:
            return None
        holder = self.view.answers
        return (holder if ref.item is None else holder[self.edition.questionnaire.group.id][ref.item]).get(ref.question)

    def text(self, key: str) -> str | None:
        """The answer in words; None without one, or while two are still there."""
        ref = self.ref(key)
        if ref is None:
            return None
        question = self.question(key)
        if question.item is not None and self.raw(key) == []:
            return f"Aucune {question.item.noun}"
        return answer_text(self.view, ref)

    def said(self, key: str) -> tuple[Voice, ...]:
        """What each role said, where two answered differently."""
        found = self.voices.get(key) or {}
        return tuple(
            Voice(role, self._words(key, found[role].get("value")), found[role].get("comment") or "")
            for role in ROLES
            if role in found
        )

    def open(self, key: str) -> bool:
        """Do two answers wait for a choice?"""
        return key in self.voices and self.voices[key].get(CHOSEN) is None

    def told(self, key: str) -> str | None:
        """The answer in words, or the two that wait for a choice."""
        if not self.open(key):
            return self.text(key)
        return f"{NBSP}; ".join(f"«{NBSP}{one.text or 'sans réponse'}{NBSP}»" for one in self.said(key))

    def _words(self, key: str, value: Any) -> str | None:
        if value is None:
            return None
        item, name = split(key)
        if item is None:
            return answer_text(View(self.edition.questionnaire, {name: value}), Ref(question=name))
        group = self.edition.questionnaire.group.id
        return answer_text(View(self.edition.questionnaire, {group: [{name: value}]}), Ref(question=name, item=0))


def split(key: str) -> tuple[str | None, str]:
    """The item of a key, None outside the items, and its question."""
    parts = key.split(".")
    return (parts[1], parts[2]) if len(parts) == 3 else (None, key)


def label_key(snapshot: Snapshot, item: str) -> str:
    """What names the label of an item, which is no question."""
    return f"{snapshot.edition.questionnaire.group.id}.{item}.{LABEL}"
