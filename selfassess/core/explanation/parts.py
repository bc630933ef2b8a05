"""The base of a report's parts, and the parts that explanations are given in."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from selfassess.core.answers.in_words import Quote


class Part(BaseModel):
    """Base of the report's parts: frozen; a misspelt name is a fault of the program. What is stored is read by
    `core.report.shapes`, which passes over what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class StandingPart(Part):
    """What a category's verdict hangs on, in `sentences`. `margin`: points above the threshold, of a link assigned.

    `holds`: answers given, each of which removes the category when withdrawn alone; `settles`: answers missing
    that would settle it, each alone when `alone`, else together.
    """

    margin: int | None = None
    holds: tuple[Quote, ...] = ()
    settles: tuple[Quote, ...] = ()
    alone: bool = False
    sentences: tuple[str, ...] = ()


class MovePart(Part):
    question: str
    before: str | None
    after: str


class ChangePart(Part):
    """What would change a device's verdict, in one sentence: a fact, never an advice. `kind`: see `counterfactual`.

    `moves`: the answers as they are (None: missing) and as they would be, in words, with `verdict` for result;
    without moves, `answers` are those that bar, or miss."""

    kind: str
    text: str
    verdict: str | None = None
    moves: tuple[MovePart, ...] = ()
    answers: tuple[Quote, ...] = ()
