"""Links given: to a colleague for some sections, to a reader for the report. Each is shown once, listed, switched off.

A colleague's part begins and ends here: what it asks, in words to send; the thanks; and that it is done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from selfassess.core.answers.in_words import listed
from selfassess.core.answers.path import minutes
from selfassess.core.answers.typed import line
from selfassess.core.definition.questionnaire import Questionnaire
from selfassess.core.review.acts import CONTRIBUTOR, READER
from selfassess.store.acts import NotOpenError, Outcome, perform
from selfassess.store.models import Event, Link, Submission
from selfassess.store.submissions import events, given, lent_hashes, new_token, switching_off, token_hash
from selfassess.web import throttle
from selfassess.web.errors import Problem
from selfassess.web.files.opened_file import COORDINATION, File, current_file
from selfassess.web.forms.fields import LONGEST_LABEL
from selfassess.web.french import day, french, moment, now, several, today, too_long
from selfassess.web.log_lines import record
from selfassess.web.mail import outbox
from selfassess.web.mail.address_faults import address_fault
from selfassess.web.respond import blueprint
from selfassess.web.respond.journey import Journey

TYPED = ("label", "due", "email")
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
    """What a form asks: a link of `role`, to `sections`, for `label`, awaited on the day `due`; and the address of
    whoever gives it, if they leave one. `whole`: to the whole report, else to its version for élus."""

    role: str = ""
    sections: tuple[str, ...] = ()
    whole: bool = False
    label: str = ""
    due: str = ""
    email: str = ""

    @classmethod
    def posted(cls) -> LinkRequest:
        given = request.form
        sections, whole = tuple(given.getlist("section")), given.get("version") == "whole"
        return cls(given.get("role", ""), sections, whole, *(line(given.get(one, "")) for one in TYPED))

    @property
    def section(self) -> str | None:
        """As stored: a reader has none."""
        return " ".join(self.sections) if self.role == CONTRIBUTOR else None

    @property
    def day(self) -> date | None:
        """The day, if it is one still to come."""
        try:
            found = date.fromisoformat(self.due)
        except ValueError:
            return None
        return found if found >= today() else None

    def faults(self, sections: set[str]) -> Iterator[dict[str, str]]:
        if self.role == CONTRIBUTOR and not (self.sections and sections.issuperset(self.sections)):
            yield {"href": "#section", "text": "Choisissez au moins une partie du dossier."}
        if told := self._label_fault():
            yield {"href": f"#{self.role}-label", "text": french(told)}
        if self.due and self.day is None:
            yield {"href": "#due", "text": french("Choisissez une date à venir, ou laissez ce champ vide.")}
        if self.email and (told := address_fault(self.email)):
            yield {"href": "#email", "text": told}

    def _label_fault(self) -> str | None:
        if not self.label:
            return f"Écrivez pour {'quel service' if self.role == CONTRIBUTOR else 'qui'} est ce lien."
        if self.label.casefold() == COORDINATION.casefold():
            return f"« {COORDINATION} », c'est vous : écrivez le nom de l'autre service."
        return too_long("Ce texte", self.label, LONGEST_LABEL)


@dataclass(frozen=True)
class Effort:
    """What filling in some sections asks: their titles, questions counted as the file stands, minutes."""

    titles: str
    sections: int
    questions: int
    minutes: int


@dataclass(frozen=True)
class Contribution:
    """A service asked to fill in a part: where it stands, in words."""

    label: str
    titles: str
    state: str
    done: bool


@blueprint.get("/dossier/<file:file>/partager")
def share() -> str:
    file, made = current_file(), session.get(GIVEN)
    if made is not None and made["file"] != file.submission.reference:
        return _page(file, LinkRequest(), [])  # it waits for the page of its own file
    return _page(file, LinkRequest(), [], session.pop(GIVEN, None))


@blueprint.post("/dossier/<file:file>/partager")
def shared() -> ResponseReturnValue:
    file, wanted = current_file(), LinkRequest.posted()
    if wanted.role not in OPENED_BY:
        raise Problem("bad_form")
    if not file.may("share"):
        raise Problem("not_open")
    errors = list(wanted.faults({one.id for one in file.questionnaire.sections}))
    if errors:
        return _page(file, wanted, errors), 422
    wait = throttle.minutes_left(throttle.SHARING)
    if wanted.email and not wait:
        wait = throttle.minutes_left(throttle.SENDING, wanted.email)
    if wait:
        told = f"Trop de liens viennent d'être créés : recommencez dans {several(wait, 'minute')}."
        return _page(file, wanted, [{"href": f"#{wanted.role}-label", "text": french(told)}]), 429
    token = new_token()
    try:
        perform(file.submission, "share", file.actor, now(), lambda one: _made(one, wanted, token))
    except NotOpenError:
        raise Problem("not_open") from None
    named = {"role": wanted.role, "section": wanted.section or "", "label": wanted.label, "due": wanted.due}
    session[GIVEN] = {"file": file.submission.reference, "token": token, **named}
    return redirect(url_for("respond.share", _anchor="donne"), 303)


def _made(submission: Submission, wanted: LinkRequest, token: str) -> Outcome:
    def rows(event: Event) -> Iterator[object]:
        yield Link(
            hash=token_hash(token),
            submission_id=submission.id,
            role=wanted.role,
            section=wanted.section,
            label=wanted.label,
            due=wanted.day,
            whole=wanted.whole,
            created_at=event.at,
        )

    data = {"role": wanted.role, "section": wanted.section, "label": wanted.label}
    left = {"email": wanted.email} if wanted.email and not submission.email else {}
    return Outcome(data, left, rows)


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
        record("link withdrawn", file=file.submission.id, opens=link.role)
    return redirect(url_for("respond.share", _anchor="liens"), 303)


def _page(file: File, wanted: LinkRequest, errors: list[dict[str, str]], made: dict[str, str] | None = None) -> str:
    found = rows(file)
    leads = address(made["role"], made["token"]) if made else ""
    return render_template(
        "respond/share.html",
        file=file,
        sections=file.questionnaire.sections,
        wanted=wanted,
        longest=LONGEST_LABEL,
        made=made,
        address=leads,
        message=_message(file, made, leads) if made else "",
        first_day=today().isoformat(),
        on=[one for one in found if one.off is None],
        off=[one for one in found if one.off is not None],
        errors=errors,
        wrong={one["href"][1:]: one["text"] for one in errors},
    )


def address(role: str, token: str) -> str:
    """Where a link of that role leads."""
    return url_for(OPENED_BY[role], token=token, _external=True)


def _message(file: File, made: dict[str, str], leads: str) -> str:
    """The words to send with a link just made: who asks, what, how long, by when."""
    sections = tuple(made["section"].split())
    return render_template(
        "respond/_share_message.txt",
        file=file,
        made=made,
        address=leads,
        effort=effort(Journey(file), sections),
        due=date.fromisoformat(made["due"]) if made["due"] else None,
    )


def effort(journey: Journey, sections: Collection[str]) -> Effort:
    """What these sections ask of whoever fills them in, with one action at least where actions are."""
    steps = [step for step in journey.steps if step.section.id in sections]
    asked = [question for step in steps if step.item is None for question in step.questions]
    items = max(1, len(journey.items)) if journey.group_place[0].id in sections else 0
    titles = _titles(journey.questionnaire, sections)
    count = sum(len(step.questions) for step in steps)
    return Effort(titles, len(sections), count, minutes(journey.questionnaire, asked, items))


def _titles(questionnaire: Questionnaire, sections: Collection[str]) -> str:
    return french(listed([f"« {one.title} »" for one in questionnaire.sections if one.id in sections]))


def contributions(file: File) -> list[Contribution]:
    """The services that have a link to fill in a part, and what they did with it."""
    theirs = [one for one in events(file.submission) if one.role == CONTRIBUTOR]
    found = []
    for link in given(file.submission):
        if link.role == CONTRIBUTOR and link.revoked_at is None:
            acts = [one for one in theirs if one.actor == link.label]
            done = _told(theirs, link.label, link.section or "")
            state = f"terminé le {moment(done.at)}" if done else "commencé" if acts else "pas encore commencé"
            if link.due and not done:
                state += f", attendu le {day(link.due)}"
            titles = _titles(file.questionnaire, (link.section or "").split())
            found.append(Contribution(link.label, titles, state, done is not None))
    return found


def _told(past: Sequence[Event], label: str, section: str) -> Event | None:
    """The last time that this service said that this part is done."""
    mine = (one for one in reversed(past) if one.kind == "finish" and one.actor == label)
    return next((one for one in mine if one.data["section"] == section), None)


@blueprint.get("/dossier/<file:file>/fin")
def ended() -> str:
    """The end of a contributor's part: thanks, and what is left."""
    file = current_file()
    journey = Journey(file)
    told = _told(events(file.submission), file.label, " ".join(file.sections))
    left = sum(journey.mine(step) for step, _ in journey.unanswered)
    return render_template("respond/ended.html", file=file, told=told, left=left)


@blueprint.post("/dossier/<file:file>/termine")
def finish() -> Response:
    """A service says that its part is done: the coordination reads it in its file, and by e-mail if it left an
    address. Said twice on one day, it is written about once."""
    file = current_file()
    data = {"label": file.label, "section": " ".join(file.sections)}

    def make(submission: Submission) -> Outcome:
        said = _told(events(submission), file.label, data["section"])
        lately = said is not None and now() - said.at < timedelta(days=1)
        return Outcome(data, rows=lambda event: [] if lately else outbox.to_respondent(submission, "finished", event))

    try:
        perform(file.submission, "finish", file.actor, now(), make)
    except NotOpenError:
        raise Problem("not_open") from None
    return redirect(url_for("respond.ended"), 303)


def rows(file: File) -> list[GivenLink]:
    """The links given, in words."""
    mine, lent = token_hash(file.token), lent_hashes(file.submission)
    found = []
    for link in given(file.submission):
        if link.role == CONTRIBUTOR:
            titles = _titles(file.questionnaire, (link.section or "").split())
            title, opens = link.label, f"Remplir {titles}, lire le reste"
        elif link.role == READER:
            title = f"{link.label} (donné par le réseau)" if link.hash in lent else link.label
            opens = "Lire le rapport entier" if link.whole else "Lire la version pour les élus"
        else:
            title, opens = "Envoyé à votre adresse e-mail", "Tout le dossier"
        found.append(GivenLink(link.hash, title, opens, link.created_at, link.revoked_at, link.hash == mine))
    return found
