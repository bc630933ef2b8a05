"""The address of an answer: the same in stored answers, in those without ids, and in what is kept by key."""

from __future__ import annotations

import pytest

from selfassess.core.answers.answers import View
from selfassess.core.answers.items import ITEM_ID, addresses, by_position, renamed, replaced, with_ids, without_ids
from selfassess.core.answers.path import steps
from selfassess.core.definition.condition import Ref
from selfassess.core.reading.reading import missing
from tests.definitions import edition

QUESTIONS = edition().questionnaire
GROUP, STATE = QUESTIONS.group.id, next(iter(QUESTIONS.items))
IDS = ("b2", "a1", *(f"c{at}" for at in range(QUESTIONS.group.max or 0)))[: QUESTIONS.group.max]
STORED = {"stage": "s3", GROUP: [{ITEM_ID: item, "label": item} for item in IDS]}


@pytest.mark.parametrize("ref", [Ref("stage"), Ref(GROUP), Ref(STATE, "b2")], ids=str)
def test_an_address_written_is_read_back(ref: Ref) -> None:
    assert Ref.of(QUESTIONS.key(ref)) == ref


def test_items_are_in_their_order_whatever_their_ids() -> None:
    found = [ref.item for ref in missing(View(QUESTIONS, STORED)) if ref.question == STATE]
    assert tuple(found) == IDS
    assert tuple(dict.fromkeys(step.item for step in steps(View(QUESTIONS, STORED)) if step.item)) == IDS


def test_an_item_without_an_id_is_known_by_its_position() -> None:
    plain = without_ids(STORED)
    assert ITEM_ID not in str(plain)
    positions = tuple(map(str, range(len(IDS))))
    assert tuple(View(QUESTIONS, plain).positions) == positions
    assert with_ids(QUESTIONS, plain, IDS) == STORED


def test_what_is_kept_by_key_goes_to_positions_and_back() -> None:
    kept = {QUESTIONS.key(ref): str(ref) for ref in addresses(QUESTIONS, STORED)}
    kept[f"{GROUP}.gone.{STATE}"] = "of an item taken away"
    placed = by_position(QUESTIONS, STORED, kept)
    assert placed[f"{GROUP}.1.{STATE}"] == kept[f"{GROUP}.a1.{STATE}"]
    assert placed[f"{GROUP}.gone.{STATE}"] == "of an item taken away"
    assert renamed(QUESTIONS, placed, {str(at): item for at, item in enumerate(IDS)}) == kept


def test_one_answer_is_replaced_or_withdrawn() -> None:
    ref = Ref(STATE, "a1")
    given = replaced(QUESTIONS, STORED, ref, "x")
    assert [View(QUESTIONS, given).given(Ref(STATE, item)) for item in IDS[:2]] == [None, "x"]
    assert replaced(QUESTIONS, given, ref, None) == STORED
    assert "stage" not in replaced(QUESTIONS, STORED, Ref("stage"), None)
