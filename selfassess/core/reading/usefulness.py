"""How well a device serves what is wanted: objectives, fit, assets, territory; in points, with what says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from selfassess.core.answers.answers import View
from selfassess.core.definition.condition import (
    Blank,
    Ref,
    Truth,
    because,
)
from selfassess.core.definition.device import Device, Points
from selfassess.core.definition.means import Means
from selfassess.core.definition.verdicts import Side

ReasonKind = Literal[
    "door",
    "in_place",
    "lead",
    "gap",
    "closed",
    "nothing",
    "brake",
    "objective",
    "fit",
    "asset",
    "territory",
    "eased",
    "enough",
    "withheld",
]


@dataclass(frozen=True)
class Reason:
    """Why a verdict: `kind`, the side it speaks on, the answers it rests on (unknown: those missing), the words the
    definitions have for it. `decides`: the answers missing bear on the verdict, not on the rank alone. `when`: the
    condition it comes from, which tells the options that count."""

    kind: ReasonKind
    favourable: Side
    refs: tuple[Ref, ...]
    text: str = ""
    axis: str | None = None
    decides: bool = False
    help: str | None = None
    sources: tuple[str, ...] = ()
    when: Any = field(default=None, compare=False)


@dataclass(frozen=True)
class Usefulness:
    """How well a device serves what is wanted: points at worst (unknown = absent) and at best."""

    objectives: tuple[int, int]
    fit: tuple[int, int]
    asset: tuple[int, int]
    territory: int
    found: tuple[tuple[ReasonKind, Points, Truth], ...]  # the signs that are there, or may be
    wanted: tuple[Reason, ...]  # the objectives served, or not known
    view: View = field(repr=False, compare=False)

    @property
    def doubtful(self) -> bool:
        """Are there points that may be there or not?"""
        low, high = zip(self.objectives, self.fit, self.asset, strict=True)
        return low != high

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        told = [
            Reason(kind, _side(sign, truth), because(sign.when, self.view), sign.text, when=sign.when)
            for kind, sign, truth in self.found
        ]
        return (*self.wanted, *told)


def _side(sign: Points, truth: Truth) -> Side:
    return "unknown" if truth is None else "for" if sign.points > 0 else "against"


def useful(means: Means, serves: Usefulness, *, hopeful: bool) -> bool:
    at = 1 if hopeful else 0
    ranking = means.ranking
    return serves.objectives[at] > 0 or serves.fit[at] >= ranking.enough_fit or serves.asset[at] >= ranking.enough_asset


def serve(means: Means, view: View, device: Device) -> Usefulness:
    ranking = means.ranking
    reasons: list[Reason] = []
    signs: list[tuple[ReasonKind, Points, Truth]] = []
    wanted = view.value(ranking.objectives_question)
    ref = Ref(question=ranking.objectives_question)
    objectives = (0, 0)
    if wanted is Blank.UNKNOWN:
        objectives = (0, 1 if any(device.objectives.values()) else 0)
        reasons.append(Reason("objective", "unknown", (ref,)))
    elif isinstance(wanted, tuple):
        points = [device.objectives.get(one, 0) * (ranking.first if at == 0 else 1) for at, one in enumerate(wanted)]
        total = sum(sorted(points, reverse=True)[: ranking.best])
        objectives = (total, total)
        if any(points):
            reasons.append(Reason("objective", "for", (ref,)))
    fit, asset = _points(view, device.fit, "fit", signs), _points(view, device.asset, "asset", signs)
    territory, _ = _points(view, device.territory, "territory", signs)
    return Usefulness(
        objectives,
        (min(fit[0], ranking.fit_cap), min(fit[1], ranking.fit_cap)),
        (min(asset[0], ranking.asset_cap), min(asset[1], ranking.asset_cap)),
        max(-2, min(1, territory)),
        tuple(signs),
        tuple(reasons),
        view,
    )


def _points(
    view: View, signs: Sequence[Points], kind: ReasonKind, found: list[tuple[ReasonKind, Points, Truth]]
) -> tuple[int, int]:
    """At worst and at best; what is there, or may be, is added to `found`."""
    low = high = 0
    for sign in signs:
        truth = sign.when.truth(view)
        if truth is False:
            continue
        high += sign.points if truth else max(0, sign.points)
        low += sign.points if truth else 0
        found.append((kind, sign, truth))
    return low, high
