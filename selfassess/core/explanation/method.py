"""What the Méthode says beyond the definitions themselves: on which page a place is, who reads each question, what is
ours."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from selfassess.core.definition.condition import (
    Ask,
    Condition,
    Some,
    nodes_of,
)
from selfassess.core.definition.device import Device
from selfassess.core.definition.edition import Definitions, Edition
from selfassess.core.definition.report_texts import BLANK, OwnIds, OwnTexts
from selfassess.core.definition.typology import Typology

# The pages of an edition beside the first, and what the names of their places begin with. A device has its own page.
_PLACES = {
    "categories": (
        "lecture", "categories", "famille", "categorie", "indices", "porte", "indice", "ordre", "confiance", "reste",
        "situations", "situation", "integration", "maturite", "dimension", "contradictions", "contradiction",
    ),
    "dispositifs": ("moyens", "moyen", "verdicts", "pilotage", "pratique", "objectifs", "dispositifs", "dates"),
    "questions": ("questions", "question", "phrases"),
    "etude": ("etude", "sans", "notre", "savoir", "glossaire"),
    "sources": ("sources", "source", "versions"),
}  # fmt: skip  # one page a line
METHOD_PAGES = tuple(_PLACES)
_PAGE_OF: Mapping[str, str] = {kind: page for page, kinds in _PLACES.items() for kind in kinds}
_OF_DEVICE = frozenset({"dispositif", "points", "point", "demande", "sert"})


def page_of(place: str) -> str:
    """Where a place is, from the address of the edition; nothing for the first page."""
    kind, _, rest = place.partition("-")
    if kind in _OF_DEVICE:
        return f"/dispositifs/{rest.partition('-')[0]}"
    return f"/{_PAGE_OF[kind]}" if kind in _PAGE_OF else ""


def point_place(device: Device, text: str) -> str:
    """Of a door or a sign of a device, which have no id: the place lasts as long as the words."""
    return f"point-{device.id}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def in_method(address: str, place: str) -> str:
    """The address of a place, from that of the edition's first page."""
    return f"{address}{page_of(place)}#{place}"


@dataclass(frozen=True)
class MethodLink:
    """Words that lead to a place of the Méthode (an id of one of its pages)."""

    text: str
    place: str
    device: bool = False


@dataclass(frozen=True)
class OwnStatement:
    """Something the study does not say: where it stands, what it is, how its author says it is ours."""

    kind: str
    link: MethodLink
    source: str


def asked(condition: Condition, edition: Edition) -> set[str]:
    """Ids of the questions a condition reads, the group among them, named conditions followed."""
    nodes = list(nodes_of(condition, edition.typology.conditions))
    groups = {node.some for node in nodes if isinstance(node, Some)}
    return groups | {node.question for node in nodes if isinstance(node, Ask)}


def readers(definitions: Definitions, edition: Edition) -> dict[str, tuple[MethodLink, ...]]:
    """Question id → what reads it, in the order of the page, without duplicates."""
    found: dict[str, dict[MethodLink, None]] = {name: {} for name in edition.questionnaire.every}
    for link, questions in _uses(definitions, edition):
        for name in questions:
            if name in found:
                found[name].setdefault(link)
    return {name: tuple(links) for name, links in found.items()}


def _uses(definitions: Definitions, edition: Edition) -> Iterator[tuple[MethodLink, Iterable[str]]]:
    typology, means, texts = edition.typology, edition.means, definitions.texts.readers

    def read(*conditions: Any) -> set[str]:
        return {name for one in conditions if one is not None for name in asked(one, edition)}

    for category in typology.categories:
        link = MethodLink(texts.category.format(title=category.words.title), f"categorie-{category.id}")
        yield link, read(category.gate, *(one.when for one in category.evidence))
    yield MethodLink(texts.order, "ordre"), read(typology.tie_break)
    for rule in typology.remainder.readings:
        yield MethodLink(texts.reading.format(title=rule.words.title), f"lecture-{rule.id}"), read(rule.when)
    for case in typology.ri_cases:
        yield MethodLink(texts.case.format(title=case.title), f"situation-{case.id}"), read(case.when)
    yield MethodLink(texts.integration, "integration"), read(*(one.when for one in typology.ri_integration))
    for dimension in edition.maturity.dimensions:
        link = MethodLink(texts.dimension.format(title=dimension.title), f"dimension-{dimension.id}")
        yield link, read(*(level.when for level in dimension.levels))
    for axis in means.axes:
        link = MethodLink(texts.axis.format(title=axis.title), f"moyen-{axis.id}")
        yield link, {axis.question} | read(*(cap.when for cap in axis.caps))
    yield MethodLink(texts.lead, "pilotage"), read(means.lead_floor.when)
    practice = means.practice
    dormant = read(*definitions.rules.living.in_use, practice.known, *(one.when for one in practice.dormant))
    yield MethodLink(texts.practice, "pratique"), {practice.question, practice.state_question} | dormant
    yield MethodLink(texts.objectives, "objectifs"), {means.ranking.objectives_question}
    for one in edition.contradictions.contradictions:
        yield MethodLink(texts.contradictions, "contradictions"), read(one.when)
    for device in definitions.devices:
        points = (*device.fit, *device.asset, *device.territory)
        link = MethodLink(device.short, f"dispositif-{device.id}", device=True)
        yield link, read(*(one.when for one in device.eligible), *(one.when for one in points))
    for sentence in definitions.texts.sentences:
        yield MethodLink(texts.sentences, "phrases"), read(sentence.when) | set(BLANK.findall(sentence.text))
    benefits = {one.id for one in edition.questionnaire.every.values() if any(option.study for option in one.options)}
    yield MethodLink(texts.benefits, "dispositifs"), benefits


def ours(definitions: Definitions, edition: Edition) -> tuple[OwnStatement, ...]:
    """All that an author marked as our reading, our estimate, a rule or an addition of the tool."""
    own = definitions.texts.own
    return (
        *_own_of_typology(own, edition.typology),
        *_own_of_questions(own, edition),
        *_own_of_devices(own.titles, definitions.devices),
    )


def _own_of_typology(own: OwnIds, typology: Typology) -> Iterator[OwnStatement]:
    texts = own.titles
    for category in typology.categories:
        for sign in category.evidence:
            if sign.id in own.signs:
                text = texts.sign.format(category=category.words.title, text=sign.text)
                yield OwnStatement(texts.signs, MethodLink(text, f"indice-{sign.id}"), sign.source)
    for rule in typology.remainder.readings:
        if rule.ours or rule.id in own.readings:
            link = MethodLink(texts.reading.format(title=rule.words.title), f"lecture-{rule.id}")
            yield OwnStatement(texts.readings, link, rule.words.source)
    for case in typology.ri_cases:
        if case.ours:
            link = MethodLink(texts.case.format(title=case.title), f"situation-{case.id}")
            yield OwnStatement(texts.readings, link, case.source)


def _own_of_questions(own: OwnIds, edition: Edition) -> Iterator[OwnStatement]:
    texts = own.titles
    for dimension in edition.maturity.dimensions:
        if dimension.id in own.dimensions:
            link = MethodLink(texts.dimension.format(title=dimension.title), f"dimension-{dimension.id}")
            yield OwnStatement(texts.maturity, link, dimension.source)
    for question in edition.questionnaire.every.values():
        if question.id in own.questions:
            link = MethodLink(texts.question.format(title=question.short), f"question-{question.id}")
            yield OwnStatement(texts.questions, link, question.source)


def _own_of_devices(texts: OwnTexts, devices: Sequence[Device]) -> Iterator[OwnStatement]:
    for device in devices:
        link = MethodLink(device.title, f"dispositif-{device.id}")
        if device.extension is not None:
            yield OwnStatement(texts.devices, link, device.extension)
        yield from (OwnStatement(texts.doors, link, door.text) for door in device.eligible if door.ours)
