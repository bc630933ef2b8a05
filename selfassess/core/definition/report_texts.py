"""Wording of the report and of the Méthode, as data: `report.yaml`."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, model_validator

from selfassess.core.definition.condition import Condition
from selfassess.core.definition.strict import Id, Strict, Text, Whole


class Block(Strict):
    """A titled block of prose; `study` names the statements it tells. Without `paper`, it is left to the screen."""

    id: Id
    title: Text
    paragraphs: Annotated[tuple[Text, ...], Field(min_length=1)]
    study: tuple[Id, ...] = ()
    paper: bool = True


class Sentence(Strict):
    """Said when `when` is true; `{question_id}` in the text is replaced by the answer given."""

    id: Id
    when: Condition
    text: Text


class Term(Strict):
    term: Text
    text: Text


class Words(Strict):
    """Sentences for codes of the engine, by code."""

    confidence: dict[Id, Text]
    verdicts: dict[Id, Text]
    category_verdicts: dict[Id, Text]
    horizons: dict[Id, Text]
    within: dict[str, Text]
    food: dict[Id, Text]
    scope: dict[Id, Text]
    places: dict[Id, Text]


class Band(Strict):
    """A span of points, from `from_` up to where the next one begins; the first of a row begins wherever."""

    from_: Whole = Field(alias="from")
    title: Text


Bands = Annotated[tuple[Band, ...], Field(min_length=2, max_length=4)]


class MatrixTexts(Strict):
    """Bands of effort and of interest, from the least."""

    effort: Bands
    interest: Bands

    @model_validator(mode="after")
    def _grow(self) -> MatrixTexts:
        for bands in (self.effort, self.interest):
            starts = [one.from_ for one in bands]
            if starts != sorted(set(starts)):
                raise ValueError("bands_order")
        return self


class ReportTexts(Strict):
    words: Words
    page_one: dict[Id, Text]
    devices: dict[Id, Text]
    changes: dict[Id, Text]
    matrix: MatrixTexts
    mentions: Annotated[tuple[Block, ...], Field(min_length=1)]
    method: Annotated[tuple[Block, ...], Field(min_length=1)]
    study: Annotated[tuple[Block, ...], Field(min_length=1)]
    two_services: Block
    without: Block  # most territories do without
    dated: dict[Id, Text]
    service: dict[Id, Text]
    sentences: tuple[Sentence, ...] = ()
    glossary: Annotated[tuple[Term, ...], Field(min_length=1)]


BLANK = re.compile(r"\{([a-z][a-z0-9_]*)\}")
