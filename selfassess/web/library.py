"""What is read once at start: the definitions and the directory of authorities."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import current_app

from selfassess.content.catalogue import load
from selfassess.content.directory import Directory
from selfassess.content.reader import FaultyError, Problem
from selfassess.core.reading import Definitions

EXTENSION = "selfassess"


@dataclass(frozen=True)
class Library:
    root: Path
    definitions: Definitions
    directory: Directory


def read_library(root: Path) -> Library:
    """The one questionnaire found under `root`. Raises `FaultyError` or `DirectoryError`."""
    slugs = sorted(path.parent.name for path in root.glob("*/editions") if path.is_dir())
    if len(slugs) != 1:
        message = f"Il faut un dossier de questionnaire (avec « editions »), et un seul : {len(slugs)} trouvé(s)."
        raise FaultyError([Problem(str(root), 1, 1, message)])
    return Library(root, load(root, slugs[0]), Directory.load(root / slugs[0] / "directory"))


def library() -> Library:
    """The library of the running application."""
    return cast(Library, current_app.extensions[EXTENSION])
