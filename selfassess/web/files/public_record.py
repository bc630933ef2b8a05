"""« D'après votre fiche France PAT du … »: what a public list, brought by a network, already says of the territory.

Apart: it is said beside the questions and never answers one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from selfassess.core.definition.questionnaire import Question
from selfassess.core.network.place import place_key
from selfassess.core.network.public_list import listed_options
from selfassess.store.territories.expected import told_of
from selfassess.web.definitions import library
from selfassess.web.files.opened_file import File


@dataclass(frozen=True)
class Recorded:
    """What the list says of one question. `answer`: the same as an answer, None where no option is named so."""

    question: Question
    text: str
    answer: str | list[str] | None


@dataclass(frozen=True)
class Record:
    """`name`: of what it is read in, for example « fiche France PAT »."""

    name: str
    on: date
    said: list[Recorded]

    @property
    def answers(self) -> dict[str, str | list[str]]:
        return {one.question.id: one.answer for one in self.said if one.answer is not None}


def record_of(file: File, questions: Iterable[Question]) -> Record | None:
    """Of those questions; None when no list says anything of them."""
    rules = library().definitions.network.public_list
    asked = [one for one in questions if one.id in rules.told]
    territory = file.submission.answers.get(file.questionnaire.territory.id)
    place = place_key(territory) if asked and isinstance(territory, dict) else ""
    found = told_of(place) if place else None
    if found is None or found.told_on is None:
        return None
    said = [_recorded(one, str(found.told[one.id])) for one in asked if found.told.get(one.id)]
    return Record(rules.record, found.told_on, said) if said else None


def _recorded(question: Question, text: str) -> Recorded:
    options = listed_options(question, text)
    several = question.kind == "multiple"
    return Recorded(question, text, (options if several else options[0]) if options else None)
