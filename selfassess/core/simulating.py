"""What a change of rules moves: one file read before and after, and for each move, the rules that made it.

A rule made a move when, undone alone, it undoes it. When none does alone, the fewest that undo it together are looked
for, one after the other. The engine is today's on both sides: only definitions are compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from selfassess.core.answers import read
from selfassess.core.carrying import without_ids
from selfassess.core.reading import Reading, read_file
from selfassess.core.rule_changes import Rule, Side, differences, undone

Key = tuple[str, ...]
Outcome = Mapping[Key, Any]
MOST_KEPT = 400  # sets of rules undone, kept from one file to the next
MOST_TOGETHER = 60  # rules among which the fewest are looked for


@dataclass(frozen=True)
class Move:
    """`key` says of what: ("principal",), ("device", id)… `rules`: positions in `Simulation.rules`; `together`: none
    of them undoes it alone. No rule at all: the move could not be undone."""

    key: Key
    before: Any
    after: Any
    rules: tuple[int, ...]
    together: bool


@dataclass
class Simulation:
    """Two sides compared, and files read with each."""

    before: Side
    after: Side
    rules: tuple[Rule, ...] = ()
    _sides: dict[frozenset[int], Side | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rules = differences(self.before, self.after)

    def moves(self, given: Mapping[str, Any]) -> tuple[Move, ...]:
        """What differs in the reading of these answers (as stored, or as `evaluate` reads them)."""
        answers = without_ids(given)
        before, after = outcome(self.before, answers), outcome(self.after, answers)
        moved = [key for key in dict.fromkeys((*before, *after)) if before.get(key) != after.get(key)]
        if not moved:
            return ()
        alone = [self._undone(frozenset({at}), answers) for at in range(len(self.rules))]
        causes = {
            key: tuple(at for at, found in enumerate(alone) if found is not None and found.get(key) == before.get(key))
            for key in moved
        }
        left = [key for key in moved if not causes[key]]
        fewest = self._fewest(answers, before, left) if left else ()
        return tuple(
            Move(key, before.get(key), after.get(key), causes[key] or fewest, not causes[key]) for key in moved
        )

    def _fewest(self, answers: Mapping[str, Any], before: Outcome, keys: Sequence[Key]) -> tuple[int, ...]:
        """Rules that undo these moves together; none of them can be spared. () when all of them do not."""

        def undo(rules: frozenset[int]) -> bool:
            found = self._undone(rules, answers)
            return found is not None and all(found.get(key) == before.get(key) for key in keys)

        wanted = frozenset(range(len(self.rules)))
        if not undo(wanted):
            return ()
        for at in range(len(self.rules)) if len(self.rules) <= MOST_TOGETHER else ():
            if undo(wanted - {at}):
                wanted -= {at}
        return tuple(sorted(wanted))

    def _undone(self, rules: frozenset[int], answers: Mapping[str, Any]) -> Outcome | None:
        """The reading with these rules as they were; None when they do not part from the others."""
        if rules not in self._sides:
            if len(self._sides) >= MOST_KEPT:
                self._sides.pop(next(iter(self._sides)))
            self._sides[rules] = self._build(rules)
        side = self._sides[rules]
        try:
            return None if side is None else outcome(side, answers)
        except (LookupError, StopIteration):
            return None

    def _build(self, rules: frozenset[int]) -> Side | None:
        try:
            return undone(self.after, self.before, [self.rules[at] for at in sorted(rules)])
        except (ValueError, LookupError, StopIteration):
            return None


def outcome(side: Side, answers: Mapping[str, Any]) -> Outcome:
    """All that is compared of a reading; answers the edition does not know are left aside."""
    kept, _ = read(side.edition.questionnaire, answers)
    return told(read_file(side.edition, side.devices, kept))


def told(reading: Reading) -> dict[Key, Any]:
    """A reading as ids, by what they are of."""
    found, remainder = reading.profile, reading.edition.typology.remainder.id
    return {
        ("principal",): found.principal or (remainder if found.remainder == "assigned" else None),
        ("equal",): tuple(found.equal),
        ("secondary",): tuple(found.order[1:]),
        ("leaning",): found.leaning,
        ("provisional",): tuple(one.category.id for one in found.provisional_by),
        ("confidence",): found.confidence,
        ("reading",): found.reading.id if found.reading else None,
        ("mention",): found.mention.id if found.mention else None,
        **{("category", one.category.id): one.verdict for one in found.placed},
        ("category", remainder): found.remainder,
        **{("maturity", rung.dimension): (rung.low, rung.high) for rung in reading.maturity},
        ("ri_case",): reading.ri_case.id if reading.ri_case else None,
        ("ri_integration",): reading.ri_integration.id if reading.ri_integration else None,
        **{("device", one.device.id): (one.verdict, one.in_place) for one in reading.advices},
        **{("page_one", str(at)): one.device.id if one else None for at, one in enumerate(reading.places, 1)},
    }


def left_aside(side: Side, given: Mapping[str, Any]) -> tuple[str, ...]:
    """The questions whose answer that edition does not know, each once."""
    _, faults = read(side.edition.questionnaire, without_ids(given))
    return tuple(dict.fromkeys(one.path.removeprefix("answers.") for one in faults))
