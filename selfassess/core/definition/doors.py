"""Doors that open and close in time: calls for projects, and Interreg programmes with their départements.

They live outside editions and are changed without a new one. Nothing here knows what day it is.
Apart: devices are files, these are lists of dates.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from selfassess.core.definition.strict import Id, Percent, Strict, Text, Whole

Month = Annotated[Whole, Field(ge=1, le=12)]
ProgrammeKind = Literal["cross_border", "overseas", "transnational", "euroregion"]


def months_after(start: date, count: int) -> date:
    """The same day `count` months later (earlier when negative), or the last day of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    if not date.min.year <= year <= date.max.year:
        return date.min if year < date.min.year else date.max
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def days_after(start: date, count: int) -> date:
    """`count` days later (earlier when negative), or the last or first day there is."""
    return date.fromordinal(min(max(start.toordinal() + count, 1), date.max.toordinal()))


def end_of_month(day: date) -> date:
    """The last day of its month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


class Call(Strict):
    """A call for projects. `opens` None: not read. `continuous`: one applies at any time, until `closes` if it has one.

    `yearly`: past calls, `earlier` among them, or two sources, closed the same month: the next one is expected then.
    `last`: its programme opens none after it. `contact`: the body to ask, an id of `contacts.yaml`.
    """

    id: Id
    devices: Annotated[tuple[Id, ...], Field(min_length=1)]
    programme: Id | None = None
    text: Text
    opens: date | None = None
    closes: date | None = None
    continuous: bool = False
    yearly: bool = False
    earlier: tuple[date, ...] = ()
    last: bool = False
    contact: Id
    sources: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _in_order(self) -> Call:
        if self.opens is not None and self.closes is not None and self.closes < self.opens:
            raise ValueError("call_reversed")
        if self.closes is None and not self.continuous:
            raise ValueError("call_undated")
        if self.yearly and (self.continuous or len(self.earlier) + len(self.sources) < 2):
            raise ValueError("call_yearly")
        if self.closes is not None and any(one >= self.closes for one in self.earlier):
            raise ValueError("call_earlier")
        return self


class CallsFile(Strict):
    """`calls.yaml`. `read_on`: the last day its author looked for calls."""

    read_on: date
    calls: tuple[Call, ...]


class InterregProgramme(Strict):
    """An Interreg programme, or one that works like it: who may take part, by département, and until when.

    `devices`: those it is a way into. `departements`: the zone, as a source lists it; `doubtful`: départements that no
    source we read names for certain. `regions`: of a transnational space, those its sources name; `regions_to_check`,
    those to confirm. `known`: what was read of its calls. `last_calls`: the last day a call may be open; `last_day`: of
    its projects.
    """

    id: Id
    title: Text
    short: Text
    kind: ProgrammeKind
    devices: Annotated[tuple[Id, ...], Field(min_length=1)]
    departements: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    regions: tuple[Text, ...] = ()
    regions_to_check: tuple[Text, ...] = ()
    small_format: Text | None = None
    money: Text | None = None
    share: Percent | None = None  # of the cost, at most, of a project; `small_share`: of one in the small format
    small_share: Percent | None = None
    known: Text | None = None
    last_calls: date | None = None
    last_day: date | None = None
    contact: Id
    sources: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _ends_in_order(self) -> InterregProgramme:
        if self.last_calls is not None and self.last_day is not None and self.last_day < self.last_calls:
            raise ValueError("programme_reversed")
        return self


class ZoneAnswers(Strict):
    """The question that the zone answers wherever it has no known answer, and what it answers: an option, or a word of
    its own that conditions may test. `unread`: départements of which no source says whether they are in a zone."""

    question: Id
    cross_border: Id
    overseas: Id
    euroregion: Id
    outside: Id
    unread: tuple[str, ...] = ()

    @property
    def options(self) -> tuple[str, ...]:
        return self.cross_border, self.overseas, self.euroregion, self.outside

    def near(self, options: Collection[str]) -> bool:
        """Are these what a territory within a zone is told?"""
        return self.outside not in options


class ProgrammesFile(Strict):
    """`programmes.yaml`."""

    derives: ZoneAnswers
    programmes: tuple[InterregProgramme, ...]


@dataclass(frozen=True)
class Departements:
    """What the directory says of them: the name of the region of each, by code; those of an authority that lies in
    several, by its public code."""

    regions: Mapping[str, str] = field(default_factory=dict)
    several: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def by_region(self) -> dict[str, tuple[str, ...]]:
        """The départements of each region, by its name in small letters."""
        found: dict[str, tuple[str, ...]] = {}
        for code, name in self.regions.items():
            found[name.casefold()] = (*found.get(name.casefold(), ()), code)
        return found

    def beside(self, departement: str) -> tuple[str, ...]:
        """Those of the same region, itself among them; none when it is unknown."""
        return self.by_region.get(self.regions.get(departement, "").casefold(), ())

    def of(self, territory: Mapping[str, object]) -> tuple[str, ...]:
        """Where a territory lies: as it says; as the directory says of its code; else as the name of a region says."""
        given = territory.get("departements")
        if isinstance(given, list | tuple):
            return tuple(str(one) for one in given)
        several = self.several.get(str(territory.get("code", "")))
        if several:
            return several
        if territory.get("departement"):
            return (str(territory["departement"]),)
        return self.by_region.get(str(territory.get("name", "")).casefold().removeprefix("région "), ())


@dataclass(frozen=True, eq=False)
class Doors:
    """All calls and programmes, in file order, and where territories lie. Equal to itself alone: what was worked out
    from it is kept by it."""

    calls: tuple[Call, ...] = ()
    programmes: tuple[InterregProgramme, ...] = ()
    derives: ZoneAnswers | None = None
    departements: Departements = field(default_factory=Departements)
    read_on: date | None = None

    def own_calls(self, device: str) -> tuple[Call, ...]:
        """The calls of a device that are of no programme of a zone."""
        return tuple(one for one in self.calls if device in one.devices and one.programme is None)

    @cached_property
    def by_departement(self) -> dict[str, dict[str, bool]]:
        """By code, the programmes of each département, in file order: id → is it sure?"""
        found: dict[str, dict[str, bool]] = {}
        for one in self.programmes:
            to_check = {code for name in one.regions_to_check for code in self._region(name)} | set(one.doubtful)
            sure = {code for name in one.regions for code in self._region(name)} | set(one.departements)
            for code in sorted(to_check | sure):
                found.setdefault(code, {})[one.id] = code in sure
        return found

    def _region(self, name: str) -> tuple[str, ...]:
        return self.departements.by_region.get(name.casefold(), ())

    def programmes_in(self, codes: Sequence[str]) -> dict[str, bool]:
        """The programmes of these départements, in file order: id → is it sure? One of them is enough."""
        found: dict[str, bool] = {}
        for code in codes:
            for name, sure in self.by_departement.get(code, {}).items():
                found[name] = found.get(name, False) or sure
        return {one.id: found[one.id] for one in self.programmes if one.id in found}

    def zone(self, territory: Mapping[str, object]) -> str | None:
        """What the zone answers to the question it is worked out for; None where that is not known."""
        codes = self.departements.of(territory)
        if self.derives is None or not codes:
            return None
        within = self.programmes_in(codes)
        kinds = {(one.kind, within[one.id]) for one in self.programmes if one.id in within}
        if ("cross_border", True) in kinds:
            return self.derives.cross_border
        if ("overseas", True) in kinds:
            return self.derives.overseas
        known = self.departements.regions
        if {("cross_border", False), ("overseas", False)} & kinds or set(codes) & set(self.derives.unread):
            return None
        if known and not all(code in known for code in codes):
            return None
        return self.derives.euroregion if ("euroregion", True) in kinds else self.derives.outside


EntryKind = Literal["open", "expected", "later", "not_known", "over"]


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
