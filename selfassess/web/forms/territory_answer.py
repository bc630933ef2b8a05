"""From the directory of authorities to the answer of a territory question."""

from __future__ import annotations

from selfassess.content.directory import Directory, Place
from selfassess.core.definition.questionnaire import Question


def kind_of(question: Question, place: Place) -> str | None:
    """The type of structure that covers a row of the directory (`type` or `type:kind`), the first that matches."""
    rows = {place.type, f"{place.type}:{place.kind}"}
    return next((one.id for one in question.types if rows & set(one.directory)), None)


def answer_for(question: Question, directory: Directory, code: str) -> dict[str, str | int] | None:
    """The answer an official code stands for; None when no authority has it."""
    place = directory.get(code)
    if place is None:
        return None
    parts = {
        "code": place.code,
        "name": place.name,
        "type": kind_of(question, place),
        "departement": place.departement or None,
        "population": place.population,
    }
    return {key: value for key, value in parts.items() if value is not None}
