"""Two services, one file: what each role answered where they differ, until one answer is chosen. Pure.

Stored, `voices[key]` is {role: {"value", "comment"}, "chosen": role, "both" or None}. While nothing is chosen, the
key is in neither answers nor comments: the engine takes it as unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from selfassess.core.review.acts import ACTS, RESPONDENT

BOTH = "both"
CHOSEN = "chosen"
DECIDERS = ACTS["choose"].roles


@dataclass(frozen=True)
class RoleAnswer:
    """What one role says of one question."""

    value: object = None
    comment: str = ""


@dataclass(frozen=True)
class SharedAnswer:
    """What is kept of one question: the answer that stands, who gave it, and each role's own once they differed."""

    value: object = None
    comment: str = ""
    author: str | None = None
    voices: Mapping[str, RoleAnswer] = field(default_factory=dict)
    chosen: str | None = None

    @property
    def disputed(self) -> bool:
        """Answered by two roles, differently, and nobody chose."""
        return bool(self.voices) and self.chosen is None

    def shown(self, role: str) -> RoleAnswer:
        """What a form shows to that role: its own voice while it is disputed, otherwise the answer that stands."""
        return self.voices.get(role, RoleAnswer()) if self.disputed else RoleAnswer(self.value, self.comment)

    def belongs(self, role: str) -> bool:
        """Did that role give what its form shows? Then only itself, elsewhere, may have changed it meanwhile."""
        return role in self.voices if self.disputed else self.author in {role, None}


def held(value: object, comment: str, author: str | None, stored: Mapping[str, Any] | None) -> SharedAnswer:
    """From what is stored. An answer without author is the respondent's."""
    voices = {who: RoleAnswer(**one) for who, one in (stored or {}).items() if who != CHOSEN}
    chosen = stored.get(CHOSEN) if stored else None
    if author is None and (value is not None or comment):
        author = RESPONDENT
    return SharedAnswer(value, comment, author, voices, chosen)


def stored(one: SharedAnswer) -> dict[str, object] | None:
    """`voices[key]` as it is kept; None when nobody differed."""
    if not one.voices:
        return None
    said = {who: {"value": voice.value, "comment": voice.comment} for who, voice in one.voices.items()}
    return {**said, CHOSEN: one.chosen}


def speak(one: SharedAnswer, role: str, said: RoleAnswer, seen: bool) -> SharedAnswer:
    """What is kept once `role` has said `said`. `seen`: its form showed what is stored, comment included."""
    other = next((who for who in (*one.voices, one.author) if who not in {role, None}), None)
    if other is None or (not one.voices and one.value is None):
        comment = said.comment if seen or one.author == role else _together(one.comment, said.comment)
        return SharedAnswer(said.value, comment, role)
    if one.disputed:
        return _settle(one.voices[other], other, role, said)
    if said.value is None and one.chosen == BOTH:
        return SharedAnswer(one.value, _together(one.comment, said.comment), other)
    if said.value is None and one.author == role:
        return _settle(one.voices[other], other, role, said)
    if said.value in (None, one.value):
        comment = _together(one.comment, said.comment) if not seen or said.value is None else said.comment
        return replace(one, comment=comment)
    if one.author == role == one.chosen and role in DECIDERS:
        after = _settle(one.voices[other], other, role, said)
        return after if after.chosen else choose(after, role)
    mine = RoleAnswer(said.value, "" if said.comment == one.comment and one.author != role else said.comment)
    theirs = RoleAnswer(one.value, one.comment) if one.author == other else one.voices[other]
    return _settle(theirs, other, role, mine)


def choose(one: SharedAnswer, role: str) -> SharedAnswer:
    """The answer of `role` stands; both stay as the trace."""
    return replace(one, value=one.voices[role].value, comment=one.voices[role].comment, author=role, chosen=role)


def _settle(theirs: RoleAnswer, other: str, role: str, mine: RoleAnswer) -> SharedAnswer:
    """One voice left: it stands. Two alike: settled. Otherwise disputed."""
    if mine.value is None:
        return SharedAnswer(theirs.value, _together(theirs.comment, mine.comment), other)
    voices = {other: theirs, role: mine}
    if mine.value == theirs.value:
        return SharedAnswer(mine.value, _together(theirs.comment, mine.comment), other, voices, BOTH)
    return SharedAnswer(voices=voices)


def _together(one: str, other: str) -> str:
    """Two comments, neither lost."""
    if not one or one in other:
        return other
    return one if other in one else f"{one}\n{other}"
