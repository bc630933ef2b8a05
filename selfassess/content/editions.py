"""Editions as folders: a draft copied from another, a draft published."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from selfassess.content.lock import locked, read_lock, unlocked, write_lock
from selfassess.content.writing import why_not, write_whole
from selfassess.core.definition.edition import Definitions, Edition

ID = re.compile(r"([0-9]{4})-([1-9][0-9]?)")
MAIN = "questionnaire.yaml"
JOURNAL = "JOURNAL.md"


class RefusedError(Exception):
    """What was asked cannot be done; nothing was changed. The message is for the author."""


def order(name: str) -> tuple[int, int]:
    """Where an edition comes among others: its year, its number in the year. Raises `ValueError`."""
    found = ID.fullmatch(name)
    if found is None:
        raise ValueError(name)
    return int(found[1]), int(found[2])


def well_formed(name: str) -> bool:
    return ID.fullmatch(name) is not None


def following(names: Iterable[str]) -> str:
    """The id that comes next in the year of the last one."""
    year, number = max(order(name) for name in names)
    return f"{year}-{number + 1}" if number < 99 else f"{year + 1}-1"


def new_edition(folder: Path, known: Mapping[str, Edition], name: str, source: str) -> Path:
    """A draft `folder/name`, copied from `folder/source`: its own name, not published, every comment kept.

    Raises `RefusedError`; there is then no such folder.
    """
    target = folder / name
    if not well_formed(name):
        raise RefusedError(f"« {name} » n'est pas un nom d'édition : une année, un tiret, un numéro, comme 2027-1.")
    if source not in known:
        raise RefusedError(f"L'édition « {source} » n'existe pas. Éditions connues : {', '.join(known)}.")
    if name in known or target.exists():
        raise RefusedError(f"L'édition {name} existe déjà. Prenez par exemple {following(known)}.")
    last = max(known, key=order)
    if order(name) < order(last):
        raise RefusedError(f"{name} viendrait avant l'édition {last}. Prenez par exemple {following(known)}.")
    work: Path | None = None
    try:
        work = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=folder))
        draft = work / name
        _copy(folder / source, draft)
        text = re.sub(r"(?m)^#.*$", lambda line: line[0].replace(source, name), _read(draft / MAIN))
        write_whole(draft / MAIN, _set(_set(text, "edition", name), "published", "false"))
        draft.rename(target)
    except OSError as error:
        raise RefusedError(f"L'édition {name} n'a pas été créée : {why_not(error)}. Rien n'a été changé.") from error
    finally:
        if work is not None:
            shutil.rmtree(work, ignore_errors=True)
    return target


def publish(root: Path, definitions: Definitions, name: str) -> bool:
    """Freeze an edition: `published: true`, then its structure in the lock. False when it was already.

    Raises `RefusedError`, `FaultyError` for the lock; nothing is then changed.
    """
    edition = definitions.editions.get(name)
    if edition is None:
        raise RefusedError(f"L'édition « {name} » n'existe pas. Éditions connues : {', '.join(definitions.editions)}.")
    lock, _ = read_lock(root)
    if not unlocked(lock, edition):
        return False
    later = [
        one for one in definitions.editions.values() if one.questionnaire.published and order(one.id) > order(name)
    ]
    if later and not edition.questionnaire.published:
        raise RefusedError(f"L'édition {later[-1].id} est déjà publiée : {name}, plus ancienne, ne servirait jamais.")
    journal = _read(root / JOURNAL) if (root / JOURNAL).exists() else ""
    if not re.search(rf"^##\s+{re.escape(name)}\b", journal, re.MULTILINE):
        raise RefusedError(
            f"{JOURNAL} ne dit rien de l'édition {name}. Ajoutez-y un titre « ## {name} », ce qui change et pourquoi."
        )
    path = root / definitions.slug / "editions" / name / MAIN
    before = _read(path)
    try:
        write_whole(path, _set(before, "published", "true"))
        try:
            write_lock(root, {**lock, name: {**locked(edition), **lock.get(name, {})}})
        except OSError:
            write_whole(path, before)
            raise
    except OSError as error:
        raise RefusedError(f"L'édition {name} n'a pas été publiée : {why_not(error)}. Rien n'a été changé.") from error
    return True


def _copy(source: Path, target: Path) -> None:
    """Folders and files, less what editors leave beside them."""
    target.mkdir()
    for path in sorted(source.iterdir()):
        if path.name.startswith(".") or path.name.endswith("~"):
            continue
        if path.is_dir():
            _copy(path, target / path.name)
        else:
            shutil.copyfile(path, target / path.name)


def _read(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:  # line endings as the author has them
        return file.read()


def _set(text: str, key: str, value: str) -> str:
    """The value of a key of the first level, the rest of its line kept."""
    return re.sub(rf"^({key}:[ \t]*)(\"[^\"]*\"|'[^']*'|[^\s#]+)", rf"\g<1>{value}", text, count=1, flags=re.MULTILINE)
