"""What holds of the report of any file, on two hundred made at random: each is made once for all these tests."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from selfassess.authoring.explore.random_files import Generator
from selfassess.authoring.explore.tally import PLAUSIBLE
from selfassess.core.answers.answers import View
from selfassess.core.answers.in_words import Quote, clauses_of, territory_clauses
from selfassess.core.answers.path import prune
from selfassess.core.definition.condition import asks_of, evaluate, questions_of
from selfassess.core.definition.typography import NBSP
from selfassess.core.explanation.sentence import Why
from selfassess.core.reading.reading import read_file
from selfassess.core.report.report import Report
from selfassess.web.report.presentation import head, told_on_sheets
from tests import seeded
from tests.authoring.explore.test_random_files import KINDS, explorer
from tests.core.report import files
from tests.definitions import definitions, edition, report_on
from tests.pages import plain

IMPOSSIBLE = re.compile(
    r"\b(?:de le|de les|à le|à les|que il|que elle|si il|si ils|de de|d’de|du de|et et|une un|un une)\b"
    r"|\b(\w{2,}) \1\b|[.,;:!?]\s*[.,;!?]|\{|\}|  |\bNone\b",
    re.IGNORECASE,
)
DOUBLED = {"vous vous", "nous nous"}  # that French has
SPOKEN = re.compile(r"(?<=[.!?]) (?=[A-ZÉÈÀÎÔ«])")
MOST_WORDS, MOST_SENTENCES = 20, 2
FIELDS = ("type", "departement", "population")
FEW = 3  # devices that an answer moves, each said on its own
READ = ["left", *(f"{kind}_{at}" for at in range(67) for kind in (*KINDS, "bare"))][:100]


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


# ---- Reasons read aloud: each holds its answers by their clauses, is short, and says nothing twice -------------------


def faults(kind: str, at: int, lengths: list[int]) -> Iterator[str]:
    """What is wrong in that file; its sentences' lengths in words join `lengths`."""
    given = explorer().answers(kind, at)
    report, view = files.report(f"{kind}_{at}"), View(edition().questionnaire, given)
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


@pytest.mark.parametrize("kind", KINDS)
def test_reasons_are_said_as_a_colleague_would(kind: str) -> None:
    check(kind, range(50))


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_so_they_are_on_a_thousand_files(kind: str) -> None:
    check(kind, range(50, 550))


# ---- What was not read is asked for ----------------------------------------------------------------------------------


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(one)


def of_edition(name: str) -> Iterator[Report]:
    """A hundred of that edition: those of this module for the current one."""
    if name == edition().id:
        yield from (files.report(f"{kind}_{at}") for kind in KINDS for at in range(50))
        return
    known = definitions()
    generator = Generator(known, known.editions[name])
    for seed in range(100):
        answers = generator.uniform(Random(seed))  # noqa: S311
        yield report_on(read_file(generator.edition, known, answers), answers, known.rules.day)


@pytest.mark.parametrize("name", definitions().editions)
def test_what_was_not_read_is_one_line_a_sheet_and_one_on_page_one(name: str) -> None:
    """« À demander … » gathers it, and stands in no title, name or amount."""
    found = Counter[int]()
    for at, report in enumerate(of_edition(name)):
        for part in report.devices:
            told = [one for one in strings(part.model_dump(mode="json")) if "À demander" in one]
            assert told == list(part.verify), (at, part.id, told)
            found[len(told)] += 1
        page = report.page_one
        told = [one for one in strings(page.model_dump(mode="json")) if "À demander" in one]
        assert told == ([page.ask] if page.ask else []), (at, told)
        found[-1] += len(told)
    assert set(found) == {-1, 0, 1}


# ---- A brake that is named gets one answer that fits the file, or none ----------------------------------------------


def test_what_answers_a_brake_fits_the_means_of_the_file() -> None:
    """One sentence at most of each; where it advises local animation, the file has the days and the money it takes."""
    advising = [one for one in definitions().texts.sentences if "brakes" in questions_of([one.when])]
    seen = Counter[str]()
    for kind in KINDS:
        for at in range(100):
            answers = explorer().answers(kind, at)
            reading = read_file(edition(), definitions(), answers)
            told = [one for one in advising if evaluate(one.when, reading.view)]
            named = [ask.in_ for one in told for ask in asks_of(one.when) if ask.question == "brakes"]
            assert max(Counter(named).values(), default=0) <= 1, (kind, at)
            anim = next(one for one in reading.advices if one.device.id == "anim")
            for one in told:
                seen[one.id] += 1
                assert "animation locale" not in one.text or not anim.gaps, (kind, at, one.id)
    assert {one.id for one in advising} == set(seen)


# ---- What would change ----------------------------------------------------------------------------------------------


def test_what_a_change_still_leaves_lacking_is_said() -> None:
    """« À préparer » after the change: the means that would still be short, read again by the whole engine."""
    seen = 0
    for kind in KINDS:
        for at in range(40):
            answers = explorer().answers(kind, at)
            for part in files.report(f"{kind}_{at}").devices:
                moves = part.change.moves if part.change else ()
                if len(moves) != 1 or not part.change or part.change.verdict != "a_preparer":
                    continue
                question = next(one for one in edition().questionnaire.questions.values()
                                if one.short == moves[0].question)  # fmt: skip
                option = next(one for one in question.options if one.text == moves[0].after)
                changed = {**prune(edition().questionnaire, answers), question.id: option.id}
                after = read_file(edition(), definitions(), changed)
                advice = next(one for one in after.advices if one.device.id == part.id)
                lacking = [gap.axis.title.lower() for gap in advice.gaps]
                assert all(one in part.change.text.lower().split("il resterait un écart")[1] for one in lacking), (
                    part.change.text
                )
                seen += 1
    assert seen > 50


def test_an_answer_that_moves_several_devices_is_said_once_for_all() -> None:
    seen = 0
    for report in (files.report(f"{PLAUSIBLE}_{at}") for at in range(40)):
        changes = [one.change for one in report.devices if one.change and len(one.change.moves) == 1]
        alone = [one.moves[0] for one in changes if one.kind in {"levier", "charge"}]
        often = {one for one in alone if alone.count(one) >= FEW}
        seen += len(often)
        assert len(report.openings) == len(often)
        for move in often:
            told = f"Avec {move.thing}, {alone.count(move)} pistes avanceraient"
            assert sum(plain(told) in plain(one) for one in report.openings) == 1
    assert seen >= 5


# ---- Same answers, same bytes, in every process ---------------------------------------------------------------------


def test_a_hundred_files_are_read_the_same_in_every_process() -> None:
    """Here, where others were read before, and where sets are in another order."""
    elsewhere = seeded.start(seeded.elsewhere(), "json", READ)
    here = {name: seeded.said(name) for name in READ}
    there = seeded.end(elsewhere)
    assert len(here) == 100
    assert [name for name in READ if here[name] != there[name]] == []
    assert len(set(here.values())) > 95  # digests of what is said, not of one and the same thing
