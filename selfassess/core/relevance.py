"""How well a device serves what is wanted: objectives, fit, assets, territory; in points and in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from selfassess.core.answers import View
from selfassess.core.condition import Blank, Ref, because, evaluate
from selfassess.core.device import Device, Means, Points

ReasonKind = Literal[
    "door", "in_place", "gap", "lead", "closed", "nothing", "objective", "fit", "asset", "territory", "eased",
    "help", "unknown", "always_open"
]  # fmt: skip


@dataclass(frozen=True)
class Reason:
    """Why a verdict: `kind`, whether it speaks for the device, the sentence, the answers it rests on."""

    kind: ReasonKind
    favourable: Literal["for", "against", "unknown"]
    text: str
    refs: tuple[Ref, ...] = ()
    axis: str | None = None


@dataclass(frozen=True)
class Serves:
    """How well a device serves what is wanted: points at worst (unknown = absent) and at best."""

    objectives: tuple[int, int]
    fit: tuple[int, int]
    asset: tuple[int, int]
    territory: int
    reasons: tuple[Reason, ...]
    unknown: tuple[Ref, ...]


def useful(means: Means, serves: Serves, *, hopeful: bool) -> bool:
    at = 1 if hopeful else 0
    ranking = means.ranking
    return serves.objectives[at] > 0 or serves.fit[at] >= ranking.enough_fit or serves.asset[at] >= ranking.enough_asset


def serve(means: Means, view: View, device: Device) -> Serves:
    ranking = means.ranking
    reasons: list[Reason] = []
    unknown: list[Ref] = []
    wanted = view.value(ranking.objectives_question)
    ref = Ref(question=ranking.objectives_question)
    objectives = (0, 0)
    if wanted is Blank.UNKNOWN:
        objectives, unknown = (0, 1 if any(device.objectives.values()) else 0), [ref]
    elif wanted is not Blank.HIDDEN:
        points = [device.objectives.get(one, 0) * (ranking.first if at == 0 else 1) for at, one in enumerate(wanted)]
        total = sum(sorted(points, reverse=True)[: ranking.best])
        objectives = (total, total)
        served = [option.text for option, point in zip(view.option(ref), points, strict=True) if point]
        if served:
            listed = " ; ".join(f"l’objectif « {text} »" for text in served)
            reasons.append(Reason("objective", "for", f"Sert {listed}.", (ref,)))
    sums = {}
    for kind, signs, cap in (("fit", device.fit, ranking.fit_cap), ("asset", device.asset, ranking.asset_cap)):
        low, high, why, maybe = _points(view, signs, kind)
        sums[kind] = (min(low, cap), min(high, cap))
        reasons.extend(why)
        unknown.extend(maybe)
    territory, _, why, _ = _points(view, device.territory, "territory")
    reasons.extend(why)
    return Serves(objectives, sums["fit"], sums["asset"], max(-2, min(1, territory)), tuple(reasons), tuple(unknown))


def _points(view: View, signs: Sequence[Points], kind: str) -> tuple[int, int, list[Reason], list[Ref]]:
    low = high = 0
    reasons: list[Reason] = []
    unknown: list[Ref] = []
    for sign in signs:
        truth = evaluate(sign.when, view)
        if truth:
            low += sign.points
            high += sign.points
            side: Literal["for", "against"] = "for" if sign.points > 0 else "against"
            reasons.append(Reason(kind, side, sign.text, because(sign.when, view)))  # type: ignore[arg-type]
        elif truth is None:
            high += max(0, sign.points)
            unknown.extend(because(sign.when, view))
    return low, high, reasons, unknown
