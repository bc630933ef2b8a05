"""Means: what answers say is there, axis by axis, and how devices are weighed against it."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from selfassess.core.definition.condition import Condition, questions_of
from selfassess.core.definition.strict import Blanks, Count, Id, Strict, Text, Whole
from selfassess.core.definition.verdicts import Horizon


class DeviceKind(Strict):
    """One of the study's six kinds of device (`aect`)."""

    id: Id
    title: Text
    definition: Text
    food: Literal["occasionnel", "fleche", "mixte"]
    scope: Literal["un_aspect", "transversal"]
    study: Annotated[tuple[Id, ...], Field(min_length=1)]


class Cap(Strict):
    """The most an axis allows when `when` is true; `text` says so after the demand (« Il faut …, et … »)."""

    when: Condition
    at: Count
    text: Text


class Axis(Strict):
    """One axis of means. The level there comes from an ordinal question's `level` or from a territory
    `field` cut at `edges`. A demand under `gap_from` is a help, never a gap. `short` says `scale` in fewer
    words, for page one."""

    id: Id
    title: Text
    question: Id
    field: Id | None = None
    edges: tuple[Annotated[Whole, Field(ge=1)], ...] = ()
    scale: Annotated[tuple[Text, ...], Field(min_length=2)]
    short: tuple[Text, ...] = ()
    caps: tuple[Cap, ...] = ()
    gap_from: Count = 0
    gap_text: Annotated[Text, Blanks("demand")]
    helper: Text
    counterfactual: Literal["levier", "etape", "aucun"]
    effort: bool = False
    shown: Literal["cost", "days"] | None = None
    catalyst: bool = False
    eased_by_kind: Annotated[Whole, Field(ge=0, le=1)] = 0


class LeadFloor(Strict):
    when: Condition
    text: Text


class Dormant(Strict):
    aect: Id
    when: Condition
    text: Text


class Practice(Strict):
    """Which actions count as knowing the kind of a device (`known`; `decision.yaml` replaced `practised`), read on
    one item; `dormant` gives kinds known from a territory question. `conflict_*` is the contradiction shown when
    a practised device's door is closed (`{device}` is its title)."""

    question: Id
    state_question: Id
    practised: Condition
    known: Condition
    dormant: tuple[Dormant, ...] = ()
    conflict_id: Id
    conflict_text: Annotated[Text, Blanks("device")]
    conflict_desk: Annotated[Text | None, Blanks("device")] = None  # the same said of the territory


class Ranking(Strict):
    objectives_question: Id
    first: Count
    best: Count
    fit_weight: Count
    fit_cap: Count
    asset_cap: Count
    enough_fit: Count
    enough_asset: Count


class Means(Strict):
    kinds: Annotated[tuple[DeviceKind, ...], Field(min_length=1)]
    axes: Annotated[tuple[Axis, ...], Field(min_length=1)]
    far: Annotated[Whole, Field(ge=1)]
    total: Annotated[Whole, Field(ge=1)]
    lead_floor: LeadFloor
    practice: Practice
    ranking: Ranking
    quick: Horizon

    @cached_property
    def efforts(self) -> tuple[str, ...]:
        """The axes that ask for an effort."""
        return tuple(one.id for one in self.axes if one.effort)

    @cached_property
    def read(self) -> dict[str, frozenset[str]]:
        """The questions that each axis is read from, by id, its caps included."""
        return {one.id: questions_of(cap.when for cap in one.caps) | {one.question} for one in self.axes}

    @cached_property
    def floor_read(self) -> frozenset[str]:
        """The questions that the lead's floor is read from."""
        return questions_of([self.lead_floor.when])
