"""Checks of `documents.yaml`: names that stand for nothing, blanks badly written, ids written twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selfassess.authoring.checks.condition_checks import Finding
from selfassess.authoring.checks.placeholders import texts_of
from selfassess.core.definition.document_texts import (
    BLANK,
    COUNTS,
    FIELD,
    FIELDS,
    MAY_MISS,
    DocumentTexts,
)
from selfassess.core.definition.edition import Definitions


def check_documents(definitions: Definitions) -> Iterator[Finding]:
    """Every fault, where it stands."""
    file, documents = f"{definitions.slug}/documents.yaml", definitions.documents
    questions = {name for one in definitions.editions.values() for name in one.questionnaire.questions}
    known = (*FIELDS, *COUNTS, *sorted(questions))
    for path, text, blanks in texts_of(documents):
        filled = path[0] in {"help", "footer", "note", "deliberation", "grounds"} and path[-1] != "label"
        own = known if filled else blanks.names
        for name in FIELD.findall(text):
            if name not in own:
                yield Finding(file, path, f"« {{{name}}} » ne se remplit pas ici.", name, own)
            elif name in (*MAY_MISS, *questions) and name not in documents.missing:
                message = f"Dites sous « missing » ce que demande le blanc de « {{{name}}} » quand la réponse manque."
                yield Finding(file, path, message)
        left = FIELD.sub("", BLANK.sub("", text) if filled else text)
        if path != ("blank",) and re.search(r"[][{}]", left):
            yield Finding(file, path, "Un blanc s'écrit « [à compléter : ce qu'il faut écrire] », un mot « {mot} ».")
    types = {one.id for edition in definitions.editions.values() for one in edition.questionnaire.territory.types}
    yield from _ids(file, documents, types, {one.id for one in definitions.devices}, set(definitions.sources))


def _ids(
    file: str, documents: DocumentTexts, types: set[str], devices: set[str], sources: set[str]
) -> Iterator[Finding]:
    named = [
        *(
            (("assemblies", at, "types"), name, types, "Le type de structure")
            for at, assembly in enumerate(documents.assemblies)
            for name in assembly.types
        ),
        *(
            (("grounds", at, "devices"), name, devices, "Le dispositif")
            for at, ground in enumerate(documents.grounds)
            for name in ground.devices
        ),
        *(
            (("grounds", at, "sources"), name, sources, "La source")
            for at, ground in enumerate(documents.grounds)
            for name in ground.sources
        ),
    ]
    for path, name, known, kind in named:
        if name not in known:
            yield Finding(file, path, f"{kind} « {name} » n'existe pas.", name, tuple(sorted(known)))
    seen: set[str] = set()
    for at, ground in enumerate(documents.grounds):
        if ground.id in seen:
            yield Finding(file, ("grounds", at, "id"), f"Le texte « {ground.id} » est écrit deux fois.")
        seen.add(ground.id)
