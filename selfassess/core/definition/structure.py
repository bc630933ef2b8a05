"""The structure of a part of an edition, in named pieces: what a change in a published edition is told by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from selfassess.core.definition.condition import Strict
from selfassess.core.definition.questionnaire import (
    COUNTED,
    WORDING,
    Band,
    Option,
    StructureType,
    digest,
)

DIGITS = 16
Key = tuple[str, ...]
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Piece:
    """`key`: field names and ids, () for the part itself; `path`: where it stands in the file; `digest`: of its own
    structure, without its wording (`definition.WORDING`) and without the pieces inside it."""

    key: Key
    path: Path
    digest: str


def pieces(part: Strict) -> list[Piece]:
    """The part, then all that has an id or a name in it, in file order. Answers belong to their question."""
    found: list[Piece] = []
    _take(part, (), (), found)
    return found


def _take(value: Any, key: Key, path: Path, found: list[Piece]) -> None:
    at = len(found)
    found.append(Piece(key, path, ""))  # its place, before what is inside it
    found[at] = Piece(key, path, digest(_own(value, key, path, found))[:DIGITS])


def _own(value: Any, key: Key, path: Path, found: list[Piece]) -> Any:
    """What `structure` says of `value`, less its pieces, which join `found`; None when nothing else is there."""
    if isinstance(value, Strict):
        raw: dict[str, Any] = {}
        for name, field in type(value).model_fields.items():
            held, word = getattr(value, name), field.alias or name
            if name in WORDING or held == field.get_default(call_default_factory=True):
                continue
            own = len(held) if name in COUNTED else _inside(held, (*key, word), (*path, word), found)
            if own is not None:
                raw[name] = own
        return raw
    if isinstance(value, dict):
        for name, one in value.items():
            if isinstance(one, Strict):
                _take(one, (*key, name), (*path, name), found)
        return {name: one for name, one in value.items() if not isinstance(one, Strict)} or None
    if isinstance(value, tuple):
        own = [_inside(one, (*key, getattr(one, "id", str(at))), (*path, at), found) for at, one in enumerate(value)]
        return [one for one in own if one is not None] or None
    return value


def _inside(value: Any, key: Key, path: Path, found: list[Piece]) -> Any:
    if isinstance(value, Strict) and hasattr(value, "id") and not isinstance(value, Option | Band | StructureType):
        return _take(value, key, path, found)
    return _own(value, key, path, found)
