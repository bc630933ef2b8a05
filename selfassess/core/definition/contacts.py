"""Whom to call: bodies, and which of them are those of a region or a département."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from selfassess.core.definition.strict import Id, Strict, Text

Address = Annotated[str, Field(pattern=r"^https?://\S+$")]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ]{5,}$")]
# What a territory has of its own: its regional network of actors abroad and its network of PAT, who helps it pay,
# the secretariat of its Interreg programme (read from its programmes, not from its place).
LocalKind = Literal["rrma", "pat_network", "support", "secretariat"]
LOCAL_KINDS: tuple[LocalKind, ...] = get_args(LocalKind)


class Body(Strict):
    """`page`: an address we read; `site`: the body's own, known and not read, never the source of a fact; `through`:
    no address was read, that body gives it. `note`: what is still to check."""

    id: Id
    name: Text
    role: Text
    note: Text | None = None
    page: Address | None = None
    site: Address | None = None
    phone: Phone | None = None
    email: Annotated[str, Field(pattern=r"^\S+@\S+\.\S+$")] | None = None
    address: Text | None = None
    through: Id | None = None
    sources: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _reached(self) -> Body:
        if not (self.page or self.site or self.phone or self.email or self.address or self.through):
            raise ValueError("contact_unreachable")
        return self


class LocalBody(Strict):
    """A kind of body each territory has its own of: what it is called in general, and the national point where none
    was read; without any, nothing is said."""

    name: Text
    national: Id | None = None


class NationalBody(LocalBody):
    national: Id


class LocalBodies(Strict):
    rrma: NationalBody
    pat_network: LocalBody
    support: LocalBody
    secretariat: LocalBody

    def of(self, kind: LocalKind) -> LocalBody:
        found: LocalBody = getattr(self, kind)
        return found


class ContactPlace(Strict):
    """A region or a département, and its own bodies."""

    region: Text | None = None
    departement: str | None = None
    rrma: Id | None = None
    pat_network: Id | None = None
    support: Id | None = None

    @model_validator(mode="after")
    def _one_place(self) -> ContactPlace:
        if (self.region is None) == (self.departement is None):
            raise ValueError("place_form")
        return self

    def own(self, kind: LocalKind) -> str | None:
        """The id of its own body of that kind; None where none was read."""
        found: str | None = getattr(self, kind, None)
        return found


class Contacts(Strict):
    """`contacts.yaml`. `checked_on`: the day all of it was last read again."""

    checked_on: date
    kinds: LocalBodies
    bodies: Annotated[tuple[Body, ...], Field(min_length=1)]
    places: tuple[ContactPlace, ...]

    @cached_property
    def by_id(self) -> dict[str, Body]:
        return {one.id: one for one in self.bodies}

    def general_name(self, body: str) -> str:
        """Of a body by its id or by its kind: as said where the place of the reader does not matter."""
        for kind in LOCAL_KINDS:
            if kind == body:
                return self.kinds.of(kind).name
        return self.by_id[body].name

    def local(self, kind: LocalKind, departements: Collection[str], regions: Collection[str]) -> tuple[Body, ...]:
        """The bodies of a kind of a territory that lies there: of its départements first; the national point without
        any."""
        near = [place for place in self.places if place.departement in departements]
        wide = [place for place in self.places if place.region in regions]
        found = dict.fromkeys(name for place in (*near, *wide) if (name := place.own(kind)) is not None)
        return tuple(self.by_id[name] for name in found) or self.national(kind)

    def national(self, kind: LocalKind) -> tuple[Body, ...]:
        found = self.kinds.of(kind).national
        return () if found is None else (self.by_id[found],)
