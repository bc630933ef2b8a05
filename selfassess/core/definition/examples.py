"""Territories that did it: what each did with a device, where it is, and what tells a territory that it is alike.

They live outside editions. What an official code says of a territory (structure, size, region) is read from the
directory; what no source says is absent, and not compared.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from selfassess.core.definition.condition import Condition
from selfassess.core.definition.strict import Id, Strict, Text


class Likeness(Strict):
    """Something that a territory whose answers make `when` true has in common with the example; `text` names it."""

    when: Condition
    text: Text


LONGEST_LINE = 110  # letters


class Example(Strict):
    """`code`: the official one. Without it, the type of structure and the département, where a source says them.

    `text` tells it, the territory's name first; `line`, what it changed there, for page one; `doubt`, what was not
    read. `no_pat_link`: no link with a PAT was read, so it is nobody's like.
    """

    id: Id
    territory: Text
    code: Text | None = None
    type: Id | None = None
    departement: Text | None = None
    devices: tuple[Id, ...] = ()
    partner: Text | None = None
    years: Text | None = None
    text: Text
    line: Annotated[Text, Field(max_length=LONGEST_LINE)] | None = None
    doubt: Text | None = None
    no_pat_link: bool = False
    like: tuple[Likeness, ...] = ()
    sources: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _placed_once(self) -> Example:
        if self.code is not None and (self.type or self.departement):
            raise ValueError("example_place")
        return self


class PlacedExample(Strict):
    """An example with what the directory says of its territory: `rows`, as `StructureType.directory` names them, and
    all the départements of its region. What is not known is empty."""

    example: Example
    rows: tuple[str, ...] = ()
    population: int | None = None
    departement: str | None = None
    region: tuple[str, ...] = ()
