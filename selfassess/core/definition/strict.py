"""What every definition is made of: a frozen model that refuses what it does not know, its plain values, and the way
through it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field
from pydantic import Strict as StrictType

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Whole = Annotated[int, StrictType()]
Count = Annotated[Whole, Field(ge=0)]
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


class Strict(BaseModel):
    """Base of every definition: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class DefinedPart(NamedTuple):
    """Something inside a definition: where it stands in the file, and the blanks declared on the field it is in."""

    path: KeyPath
    value: object
    blanks: Blanks


def walk(part: object, path: KeyPath = (), blanks: Blanks = Blanks()) -> Iterator[DefinedPart]:
    """A part of definitions, then all that is inside it, in file order."""
    yield DefinedPart(path, part, blanks)
    if isinstance(part, Strict):
        for name, field in type(part).model_fields.items():
            declared = next((mark for mark in field.metadata if isinstance(mark, Blanks)), Blanks())
            yield from walk(getattr(part, name), (*path, field.alias or name), declared)
    elif isinstance(part, Mapping | tuple):
        for key, value in part.items() if isinstance(part, Mapping) else enumerate(part):
            yield from walk(value, (*path, key), blanks)
