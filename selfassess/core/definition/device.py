"""Devices (dispositifs d'AECT): what each asks for, what it brings, what is known of it."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from selfassess.core.definition.condition import Condition, questions_of
from selfassess.core.definition.doors import Month
from selfassess.core.definition.strict import Blanks, Count, Id, Strict, Text, Whole
from selfassess.core.definition.verdicts import Horizon, Verdict, Within


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


class Eligibility(Strict):
    """A door: open when `when` is true. `text` says the rule, `otherwise` what to do when it is closed. It says where
    it comes from: `sources`, or `ours` when we infer it."""

    when: Condition
    text: Text
    otherwise: Text
    sources: tuple[str, ...] = ()
    ours: bool = False

    @model_validator(mode="after")
    def _sourced(self) -> Eligibility:
        if not (self.sources or self.ours):
            raise ValueError("door_source")
        return self


class Points(Strict):
    """Points of relevance when true; the sentence is shown as a reason."""

    points: Annotated[Whole, Field(ge=-2, le=3), AfterValidator(_counting)]
    when: Condition
    text: Text


class Favourable(Points):
    """Points that say a device serves: never fewer for it."""

    points: Annotated[Whole, Field(ge=1, le=3)]


class DeviceStep(Strict):
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


class ToVerify(Strict):
    """A fact of the trade we could not source: shown as « à vérifier auprès de … », closes no door."""

    text: Text
    with_: Text = Field(alias="with")


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
    summary: Text
    food_text: Text
    study: tuple[Id, ...] = ()
    extension: Text | None = None
    eligible: tuple[Eligibility, ...] = ()
    demands: dict[Id, Annotated[Whole, Field(ge=0, le=6)]]
    catalyst: Annotated[tuple[Count, Count], AfterValidator(_rising)] | None = None
    funding: Text | None = None
    objectives: dict[Id, Annotated[Whole, Field(ge=0, le=2)]]
    benefits: Annotated[tuple[Id, ...], Field(min_length=1)]
    fit: tuple[Favourable, ...] = ()
    asset: tuple[Favourable, ...] = ()
    territory: tuple[Points, ...] = ()
    practised_by: tuple[Id, ...] = ()
    lead: bool = False
    always_open: bool = False
    call: Literal["needed", "helps"] | None = None  # can't be done without a call; a call helps to pay; none
    application: bool = False  # to begin, one applies to somebody
    horizon: Horizon
    decision: Text
    in_place: Text
    steps: Annotated[tuple[DeviceStep, ...], Field(min_length=3)]
    contacts: Annotated[tuple[Contact, ...], Field(min_length=1)]
    helpers: dict[Id, Text] = Field(default_factory=dict)
    risks: Annotated[tuple[Text, ...], Field(min_length=1)]
    verify: tuple[ToVerify, ...] = ()
    programme: Programme | None = None
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    checked_on: date
    verdicts_expected: Annotated[tuple[Verdict, ...], Field(min_length=1)]

    @cached_property
    def reads(self) -> frozenset[str]:
        """The questions its doors and its signs of use are read from; of named conditions, not those inside."""
        signs = (*self.fit, *self.asset, *self.territory)
        return questions_of([*(one.when for one in self.eligible), *(one.when for one in signs)])
