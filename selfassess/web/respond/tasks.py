"""The task list: what is done and what is left, recomputed from the answers each time."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, url_for

from selfassess.core.definition import Section
from selfassess.web.current import current_file
from selfassess.web.language import several
from selfassess.web.respond import blueprint
from selfassess.web.respond.entry import private_link
from selfassess.web.respond.journey import Journey


@dataclass(frozen=True)
class Task:
    section: Section
    status: str
    colour: str | None
    href: str
    left: str


TO_DO, UNDER_WAY, DONE = "À faire", "En cours", "Terminé"
COLOURS = {TO_DO: "grey", UNDER_WAY: "yellow", DONE: None}


def section_tasks(journey: Journey) -> list[Task]:
    """One task per section, with its status and the page to go to: the first one unanswered."""
    found = []
    for section in journey.questionnaire.sections:
        asked = [step for step in journey.steps if step.section is section]
        left = [step for step, _ in journey.unanswered if step.section is section]
        total = sum(len(step.questions) for step in asked)
        status = DONE if not left else TO_DO if len(left) == total else UNDER_WAY
        told = f"Encore {several(len(left), 'question')}" if status == UNDER_WAY else several(total, "question")
        goal = left[0] if left else asked[0] if asked else None
        href = journey.url(goal) if goal else url_for("respond.check")
        found.append(Task(section, status, COLOURS[status], href, told))
    return found


@blueprint.get("/dossier")
def tasks() -> str:
    file = current_file()
    journey = Journey(file)
    found = section_tasks(journey)
    return render_template(
        "respond/tasks.html",
        file=file,
        tasks=found,
        done=sum(task.status == DONE for task in found),
        next=next((task for task in found if task.status != DONE), None),
        link=private_link(file.token),
    )
