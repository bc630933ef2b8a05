"""What page one may say, as data outside editions: `decision.yaml`. It holds for the files of every edition."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from selfassess.core.definition.condition import Condition
from selfassess.core.definition.strict import Id, Strict, Text, Whole


class SilenceRule(Strict):
    """No option is given when fewer than `at_least` of these questions have a known answer."""

    of: Annotated[tuple[Id, ...], Field(min_length=1)]
    at_least: Annotated[Whole, Field(ge=1)]


class LivingRule(Strict):
    """Read on one action with food content: is it going on, does the structure sit in it, did it bring something?"""

    food: Condition
    going_on: Condition
    past: Condition
    seated: Condition
    effect: Condition

    @property
    def in_use(self) -> tuple[Condition, ...]:
        """All of what an action of a device in use fulfils."""
        return self.food, self.going_on, self.seated


class BrakeRule(Strict):
    """A brake named in the answers, and what it bites on: a device that asks for something on that axis, or that asks
    for an application. It is a reason against, and moves no verdict."""

    when: Condition
    axis: Id | None = None
    application: bool = False


class WithheldAnswer(Strict):
    """A question whose answers the élus' version of a report keeps back. It is written as if they had said `read_as`,
    an option that bars nothing and speaks for nothing; what they decide still stands."""

    question: Id
    read_as: Id


class DecisionRules(Strict):
    """`day`: the one that cases, checks and explorations are read on, never today. `nothing_first`: when all say no.
    `no_application_first`: true where what comes first must ask for no application. `full`: a PAT that says it is full.
    """

    day: date
    silence: SilenceRule
    nothing_first: Condition
    no_application_first: Condition
    full: Condition
    living: LivingRule
    brakes: tuple[BrakeRule, ...] = ()
    withheld: tuple[WithheldAnswer, ...] = ()
    givers: dict[Id, Text]  # by question, who can give the answer
