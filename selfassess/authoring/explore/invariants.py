"""What must hold of every reading, said as data beside the rules: tests over one file, or over a file and a variant.

An invariant is closed and declarative: `if` / `then` or `never`, lists of tests that all hold together; or a `change`
and what it must leave as it was. It is checked by `InvariantChecker` on any file; nothing here moves a reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from selfassess.core.definition.condition import Condition
from selfassess.core.definition.doors import EntryKind
from selfassess.core.definition.strict import Id, Strict, Text, Whole
from selfassess.core.definition.verdicts import CategoryVerdict, Confidence, Verdict
from selfassess.core.reading.decision import Agenda, Place
from selfassess.core.reading.practice import Practice

THIS = "this"  # the device or the category at hand
Door = Literal["open", "closed", "unknown"]


class Between(Strict):
    at_least: Whole | None = None
    at_most: Whole | None = None

    def holds(self, value: int) -> bool:
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)


class Demand(Between):
    axis: Id


class OfDevice(Strict):
    """`{device: d, verdict: […]}`: everything said of that device holds. `door`: its conditions taken together;
    `gap`: the sum of its gaps at worst, `widest` the largest; `does`: an action of this device is so; `reasoned`: a
    reason against or unknown names an answer or a door to ask about; `serves`: an objective, a fit or an asset,
    without what is unknown.

    As decided: `entry`; `practice` of its actions, the most alive, or « none »; `living`, its place is to keep alive an
    action under way; `carries`, a living action of this device carries the reading; `outranks` the first option;
    `unsaid`, named as better and without a place; `over` or `full`, its place says that it asks for too much."""

    device: Id
    verdict: tuple[Verdict, ...] | None = None
    in_place: bool | None = None
    conflict: bool | None = None
    lead: bool | None = None
    always_open: bool | None = None
    quick: bool | None = None
    place: tuple[Place | Literal["none"], ...] | None = None
    demands: Demand | None = None
    gap: Between | None = None
    widest: Between | None = None
    reasoned: bool | None = None
    door: Door | None = None
    does: Condition | None = None
    serves: bool | None = None
    entry: tuple[EntryKind, ...] | None = None
    practice: tuple[Practice | Literal["none"], ...] | None = None
    application: bool | None = None
    living: bool | None = None
    carries: bool | None = None
    outranks: bool | None = None
    unsaid: bool | None = None
    over: bool | None = None
    full: bool | None = None


class OfCategory(Strict):
    """`{category: c, verdict: […]}`; `behind`: points under the highest assigned; `rests_on`: true of the action it
    rests on; `gate` on that action. The remainder has a verdict only."""

    category: Id
    verdict: tuple[CategoryVerdict, ...] | None = None
    principal: bool | None = None
    leaning: bool | None = None
    low: Between | None = None
    high: Between | None = None
    behind: Between | None = None
    names_missing: bool | None = None
    rests_on: Condition | None = None


class OfReading(Strict):
    """A reading of the remainder: `shown` as the reading, `met` whether or not it is shown."""

    reading: Id
    shown: bool | None = None
    met: bool | None = None


class OfWhole(Strict):
    """The whole reading: number of links assigned, of readings possible, how sure, provisional or not."""

    whole: OfProfile


class OfProfile(Strict):
    links: Between | None = None
    undecided: Between | None = None
    possible: Between | None = None
    confidence: tuple[Confidence, ...] | None = None
    provisional: bool | None = None


class OfPlaces(Strict):
    """Page one: `filled`, a place that is not empty; `repeats`, a device that has two places; `silent`: answers are
    missing for any option."""

    page_one: OfPage


class OfPage(Strict):
    filled: Place | None = None
    repeats: bool | None = None
    silent: bool | None = None
    nothing_first: bool | None = None
    agenda: tuple[Agenda, ...] | None = None
    offers_nothing: bool | None = None  # « ne rien ouvrir » stands on it: needs the whole report


class Count(Strict):
    """How many devices are so."""

    count: OfDevice
    at_least: Whole | None = None
    at_most: Whole | None = None


class Unknown(Strict):
    """The condition is neither true nor false."""

    unknown: Condition


_TAGS = {
    "device": "device",
    "category": "category",
    "reading": "reading",
    "whole": "whole",
    "page_one": "page_one",
    "count": "count",
    "unknown": "unknown",
}
_TAG_OF: dict[type, str] = {
    OfDevice: "device",
    OfCategory: "category",
    OfReading: "reading",
    OfWhole: "whole",
    OfPlaces: "page_one",
    Count: "count",
    Unknown: "unknown",
}


def _form(raw: object) -> str:
    if isinstance(raw, Mapping):
        return next((tag for key, tag in _TAGS.items() if key in raw), "condition")
    return _TAG_OF.get(type(raw), "condition")


Test = Annotated[
    Annotated[OfDevice, Tag("device")]
    | Annotated[OfCategory, Tag("category")]
    | Annotated[OfReading, Tag("reading")]
    | Annotated[OfWhole, Tag("whole")]
    | Annotated[OfPlaces, Tag("page_one")]
    | Annotated[Count, Tag("count")]
    | Annotated[Unknown, Tag("unknown")]
    | Annotated[Condition, Tag("condition")],
    Discriminator(_form),
]
Tests = tuple[Test, ...]


class Change(Strict):
    """One change of the answers. `question` and `to`: answered so; `raise`: one of these answers, by one level;
    `reverse`, `drop`: the items in the other order, or without the last one."""

    question: Id | None = None
    to: str | None = None
    rise: tuple[Id, ...] = Field((), alias="raise")
    reverse: Id | None = None
    drop: Id | None = None

    @model_validator(mode="after")
    def _one_change(self) -> Change:
        chosen = [bool(self.question and self.to), bool(self.rise), bool(self.reverse), bool(self.drop)]
        if sum(chosen) != 1 or bool(self.question) != bool(self.to):
            raise ValueError("change_form")
        return self


Kept = Literal["links", "points", "confidence", "verdicts", "ranks"]


class Altered(Strict):
    """What stands `at` these keys of a file, removed, or replaced by `to`."""

    file: Text
    at: Annotated[tuple[str | int, ...], Field(min_length=1)]
    to: object = None


class BrokenBy(Strict):
    """The rule an invariant guards, and answers on which it breaks once that rule is gone: where it stands in the
    definitions (everywhere it does), or the name of a rule of the `engine`."""

    rule: tuple[Altered, ...] = ()
    engine: Id | None = None
    answers: dict[str, object]

    @model_validator(mode="after")
    def _one_rule(self) -> BrokenBy:
        if bool(self.rule) == bool(self.engine):
            raise ValueError("broken_form")
        return self


class Invariant(Strict):
    """`text` says to people what must hold and why, `source` where from. `per`: what `this` stands for.

    `same`: what the change leaves as it was; `not_lower`: devices' verdicts it may only better; `no_more`: it adds no
    link. `one_in`: looked at on one file in so many, when it costs far more than a reading.
    """

    id: Id
    text: Text
    source: Text
    per: Literal["file", "device", "category"] = "file"
    if_: Tests = Field((), alias="if")
    then: Tests = ()
    never: Tests = ()
    change: Change | None = None
    same: tuple[Kept, ...] = ()
    not_lower: Literal["verdicts"] | None = None
    no_more: Literal["links"] | None = None
    one_in: Annotated[Whole, Field(ge=1)] = 1
    broken_by: BrokenBy

    @model_validator(mode="after")
    def _one_form(self) -> Invariant:
        kept = [bool(self.same), bool(self.not_lower), bool(self.no_more)]
        if [bool(self.then), bool(self.never), self.change is not None].count(True) != 1:
            raise ValueError("invariant_form")
        if (self.if_ and not self.then) or sum(kept) != (self.change is not None):
            raise ValueError("invariant_form")
        return self


class Invariants(Strict):
    invariants: Annotated[tuple[Invariant, ...], Field(min_length=1)]


OfWhole.model_rebuild()
OfPlaces.model_rebuild()
Invariant.model_rebuild()
