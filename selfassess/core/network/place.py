"""Which territory a file is of, from its answer: files of the same are linked from year to year."""

from __future__ import annotations

from collections.abc import Mapping

from selfassess.core.definition.typography import fold

LONGEST = 120


def place_key(territory: Mapping[str, object]) -> str:
    """The official code; without one, the folded name and the département. Empty for a territory without a name."""
    if code := territory.get("code"):
        return str(code)
    name = fold(str(territory.get("name", ""))).strip()
    departement = str(territory.get("departement", ""))
    return f"{name[: LONGEST - len(departement) - 1]}/{departement}" if name else ""
