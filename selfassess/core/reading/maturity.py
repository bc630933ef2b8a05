"""Levels of a maturity dimension, and the first case that answers fit (M1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from selfassess.core.answers.answers import View
from selfassess.core.definition.condition import (
    Ref,
    because,
    evaluate,
)
from selfassess.core.definition.typology import (
    Case,
    Maturity,
)


@dataclass(frozen=True)
class DimensionLevel:
    """A maturity dimension: its value from `low` to `high` (0–3), and the answers that would settle it."""

    dimension: str
    low: int
    high: int
    missing: tuple[Ref, ...]


def maturity(definition: Maturity, view: View) -> tuple[DimensionLevel, ...]:
    """M1: the highest level true with all below true; unknown gives an interval."""
    rungs = []
    for dimension in definition.dimensions:
        truths = [evaluate(level.when, view) for level in dimension.levels]
        low = next((at for at, truth in enumerate(truths) if truth is not True), len(truths))
        high = next((at for at, truth in enumerate(truths) if truth is False), len(truths))
        unknown = [level for level, truth in zip(dimension.levels, truths, strict=True) if truth is None]
        missing = [ref for level in unknown for ref in because(level.when, view)] if high > low else []
        rungs.append(DimensionLevel(dimension.id, low, high, tuple(dict.fromkeys(missing))))
    return tuple(rungs)


def case(cases: Sequence[Case], view: View) -> tuple[Case | None, tuple[Ref, ...]]:
    """The first case that is true and the answers that make it so; None with the missing answers when
    an earlier one is unknown, None with () when none holds."""
    for candidate in cases:
        truth = evaluate(candidate.when, view)
        if truth is not False:
            return (candidate if truth else None), because(candidate.when, view)
    return None, ()
