"""Checks of `examples.yaml`: each device, source and type of structure that it names exists, each code is somebody's.

Apart: what a file says by itself, beside what editions say of each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from selfassess.authoring.checks.condition_checks import Finding
from selfassess.core.definition.edition import Definitions


def check_examples(definitions: Definitions) -> Iterator[Finding]:
    """In file order."""
    file, devices = f"{definitions.slug}/examples.yaml", [one.id for one in definitions.devices]
    editions = definitions.editions.values()
    types = {one.id: None for edition in editions for one in edition.questionnaire.territory.types}
    seen = set[str]()
    for at, placed in enumerate(definitions.examples):
        example = placed.example
        if example.id in seen:
            message = f"L'identifiant « {example.id} » est déjà pris. Choisissez-en un autre."
            yield Finding(file, ("examples", at, "id"), message)
        seen.add(example.id)
        named: list[tuple[str, str, Iterable[str], Iterable[str]]] = [
            ("devices", "Le dispositif « {} » n'existe pas.", example.devices, devices),
            ("sources", "La source « {} » n'est pas dans sources.yaml.", example.sources, definitions.sources),
        ]
        for key, message, given, known in named:
            for place, one in enumerate(given):
                if one not in known:
                    yield Finding(file, ("examples", at, key, place), message.format(one), one, tuple(known))
        if example.type is not None and example.type not in types:
            message = f"Le type de structure « {example.type} » n'existe dans aucune édition."
            yield Finding(file, ("examples", at, "type"), message, example.type, tuple(types))
        yield from _place(file, at, ("code", example.code), placed.rows)
        yield from _place(file, at, ("departement", example.departement), placed.region)


def _place(file: str, at: int, named: tuple[str, str | None], found: tuple[str, ...]) -> Iterator[Finding]:
    key, code = named
    if code is not None and not found:
        yield Finding(file, ("examples", at, key), f"L'annuaire n'a pas de « {key} » de code « {code} ».")
