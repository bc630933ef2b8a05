"""What an edition is made of: questionnaire, typology, maturity, means, contradictions.

All frozen; ids are data. Cross-checks between the parts live in `checks.py`, devices in `device.py`.
"""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from selfassess.core.definition.condition import (
    Condition,
    Id,
    Strict,
    Whole,
)

Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Count = Annotated[Whole, Field(ge=0)]
Kind = Literal["single", "multiple", "ranked", "territory", "list"]
COUNTER = "counter"
LEVELS = 3  # a maturity dimension goes from 0 to 3


class Study(Strict):
    """One statement of the study, in our own words, with its place in the document."""

    id: Id
    place: Text
    text: Text


class Option(Strict):
    """`unknown` is « je ne sais pas »; `exclusive` excludes the others (« aucun »); `level` orders;
    `tags` are classes conditions may test through `tagged`; `aect` is the kind of device an action is of."""

    id: Id
    text: Text
    help: Text | None = None
    short: Text | None = None
    level: Count | None = None
    unknown: bool = False
    exclusive: bool = False
    aect: Id | None = None
    group: Text | None = None
    mufpp: Text | None = None
    study: tuple[Id, ...] = ()


class Band(Strict):
    """A population band offered in free entry; `floor` is the number of inhabitants it starts at."""

    id: Id
    text: Text
    floor: Count


class StructureType(Strict):
    """A type of structure; `directory` names the directory rows it covers as `type` or `type:kind`."""

    id: Id
    text: Text
    short: Text | None = None  # said after the name of a territory; `text` unless given
    directory: tuple[str, ...] = ()
    free: bool = False


class Question(Strict):
    """`filter`: a network's files may be sorted out by its answer. `changeable`: it may be proposed for change."""

    id: Id
    kind: Kind
    text: Text
    short: Text
    help: Text | None = None
    why: Text
    source: Text
    study: tuple[Id, ...] = ()
    key: bool = False
    changeable: bool = False
    filter: bool = False
    asked_when: Condition | None = None
    options: tuple[Option, ...] = ()
    max: Annotated[Whole, Field(ge=1, le=20)] | None = None
    types: tuple[StructureType, ...] = ()
    bands: tuple[Band, ...] = ()
    item: Item | None = None

    @model_validator(mode="after")
    def _kind_fits(self) -> Question:
        if (self.kind in {"single", "multiple", "ranked"}) != bool(self.options):
            raise ValueError("options_kind")
        if (self.kind == "list") != (self.item is not None):
            raise ValueError("item_kind")
        if self.kind in {"ranked", "list"} and self.max is None:
            raise ValueError("max_missing")
        if (self.kind == "territory") != bool(self.types and self.bands):
            raise ValueError("territory_kind")
        return self

    @cached_property
    def by_option(self) -> dict[str, Option]:
        return {option.id: option for option in self.options}

    @cached_property
    def required(self) -> bool:
        """No way of saying « je ne sais pas »: gates may rest on it."""
        return bool(self.options) and not any(option.unknown for option in self.options)


class Page(Strict):
    """One question, or up to four short related ones. `title` is needed when there are several."""

    id: Id
    title: Text | None = None
    intro: Text | None = None
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=4)]


class Item(Strict):
    """One element of a repeated group: a free label (partner, country), then its pages."""

    noun: Text
    label: Text
    label_help: Text
    pages: Annotated[tuple[Page, ...], Field(min_length=1, max_length=3)]

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for page in self.pages for question in page.questions)


class Section(Strict):
    id: Id
    title: Text
    task: Text
    intro: Text | None = None
    pages: Annotated[tuple[Page, ...], Field(min_length=1)]


class Timing(Strict):
    """Our estimate of time: seconds per question by kind, and per action; used to announce a duration."""

    seconds: dict[Kind, Annotated[Whole, Field(ge=1)]]
    checking: Count


class Questionnaire(Strict):
    title: Text
    edition: Text
    published: bool
    timing: Timing
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        return tuple(page for section in self.sections for page in section.pages)

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Territory questions by id, in order (items' questions are in `items`)."""
        return {question.id: question for page in self.pages for question in page.questions}

    @cached_property
    def group(self) -> Question:
        """The repeated group (one per questionnaire)."""
        return next(question for question in self.questions.values() if question.kind == "list")

    @cached_property
    def item(self) -> Item:
        if self.group.item is None:
            raise ValueError("item_kind")
        return self.group.item

    @cached_property
    def items(self) -> dict[str, Question]:
        return {question.id: question for question in self.item.questions}

    @cached_property
    def territory(self) -> Question:
        return next(question for question in self.questions.values() if question.kind == "territory")

    @cached_property
    def every(self) -> dict[str, Question]:
        return {**self.questions, **self.items}


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


class Wording(Strict):
    """What a reader is told about a category, or about a reading of the remainder."""

    title: Text
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
    """How a category's reading is said; `{…}` is filled by `category_why` and `outlook_words`."""

    any_action: Text
    no_action: Text
    gate_open: Text
    gate_closed: Text
    absent: Text
    other_signs: Text
    link: Text
    link_open: Text
    no_link: Text
    reading: Text
    not_reading: Text
    last_reading: Text
    margin: Text
    no_margin: Text
    leaning: Text
    holds: Text
    holds_remainder: Text
    holds_nothing: Text
    settles: Text
    may_settle: Text
    assigned_by: Text
    ruled_out_by: Text
    reading_by: Text
    together: Text
    too_many: Text
    group_open: Text
    link_settles: Text
    provisional: Text
    probable: Text
    why_margin: Text
    why_no_margin: Text
    why_overtaken: Text
    why_conflict: Text
    why_readings: Text


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
        """The most points a category may have: the same for all (`checks` refuses another)."""
        return sum(self.facets.values())


class Level(Strict):
    when: Condition
    text: Text


class Dimension(Strict):
    id: Id
    title: Text
    source: Text
    none: Text
    levels: Annotated[tuple[Level, ...], Field(min_length=LEVELS, max_length=LEVELS)]
    study: tuple[Id, ...] = ()


class Maturity(Strict):
    dimensions: Annotated[tuple[Dimension, ...], Field(min_length=1)]


class Contradiction(Strict):
    """Answers that cannot all be right. `per: item` reads it on each action. It never moves a point."""

    id: Id
    when: Condition
    per: Literal["territory", "item"] = "territory"
    text: Text
    questions: Annotated[tuple[Id, ...], Field(min_length=1)]


class Contradictions(Strict):
    contradictions: tuple[Contradiction, ...]


def structure(part: Any) -> Any:
    """A definition without its wording and without default values: what `digest` is made of."""
    if isinstance(part, Strict):
        raw: dict[str, Any] = {}
        for name, field in type(part).model_fields.items():
            value = getattr(part, name)
            if name in WORDING or value == field.get_default(call_default_factory=True):
                continue
            raw[name] = len(value) if name in COUNTED else structure(value)
        return raw
    if isinstance(part, tuple | list):
        return [structure(one) for one in part]
    if isinstance(part, dict):
        return {key: structure(one) for key, one in part.items()}
    return part


WORDING = frozenset(  # what may be mended in a published edition: words, citations, estimates of time
    "text short help why source study title words definition gate_text gap_text conflict_text none task intro label "  # noqa: SIM905
    "label_help noun advice helper facet_titles published timing hidden_ok mufpp group decision beside "
    "phrases gate_source filter".split()
)
COUNTED = frozenset({"scale"})  # words, one for each level: only their number counts


def digest(*parts: Any) -> str:
    """SHA-256 (64 hex digits) of anything JSON can say, keys sorted."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


Question.model_rebuild()
Item.model_rebuild()
