"""The study as we cite it: `questions/aect-pat/study.yaml` is complete in form and can be relied on.

That no sentence is copied from the study cannot be tested here: the study is not in the repository.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

PATH = Path(__file__).parents[1] / "questions" / "aect-pat" / "study.yaml"
NBSP = "\u00a0"


@pytest.fixture(scope="module")
def study() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(PATH.read_text("utf-8"))
    return loaded


def test_the_study_is_named(study: dict[str, Any]) -> None:
    assert list(study) == ["source", "places", "statements"]
    assert study["source"]["title"]
    assert study["source"]["body"] == "RnPAT / Terres en villes"
    assert study["source"]["year"] == "2019"


def test_each_statement_has_an_id_of_its_own(study: dict[str, Any]) -> None:
    ids = [statement["id"] for statement in study["statements"]]
    assert len(ids) == len(set(ids))
    assert [i for i in ids if not re.fullmatch(r"[a-z]+(_[a-z]+)*", i)] == []


def test_each_statement_has_its_place_and_text_and_nothing_else(study: dict[str, Any]) -> None:
    for statement in study["statements"]:
        assert list(statement) == ["id", "place", "text"]
        assert statement["place"].strip()
        assert statement["text"].strip()


def test_statements_follow_the_document(study: dict[str, Any]) -> None:
    places = study["places"]
    assert len(places) == len(set(places))
    order = [places.index(statement["place"]) for statement in study["statements"]]
    assert order == sorted(order)
    assert set(order) == set(range(len(places))), "a place without statement"


def test_no_statement_is_said_twice(study: dict[str, Any]) -> None:
    texts = [statement["text"].casefold() for statement in study["statements"]]
    assert len(texts) == len(set(texts))


def test_statements_are_plain_typeset_french_sentences(study: dict[str, Any]) -> None:
    for text in [s["text"] for s in study["statements"]] + study["places"]:
        assert not re.search(rf"[^{NBSP}][:;?!»]|«[^{NBSP}]|['\"]| {{2}}|\.\.\.", text), text
    for statement in study["statements"]:
        text = statement["text"]
        assert re.fullmatch(r"[A-ZÀÉ].*[.?]", text), text
        assert len(text.split()) <= 30, text
        assert not re.search(r"[.?] ", text), f"more than one sentence: {text}"
