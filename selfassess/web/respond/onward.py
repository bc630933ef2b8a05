"""Where to go once a page is saved: the next one, or back to the check page."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from selfassess.core.path import Step
from selfassess.web.respond.journey import BACK_TO_CHECK, Asked, Journey, key


def next_address(journey: Journey, done: Step, earlier: Asked) -> str:
    """The next page; or back to the check page, after the questions this answer has opened."""
    if request.args.get("retour") == BACK_TO_CHECK:
        return address_back(journey, earlier, done)
    return journey.after(done)


def address_back(journey: Journey, earlier: Asked, done: Step | None = None) -> str:
    """Towards the check page: the pages newly opened first, named one after the other in `puis`."""
    named = set(request.args.get("puis", "").split())
    waiting = [step for step in journey.opened_since(earlier) if done is None or key(step) != key(done)]
    known = [key(step) for step in waiting]
    for step, _ in journey.unanswered:
        if name_of(journey, step) in named and key(step) not in known:
            waiting.append(step)
            known.append(key(step))
    if not waiting:
        return url_for("respond.check")
    names = " ".join(name_of(journey, step) for step in waiting[1:])
    more = {"puis": names} if names else {}
    return journey.url(waiting[0], retour=BACK_TO_CHECK, **more)


def name_of(journey: Journey, step: Step) -> str:
    """A page named in an address: `section/page`, with the id of the item in between."""
    item = "" if step.item is None else f"/{journey.item_ids[step.item]}"
    return f"{step.section.id}{item}/{step.page.id}"


def kept_arguments() -> dict[str, Any]:
    """What the next address must remember of this one."""
    return {name: request.args[name] for name in ("retour", "puis") if name in request.args}
