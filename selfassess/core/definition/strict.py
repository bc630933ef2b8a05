"""What every definition is made of: a frozen model that refuses what it does not know, its plain values, and the way
through it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic import Strict as StrictType

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Whole = Annotated[int, StrictType()]
Count = Annotated[Whole, Field(ge=0)]
Percent = Annotated[Whole, Field(ge=0, le=100)]
KeyPath = tuple[str | int, ...]  # keys and ranks, down from the top of a file


@dataclass(frozen=True, init=False)
class Blanks:
    """The `{name}`s a text may hold, declared on its field: `Annotated[Text, Blanks("before", "after")]`. `needed`:
    the text says nothing without them."""

    names: tuple[str, ...]
    needed: bool

    def __init__(self, *names: str, needed: bool = False) -> None:
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "needed", needed)


NO_BLANKS = Blanks()


class Strict(BaseModel):
    """Base of every definition: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """What was worked out from the fields (`cached_property`) is not copied: the update may change it."""
        found = super().model_copy(update=update, deep=deep)
        for name in found.__dict__.keys() - type(found).model_fields.keys():
            del found.__dict__[name]
        return found


class DefinedPart(NamedTuple):
    """Something inside a definition: where it stands in the file, and the blanks declared on the field it is in."""

    path: KeyPath
    value: object
    blanks: Blanks


def walk(part: Strict) -> list[DefinedPart]:
    """A part of definitions, then all that is inside it, in file order."""
    found: list[DefinedPart] = []
    _enter(part, (), NO_BLANKS, found)
    return found


@cache
def _fields(model: type[Strict]) -> tuple[tuple[str, str, Blanks], ...]:
    """Of each field of a model: its name, its key in a file, the blanks it declares."""
    blanks = {
        name: next((mark for mark in field.metadata if isinstance(mark, Blanks)), NO_BLANKS)
        for name, field in model.model_fields.items()
    }
    return tuple((name, model.model_fields[name].alias or name, declared) for name, declared in blanks.items())


def _enter(value: object, path: KeyPath, blanks: Blanks, found: list[DefinedPart]) -> None:
    found.append(DefinedPart(path, value, blanks))
    if isinstance(value, Strict):
        for name, key, declared in _fields(type(value)):
            _enter(getattr(value, name), (*path, key), declared, found)
    elif isinstance(value, Mapping | tuple):
        entries: Iterable[tuple[str | int, object]] = value.items() if isinstance(value, Mapping) else enumerate(value)
        for step, inner in entries:
            _enter(inner, (*path, step), blanks, found)
