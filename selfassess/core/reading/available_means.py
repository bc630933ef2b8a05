"""What every device is compared with, read once: means and their gaps, kinds of device known, what closes or is led."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from selfassess.core.answers.answers import View
from selfassess.core.definition.condition import (
    Blank,
    Ref,
    Truth,
    because,
    evaluate,
    some,
)
from selfassess.core.definition.decision_rules import LivingRule
from selfassess.core.definition.device import Device
from selfassess.core.definition.means import Axis, Means
from selfassess.core.reading.practice import in_use, told_actions
from selfassess.core.reading.profile import Profile


class Gap(NamedTuple):
    """What a device demands on an axis beyond what is there, at worst and at best."""

    axis: Axis
    demand: int
    worst: int
    best: int
    refs: tuple[Ref, ...]
    have: int | None  # level available, None when unknown


@dataclass(frozen=True)
class AvailableLevel:
    """Level available on an axis, at worst and at best, and the answers it comes from; `own`, before any cap."""

    low: int
    high: int
    own: int | None
    refs: tuple[Ref, ...]


@dataclass(frozen=True)
class Closure:
    """A reading that closes the devices demanding `from_` or more on an axis."""

    reading: str
    axis: str
    from_: int
    truth: Truth
    text: str
    source: str
    refs: tuple[Ref, ...]


@dataclass(frozen=True)
class AvailableMeans:
    """What is the same for all devices of one reading. `known` and `perhaps` are kinds of device: what says that
    one is known, the answers that say so; the answers missing to know. `unread`: actions not told, or not named.
    `in_use`: by what actions are told to be, is one of them under way?"""

    means: Means
    living: LivingRule
    view: View
    closures: tuple[Closure, ...]
    known: dict[str, tuple[str, tuple[Ref, ...]]]
    perhaps: dict[str, tuple[Ref, ...]]
    unread: tuple[Ref, ...]
    in_use: dict[str, Truth]
    available: dict[str, AvailableLevel]
    lead_floor: Truth

    @cached_property
    def lead_refs(self) -> tuple[Ref, ...]:
        """The answers that say so of the lead's floor."""
        return because(self.means.lead_floor.when, self.view)

    @cached_property
    def doubtful(self) -> bool:
        """May what bars every device be there or not?"""
        return self.lead_floor is None or any(one.truth is None for one in self.closures)

    @cached_property
    def lows(self) -> dict[str, int]:
        """The level there for sure, by axis."""
        return {axis: level.low for axis, level in self.available.items()}


def gather(means: Means, living: LivingRule, view: View, found: Profile) -> AvailableMeans:
    """Read once what every device is compared with."""
    known, perhaps = _known_kinds(means, view)
    return AvailableMeans(
        means=means,
        living=living,
        view=view,
        closures=_closures(found),
        known=known,
        perhaps=perhaps,
        unread=_unread(means, view),
        in_use=in_use(living, means.practice.question, view),
        available={axis.id: _available(axis, view) for axis in means.axes},
        lead_floor=evaluate(means.lead_floor.when, view),
    )


def raised(base: AvailableMeans, view: View, found: Profile | None, questions: Set[str]) -> AvailableMeans:
    """The same facts once answers to `questions` are others, actions and what is asked being the same. `found`: the
    reading then, None where these questions leave it as it was."""
    means = base.means
    return replace(
        base,
        view=view,
        closures=base.closures if found is None else _closures(found),
        available={
            axis.id: _available(axis, view) if means.read[axis.id] & questions else base.available[axis.id]
            for axis in means.axes
        },
        lead_floor=evaluate(means.lead_floor.when, view) if means.floor_read & questions else base.lead_floor,
    )


def _closures(found: Profile) -> tuple[Closure, ...]:
    """Readings that close heavy devices: true unless an earlier reading is (then it is too early anyway)."""
    closures = []
    for at, state in enumerate(found.readings):
        closes = state.rule.closes
        if closes is None:
            continue
        before = some([one.truth for one in found.readings[:at]])
        truth: Truth = False if before or state.truth is False else True if before is False and state.truth else None
        refs = (
            state.refs
            if truth is not None
            else tuple(ref for one in found.readings[: at + 1] if one.truth is None for ref in one.refs)
        )
        source = state.rule.words.source
        closures.append(Closure(state.rule.id, closes.axis, closes.from_, truth, closes.text, source, refs))
    return tuple(closures)


def _known_kinds(means: Means, view: View) -> tuple[dict[str, tuple[str, tuple[Ref, ...]]], dict[str, tuple[Ref, ...]]]:
    """Kinds of device practised, dormant or considered, with the answer that says so; and those perhaps known."""
    known: dict[str, tuple[str, tuple[Ref, ...]]] = {}
    perhaps: dict[str, tuple[Ref, ...]] = {}
    for dormant in means.practice.dormant:
        truth = evaluate(dormant.when, view)
        if truth:
            known.setdefault(dormant.aect, (dormant.text, because(dormant.when, view)))
        elif truth is None:
            perhaps[dormant.aect] = (*perhaps.get(dormant.aect, ()), *because(dormant.when, view))
    for action in told_actions(view):
        truth = evaluate(means.practice.known, action)
        ref = Ref(means.practice.question, action.item)
        for option in view.option(ref) if truth is not False else ():
            if option.aect and truth:
                known.setdefault(option.aect, ("", (ref,)))
            elif option.aect:
                missing = because(means.practice.known, action)
                perhaps[option.aect] = (*perhaps.get(option.aect, ()), *missing)
    return known, perhaps


def _unread(means: Means, view: View) -> tuple[Ref, ...]:
    if view.actions is Blank.UNKNOWN:
        return (Ref(question=view.questionnaire.group.id),)
    question = means.practice.question
    return tuple(Ref(question, one.item) for one in told_actions(view) if one.value(question) is Blank.UNKNOWN)


def _available(axis: Axis, view: View) -> AvailableLevel:
    top = len(axis.scale) - 1
    ref = Ref(question=axis.question)
    value = view.value(axis.question)
    if value is Blank.HIDDEN:
        return AvailableLevel(0, 0, 0, (ref,))
    if axis.field is not None:
        part = value.get(axis.field) if isinstance(value, Mapping) else None
        value = part if isinstance(part, str | int) else Blank.UNKNOWN
    low, high, own = 0, top, None
    refs: tuple[Ref, ...] = (ref,)
    if not isinstance(value, Blank):
        level = view.measure(axis.question, value) or 0
        low = high = own = sum(1 for edge in axis.edges if level >= edge) if axis.edges else level
    for cap in axis.caps:
        truth = evaluate(cap.when, view)
        if truth is not False:
            low = min(low, cap.at)
            high = min(high, cap.at) if truth else high
            if truth is None or cap.at <= high:
                refs = (*refs, *because(cap.when, view))
    return AvailableLevel(low, high, own, tuple(dict.fromkeys(refs)))


def asks(device: Device, axis: Axis) -> bool:
    """Does the device demand something on that axis? Under `gap_from`, it only helps."""
    return device.demands.get(axis.id, 0) >= max(1, axis.gap_from)


def gaps(facts: AvailableMeans, device: Device) -> tuple[Gap, ...]:
    """V3–V4: demand − means on each axis, at worst and at best over the levels the answers allow."""
    lows, found = facts.lows, []
    short = {axis: demand for axis, demand in device.demands.items() if demand > lows.get(axis, demand)}
    for axis in facts.means.axes if short else ():
        demand = short.get(axis.id, 0)
        if not demand or demand < axis.gap_from:  # so it `asks`, a demand over a level being over 0
            continue
        level = facts.available[axis.id]
        if axis.catalyst and device.catalyst is not None:
            sizes = [short_of(axis, device, one) for one in range(level.low, level.high + 1)]
            worst, best = max(sizes), min(sizes)
        else:
            worst, best = demand - level.low, demand - level.high
        sure = axis.eased_by_kind if device.aect in facts.known else 0
        perhaps = axis.eased_by_kind if device.aect in facts.perhaps else sure
        worst, best = max(0, worst - sure), max(0, best - perhaps)
        if worst:
            have = level.low if level.low == level.high else None
            found.append(Gap(axis, demand, worst, best, level.refs, have))
    return tuple(found)


def short_of(axis: Axis, device: Device, level: int) -> int:
    """Levels missing on an axis; none inside the stages where the device may found a PAT."""
    if axis.catalyst and device.catalyst is not None and device.catalyst[0] <= level <= device.catalyst[1]:
        return 0
    return max(0, device.demands.get(axis.id, 0) - level)


def practised(facts: AvailableMeans, device: Device) -> Truth:
    """V2: an action of this device, with food content, is under way and the structure sits in it."""
    used = facts.in_use
    return some([truth for name, truth in used.items() if name in device.practised_by]) if used else False
