"""What changed between two moments of a file: answers, comments, items, and what two services say."""

from __future__ import annotations

from typing import Any

from selfassess.core.answers.changes import KINDS, Change, changes
from selfassess.core.answers.items import ITEM_ID
from selfassess.core.answers.revision import Snapshot
from selfassess.core.review.acts import CONTRIBUTOR, RESPONDENT
from tests.definitions import edition

GROUP = edition().questionnaire.group.id
ONE = {ITEM_ID: "a1", "label": "Jumelage avec Essen", "device": "twinning", "state": "ongoing"}
TWO = {ITEM_ID: "b2", "label": "Projet FoodCorridors", "device": "urbact"}
ASKED = ("territory", "stage", "load", GROUP, f"{GROUP}.a1.device", f"{GROUP}.a1.state", f"{GROUP}.b2.device")


def snapshot(asked: tuple[str, ...] = ASKED, **parts: Any) -> Snapshot:
    answers = {"stage": "s1", "load": "full", GROUP: [ONE, TWO], **parts.pop("answers", {})}
    return Snapshot(edition(), answers, asked=asked, **parts)


def between(before: Snapshot, after: Snapshot) -> list[tuple[str, str, str | None, str | None]]:
    found = changes(before, after)
    assert all(one.kind in KINDS for one in found)
    return [(one.kind, one.key, one.before, one.after) for one in found]


def test_nothing_changed() -> None:
    assert changes(snapshot(), snapshot()) == []


def test_an_answer_changed_with_its_author() -> None:
    found = changes(snapshot(), snapshot(answers={"stage": "s2"}, authors={"stage": CONTRIBUTOR}))
    options = edition().questionnaire.questions["stage"].by_option
    text = edition().questionnaire.questions["stage"].text
    assert found == [Change("answer", "stage", text, "", options["s1"].text, options["s2"].text, CONTRIBUTOR)]


def test_an_answer_given_and_taken_back() -> None:
    blank = snapshot(answers={"load": None})
    text = edition().questionnaire.questions["load"].by_option["full"].text
    assert between(blank, snapshot()) == [("answer", "load", None, text)]
    assert between(snapshot(), blank) == [("answer", "load", text, None)]


def test_a_question_opened_or_closed() -> None:
    fewer = tuple(one for one in ASKED if one != "load")
    text = edition().questionnaire.questions["load"].by_option["full"].text
    assert between(snapshot(fewer), snapshot()) == [("opened", "load", None, text)]
    assert between(snapshot(), snapshot(fewer)) == [("closed", "load", text, None)]
    unanswered = {"answers": {"load": None}}
    assert between(snapshot(fewer, **unanswered), snapshot(**unanswered)) == []


def test_two_territories_of_one_name() -> None:
    places = [{"name": "Saint-Denis", "code": code, "type": "commune"} for code in ("C93066", "C97411")]
    before, after = (snapshot(answers={"territory": one}) for one in places)
    assert [one[:2] for one in between(before, after)] == [("answer", "territory")]


def test_a_comment_is_a_change_of_its_own() -> None:
    before, after = snapshot(comments={"stage": "Avant"}), snapshot(comments={"stage": "Après"})
    assert between(before, after) == [("comment", "stage", "Avant", "Après")]
    assert between(before, snapshot()) == [("comment", "stage", "Avant", None)]


def test_items_added_removed_renamed() -> None:
    fewer = tuple(one for one in ASKED if ".b2." not in one)
    one_item = snapshot(fewer, answers={GROUP: [ONE]})
    urbact = edition().questionnaire.items["device"].by_option["urbact"].text
    assert between(one_item, snapshot()) == [
        ("added", f"{GROUP}.b2.label", None, "Projet FoodCorridors"),
        ("opened", f"{GROUP}.b2.device", None, urbact),
    ]
    assert between(snapshot(), one_item) == [("removed", f"{GROUP}.b2.label", "Projet FoodCorridors", None)]
    renamed = snapshot(answers={GROUP: [{**ONE, "label": "Jumelage avec Turin"}, TWO]})
    assert between(snapshot(), renamed) == [
        ("renamed", f"{GROUP}.a1.label", "Jumelage avec Essen", "Jumelage avec Turin"),
    ]


def test_an_item_keeps_its_key_whatever_its_place() -> None:
    asked = (GROUP, f"{GROUP}.b2.device")
    alone = Snapshot(edition(), {GROUP: [TWO]}, asked=asked)
    assert alone.text(f"{GROUP}.b2.device") == snapshot().text(f"{GROUP}.b2.device")
    changed = snapshot(answers={GROUP: [ONE, {**TWO, "device": "leader"}]})
    found = changes(snapshot(), changed)
    assert [(one.key, one.item) for one in found] == [(f"{GROUP}.b2.device", "Projet FoodCorridors")]


def test_items_declared_for_the_first_time() -> None:
    none = snapshot(asked=(GROUP,), answers={GROUP: []})
    found = between(none, snapshot(asked=(GROUP, f"{GROUP}.a1.device"), answers={GROUP: [ONE]}))
    assert [one[0] for one in found] == ["answer", "added", "opened"]
    assert found[0][2] == "Aucune action"


def test_two_answers_then_a_choice() -> None:
    said = {RESPONDENT: {"value": "full", "comment": ""}, CONTRIBUTOR: {"value": "can_add", "comment": ""}}
    texts = edition().questionnaire.questions["load"].by_option
    full, can = texts["full"].text, texts["can_add"].text
    both = snapshot(answers={"load": None}, voices={"load": {**said, "chosen": None}})
    assert between(snapshot(), both) == [
        ("answer", "load", texts["full"].text, f"«\u00a0{full}\u00a0»\u00a0; «\u00a0{can}\u00a0»"),
    ]
    chosen = snapshot(answers={"load": "can_add"}, voices={"load": {**said, "chosen": CONTRIBUTOR}})
    assert [one[0] for one in between(both, chosen)] == ["answer"]
    assert between(chosen, chosen) == []
    assert [(one.role, one.text) for one in both.said("load")] == [
        (RESPONDENT, texts["full"].text),
        (CONTRIBUTOR, texts["can_add"].text),
    ]


def test_keys_that_name_nothing() -> None:
    for key in ("nope", f"{GROUP}.zz.device", f"{GROUP}.a1.nope", "other.a1.device", "a.b", f"{GROUP}.a1.label", ""):
        assert snapshot().ref(key) is None
        assert snapshot().text(key) is None
