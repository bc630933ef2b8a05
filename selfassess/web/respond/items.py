"""The items of the repeated group: added, named, taken away. Their pages of questions are in `questions`."""

from __future__ import annotations

import re
import secrets

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from selfassess.core.answers.items import ITEM_ID, LABEL
from selfassess.core.answers.typed import line
from selfassess.core.definition.questionnaire import Item
from selfassess.store import page_drafts
from selfassess.store.database import NotSavedError
from selfassess.store.models import Submission
from selfassess.store.submissions import Change, Edit, change
from selfassess.web.errors import Problem
from selfassess.web.files.opened_file import current_file
from selfassess.web.forms.fields import LONGEST_LABEL
from selfassess.web.french import french, now, too_long
from selfassess.web.respond import blueprint
from selfassess.web.respond.editable import editing
from selfassess.web.respond.group import first_page
from selfassess.web.respond.journey import Journey, kept_way_back, summary
from selfassess.web.respond.merge import seen_digest
from selfassess.web.respond.navigation import address_back, way_back
from selfassess.web.respond.saving_conflict import KEEP_STORED, SavingConflict, ask

ID_SHAPE = re.compile(r"[0-9a-f]{12}")


def _group_journey(section: str) -> Journey:
    """The journey, if this section is the one of the group."""
    journey = Journey(current_file())
    if journey.group_place[0].id != section:
        raise Problem("no_question")
    editing(journey.file).ensure([journey.group.id])
    return journey


@blueprint.get("/dossier/<file:file>/<section>/ajouter")
def add(section: str) -> ResponseReturnValue:
    journey = _group_journey(section)
    if len(journey.items) >= (journey.group.max or 0):
        return redirect(journey.group_url(), 303)
    return _label_page(journey, secrets.token_hex(6), "", new=True)


@blueprint.post("/dossier/<file:file>/<section>/ajouter")
def added(section: str) -> ResponseReturnValue:
    """The id comes with the form: sent twice, it makes one item."""
    journey = _group_journey(section)
    item = request.form.get("item", "")
    if not ID_SHAPE.fullmatch(item):
        raise Problem("bad_form")
    return _name(journey, item, new=True)


@blueprint.get("/dossier/<file:file>/<section>/<item>/nom")
def rename(section: str, item: str) -> str:
    journey = _group_journey(section)
    journey.ensure(item)
    return _label_page(journey, item, journey.label(item), new=False)


@blueprint.post("/dossier/<file:file>/<section>/<item>/nom")
def renamed(section: str, item: str) -> ResponseReturnValue:
    journey = _group_journey(section)
    journey.ensure(item)
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
        back_href=journey.group_url(**kept_way_back()),
        error=error,
        errors=summary(LABEL, error, saved),
        none_said=_none_said(journey, journey.file.submission),
    )


def _none_said(journey: Journey, submission: Submission) -> bool:
    """Is « aucune » the answer?"""
    return bool(submission.answers.get(journey.group.id) == [])


def _name(journey: Journey, item: str, *, new: bool) -> ResponseReturnValue:
    definition = journey.questionnaire.item
    label = line(request.form.get(LABEL, ""))
    leaving = request.form.get("action") == "quit"
    if not label and leaving:
        return redirect(url_for("respond.saved"), 303)
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
    except _NoneSaidError:
        error = french(NONE_SAID % (definition.noun, definition.noun))
        return _label_page(journey, item, label, new=new, error=error), 409
    except NotSavedError:
        return _label_page(journey, item, label, new=new, saved=False), 503
    journey = Journey(journey.file)
    if leaving:
        return redirect(url_for("respond.saved"), 303)
    if way_back(journey):
        return redirect(address_back(journey, earlier), 303)
    onward = first_page(journey, item, editing(journey.file)) if new else None
    return redirect(onward or journey.group_url(), 303)


NONE_SAID = (
    "« Aucune %s » a été répondu depuis que cette page s'est affichée : continuez pour ajouter cette %s malgré tout."
)


class _NoneSaidError(Exception):
    """« Aucune » was answered while this item was being named."""


class _OtherLabelError(Exception):
    """The item was given another name than the one the form was shown with."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label


def _dispute(definition: Item, mine: str, stored: str) -> SavingConflict:
    return SavingConflict(LABEL, definition.label, mine, "", stored, "", seen_digest(stored, ""))


def _labelled(journey: Journey, item: str, label: str, new: bool) -> Edit:
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
            if _none_said(journey, submission) and not request.form.get("none-said"):
                raise _NoneSaidError
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


CHANGED = "Cette %s a changé depuis que cette page s'est affichée : relisez ses réponses avant de la retirer."


class _ChangedError(Exception):
    """The item is no more as it was when its removal was proposed."""


@blueprint.get("/dossier/<file:file>/<section>/<item>/retirer")
def drop(section: str, item: str) -> str:
    return _drop_page(_group_journey(section), item)


def _drop_page(journey: Journey, item: str, *, changed: bool = False) -> str:
    noun = journey.questionnaire.item.noun
    journey.ensure(item)
    return render_template(
        "respond/drop.html",
        file=journey.file,
        section=journey.group_place[0].id,
        noun=noun,
        item=item,
        label=journey.name(item),
        seen=_whole(journey, journey.file.submission, item),
        back_href=journey.group_url(**kept_way_back()),
        errors=[{"href": "#retirer", "text": french(CHANGED % noun)}] if changed else [],
    )


def _whole(journey: Journey, submission: Submission, item: str) -> str:
    """Digest of all that a removal takes away: the name, the answers, the comments, what others answered."""
    prefix = f"{journey.group.id}.{item}."
    items = submission.answers.get(journey.group.id) or []
    kept = [[one for one in items if one[ITEM_ID] == item]]
    for one in (submission.comments, submission.voices):
        kept.append([[key, said] for key, said in sorted(one.items()) if key.startswith(prefix)])
    return seen_digest(kept, "")


@blueprint.post("/dossier/<file:file>/<section>/<item>/retirer")
def dropped(section: str, item: str) -> ResponseReturnValue:
    """Takes an item away with its comments, as it was shown: what was answered since is not lost unseen. Without any
    item left, the group is a question to answer again."""
    journey = _group_journey(section)
    prefix = f"{journey.group.id}.{item}."

    def edit(submission: Submission) -> Change | None:
        editing(journey.file).ensure([journey.group.id])
        items = submission.answers.get(journey.group.id) or []
        left = [one for one in items if one[ITEM_ID] != item]
        if len(left) == len(items):
            return None
        if request.form.get("seen") != _whole(journey, submission, item):
            raise _ChangedError
        answers = {key: value for key, value in submission.answers.items() if key != journey.group.id}
        if left:
            answers[journey.group.id] = left
        comments, authors, voices = (
            {key: one for key, one in kept.items() if not key.startswith(prefix)}
            for kept in (submission.comments, submission.authors, submission.voices)
        )
        return Change(answers, comments, "remove_item", {"item": item}, authors, voices)

    try:
        change(journey.file.submission, edit, journey.file.role, now(), journey.file.label)
    except _ChangedError:
        return _drop_page(Journey(journey.file), item, changed=True), 409
    if journey.file.drafted:
        page_drafts.forget_item(journey.file.submission, item)
    return redirect(journey.group_url(**kept_way_back()), 303)
