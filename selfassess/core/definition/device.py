"""Devices (dispositifs d'AECT): what each asks for, what it brings, what is known of it."""

from __future__ import annotations

import re
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from selfassess.core.definition.condition import Condition, questions_of
from selfassess.core.definition.doors import Month
from selfassess.core.definition.strict import Blanks, Count, Id, Percent, Strict, Text, Whole
from selfassess.core.definition.verdicts import Horizon, Verdict, Within

LONGEST_GIST = 90  # letters
YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def _rising(span: tuple[int, int]) -> tuple[int, int]:
    if span[0] > span[1]:
        raise ValueError("span_reversed")
    return span


def _counting(points: int) -> int:
    if points == 0:
        raise ValueError("points_none")
    return points


class Source(Strict):
    """A publication: `url` only where the full address is known."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
    title: Text
    body: Text
    year: Text
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Those its text names; none when it is undated."""
        return tuple(int(one) for one in YEAR.findall(self.year))


class Eligibility(Strict):
    """A door: open when `when` is true. `text` says the rule, `otherwise` what to do when it is closed. It says where
    it comes from: `sources`, or `ours` when we infer it. `to_ask`: where `when` is not true, no source says that it is
    closed, and the body is to be asked."""

    when: Condition
    text: Text
    otherwise: Text
    sources: tuple[str, ...] = ()
    ours: bool = False
    to_ask: bool = False

    @model_validator(mode="after")
    def _sourced(self) -> Eligibility:
        if not (self.sources or self.ours):
            raise ValueError("door_source")
        return self


class Points(Strict):
    """Points of relevance when true; the sentence is shown as a reason, the answers in its blank, or after it."""

    points: Annotated[Whole, Field(ge=-2, le=3), AfterValidator(_counting)]
    when: Condition
    text: Annotated[Text, Blanks("answers")]

    @property
    def rule(self) -> str:
        """The sentence as a rule, where no file has answered."""
        return self.text.replace("{answers}", "…")


class Favourable(Points):
    """Points that say a device serves: never fewer for it."""

    points: Annotated[Whole, Field(ge=1, le=3)]


class SaidTo(Strict):
    """A text that concerns some types of structure; all when it names none."""

    text: Text
    types: tuple[Id, ...] = ()

    def said_to(self, kind: object) -> bool:
        """Does it concern a territory of this type? One whose type is not known reads everything."""
        return not self.types or kind is None or kind in self.types


class Funding(SaidTo):
    """A way to pay. It says where it was read, unless it tells nothing but a choice of the territory.

    `share`: per cent of the cost that it covers, at most; 0: nothing but one's own money. `advanced`: per cent of that
    which comes before the expense. None: not read."""

    sources: tuple[str, ...] = ()
    share: Percent | None = None
    advanced: Percent | None = None


class DeviceStep(SaidTo):
    """`does`: what kind of step; one that applies or carries out is bound to the calls and projects of its programme.
    `season`: the first and last months in which it can be done, when it has one."""

    text: Text
    within: Within
    does: Literal["prepare", "apply", "carry_out"] = "prepare"
    season: tuple[Month, Month] | None = None


class Contact(Strict):
    """Whom to talk to about it: `body`, one of `contacts.yaml` or a kind of which each territory has its own; or
    `name`, somebody near the reader."""

    body: Id | None = None
    name: Text | None = None
    role: Text
    sources: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_form(self) -> Contact:
        if (self.body is None) == (self.name is None):
            raise ValueError("contact_form")
        return self


class ToAsk(Strict):
    """What was not read, and the body to ask about it, in one line. It closes no door."""

    with_: Text = Field(alias="with")
    facts: Annotated[tuple[SaidTo, ...], Field(min_length=1)]


class NamedAfter(Strict):
    """The title of a device when the territory's programmes are known."""

    title: Annotated[Text, Blanks("programmes", needed=True)]
    short: Annotated[Text, Blanks("programmes", needed=True)]


class Programme(Strict):
    """The programming period a device depends on: the last day of its calls, and of its projects, as sources say."""

    text: Text
    ends: date
    projects_end: date | None = None
    with_: Text = Field(alias="with")
    sources: Annotated[tuple[str, ...], Field(min_length=1)]


class Device(Strict):
    """One device, one file. `demands` are levels of the axes of `means.yaml`; `catalyst` the stages at
    which its structuring effect is plausible (no gap of stage there)."""

    id: Id
    title: Text
    short: Text
    named: NamedAfter | None = None
    aect: Id
    food: Literal["occasionnel", "fleche", "mixte"]
    scope: Literal["un_aspect", "transversal"]
    gist: Annotated[Text, Field(max_length=LONGEST_GIST)]  # what it is, for page one
    summary: Text
    food_text: Text
    study: tuple[Id, ...] = ()
    extension: Text | None = None
    eligible: tuple[Eligibility, ...] = ()
    demands: dict[Id, Annotated[Whole, Field(ge=0, le=6)]]
    catalyst: Annotated[tuple[Count, Count], AfterValidator(_rising)] | None = None
    funding: tuple[Funding, ...] = ()
    objectives: dict[Id, Annotated[Whole, Field(ge=0, le=2)]]
    benefits: Annotated[tuple[Id, ...], Field(min_length=1)]
    fit: tuple[Favourable, ...] = ()
    asset: tuple[Favourable, ...] = ()
    territory: tuple[Points, ...] = ()
    practised_by: tuple[Id, ...] = ()
    lead: bool = False
    always_open: bool = False
    call: Literal["needed", "helps"] | None = None  # can't be done without a call; a call helps to pay; none
    pays: Literal["money", "small_format"] | None = None  # what its Interreg programme says of what it pays
    application: bool = False  # to begin, one applies to somebody
    horizon: Horizon
    decision: Text
    in_place: Text
    steps: Annotated[tuple[DeviceStep, ...], Field(min_length=3)]
    contacts: Annotated[tuple[Contact, ...], Field(min_length=1)]
    helpers: dict[Id, Text] = Field(default_factory=dict)
    risks: Annotated[tuple[SaidTo, ...], Field(min_length=1)]
    verify: ToAsk | None = None
    programme: Programme | None = None
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    checked_on: date
    verdicts_expected: Annotated[tuple[Verdict, ...], Field(min_length=1)]

    def said_to(self, kind: object) -> Device:
        """Its sheet for a territory of this type: only what concerns it."""
        kept = {
            name: tuple(one for one in getattr(self, name) if one.said_to(kind))
            for name in ("funding", "steps", "risks")
        }
        facts = tuple(one for one in self.verify.facts if one.said_to(kind)) if self.verify else ()
        verify = self.verify.model_copy(update={"facts": facts}) if self.verify and facts else None
        return self.model_copy(update={**kept, "verify": verify})

    @cached_property
    def reads(self) -> frozenset[str]:
        """The questions its doors and its signs of use are read from; of named conditions, not those inside."""
        signs = (*self.fit, *self.asset, *self.territory)
        return questions_of([*(one.when for one in self.eligible), *(one.when for one in signs)])
