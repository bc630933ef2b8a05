"""What is read once at start: the definitions and the directory of authorities."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import cast

from flask import current_app

from selfassess.content.catalogue import load, load_directory
from selfassess.content.directory import Directory
from selfassess.content.reader import FaultyError, Problem
from selfassess.core.answers.answers import View
from selfassess.core.answers.path import minutes, steps
from selfassess.core.definition.edition import Definitions

EXTENSION = "selfassess"
# Fields of our forms, besides those named after questions.
RESERVED = {"action", "choosing", "csrf_token", "essai", "item", "question"}


@dataclass(frozen=True)
class Library:
    root: Path
    definitions: Definitions
    directory: Directory

    @cached_property
    def durations(self) -> dict[str, int]:
        """Minutes for the longest path with no item (`none`), with `one`, with as many as can be (`most`: `max`)."""
        questionnaire = self.definitions.current.questionnaire
        group = questionnaire.group
        found = {"max": group.max or 1}
        for name, count in (("none", 0), ("one", 1), ("most", found["max"])):
            view = View(questionnaire, {group.id: [{} for _ in range(count)]})
            asked = [question for step in steps(view) if step.item is None for question in step.questions]
            found[name] = minutes(questionnaire, asked, count)
        return found


def read_library(root: Path) -> Library:
    """The one questionnaire found under `root`. Raises `FaultyError` or `DirectoryError`."""
    slugs = sorted(path.parent.name for path in root.glob("*/editions") if path.is_dir())
    if len(slugs) != 1:
        message = f"Il faut un dossier de questionnaire (avec « editions »), et un seul : {len(slugs)} trouvé(s)."
        raise FaultyError([Problem(str(root), 1, 1, message)])
    definitions = load(root, slugs[0])
    taken = sorted(
        {one for edition in definitions.editions.values() for one in RESERVED & set(edition.questionnaire.every)}
    )
    if taken:
        message = (
            f"Ces identifiants sont ceux de champs du site : {', '.join(taken)}. Donnez-en d'autres aux questions."
        )
        raise FaultyError([Problem(slugs[0], 1, 1, message)])
    return Library(root, definitions, load_directory(root, definitions))


def library() -> Library:
    """The library of the running application."""
    return cast(Library, current_app.extensions[EXTENSION])


def close_directory() -> None:
    """For a process where nobody looks for an authority: gives back the dozen MiB it takes."""
    current_app.extensions[EXTENSION] = replace(library(), directory=Directory([], {}, {}))
