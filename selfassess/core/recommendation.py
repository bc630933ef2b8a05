"""Every device → a verdict, reasons that name an answer, a rank; then the three places of page one.

A verdict is local: this device, the answers, the reading; never capped by the others. It is computed twice,
as if what is unknown were against it (`low`) and for it (`high`): where both agree, unknown answers do not matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from selfassess.core.answers import View
from selfassess.core.condition import Blank, Ref, Truth, because, evaluate, some
from selfassess.core.definition import Typology
from selfassess.core.device import VERDICTS, Axis, Device, Eligibility, Means, Verdict
from selfassess.core.reasons import answer_text, item_name, number
from selfassess.core.relevance import Reason, Serves, serve, useful
from selfassess.core.scoring import Conflict, Profile

Doors = Sequence[tuple[Eligibility, Truth]]


@dataclass(frozen=True)
class Gap:
    """What a device demands on an axis beyond what is there, at worst and at best."""

    axis: Axis
    demand: int
    worst: int
    best: int
    refs: tuple[Ref, ...]
    have: int | None  # level available, None when unknown


@dataclass(frozen=True)
class Advice:
    """The reading of one device. `rank` and `pull` (rank before effort) are points; `gaps` those above 0."""

    device: Device
    verdict: Verdict
    in_place: bool
    rank: int
    pull: int
    gaps: tuple[Gap, ...]
    reasons: tuple[Reason, ...]
    bounds: tuple[Verdict, Verdict]  # what it would be at worst and at best, given what is unknown
    conflict: bool = False

    @property
    def quick(self) -> bool:
        return self.device.horizon == "short"


@dataclass(frozen=True)
class Facts:
    """What is the same for all devices of one reading: means, kinds known, practised options."""

    means: Means
    view: View
    closed_by: tuple[tuple[str, int, Truth, str, tuple[Ref, ...]], ...]
    known: dict[str, tuple[str, tuple[Ref, ...]]]
    perhaps_known: frozenset[str]
    available: dict[str, tuple[int, int, tuple[Ref, ...]]]
    lead_floor: Truth
    lead_refs: tuple[Ref, ...]


def recommend(means: Means, typology: Typology, devices: Sequence[Device], view: View, found: Profile) -> list[Advice]:
    """All devices, sorted: verdict, rank, gaps, file order. `view.findings` must be set (`profile`)."""
    facts = gather(means, typology, view, found)
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


def gather(means: Means, typology: Typology, view: View, found: Profile) -> Facts:
    """Read once what every device is compared with."""
    available = {axis.id: _available(axis, view) for axis in means.axes}
    known, perhaps = _known_kinds(means, view)
    return Facts(
        means=means,
        view=view,
        closed_by=_closures(found),
        known=known,
        perhaps_known=perhaps,
        available=available,
        lead_floor=evaluate(means.lead_floor.when, view),
        lead_refs=because(means.lead_floor.when, view),
    )


def _closures(found: Profile) -> tuple[tuple[str, int, Truth, str, tuple[Ref, ...]], ...]:
    """Readings that close heavy devices: true unless an earlier reading is (then it is too early anyway)."""
    closures = []
    for at, state in enumerate(found.readings):
        closes = state.rule.closes
        if closes is None:
            continue
        before = some([one.truth for one in found.readings[:at]])
        truth: Truth = False if before or state.truth is False else True if before is False and state.truth else None
        refs = state.refs if truth is not None else tuple(
            ref for one in found.readings[: at + 1] if one.truth is None for ref in one.refs
        )  # fmt: skip
        closures.append((closes.axis, closes.from_, truth, closes.text, refs))
    return tuple(closures)


def _known_kinds(means: Means, view: View) -> tuple[dict[str, tuple[str, tuple[Ref, ...]]], frozenset[str]]:
    """Kinds of device practised, dormant or considered, with the answer that says so; and those perhaps known."""
    known: dict[str, tuple[str, tuple[Ref, ...]]] = {}
    perhaps: set[str] = set()
    for dormant in means.practice.dormant:
        truth = evaluate(dormant.when, view)
        if truth:
            known.setdefault(dormant.aect, (dormant.text, because(dormant.when, view)))
        elif truth is None:
            perhaps.add(dormant.aect)
    for action in () if isinstance(view.actions, Blank) else view.actions:
        truth = evaluate(means.practice.known, action)
        for option in view.option(Ref(means.practice.question, action.item)) if truth is not False else ():
            if option.aect and truth:
                text = f"Vous connaissez déjà ce type de dispositif : « {option.short or option.text} »."
                known.setdefault(option.aect, (text, (Ref(means.practice.question, action.item),)))
            elif option.aect:
                perhaps.add(option.aect)
    return known, frozenset(perhaps)


def _available(axis: Axis, view: View) -> tuple[int, int, tuple[Ref, ...]]:
    """Level available on an axis, at worst and at best, and the answers it comes from."""
    top = len(axis.scale) - 1
    ref = Ref(question=axis.question)
    value = view.value(axis.question)
    if value is Blank.HIDDEN:
        return 0, 0, (ref,)
    if axis.field is not None and value is not Blank.UNKNOWN:
        value = value.get(axis.field, Blank.UNKNOWN)
    low, high = 0, top
    refs: tuple[Ref, ...] = (ref,)
    if value is not Blank.UNKNOWN:
        level = view.measure(axis.question, value) or 0
        low = high = sum(1 for edge in axis.edges if level >= edge) if axis.edges else level
    for cap in axis.caps:
        truth = evaluate(cap.when, view)
        if truth is not False:
            low = min(low, cap.at)
            high = min(high, cap.at) if truth else high
            if truth is None or cap.at <= low:
                refs = (*refs, *because(cap.when, view))
    return low, high, tuple(dict.fromkeys(refs))


def gaps(facts: Facts, device: Device) -> tuple[Gap, ...]:
    """V3–V4: demand − means on each axis, at worst and at best over the levels the answers allow."""
    found = []
    for axis in facts.means.axes:
        demand = device.demands.get(axis.id, 0)
        if demand == 0 or demand < axis.gap_from:
            continue
        low, high, refs = facts.available[axis.id]
        sizes = [_gap(axis, device, demand, level) for level in range(low, high + 1)]
        sure = axis.eased_by_kind if device.aect in facts.known else 0
        perhaps = axis.eased_by_kind if device.aect in facts.perhaps_known else sure
        worst, best = max(0, max(sizes) - sure), max(0, min(sizes) - perhaps)
        if worst:
            found.append(Gap(axis, demand, worst, best, refs, low if low == high else None))
    return tuple(found)


def _gap(axis: Axis, device: Device, demand: int, level: int) -> int:
    if axis.catalyst and device.catalyst is not None and device.catalyst[0] <= level <= device.catalyst[1]:
        return 0
    return max(0, demand - level)


@dataclass(frozen=True)
class Weighed:
    """What a verdict is made of, before it is said."""

    doors: Doors
    practised: Truth
    gaps: tuple[Gap, ...]
    serves: Serves
    verdict: Verdict
    in_place: bool
    bounds: tuple[Verdict, Verdict]
    conflict: bool


def weigh(facts: Facts, device: Device) -> Weighed:
    """V5–V6 for one device: the verdict, without its reasons."""
    doors = [(door, evaluate(door.when, facts.view)) for door in device.eligible]
    practised = _practised(facts, device)
    shortfalls = gaps(facts, device)
    serves = serve(facts.means, facts.view, device)
    worst = _judge(facts, device, doors, practised, shortfalls, serves, hopeful=False)
    best = _judge(facts, device, doors, practised, shortfalls, serves, hopeful=True)
    closed_in_use = practised is True and any(truth is False for _, truth in doors)
    verdict, in_place = worst
    if worst[0] != best[0]:  # unknown answers matter, unless the best is still « no »
        verdict, in_place = best if best[0] in {"pas_maintenant", "non_ouvert"} else ("a_verifier", False)
    if closed_in_use:
        verdict, in_place = "a_verifier", False
    bounds = (worst[0], best[0])
    return Weighed(doors, practised, shortfalls, serves, verdict, in_place, bounds, closed_in_use)


def advise(facts: Facts, device: Device) -> Advice:
    """V5–V7 for one device."""
    found = weigh(facts, device)
    serves = found.serves
    effort = sum(device.demands.get(axis.id, 0) for axis in facts.means.axes if axis.effort)
    ranking = facts.means.ranking
    pull = serves.objectives[0] + ranking.fit_weight * serves.fit[0] + serves.asset[0] + serves.territory
    reasons = _reasons(facts, device, found.in_place, found.doors, found.gaps, serves)
    if found.practised is None and found.verdict == "a_verifier":
        text = "Il manque une réponse pour savoir si ce dispositif est déjà en place chez vous."
        reasons = (*reasons, Reason("in_place", "unknown", text, _practice_refs(facts, device)))
    return Advice(
        device, found.verdict, found.in_place, pull - effort, pull, found.gaps, reasons, found.bounds, found.conflict
    )


def _judge(
    facts: Facts,
    device: Device,
    doors: Doors,
    practised: Truth,
    shortfalls: Sequence[Gap],
    serves: Serves,
    *,
    hopeful: bool,
) -> tuple[Verdict, bool]:
    """The verdict as if every unknown were for (`hopeful`) or against the device. In order, V5."""

    def holds(truth: Truth) -> bool:
        return hopeful if truth is None else truth

    if not all(holds(truth) for _, truth in doors):
        return "non_ouvert", False
    if holds(practised):
        return "maintenant", True
    if device.always_open:
        return "maintenant", False
    if device.lead and (facts.lead_floor or (facts.lead_floor is None and not hopeful)):
        return "pas_maintenant", False
    sizes = [gap.best if hopeful else gap.worst for gap in shortfalls]
    if max(sizes, default=0) >= facts.means.far or sum(sizes) >= facts.means.total:
        return "pas_maintenant", False
    for axis, from_, truth, _, _ in facts.closed_by:
        if device.demands.get(axis, 0) >= from_ and (truth or (truth is None and not hopeful)):
            return "pas_maintenant", False
    if not useful(facts.means, serves, hopeful=hopeful):
        return "pas_maintenant", False
    return ("a_preparer" if sum(sizes) else "maintenant"), False


def _practised(facts: Facts, device: Device) -> Truth:
    """V2: an action of this device, with food content, under way or recent."""
    actions = facts.view.actions
    if not device.practised_by or isinstance(actions, Blank):
        return False
    question = facts.means.practice.question
    return some([
        evaluate(facts.means.practice.practised, action)
        for action in actions if action.value(question) in device.practised_by
    ])  # fmt: skip


def _reasons(
    facts: Facts, device: Device, in_place: bool, doors: Doors, shortfalls: Sequence[Gap], serves: Serves
) -> tuple[Reason, ...]:
    """What bars first, then what speaks for it, then what helps and what is not known."""
    found: list[Reason] = []
    for door, truth in doors:
        refs = because(door.when, facts.view)
        side: Literal["for", "against", "unknown"] = "for" if truth else "unknown" if truth is None else "against"
        met = f"Condition remplie : {door.text[0].lower()}{door.text[1:]}" if truth else door.text
        found.append(Reason("door", side, door.otherwise if truth is False else met, refs))
    if in_place:
        found.append(_in_place(facts, device))
    if device.lead and facts.lead_floor is not False:
        side = "against" if facts.lead_floor else "unknown"
        found.append(Reason("lead", side, facts.means.lead_floor.text, facts.lead_refs))
    if not in_place:
        found.extend(_gap_reason(facts, device, gap) for gap in shortfalls)
    if not (in_place or device.always_open):
        for axis, from_, truth, text, refs in facts.closed_by:
            if device.demands.get(axis, 0) >= from_ and truth is not False:
                found.append(Reason("closed", "against" if truth else "unknown", text, refs))
        if not useful(facts.means, serves, hopeful=False):
            found.append(_nothing(facts, serves))
    found.extend(serves.reasons)
    if device.aect in facts.known and not in_place:
        text, refs = facts.known[device.aect]
        found.append(Reason("eased", "for", text, refs))
    return tuple(dict.fromkeys(found))


def practised_action(means: Means, view: View, device: Device) -> tuple[str, str] | None:
    """Name and state, in words, of the first action that is this device in use; None when there is none."""
    practice = means.practice
    for action in () if isinstance(view.actions, Blank) else view.actions:
        if action.value(practice.question) in device.practised_by and evaluate(practice.practised, action):
            at = action.item or 0
            return item_name(view, at), answer_text(view, Ref(practice.state_question, at)) or ""
    return None


def _in_place(facts: Facts, device: Device) -> Reason:
    name, state = practised_action(facts.means, facts.view, device) or (device.title, "")
    said = f"« {name} » ({state[:1].lower()}{state[1:]})" if state else f"« {name} »"
    return Reason("in_place", "for", f"{said} : {device.in_place}", _practice_refs(facts, device))


def _practice_refs(facts: Facts, device: Device) -> tuple[Ref, ...]:
    question = facts.means.practice.question
    actions = () if isinstance(facts.view.actions, Blank) else facts.view.actions
    return tuple(Ref(question=question, item=one.item) for one in actions if one.value(question) in device.practised_by)


def _nothing(facts: Facts, serves: Serves) -> Reason:
    ref = Ref(question=facts.means.ranking.objectives_question)
    if useful(facts.means, serves, hopeful=True):
        text = "Il manque une réponse pour savoir si ce dispositif vous serait utile."
        return Reason("nothing", "unknown", text, tuple(dict.fromkeys(serves.unknown)))
    return Reason("nothing", "against", "Ne sert aucun des objectifs que vous avez choisis.", (ref,))


def _gap_reason(facts: Facts, device: Device, gap: Gap) -> Reason:
    demand = gap.axis.scale[min(gap.demand, len(gap.axis.scale) - 1)]
    helper = device.helpers.get(gap.axis.id, gap.axis.helper)
    if gap.best < gap.worst and gap.have is None:
        text = f"{gap.axis.title} : ce dispositif demande {demand} ; votre réponse manque pour comparer."
        return Reason("gap", "unknown", text, gap.refs, gap.axis.id)
    have = gap.axis.scale[min(gap.have or 0, len(gap.axis.scale) - 1)]
    text = gap.axis.gap_text.format(demand=demand, have=have, helper=helper, answer=_answer(facts.view, gap.axis))
    return Reason("gap", "against", text, gap.refs, gap.axis.id)


def practice_conflicts(means: Means, advices: Sequence[Advice]) -> list[Conflict]:
    """V6: a device in use whose door the answers close is a contradiction, shown with both answers."""
    found = []
    for advice in advices:
        if advice.conflict:
            refs = tuple(
                dict.fromkeys(ref for one in advice.reasons if one.kind in {"door", "in_place"} for ref in one.refs)
            )
            practice = means.practice
            text = practice.conflict_text.format(device=advice.device.title)
            found.append(Conflict(practice.conflict_id, text, refs))
    return found


def _answer(view: View, axis: Axis) -> str:
    """The answer an axis is read from, in words; a territory's figure when the axis reads a field."""
    if axis.field is None:
        return answer_text(view, Ref(question=axis.question)) or "non posée"
    value = view.value(axis.question)
    band = next((one.text for one in view.questionnaire.territory.bands if one.id == value.get("band")), None)
    return band[0].lower() + band[1:] if band else f"{number(value.get(axis.field, 0))} habitants"


def page_one(advices: Sequence[Advice]) -> tuple[Advice | None, Advice | None, Advice | None]:
    """V9: to start (or keep alive), to prepare, to leave for now. An empty place stays empty."""
    advices = [one for one in advices if not one.conflict]  # in use yet closed: to clear up first, no place here
    now = [one for one in advices if one.verdict == "maintenant"]
    chosen = [one for one in now if not one.device.always_open] or now
    start = next((one for one in chosen if one.quick or one.in_place), chosen[0] if chosen else None)
    slower = [one for one in now if not (one.quick or one.in_place)]
    candidates = [one for one in advices if one.verdict in {"a_preparer", "a_verifier"} or one in slower]
    other = [
        one for one in candidates if one is not start and (
            start is None or one.device.aect != start.device.aect or one.device.horizon != start.device.horizon
        )
    ]  # fmt: skip
    prepare = max(other, key=lambda one: one.rank, default=None)
    tempting = [one for one in advices if one.verdict == "pas_maintenant"]
    return start, prepare, max(tempting, key=lambda one: one.pull, default=None)
