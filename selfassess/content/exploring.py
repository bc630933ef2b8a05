"""What exploring is made of, on disk: `plausible.yaml`, and an edition's `invariants.yaml`."""

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
    invariants = shelf.read(root / checked.file("invariants"), Invariants)
    if model is None or invariants is None:
        raise FaultyError(shelf.problems)
    check_plausible(checked, model)
    check_invariants(checked, invariants)
    _refuse(shelf, checked)
    return model, invariants


def load_invariants(root: Path, definitions: Definitions, edition: Edition) -> Invariants:
    """Those of an edition alone, which may be a draft: files like its own are not described yet."""
    shelf, checked = Shelf(root), CheckedEdition(definitions, edition)
    invariants = shelf.read(root / checked.file("invariants"), Invariants)
    if invariants is None:
        raise FaultyError(shelf.problems)
    check_invariants(checked, invariants)
    _refuse(shelf, checked)
    return invariants


def _refuse(shelf: Shelf, checked: CheckedEdition) -> None:
    problems = [*shelf.problems, *(shelf.at(finding) for finding in checked.findings)]
    if problems:
        raise FaultyError(problems)
