"""Invariants checked on a file: it is read once, and its variants only where what they change is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from selfassess.authoring.explore.changed_files import ChangedFiles
from selfassess.authoring.explore.invariant_tests import TriedFile, compiled
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
class BrokenInvariant:
    """An invariant that does not hold, and the device or category it is about (empty: the file)."""

    invariant: Invariant
    about: str


class InvariantChecker:
    """The invariants of an edition, ready to be checked on many files."""

    def __init__(self, definitions: Definitions, edition: Edition, invariants: Sequence[Invariant]) -> None:
        self.definitions, self.edition, self.devices = definitions, edition, definitions.devices
        self.categories = [one.id for one in edition.typology.categories] + [edition.typology.remainder.id]
        self.static = [
            (
                invariant,
                compiled(invariant.if_),
                compiled(invariant.never or invariant.then),
                _first_test(invariant.if_ or invariant.never),
            )
            for invariant in invariants
            if invariant.change is None
        ]
        self.changing = [(one, one.change) for one in invariants if one.change is not None]
        self.variants = ChangedFiles(definitions, edition)

    def read(self, answers: Answers) -> TriedFile:
        return TriedFile(self.definitions, answers, read_file(self.edition, self.definitions, answers))

    def broken(self, tried: TriedFile, turn: int = 0) -> list[BrokenInvariant]:
        """Every invariant that this file breaks. `turn`: its number, which says what is tried in turn."""
        found: list[BrokenInvariant] = []
        for invariant, wanted, test, first in self.static:
            if turn % invariant.one_in:
                continue
            fails = bool(invariant.never)
            names = self._names(invariant, first, tried)
            found.extend(
                BrokenInvariant(invariant, name) for name in names if wanted(tried, name) and test(tried, name) is fails
            )
        for one, change in self.changing:
            found.extend(BrokenInvariant(one, about) for about in self.variants.differences(one, change, tried, turn))
        return found

    def _names(self, one: Invariant, first: OfDevice | None, tried: TriedFile) -> Iterable[str]:
        """What `this` stands for in turn, without the devices that the first test leaves out."""
        if one.per == "file":
            return ("",)
        if one.per == "category":
            return self.categories
        if first is not None and first.place is not None:
            return [name for name, place in tried.places.items() if place in first.place]
        if first is not None and first.verdict is not None:
            return [name for verdict in first.verdict for name in tried.by_verdict.get(verdict, ())]
        return tried.advices


def _first_test(tests: Tests) -> OfDevice | None:
    first = tests[0] if tests else None
    if isinstance(first, OfDevice) and first.device == THIS and "none" not in (first.place or ()):
        return first
    return None
