"""From the directory of authorities to the answer of a territory question."""

from __future__ import annotations

from selfassess.content.directory import Directory
from selfassess.core.definition.questionnaire import Question


def answer_for(question: Question, directory: Directory, code: str) -> dict[str, str | int] | None:
    """The answer an official code stands for; None when no authority has it."""
    place = directory.get(code)
    if place is None:
        return None
    kind = question.type_of(place.rows)
    parts = {
        "code": place.code,
        "name": place.name,
        "type": None if kind is None else kind.id,
        "departement": place.departement or None,
        "population": place.population,
    }
    return {key: value for key, value in parts.items() if value is not None}
