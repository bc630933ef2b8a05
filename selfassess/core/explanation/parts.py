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
    """An answer raised, in words. `thing`: what one lacks who has not given it; None in reports stored before."""

    question: str
    before: str | None
    after: str
    thing: str | None = None


class ChangePart(Part):
    """What would change a device's verdict: what is missing, a fact, never an advice. `kind`: see `counterfactual`.

    `exact`: the same with the answers quoted, for an annex; None in reports stored before there was one. `moves`: the
    answers as they are (None: missing) and as they would be, in words, with `verdict` for result; without moves,
    `answers` are those that bar, or miss."""

    kind: str
    text: str
    exact: str | None = None
    verdict: str | None = None
    moves: tuple[MovePart, ...] = ()
    answers: tuple[Quote, ...] = ()
