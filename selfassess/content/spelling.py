"""Other ways of typing a name: an article glued to it, a word cut short, a part of a city.

Apart: how French names are misspelt is no matter of how the directory is searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_GLUED = re.compile(r"([ld])([a-z]{2,})")  # « lhay les roses », « villeneuve dascq »
_SHORT = {
    "comcom": "cc",
    "gd": "grand",
    "lez": "les",
    "les": "lez",
    "mt": "mont",
    "mts": "monts",
    "nd": "notre dame",
    "ss": "sous",
}
_RANK = re.compile(r"\d{1,2}(?:e|er|eme|ere|ieme|nd|nde)?|[ivx]+(?:e|er|eme)?")
_PART = re.compile(r"arr(?:t|dt)?|ardt|arrondissements?")


def spelled_otherwise(words: Sequence[str]) -> Iterator[list[str]]:
    """The same words with one of them put otherwise, then all those that can be. A word of these may hold a space."""
    others = {at: other for at, word in enumerate(words) if (other := _otherwise(word))}
    for at, other in others.items():
        yield [*words[:at], other, *words[at + 1 :]]
    if len(others) > 1:
        yield [others.get(at, word) for at, word in enumerate(words)]


def _otherwise(word: str) -> str | None:
    glued = _GLUED.fullmatch(word)
    return _SHORT.get(word) or (f"{glued[1]} {glued[2]}" if glued else None)


def arrondissement_of(words: Sequence[str], links: frozenset[str]) -> list[str] | None:
    """The words that tell the city in « Paris 12e », « 3e arrondissement de Lyon »; None when no part is named."""
    ranks = [word for word in words if _RANK.fullmatch(word)]
    rest = [word for word in words if word not in ranks and word not in links and not _PART.fullmatch(word)]
    return rest if len(ranks) == 1 and rest else None
