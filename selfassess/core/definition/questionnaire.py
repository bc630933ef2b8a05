"""The questions of an edition: sections, pages, questions, options, the repeated group, the territory."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from selfassess.core.definition.condition import Condition
from selfassess.core.definition.strict import Count, Id, Strict, Text, Whole

QuestionKind = Literal["single", "multiple", "ranked", "territory", "list"]


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


class PopulationBand(Strict):
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
    kind: QuestionKind
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
    bands: tuple[PopulationBand, ...] = ()
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

    seconds: dict[QuestionKind, Annotated[Whole, Field(ge=1)]]
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


Question.model_rebuild()
Item.model_rebuild()
