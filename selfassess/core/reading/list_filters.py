"""What lists of files are filtered by, read from one file's reading."""

from __future__ import annotations

from collections.abc import Iterator

from selfassess.core.reading.decision import Decision
from selfassess.core.reading.reading import Reading

REGION, STRUCTURE, CATEGORY, DEVICE, CASE = "region", "structure", "category", "device", "case"
QUESTION = "q."  # before the id of a question marked `filter`


def facets(reading: Reading, decision: Decision, region: str) -> Iterator[tuple[str, str]]:
    """(kind, value) of a file: ids, and the name of its region. What is not known gives nothing."""
    questionnaire = reading.edition.questionnaire
    if region:
        yield REGION, region
    if structure := reading.view.territory.get("type"):
        yield STRUCTURE, str(structure)
    for question in questionnaire.questions.values():
        value = reading.view.value(question.id) if question.filter else None
        if isinstance(value, str):
            yield QUESTION + question.id, value
    found = reading.profile
    yield from ((CATEGORY, one) for one in found.order)
    if found.remainder == "assigned":
        yield CATEGORY, reading.edition.typology.remainder.id
    yield from ((DEVICE, one) for one in decision.shown)
    if reading.ri_case is not None:
        yield CASE, reading.ri_case.id
