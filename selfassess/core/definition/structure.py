"""The structure of a part of an edition, in named pieces: what a change in a published edition is told by."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from selfassess.core.definition.questionnaire import Band, Option, StructureType
from selfassess.core.definition.strict import Strict

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


def structure(part: Any) -> Any:
    """A definition without its wording and without default values: what `digest` is made of."""
    if isinstance(part, Strict):
        raw: dict[str, Any] = {}
        for name, field in type(part).model_fields.items():
            value = getattr(part, name)
            if name in WORDING or value == field.get_default(call_default_factory=True):
                continue
            raw[name] = len(value) if name in COUNTED else structure(value)
        return raw
    if isinstance(part, tuple | list):
        return [structure(one) for one in part]
    if isinstance(part, dict):
        return {key: structure(one) for key, one in part.items()}
    return part


WORDING = frozenset(  # what may be mended in a published edition: words, citations, estimates of time
    "text short help why source study title words definition gate_text gap_text conflict_text none task intro label "  # noqa: SIM905
    "label_help noun advice helper facet_titles published timing hidden_ok mufpp group decision beside "
    "phrases gate_source filter".split()
)


COUNTED = frozenset({"scale"})  # words, one for each level: only their number counts


def digest(*parts: Any) -> str:
    """SHA-256 (64 hex digits) of anything JSON can say, keys sorted."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
