"""Stored answers and their items: a mapping by question id, plus the repeated group as a list of such mappings.

An item has an id, which outlives its place in the list; where answers come without ids (`evaluate`, the origin kept
with a report), the id of an item is its position, written "0" for the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeGuard, TypeVar

from selfassess.core.definition.condition import Ref
from selfassess.core.definition.questionnaire import Questionnaire

LABEL = "label"  # the free label of an item (partner, country): not a question
ITEM_ID = "_id"  # no question may have this id
UNASKED = frozenset({LABEL, ITEM_ID})  # what an item has that is no question
Answers = Mapping[str, object]
T = TypeVar("T")


def is_group(value: object) -> TypeGuard[list[Answers]]:
    return isinstance(value, list) and any(isinstance(one, Mapping) for one in value)


def items_of(questionnaire: Questionnaire, answers: Answers) -> dict[str, Answers]:
    """The items by id, in their order; none where the group was not answered."""
    given = answers.get(questionnaire.group.id)
    return {str(item.get(ITEM_ID, at)): item for at, item in enumerate(given)} if is_group(given) else {}


def addresses(questionnaire: Questionnaire, answers: Answers) -> Iterator[Ref]:
    """The address of every answer that may be given, in the order of the questions, then of the items."""
    for question in questionnaire.questions:
        yield Ref(question)
        for item in items_of(questionnaire, answers) if question == questionnaire.group.id else ():
            yield from (Ref(name, item) for name in questionnaire.items)


def replaced(questionnaire: Questionnaire, answers: Answers, ref: Ref, value: object) -> dict[str, object]:
    """The same answers with another one to `ref`, or without it (None). What is given stays as it was."""
    if ref.item is None:
        return _with(answers, ref.question, value)
    items = items_of(questionnaire, answers).items()
    changed = [_with(item, ref.question, value) if name == ref.item else item for name, item in items]
    return {**answers, questionnaire.group.id: changed}


def _with(answers: Answers, question: str, value: object) -> dict[str, object]:
    found = {**answers, question: value}
    if value is None:
        del found[question]
    return found


def without_ids(answers: Answers) -> dict[str, object]:
    """The same for others to read, whatever group they hold: an item is known by its position."""
    return {
        name: [_with(item, ITEM_ID, None) for item in value] if is_group(value) else value
        for name, value in answers.items()
    }


def with_ids(questionnaire: Questionnaire, answers: Answers, items: Sequence[str]) -> dict[str, object]:
    """What `without_ids` took away, put back; as they are, where no ids were kept."""
    group = questionnaire.group.id
    given = answers.get(group)
    if not items or not is_group(given):
        return dict(answers)
    return {**answers, group: [{ITEM_ID: name, **item} for name, item in zip(items, given, strict=False)]}


def by_position(questionnaire: Questionnaire, answers: Answers, kept: Mapping[str, T]) -> dict[str, T]:
    """What is kept by key beside these answers, as it goes beside the same `without_ids`."""
    return renamed(questionnaire, kept, {item: str(at) for at, item in enumerate(items_of(questionnaire, answers))})


def renamed(questionnaire: Questionnaire, kept: Mapping[str, T], names: Mapping[str, str]) -> dict[str, T]:
    """What is kept by key, with items under other names; the key of an item that has none stays as it is."""
    found = {}
    for key, value in kept.items():
        ref = Ref.of(key)
        name = names.get(ref.item or "")
        found[key if name is None else questionnaire.key(Ref(ref.question, name))] = value
    return found
