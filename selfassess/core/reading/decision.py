"""The decision of one file on one day, before any sentence: what page one says, and what it leaves unsaid and why.

Every text, picture, document and export is made from it; none decides again. The rules hold for every edition: doors
that are open, actions that are alive, silence when one knows too little, nothing this year, one voice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Literal

from selfassess.core.definition.condition import Blank, evaluate, questions_of
from selfassess.core.definition.decision_rules import DecisionRules
from selfassess.core.definition.doors import Entry
from selfassess.core.definition.edition import Definitions
from selfassess.core.reading.entry import entries
from selfassess.core.reading.practice import PractisedAction, living_items, practised_actions
from selfassess.core.reading.profile import ProfileFindings
from selfassess.core.reading.reading import Reading
from selfassess.core.reading.recommendation import Advice

Place = Literal["start", "prepare", "leave"]
PLACES: tuple[Place, ...] = ("start", "prepare", "leave")
Agenda = Literal["alive", "start", "prepare", "nothing", "silent", "objective"]
# Why a better device is not among the options.
Why = Literal["known", "in_place", "applies", "living_first", "behind"]
# A rule that advising a device breaks, when somebody else than this chooser advises it.
Rule = Literal[
    "closed", "over", "means", "not_now", "known", "without_us", "later", "not_known", "young", "applies", "nothing"
]
FIRST_ONLY: frozenset[Rule] = frozenset({"later", "not_known", "young", "applies", "nothing"})  # the others, anywhere


@dataclass(frozen=True)
class PageOption:
    """A place that is taken. `living`: an action under way, to keep alive. `over`: axes of effort on which it asks for
    more than what is declared; `full`: the PAT says it is full, and this asks for time."""

    advice: Advice
    entry: Entry
    living: PractisedAction | None = None
    over: tuple[str, ...] = ()
    full: bool = False

    @property
    def device(self) -> str:
        return self.advice.device.id


@dataclass(frozen=True)
class Unsaid:
    """A device with an open entry, possible now, better than the first option, and why it has no place."""

    advice: Advice
    why: Why


@dataclass(frozen=True)
class Decision:
    """`silent_for`: the answers missing for any option to be given; with them, no place is taken. `nothing_first`:
    « cette année : ne rien ouvrir » comes first. `alive`: the living actions that no device can be the option of. By
    device, `practices`: the actions that are or were it; `broken`: the rules that advising it breaks; `beyond`: the
    axes of effort on which it asks for more than what is declared."""

    day: date
    places: tuple[PageOption | None, PageOption | None, PageOption | None]
    silent_for: tuple[str, ...]
    nothing_first: bool
    unsaid: tuple[Unsaid, ...]
    alive: tuple[str, ...]
    agenda: Agenda
    entries: Mapping[str, Entry]
    practices: Mapping[str, tuple[PractisedAction, ...]]
    chooser: Chooser = field(repr=False, compare=False)

    @cached_property
    def broken(self) -> Mapping[str, tuple[Rule, ...]]:
        return {one.device.id: self.chooser.broken(one) for one in self.chooser.reading.advices}

    @cached_property
    def beyond(self) -> Mapping[str, tuple[str, ...]]:
        return {one.device.id: self.chooser.beyond(one) for one in self.chooser.reading.advices}

    @property
    def start(self) -> PageOption | None:
        return self.places[0]

    @property
    def options(self) -> tuple[PageOption, ...]:
        """To start and to prepare: what is advised."""
        return tuple(one for one in self.places[:2] if one is not None)

    @property
    def shown(self) -> tuple[str, ...]:
        """The devices that have a place, in order."""
        return tuple(one.device for one in self.places if one is not None)


def decide(definitions: Definitions, reading: Reading, day: date) -> Decision:
    """The decision of a reading on `day`. Pure: the same on the same day."""
    return Chooser(definitions, reading, day).decision


@dataclass(frozen=True)
class Chooser:
    """Makes the decision of a reading on a day."""

    definitions: Definitions
    reading: Reading
    day: date

    @property
    def rules(self) -> DecisionRules:
        return self.definitions.rules

    @cached_property
    def entries(self) -> dict[str, Entry]:
        devices = [one.device for one in self.reading.advices]
        return entries(self.definitions.doors, devices, self.reading.view, self.day)

    @cached_property
    def practices(self) -> dict[str, tuple[PractisedAction, ...]]:
        living, question = self.rules.living, self.reading.edition.means.practice.question
        return practised_actions(living, question, (one.device for one in self.reading.advices), self.reading.view)

    @cached_property
    def decision(self) -> Decision:
        silent_for, nothing_first = self.silent_for(), self.nothing_first
        start = None if silent_for else self.living() or (None if nothing_first else self.new())
        prepare = None if silent_for or nothing_first else self.to_prepare(start)
        leave = None if silent_for or nothing_first else self.tempting(start, prepare)
        return Decision(
            day=self.day,
            places=(start, prepare, leave),
            silent_for=silent_for,
            nothing_first=nothing_first,
            unsaid=() if start is None else self.unsaid(start, prepare),
            alive=self.alive(),
            agenda=_agenda(silent_for, start, prepare, nothing_first),
            entries=self.entries,
            practices=self.practices,
            chooser=self,
        )

    def silent_for(self) -> tuple[str, ...]:
        """The answers missing, when too few are known."""
        rule, view = self.rules.silence, self.reading.view
        missing = tuple(one for one in rule.of if isinstance(view.value(one), Blank))
        return missing if len(rule.of) - len(missing) < rule.at_least else ()

    @cached_property
    def nothing_first(self) -> bool:
        """Do élus, load and objectives say no, or does the reading itself advise to open nothing?"""
        rule = self.reading.profile.reading
        said = rule is not None and rule.decision is not None
        return said or evaluate(self.rules.nothing_first, self.reading.view) is True

    @cached_property
    def quiet(self) -> bool:
        """« Trop tôt », were it provisional: what comes first must ask for no application."""
        view = self.reading.view
        as_it_stands = replace(view, findings=ProfileFindings(view, self.reading.profile, provisional=True))
        return evaluate(self.rules.no_application_first, as_it_stands) is True

    @cached_property
    def candidates(self) -> Sequence[Advice]:
        """Devices never practised, whatever their verdict: one known is not advised as new."""
        return [one for one in self.reading.advices if one.device.id not in self.practices and not one.conflict]

    def living(self) -> PageOption | None:
        """The living action that carries the reading, else the one of the best device. What one does is done, even
        where answers close the device to who would begin it: the contradiction is said, and comes last of equals."""
        found = [
            (advice, action)
            for advice in self.reading.advices
            for action in self.practices.get(advice.device.id, ())
            if action.practice == "living"
        ]
        carrying = carrying_items(self.reading)
        best = min(
            found, key=lambda pair: (pair[1].item not in carrying, pair[0].conflict, -pair[0].rank), default=None
        )
        return None if best is None else self.option(best[0], best[1])

    def alive(self) -> tuple[str, ...]:
        """The living actions of a kind that no device is."""
        placed = {action.item for actions in self.practices.values() for action in actions}
        return tuple(one for one in living_items(self.rules.living, self.reading.view) if one not in placed)

    def new(self) -> PageOption | None:
        """The best that is possible now: through an open door, else one expected soon, else the one always open."""
        now = [one for one in self.candidates if one.verdict == "maintenant"]
        now = [one for one in now if not (self.quiet and one.device.application)]
        kinds = {one.device.id: self.entries[one.device.id].kind for one in now}
        opened = [one for one in now if kinds[one.device.id] == "open"]
        others = [one for one in opened if not one.device.always_open]
        expected = [one for one in now if kinds[one.device.id] == "expected"]
        first = next(iter([*others, *expected, *opened]), None)
        return None if first is None else self.option(first)

    def to_prepare(self, start: PageOption | None) -> PageOption | None:
        """The best rank among what asks for more, or whose door is to wait for or to ask about. Of equals, what is of
        another kind than the first option, then what surely can be and serves the first objective."""
        taken = start.device if start else None
        found = [
            one
            for one in self.candidates
            if one.device.id != taken
            and one.verdict in {"maintenant", "a_preparer", "a_verifier"}
            and self.entries[one.device.id].kind != "over"
            and not one.device.always_open
            and not (self.quiet and one.device.application and not self.builds(one))
        ]
        unlike = start.advice.device.aect if start else None
        wanted = self.first_objective
        best = max(
            found,
            key=lambda one: (
                one.rank,
                one.device.aect != unlike,
                one.verdict != "a_verifier" and wanted in one.device.objectives,
            ),
            default=None,
        )
        return None if best is None else self.option(best)

    @property
    def first_objective(self) -> str:
        """Empty when none is known."""
        wanted = self.reading.view.value(self.reading.edition.means.ranking.objectives_question)
        return wanted[0] if isinstance(wanted, tuple) and wanted else ""

    def builds(self, advice: Advice) -> bool:
        """Does the device help to build a PAT at the stage it is at?"""
        means, span = self.reading.edition.means, advice.device.catalyst
        level = next((advice.facts.available[axis.id] for axis in means.axes if axis.catalyst), None)
        return span is not None and level is not None and span[0] <= level.low and level.high <= span[1]

    def tempting(self, start: PageOption | None, prepare: PageOption | None) -> PageOption | None:
        """What one would reach for, and that one answer alone bars: more useful than what is advised, never a straw
        man."""
        least = max((one.advice.usefulness for one in (start, prepare) if one is not None), default=0)
        found = [
            one
            for one in self.candidates
            if one.verdict == "pas_maintenant"
            and self.entries[one.device.id].kind != "over"
            and one.usefulness > least
            and one.weighed.serves.objectives[0] > 0
            and sum(1 for reason in one.reasons if reason.favourable == "against") == 1
        ]
        best = max(found, key=lambda one: one.usefulness, default=None)
        return None if best is None else self.option(best)

    def option(self, advice: Advice, living: PractisedAction | None = None) -> PageOption:
        full = evaluate(self.rules.full, self.reading.view) is True
        return PageOption(advice, self.entries[advice.device.id], living, self.beyond(advice), full)

    def beyond(self, advice: Advice) -> tuple[str, ...]:
        """The axes of effort on which it asks for more than what is declared."""
        facts, device = advice.facts, advice.device
        return tuple(
            axis.id
            for axis in facts.means.axes
            if axis.effort
            and device.demands.get(axis.id, 0) >= max(1, axis.gap_from)
            and facts.available[axis.id].own is not None
            and device.demands.get(axis.id, 0) > facts.available[axis.id].high
        )

    def broken(self, advice: Advice) -> tuple[Rule, ...]:
        """None by a living action."""
        name, actions = advice.device.id, self.practices.get(advice.device.id, ())
        practice, kind = actions[0].practice if actions else None, self.entries[name].kind
        if any(one.practice == "living" for one in actions):
            return ()
        over = bool(self.beyond(advice))
        held: dict[Rule, bool] = {
            "closed": advice.verdict == "non_ouvert",
            "over": kind == "over",
            "means": over,
            "not_now": advice.verdict == "pas_maintenant" and not over,
            "known": practice == "past",
            "without_us": practice == "without_us",
            "later": kind == "later",
            "not_known": kind == "not_known",
            "young": practice in {"young", "going_on"},
            "applies": self.quiet and advice.device.application,
            "nothing": self.nothing_first,
        }
        return tuple(rule for rule, breaks in held.items() if breaks)

    def unsaid(self, start: PageOption, prepare: PageOption | None) -> tuple[Unsaid, ...]:
        """Every open device possible now that ranks above the first option, without a place."""
        taken = {one.device for one in (start, prepare) if one is not None}
        found = []
        for advice in self.reading.advices:
            better = advice.rank > start.advice.rank
            opened = advice.verdict == "maintenant" and self.entries[advice.device.id].kind == "open"
            if opened and better and advice.device.id not in taken and not advice.device.always_open:
                found.append(Unsaid(advice, self.why_unsaid(advice, start)))
        return tuple(found)

    def why_unsaid(self, advice: Advice, start: PageOption) -> Why:
        actions = self.practices.get(advice.device.id, ())
        if actions:
            return "known" if actions[0].practice in {"past", "without_us"} else "in_place"
        if self.quiet and advice.device.application:
            return "applies"
        return "living_first" if start.living is not None else "behind"


def _agenda(
    silent_for: Sequence[str], start: PageOption | None, prepare: PageOption | None, nothing_first: bool
) -> Agenda:
    if silent_for:
        return "silent"
    if start is not None and start.living is not None:
        return "alive"
    if nothing_first:
        return "nothing"
    return "start" if start is not None else "prepare" if prepare is not None else "objective"


def carrying_items(reading: Reading) -> frozenset[str]:
    """The action that carries the principal category."""
    found = reading.profile
    if found.principal is None:
        return frozenset()
    best = found.category(found.principal).best
    return frozenset([best.item]) if best is not None else frozenset()


def telling_question(reading: Reading) -> str | None:
    """The question whose answer tells categories held together apart: the one that effects are read from."""
    found = reading.profile
    if found.principal is None:
        return None
    signs = [one for one in found.category(found.principal).category.evidence if one.facet == "effect"]
    return next(iter(sorted(questions_of([one.when for one in signs]))), None)
