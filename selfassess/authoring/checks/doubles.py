"""Ids written twice in one list: the second is told, where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from selfassess.authoring.checks.condition_checks import Finding, Path
from selfassess.core.definition.condition import Strict
from selfassess.core.definition.device import Axis, Kind
from selfassess.core.definition.questionnaire import (
    Band,
    Case,
    Category,
    Contradiction,
    Dimension,
    Family,
    Page,
    ReadingRule,
    Section,
    StructureType,
)
from selfassess.core.definition.report_texts import Block, Sentence

LONGEST = 40  # letters of a text that is told
SAID: dict[type, str] = {
    Section: "La partie « {id} » est écrite", Page: "La page « {id} » est écrite",
    StructureType: "Le type « {id} » est écrit", Band: "La tranche « {id} » est écrite",
    Family: "La famille « {id} » est écrite", Category: "La catégorie « {id} » est écrite",
    ReadingRule: "La lecture « {id} » est écrite", Case: "Le cas « {id} » est écrit",
    Dimension: "La dimension « {id} » est écrite", Axis: "L'axe « {id} » est écrit", Kind: "Le type « {id} » est écrit",
    Contradiction: "La contradiction « {id} » est écrite", Sentence: "La phrase « {id} » est écrite",
    Block: "Le bloc « {id} » est écrit",
}  # fmt: skip


def clipped(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"


def doubled(file: str, part: Any, path: Path = ()) -> Iterator[Finding]:
    """A finding per id or text already in the same list. Options, questions and signs: `checks`, across their file."""
    if isinstance(part, Strict):
        for name, field in type(part).model_fields.items():
            yield from doubled(file, getattr(part, name), (*path, field.alias or name))
    elif isinstance(part, dict):
        for name, one in part.items():
            yield from doubled(file, one, (*path, name))
    elif isinstance(part, tuple):
        seen = set()
        for at, one in enumerate(part):
            if isinstance(one, str):
                if one in seen:
                    yield Finding(file, (*path, at), f"« {clipped(one)} » est écrit deux fois dans cette liste.")
                seen.add(one)
            if (said := SAID.get(type(one))) is not None:
                if one.id in seen:
                    yield Finding(file, (*path, at, "id"), f"{said.format(id=one.id)} deux fois.")
                seen.add(one.id)
            yield from doubled(file, one, (*path, at))
