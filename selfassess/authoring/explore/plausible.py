"""How plausible files are drawn, as data (`plausible.yaml`): weights, counts, what depends on earlier answers."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

from pydantic import Field, model_validator

from selfassess.core.definition.condition import Condition
from selfassess.core.definition.strict import Id, Strict, Text, Whole

PERCENT = 100


class Weighed(Strict):
    """`weights`: how often each answer comes up, against the others (0: never). `counts`: how many are chosen
    together, where several may be, or how many items a group has."""

    weights: dict[str, Annotated[Whole, Field(ge=0)]] = Field(default_factory=dict)
    counts: dict[Annotated[int, Field(ge=0)], Annotated[Whole, Field(ge=0)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _some_come_up(self) -> Weighed:
        if any(each and not sum(each.values()) for each in (self.weights, self.counts)):
            raise ValueError("weights_none")
        return self


class Given(Weighed):
    """When it is true of the answers already drawn, these weights and counts replace those of the same name."""

    when: Condition


class Draw(Weighed):
    """How the answer to a question is drawn; `field` for a territory, whose population is drawn by band.

    It says where it comes from: `sources`, or `ours` when it is our guess; `why` in one sentence.
    """

    question: Id
    field: Id | None = None
    given: tuple[Given, ...] = ()
    sources: tuple[str, ...] = ()
    ours: bool = False
    why: Text

    @model_validator(mode="after")
    def _sourced(self) -> Draw:
        if not (self.sources or self.ours):
            raise ValueError("draw_source")
        return self


class Plausible(Strict):
    """`unknown` and `gap`: out of a hundred answers, how many are « je ne sais pas », how many are left out."""

    unknown: Annotated[Whole, Field(ge=0, le=PERCENT)]
    gap: Annotated[Whole, Field(ge=0, le=PERCENT)]
    why: Text
    draws: Annotated[tuple[Draw, ...], Field(min_length=1)]

    @cached_property
    def by_question(self) -> dict[tuple[str, str | None], Draw]:
        return {(draw.question, draw.field): draw for draw in self.draws}
