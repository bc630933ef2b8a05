"""Every device → a verdict, reasons that name an answer, a rank. What is shown of them is for `decision` to say.

A verdict is local: this device, the answers, the reading; never capped by the others. It is computed twice,
as if what is unknown were against it (`low`) and for it (`high`): where both agree, unknown answers do not matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from selfassess.core.answers.answers import View
from selfassess.core.answers.grounds import grounds
from selfassess.core.definition.condition import Blank, Condition, Ref, Truth, because, evaluate
from selfassess.core.definition.decision_rules import LivingRule
from selfassess.core.definition.device import Device, Eligibility
from selfassess.core.definition.means import Axis, Means
from selfassess.core.definition.verdicts import VERDICTS, Side, Verdict
from selfassess.core.reading.available_means import (
    AvailableMeans,
    Gap,
    asks,
    gaps,
    gather,
    practised,
    short_of,
)
from selfassess.core.reading.practice import actions_of, going_on
from selfassess.core.reading.profile import FoundContradiction, Profile
from selfassess.core.reading.usefulness import (
    Reason,
    Usefulness,
    serve,
    useful,
)


class WeighedDevice(NamedTuple):
    """What a verdict is made of, before it is said."""

    doors: tuple[tuple[Eligibility, Truth], ...]
    practised: Truth
    gaps: tuple[Gap, ...]
    serves: Usefulness
    verdict: Verdict
    in_place: bool
    bounds: tuple[Verdict, Verdict]
    conflict: bool


@dataclass(frozen=True, eq=False)
class Advice:
    """The reading of one device. `usefulness` is in points: what the picture and the annex call interest. `rank` is the
    same less effort: it alone puts devices in order.

    `in_place`: practised already, and nothing against it; `conflict`: practised, though answers close it."""

    device: Device
    facts: AvailableMeans
    weighed: WeighedDevice
    rank: int
    usefulness: int

    @property
    def verdict(self) -> Verdict:
        return self.weighed.verdict

    @property
    def in_place(self) -> bool:
        return self.weighed.in_place

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Those above 0."""
        return self.weighed.gaps

    @property
    def bounds(self) -> tuple[Verdict, Verdict]:
        """What the verdict would be at worst and at best, given what is unknown."""
        return self.weighed.bounds

    @property
    def conflict(self) -> bool:
        """In use, yet closed."""
        return self.weighed.conflict

    @property
    def quick(self) -> bool:
        return self.device.horizon == "short"

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        return reasons(self.facts, self.device, self.weighed)


def recommend(means: Means, living: LivingRule, devices: Sequence[Device], view: View, found: Profile) -> list[Advice]:
    """All devices, sorted: verdict, rank, gaps, file order. `view.findings` must be set (`profile`)."""
    facts = gather(means, living, view, found)
    advices = [advise(facts, device) for device in devices]
    positions = {device.id: at for at, device in enumerate(devices)}
    return sorted(
        advices,
        key=lambda one: (
            VERDICTS.index(one.verdict),
            -one.rank,
            sum(gap.worst for gap in one.gaps),
            positions[one.device.id],
        ),
    )


def weigh(facts: AvailableMeans, device: Device, same: WeighedDevice | None = None) -> WeighedDevice:
    """V5–V6 for one device: the verdict, without its reasons. `same`: weighed before on answers that say the same of
    its doors and its use, which are not read again."""
    used = practised(facts, device)
    if same is None or same.practised is not used:
        serves = serve(facts.means, facts.view, device)
        doors = tuple([(door, _opens(door, facts.view, used)) for door in device.eligible])
    else:
        doors, serves = same.doors, same.serves
    open_ = [truth for _, truth in doors]
    shortfalls = gaps(facts, device)
    worst = best = _judge(facts, device, open_, used, shortfalls, serves, hopeful=False)
    doubtful = facts.doubtful or serves.doubtful or used is None or None in open_
    if doubtful or (shortfalls and any(gap.best < gap.worst for gap in shortfalls)):
        best = _judge(facts, device, open_, used, shortfalls, serves, hopeful=True)
    closed_in_use = used is True and False in open_
    verdict, in_place = worst
    if worst[0] != best[0]:  # unknown answers matter, unless the best is still « no », or the worst « to prepare »
        settled = best[0] in {"pas_maintenant", "non_ouvert"}
        verdict, in_place = best if settled else worst if worst[0] == "a_preparer" else ("a_verifier", False)
    if closed_in_use:
        verdict, in_place = "a_verifier", False
    bounds = (worst[0], best[0])
    return WeighedDevice(doors, used, shortfalls, serves, verdict, in_place, bounds, closed_in_use)


def _opens(door: Eligibility, view: View, used: Truth) -> Truth:
    """A door to ask about is open or not known: nobody we read says that it is closed. Who is inside was let in."""
    truth = door.when.truth(view)
    if door.to_ask and truth is not True:
        return True if used else None
    return truth


def advise(facts: AvailableMeans, device: Device) -> Advice:
    """V5–V7 for one device."""
    found = weigh(facts, device)
    serves, ranking = found.serves, facts.means.ranking
    effort = sum([device.demands.get(axis, 0) for axis in facts.means.efforts])
    usefulness = serves.objectives[0] + ranking.fit_weight * serves.fit[0] + serves.asset[0] + serves.territory
    return Advice(device, facts, found, usefulness - effort, usefulness)


def _judge(
    facts: AvailableMeans,
    device: Device,
    doors: Sequence[Truth],
    used: Truth,
    shortfalls: Sequence[Gap],
    serves: Usefulness,
    *,
    hopeful: bool,
) -> tuple[Verdict, bool]:
    """The verdict as if every unknown were for (`hopeful`) or against the device. In order, V5."""

    if False in doors or (None in doors and not hopeful):
        return "non_ouvert", False
    if used or (used is None and hopeful):
        return "maintenant", True
    if device.always_open:
        return "maintenant", False
    if device.lead and (facts.lead_floor or (facts.lead_floor is None and not hopeful)):
        return "pas_maintenant", False
    sizes = [gap.best if hopeful else gap.worst for gap in shortfalls]
    if max(sizes, default=0) >= facts.means.far or sum(sizes) >= facts.means.total:
        return "pas_maintenant", False
    for closure in facts.closures:
        closed = closure.truth or (closure.truth is None and not hopeful)
        if closed and device.demands.get(closure.axis, 0) >= closure.from_:
            return "pas_maintenant", False
    if not useful(facts.means, serves, hopeful=hopeful):
        return "pas_maintenant", False
    return ("a_preparer" if sum(sizes) else "maintenant"), False


def practice_conflicts(means: Means, advices: Sequence[Advice]) -> list[FoundContradiction]:
    """V6: a device in use whose door the answers close is a contradiction, shown with both answers."""
    found = []
    for advice in advices:
        if advice.conflict:
            refs = tuple(
                dict.fromkeys(ref for one in advice.reasons if one.kind in {"door", "in_place"} for ref in one.refs)
            )
            practice, title = means.practice, advice.device.title
            desk = practice.conflict_desk and practice.conflict_desk.format(device=title)
            text = practice.conflict_text.format(device=title)
            found.append(FoundContradiction(practice.conflict_id, text, refs, desk))
    return found


# ---- Reasons: what bars, what speaks for it, what is not known; each names answers -----------------------------------


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
        for reason in others:
            refs = tuple(ref for ref in grounds(facts.view, reason.refs) if ref not in seen)
            if refs or (reason.kind == "door" and not reason.refs):
                seen.update(refs)
                yield replace(reason, refs=refs)


_UNREAD = {"in_place", "eased"}  # an action that is not told is read as none: it may still change a verdict
_SERVED = {"objective", "fit", "asset", "territory"}  # asked for in one sentence


def _side(truth: Truth) -> Side:
    return "for" if truth else "unknown" if truth is None else "against"


def _blank(facts: AvailableMeans, refs: Sequence[Ref]) -> tuple[Ref, ...]:
    """Those of the territory's answers that are missing."""
    return tuple(ref for ref in refs if facts.view.value(ref.question) is Blank.UNKNOWN)


def _doors(facts: AvailableMeans, found: WeighedDevice) -> Iterator[Reason]:
    for door, truth in found.doors:
        read = evaluate(door.when, facts.view)
        if truth and not read:  # who is inside was let in, whatever answers say or do not say
            continue
        asked = truth is None and read is False  # the body knows, no answer does
        refs = () if asked else because(door.when, facts.view)
        help_ = door.otherwise if asked or truth is False else None
        yield Reason(
            "door", _side(truth), refs, door.text, decides=True, help=help_, sources=door.sources, when=door.when
        )


def _practice(facts: AvailableMeans, device: Device, found: WeighedDevice) -> Iterator[Reason]:
    practice = facts.means.practice
    actions, rule = actions_of(practice.question, device, facts.view), facts.living
    if found.practised:
        at = next(one.item for one in actions if going_on(rule, one))
        used = (Ref(practice.question, at), Ref(practice.state_question, at))
        yield Reason("in_place", "for", used, help=device.in_place if found.in_place else None)
    elif found.practised is None:
        unknown = [one for one in actions if going_on(rule, one) is None]
        refs = tuple(ref for one in unknown for part in (rule.food, rule.going_on) for ref in _unknown(part, one))
        yield Reason("in_place", "unknown", refs, decides=True)
    if facts.unread and not (found.practised or device.always_open):
        yield Reason("in_place" if device.practised_by else "eased", "unknown", facts.unread, decides=True)


def _unknown(condition: Condition, view: View) -> tuple[Ref, ...]:
    return because(condition, view) if evaluate(condition, view) is None else ()


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
    for closure in facts.closures:
        if device.demands.get(closure.axis, 0) >= closure.from_ and closure.truth is not False:
            side: Side = "against" if closure.truth else "unknown"
            said = closure.text, closure.reading
            yield Reason("closed", side, closure.refs, *said, decides=True, sources=(closure.source,))


def _useful(facts: AvailableMeans, serves: Usefulness) -> Iterator[Reason]:
    if not useful(facts.means, serves, hopeful=True):
        yield Reason("nothing", "against", (Ref(question=facts.means.ranking.objectives_question),))


def _served(facts: AvailableMeans, device: Device, found: WeighedDevice) -> Iterator[Reason]:
    """What is served; what is not known of it decides where nothing else would make the device useful."""
    unsettled = found.bounds[0] != found.bounds[1]
    counts = unsettled and not (useful(facts.means, found.serves, hopeful=False) or found.practised)
    for reason in found.serves.reasons:
        decides = counts and reason.favourable == "unknown" and reason.kind != "territory"
        yield replace(reason, decides=True) if decides else reason


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
