"""Conditions: closed declarative tests over answers, evaluated to True, False or None (unknown).

A condition is data (YAML turned into these frozen models); nothing is ever parsed or evaluated from a string.
`evaluate` reads it in a `Scope`; `because` lists the answers that make it true, false or unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Annotated, Any, Protocol

from pydantic import Discriminator, Field, Tag, model_validator

from selfassess.core.definition.strict import Id, Strict, Whole

Truth = bool | None
Territory = Mapping[str, str | int | list[str]]  # its name, its type, its population, its départements…
Value = str | int | tuple[str, ...] | Territory  # an answer, as conditions read it


class Blank(Enum):
    """Why a question has no value: not answered (or « je ne sais pas »), or not asked at all."""

    UNKNOWN = "unknown"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Ref:
    """The address of one answer: its question, and the id of the item it belongs to."""

    question: str
    item: str | None = None

    @classmethod
    def of(cls, key: str) -> Ref:
        """The address that `key` wrote."""
        parts = key.split(".")
        return cls(parts[2], parts[1]) if len(parts) == 3 else cls(key)

    def key(self, group: str) -> str:
        """As one text, what comments, authors and events are kept by: a question, or "group.item id.question"."""
        return self.question if self.item is None else f"{group}.{self.item}.{self.question}"


class Scope(Protocol):
    """What a condition can see. Implemented by `answers.View` and `answers.ItemView`."""

    @property
    def item(self) -> str | None: ...

    def value(self, question: str) -> Value | Blank: ...
    def measure(self, question: str, value: Value) -> int | None: ...
    def owns(self, question: str) -> bool: ...
    def rests_on(self, question: str) -> tuple[str, ...]: ...
    def items(self, group: str) -> Sequence[Scope] | Blank: ...
    def named(self, name: str) -> Condition: ...
    def holds(self, name: str) -> Truth: ...
    def finding(self, kind: str, name: str) -> Truth: ...
    def finding_refs(self, kind: str, name: str) -> tuple[Ref, ...]: ...


class Test(Strict):
    """Base of every condition."""

    @cached_property
    def truth(self) -> Callable[[Scope], Truth]:
        """How it is read in a scope: made once, for it is asked hundreds of times of each file."""
        return _READ[type(self)](self)


class Ask(Test):
    """`{question: q, in: [a, b]}`, `{question: q, at_least: n}`; `place` for a rank, `field` for a territory.
    `{question: q, field: f, known: false}`: the answer is given, without that part of it."""

    question: Id
    in_: Annotated[tuple[str, ...], Field(min_length=1)] | None = Field(None, alias="in")
    at_least: Annotated[Whole, Field(ge=0)] | None = None
    at_most: Annotated[Whole, Field(ge=0)] | None = None
    place: Annotated[Whole, Field(ge=1)] | None = None
    field: Id | None = None
    known: bool | None = None

    @model_validator(mode="after")
    def _one_test(self) -> Ask:
        bounded = self.at_least is not None or self.at_most is not None
        if (self.in_ is not None) + bounded + (self.known is not None) != 1:
            raise ValueError("condition_test")
        if self.known is not None and self.field is None:
            raise ValueError("condition_known")
        if self.in_ is None and self.place is not None:
            raise ValueError("condition_place")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("condition_reversed")
        return self


class Some(Test):
    """`{some: actions, where: …}`: at least one item of the repeated group satisfies the condition, or `at_least`."""

    some: Id
    where: Condition | None = None
    at_least: Annotated[Whole, Field(ge=1)] = 1


class Is(Test):
    is_: Id = Field(alias="is")


class IsCategory(Test):
    category: Id


class IsReading(Test):
    reading: Id


class IsGate(Test):
    gate: Id


class All(Test):
    all: tuple[Condition, ...] = Field(min_length=1)


class AnyOf(Test):
    any: tuple[Condition, ...] = Field(min_length=1)


class Not(Test):
    """`hidden_ok` says in words why a question that may not be asked (hence false) may stand under `not`."""

    not_: Condition = Field(alias="not")
    hidden_ok: str | None = None


_FORMS = {
    "question": "ask",
    "some": "some",
    "is": "is",
    "category": "category",
    "reading": "reading",
    "gate": "gate",
    "all": "all",
    "any": "any",
    "not": "not",
}
_TAG_OF: dict[type, str] = {
    Ask: "ask",
    Some: "some",
    Is: "is",
    IsCategory: "category",
    IsReading: "reading",
    IsGate: "gate",
    All: "all",
    AnyOf: "any",
    Not: "not",
}


def _form(raw: object) -> str | None:
    if isinstance(raw, Mapping):
        return next((tag for key, tag in _FORMS.items() if key in raw), None)
    return _TAG_OF.get(type(raw))


Condition = Annotated[
    Annotated[Ask, Tag("ask")]
    | Annotated[Some, Tag("some")]
    | Annotated[Is, Tag("is")]
    | Annotated[IsCategory, Tag("category")]
    | Annotated[IsReading, Tag("reading")]
    | Annotated[IsGate, Tag("gate")]
    | Annotated[All, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")],
    Discriminator(_form, custom_error_type="condition_form", custom_error_message="condition_form"),
]
for _model in (Some, All, AnyOf, Not):
    _model.model_rebuild()


def every(truths: Sequence[Truth]) -> Truth:
    """Three-valued « et »: False wins, then unknown."""
    return False if False in truths else None if None in truths else True


def some(truths: Sequence[Truth]) -> Truth:
    """Three-valued « ou »: True wins, then unknown."""
    return True if True in truths else None if None in truths else False


def evaluate(condition: Condition, scope: Scope) -> Truth:
    """Is the condition true (True), false (False) or not known (None) in this scope?"""
    return condition.truth(scope)


def _ask(ask: Ask) -> Callable[[Scope], Truth]:
    question, options, plain = ask.question, frozenset(ask.in_ or ()), ask.in_ and not (ask.field or ask.place)

    def chosen(scope: Scope) -> Truth:  # by far the most frequent
        given = scope.value(question)
        if isinstance(given, str):
            return given in options
        if isinstance(given, tuple):
            return not options.isdisjoint(given)
        return None if given is Blank.UNKNOWN else False

    def truth(scope: Scope) -> Truth:
        given = scope.value(question)
        if isinstance(given, Blank):
            return None if given is Blank.UNKNOWN else False
        return _holds(ask, options, scope, given)

    return chosen if plain else truth


def _holds(ask: Ask, options: frozenset[str], scope: Scope, given: Value) -> Truth:
    value = given if ask.field is None else _part(given, ask.field)
    if ask.known is not None:
        return (value is not None) is ask.known
    if value is None:
        return None
    if ask.in_ is None:
        return _measured(ask, scope, value)
    if isinstance(value, tuple):
        return not options.isdisjoint(value if ask.place is None else value[ask.place - 1 : ask.place])
    return str(value) in options


def _part(value: Value, field: str) -> str | int | None:
    found = value.get(field) if isinstance(value, Mapping) else None
    return None if isinstance(found, list) else found


def _measured(ask: Ask, scope: Scope, value: Value) -> Truth:
    measure = value if isinstance(value, int) else scope.measure(ask.question, value)
    if measure is None:
        return None
    low = ask.at_least is None or measure >= ask.at_least
    return low and (ask.at_most is None or measure <= ask.at_most)


def _some(condition: Some) -> Callable[[Scope], Truth]:
    group, least, where = condition.some, condition.at_least, condition.where

    def truth(scope: Scope) -> Truth:
        items = scope.items(group)
        if isinstance(items, Blank):
            return None if items is Blank.UNKNOWN else False
        truths = [True if where is None else where.truth(item) for item in items]
        if truths.count(True) >= least:
            return True
        return None if len(truths) - truths.count(False) >= least else False

    return truth


def _joined(conditions: Sequence[Condition], *, settled: bool) -> Callable[[Scope], Truth]:
    """One part that is `settled` settles the whole: False of `all`, True of `any`."""
    parts = [one.truth for one in conditions]

    def truth(scope: Scope) -> Truth:
        found: Truth = not settled
        for part in parts:
            one = part(scope)
            if one is settled:
                return settled
            if one is None:
                found = None
        return found

    return truth


def _not(condition: Not) -> Callable[[Scope], Truth]:
    part = condition.not_.truth

    def truth(scope: Scope) -> Truth:
        found = part(scope)
        return None if found is None else not found

    return truth


def _is(condition: Is) -> Callable[[Scope], Truth]:
    name = condition.is_
    return lambda scope: scope.holds(name)


def _finding(kind: str, name: str) -> Callable[[Scope], Truth]:
    return lambda scope: scope.finding(kind, name)


_READ: dict[type, Callable[[Any], Callable[[Scope], Truth]]] = {
    Ask: _ask,
    Some: _some,
    Is: _is,
    IsCategory: lambda one: _finding("category", one.category),
    IsReading: lambda one: _finding("reading", one.reading),
    IsGate: lambda one: _finding("gate", one.gate),
    All: lambda one: _joined(one.all, settled=False),
    AnyOf: lambda one: _joined(one.any, settled=True),
    Not: _not,
}


def because(condition: Condition, scope: Scope) -> tuple[Ref, ...]:
    """The answers that make the condition what it is: the true ones if true, the false if false, the
    missing ones if unknown. Without duplicates, in reading order."""
    if isinstance(condition, Ask):  # by far the most frequent
        return _refs(condition.question, scope)
    return tuple(dict.fromkeys(_because(condition, scope)))


def _refs(question: str, scope: Scope) -> tuple[Ref, ...]:
    item = scope.item if scope.owns(question) else None
    return tuple(Ref(one, item) for one in scope.rests_on(question))


def _because(condition: Condition, scope: Scope) -> Iterator[Ref]:
    match condition:
        case Ask(question=question):
            yield from _refs(question, scope)
        case Some():
            yield from _because_of_items(condition, scope)
        case Is(is_=name):
            yield from _because(scope.named(name), scope)
        case IsCategory(category=name):
            yield from scope.finding_refs("category", name)
        case IsReading(reading=name):
            yield from scope.finding_refs("reading", name)
        case All(all=parts) | AnyOf(any=parts):
            truth = evaluate(condition, scope)
            for part in parts:
                if evaluate(part, scope) is truth:
                    yield from _because(part, scope)
        case Not(not_=part):
            yield from _because(part, scope)


def _because_of_items(condition: Some, scope: Scope) -> Iterator[Ref]:
    items = scope.items(condition.some)
    if isinstance(items, Blank) or not items or condition.where is None:
        yield Ref(question=condition.some)
        return
    truth = evaluate(condition, scope)
    for item in items:
        if evaluate(condition.where, item) is truth:
            yield from _because(condition.where, item)


@dataclass(frozen=True)
class Leaf:
    """A node of a condition: where it stands in the file, and in which group (`some`) it is read."""

    node: Condition
    path: tuple[str | int, ...]
    group: str | None
    negated: Not | None = None


def leaves(condition: Condition, group: str | None = None) -> Iterator[Leaf]:
    """Every node of a condition that tests something (`not` included, `all` and `any` not)."""
    yield from _leaves(condition, (), group, None)


def nodes_of(condition: Condition | None, named: Mapping[str, Condition] | None = None) -> Iterator[Condition]:
    """What a condition tests, in its order; inside the conditions it names too, where these are given."""
    for leaf in () if condition is None else leaves(condition):
        yield leaf.node
        if named is not None and isinstance(leaf.node, Is):
            yield from nodes_of(named[leaf.node.is_], named)


def asks_of(condition: Condition | None, named: Mapping[str, Condition] | None = None) -> Iterator[Ask]:
    """The tests of an answer in a condition. `named`: see `nodes_of`."""
    return (node for node in nodes_of(condition, named) if isinstance(node, Ask))


def questions_of(
    conditions: Iterable[Condition | None], named: Mapping[str, Condition] | None = None
) -> frozenset[str]:
    """The questions that conditions read. `named`: see `nodes_of`."""
    return frozenset(ask.question for condition in conditions for ask in asks_of(condition, named))


def _leaves(
    condition: Condition, path: tuple[str | int, ...], group: str | None, negated: Not | None
) -> Iterator[Leaf]:
    match condition:
        case Some(some=name, where=where):
            yield Leaf(condition, path, group, negated)
            if where is not None:
                yield from _leaves(where, (*path, "where"), name, negated)
        case All(all=parts) | AnyOf(any=parts):
            key = "all" if isinstance(condition, All) else "any"
            for index, part in enumerate(parts):
                yield from _leaves(part, (*path, key, index), group, negated)
        case Not(not_=part):
            yield from _leaves(part, (*path, "not"), group, condition)
        case _:
            yield Leaf(condition, path, group, negated)
