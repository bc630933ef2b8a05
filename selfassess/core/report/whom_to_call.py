"""Whom a territory may call about a device, or before anything else: its own bodies, else the national point."""

from __future__ import annotations

from collections.abc import Iterator

from selfassess.core.answers.answers import View
from selfassess.core.definition.contacts import LOCAL_KINDS, Body, LocalKind
from selfassess.core.definition.device import Device
from selfassess.core.definition.edition import Definitions
from selfassess.core.explanation.parts import Part
from selfassess.core.reading.entry import programmes_of


class ContactPart(Part):
    """Whom to talk to. `through`: who gives its address, which is then `page`. `note`: what is still to check."""

    name: str
    role: str
    note: str | None = None
    page: str | None = None
    phone: str | None = None
    email: str | None = None
    through: str | None = None


def who_to_call(definitions: Definitions, view: View) -> ContactPart:
    """The one line of page one: the regional network of actors abroad of the territory, else the national point."""
    body = _local(definitions, "rrma", view)[0]
    return _part(definitions, body, body.role)


def contacts_of(definitions: Definitions, device: Device, view: View) -> tuple[ContactPart, ...]:
    """Whom to talk to about a device, in the order of its sheet, then who_to_call; each once."""
    found: dict[str, ContactPart] = {}
    for contact in device.contacts:
        if contact.body is None:
            name = contact.name or ""
            found.setdefault(name, ContactPart(name=name, role=contact.role))
        for body in _named(definitions, device, contact.body, view):
            found.setdefault(body.name, _part(definitions, body, contact.role))
    always = who_to_call(definitions, view)
    found.setdefault(always.name, always)
    return tuple(found.values())


def contact_sources(definitions: Definitions, device: Device, view: View) -> Iterator[str]:
    """The ids of the sources of whom it names."""
    for contact in device.contacts:
        yield from contact.sources
        for body in _named(definitions, device, contact.body, view):
            yield from body.sources
    yield from _local(definitions, "rrma", view)[0].sources


def _named(definitions: Definitions, device: Device, name: str | None, view: View) -> tuple[Body, ...]:
    if name == "secretariat":
        return _secretariats(definitions, device, view)
    for kind in LOCAL_KINDS:
        if name == kind:
            return _local(definitions, kind, view)
    return () if name is None else (definitions.contacts.by_id[name],)


def _local(definitions: Definitions, kind: LocalKind, view: View) -> tuple[Body, ...]:
    where = definitions.doors.departements
    departements = where.of(view.territory)
    regions = [where.regions[code] for code in departements if code in where.regions]
    return definitions.contacts.local(kind, departements, regions)


def _secretariats(definitions: Definitions, device: Device, view: View) -> tuple[Body, ...]:
    """Of the territory's programmes that are a way into the device; the national point without any. Where no small
    format was read, that of its zone knows whether there is one."""
    doors, contacts = definitions.doors, definitions.contacts
    found = programmes_of(doors, device, view)
    if not found and device.pays == "small_format":
        within = doors.programmes_in(doors.departements.of(view.territory))
        found = tuple(one for one in doors.programmes if one.id in within and one.kind in ("cross_border", "overseas"))
    named = dict.fromkeys(one.contact for one in found)
    return tuple(contacts.by_id[name] for name in named) or contacts.national("secretariat")


def _part(definitions: Definitions, body: Body, role: str) -> ContactPart:
    """With the address of the body to ask, where its own was not read."""
    reached = body if body.through is None else definitions.contacts.by_id[body.through]
    return ContactPart(
        name=body.name,
        role=role,
        note=body.note,
        page=reached.page or reached.site,
        phone=reached.phone,
        email=reached.email,
        through=reached.name if reached is not body else None,
    )
