"""The élus' version: what the coordination keeps for itself changes at most which options stand; nothing names it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from selfassess.core.answers.answers import read
from selfassess.core.definition.condition import Ref
from selfassess.core.report.report import Report
from selfassess.core.report.reproduce import elected_version, origin_of
from selfassess.core.report.two_services import Services
from tests.authoring.explore.test_random_files import KINDS, explorer
from tests.core.report.files import COMMENTS, DAY, FILES, LONG_COMMENT, OURS, SERVICES, THEIRS, report_of
from tests.definitions import definitions, edition

WITHHELD = [one.question for one in definitions().rules.withheld]
KEPT_BACK = definitions().texts.devices.withheld
RANDOM = [(kind, at) for kind in KINDS for at in range(14)]
TRIED = 3  # other values of what is withheld, for each file


def elected(given: dict[str, Any], comments: dict[str, str] | None = None, services: Services | None = None) -> Report:
    found, faults = read(edition().questionnaire, given)
    assert not faults
    origin = origin_of(edition().questionnaire, found, comments or {}, services or Services())
    return elected_version(definitions(), edition(), origin, DAY)


def others(given: dict[str, Any], seed: str) -> Iterator[dict[str, Any]]:
    """The same file, with other answers to what is withheld, or none."""
    chance = random.Random(seed)  # noqa: S311  no secret
    for _ in range(TRIED):
        changed = {name: value for name, value in given.items() if name not in WITHHELD}
        for name in WITHHELD:
            question = edition().questionnaire.every[name]
            free = [one.id for one in question.options if not (one.exclusive or one.unknown)]
            picked = chance.sample(free, chance.randint(0, 2 if question.form.several else 1))
            if picked:
                changed[name] = picked if question.form.several else picked[0]
        yield changed


@cache
def versions() -> dict[str, list[Report]]:
    """By file at random: its version, then those of the same with other answers to what is withheld."""
    files = {f"{kind}_{at}": explorer().answers(kind, at) for kind, at in RANDOM}
    return {name: [elected(one) for one in (given, *others(given, name))] for name, given in files.items()}


def stands(report: Report) -> list[object]:
    """Which options stand, and their places."""
    page = report.page_one
    return [
        [(one.id, one.verdict) for one in report.devices],
        [(one.place, one.device) for one in page.slots],
        page.nothing_first,
        page.silence is None,
        len(page.unsaid),
    ]


def test_what_is_withheld_is_asked_and_can_be_read_as_neutral() -> None:
    assert WITHHELD == ["political_will", "brakes"]
    for one in definitions().rules.withheld:
        assert one.read_as in edition().questionnaire.every[one.question].by_option


@pytest.mark.parametrize("name", FILES)
def test_comments_and_who_answered_change_no_byte(name: str) -> None:
    given = FILES[name]
    items = tuple(map(str, range(len(given.get("actions", [])))))
    authors = {Ref(question): who for question, who in zip(given, [OURS, THEIRS] * 20, strict=False)}
    authors |= {Ref("leads", item): THEIRS for item in items}
    comments = dict.fromkeys([*given, "actions.0.remains"], LONG_COMMENT)
    alone = elected(given)
    assert elected(given, comments, Services(authors, (), OURS)).model_dump_json() == alone.model_dump_json()
    assert alone.elected
    assert alone.origin is None


def test_other_answers_kept_back_change_only_what_stands() -> None:
    """And where the same stands, no byte; a device that stands the same says the same."""
    moved = 0
    for name, (first, *more) in versions().items():
        sheets = {one.id: one for one in first.devices}
        for other in more:
            if stands(other) == stands(first):
                assert other.model_dump_json() == first.model_dump_json(), name
                continue
            moved += 1
            for part in ("categories", "maturity", "conflicts", "services", "missing", "answers", "answered", "asked"):
                assert getattr(other, part) == getattr(first, part), (name, part)
            assert other.page_one.headline == first.page_one.headline
            for sheet in other.devices:
                before = sheets[sheet.id]
                if sheet.verdict == before.verdict and sheet.id not in {*first.sheets, *other.sheets}:
                    assert sheet == before, (name, sheet.id)
    assert moved > 10


def test_nothing_withheld_is_named() -> None:
    """Neither its clauses nor its answers stand in what is kept of the version."""
    every = edition().questionnaire.every
    clauses = {one.clause.replace("'", "’").lower() for name in WITHHELD for one in every[name].options if one.clause}
    questions = {every[name].text.replace("'", "’") for name in WITHHELD}
    for name, reports in versions().items():
        for report in reports:
            said = json.dumps(report.model_dump(mode="json"), ensure_ascii=False)
            assert not [one for one in clauses if one in said.lower()], name
            assert not [one for one in questions if one in said], name


def test_an_option_that_would_keep_no_reason_says_so() -> None:
    """An option that only élus' support, or only a brake, puts where it stands."""
    told = set()
    for name, reports in versions().items():
        for report in reports:
            for sheet in report.devices:
                kept = [one for one in sheet.reasons if one.text == KEPT_BACK]
                told |= {(sheet.verdict, one.side) for one in kept}
                assert not (kept and sheet.change), (name, sheet.id)
    assert {("pas_maintenant", "against"), ("a_preparer", "against")} <= told


def test_what_is_kept_is_never_hidden() -> None:
    report, whole = (
        elected(FILES["two_services"], {}, SERVICES["two_services"]),
        report_of(FILES["two_services"], services=SERVICES["two_services"]),
    )
    assert report.services is not None
    assert [one.question for one in report.services.differences] == [
        one.question for one in whole.services.differences if not one.settled
    ]
    said = report.model_dump_json()
    assert OURS not in said
    assert THEIRS not in said
    assert len(report.conflicts) == len(whole.conflicts)
    assert [one.text for one in report.missing] == [one.text for one in whole.missing]
    assert {row.question for group in report.answers for row in group.rows} == {
        row.question
        for group in whole.answers
        for row in group.rows
        if row.question not in {edition().questionnaire.every[name].text for name in WITHHELD}
    }


def test_it_has_its_own_number() -> None:
    given = FILES["petr_four_actions"]
    numbers = {elected(given).fingerprint, report_of(given).fingerprint, elected({**given, "stage": "s3"}).fingerprint}
    numbers.add(elected(given, COMMENTS["petr_four_actions"]).fingerprint)
    assert len(numbers) == 3
