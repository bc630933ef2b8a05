"""How well a device serves what is wanted: objectives, fit, assets, territory; in points, with what says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from selfassess.core.answers import View
from selfassess.core.condition import Blank, Ref, because, evaluate
from selfassess.core.device import Device, Means, Points

ReasonKind = Literal[
    "door", "in_place", "lead", "gap", "closed", "nothing", "objective", "fit", "asset", "territory", "eased", "enough"
]
Side = Literal["for", "against", "unknown"]


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
class Serves:
    """How well a device serves what is wanted: points at worst (unknown = absent) and at best."""

    objectives: tuple[int, int]
    fit: tuple[int, int]
    asset: tuple[int, int]
    territory: int
    reasons: tuple[Reason, ...]


def useful(means: Means, serves: Serves, *, hopeful: bool) -> bool:
    at = 1 if hopeful else 0
    ranking = means.ranking
    return serves.objectives[at] > 0 or serves.fit[at] >= ranking.enough_fit or serves.asset[at] >= ranking.enough_asset


def serve(means: Means, view: View, device: Device) -> Serves:
    ranking = means.ranking
    reasons: list[Reason] = []
    wanted = view.value(ranking.objectives_question)
    ref = Ref(question=ranking.objectives_question)
    objectives = (0, 0)
    if wanted is Blank.UNKNOWN:
        objectives = (0, 1 if any(device.objectives.values()) else 0)
        reasons.append(Reason("objective", "unknown", (ref,)))
    elif wanted is not Blank.HIDDEN:
        points = [device.objectives.get(one, 0) * (ranking.first if at == 0 else 1) for at, one in enumerate(wanted)]
        total = sum(sorted(points, reverse=True)[: ranking.best])
        objectives = (total, total)
        if any(points):
            reasons.append(Reason("objective", "for", (ref,)))
    sums = {}
    for kind, signs, cap in (("fit", device.fit, ranking.fit_cap), ("asset", device.asset, ranking.asset_cap)):
        low, high, why = _points(view, signs, kind)
        sums[kind] = (min(low, cap), min(high, cap))
        reasons.extend(why)
    territory, _, why = _points(view, device.territory, "territory")
    reasons.extend(why)
    return Serves(objectives, sums["fit"], sums["asset"], max(-2, min(1, territory)), tuple(reasons))


def _points(view: View, signs: Sequence[Points], kind: Any) -> tuple[int, int, list[Reason]]:
    low = high = 0
    reasons: list[Reason] = []
    for sign in signs:
        truth = evaluate(sign.when, view)
        if truth is False:
            continue
        high += sign.points if truth else max(0, sign.points)
        low += sign.points if truth else 0
        side: Side = "unknown" if truth is None else "for" if sign.points > 0 else "against"
        reasons.append(Reason(kind, side, because(sign.when, view), sign.text, when=sign.when))
    return low, high, reasons
