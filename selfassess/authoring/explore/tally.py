"""What many files read as, counted; and the invariants they break, with the smallest file found."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from selfassess.authoring.explore.answer_pairs import Pairs
from selfassess.authoring.explore.invariant_checker import BrokenInvariant, InvariantChecker
from selfassess.authoring.explore.invariant_tests import TriedFile
from selfassess.authoring.explore.random_files import Chance, Generator
from selfassess.core.reading.decision import PLACES

UNIFORM, PLAUSIBLE, PAIRS = "uniform", "plausible", "pairs"
MOST_EXAMPLES = 3  # kept for each invariant
NOBODY = "-"


@dataclass
class Tally:
    """`counts`: by kind of file, then by what was seen (`principal/…`, `verdict/device/…`); `breaks`: by invariant,
    how many files; `examples`: for the first of them, the file and its answers. The same whatever is added first."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    breaks: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, object]] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        for kind, counts in other.counts.items():
            self.counts.setdefault(kind, Counter()).update(counts)
        self.breaks.update(other.breaks)
        left = Counter[object]()
        found = sorted([*self.examples, *other.examples], key=lambda one: (str(one["kind"]), int(str(one["number"]))))
        self.examples = []
        for one in found:
            left[one["invariant"]] += 1
            if left[one["invariant"]] <= MOST_EXAMPLES:
                self.examples.append(one)

    def as_json(self) -> dict[str, object]:
        return {
            "counts": {kind: dict(one) for kind, one in self.counts.items()},
            "breaks": dict(self.breaks),
            "examples": self.examples,
        }

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Tally:
        counts = {kind: Counter(one) for kind, one in raw["counts"].items()}
        return cls(counts, Counter(raw["breaks"]), list(raw["examples"]))


@dataclass(frozen=True)
class Explorer:
    """Makes numbered files, reads them and checks them. `chance(key)`: the same key gives the same chance."""

    generator: Generator
    checker: InvariantChecker
    seed: int
    chance: Callable[[str], Chance]

    def answers(self, kind: str, at: int) -> dict[str, object]:
        chance = self.chance(f"{self.seed}/{kind}/{at}")
        if kind == PLAUSIBLE:
            return self.generator.plausible(chance)
        return self.generator.uniform(chance)

    def files(self, kind: str, numbers: Iterable[int]) -> Tally:
        """The files of those numbers, read, checked and counted."""
        return self._read(kind, ((at, self.answers(kind, at)) for at in numbers))

    def pairs(self) -> tuple[Tally, tuple[int, int, int]]:
        """Files that hold every pair of answers that can be: what they read as; pairs held, impossible, in all."""
        pairs, held = Pairs(self.generator), set[object]()

        def made() -> Iterable[tuple[int, dict[str, object]]]:
            for at, answers in pairs.files(lambda at: self.chance(f"{self.seed}/{PAIRS}/{at}")):
                held.update(pairs.held(answers))
                yield at, answers

        tally = self._read(PAIRS, made())
        left = [one for one in pairs.all if one not in held]
        impossible = sum(pairs.forced(one) is None for one in left)
        return tally, (len(pairs.all) - len(left), impossible, len(pairs.all))

    def _read(self, kind: str, files: Iterable[tuple[int, dict[str, object]]]) -> Tally:
        tally = Tally()
        counts = tally.counts.setdefault(kind, Counter())
        for at, answers in files:
            tried = self.checker.read(answers)
            counts.update(seen(tried))
            for broken in self.checker.broken(tried, at):
                tally.breaks[broken.invariant.id] += 1
                if tally.breaks[broken.invariant.id] == 1:
                    told = self.smaller(answers, broken, at)
                    tally.examples.append(
                        {
                            "invariant": broken.invariant.id,
                            "about": broken.about,
                            "kind": kind,
                            "seed": self.seed,
                            "number": at,
                            "answers": told,
                        }
                    )
        return tally

    def smaller(self, answers: dict[str, object], broken: BrokenInvariant, turn: int) -> dict[str, object]:
        """The answers without those that are not needed to break that invariant about that device or category."""
        group = self.generator.edition.questionnaire.group.id

        def still(fewer: dict[str, object]) -> bool:
            return broken in self.checker.broken(self.checker.read(fewer), turn)

        kept: dict[str, Any] = json.loads(json.dumps(answers))
        for name in list(kept):
            fewer = {key: value for key, value in kept.items() if key != name}
            kept = fewer if still(fewer) else kept
        for at in reversed(range(len(kept.get(group, ())))):
            fewer = {**kept, group: kept[group][:at] + kept[group][at + 1 :]}
            if still(fewer):
                kept = fewer
                continue
            for name in list(kept[group][at]):
                item = {key: value for key, value in kept[group][at].items() if key != name}
                fewer = {**kept, group: [*kept[group][:at], item, *kept[group][at + 1 :]]}
                kept = fewer if still(fewer) else kept
        return kept


def seen(tried: TriedFile) -> Iterable[str]:
    """What is counted of a file."""
    found, reading = tried.profile, tried.reading
    yield "files"
    remainder = reading.edition.typology.remainder.id if found.remainder == "assigned" else NOBODY
    yield f"principal/{found.principal or remainder}"
    yield from (f"link/{one}" for one in found.order)
    if found.remainder == "assigned":
        yield f"reading/{found.reading.id if found.reading else NOBODY}"
    if found.mention is not None:
        yield f"mention/{found.mention.id}"
    yield f"confidence/{found.confidence}"
    for one in reading.advices:
        yield f"verdict/{one.device.id}/{'en_place' if one.in_place else one.verdict}"
    for place, option in zip(PLACES, tried.decision.places, strict=True):
        yield f"place/{place}/{option.device if option else NOBODY}"
    start = tried.decision.start
    if start is not None:
        yield f"entry/{start.entry.kind}"
    if start is not None and start.advice.device.always_open and start.living is None:
        yield from (f"lacking/{one}" for one in lacking(tried))


def lacking(tried: TriedFile) -> Iterable[str]:
    """Where only the device that is always open can start: what the nearest other one lacks, axis by axis."""
    near = [one for one in tried.reading.advices if one.verdict == "a_preparer"]
    if not near:
        return (NOBODY,)
    best = min(near, key=lambda one: sum(gap.worst for gap in one.gaps))
    return [gap.axis.id for gap in best.gaps]
