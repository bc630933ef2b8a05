"""What exploring is made of, on disk: `plausible.yaml`, and an edition's `invariants.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from selfassess.content.catalogue import Shelf
from selfassess.content.reader import FaultyError
from selfassess.core.condition_checks import Desk
from selfassess.core.exploring_checks import check_invariants, check_plausible
from selfassess.core.invariants import Invariants
from selfassess.core.plausible import Plausible
from selfassess.core.reading import Definitions, Edition


def load_exploring(root: Path, definitions: Definitions, edition: Edition) -> tuple[Plausible, Invariants]:
    """Both, checked against the edition. Raises `FaultyError` with every problem found."""
    shelf, folder = Shelf(root), root / definitions.slug
    model: Any = shelf.read(folder / "plausible.yaml", Plausible)
    invariants: Any = shelf.read(folder / "editions" / edition.id / "invariants.yaml", Invariants)
    if shelf.problems:
        raise FaultyError(shelf.problems)
    desk = Desk(definitions, edition)
    check_plausible(desk, model)
    check_invariants(desk, invariants)
    if desk.findings:
        raise FaultyError(shelf.at(finding) for finding in desk.findings)
    return model, invariants
