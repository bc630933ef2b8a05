"""Checks of `contacts.yaml`, and of the contacts that devices name: bodies, sources and places that do not exist."""

from __future__ import annotations

from collections.abc import Iterator

from selfassess.authoring.checks.condition_checks import Finding
from selfassess.core.definition.contacts import LOCAL_KINDS
from selfassess.core.definition.edition import Definitions
from selfassess.core.definition.strict import KeyPath, walk

_PLACES = {"departement": "département", "region": "région"}


def check_contacts(definitions: Definitions) -> Iterator[Finding]:
    """Every fault, where it stands."""
    yield from _bodies(definitions)
    yield from _places(definitions)
    yield from _sources(definitions)
    known = (*LOCAL_KINDS, *definitions.contacts.by_id)
    for device in definitions.devices:
        for at, contact in enumerate(device.contacts):
            if contact.body is not None and contact.body not in known:
                message = f"L'organisme « {contact.body} » n'est pas dans contacts.yaml."
                file = f"{definitions.slug}/devices/{device.id}.yaml"
                yield Finding(file, ("contacts", at, "body"), message, contact.body, known)


def _bodies(definitions: Definitions) -> Iterator[Finding]:
    file, contacts = _file(definitions), definitions.contacts
    named: list[tuple[KeyPath, str | None]] = []
    for kind in LOCAL_KINDS:
        named.append((("kinds", kind, "national"), contacts.kinds.of(kind).national))
        named.extend((("places", at, kind), place.own(kind)) for at, place in enumerate(contacts.places))
    for at, body in enumerate(contacts.bodies):
        named.append((("bodies", at, "through"), body.through))
        if body.id in LOCAL_KINDS:
            yield Finding(file, ("bodies", at, "id"), f"« {body.id} » est une sorte d'organisme : nommez-le autrement.")
        if body.through in contacts.by_id and contacts.by_id[body.through].through is not None:
            message = "L'organisme qui donnera l'adresse n'en a pas lui-même."
            yield Finding(file, ("bodies", at, "through"), message)
    for path, name in named:
        if name is not None and name not in contacts.by_id:
            message = f"L'organisme « {name} » n'est pas sous « bodies »."
            yield Finding(file, path, message, name, tuple(contacts.by_id))


def _sources(definitions: Definitions) -> Iterator[Finding]:
    """Sources that bodies cite exist; the site of a body, which nobody read, is no source."""
    file, sources = _file(definitions), definitions.sources
    for path, value, _ in walk(definitions.contacts):
        if path[-1:] == ("sources",) and isinstance(value, tuple):
            for name in value:
                if name not in sources:
                    message = f"La source « {name} » n'est pas dans sources.yaml."
                    yield Finding(file, path, message, str(name), tuple(sources))
    unread = {_site(body.site) for body in definitions.contacts.bodies if body.site is not None}
    for at, source in enumerate(sources.values()):
        if source.url is not None and _site(source.url) in unread:
            message = "Le site d'un organisme n'est la source d'aucun fait : donnez l'adresse de la page lue."
            yield Finding(f"{definitions.slug}/sources.yaml", ("sources", at, "url"), message)


def _site(address: str) -> str:
    """The address without what does not tell one site from another."""
    return address.partition("://")[2].removeprefix("www.").rstrip("/").lower()


def _places(definitions: Definitions) -> Iterator[Finding]:
    """Each place is written once; where the directory was read, it is one of its own."""
    file, regions = _file(definitions), definitions.doors.departements.regions
    taken = set[str]()
    for at, place in enumerate(definitions.contacts.places):
        key, known = ("departement", set(regions)) if place.region is None else ("region", set(regions.values()))
        name = place.region or place.departement or ""
        if regions and name not in known:
            message = f"L'annuaire n'a pas de {_PLACES[key]} « {name} »."
            yield Finding(file, ("places", at, key), message, name if place.region else "", tuple(sorted(known)))
        if name in taken:
            yield Finding(file, ("places", at, key), f"« {name} » est écrit deux fois.")
        taken.add(name)


def _file(definitions: Definitions) -> str:
    return f"{definitions.slug}/contacts.yaml"
