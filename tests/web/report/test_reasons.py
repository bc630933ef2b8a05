"""Reasons read aloud: on many files, each holds its answers by their clauses, is short, and says nothing twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from selfassess.authoring.explore.tally import PLAUSIBLE, UNIFORM
from selfassess.core.answers.answers import View
from selfassess.core.answers.in_words import Quote, clauses_of, territory_clauses
from selfassess.core.definition.typography import NBSP
from selfassess.core.explanation.sentence import Why
from selfassess.core.report.report import Report
from selfassess.web.report.presentation import head, told_on_sheets
from tests.authoring.explore.test_random_files import explorer
from tests.core.report.files import report_of
from tests.definitions import edition

IMPOSSIBLE = re.compile(
    r"\b(?:de le|de les|à le|à les|que il|que elle|si il|si ils|de de|d’de|du de|et et|une un|un une)\b"
    r"|\b(\w{2,}) \1\b|[.,;:!?]\s*[.,;!?]|\{|\}|  |\bNone\b",
    re.IGNORECASE,
)
DOUBLED = {"vous vous", "nous nous"}  # that French has
SPOKEN = re.compile(r"(?<=[.!?]) (?=[A-ZÉÈÀÎÔ«])")
MOST_WORDS, MOST_SENTENCES = 20, 2
FIELDS = ("type", "departement", "population")


def every(report: Report) -> Iterator[Why]:
    for category in report.categories:
        yield from ([category.gate] if category.gate else [])
        yield from category.reasons
    for device in report.devices:
        yield from device.reasons


def body(report: Report) -> Iterator[str]:
    """What is read before the annexes: the options, their sheets, why this reading, what answers brakes and wishes."""
    page = report.page_one
    yield from (slot.text for slot in page.slots if slot.device)
    yield from (slot.against for slot in page.slots if slot.against)
    told = told_on_sheets(report)
    for name in report.sheets:
        device = report.device(name)
        yield from (why.text for why in told[name])
        yield from ([device.change.text] if device.change else [])
    for category in head(report):
        yield from (why.text for why in ([category.gate] if category.gate else []))
        yield from (why.text for why in category.reasons)
    yield from report.openings
    yield from report.sentences


def sentences(text: str) -> list[str]:
    return SPOKEN.split(text.replace(NBSP, " ").replace("\u202f", " "))


def holds(text: str, view: View, quote: Quote) -> bool:
    """Is the answer said by the end of a clause of it? What several share at the beginning is said once."""
    ref, plain = quote.ref(tuple(view.positions)), text.casefold().replace(NBSP, " ")
    clauses = [*clauses_of(view, ref), *clauses_of(view, ref, frozenset({"*"}))]
    if quote.question == view.questionnaire.territory.id:
        clauses = [one for field in FIELDS for one in territory_clauses(view, (field,))]
    ends = [" ".join(one.casefold().replace(NBSP, " ").split()[-2:]) for one in clauses]
    return not ends or any(one in plain for one in ends)


def faults(kind: str, at: int, lengths: list[int]) -> Iterator[str]:
    """What is wrong in that file; its sentences' lengths in words join `lengths`."""
    given = explorer().answers(kind, at)
    report, view = report_of(given), View(edition().questionnaire, given)
    lengths += [len(one.split()) for why in every(report) for one in sentences(why.text)]
    for why in every(report):
        if "avez répondu" in why.text or len(sentences(why.text)) > MOST_SENTENCES:
            yield f"not said: {why.text}"
        if why.side != "unknown" and why.quotes and not any(holds(why.text, view, one) for one in why.quotes):
            yield f"without its answer: {why.text}"
    texts = [*body(report), *(why.text for why in every(report))]
    for text in dict.fromkeys(texts):
        found = IMPOSSIBLE.search(text.replace(NBSP, " "))
        if found and found[0].casefold() not in DOUBLED:
            yield f"impossible ({found[0]!r}): {text}"
    twice = Counter(one for text in body(report) for one in sentences(text))
    yield from (f"twice: {one}" for one, times in twice.items() if times > 1)


def check(kind: str, numbers: range) -> None:
    lengths: list[int] = []
    found = [(at, one) for at in numbers for one in faults(kind, at, lengths)]
    assert found == []
    assert sum(lengths) / len(lengths) <= MOST_WORDS


@pytest.mark.parametrize("kind", [UNIFORM, PLAUSIBLE])
def test_reasons_are_said_as_a_colleague_would(kind: str) -> None:
    check(kind, range(50))


@pytest.mark.long
@pytest.mark.parametrize("kind", [UNIFORM, PLAUSIBLE])
def test_so_they_are_on_a_thousand_files(kind: str) -> None:
    check(kind, range(50, 550))
