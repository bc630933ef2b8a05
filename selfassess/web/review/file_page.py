"""One file at a glance, and its answers section by section; comments on them; its messages, sent again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from selfassess.core.report.slots import advised
from selfassess.store import mails
from selfassess.web import throttle
from selfassess.web.errors import Problem
from selfassess.web.files.answer_names import section_of
from selfassess.web.files.desk import current_facilitator, sent_file
from selfassess.web.files.timeline import TimelineLine
from selfassess.web.forms.fields import LONGEST_COMMENT
from selfassess.web.french import french, now
from selfassess.web.mail import outbox
from selfassess.web.review import blueprint
from selfassess.web.review.acts import Page, attempt, file_url, too_late
from selfassess.web.review.correction import (
    COMMENT,
    ITEM,
    NAME,
    targets,
)
from selfassess.web.review.decision import choices
from selfassess.web.review.file_changes import ShownChange, named, news, resent
from selfassess.web.review.form_input import FormInput
from selfassess.web.review.network_reading import device_titles, own_reading
from selfassess.web.review.state_labels import STATES
from selfassess.web.review.submitted_file import SubmittedFile, opened
from selfassess.web.review.territory_files import files_by_year

WHOLE = "dossier"  # in place of a key, for a comment on the whole file
TOLD = {"request": True, "cancel": True, "validate": True, "reopen": True, "correct": True}  # whom a message tells
DONE = {
    "request": "La demande de précisions est enregistrée.",
    "cancel": "La demande de précisions est annulée.",
    "judge": "Votre lecture est enregistrée.",
    "correct": "La correction est enregistrée.",
    "assign": "Le suivi du dossier est enregistré.",
    "set_aside": "Le dossier est mis de côté : la liste, les comptes et les exports ne l'ont plus.",
    "take_back": "Le dossier est de nouveau dans la liste.",
    "join_place": "Le dossier est rattaché : il compte avec les autres dossiers de ce territoire.",
    "leave_place": "Le dossier est détaché : il est de nouveau du territoire que disent ses réponses.",
    "validate": "La relecture est validée.",
    "reopen": "La relecture est rouverte.",
    "comment": "Votre commentaire est enregistré.",
}


@dataclass(frozen=True)
class DeclaredContradiction:
    """Answers that do not go together, with where each is read."""

    text: str
    links: list[tuple[str, str]]


@blueprint.get("/dossiers/<reference>")
def file(reference: str) -> str:
    return _file_page(opened(reference), FormInput(MultiDict()), None)


def _file_page(sent: SubmittedFile, typed: FormInput, lines: list[TimelineLine] | None) -> str:
    me = current_facilitator()
    report = sent.report
    titles = device_titles(report)
    return render_template(
        "review/file.html",
        me=me,
        sent=sent,
        report=report,
        state=STATES[sent.submission.state],
        done=_done(sent),
        news=news(sent, me.id, now()),
        resent=resent(sent),
        asked=[(named(sent, key), sent.href(key)) for key in _awaited(sent)],
        own=own_reading(sent),
        advised=[titles[one] for one in advised(report)],
        doubts=doubts(sent),
        disputes=[(named(sent, key), sent.row(key).voices, sent.href(key)) for key in sent.open_keys],
        choices=choices(sent),
        years=files_by_year(sent),
        remarks=[one for one in sent.review.remarks if not one.key],
        mail_lines=outbox.for_desk(sent.submission),
        typed=typed,
        errors=typed.links,
        seen=sent.submission.acts,
        longest=LONGEST_COMMENT,
        whole=WHOLE,
    )


def _done(sent: SubmittedFile) -> str:
    """What was just done, as long as nothing else was."""
    last = sent.events[-1]
    if request.args.get("fait") != last.kind or last.kind not in DONE:
        return ""
    mail = ""
    if last.kind in TOLD:
        told = "Un message part vers la coordination."
        mail = (
            told if sent.submission.email else "La coordination le verra par son lien : elle n'a pas laissé d'adresse."
        )
    return french(f"{DONE[last.kind]} {mail}".strip())


def _awaited(sent: SubmittedFile) -> list[str]:
    found = sent.review.request
    return [key for key in found.questions if sent.now.ref(key)] if found else []


def doubts(sent: SubmittedFile) -> list[DeclaredContradiction]:
    """The contradictions of the declared report, each once; what two services answered differently is told apart."""
    found: dict[str, DeclaredContradiction] = {}
    for conflict in sent.report.conflicts:
        quotes = [quote for why in conflict.answers for quote in why.quotes]
        items = tuple(sent.now.view.positions)
        keys = [sent.edition.questionnaire.key(one.ref(items)) for one in quotes]
        if all(sent.now.open(key) for key in keys):
            continue
        names = [f"{one.short} ({one.action})" if one.action else one.short for one in quotes]
        text = conflict.desk or conflict.text
        links = found.setdefault(text, DeclaredContradiction(text, [])).links
        links.extend(one for name, key in zip(names, keys, strict=True) if (one := (name, sent.href(key))) not in links)
    return list(found.values())


@blueprint.get("/dossiers/<reference>/<section>")
def section(reference: str, section: str) -> str:
    return _section_page(section)(opened(reference), FormInput(MultiDict()), None)


def _section_page(section: str) -> Page:
    def page(sent: SubmittedFile, typed: FormInput, lines: list[TimelineLine] | None) -> str:
        at = next((at for at, one in enumerate(sent.parts) if one.section.id == section), None)
        if at is None:
            abort(404)
        return render_template(
            "review/section.html",
            me=current_facilitator(),
            sent=sent,
            part=sent.parts[at],
            before=sent.parts[at - 1].section if at else None,
            after=sent.parts[at + 1].section if at + 1 < len(sent.parts) else None,
            fixable=_fixable(sent),
            changed={one.change.key: one for one in _answers_changed(sent)},
            typed=typed,
            errors=typed.links,
            longest=LONGEST_COMMENT,
            back_href=file_url(sent),
        )

    return page


def _fixable(sent: SubmittedFile) -> dict[str, set[str]]:
    """The keys of the texts that may be corrected, by kind, when they may be at all."""
    kinds: dict[str, set[str]] = {COMMENT: set(), ITEM: set(), NAME: set()}
    for kind, key in targets(sent) if sent.may("correct") else ():
        kinds[kind].add(key)
    return kinds


def _answers_changed(sent: SubmittedFile) -> Iterator[ShownChange]:
    found = resent(sent)
    yield from (one for one in (found.changes if found else ()) if one.change.kind in {"answer", "opened"})


@blueprint.post("/dossiers/<reference>/commenter")
def comment(reference: str) -> ResponseReturnValue:
    """Comments only add up: what others do at the same time never stands in their way."""
    sent, posted = opened(reference), request.form
    key = posted.get("key", "")
    place = section_of(sent.edition.questionnaire, key) if key else None
    page = _section_page(place.id) if place else _file_page
    typed = FormInput(posted)
    text = typed.text("text", "Votre commentaire", LONGEST_COMMENT, "Écrivez votre commentaire avant de l'enregistrer.")
    if key and key not in sent.now.asked:
        return too_late(sent, typed, [], "Cette réponse n'est plus dans le dossier."), 409
    if typed.errors:
        typed.errors = {f"text-{key or WHOLE}": told for told in typed.errors.values()}
        return page(sent, typed, None), 422
    onward = sent.href(key) if key else file_url(sent, "comment")
    data = {"key": key, "text": text}
    me = current_facilitator().id
    if any(one.kind == "comment" and one.facilitator_id == me and one.data == data for one in sent.events):
        return redirect(onward, 303)  # the same form sent twice
    return attempt(sent, typed, "comment", data, page, seen=False, onward=onward)


@blueprint.post("/dossiers/<reference>/courriels/<int:mail>/renvoyer")
def resend(reference: str, mail: int) -> Response:
    """Somebody decides: the message may have been received already. Asked twice, it goes once."""
    found = next((one for one in mails.about(sent_file(reference)) if one.id == mail), None)
    if found is None:
        abort(404)
    if throttle.minutes_left(throttle.SENDING):
        raise Problem("too_many_sendings")
    mails.again(found, now())
    return redirect(url_for("review.file", reference=reference, _anchor="courriels"), 303)
