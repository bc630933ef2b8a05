"""What exploring is made of, on disk: `plausible.yaml`, the invariants of every edition and those of one."""

from __future__ import annotations

from pathlib import Path

from selfassess.authoring.checks.condition_checks import CheckedEdition
from selfassess.authoring.explore.exploration_checks import check_invariants, check_plausible
from selfassess.authoring.explore.invariants import Invariants
from selfassess.authoring.explore.plausible import Plausible
from selfassess.content.catalogue import Shelf
from selfassess.content.reader import FaultyError
from selfassess.core.definition.edition import Definitions, Edition


def load_exploring(root: Path, definitions: Definitions, edition: Edition) -> tuple[Plausible, Invariants]:
    """Both, checked against the edition. Raises `FaultyError` with every problem found."""
    shelf, checked = Shelf(root), CheckedEdition(definitions, edition)
    model = shelf.read(root / checked.shared("plausible"), Plausible)
    if model is not None:
        check_plausible(checked, model)
    invariants = _invariants(shelf, checked)
    if model is None:
        raise FaultyError(shelf.problems)
    _refuse(shelf, checked)
    return model, invariants


def load_invariants(root: Path, definitions: Definitions, edition: Edition) -> Invariants:
    """Those of an edition alone, which may be a draft: files like its own are not described yet."""
    shelf, checked = Shelf(root), CheckedEdition(definitions, edition)
    invariants = _invariants(shelf, checked)
    _refuse(shelf, checked)
    return invariants


def _invariants(shelf: Shelf, checked: CheckedEdition) -> Invariants:
    """Its own, then those that hold for every edition."""
    files = (checked.file("invariants"), checked.shared("invariants"))
    parts = {file: shelf.read(shelf.root / file, Invariants) for file in files}
    read = {file: part.invariants for file, part in parts.items() if part is not None}
    if len(read) < len(files):
        raise FaultyError(shelf.problems)
    check_invariants(checked, read)
    return Invariants(invariants=tuple(one for part in read.values() for one in part))


def _refuse(shelf: Shelf, checked: CheckedEdition) -> None:
    problems = [*shelf.problems, *(shelf.at(finding) for finding in checked.findings)]
    if problems:
        raise FaultyError(problems)
