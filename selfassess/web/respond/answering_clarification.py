"""« Demande de précisions », the respondent's side: what the network asks, what was changed since, sending again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from selfassess.core.answers.typed import lines
from selfassess.core.review.acts import SENT, Remark, Request
from selfassess.store.acts import NotOpenError, Outcome, perform
from selfassess.store.database import NotSavedError
from selfassess.store.models import Event
from selfassess.web.files.opened_file import File, current_file
from selfassess.web.french import french, now, too_long
from selfassess.web.mail import outbox
from selfassess.web.report.submission_record import declaration
from selfassess.web.respond import blueprint
from selfassess.web.respond.editable import (
    as_it_is,
    as_sent,
    awaited,
    changed_since,
    confirmed_since,
    editing,
    past,
    remarks_told,
)
from selfassess.web.respond.journey import BACK_TO_REQUEST, Journey

LONGEST_REPLY = 2000
TO_DO, CHANGED, SAME, ANSWERED, GONE = "À compléter", "Modifiée", "Relue, inchangée", "Répondue", "N’est plus posée"
NOTHING_NEW = french("Changez ou relisez une des réponses demandées, ou écrivez un message au réseau.")
CHANGED_MEANWHILE = french("Le réseau a changé sa demande pendant que vous répondiez. Relisez-la, puis renvoyez.")
NOT_SENT = french("Vos précisions n'ont pas pu être renvoyées. Attendez une minute, puis recommencez.")


@dataclass(frozen=True)
class RequestedAnswer:
    """A question the network asks about, or one that new answers open. `href`: None when it cannot be changed."""

    key: str
    text: str
    about: str
    value: str | None
    before: str | None
    status: str
    href: str | None
    comment: str = ""
    remarks: tuple[Remark, ...] = ()

    @property
    def waited(self) -> bool:
        return self.status == TO_DO


@dataclass(frozen=True)
class RequestedAnswers:
    """`opened`: by new answers. `kept`: changed without being asked about (an earlier request cancelled, a choice
    between two services)."""

    named: list[RequestedAnswer]
    opened: list[RequestedAnswer]
    kept: list[RequestedAnswer]

    @property
    def all(self) -> list[RequestedAnswer]:
        return [*self.named, *self.opened, *self.kept]

    @property
    def left(self) -> int:
        return sum(one.waited for one in self.all)

    @property
    def touched(self) -> bool:
        return any(not one.waited for one in self.all)


def points(file: File, asked: Request) -> RequestedAnswers:
    """What is asked, and how far it is. A contributor gets those of its section."""
    sent, now_, may, journey = as_sent(file), as_it_is(file), editing(file), Journey(file)
    changed = changed_since(sent, now_) if sent else set()
    again, remarks = confirmed_since(file.submission, asked.id), remarks_told(file)

    def point(key: str, status: str) -> RequestedAnswer:
        ref = now_.ref(key)
        holder = now_ if ref or sent is None else sent
        return RequestedAnswer(
            key=key,
            text=holder.question(key).text,
            about=holder.item(key),
            value=now_.told(key),
            before=sent.told(key) if sent and key in changed else None,
            status=status,
            href=journey.url_of(ref, retour=BACK_TO_REQUEST) if ref and may.allows(key) else None,
            comment=now_.comments.get(key, ""),
            remarks=tuple(one for one in remarks if one.key == key),
        )

    def status(key: str) -> str:
        if key not in now_.asked:
            return GONE
        return CHANGED if key in changed else SAME if key in again else TO_DO

    mine = [key for key in asked.questions if may.refusal(key) != "not_your_section"]
    known = set(sent.asked) if sent else set()
    fresh = [key for key in now_.asked if key not in known and key not in asked.questions and may.allows(key)]
    rest = [key for key in now_.asked if key in changed and key in known and key not in asked.questions]
    return RequestedAnswers(
        named=[point(key, status(key)) for key in mine],
        opened=[point(key, TO_DO if now_.told(key) is None else ANSWERED) for key in fresh],
        kept=[point(key, CHANGED) for key in rest if may.allows(key)],
    )


@blueprint.get("/dossier/<file:file>/precisions")
def clarification() -> ResponseReturnValue:
    file = current_file()
    found = awaited(file.submission)
    if found is None:
        return redirect(url_for("respond.receipt" if file.submission.state in SENT else "respond.tasks"), 303)
    return _page(file, found)


@blueprint.post("/dossier/<file:file>/precisions")
def resubmit() -> ResponseReturnValue:
    """Nothing is sent against another request than the one read; sent twice, it is sent once."""
    file = current_file()
    found, reply = awaited(file.submission), lines(request.form.get("reply", ""))
    if found is None:
        return _too_late(file, reply)
    if str(found.id) != request.form.get("request"):
        return _page(file, found, reply, [{"href": "#demande", "text": CHANGED_MEANWHILE}]), 409
    errors = list(_faults(file, found, reply))
    if errors:
        return _page(file, found, reply, errors), 422
    try:
        perform(file.submission, "resubmit", file.actor, now(), lambda one: _sent(file, found, reply))
    except NotOpenError:
        return _too_late(file, reply)
    except _OtherRequestError as other:
        return _page(file, other.request, reply, [{"href": "#demande", "text": CHANGED_MEANWHILE}]), 409
    except NotSavedError:
        return _page(file, found, reply, [{"href": "#renvoi", "text": NOT_SENT}]), 503
    return redirect(url_for("respond.receipt"), 303)


class _OtherRequestError(Exception):
    def __init__(self, other: Request) -> None:
        super().__init__()
        self.request = other


def _sent(file: File, read: Request, reply: str) -> Outcome:
    found = awaited(file.submission)
    if found is not None and found.id != read.id:
        raise _OtherRequestError(found)
    made = declaration(file.submission, file.edition, "resubmit", now())

    def rows(event: Event) -> Iterator[object]:
        yield from made.rows(event)
        yield from outbox.to_network(file.submission, "resubmitted", event)

    return Outcome({"reply": reply}, made.values, rows)


def _faults(file: File, found: Request, reply: str) -> Iterator[dict[str, str]]:
    if told := too_long("Votre message", reply, LONGEST_REPLY):
        yield {"href": "#reply", "text": told}
    if not reply and not points(file, found).touched:
        yield {"href": "#reply", "text": NOTHING_NEW}


def _page(file: File, found: Request, reply: str = "", errors: list[dict[str, str]] | None = None) -> str:
    told = points(file, found)
    return render_template(
        "respond/clarification.html",
        file=file,
        asked=found,
        asked_on=datetime.fromisoformat(found.at),
        longest=LONGEST_REPLY,
        points=told,
        others=len(found.questions) - len(told.named),
        reply=reply,
        errors=errors or [],
        wrong=next((one["text"] for one in errors or [] if one["href"] == "#reply"), None),
    )


def _too_late(file: File, reply: str) -> ResponseReturnValue:
    """Sent already, or the network cancelled its request meanwhile: what was typed is given back."""
    last = next((one for one in reversed(past(file.submission)) if one.kind in {"resubmit", "cancel"}), None)
    if last is None or last.kind == "resubmit":
        return redirect(url_for("respond.receipt" if file.submission.state in SENT else "respond.tasks"), 303)
    return render_template("respond/cancelled.html", file=file, last=last, reply=reply), 409
