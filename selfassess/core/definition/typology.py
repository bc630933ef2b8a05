"""The typology of an edition: links, their signs and gates, readings of what remains, maturity, contradictions."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from selfassess.core.definition.condition import Condition
from selfassess.core.definition.strict import Blanks, Count, Id, Strict, Text, Whole

COUNTER = "counter"


LEVELS = 3  # a maturity dimension goes from 0 to 3


class Study(Strict):
    """One statement of the study, in our own words, with its place in the document."""

    id: Id
    place: Text
    text: Text


class Evidence(Strict):
    """One sign: `weight` whole points in `facet` when `when` is true; `counter` weights are negative."""

    id: Id
    facet: Id
    weight: Whole
    when: Condition
    text: Text
    source: Text
    study: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _sign(self) -> Evidence:
        if (self.facet == COUNTER) != (self.weight < 0) or self.weight == 0:
            raise ValueError("evidence_sign")
        return self


class DeskTitle(Strict):
    """The title of a reading as a network's desk says it: of the territory, never « vous ». See `Wording`."""

    plain: Text
    also: Text | None = None
    acted: Text | None = None


class Wording(Strict):
    """What a reader is told about a category, or about a reading of the remainder.

    `title`: the study's term, or ours; `plain`: the same for somebody who never heard of the study, a sentence. `also`:
    how it is said after another. `acted`, of the remainder: `plain` where actions are told, and changed nothing yet."""

    title: Text
    plain: Text
    also: Text | None = None
    acted: Text | None = None
    desk: DeskTitle | None = None  # none where the title does not say « vous »
    definition: Text
    sentence: Text
    meaning: Text
    caution: Text
    advice: Annotated[tuple[Text, ...], Field(min_length=1)]
    source: Text
    study: tuple[Id, ...] = ()


class Category(Strict):
    id: Id
    family: Id
    words: Wording
    gate: Condition
    gate_text: Text
    gate_source: Text
    evidence: Annotated[tuple[Evidence, ...], Field(min_length=1)]


class Closes(Strict):
    """A reading that closes devices whose demand on `axis` is `from` or more."""

    axis: Id
    from_: Annotated[Whole, Field(ge=1)] = Field(alias="from")
    text: Text


class ReadingRule(Strict):
    """One reading of the remainder; the last has no `when`: it is what remains of what remains."""

    id: Id
    words: Wording
    when: Condition | None = None
    beside_link: Literal["mention"] | None = None
    closes: Closes | None = None
    ours: bool = False
    decision: Text | None = None  # the line for the agenda when this reading is the principal one
    beside: Text | None = None  # said under the device to start, when it is another than the always open one


class Remainder(Strict):
    id: Id
    words: Wording
    readings: Annotated[tuple[ReadingRule, ...], Field(min_length=1)]


class Family(Strict):
    id: Id
    title: Text
    text: Text
    study: tuple[Id, ...] = ()


class Case(Strict):
    """One case of a closed list (RI case, integration): the first whose condition is true."""

    id: Id
    title: Text
    text: Text
    advice: Text
    when: Condition
    source: Text
    study: tuple[Id, ...] = ()
    ours: bool = False


class Phrases(Strict):
    """How a category's reading is said; `{…}` is filled by `core.explanation`."""

    any_action: Text
    no_action: Text
    gate_open: Annotated[Text, Blanks("gate")]
    gate_closed: Annotated[Text, Blanks("gate")]
    absent: Annotated[Text, Blanks("sign")]
    other_signs: Text
    link: Annotated[Text, Blanks("title")]
    link_open: Annotated[Text, Blanks("titles")]
    no_link: Annotated[Text, Blanks("action")]
    reading: Annotated[Text, Blanks("title")]
    not_reading: Annotated[Text, Blanks("title")]
    last_reading: Annotated[Text, Blanks("title")]
    leaning: Text
    holds: Annotated[Text, Blanks("answers", "one")]
    holds_remainder: Annotated[Text, Blanks("answers", "one")]
    holds_nothing: Text
    settles: Annotated[Text, Blanks("questions")]
    may_settle: Annotated[Text, Blanks("questions", "outcomes")]
    assigned_by: Annotated[Text, Blanks("answer", "title")]
    ruled_out_by: Annotated[Text, Blanks("answer", "title")]
    reading_by: Annotated[Text, Blanks("answer", "title")]
    together: Annotated[Text, Blanks("questions")]
    too_many: Annotated[Text, Blanks("questions")]
    group_open: Annotated[Text, Blanks("questions")]
    link_settles: Annotated[Text, Blanks("questions")]
    provisional: Annotated[Text, Blanks("names", "may", "answers")]


class Typology(Strict):
    phrases: Phrases
    facets: dict[Id, Annotated[Whole, Field(ge=1)]]
    facet_titles: dict[Id, Text]
    threshold: Annotated[Whole, Field(ge=1)]
    leaning_from: Annotated[Whole, Field(ge=1)]
    close: Count
    strong_margin: Count
    conditions: dict[Id, Condition]
    tie_break: Condition
    families: Annotated[tuple[Family, ...], Field(min_length=1)]
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]
    remainder: Remainder
    ri_cases: Annotated[tuple[Case, ...], Field(min_length=1)]
    ri_integration: tuple[Case, ...] = ()

    @cached_property
    def reach(self) -> int:
        """The most points a category may have: the same for all (`cross_checks` refuses another)."""
        return sum(self.facets.values())


class MaturityLevel(Strict):
    when: Condition
    text: Text


class Dimension(Strict):
    id: Id
    title: Text
    source: Text
    none: Text
    levels: Annotated[tuple[MaturityLevel, ...], Field(min_length=LEVELS, max_length=LEVELS)]
    study: tuple[Id, ...] = ()


class Maturity(Strict):
    dimensions: Annotated[tuple[Dimension, ...], Field(min_length=1)]


class Contradiction(Strict):
    """Answers that cannot all be right. `per: item` reads it on each action. It never moves a point."""

    id: Id
    when: Condition
    per: Literal["territory", "item"] = "territory"
    text: Text
    desk: Text | None = None  # the same said of the territory, where `text` says « vous »
    questions: Annotated[tuple[Id, ...], Field(min_length=1)]


class Contradictions(Strict):
    contradictions: tuple[Contradiction, ...]
