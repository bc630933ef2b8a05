"""Links given: to a colleague for one section, to a reader for the report. Each is shown once, listed, switched off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from selfassess.core.answers.typed import line
from selfassess.core.review.acts import CONTRIBUTOR, READER
from selfassess.store.acts import NotOpenError, Outcome, perform
from selfassess.store.links import given, switching_off
from selfassess.store.models import Event, Link, Submission
from selfassess.store.submissions import new_token, token_hash
from selfassess.web import throttle
from selfassess.web.errors import Problem
from selfassess.web.files.opened_file import COORDINATION, File, current_file
from selfassess.web.forms.fields import LONGEST_LABEL
from selfassess.web.french import french, now, several, too_long
from selfassess.web.respond import blueprint

GIVEN = "given"  # in the session, until the next page shows it: the token of the link just made
OPENED_BY = {CONTRIBUTOR: "respond.resume", READER: "reader.open"}


@dataclass(frozen=True)
class GivenLink:
    """A link in words. `here`: it is the one this browser uses."""

    id: str
    title: str
    opens: str
    at: datetime
    off: datetime | None
    here: bool


@dataclass
class LinkRequest:
    """What a form asks: a link of `role`, to `section`, for `label`."""

    role: str = ""
    section: str = ""
    label: str = ""

    def faults(self, sections: set[str]) -> Iterator[dict[str, str]]:
        if self.role == CONTRIBUTOR and self.section not in sections:
            yield {"href": "#section", "text": "Choisissez une partie du dossier."}
        if not self.label:
            text = (
                "Écrivez pour quel service est ce lien."
                if self.role == CONTRIBUTOR
                else "Écrivez pour qui est ce lien."
            )
        elif told := too_long("Ce texte", self.label, LONGEST_LABEL):
            text = told
        elif self.label.casefold() == COORDINATION.casefold():
            text = f"« {COORDINATION} », c'est vous : écrivez le nom de l'autre service."
        else:
            return
        yield {"href": f"#{self.role}-label", "text": french(text)}


@blueprint.get("/dossier/<file:file>/partager")
def share() -> str:
    file, made = current_file(), session.get(GIVEN)
    if made is not None and made["file"] != file.submission.reference:
        return _page(file, LinkRequest(), [])  # it waits for the page of its own file
    return _page(file, LinkRequest(), [], session.pop(GIVEN, None))


@blueprint.post("/dossier/<file:file>/partager")
def shared() -> ResponseReturnValue:
    file = current_file()
    label = line(request.form.get("label", ""))
    wanted = LinkRequest(request.form.get("role", ""), request.form.get("section", ""), label)
    if wanted.role not in OPENED_BY:
        raise Problem("bad_form")
    if not file.may("share"):
        raise Problem("not_open")
    errors = list(wanted.faults({one.id for one in file.questionnaire.sections}))
    if errors:
        return _page(file, wanted, errors), 422
    if minutes := throttle.minutes_left(throttle.SHARING):
        told = f"Trop de liens viennent d'être créés : recommencez dans {several(minutes, 'minute')}."
        return _page(file, wanted, [{"href": f"#{wanted.role}-label", "text": french(told)}]), 429
    token = new_token()
    try:
        perform(file.submission, "share", file.actor, now(), lambda one: _made(one, wanted, token))
    except NotOpenError:
        raise Problem("not_open") from None
    mine = file.submission.reference
    session[GIVEN] = {"file": mine, "token": token, "role": wanted.role, "section": wanted.section, "label": label}
    return redirect(url_for("respond.share", _anchor="donne"), 303)


def _made(submission: Submission, wanted: LinkRequest, token: str) -> Outcome:
    section = wanted.section if wanted.role == CONTRIBUTOR else None

    def rows(event: Event) -> Iterator[object]:
        yield Link(
            hash=token_hash(token),
            submission_id=submission.id,
            role=wanted.role,
            section=section,
            label=wanted.label,
            created_at=event.at,
        )

    data = {"role": wanted.role, "section": section, "label": wanted.label}
    return Outcome(data, rows=rows)


@blueprint.post("/dossier/<file:file>/partager/desactiver")
def unshare() -> Response:
    """Switched off already: nothing more happens."""
    file = current_file()
    link = next((one for one in given(file.submission) if one.hash == request.form.get("link")), None)
    if link is None or link.hash == token_hash(file.token):
        raise Problem("bad_form")
    if link.revoked_at is None:
        at, data = now(), {"role": link.role, "section": link.section, "label": link.label}
        off = switching_off(link, at)
        perform(
            file.submission,
            "unshare",
            file.actor,
            at,
            lambda one: Outcome(data, rows=lambda event: [off]),
        )
    return redirect(url_for("respond.share", _anchor="liens"), 303)


def _page(file: File, wanted: LinkRequest, errors: list[dict[str, str]], made: dict[str, str] | None = None) -> str:
    found = rows(file)
    return render_template(
        "respond/share.html",
        file=file,
        sections=file.questionnaire.sections,
        wanted=wanted,
        longest=LONGEST_LABEL,
        made=made,
        address=address(made["role"], made["token"]) if made else None,
        on=[one for one in found if one.off is None],
        off=[one for one in found if one.off is not None],
        errors=errors,
        wrong={one["href"][1:]: one["text"] for one in errors},
    )


def address(role: str, token: str) -> str:
    """Where a link of that role leads."""
    return url_for(OPENED_BY[role], token=token, _external=True)


def rows(file: File) -> list[GivenLink]:
    """The links given, in words."""
    titles = {one.id: one.title for one in file.questionnaire.sections}
    mine = token_hash(file.token)
    found = []
    for link in given(file.submission):
        if link.role == CONTRIBUTOR:
            title, opens = (
                link.label,
                french(f"Répondre à la partie « {titles.get(link.section or '', '')} », lire le reste"),
            )
        elif link.role == READER:
            title, opens = link.label, "Lire le résultat"
        else:
            title, opens = "Envoyé à votre adresse e-mail", "Tout le dossier"
        found.append(GivenLink(link.hash, title, opens, link.created_at, link.revoked_at, link.hash == mine))
    return found
