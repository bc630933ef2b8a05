"""The questions of an edition: sections, pages, questions, options, the repeated group, the territory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from functools import cached_property
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, PrivateAttr, model_validator

from selfassess.core.definition.condition import Condition, Ref
from selfassess.core.definition.doors import Doors
from selfassess.core.definition.strict import Blanks, Count, Id, Strict, Text, Whole

QuestionKind = Literal["single", "multiple", "ranked", "territory", "list"]


class AnswerForm(NamedTuple):
    """What the answer to a kind of question is made of. `options`: one of the question's options; `several` of them;
    `ranked`, the first before the others. `counted`: the question must say how many there may be (`max`)."""

    options: bool = True
    several: bool = False
    ranked: bool = False
    counted: bool = False


KINDS: dict[QuestionKind, AnswerForm] = {
    "single": AnswerForm(),
    "multiple": AnswerForm(several=True),
    "ranked": AnswerForm(several=True, ranked=True, counted=True),
    "territory": AnswerForm(options=False),
    "list": AnswerForm(options=False, counted=True),
}


class Option(Strict):
    """`unknown` is « je ne sais pas »; `exclusive` excludes the others (« aucun »); `level` orders;
    `aect` is the kind of device an action is of. `clause` says the answer inside a sentence, whole, in its final form
    (« votre territoire est rural »); of an action, what is said of it (« est en cours »). `lack`: what one lacks who
    has less. `mufpp`: its category of the Milan Pact; `pat_list`: what the public list of PAT calls it."""

    id: Id
    text: Text
    help: Text | None = None
    short: Text | None = None
    clause: Text | None = None
    lack: Text | None = None
    level: Count | None = None
    unknown: bool = False
    exclusive: bool = False
    aect: Id | None = None
    group: Text | None = None
    mufpp: Text | None = None
    pat_list: Text | None = None
    study: tuple[Id, ...] = ()


class PopulationBand(Strict):
    """A population band offered in free entry; `floor` is the number of inhabitants it starts at."""

    id: Id
    text: Text
    clause: Text | None = None
    floor: Count


class StructureType(Strict):
    """A type of structure; `directory` names the directory rows it covers as `type` or `type:kind`."""

    id: Id
    text: Text
    short: Text | None = None  # said after the name of a territory; `text` unless given
    clause: Text | None = None
    directory: tuple[str, ...] = ()
    free: bool = False


class Question(Strict):
    """`filter`: a network's files may be sorted out by its answer. `changeable`: it may be proposed for change.
    `clause`: how many answers were given, inside a sentence, for what is read by their number."""

    id: Id
    kind: QuestionKind
    text: Text
    desk: Text | None = None  # the same said of the territory, for its network, where `text` says « vous »
    short: Text
    help: Text | None = None
    why: Text
    source: Text
    study: tuple[Id, ...] = ()
    key: bool = False
    changeable: bool = False
    filter: bool = False
    asked_when: Condition | None = None
    clause: Annotated[Text | None, Blanks("count")] = None
    options: tuple[Option, ...] = ()
    max: Annotated[Whole, Field(ge=1, le=20)] | None = None
    types: tuple[StructureType, ...] = ()
    bands: tuple[PopulationBand, ...] = ()
    item: Item | None = None

    @model_validator(mode="after")
    def _kind_fits(self) -> Question:
        if self.form.options != bool(self.options):
            raise ValueError("options_kind")
        if self.is_group != (self.item is not None):
            raise ValueError("item_kind")
        if self.form.counted and self.max is None:
            raise ValueError("max_missing")
        if self.is_territory != bool(self.types and self.bands):
            raise ValueError("territory_kind")
        return self

    @property
    def form(self) -> AnswerForm:
        return KINDS[self.kind]

    @property
    def is_group(self) -> bool:
        """Is it the repeated group, whose answer is a list of items?"""
        return self.kind == "list"

    @property
    def is_territory(self) -> bool:
        return self.kind == "territory"

    @cached_property
    def is_single(self) -> bool:
        """Is its answer one of its options?"""
        return self.form.options and not self.form.several

    def type_of(self, rows: Container[str]) -> StructureType | None:
        """Of a territory question, the type that covers an authority, the first that does; `rows`: what the directory
        says it is, `type` and `type:kind`."""
        return next((one for one in self.types if any(row in rows for row in one.directory)), None)

    @cached_property
    def options_read(self) -> int:
        """How many options one reads: all of them, or the titles of the groups and those of the longest one.

        « Je ne sais pas » is known from the first question: the same words, always last."""
        groups = Counter(option.group for option in self.options if not option.unknown)
        return groups.total() if len(groups) < 2 else len(groups) + max(groups.values())

    @cached_property
    def by_option(self) -> dict[str, Option]:
        return {option.id: option for option in self.options}

    @cached_property
    def alone(self) -> frozenset[str]:
        """The options that go with no other."""
        return frozenset(option.id for option in self.options if option.exclusive or option.unknown)

    @cached_property
    def says_nothing(self) -> frozenset[str]:
        """The options that say « je ne sais pas »."""
        return frozenset(option.id for option in self.options if option.unknown)


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
    desk: Text | None = None  # see `Question.desk`
    task: Text
    intro: Text | None = None
    pages: Annotated[tuple[Page, ...], Field(min_length=1)]


class Timing(Strict):
    """Our estimate of time, used to announce a duration: seconds per question by kind, seconds to read ten options,
    seconds to check the whole."""

    seconds: dict[QuestionKind, Annotated[Whole, Field(ge=1)]]
    ten_options: Count = 0
    checking: Count


class Limits(Strict):
    """How long a file may be: questions and pages outside items, questions of an item."""

    questions: Annotated[Whole, Field(ge=1)] = 25
    item_questions: Annotated[Whole, Field(ge=1)] = 8
    pages: Annotated[Whole, Field(ge=1)] = 16


class Questionnaire(Strict):
    title: Text
    edition: Text
    published: bool
    timing: Timing
    limits: Limits = Limits()
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    _doors: Doors = PrivateAttr(Doors())  # no part of the edition: its lock does not move with calls and programmes

    def within(self, doors: Doors) -> Questionnaire:
        """The same questions, with the programmes that say in which zone a territory lies."""
        found = self.model_copy()
        found._doors = doors
        return found

    @cached_property
    def doors(self) -> Doors:
        return self._doors

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
        return next(question for question in self.questions.values() if question.is_group)

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
        return next(question for question in self.questions.values() if question.is_territory)

    @cached_property
    def every(self) -> dict[str, Question]:
        return {**self.questions, **self.items}

    def key(self, ref: Ref) -> str:
        """The address of an answer as one text."""
        return ref.key(self.group.id)


Question.model_rebuild()
Item.model_rebuild()
