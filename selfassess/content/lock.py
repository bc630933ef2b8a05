"""`published.lock`: the structure of each published edition, piece by piece, so that it stays as published.

Written by `questions publish` and by nothing else. Wording is not in it (`structure.WORDING`), nor are devices.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from selfassess.content.reader import Document, FaultyError, Problem, read_document, validate
from selfassess.content.writing import write_whole
from selfassess.core.definition.edition import Edition
from selfassess.core.definition.structure import (
    DIGITS,
    Key,
    LockedPiece,
    pieces,
)

NAME = "published.lock"
WHOLE = "(fichier)"  # what no piece of the file holds: thresholds, scales…
DIGEST = re.compile(rf"[0-9a-f]{{{DIGITS}}}")
HEAD = """\
# La structure des éditions publiées : une empreinte par élément, les textes mis à part.
# Écrit par « questions publish ». Ne changez rien ici à la main.
"""
Lock = dict[str, dict[str, dict[str, str]]]  # edition → part → piece → digest
Documents = Callable[[str, str], Document]  # of an edition and one of its parts


def read_lock(root: Path) -> tuple[Lock, Document]:
    """What is locked, and the file it was read from; nothing without a file. Raises `FaultyError`."""
    path = root / NAME
    if not path.exists():
        return {}, Document(NAME)
    document = read_document(path, root)
    found: Lock = {}
    if not document.problems:
        found = validate(document, Lock) or {}
    for edition, parts in found.items():
        for part, digests in parts.items():
            for key, given in digests.items():
                if not DIGEST.fullmatch(given):
                    message = f"« {given} » n'est pas une empreinte ({DIGITS} chiffres ou lettres de a à f)."
                    document.problems.append(document.at((edition, part, key), message))
    if document.problems:
        mend = " Ce fichier est écrit par « questions publish » : reprenez sa dernière version."
        raise FaultyError(Problem(one.file, one.line, one.column, one.message + mend) for one in document.problems)
    return found, document


def write_lock(root: Path, lock: Mapping[str, Mapping[str, Mapping[str, str]]]) -> None:
    """The whole file, or an `OSError` and the file as it was."""
    lines = [HEAD]
    for edition, parts in lock.items():
        lines.append(f"{edition}:\n")
        for part, digests in parts.items():
            lines.append(f"  {part}:\n")
            lines.extend(f'    {key}: "{given}"\n' for key, given in digests.items())
    write_whole(root / NAME, "".join(lines))


def locked(edition: Edition) -> dict[str, dict[str, str]]:
    """What the lock says of an edition when it is published."""
    return {name: {key: piece.digest for key, piece in found.items()} for name, found in _parts(edition).items()}


def unlocked(lock: Lock, edition: Edition) -> bool:
    """Is a part of it missing from the lock? All are before it is published; one may have come with the program."""
    return any(name not in lock.get(edition.id, {}) for name in edition.parts)


def departures(
    lock: Lock, document: Document, editions: Mapping[str, Edition], parts_of: Documents, following: str
) -> Iterator[Problem]:
    """Every way in which published editions are no longer what was locked. `following`: an id that is free."""
    for name, before in lock.items():
        edition = editions.get(name)
        if edition is None:
            message = (
                f"L'édition {name} est publiée, mais son dossier n'est plus là. Remettez-le : des dossiers y sont."
            )
            yield document.at((name,), message)
            continue
        if not edition.questionnaire.published:
            message = (
                f"L'édition {name} est publiée et ne peut plus redevenir un brouillon. Remettez « published: true »."
            )
            yield parts_of(name, "questionnaire").at(("published",), message)
        now = _parts(edition)
        changed = [
            problem
            for part in before
            for problem in _changes(
                before.get(part, {}), now.get(part, {}), parts_of(name, part), document, (name, part)
            )
        ]
        yield from changed
        if changed:
            message = (
                f"L'édition {name} est publiée : ses textes se corrigent, sa structure ne change plus. Annulez les "
                f"changements signalés. {_elsewhere(editions, following)}"
            )
            yield document.at((name,), message)


def _elsewhere(editions: Mapping[str, Edition], following: str) -> str:
    drafts = [one.id for one in editions.values() if not one.questionnaire.published]
    if drafts:
        return f"Faites-les plutôt dans le brouillon {drafts[-1]}."
    return f"Pour les faire, créez une nouvelle édition : « flask --app wsgi questions new-edition {following} »."


def _parts(edition: Edition) -> dict[str, dict[str, LockedPiece]]:
    return {
        name: {".".join(piece.key) or WHOLE: piece for piece in pieces(part)} for name, part in edition.parts.items()
    }


def _changes(
    before: Mapping[str, str], now: Mapping[str, LockedPiece], file: Document, lock: Document, where: tuple[str, str]
) -> Iterator[Problem]:
    """One fault per piece; what is inside a piece that came or went is not told again."""
    came, gone = _outermost(set(now) - set(before)), _outermost(set(before) - set(now))
    for key, piece in now.items():
        if key in came:
            yield file.at(piece.path, f"« {_name(key)} » a été ajouté après la publication.")
        elif key in before and before[key] != piece.digest:
            what = "Ce fichier, hors de ses éléments nommés," if key == WHOLE else f"« {_name(key)} »"
            yield file.at(piece.path, f"{what} n'est plus tel que publié : choix, condition, poids, seuil ou réglage.")
    for key in sorted(gone):
        holder = next((now[one].path for one in _holders(key) if one in now), ())
        line = lock.at((*where, key), "").line
        yield file.at(holder, f"« {_name(key)} » a été retiré ou renommé après la publication ({NAME}:{line}).")
    if not came and not gone and list(before) != list(now):
        first = next(one for one, two in zip(now, before, strict=True) if one != two)
        yield file.at(now[first].path, f"« {_name(first)} » a changé de place après la publication.")


def _outermost(keys: set[str]) -> set[str]:
    return {key for key in keys if not any(one in keys for one in _holders(key))}


def _holders(key: str) -> list[str]:
    """The pieces that may hold this one, nearest first."""
    steps: Key = tuple(key.split("."))
    return [*(".".join(steps[:end]) for end in range(len(steps) - 1, 0, -1)), WHOLE]


def _name(key: str) -> str:
    return key.rpartition(".")[2]
