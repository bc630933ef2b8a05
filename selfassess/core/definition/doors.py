"""Doors that open and close in time: calls for projects, and Interreg programmes with their départements.

They live outside editions and are changed without a new one. Nothing here knows what day it is.
Apart: devices are files, these are lists of dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from selfassess.core.definition.strict import Id, Strict, Text, Whole

Month = Annotated[Whole, Field(ge=1, le=12)]
Format = Literal["project", "micro", "transnational"]


class Call(Strict):
    """A call for projects. `closes` None: at any time. `opens` None: not read.

    `yearly`: past calls, `earlier` among them, closed the same month: the next one is expected then. `last`: its
    programme opens none after it. `contact`: the body to ask, an id of `contacts.yaml`.
    """

    id: Id
    devices: Annotated[tuple[Id, ...], Field(min_length=1)]
    programme: Id | None = None
    text: Text
    opens: date | None = None
    closes: date | None = None
    yearly: bool = False
    earlier: tuple[date, ...] = ()
    last: bool = False
    contact: Text
    sources: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _in_order(self) -> Call:
        if self.opens is not None and self.closes is not None and self.closes < self.opens:
            raise ValueError("call_reversed")
        if self.yearly and self.closes is None:
            raise ValueError("call_yearly")
        return self


class InterregProgramme(Strict):
    """An Interreg programme: who may take part, by département, and until when.

    `doubtful`: départements of the zone that no source we read names for certain. `regions`: of a transnational
    space, those its sources name; `regions_to_check`, those to confirm. `last_calls`: the last day a call may be open;
    `last_day`: of its projects.
    """

    id: Id
    title: Text
    short: Text
    kind: Literal["cross_border", "overseas", "transnational", "euroregion"]
    departements: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    regions: tuple[Text, ...] = ()
    regions_to_check: tuple[Text, ...] = ()
    neighbours: Text | None = None
    small_format: Text | None = None
    money: Text | None = None
    last_calls: date
    last_day: date | None = None
    contact: Text
    sources: Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Doors:
    """All calls and programmes, in file order."""

    calls: tuple[Call, ...] = ()
    programmes: tuple[InterregProgramme, ...] = ()


EntryKind = Literal["open", "expected", "later", "over", "not_known"]


@dataclass(frozen=True)
class Entry:
    """Can one enter a device on a given day? `open`: its call is read as open, until `closes` (None: at any time, or
    no call is needed). `expected`: within four months; `later`: further away; both about `month` of `year` when usual,
    on `opens` when announced. `over`: none before `year`. `not_known`: to ask `contact`.

    `call`: the one it is read from. `programmes`: ids, of an Interreg device, the territory's.
    """

    kind: EntryKind
    closes: date | None = None
    opens: date | None = None
    month: int | None = None
    year: int | None = None
    call: Call | None = None
    contact: str | None = None
    programmes: tuple[str, ...] = ()
