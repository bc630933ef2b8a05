"""The structure of a part of an edition, in named pieces: what a change in a published edition is told by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from selfassess.core.definition.questionnaire import Option, PopulationBand, StructureType
from selfassess.core.definition.strict import KeyPath, Strict

DIGITS = 16
Key = tuple[str, ...]


@dataclass(frozen=True)
class LockedPiece:
    """`key`: field names and ids, () for the part itself; `path`: where it stands in the file; `digest`: of its own
    structure, without its wording (`WORDING`) and without the pieces inside it."""

    key: Key
    path: KeyPath
    digest: str


def pieces(part: Strict) -> list[LockedPiece]:
    """The part, then all that has an id or a name in it, in file order. Answers belong to their question."""
    found: list[LockedPiece] = []
    _take(part, (), (), found)
    return found


def _take(value: object, key: Key, path: KeyPath, found: list[LockedPiece]) -> None:
    at = len(found)
    found.append(LockedPiece(key, path, ""))  # its place, before what is inside it
    found[at] = LockedPiece(key, path, digest(_own(value, key, path, found))[:DIGITS])


def _own(value: object, key: Key, path: KeyPath, found: list[LockedPiece]) -> object:
    """What `structure` says of `value`, less its pieces, which join `found`; None when nothing else is there."""
    if isinstance(value, Strict):
        held = {
            name: _inside(inner, (*key, word), (*path, word), found) for name, word, inner in _structural_fields(value)
        }
        return {name: own for name, own in held.items() if own is not None}
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, Strict):
                _take(inner, (*key, name), (*path, name), found)
        return {name: inner for name, inner in value.items() if not isinstance(inner, Strict)} or None
    if isinstance(value, tuple):
        listed = [
            _inside(inner, (*key, getattr(inner, "id", str(at))), (*path, at), found) for at, inner in enumerate(value)
        ]
        return [own for own in listed if own is not None] or None
    return value


def _inside(value: object, key: Key, path: KeyPath, found: list[LockedPiece]) -> object:
    part_of_question = isinstance(value, Option | PopulationBand | StructureType)
    if isinstance(value, Strict) and hasattr(value, "id") and not part_of_question:
        _take(value, key, path, found)
        return None
    return _own(value, key, path, found)


def _structural_fields(part: Strict) -> Iterator[tuple[str, str, object]]:
    """Name, key in the file and value of each field that is neither wording nor left to its default."""
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        if name not in WORDING and value != field.get_default(call_default_factory=True):
            yield name, field.alias or name, len(value) if name in COUNTED else value


def structure(part: object) -> object:
    """A definition without its wording and without default values: what `digest` is made of."""
    if isinstance(part, Strict):
        return {name: structure(value) for name, _, value in _structural_fields(part)}
    if isinstance(part, tuple | list):
        return [structure(one) for one in part]
    if isinstance(part, dict):
        return {key: structure(one) for key, one in part.items()}
    return part


WORDING = frozenset(  # what may be mended in a published edition: words, citations, estimates of time
    "text short help why source study title words definition gate_text gap_text conflict_text none task intro label "  # noqa: SIM905
    "label_help noun advice helper facet_titles published timing hidden_ok mufpp group decision beside "
    "phrases gate_source filter clause lack pat_list desk conflict_desk".split()
)


COUNTED = frozenset({"scale"})  # words, one for each level: only their number counts


def digest(*parts: object) -> str:
    """SHA-256 (64 hex digits) of anything JSON can say, keys sorted."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
