"""A network's desk speaks of the territory: what says « vous » and is read there has another form."""

from __future__ import annotations

import re

from selfassess.authoring.checks.condition_checks import CheckedEdition
from selfassess.core.definition.means import Practice
from selfassess.core.definition.questionnaire import Question, Section
from selfassess.core.definition.strict import walk
from selfassess.core.definition.typology import Contradiction, Wording

YOU = re.compile(r"\b(?:vous|votre|vos|vôtres?)\b", re.IGNORECASE)
PARTS = ("questionnaire", "contradictions", "typology", "means")
LACKING = (
    "Ce texte se lit aussi au réseau, où l'on parle du territoire : donnez-en la forme « {field} », sans « vous »."
)


def check_desk(checked: CheckedEdition) -> None:
    """Of each text read at the desk: its form there, or itself, says no « vous »."""
    for part in PARTS:
        for found in walk(getattr(checked.edition, part)):
            for name, form, texts in _read(found.value):
                if any(YOU.search(one) for one in texts if one is not None):
                    checked.say(checked.file(part), (*found.path, name), LACKING.format(field=form))


def _read(value: object) -> list[tuple[str, str, tuple[str | None, ...]]]:
    """Where what is read at the desk stands, the field that would hold it, and the texts."""
    if isinstance(value, Question | Contradiction):
        return [("desk" if value.desk else "text", "desk", (value.desk or value.text,))]
    if isinstance(value, Section):
        return [("desk" if value.desk else "title", "desk", (value.desk or value.title,))]
    if isinstance(value, Practice):
        name = "conflict_desk" if value.conflict_desk else "conflict_text"
        return [(name, "conflict_desk", (value.conflict_desk or value.conflict_text,))]
    if isinstance(value, Wording):
        said = value.desk or value
        return [("desk" if value.desk else "plain", "desk", (said.plain, said.also, said.acted))]
    return []
