"""Invariants checked on a file: it is read once, and its variants only where what they change is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from selfassess.authoring.explore.changed_files import ChangedFiles
from selfassess.authoring.explore.invariant_tests import TriedFile, compiled, possible
from selfassess.authoring.explore.invariants import (
    THIS,
    Invariant,
    OfCategory,
    OfDevice,
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
        self.static = [StaticCheck(one) for one in invariants if one.change is None]
        self.changing = [(one, one.change) for one in invariants if one.change is not None]
        self.variants = ChangedFiles(definitions, edition)

    def read(self, answers: Answers) -> TriedFile:
        return TriedFile(self.definitions, answers, read_file(self.edition, self.definitions, answers))

    def broken(self, tried: TriedFile, turn: int = 0) -> list[BrokenInvariant]:
        """Every invariant that this file breaks. `turn`: its number, which says what is tried in turn."""
        found: list[BrokenInvariant] = []
        for check in self.static:
            if turn % check.invariant.one_in or not check.around(tried, ""):
                continue
            for name in self._names(check, tried):
                if check.wanted(tried, name) and check.test(tried, name) is check.fails:
                    found.append(BrokenInvariant(check.invariant, name))
        for one, change in self.changing:
            found.extend(BrokenInvariant(one, about) for about in self.variants.differences(one, change, tried, turn))
        return found

    def _names(self, check: StaticCheck, tried: TriedFile) -> Iterable[str]:
        """What `this` stands for in turn, without the devices that the first test leaves out."""
        if check.invariant.per == "file":
            return ("",)
        if check.invariant.per == "category":
            return self.categories
        return tried.advices if check.first is None else possible(check.first, tried)


class StaticCheck:
    """An invariant over one file, compiled. `around`: what it wants of the file, asked once; `wanted` and `test`: of
    each device or category; `fails`: what the test says where it is broken."""

    def __init__(self, invariant: Invariant) -> None:
        self.invariant, self.fails = invariant, bool(invariant.never)
        tests = invariant.if_ or invariant.never
        own = [one for one in tests if isinstance(one, OfDevice | OfCategory) and _about(one) == THIS]
        self.around = compiled([one for one in tests if one not in own])
        self.wanted, self.test = compiled(own if invariant.if_ else ()), compiled(invariant.then or own)
        self.first = next((one for one in own if isinstance(one, OfDevice)), None)


def _about(test: OfDevice | OfCategory) -> str:
    return test.device if isinstance(test, OfDevice) else test.category
