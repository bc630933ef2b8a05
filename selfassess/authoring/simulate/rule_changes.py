"""The rules by which two sets of definitions differ, and the second set with some of them undone.

A rule is a field of something that has an id (the weight of an evidence, the gate of a category, a device's demand on
an axis). Words are no rules (`structure.WORDING`), nor is the page a question stands on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, TypeGuard

from selfassess.core.definition.condition import All, AnyOf, Ask, Is, IsCategory, IsGate, IsReading, Not, Some
from selfassess.core.definition.device import Device, Eligibility, Points
from selfassess.core.definition.edition import Definitions, Edition
from selfassess.core.definition.questionnaire import Page, Question, Questionnaire
from selfassess.core.definition.strict import Strict
from selfassess.core.definition.structure import WORDING, structure

Path = tuple[str, ...]
ORDER = "(ordre)"  # of things with an id
PARTS = ("typology", "maturity", "means", "contradictions")
UNREAD = frozenset({"item", "key", "changeable", "ours"})  # what no reading rests on, or what is compared elsewhere
OF_A_DEVICE = frozenset(
    "aect eligible demands catalyst objectives fit asset territory practised_by lead always_open horizon".split()  # noqa: SIM905
)
OF_A_SIGN = frozenset({"points", "when"})
CONDITIONS = (Ask, Some, Is, IsCategory, IsReading, IsGate, All, AnyOf, Not)


class _Absent:
    """There is no such thing on that side."""


ABSENT = _Absent()


@dataclass(frozen=True)
class Side:
    """What files are read with."""

    edition: Edition
    definitions: Definitions

    @property
    def devices(self) -> tuple[Device, ...]:
        return self.definitions.devices


@dataclass(frozen=True)
class Rule:
    """`path`: the file, then keys and ids in it; `before`, `after`: ABSENT, or what stands there."""

    path: Path
    before: object
    after: object


def differences(before: Side, after: Side) -> tuple[Rule, ...]:
    """Every rule that is not the same, in the order of the files."""
    return tuple(_differ(_tree(before), _tree(after), ()))


def undone(after: Side, before: Side, rules: Iterable[Rule]) -> Side:
    """`after` with these rules as they are in `before`. May raise ValueError or LookupError: some do not part."""
    wanted = _tree(before)
    tree = reduce(lambda kept, rule: _undo(kept, wanted, rule.path), rules, _tree(after))
    parts = {name: tree[f"{name}.yaml"] for name in PARTS}
    questionnaire = _rebuilt(after.edition.questionnaire, *(tree[one] for one in QUESTIONS))
    devices = {name.removeprefix(FOLDER).removesuffix(".yaml"): one for name, one in tree.items() if FOLDER in name}
    edition = replace(after.edition, questionnaire=questionnaire, **parts)
    kept = tuple(devices[one] for one in sorted(devices))
    return Side(edition, replace(after.definitions, devices=kept))


FOLDER = "devices/"
QUESTIONS = ("questionnaire.yaml", "questionnaire.yaml (item)")


def _tree(side: Side) -> dict[str, Any]:
    edition = side.edition
    return {
        QUESTIONS[0]: edition.questionnaire.questions,
        QUESTIONS[1]: edition.questionnaire.items,
        **{f"{name}.yaml": getattr(edition, name) for name in PARTS},
        **{f"{FOLDER}{one.id}.yaml": one for one in side.devices},
    }


def _differ(before: object, after: object, path: Path) -> Iterator[Rule]:
    if _bare(before) == _bare(after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _each(before, after, path)
    elif _opens(before) and type(before) is type(after):
        held = {word: (getattr(before, name), getattr(after, name)) for name, word in _fields(before)}
        for word, (one, other) in held.items():
            yield from _differ(one, other, (*path, word))
    elif (named := _named(before, after)) is not None:
        yield from _each(*named, path)
        one, other = ([name for name in each if name in named[0] and name in named[1]] for each in named)
        if one != other:
            yield Rule((*path, ORDER), tuple(one), tuple(other))
    else:
        yield Rule(path, before, after)


def _each(before: Mapping[str, object], after: Mapping[str, object], path: Path) -> Iterator[Rule]:
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name, ABSENT), after.get(name, ABSENT)
        if one is ABSENT or other is ABSENT:
            yield Rule((*path, name), one, other)
        else:
            yield from _differ(one, other, (*path, name))


def _bare(value: object) -> object:
    """What is compared: no words, and of a device what the engine reads."""
    if _opens(value):
        return {word: _bare(getattr(value, name)) for name, word in _fields(value)}
    if isinstance(value, Mapping):
        return {name: _bare(one) for name, one in value.items()}
    return [_bare(one) for one in value] if isinstance(value, tuple) else structure(value)


def _opens(value: object) -> TypeGuard[Strict]:
    """Is it made of fields that are rules of their own? A condition is one rule."""
    return isinstance(value, Strict) and not isinstance(value, CONDITIONS)


def _fields(part: Strict) -> list[tuple[str, str]]:
    """Names of the fields that are rules, in Python and in the file."""
    only = OF_A_DEVICE if isinstance(part, Device) else OF_A_SIGN if isinstance(part, Eligibility | Points) else None
    return [
        (name, field.alias or name)
        for name, field in type(part).model_fields.items()
        if (name in only if only else name not in WORDING and name not in UNREAD)
    ]


def _named(before: object, after: object) -> tuple[dict[str, object], dict[str, object]] | None:
    """Two lists as mappings: by id, or by rank when as many things without id stand on both sides."""
    if not (isinstance(before, tuple) and isinstance(after, tuple) and all(_opens(one) for one in (*before, *after))):
        return None
    if all(hasattr(one, "id") for one in (*before, *after)):
        return {one.id: one for one in before}, {one.id: one for one in after}
    if len(before) != len(after):
        return None
    return _ranked(before), _ranked(after)


def _ranked(parts: Sequence[object]) -> dict[str, object]:
    return {str(rank): one for rank, one in enumerate(parts, 1)}


def _undo(after: Any, before: Any, path: Path) -> Any:
    """`after` with what stands at `path` as it is in `before`."""
    if not path:
        return before
    head, rest = path[0], path[1:]
    if isinstance(after, Mapping):
        return _with(after, before, head, rest)
    if isinstance(after, tuple):
        return _list_with(after, before, head, rest)
    name = next(name for name, word in _fields(after) if word == head)
    kept = {one: getattr(after, one) for one in type(after).model_fields}
    return type(after)(**{**kept, name: _undo(getattr(after, name), getattr(before, name), rest)})


def _with(after: Mapping[str, object], before: Mapping[str, object], head: str, rest: Path) -> dict[str, object]:
    if head not in before:
        return {name: one for name, one in after.items() if name != head}
    return {**after, head: _undo(after.get(head), before[head], rest)}


def _list_with(after: tuple[Any, ...], before: tuple[Any, ...], head: str, rest: Path) -> tuple[Any, ...]:
    """A list of things with an id, or of as many things as before."""
    if not all(hasattr(one, "id") for one in (*after, *before)):
        return tuple(_with(_ranked(after), _ranked(before), head, rest).values())
    found, wanted = ({one.id: one for one in each} for each in (after, before))
    if head == ORDER:
        places = {name: at for at, name in enumerate(wanted)}
        return tuple(sorted(after, key=lambda one: places.get(one.id, len(places))))
    if head in wanted and head not in found:
        at = list(wanted).index(head)
        return (*after[:at], wanted[head], *after[at:])
    return tuple(_with(found, wanted, head, rest).values())


def _rebuilt(
    questionnaire: Questionnaire, questions: Mapping[str, Question], items: Mapping[str, Question]
) -> Questionnaire:
    """The questionnaire with these questions: one that came back stands at the end."""
    group = questionnaire.group.id
    item = questionnaire.item.model_construct(
        **{**dict(questionnaire.item), "pages": _pages(questionnaire.item.pages, items)}
    )
    held = {**questions, group: Question.model_construct(**{**dict(questions[group]), "item": item})}
    back = {name: one for name, one in held.items() if name not in questionnaire.questions}
    last = questionnaire.sections[-1]
    sections = []
    for section in questionnaire.sections:
        wanted = {one.id: held[one.id] for page in section.pages for one in page.questions if one.id in held}
        pages = _pages(section.pages, {**wanted, **(back if section is last else {})})
        if pages:
            sections.append(section.model_construct(**{**dict(section), "pages": pages}))
    rebuilt = questionnaire.model_construct(**{**dict(questionnaire), "sections": tuple(sections)})
    return rebuilt.within(questionnaire.doors)


def _pages(pages: Sequence[Page], questions: Mapping[str, Question]) -> tuple[Page, ...]:
    """The pages with these questions only; those no page has are on one more."""
    placed = {one.id for page in pages for one in page.questions}
    found = [
        page.model_construct(
            **{**dict(page), "questions": tuple(questions[one.id] for one in page.questions if one.id in questions)}
        )
        for page in pages
    ]
    more = tuple(one for name, one in questions.items() if name not in placed)
    if more:
        found.append(pages[-1].model_construct(**{**dict(pages[-1]), "questions": more}))
    return tuple(page for page in found if page.questions)
