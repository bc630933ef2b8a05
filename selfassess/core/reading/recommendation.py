"""Every device → a verdict, reasons that name an answer, a rank; then the three places of page one.

A verdict is local: this device, the answers, the reading; never capped by the others. It is computed twice,
as if what is unknown were against it (`low`) and for it (`high`): where both agree, unknown answers do not matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from selfassess.core.answers.answers import View
from selfassess.core.definition.condition import Truth, evaluate
from selfassess.core.definition.device import Device
from selfassess.core.definition.means import Means
from selfassess.core.definition.verdicts import VERDICTS, Verdict
from selfassess.core.reading.available_means import (
    AvailableMeans,
    Gap,
    gaps,
    gather,
    practised,
)
from selfassess.core.reading.profile import FoundContradiction, Profile
from selfassess.core.reading.usefulness import (
    Reason,
    Usefulness,
    serve,
    useful,
)
from selfassess.core.reading.verdict_reasons import WeighedDevice, reasons


@dataclass(frozen=True, eq=False)
class Advice:
    """The reading of one device. `rank` and `pull` (rank before effort) are points."""

    device: Device
    facts: AvailableMeans
    weighed: WeighedDevice
    rank: int
    pull: int

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


def recommend(means: Means, devices: Sequence[Device], view: View, found: Profile) -> list[Advice]:
    """All devices, sorted: verdict, rank, gaps, file order. `view.findings` must be set (`profile`)."""
    facts = gather(means, view, found)
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
    """V5–V6 for one device: the verdict, without its reasons. `same`: weighed before with the same doors, practice
    and use, which are not read again."""
    if same is None:
        doors = tuple((door, evaluate(door.when, facts.view)) for door in device.eligible)
        used, serves = practised(facts, device), serve(facts.means, facts.view, device)
    else:
        doors, used, serves = same.doors, same.practised, same.serves
    open_ = [truth for _, truth in doors]
    shortfalls = gaps(facts, device)
    worst = _judge(facts, device, open_, used, shortfalls, serves, hopeful=False)
    best = _judge(facts, device, open_, used, shortfalls, serves, hopeful=True)
    closed_in_use = used is True and False in open_
    verdict, in_place = worst
    if worst[0] != best[0]:  # unknown answers matter, unless the best is still « no »
        verdict, in_place = best if best[0] in {"pas_maintenant", "non_ouvert"} else ("a_verifier", False)
    if closed_in_use:
        verdict, in_place = "a_verifier", False
    bounds = (worst[0], best[0])
    return WeighedDevice(doors, used, shortfalls, serves, verdict, in_place, bounds, closed_in_use)


def advise(facts: AvailableMeans, device: Device) -> Advice:
    """V5–V7 for one device."""
    found = weigh(facts, device)
    serves, ranking = found.serves, facts.means.ranking
    effort = sum(device.demands.get(axis.id, 0) for axis in facts.means.axes if axis.effort)
    pull = serves.objectives[0] + ranking.fit_weight * serves.fit[0] + serves.asset[0] + serves.territory
    return Advice(device, facts, found, pull - effort, pull)


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

    def holds(truth: Truth) -> bool:
        return hopeful if truth is None else truth

    if not all(holds(truth) for truth in doors):
        return "non_ouvert", False
    if holds(used):
        return "maintenant", True
    if device.always_open:
        return "maintenant", False
    if device.lead and (facts.lead_floor or (facts.lead_floor is None and not hopeful)):
        return "pas_maintenant", False
    sizes = [gap.best if hopeful else gap.worst for gap in shortfalls]
    if max(sizes, default=0) >= facts.means.far or sum(sizes) >= facts.means.total:
        return "pas_maintenant", False
    for one in facts.closures:
        if device.demands.get(one.axis, 0) >= one.from_ and (one.truth or (one.truth is None and not hopeful)):
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
            practice = means.practice
            text = practice.conflict_text.format(device=advice.device.title)
            found.append(FoundContradiction(practice.conflict_id, text, refs))
    return found


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
