"""What the public list of PAT says of a territory, in the options of a question."""

from __future__ import annotations

from selfassess.core.definition.questionnaire import Question
from selfassess.core.definition.typography import fold


def listed_options(question: Question, cell: str) -> list[str]:
    """The options that the cell names by their words in the list (`pat_list`), in their order; of a question that has
    one answer, the furthest: the list keeps the stages gone through."""
    said = f" {fold(cell).strip()} "
    found = [one for one in question.options if one.pat_list and f" {fold(one.pat_list).strip()} " in said]
    if question.kind == "multiple":
        return [one.id for one in found]
    furthest = max(found, key=lambda one: one.level or 0, default=None)
    return [furthest.id] if furthest else []
