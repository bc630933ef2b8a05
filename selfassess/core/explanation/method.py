"""What the Méthode page says beyond the definitions themselves: who reads each question, and what is ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from selfassess.core.definition.condition import (
    Ask,
    Condition,
    Some,
    nodes_of,
)
from selfassess.core.definition.edition import Definitions, Edition
from selfassess.core.definition.report_texts import BLANK
from selfassess.core.definition.typography import NBSP

OURS = re.compile(r"\b(?:notre|nos|nous|outil)\b", re.IGNORECASE)  # how an author says that a source is ourselves


@dataclass(frozen=True)
class Link:
    """Words that lead to a place of the page (an id of it)."""

    text: str
    place: str
    device: bool = False


@dataclass(frozen=True)
class Ours:
    """Something the study does not say: where it stands, what it is, how its author says it is ours."""

    kind: str
    link: Link
    source: str


def asked(condition: Condition, edition: Edition) -> set[str]:
    """Ids of the questions a condition reads, the group among them, named conditions followed."""
    nodes = list(nodes_of(condition, edition.typology.conditions))
    groups = {node.some for node in nodes if isinstance(node, Some)}
    return groups | {node.question for node in nodes if isinstance(node, Ask)}


def readers(definitions: Definitions, edition: Edition) -> dict[str, tuple[Link, ...]]:
    """Question id → what reads it, in the order of the page, without duplicates."""
    found: dict[str, dict[Link, None]] = {name: {} for name in edition.questionnaire.every}
    for link, questions in _uses(definitions, edition):
        for name in questions:
            if name in found:
                found[name].setdefault(link)
    return {name: tuple(links) for name, links in found.items()}


def _uses(definitions: Definitions, edition: Edition) -> Iterator[tuple[Link, Iterable[str]]]:
    typology, means = edition.typology, edition.means

    def read(*conditions: Any) -> set[str]:
        return {name for one in conditions if one is not None for name in asked(one, edition)}

    for category in typology.categories:
        link = Link(f"catégorie {category.words.title}", f"categorie-{category.id}")
        yield link, read(category.gate, *(one.when for one in category.evidence))
    yield Link("ordre des catégories", "ordre"), read(typology.tie_break)
    for rule in typology.remainder.readings:
        yield Link(f"lecture {rule.words.title}", f"lecture-{rule.id}"), read(rule.when)
    for case in typology.ri_cases:
        yield Link(f"situation {case.title}", f"situation-{case.id}"), read(case.when)
    yield Link("place du service alimentation", "integration"), read(*(one.when for one in typology.ri_integration))
    for dimension in edition.maturity.dimensions:
        link = Link(f"dimension {dimension.title}", f"dimension-{dimension.id}")
        yield link, read(*(level.when for level in dimension.levels))
    for axis in means.axes:
        link = Link(f"moyen {axis.title}", f"moyen-{axis.id}")
        yield link, {axis.question} | read(*(cap.when for cap in axis.caps))
    yield Link("pilotage", "pilotage"), read(means.lead_floor.when)
    practice = means.practice
    dormant = read(practice.practised, practice.known, *(one.when for one in practice.dormant))
    yield Link("ce qui est déjà en place", "pratique"), {practice.question, practice.state_question} | dormant
    yield Link("objectifs servis", "objectifs"), {means.ranking.objectives_question}
    for one in edition.contradictions.contradictions:
        yield Link("réponses qui se contredisent", "contradictions"), read(one.when)
    for device in definitions.devices:
        points = (*device.fit, *device.asset, *device.territory)
        link = Link(device.short, f"dispositif-{device.id}", device=True)
        yield link, read(*(one.when for one in device.eligible), *(one.when for one in points))
    for sentence in definitions.texts.sentences:
        yield Link("phrases du rapport", "phrases"), read(sentence.when) | set(BLANK.findall(sentence.text))
    benefits = {one.id for one in edition.questionnaire.every.values() if any(option.study for option in one.options)}
    yield Link("apports des dispositifs", "dispositifs"), benefits


def ours(definitions: Definitions, edition: Edition) -> tuple[Ours, ...]:
    """All that an author marked as our reading, our estimate, a rule or an addition of the tool."""
    typology, every = edition.typology, edition.questionnaire.every.values()
    others = "Lectures de Potentiel et situations"
    marked = [
        ("Indices", f"{category.words.title}{NBSP}: {sign.text}", f"indice-{sign.id}", sign.source, False)
        for category in typology.categories for sign in category.evidence
    ]  # fmt: skip
    marked += [(others, f"Lecture {one.words.title}", f"lecture-{one.id}", one.words.source, one.ours)
               for one in typology.remainder.readings]  # fmt: skip
    marked += [(others, f"Situation {one.title}", f"situation-{one.id}", one.source, one.ours)
               for one in typology.ri_cases]  # fmt: skip
    marked += [("Maturité", f"Dimension {one.title}", f"dimension-{one.id}", one.source, False)
               for one in edition.maturity.dimensions]  # fmt: skip
    marked += [("Questions", f"Question {one.short}", f"question-{one.id}", one.source, False) for one in every]
    found = [Ours(kind, Link(text, place), source)
             for kind, text, place, source, sure in marked if sure or OURS.search(source)]  # fmt: skip
    for device in definitions.devices:
        link = Link(device.title, f"dispositif-{device.id}")
        if device.extension is not None:
            found.append(Ours("Dispositifs ajoutés ou renommés", link, device.extension))
        found.extend(Ours("Conditions d’accès", link, door.text) for door in device.eligible if door.ours)
    return tuple(found)
