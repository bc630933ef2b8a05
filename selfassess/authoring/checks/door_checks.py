"""Calls and programmes: what they name exists, and each is written once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from selfassess.authoring.checks.condition_checks import Finding
from selfassess.core.definition.doors import Call, Doors, InterregProgramme
from selfassess.core.definition.edition import Definitions
from selfassess.core.definition.strict import KeyPath, Strict

SENTENCES = {
    "devices": "Le dispositif « {name} » n'existe pas.",
    "programme": "Le programme « {name} » n'est pas dans programmes.yaml.",
    "contact": "L'organisme « {name} » n'est pas dans contacts.yaml.",
    "sources": "La source « {name} » n'est pas dans sources.yaml.",
    "departements": "Le département « {name} » n'existe pas.",
    "regions": "La région « {name} » n'existe pas.",
    "question": "Aucune édition n'a la question « {name} ».",
}
OF_DEPARTEMENTS, OF_REGIONS = ("departements", "doubtful", "unread"), ("regions", "regions_to_check")


def check_doors(definitions: Definitions) -> Iterator[Finding]:
    """Every fault of `calls.yaml` and `programmes.yaml`; of départements, only where the directory was read."""
    doors, slug = definitions.doors, definitions.slug
    known: dict[str, Collection[str]] = {
        "devices": [one.id for one in definitions.devices],
        "programme": [one.id for one in doors.programmes],
        "sources": definitions.sources,
        "contact": definitions.contacts.by_id,
        "question": {name for one in definitions.editions.values() for name in one.questionnaire.every},
    }
    if regions := doors.departements.regions:
        known |= dict.fromkeys(OF_DEPARTEMENTS, regions) | {key: set(regions.values()) for key in OF_REGIONS}
    files: dict[str, Sequence[Call | InterregProgramme]] = {"calls": doors.calls, "programmes": doors.programmes}
    for key, parts in files.items():
        seen = set[str]()
        for at, part in enumerate(parts):
            yield from _named(f"{slug}/{key}.yaml", (key, at), part, known)
            if part.id in seen:
                yield Finding(f"{slug}/{key}.yaml", (key, at, "id"), f"L'identifiant « {part.id} » est déjà pris.")
            seen.add(part.id)
    if doors.derives is not None:
        yield from _named(f"{slug}/programmes.yaml", ("derives",), doors.derives, known)
    yield from _placed(f"{slug}/programmes.yaml", doors)


def _named(file: str, path: KeyPath, part: Strict, known: dict[str, Collection[str]]) -> Iterator[Finding]:
    for key, names in known.items():
        given = getattr(part, key, None)
        sentence = SENTENCES["departements" if key in OF_DEPARTEMENTS else "regions" if key in OF_REGIONS else key]
        for at, name in enumerate(given if isinstance(given, tuple) else [] if given is None else [given]):
            if name not in names:
                where = (*path, key, at) if isinstance(given, tuple) else (*path, key)
                yield Finding(file, where, sentence.format(name=name), name, tuple(sorted(names)))


def _placed(file: str, doors: Doors) -> Iterator[Finding]:
    """A programme has a zone, and a département is in it once."""
    for at, one in enumerate(doors.programmes):
        if not any(getattr(one, key) for key in (*OF_DEPARTEMENTS[:2], *OF_REGIONS)):
            yield Finding(file, ("programmes", at, "id"), f"« {one.id} » n'a ni département ni région.")
        for key, path in _doubles(one):
            message = f"« {key} » est écrit deux fois dans la zone de « {one.id} »."
            yield Finding(file, ("programmes", at, *path), message)


def _doubles(one: InterregProgramme) -> Iterator[tuple[str, KeyPath]]:
    seen = set[str]()
    for key in (*OF_DEPARTEMENTS[:2], *OF_REGIONS):
        for at, name in enumerate(getattr(one, key)):
            if name in seen:
                yield name, (key, at)
            seen.add(name)
