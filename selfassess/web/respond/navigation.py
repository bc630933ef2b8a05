"""Where to go once a page is saved: the next one, or back to the check page or to the clarification asked for."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from selfassess.core.answers.path import Step
from selfassess.core.review.acts import CLARIFICATION
from selfassess.store import page_drafts
from selfassess.web.respond.editable import editing
from selfassess.web.respond.journey import (
    BACK,
    BACK_TO_CHECK,
    BACK_TO_REQUEST,
    AskedQuestions,
    Journey,
    WayBack,
    address,
    heading,
    key,
)


def next_address(journey: Journey, done: Step, earlier: AskedQuestions) -> str:
    """The next page; or back where `way_back` says, after the questions this answer has opened."""
    if way_back(journey):
        return address_back(journey, earlier, done)
    return journey.after(done)


def way_back(journey: Journey) -> str | None:
    """The page to come back to (a key of `BACK`); in a clarification, always one."""
    asked = request.args.get("retour", "")
    always = BACK_TO_REQUEST if journey.file.submission.state == CLARIFICATION else None
    return asked if asked in BACK else always


def address_back(journey: Journey, earlier: AskedQuestions, done: Step | None = None) -> str:
    """Towards the page to come back to: the pages newly opened first, named one after the other in `puis`."""
    back, may = way_back(journey) or BACK_TO_CHECK, editing(journey.file)
    named = set(request.args.get("puis", "").split())
    waiting = [step for step in journey.opened_since(earlier) if done is None or key(step) != key(done)]
    known = [key(step) for step in waiting]
    for step, _question in journey.unanswered:
        if name_of(step) in named and key(step) not in known:
            waiting.append(step)
            known.append(key(step))
    waiting = [step for step in waiting if may.opened(journey, step).questions]
    if not waiting:
        return address(back)
    kept = WayBack(retour=back)
    if names := " ".join(name_of(step) for step in waiting[1:]):
        kept["puis"] = names
    return journey.url(waiting[0], **kept)


def name_of(step: Step) -> str:
    """A page named in an address: `section/page`, with the id of the item in between."""
    item = "" if step.item is None else f"/{step.item}"
    return f"{step.section.id}{item}/{step.page.id}"


@dataclass(frozen=True)
class UnsavedPage:
    """A page that keeps a draft: its words, its address."""

    heading: str
    href: str


def unsaved(journey: Journey) -> list[UnsavedPage]:
    """The pages left with something ticked and not saved, that may still be changed."""
    file, may = journey.file, editing(journey.file)
    kept = {one.page for one in page_drafts.of_role(file.submission, file.role)} if file.drafted else set()
    steps = [step for step in journey.steps if kept and name_of(step) in kept and may.opened(journey, step).questions]
    names = [f"{heading(step)} ({journey.name(step.item)})" if step.item else heading(step) for step in steps]
    return [UnsavedPage(name, journey.url(step)) for name, step in zip(names, steps, strict=True)]
