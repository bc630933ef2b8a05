"""« Vérifiez vos réponses »: every asked question with its answer, what is missing, kept aside, or contradictory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from flask import render_template

from selfassess.core import path
from selfassess.core.condition import Ref
from selfassess.core.definition import Question
from selfassess.core.path import Step
from selfassess.core.reading import read_file
from selfassess.core.reasons import answer_text
from selfassess.web.current import current_file
from selfassess.web.library import library
from selfassess.web.respond import blueprint
from selfassess.web.respond.journey import BACK_TO_CHECK, Journey
from selfassess.web.respond.saving import comment_key


@dataclass(frozen=True)
class Row:
    """`about` names the action in links, so that each link is told from the others."""

    text: str
    value: str | None
    comment: str
    href: str | None
    about: str = ""


@dataclass
class Block:
    """A section of the check page; `parts` are its items, each under its own name."""

    title: str
    rows: list[Row] = field(default_factory=list)
    parts: list[tuple[str, list[Row]]] = field(default_factory=list)


@dataclass(frozen=True)
class Doubt:
    """Answers that do not go together, and where to change them."""

    text: str
    links: list[tuple[str, str]]


def blocks(journey: Journey) -> list[Block]:
    found = []
    for section in journey.questionnaire.sections:
        block = Block(section.title)
        parts: dict[int, list[Row]] = {}
        for step in journey.steps:
            if step.section is section:
                target = block.rows if step.item is None else parts.setdefault(step.item, [])
                target.extend(_row(journey, step, question) for question in step.questions)
        block.parts = [(journey.name(item), rows) for item, rows in parts.items()]
        found.append(block)
    return found


def _row(journey: Journey, step: Step, question: Question) -> Row:
    item = None if step.item is None else journey.item_ids[step.item]
    value = answer_text(journey.view, Ref(question=question.id, item=step.item))
    if question.item is not None and path.given(journey.view, step, question) == []:
        value = f"Aucune {question.item.noun}"
    return Row(
        text=question.text,
        value=value,
        comment=journey.file.comments.get(comment_key(journey.questionnaire, question.id, item), ""),
        href=journey.url(step, retour=BACK_TO_CHECK, _anchor=question.id),
        about="" if step.item is None else journey.name(step.item),
    )


def set_aside(journey: Journey) -> Iterator[Row]:
    """Answers an earlier branch left: kept, never counted."""
    for question, item in path.abandoned(journey.view):
        value = answer_text(journey.view, Ref(question=question.id, item=item))
        yield Row(question.text, value, "", None, "" if item is None else journey.name(item))


def doubts(journey: Journey) -> list[Doubt]:
    reading = read_file(journey.file.edition, library().definitions.devices, journey.file.answers)
    found = []
    for conflict in reading.conflicts:
        links = []
        for ref in conflict.refs:
            href = journey.url_of(ref, retour=BACK_TO_CHECK)
            if href:
                about = "" if ref.item is None else f" ({journey.name(ref.item)})"
                links.append((href, journey.questionnaire.every[ref.question].short + about))
        found.append(Doubt(conflict.text, links))
    return found


@blueprint.get("/dossier/verifier")
def check() -> str:
    file = current_file()
    journey = Journey(file)
    return render_template(
        "respond/check.html",
        file=file,
        blocks=blocks(journey),
        set_aside=list(set_aside(journey)),
        doubts=doubts(journey),
        missing=len(journey.unanswered),
        group=journey.questionnaire.item.noun,
    )
