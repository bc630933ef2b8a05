"""What a device's verdict rests on, as reasons that name answers: what bars, what speaks for it, what is not known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from selfassess.core.answers.grounds import grounds
from selfassess.core.definition.condition import (
    Blank,
    Ref,
    Truth,
    because,
    evaluate,
)
from selfassess.core.definition.device import Device, Eligibility
from selfassess.core.definition.means import Axis
from selfassess.core.definition.verdicts import Side, Verdict
from selfassess.core.reading.available_means import (
    AvailableMeans,
    Gap,
    asks,
    short_of,
    told_actions,
)
from selfassess.core.reading.usefulness import (
    Reason,
    Usefulness,
    useful,
)


@dataclass(frozen=True)
class WeighedDevice:
    """What a verdict is made of, before it is said."""

    doors: tuple[tuple[Eligibility, Truth], ...]
    practised: Truth
    gaps: tuple[Gap, ...]
    serves: Usefulness
    verdict: Verdict
    in_place: bool
    bounds: tuple[Verdict, Verdict]
    conflict: bool


def reasons(facts: AvailableMeans, device: Device, found: WeighedDevice) -> tuple[Reason, ...]:
    """What bars first, then what speaks for it, then what helps; at the end what is not known and could matter."""
    told = [*_doors(facts, found), *_practice(facts, device, found), *_lead(facts, device)]
    if found.practised is not True:
        told.extend(_gaps(facts, device, found))
        if not device.always_open:
            told.extend(_closed(facts, device))
            told.extend(_useful(facts, found.serves))
    told.extend(_served(facts, device, found))
    if found.practised is not True:
        told.extend(_known(facts, device))
        told.extend(_enough(facts, device, found))
    given = [one for one in dict.fromkeys(told) if one.favourable != "unknown"]
    return (*given, *_missing(facts, [one for one in told if one.favourable == "unknown"], found))


def _missing(facts: AvailableMeans, unknown: Sequence[Reason], found: WeighedDevice) -> Iterator[Reason]:
    """Each answer missing once, where it weighs most; none that can change neither the verdict nor the rank."""
    if found.verdict == "non_ouvert":
        return
    settled = found.bounds[0] == found.bounds[1]
    kept = [one for one in unknown if not (settled and one.decides) or one.kind in _UNREAD]
    seen: set[Ref] = set()
    for decides in (True, False):
        served = [one for one in kept if one.decides is decides and one.kind in _SERVED]
        others = [one for one in kept if one.decides is decides and one.kind not in _SERVED]
        if served:
            others.append(replace(served[0], kind="fit", refs=tuple(ref for one in served for ref in one.refs)))
        for one in others:
            refs = tuple(ref for ref in grounds(facts.view, one.refs) if ref not in seen)
            if refs:
                seen.update(refs)
                yield replace(one, refs=refs)


_UNREAD = {"in_place", "eased"}  # an action that is not told is read as none: it may still change a verdict
_SERVED = {"objective", "fit", "asset", "territory"}  # asked for in one sentence


def _side(truth: Truth) -> Side:
    return "for" if truth else "unknown" if truth is None else "against"


def _blank(facts: AvailableMeans, refs: Sequence[Ref]) -> tuple[Ref, ...]:
    """Those of the territory's answers that are missing."""
    return tuple(ref for ref in refs if facts.view.value(ref.question) is Blank.UNKNOWN)


def _doors(facts: AvailableMeans, found: WeighedDevice) -> Iterator[Reason]:
    for door, truth in found.doors:
        refs, help_ = because(door.when, facts.view), door.otherwise if truth is False else None
        yield Reason(
            "door", _side(truth), refs, door.text, decides=True, help=help_, sources=door.sources, when=door.when
        )


def _practice(facts: AvailableMeans, device: Device, found: WeighedDevice) -> Iterator[Reason]:
    practice = facts.means.practice
    actions = [one for one in told_actions(facts.view) if one.value(practice.question) in device.practised_by]
    if found.practised:
        at = next(one.item for one in actions if evaluate(practice.practised, one))
        used = (Ref(practice.question, at), Ref(practice.state_question, at))
        yield Reason("in_place", "for", used, help=device.in_place if found.in_place else None)
    elif found.practised is None:
        unknown = [one for one in actions if evaluate(practice.practised, one) is None]
        refs = tuple(ref for one in unknown for ref in because(practice.practised, one))
        yield Reason("in_place", "unknown", refs, decides=True)
    if facts.unread and not (found.practised or device.always_open):
        yield Reason("in_place" if device.practised_by else "eased", "unknown", facts.unread, decides=True)


def _lead(facts: AvailableMeans, device: Device) -> Iterator[Reason]:
    if device.lead and facts.lead_floor is not False:
        side, rule = _side(not facts.lead_floor if facts.lead_floor else None), facts.means.lead_floor
        yield Reason("lead", side, facts.lead_refs, rule.text, decides=True)


def _gaps(facts: AvailableMeans, device: Device, found: WeighedDevice) -> Iterator[Reason]:
    for gap in found.gaps:
        axis, missing = gap.axis, _blank(facts, gap.refs)
        helper = device.helpers.get(axis.id, axis.helper)
        given = tuple(ref for ref in gap.refs if ref not in missing)
        if given and (gap.have is not None or gap.best > 0):
            yield Reason("gap", "against", given, axis=axis.id, help=helper)
        if gap.have is None:
            refs = missing or (Ref(axis.question),)  # the answer is there, but not all of it
            yield Reason("gap", "unknown", refs, axis=axis.id, decides=True)
        if axis.eased_by_kind and device.aect not in facts.known:
            yield Reason("eased", "unknown", facts.perhaps.get(device.aect, ()), decides=True)


def _closed(facts: AvailableMeans, device: Device) -> Iterator[Reason]:
    for one in facts.closures:
        if device.demands.get(one.axis, 0) >= one.from_ and one.truth is not False:
            side: Side = "against" if one.truth else "unknown"
            yield Reason("closed", side, one.refs, one.text, one.reading, decides=True, sources=(one.source,))


def _useful(facts: AvailableMeans, serves: Usefulness) -> Iterator[Reason]:
    if not useful(facts.means, serves, hopeful=True):
        yield Reason("nothing", "against", (Ref(question=facts.means.ranking.objectives_question),))


def _served(facts: AvailableMeans, device: Device, found: WeighedDevice) -> Iterator[Reason]:
    """What is served; what is not known of it decides where nothing else would make the device useful."""
    unsettled = found.bounds[0] != found.bounds[1]
    counts = unsettled and not (useful(facts.means, found.serves, hopeful=False) or found.practised)
    for one in found.serves.reasons:
        decides = counts and one.favourable == "unknown" and one.kind != "territory"
        yield replace(one, decides=True) if decides else one


def _known(facts: AvailableMeans, device: Device) -> Iterator[Reason]:
    """That its kind is known, where that makes up for something."""
    eased = [one for one in facts.means.axes if one.eased_by_kind and asks(device, one)]
    if device.aect in facts.known and any(short_of(one, device, facts.available[one.id].low) for one in eased):
        text, refs = facts.known[device.aect]
        yield Reason("eased", "for", refs, text)


def _enough(facts: AvailableMeans, device: Device, found: WeighedDevice) -> Iterator[Reason]:
    """The means that suffice by themselves, in one reason."""
    short = {gap.axis.id for gap in found.gaps}

    def suffices(axis: Axis) -> bool:
        level = facts.available[axis.id]
        known = level.own is not None and asks(device, axis) and axis.id not in short
        return known and short_of(axis, device, level.low) == 0

    refs = [Ref(axis.question) for axis in facts.means.axes if suffices(axis)]
    if refs:
        yield Reason("enough", "for", tuple(refs))
