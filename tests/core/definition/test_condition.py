"""Conditions: three values, what is hidden and what is unknown, and the answers that explain them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from selfassess.core.answers.answers import View
from selfassess.core.definition.condition import (
    Condition,
    Ref,
    because,
    evaluate,
)
from selfassess.core.definition.questionnaire import Questionnaire

READ: TypeAdapter[Any] = TypeAdapter(Condition)


def _question(name: str, kind: str = "single", **more: Any) -> dict[str, Any]:
    words = {"text": name, "short": name, "why": "w", "source": "s"}
    options = [{"id": "low", "text": "l", "level": 0}, {"id": "high", "text": "h", "level": 2}]
    options += [
        {"id": "none", "text": "n", "exclusive": True, "level": 0},
        {"id": "dunno", "text": "?", "unknown": True},
    ]
    return {"id": name, "kind": kind, **words, **({"options": options} if kind != "list" else {}), **more}


@pytest.fixture(scope="module")
def questionnaire() -> Questionnaire:
    territory = _question(
        "place", "territory", types=[{"id": "town", "text": "t"}], bands=[{"id": "b", "text": "b", "floor": 0}]
    )
    del territory["options"]
    item = {
        "noun": "deed", "label": "l", "label_help": "h",
        "pages": [
            {"id": "i1", "questions": [_question("kind")]},
            {"id": "i2", "questions": [_question("inner", asked_when={"question": "kind", "in": ["high"]})]},
        ],
    }  # fmt: skip
    pages = [
        {"id": "p0", "questions": [territory]},
        {
            "id": "p1",
            "questions": [_question("first"), _question("many", "multiple"), _question("order", "ranked", max=2)],
        },
        {"id": "p2", "questions": [_question("later", asked_when={"question": "first", "in": ["high"]})]},
        {"id": "p3", "questions": [_question("deeds", "list", max=3, item=item)]},
    ]
    return Questionnaire.model_validate(
        {
            "title": "t", "edition": "e", "published": True, "timing": {"seconds": {"single": 1}, "checking": 1},
            "sections": [{"id": "s", "title": "s", "task": "t", "pages": pages}],
        }
    )  # fmt: skip


HIGH = {"question": "kind", "in": ["high"]}
LATER = {"question": "later", "in": ["low"]}


@pytest.mark.parametrize(
    ("condition", "answers", "truth"),
    [
        ({"question": "place", "field": "code", "known": False}, {}, None),
        ({"question": "place", "field": "code", "known": False}, {"place": {"name": "n"}}, True),
        ({"question": "place", "field": "code", "known": False}, {"place": {"name": "n", "code": "1"}}, False),
        ({"question": "place", "field": "code", "known": True}, {"place": {"name": "n", "code": "1"}}, True),
        ({"some": "deeds", "at_least": 2}, {"deeds": [{}]}, False),
        ({"some": "deeds", "at_least": 2}, {"deeds": [{}, {}]}, True),
        ({"some": "deeds", "at_least": 2, "where": HIGH}, {"deeds": [{"kind": "high"}, {"kind": "high"}, {}]}, True),
        ({"some": "deeds", "at_least": 2, "where": HIGH}, {"deeds": [{"kind": "high"}, {}, {"kind": "low"}]}, None),
        ({"some": "deeds", "at_least": 2, "where": HIGH}, {"deeds": [{"kind": "high"}, {"kind": "low"}]}, False),
        ({"question": "first", "in": ["low"]}, {"first": "low"}, True),
        ({"question": "first", "in": ["low"]}, {"first": "high"}, False),
        ({"question": "first", "in": ["low"]}, {}, None),
        ({"question": "first", "in": ["low"]}, {"first": "dunno"}, None),
        ({"question": "first", "at_least": 1}, {"first": "high"}, True),
        ({"question": "first", "at_most": 1}, {"first": "high"}, False),
        ({"question": "many", "at_least": 2}, {"many": ["low", "high"]}, True),
        ({"question": "many", "at_least": 1}, {"many": ["none"]}, False),
        ({"question": "many", "in": ["high"]}, {"many": ["low", "high"]}, True),
        ({"question": "many", "at_least": 1}, {"many": ["dunno"]}, None),
        ({"question": "order", "place": 1, "in": ["high"]}, {"order": ["low", "high"]}, False),
        ({"question": "order", "place": 2, "in": ["high"]}, {"order": ["low", "high"]}, True),
        ({"question": "order", "place": 2, "in": ["high"]}, {"order": ["high"]}, False),
        ({"question": "place", "field": "population", "at_least": 9}, {"place": {"name": "n", "population": 8}}, False),
        ({"question": "place", "field": "population", "at_least": 10}, {"place": {"name": "n"}}, None),
        ({"question": "place", "field": "type", "in": ["town"]}, {"place": {"name": "n", "type": "town"}}, True),
        # hidden is false, whatever was answered before; not known yet is unknown, whatever was answered
        (LATER, {"first": "low", "later": "low"}, False),
        (LATER, {"later": "low"}, True),
        (LATER, {"first": "high", "later": "low"}, True),
        ({"not": LATER}, {"first": "low", "later": "low"}, True),
        ({"not": LATER}, {"later": "low"}, False),
        ({"all": [{"question": "first", "in": ["low"]}, LATER]}, {}, None),
        ({"all": [{"question": "first", "in": ["low"]}, LATER]}, {"first": "high"}, False),
        ({"any": [{"question": "first", "in": ["low"]}, LATER]}, {"first": "low"}, True),
        # the group: no answer is unknown, an empty list is an answer
        ({"some": "deeds"}, {}, None),
        ({"some": "deeds"}, {"deeds": []}, False),
        ({"some": "deeds"}, {"deeds": [{}]}, True),
        ({"some": "deeds", "where": {"question": "kind", "in": ["high"]}}, {"deeds": [{"kind": "low"}, {}]}, None),
        ({"some": "deeds", "where": {"question": "inner", "in": ["low"]}}, {"deeds": [{"kind": "low", "inner": "low"}]}, False),  # noqa: E501
        ({"some": "deeds", "where": {"all": [{"question": "kind", "in": ["high"]}, {"question": "first", "in": ["low"]}]}},  # noqa: E501
         {"first": "low", "deeds": [{"kind": "high"}]}, True),
    ],
)  # fmt: skip
def test_truth(questionnaire: Questionnaire, condition: Any, answers: dict[str, Any], truth: bool | None) -> None:
    assert evaluate(READ.validate_python(condition), View(questionnaire, answers)) is truth


def test_because_names_only_what_decides(questionnaire: Questionnaire) -> None:
    either = READ.validate_python({"any": [{"question": "first", "in": ["low"]}, {"question": "many", "in": ["low"]}]})
    assert because(either, View(questionnaire, {"first": "low", "many": ["high"]})) == (Ref("first"),)
    assert because(either, View(questionnaire, {"many": ["high"]})) == (Ref("first"),)
    assert because(either, View(questionnaire, {"first": "high", "many": ["high"]})) == (Ref("first"), Ref("many"))
    deed = READ.validate_python({"some": "deeds", "where": {"question": "kind", "in": ["high"]}})
    assert because(deed, View(questionnaire, {"deeds": [{"kind": "low"}, {"kind": "high"}]})) == (Ref("kind", "1"),)


@pytest.mark.parametrize(
    "raw", [{}, {"question": "a"}, {"question": "a", "in": [], "at_least": 1}, {"eval": "1"}, "x", 3]
)
def test_what_is_no_condition_is_refused(raw: Any) -> None:
    with pytest.raises(ValidationError):
        READ.validate_python(raw)
