"""« Corriger une coquille »: only texts, never an answer; what stood before is kept, and the respondent is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy import inspect
from werkzeug.datastructures import MultiDict

from selfassess.core.answers.answers import LONGEST_NAME
from selfassess.core.answers.items import LABEL, replaced
from selfassess.core.answers.typed import line
from selfassess.core.definition.condition import Ref
from selfassess.store.acts import Outcome
from selfassess.store.models import Revision, Submission
from selfassess.web.files.timeline import TimelineLine
from selfassess.web.forms.fields import LONGEST_COMMENT, LONGEST_LABEL
from selfassess.web.french import french
from selfassess.web.report.submission_record import declaration, revisions
from selfassess.web.review import blueprint
from selfassess.web.review.acts import Page, attempt, frozen, show, too_late
from selfassess.web.review.file_changes import named
from selfassess.web.review.form_input import FormInput
from selfassess.web.review.submitted_file import SubmittedFile, opened

COMMENT, ITEM, NAME = "comment", "label", "name"


@dataclass(frozen=True)
class CorrectableText:
    """A text that may be corrected: what it is, where it stands, how long it may be."""

    kind: str
    key: str
    about: str
    text: str
    longest: int
    lines: bool = False


def targets(sent: SubmittedFile) -> dict[tuple[str, str], CorrectableText]:
    """Comments on questions asked, names of items, and the name of a territory that has no official code."""
    now, questionnaire = sent.now, sent.edition.questionnaire
    territory, found = questionnaire.territory.id, []
    for key in now.asked:
        if text := now.comments.get(key):
            about = french(f"Commentaire sur « {named(sent, key)} »")
            found.append(CorrectableText(COMMENT, key, about, text, LONGEST_COMMENT, True))
    for item, given in now.view.items_given.items():
        if label := given.get(LABEL):
            about = french(f"Nom ({questionnaire.item.noun})")
            found.append(CorrectableText(ITEM, questionnaire.key(Ref(LABEL, item)), about, str(label), LONGEST_LABEL))
    answer = now.view.territory
    if answer.get("name") and not answer.get("code"):
        found.append(CorrectableText(NAME, territory, "Nom de la structure", str(answer["name"]), LONGEST_NAME))
    return {(one.kind, one.key): one for one in found}


def _target(sent: SubmittedFile, told: Mapping[str, str]) -> CorrectableText:
    found = targets(sent).get((told.get("quoi", ""), told.get("cle", "")))
    if found is None:
        abort(404)
    return found


@blueprint.get("/dossiers/<reference>/corriger")
def correction(reference: str) -> ResponseReturnValue:
    sent = opened(reference)
    if not sent.may("correct"):
        return too_late(sent, FormInput(MultiDict()), [], frozen(sent)), 409
    return _page(_target(sent, request.args))(sent, FormInput(MultiDict()), None)


@blueprint.post("/dossiers/<reference>/corriger")
def correct(reference: str) -> ResponseReturnValue:
    sent, typed = opened(reference), FormInput(request.form)
    target = _target(sent, request.form)
    text = typed.text("text", target.about, target.longest, "Écrivez le texte corrigé.")
    if not target.lines:
        text = line(text)
    if not typed.errors and text == target.text:
        typed.wrong("text", "Ce texte est déjà celui du dossier : corrigez-le, ou revenez au dossier.")
    if typed.errors:
        return _page(target)(sent, typed, None), 422
    data = {"key": target.key, "before": target.text, "after": text, "kind": target.kind}

    def make(found: Submission, at: datetime) -> Outcome:
        """What was sent, corrected, is declared; what the respondent writes meanwhile stays unsent, corrected too."""
        written = _fixed(found, sent, target, text)
        last = revisions(found)[-1]
        columns = {one.key: getattr(found, one.key) for one in inspect(Submission).column_attrs}
        as_sent = {name: getattr(last, name) for name in ("answers", "comments", "authors", "voices")}
        fixed = Submission(**{**columns, **as_sent, **_fixed(last, sent, target, text)})
        return declaration(fixed, sent.edition, "correct", at, **written, version=found.version + 1)

    return attempt(sent, typed, "correct", data, _page(target), mail="corrected", make=make)


def _fixed(
    found: Submission | Revision, sent: SubmittedFile, target: CorrectableText, text: str
) -> dict[str, dict[str, object]]:
    """The answers and comments of the file with that text, as far as it is still there."""
    answers, comments = dict(found.answers), dict(found.comments)
    if target.kind == COMMENT and target.key in comments:
        comments[target.key] = text
    elif target.kind == NAME and target.key in answers:
        answers[target.key] = {**answers[target.key], "name": text}
    elif target.kind == ITEM:
        answers = replaced(sent.edition.questionnaire, answers, Ref.of(target.key), text)
    return {"answers": answers, "comments": comments}


def _page(target: CorrectableText) -> Page:
    def page(sent: SubmittedFile, typed: FormInput, lines: list[TimelineLine] | None) -> str:
        current = targets(sent).get((target.kind, target.key), target)
        text = typed.posted.get("text", current.text)
        return show("review/correct.html", sent, typed, lines, target=current, text=text)

    return page
