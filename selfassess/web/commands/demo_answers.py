"""Answers for the demonstration: those of the edition's own cases, chosen so that everything a list shows is there.

Apart: which answers to show is a choice of its own, that needs no database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from selfassess.content.cases import load_cases
from selfassess.content.demonstration import Demonstration, Territory
from selfassess.core.answers.answers import View, read
from selfassess.core.answers.items import ITEM_ID, LABEL, Answers
from selfassess.core.answers.path import completeness
from selfassess.core.definition.edition import Edition
from selfassess.core.definition.questionnaire import Questionnaire
from selfassess.core.reading.decision import Decision, decide
from selfassess.core.reading.reading import Reading, read_file
from selfassess.web.definitions import Library

FULL = 0.9  # a file that people would send: at least that share of the key questions answered
MOST_CONFLICTS = 1


@dataclass(frozen=True)
class Candidate:
    """`reading`: what the file is said to be first."""

    answers: dict[str, object]
    features: frozenset[tuple[str, str]]
    reading: tuple[str, str]


def chosen(library: Library, edition: Edition, count: int, random: Random) -> list[dict[str, object]]:
    """That many files, territories left out: first those that show something new, then the readings least seen."""
    left = list(_candidates(library, edition, random))
    random.shuffle(left)
    seen: set[tuple[str, str]] = set()
    readings = Counter[tuple[str, str]]()
    found: list[dict[str, object]] = []
    while len(found) < count:
        best = max(left, key=lambda one: (len(one.features - seen), -readings[one.reading]))
        left.remove(best)
        seen |= best.features
        readings[best.reading] += 1
        found.append(best.answers)
    return found


def _candidates(library: Library, edition: Edition, random: Random) -> Iterator[Candidate]:
    """Each case, with what it leaves unsaid taken from a case that says everything."""
    definitions, questionnaire = library.definitions, edition.questionnaire
    cases = [read(questionnaire, one.case.answers)[0] for one in load_cases(library.root, definitions.slug, edition)]
    full = [one for one in cases if _completeness(edition, one) == 1]
    for case in cases:
        answers = {**random.choice(full), **case}
        del answers[questionnaire.territory.id]
        reading = read_file(edition, definitions, answers)
        decision = decide(definitions, reading, definitions.rules.day)
        if _completeness(edition, answers) >= FULL and len(reading.conflicts) <= MOST_CONFLICTS:
            yield Candidate(answers, frozenset(_features(reading, decision)), _said_first(reading))


def _completeness(edition: Edition, answers: dict[str, object]) -> float:
    answered, asked = completeness(View(edition.questionnaire, answers, edition.typology.conditions))
    return answered / asked


def _features(reading: Reading, decision: Decision) -> Iterator[tuple[str, str]]:
    found = reading.profile
    yield "type", str(reading.view.territory.get("type"))
    for name, question in reading.edition.questionnaire.questions.items():
        if question.filter:
            yield name, str(reading.view.value(name))
    yield from (("category", one) for one in found.order)
    yield "remainder", found.remainder
    yield from (("device", one) for one in decision.shown)
    yield "case", reading.ri_case.id if reading.ri_case else ""
    yield _said_first(reading)
    yield "confidence", found.confidence
    yield "conflicts", str(bool(reading.conflicts))
    if found.mention is not None:
        yield "mention", found.mention.id


def _said_first(reading: Reading) -> tuple[str, str]:
    found = reading.profile
    if found.principal is not None or found.reading is None:
        return "principal", found.principal or ""
    return "reading", found.reading.id


def territory_answer(questionnaire: Questionnaire, territory: Territory) -> dict[str, object]:
    """What the form keeps of a structure described by hand."""
    floors = {one.id: one.floor for one in questionnaire.territory.bands}
    return {
        "name": territory.name,
        "type": territory.type,
        "departement": territory.departement,
        "band": territory.band,
        "population": floors[territory.band],
    }


def named_items(
    demo: Demonstration, questionnaire: Questionnaire, items: Sequence[Answers], random: Random
) -> list[dict[str, object]]:
    """The items, each with an id and a name of its kind."""
    kinds = {option.id: option.aect for one in questionnaire.item.questions for option in one.options if option.aect}
    found = []
    for item in items:
        kind = next((kinds[one] for one in item.values() if isinstance(one, str) and one in kinds), None)
        names = demo.labels.get(kind or "", ())
        label = {LABEL: random.choice(names)} if names else {}
        found.append({ITEM_ID: f"{random.getrandbits(48):012x}", **label, **item})
    return found
