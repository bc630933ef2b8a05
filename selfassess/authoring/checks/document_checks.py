"""Checks of `documents.yaml` and `network.yaml`: names of nothing, blanks badly written, ids written twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selfassess.authoring.checks.condition_checks import Finding
from selfassess.authoring.checks.placeholders import texts_of
from selfassess.core.definition.document_texts import (
    BLANK,
    CALL_FIELDS,
    COUNTS,
    FIELD,
    FIELDS,
    MAY_MISS,
    DocumentTexts,
)
from selfassess.core.definition.edition import Definitions
from selfassess.core.definition.strict import Strict, walk

FILLED = {"help", "footer", "note", "acts", "here", "grounds", "decisions", "nothing"}  # what the report fills
CALL, SIGNATURE = ("call", "asked_back"), ("call", "signature")


def check_documents(definitions: Definitions) -> Iterator[Finding]:
    """Every fault, where it stands."""
    file, documents = f"{definitions.slug}/documents.yaml", definitions.documents
    questions = {name for one in definitions.editions.values() for name in one.questionnaire.questions}
    known = (*FIELDS, *COUNTS, *sorted(questions))
    for path, text, blanks in texts_of(documents):
        filled = path[0] in FILLED and path[-1] != "label"
        own = known if filled else (*CALL_FIELDS, *sorted(questions)) if path[:2] == CALL else blanks.names
        for name in FIELD.findall(text):
            if name not in own:
                yield Finding(file, path, f"« {{{name}}} » ne se remplit pas ici.", name, own)
            elif filled and name in (*MAY_MISS, *questions) and name not in documents.missing:
                message = f"Dites sous « missing » ce que demande le blanc de « {{{name}}} » quand la réponse manque."
                yield Finding(file, path, message)
        left = FIELD.sub("", BLANK.sub("", text) if filled or path == SIGNATURE else text)
        if path != ("blank",) and re.search(r"[][{}]", left):
            yield Finding(file, path, "Un blanc s'écrit « [à compléter : ce qu'il faut écrire] », un mot « {mot} ».")
    types = {one.id for edition in definitions.editions.values() for one in edition.questionnaire.territory.types}
    yield from _ids(file, documents, types, {one.id for one in definitions.devices}, set(definitions.sources))


def _ids(
    file: str, documents: DocumentTexts, types: set[str], devices: set[str], sources: set[str]
) -> Iterator[Finding]:
    told = {"types": (types, "Le type de structure"), "devices": (devices, "Le dispositif")}
    told["sources"] = (sources, "La source")
    for part in walk(documents):
        for name, (known, kind) in told.items():
            for one in getattr(part.value, name, ()) if isinstance(part.value, Strict) else ():
                if one not in known:
                    message = f"{kind} « {one} » n'existe pas."
                    yield Finding(file, (*part.path, name), message, one, tuple(sorted(known)))
    yield from _twice(file, documents)
    for name in sorted(devices - set(documents.decisions)):
        yield Finding(file, ("decisions",), f"Le dispositif « {name} » n'a pas de décision ici.")
    for name in sorted(set(documents.decisions) - devices):
        message = f"Le dispositif « {name} » n'existe pas."
        yield Finding(file, ("decisions", name), message, name, tuple(sorted(devices)))


def _twice(file: str, documents: DocumentTexts) -> Iterator[Finding]:
    seen: set[str] = set()
    for at, ground in enumerate(documents.grounds):
        if ground.id in seen:
            yield Finding(file, ("grounds", at, "id"), f"Le texte « {ground.id} » est écrit deux fois.")
        seen.add(ground.id)


def check_network(definitions: Definitions) -> Iterator[Finding]:
    """Questions and options that no edition has."""
    file, network = f"{definitions.slug}/network.yaml", definitions.network
    every = {
        name: one for edition in definitions.editions.values() for name, one in edition.questionnaire.every.items()
    }
    choices = tuple(sorted(known for known, one in every.items() if one.options))
    named = (("pictured", network.pictured), ("narrowed_by", network.narrowed_by), ("together", network.together))
    for key, names in named:
        for at, name in enumerate(names):
            if name not in choices:
                yield Finding(file, (key, at), f"« {name} » n'est pas une question à choix.", name, choices)
    for name in network.public_list.told:
        if name not in choices:
            message = f"« {name} » n'est pas une question à choix."
            yield Finding(file, ("public_list", "told", name), message, name, choices)
    yield from _shared_doors(definitions, file)
    wanted = network.wanted
    if wanted.question not in every:
        message = f"« {wanted.question} » n'est la question d'aucune édition."
        yield Finding(file, ("wanted", "question"), message, wanted.question, tuple(sorted(every)))
    elif wanted.option not in every[wanted.question].by_option:
        message = f"« {wanted.option} » n'est pas une réponse à cette question."
        yield Finding(file, ("wanted", "option"), message, wanted.option, tuple(every[wanted.question].by_option))


def _shared_doors(definitions: Definitions, file: str) -> Iterator[Finding]:
    devices = tuple(one.id for one in definitions.devices)
    contacts, sources = tuple(definitions.contacts.by_id), tuple(definitions.sources)
    for at, door in enumerate(definitions.network.shared_doors):
        named = [("devices", door.devices, devices), ("sources", door.sources, sources)]
        for key, names, known in named:
            for rank, name in enumerate(names):
                if name not in known:
                    yield Finding(file, ("shared_doors", at, key, rank), f"« {name} » n'existe pas.", name, known)
        if door.contact not in contacts:
            path = ("shared_doors", at, "contact")
            yield Finding(file, path, f"« {door.contact} » n'est pas un contact.", door.contact, contacts)
