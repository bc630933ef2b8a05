"""Which territory a file is of, from its answer: files of the same are linked from year to year."""

from __future__ import annotations

from collections.abc import Mapping

from selfassess.core.definition.typography import fold

LONGEST = 120
SHORT = {"cc": "communaute de communes", "ca": "communaute d agglomeration", "cu": "communaute urbaine"}


def place_key(territory: Mapping[str, object]) -> str:
    """The official code; without one, the folded name and the département. Empty for a territory without a name."""
    if code := territory.get("code"):
        return str(code)
    name = in_full(fold(str(territory.get("name", ""))).strip())
    departement = str(territory.get("departement", ""))
    return f"{name[: LONGEST - len(departement) - 1]}/{departement}" if name else ""


def in_full(name: str) -> str:
    """A folded name whose first word is not an abbreviation: « cc du val » is « communaute de communes du val »."""
    first, space, rest = name.partition(" ")
    return f"{SHORT[first]} {rest}" if space and first in SHORT else name


def in_short(name: str) -> str:
    """A folded name as the official directory abbreviates it, the same where it does not."""
    return next((short + name[len(full) :] for short, full in SHORT.items() if name.startswith(f"{full} ")), name)
