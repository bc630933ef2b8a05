"""Every kind of question has what each room needs of it: whoever adds one is told by name what misses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import get_args

import pytest

from selfassess.authoring.checks.condition_checks import CheckedEdition, ConditionUse, check_condition
from selfassess.authoring.explore.random_files import OTHER_DRAWS, Generator
from selfassess.core.answers.answers import OTHER_READERS, FaultCode, View, read
from selfassess.core.answers.in_words import OTHER_WORDS, answer_text
from selfassess.core.definition.condition import Ask, Ref
from selfassess.core.definition.edition import Edition
from selfassess.core.definition.questionnaire import KINDS, AnswerForm, QuestionKind
from selfassess.web.commands.evaluate_command import SENTENCES
from selfassess.web.forms import page_form
from tests.definitions import QUESTIONS, ROOT, definitions, edition

GROUP = "list"  # asked by pages of its own, web/respond/group
PLANTED = "month"
ASKED = next(one.id for one in edition().questionnaire.questions.values() if one.is_single)
EVERYWHERE = ["kinds/month.html", "page_form.KINDS", "row of README"]
UNLIKE_OPTIONS = ["OTHER_READERS", "OTHER_WORDS", "OTHER_DRAWS"]


def missing(kind: str) -> list[str]:
    """What a kind lacks, by the name of the table or of the file."""
    found = {"QuestionKind": kind in get_args(QuestionKind)}
    if kind != GROUP:
        found[f"kinds/{kind}.html"] = (ROOT / "templates" / "kinds" / f"{kind}.html").is_file()
        found["page_form.KINDS"] = kind in page_form.KINDS
    found["row of README"] = f"| `{kind}` |" in (QUESTIONS / "README.md").read_text("utf-8")
    if not KINDS[kind].options:
        tables = {"OTHER_READERS": OTHER_READERS, "OTHER_WORDS": OTHER_WORDS, "OTHER_DRAWS": OTHER_DRAWS}
        found |= {name: kind in table for name, table in tables.items()}
    return [name for name, there in found.items() if not there]


def test_every_kind_has_what_each_room_needs() -> None:
    assert set(KINDS) == set(get_args(QuestionKind))
    assert {kind: missing(kind) for kind in KINDS} == {kind: [] for kind in KINDS}


@pytest.mark.parametrize("options", [True, False])
def test_what_a_planted_kind_lacks_is_named(options: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, PLANTED, AnswerForm(options=options))
    assert missing(PLANTED) == ["QuestionKind", *EVERYWHERE, *([] if options else UNLIKE_OPTIONS)]


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Edition:
    """The edition, one of its questions of a kind that no table knows."""
    monkeypatch.setitem(KINDS, PLANTED, AnswerForm(options=False))
    questionnaire = edition().questionnaire
    question = questionnaire.every[ASKED].model_copy(update={"kind": PLANTED, "options": ()})
    copy = questionnaire.model_copy()
    copy.__dict__["questions"] = {**questionnaire.questions, ASKED: question}
    copy.__dict__["every"] = {**questionnaire.every, ASKED: question}
    return replace(edition(), questionnaire=copy)


USES: dict[str, Callable[[Edition], object]] = {
    "read": lambda one: read(one.questionnaire, {ASKED: "2026-12"}),
    "text": lambda one: answer_text(View(one.questionnaire, {ASKED: "2026-12"}), Ref(ASKED)),
    "draw": lambda one: Generator(definitions(), one).uniform(Random(1)),  # noqa: S311  nothing secret
}


@pytest.mark.parametrize("use", USES)
def test_a_kind_that_nothing_handles_is_never_read_as_another(use: str, planted: Edition) -> None:
    with pytest.raises(KeyError, match=PLANTED):
        USES[use](planted)


@pytest.mark.parametrize("test", [{"in": ("2026-12",)}, {"at_least": 1}])
def test_no_condition_reads_a_kind_that_cannot_be_compared(test: dict[str, object], planted: Edition) -> None:
    checked = CheckedEdition(definitions(), planted)
    ask = Ask.model_validate({"question": ASKED, **test})
    check_condition(checked, ConditionUse("report.yaml", ("facts", 0, "when"), ask))
    (found,) = checked.findings
    assert (found.file, found.path) == ("report.yaml", ("facts", 0, "when", "question"))
    assert found.message == f"Aucune condition ne lit une question « {PLANTED} », comme « {ASKED} »."


def test_every_fault_of_an_answer_has_its_sentence() -> None:
    assert set(SENTENCES) == set(get_args(FaultCode))
