"""Invariants checked on a file: it is read once, and its variants only where what they change is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from selfassess.authoring.explore.changed_files import Variants
from selfassess.authoring.explore.invariant_tests import Look, compiled
from selfassess.authoring.explore.invariants import (
    THIS,
    Invariant,
    OfDevice,
    Tests,
)
from selfassess.core.answers.items import Answers
from selfassess.core.definition.edition import Definitions, Edition
from selfassess.core.reading.reading import read_file


@dataclass(frozen=True)
class Broken:
    """An invariant that does not hold, and the device or category it is about (empty: the file)."""

    invariant: Invariant
    about: str


class Watch:
    """The invariants of an edition, ready to be checked on many files."""

    def __init__(self, definitions: Definitions, edition: Edition, invariants: Sequence[Invariant]) -> None:
        self.definitions, self.edition, self.devices = definitions, edition, definitions.devices
        self.categories = [one.id for one in edition.typology.categories] + [edition.typology.remainder.id]
        self.static = [
            (one, compiled(one.if_), compiled(one.never or one.then), _first_test(one.if_ or one.never))
            for one in invariants
            if one.change is None
        ]
        self.changing = [(one, one.change) for one in invariants if one.change is not None]
        self.variants = Variants(definitions, edition)

    def look(self, answers: Answers) -> Look:
        return Look(self.definitions, answers, read_file(self.edition, self.devices, answers))

    def broken(self, look: Look, turn: int = 0) -> list[Broken]:
        """Every invariant that this file breaks. `turn`: its number, which says what is tried in turn."""
        found: list[Broken] = []
        for one, wanted, test, first in self.static:
            if turn % one.one_in:
                continue
            fails = bool(one.never)
            names = self._names(one, first, look)
            found.extend(Broken(one, name) for name in names if wanted(look, name) and test(look, name) is fails)
        for one, change in self.changing:
            found.extend(Broken(one, about) for about in self.variants.differences(one, change, look, turn))
        return found

    def _names(self, one: Invariant, first: OfDevice | None, look: Look) -> Iterable[str]:
        """What `this` stands for in turn, without the devices that the first test leaves out."""
        if one.per == "file":
            return ("",)
        if one.per == "category":
            return self.categories
        if first is not None and first.place is not None:
            return [name for name, place in look.places.items() if place in first.place]
        if first is not None and first.verdict is not None:
            return [name for verdict in first.verdict for name in look.by_verdict.get(verdict, ())]
        return look.advices


def _first_test(tests: Tests) -> OfDevice | None:
    first = tests[0] if tests else None
    if isinstance(first, OfDevice) and first.device == THIS and "none" not in (first.place or ()):
        return first
    return None
