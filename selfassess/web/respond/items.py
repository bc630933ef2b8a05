"""The items of the repeated group: added, named, taken away. Their pages of questions are in `questions`."""

from __future__ import annotations

import re
import secrets
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from selfassess.core.answers import LABEL
from selfassess.core.definition import Item
from selfassess.core.typed import line
from selfassess.store.database import NotSavedError
from selfassess.store.models import Submission
from selfassess.store.submissions import Change, change
from selfassess.web.current import ITEM_ID, current_file
from selfassess.web.errors import Problem
from selfassess.web.fields import too_long
from selfassess.web.language import french, now
from selfassess.web.respond import blueprint
from selfassess.web.respond.conflict import KEEP_STORED, Dispute, ask
from selfassess.web.respond.editing import editing
from selfassess.web.respond.group import first_page
from selfassess.web.respond.journey import Journey, summary
from selfassess.web.respond.onward import address_back, kept_arguments, way_back
from selfassess.web.respond.saving import seen_digest

LONGEST_LABEL = 120
ID_SHAPE = re.compile(r"[0-9a-f]{12}")


def _group_journey(section: str) -> Journey:
    """The journey, if this section is the one of the group."""
    journey = Journey(current_file())
    if journey.group_place[0].id != section:
        raise Problem("no_question")
    editing(journey.file).ensure([journey.group.id])
    return journey


@blueprint.get("/dossier/<file:file>/<section>/ajouter")
def add(section: str) -> Any:
    journey = _group_journey(section)
    if len(journey.items) >= (journey.group.max or 0):
        return redirect(journey.group_url(), 303)
    return _label_page(journey, secrets.token_hex(6), "", new=True)


@blueprint.post("/dossier/<file:file>/<section>/ajouter")
def added(section: str) -> Any:
    """The id comes with the form: sent twice, it makes one item."""
    journey = _group_journey(section)
    item = request.form.get("item", "")
    if not ID_SHAPE.fullmatch(item):
        raise Problem("bad_form")
    return _name(journey, item, new=True)


@blueprint.get("/dossier/<file:file>/<section>/<item>/nom")
def rename(section: str, item: str) -> str:
    journey = _group_journey(section)
    return _label_page(journey, item, journey.label(journey.item(item)), new=False)


@blueprint.post("/dossier/<file:file>/<section>/<item>/nom")
def renamed(section: str, item: str) -> Any:
    journey = _group_journey(section)
    journey.item(item)
    return _name(journey, item, new=False)


def _label_page(
    journey: Journey, item: str, label: str, *, new: bool, error: str | None = None, saved: bool = True
) -> str:
    section = journey.group_place[0]
    sections = journey.questionnaire.sections
    return render_template(
        "respond/label.html",
        file=journey.file,
        section=section,
        number=sections.index(section) + 1,
        total=len(sections),
        definition=journey.questionnaire.item,
        item=item,
        label=label,
        seen=request.form.get(f"seen-{LABEL}") or seen_digest(label, ""),
        new=new,
        longest=LONGEST_LABEL,
        back_href=journey.group_url(),
        error=error,
        errors=summary(LABEL, error, saved),
    )


def _name(journey: Journey, item: str, *, new: bool) -> Any:
    definition = journey.questionnaire.item
    label = line(request.form.get(LABEL, ""))
    leaving = request.form.get("action") == "quit"
    if not label and leaving:
        return redirect(url_for("respond.tasks"), 303)
    if not label or len(label) > LONGEST_LABEL:
        error = too_long("Ce nom", label, LONGEST_LABEL) or french(f"Donnez un nom à cette {definition.noun}.")
        return _label_page(journey, item, label, new=new, error=error), 422
    earlier = journey.asked
    try:
        change(
            journey.file.submission, _labelled(journey, item, label, new), journey.file.role, now(), journey.file.label
        )
    except _OtherLabelError as other:
        return ask(journey.file, definition.label, [_dispute(definition, label, other.label)]), 409
    except NotSavedError:
        return _label_page(journey, item, label, new=new, saved=False), 503
    journey = Journey(journey.file)
    if leaving:
        return redirect(url_for("respond.tasks"), 303)
    if way_back(journey):
        return redirect(address_back(journey, earlier), 303)
    onward = first_page(journey, journey.item(item), editing(journey.file)) if new else None
    return redirect(onward or journey.group_url(), 303)


class _OtherLabelError(Exception):
    """The item was given another name than the one the form was shown with."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label


def _dispute(definition: Item, mine: str, stored: str) -> Dispute:
    return Dispute(LABEL, definition.label, mine, "", stored, "", seen_digest(stored, ""))


def _labelled(journey: Journey, item: str, label: str, new: bool) -> Any:
    """Nothing is named over a name that nobody saw, nor left out without a word."""
    group, keep = journey.group, request.form.get(f"keep-{LABEL}")
    seen = keep or request.form.get(f"seen-{LABEL}", "")

    def edit(submission: Submission) -> Change | None:
        editing(journey.file).ensure([group.id])
        items = [dict(one) for one in submission.answers.get(group.id) or []]
        found = next((one for one in items if one[ITEM_ID] == item), None)
        if found is None and not new:
            raise Problem("no_item")
        if found is None:
            if len(items) >= (group.max or 0):
                raise Problem("group_full")
            found = {ITEM_ID: item}
            items.append(found)
        elif found.get(LABEL) == label or keep == KEEP_STORED:
            return None
        elif seen_digest(found.get(LABEL, ""), "") != seen:
            raise _OtherLabelError(found.get(LABEL, ""))
        found[LABEL] = label
        kind = "add_item" if len(items) > len(submission.answers.get(group.id) or []) else "rename_item"
        return Change({**submission.answers, group.id: items}, submission.comments, kind, {"item": item})

    return edit


@blueprint.get("/dossier/<file:file>/<section>/<item>/retirer")
def drop(section: str, item: str) -> str:
    journey = _group_journey(section)
    position = journey.item(item)
    return render_template(
        "respond/drop.html",
        file=journey.file,
        section=section,
        noun=journey.questionnaire.item.noun,
        item=item,
        label=journey.name(position),
        back_href=journey.group_url(),
    )


@blueprint.post("/dossier/<file:file>/<section>/<item>/retirer")
def dropped(section: str, item: str) -> Response:
    """Takes an item away with its comments. Without any item left, the group is a question to answer again."""
    journey = _group_journey(section)
    prefix = f"{journey.group.id}.{item}."

    def edit(submission: Submission) -> Change | None:
        editing(journey.file).ensure([journey.group.id])
        items = submission.answers.get(journey.group.id) or []
        left = [one for one in items if one[ITEM_ID] != item]
        if len(left) == len(items):
            return None
        answers = {key: value for key, value in submission.answers.items() if key != journey.group.id}
        if left:
            answers[journey.group.id] = left
        comments, authors, voices = (
            {key: one for key, one in kept.items() if not key.startswith(prefix)}
            for kept in (submission.comments, submission.authors, submission.voices)
        )
        return Change(answers, comments, "remove_item", {"item": item}, authors, voices)

    change(journey.file.submission, edit, journey.file.role, now(), journey.file.label)
    return redirect(journey.group_url(**kept_arguments()), 303)
