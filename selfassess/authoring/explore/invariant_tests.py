"""The tests of invariants, compiled once and asked of many files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from selfassess.authoring.explore.invariants import (
    THIS,
    Count,
    OfCategory,
    OfDevice,
    OfPlaces,
    OfReading,
    OfWhole,
    Test,
    Unknown,
)
from selfassess.core.answers.items import Answers
from selfassess.core.definition.condition import Blank, Condition, every
from selfassess.core.definition.condition import evaluate as truth_of
from selfassess.core.definition.device import Device
from selfassess.core.definition.edition import Definitions
from selfassess.core.reading.decision import PLACES, Decision, PageOption, Place, carrying_items, decide
from selfassess.core.reading.profile import PlacedCategory, Profile
from selfassess.core.reading.reading import Reading
from selfassess.core.reading.recommendation import Advice
from selfassess.core.reading.usefulness import useful
from selfassess.core.report.compose import build

T = TypeVar("T")


@dataclass
class TriedFile:
    """A file and its reading, with what invariants ask of them."""

    definitions: Definitions
    answers: Answers
    reading: Reading

    @cached_property
    def advices(self) -> dict[str, Advice]:
        return {one.device.id: one for one in self.reading.advices}

    @cached_property
    def by_verdict(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for one in self.reading.advices:
            found.setdefault(one.verdict, []).append(one.device.id)
        return found

    @cached_property
    def in_place(self) -> list[str]:
        return [one.device.id for one in self.reading.advices if one.in_place]

    @cached_property
    def decision(self) -> Decision:
        """On the day that `decision.yaml` says."""
        return decide(self.definitions, self.reading, self.definitions.rules.day)

    @cached_property
    def places(self) -> dict[str, Place]:
        found = zip(PLACES, self.decision.places, strict=True)
        return {one.device: place for place, one in found if one is not None}

    @cached_property
    def options(self) -> dict[str, PageOption]:
        """What has a place, by device."""
        return {one.device: one for one in self.decision.places if one is not None}

    @cached_property
    def unsaid(self) -> frozenset[str]:
        """Devices named as better than the first option, with why they have no place."""
        return frozenset(one.advice.device.id for one in self.decision.unsaid)

    @cached_property
    def categories(self) -> dict[str, PlacedCategory]:
        return {one.category.id: one for one in self.reading.profile.placed}

    @property
    def profile(self) -> Profile:
        return self.reading.profile


Check = Callable[[TriedFile, str], bool]  # the second: the device or category at hand


def compiled(tests: Sequence[Test]) -> Check:
    """All these tests together."""
    return _both([_COMPILE.get(type(test), _condition)(test) for test in tests])


def _both(checks: Sequence[Callable[[TriedFile, T], bool]]) -> Callable[[TriedFile, T], bool]:
    """These checks in turn, as one; asked millions of times, it makes nothing on its way."""
    if not checks:
        return lambda tried, about: True
    first, rest = checks[0], _both(checks[1:])
    return first if len(checks) == 1 else lambda tried, about: first(tried, about) and rest(tried, about)


def _condition(condition: Condition) -> Check:
    return lambda tried, _: truth_of(condition, tried.reading.view) is True


def _unknown(test: Unknown) -> Check:
    return lambda tried, _: truth_of(test.unknown, tried.reading.view) is None


def _device(test: OfDevice) -> Check:
    holds = _both([make(getattr(test, name)) for name, make in _DEVICE.items() if getattr(test, name) is not None])
    if test.device == THIS:
        return lambda tried, name: holds(tried, tried.advices[name])
    return lambda tried, _: holds(tried, tried.advices[test.device])


def _door(advice: Advice) -> str:
    truth = every([truth for _, truth in advice.weighed.doors])
    return {True: "open", False: "closed", None: "unknown"}[truth]


def _does(tried: TriedFile, device: Device, wanted: Condition) -> bool:
    actions, question = tried.reading.view.actions, tried.reading.edition.means.practice.question
    if isinstance(actions, Blank):
        return False
    return any(one.value(question) in device.practised_by and truth_of(wanted, one) is True for one in actions)


def _reasoned(advice: Advice) -> bool:
    """Does a reason against, or unknown, name an answer, or a door to ask about?"""
    return any(one.favourable != "for" and (one.refs or one.kind == "door") for one in advice.reasons)


def _serves(tried: TriedFile, advice: Advice) -> bool:
    return useful(tried.reading.edition.means, advice.weighed.serves, hopeful=False)


def _practice(tried: TriedFile, advice: Advice) -> str:
    """Of its actions, what the most alive is."""
    found = tried.decision.practices.get(advice.device.id)
    return found[0].practice if found else "none"


def _living(tried: TriedFile, advice: Advice) -> bool:
    option = tried.options.get(advice.device.id)
    return option is not None and option.living is not None


def _carries(tried: TriedFile, advice: Advice) -> bool:
    actions = tried.decision.practices.get(advice.device.id, ())
    return any(one.practice == "living" and one.item in carrying_items(tried.reading) for one in actions)


def _outranks(tried: TriedFile, advice: Advice) -> bool:
    start = tried.decision.start
    return start is not None and advice.rank > start.advice.rank


def _over(tried: TriedFile, advice: Advice) -> bool:
    option = tried.options.get(advice.device.id)
    return option is not None and bool(option.over)


def _full(tried: TriedFile, advice: Advice) -> bool:
    option = tried.options.get(advice.device.id)
    return option is not None and option.full


_DEVICE: dict[str, Callable[[Any], Callable[[TriedFile, Advice], bool]]] = {
    "verdict": lambda wanted: lambda tried, one: one.verdict in wanted,
    "in_place": lambda wanted: lambda tried, one: one.in_place is wanted,
    "conflict": lambda wanted: lambda tried, one: one.conflict is wanted,
    "lead": lambda wanted: lambda tried, one: one.device.lead is wanted,
    "always_open": lambda wanted: lambda tried, one: one.device.always_open is wanted,
    "quick": lambda wanted: lambda tried, one: one.quick is wanted,
    "place": lambda wanted: lambda tried, one: tried.places.get(one.device.id, "none") in wanted,
    "demands": lambda wanted: lambda tried, one: wanted.holds(one.device.demands.get(wanted.axis, 0)),
    "gap": lambda wanted: lambda tried, one: wanted.holds(sum(gap.worst for gap in one.gaps)),
    "widest": lambda wanted: lambda tried, one: wanted.holds(max((gap.worst for gap in one.gaps), default=0)),
    "reasoned": lambda wanted: lambda tried, one: _reasoned(one) is wanted,
    "door": lambda wanted: lambda tried, one: _door(one) == wanted,
    "does": lambda wanted: lambda tried, one: _does(tried, one.device, wanted),
    "serves": lambda wanted: lambda tried, one: _serves(tried, one) is wanted,
    "application": lambda wanted: lambda tried, one: one.device.application is wanted,
    "entry": lambda wanted: lambda tried, one: tried.decision.entries[one.device.id].kind in wanted,
    "practice": lambda wanted: lambda tried, one: _practice(tried, one) in wanted,
    "living": lambda wanted: lambda tried, one: _living(tried, one) is wanted,
    "carries": lambda wanted: lambda tried, one: _carries(tried, one) is wanted,
    "outranks": lambda wanted: lambda tried, one: _outranks(tried, one) is wanted,
    "unsaid": lambda wanted: lambda tried, one: (one.device.id in tried.unsaid) is wanted,
    "over": lambda wanted: lambda tried, one: _over(tried, one) is wanted,
    "full": lambda wanted: lambda tried, one: _full(tried, one) is wanted,
}  # the cheapest first


def _category(test: OfCategory) -> Check:
    tests = [make(getattr(test, name)) for name, make in _PLACED.items() if getattr(test, name) is not None]
    holds = _both(tests)

    def check(tried: TriedFile, name: str) -> bool:
        name = name if test.category == THIS else test.category
        placed = tried.categories.get(name)
        if placed is None:  # the remainder has a verdict and nothing else
            return len(tests) == 1 and tried.profile.remainder in (test.verdict or ())
        return holds(tried, placed)

    return check


def _rests_on(tried: TriedFile, placed: PlacedCategory, wanted: Condition) -> bool:
    return placed.best is not None and truth_of(wanted, placed.best.action) is True


def _behind(tried: TriedFile, placed: PlacedCategory) -> int:
    return max(one.low for one in tried.profile.placed if one.verdict == "assigned") - placed.low


_PLACED: dict[str, Callable[[Any], Callable[[TriedFile, PlacedCategory], bool]]] = {
    "verdict": lambda wanted: lambda tried, one: one.verdict in wanted,
    "principal": lambda wanted: lambda tried, one: (tried.profile.principal == one.category.id) is wanted,
    "leaning": lambda wanted: lambda tried, one: (tried.profile.leaning == one.category.id) is wanted,
    "low": lambda wanted: lambda tried, one: wanted.holds(one.low),
    "high": lambda wanted: lambda tried, one: wanted.holds(one.high),
    "behind": lambda wanted: lambda tried, one: wanted.holds(_behind(tried, one)),
    "names_missing": lambda wanted: lambda tried, one: bool(one.missing) is wanted,
    "rests_on": lambda wanted: lambda tried, one: _rests_on(tried, one, wanted),
}


def _reading(test: OfReading) -> Check:
    def check(tried: TriedFile, _: str) -> bool:
        found = tried.profile
        shown = {rule.id for rule in (found.reading, found.mention) if rule is not None}
        met = next(one.truth for one in found.readings if one.rule.id == test.reading)
        return test.shown in (None, test.reading in shown) and test.met in (None, met is True)

    return check


def _whole(test: OfWhole) -> Check:
    wanted = test.whole

    def check(tried: TriedFile, _: str) -> bool:
        found = tried.profile
        counted = (
            (wanted.links, len(found.order)),
            (wanted.possible, len(found.possible)),
            (wanted.undecided, sum(one.verdict == "undecided" for one in found.placed)),
        )
        return (
            all(limit is None or limit.holds(count) for limit, count in counted)
            and (wanted.confidence is None or found.confidence in wanted.confidence)
            and wanted.provisional in (None, bool(found.provisional_by))
        )

    return check


def _page_one(test: OfPlaces) -> Check:
    wanted = test.page_one

    def check(tried: TriedFile, _: str) -> bool:
        decision = tried.decision
        if wanted.filled is not None and decision.places[PLACES.index(wanted.filled)] is None:
            return False
        if wanted.repeats not in (None, len(set(decision.shown)) < len(decision.shown)):
            return False
        if wanted.silent not in (None, bool(decision.silent_for)):
            return False
        if wanted.nothing_first not in (None, decision.nothing_first):
            return False
        if wanted.agenda is not None and decision.agenda not in wanted.agenda:
            return False
        return wanted.offers_nothing is None or _offers_nothing(tried) is wanted.offers_nothing

    return check


def _offers_nothing(tried: TriedFile) -> bool:
    answers = tried.reading.view.answers
    return bool(build(tried.definitions, tried.reading, tried.decision, answers, {}).page_one.nothing)


def possible(test: OfDevice, tried: TriedFile) -> Iterable[str]:
    """The devices that may pass this test, by their place, their actions or their verdict."""
    if test.device != THIS:
        return tried.advices
    if test.place is not None and "none" not in test.place:
        return [name for name, place in tried.places.items() if place in test.place]
    if test.carries or (test.practice is not None and "none" not in test.practice):
        return tried.decision.practices
    if test.in_place:
        return tried.in_place
    if test.verdict is not None:
        return [name for verdict in test.verdict for name in tried.by_verdict.get(verdict, ())]
    return tried.advices


def _count(test: Count) -> Check:
    one = _device(test.count)

    def check(tried: TriedFile, _: str) -> bool:
        found = sum(one(tried, name) for name in possible(test.count, tried))
        return (test.at_least or 0) <= found and (test.at_most is None or found <= test.at_most)

    return check


_COMPILE: dict[type, Callable[[Any], Check]] = {
    OfDevice: _device,
    OfCategory: _category,
    OfReading: _reading,
    OfWhole: _whole,
    OfPlaces: _page_one,
    Count: _count,
    Unknown: _unknown,
}
