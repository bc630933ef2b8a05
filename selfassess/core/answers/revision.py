"""A file as it was at one moment, read by key (`Ref.key`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from selfassess.core.answers.answers import View
from selfassess.core.answers.in_words import answer_alone, answer_text, item_name
from selfassess.core.answers.two_roles import CHOSEN
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.edition import Edition
from selfassess.core.definition.questionnaire import Question
from selfassess.core.definition.typography import NBSP
from selfassess.core.review.acts import ROLES


@dataclass(frozen=True)
class RoleAnswerText:
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
        return View(self.edition.questionnaire, self.answers, self.edition.typology.conditions)

    def ref(self, key: str) -> Ref | None:
        """None for a key that names no question, or an item that is not in this file."""
        ref, questionnaire = Ref.of(key), self.edition.questionnaire
        if ref.item is None:
            return ref if ref.question in questionnaire.questions else None
        known = ref.question in questionnaire.items and ref.item in self.view.positions
        return ref if known and questionnaire.key(ref) == key else None

    def question(self, key: str) -> Question:
        return self.edition.questionnaire.every[Ref.of(key).question]

    def item(self, key: str) -> str:
        """The name of the item a key is in; empty outside the items, or when the item is not in this file."""
        item = Ref.of(key).item
        return item_name(self.view, item) if item in self.view.positions else ""

    def raw(self, key: str) -> object:
        """The answer as stored, None without one."""
        ref = self.ref(key)
        return None if ref is None else self.view.given(ref)

    def text(self, key: str) -> str | None:
        """The answer in words; None without one, or while two are still there."""
        ref = self.ref(key)
        if ref is None:
            return None
        question = self.question(key)
        if question.item is not None and self.raw(key) == []:
            return f"Aucune {question.item.noun}"
        return answer_text(self.view, ref)

    def said(self, key: str) -> tuple[RoleAnswerText, ...]:
        """What each role said, where two answered differently."""
        found = self.voices.get(key) or {}
        return tuple(
            RoleAnswerText(role, self._words(key, found[role].get("value")), found[role].get("comment") or "")
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

    def _words(self, key: str, value: object) -> str | None:
        return None if value is None else answer_alone(self.edition.questionnaire, Ref.of(key).question, value)
