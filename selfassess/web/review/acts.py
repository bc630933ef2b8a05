"""Acts of a reviewer: each is done on the file as the page showed it, or nothing is written and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from selfassess.core.review.acts import FROZEN
from selfassess.store.acts import NotOpenError, Outcome, StaleError, perform
from selfassess.store.database import NotSavedError
from selfassess.store.models import Event, Submission
from selfassess.web import errors
from selfassess.web.files.desk import current_actor, current_facilitator
from selfassess.web.files.timeline import TimelineLine
from selfassess.web.french import french, now
from selfassess.web.mail import outbox
from selfassess.web.review import blueprint
from selfassess.web.review.form_input import FormInput
from selfassess.web.review.submitted_file import SubmittedFile, read

LONGEST_REASON = 1000
LONGEST_MESSAGE = 2000
TEXTS = ("text", "message", "advice", "reason")  # fields where something is written, or the beginning of their names
FROZEN_COPY = (
    "Ce dossier est la copie d'un envoi fait à un autre réseau : ses réponses ne changent plus. Vous pouvez le "
    "commenter, donner votre lecture et la valider. Si une réponse doit changer, dites-le en commentaire : le "
    "territoire peut retirer cette copie, puis en envoyer une autre."
)
Page = Callable[[SubmittedFile, FormInput, "list[TimelineLine] | None"], str]
NOT_SAVED = (
    "Rien n'a pu être enregistré. Ce que vous avez écrit est encore dans cette page : gardez-la ouverte, attendez une "
    "minute, puis envoyez de nouveau."
)


def file_url(sent: SubmittedFile, done: str | None = None, anchor: str | None = None) -> str:
    """The page of the file; `done` is the act it says was done."""
    return url_for("review.file", reference=sent.submission.reference, fait=done, _anchor=anchor)


def attempt(
    sent: SubmittedFile,
    typed: FormInput,
    name: str,
    data: Mapping[str, object],
    page: Page,
    *,
    mail: str = "",
    make: Callable[[Submission, datetime], Outcome] | None = None,
    seen: bool = True,
    onward: str = "",
) -> ResponseReturnValue:
    """Do the act `name`; then `onward`, or the file. `page` shows the form again, under what happened meanwhile.

    `make`: what is written besides the event; `mail`: the message to the respondent; `seen` False: never too late
    because of what others did, as long as the state lets it.
    """
    at, submission = now(), sent.submission

    def outcome(found: Submission) -> Outcome:
        made = make(found, at) if make else Outcome()
        return Outcome({**data, **made.data}, made.values, lambda event: _rows(found, made, mail, event))

    try:
        perform(submission, name, current_actor(), at, outcome, typed.seen if seen else None)
    except StaleError as stale:
        if not _done_already(stale.since, name, data):
            return refused(submission, name, typed, stale.since, page)
    except NotOpenError:
        return refused(submission, name, typed, [], page)
    except NotSavedError:
        typed.wrong("formulaire", NOT_SAVED)
        return page(sent, typed, None), 503
    return redirect(onward or file_url(sent, name), 303)


def _rows(submission: Submission, made: Outcome, mail: str, event: Event) -> Iterator[object]:
    yield from made.rows(event)
    if mail:
        yield from outbox.to_respondent(submission, mail, event)


def _done_already(since: Sequence[Event], name: str, data: Mapping[str, object]) -> bool:
    """The same form sent twice."""
    me = current_facilitator().id
    mine = (one.data for one in since if one.kind == name and one.facilitator_id == me)
    return any(all(one.get(key) == value for key, value in data.items()) for one in mine)


def refused(
    submission: Submission, name: str, typed: FormInput, since: Sequence[Event], page: Page
) -> ResponseReturnValue:
    """Somebody acted meanwhile: the form again with all that was typed, if the act is still open."""
    sent = read(submission)
    told = sent.lines_of(since)
    if not sent.may(name):
        return too_late(sent, typed, told, frozen(sent) if name in FROZEN else ""), 409
    return page(sent, typed, told), 409


def frozen(sent: SubmittedFile) -> str:
    """Why what would change its answers is not open; empty for a file that is no copy."""
    return FROZEN_COPY if sent.copied else ""


def too_late(sent: SubmittedFile, typed: FormInput, told: Sequence[TimelineLine], why: str = "") -> str:
    """The act is open no longer, or not yet: why, and what was typed, to be copied."""
    return render_template(
        "review/too_late.html",
        me=current_facilitator(),
        sent=sent,
        lines=told or sent.last_line,
        why=french(why),
        kept=typed.kept,
        back_href=file_url(sent),
    )


@blueprint.errorhandler(NotFound)
def gone(error: NotFound) -> ResponseReturnValue:
    """The file is no longer there for this desk (withdrawn, deleted): what was typed is given back."""
    posted = request.form.items(multi=True)
    kept = [text for name, text in posted if name.startswith(TEXTS) and text.strip()]
    if not kept:
        return errors.on_http(error)
    return render_template("review/gone.html", me=current_facilitator(), kept=kept), 404


def show(template: str, sent: SubmittedFile, typed: FormInput, lines: list[TimelineLine] | None, **more: object) -> str:
    """The page of an act. `lines`: what others did since the page was shown; then it counts from what it shows now."""
    fresh = lines is not None or "seen" not in typed.posted
    return render_template(
        template,
        me=current_facilitator(),
        sent=sent,
        typed=typed,
        lines=lines,
        seen=sent.submission.acts if fresh else typed.posted["seen"],
        errors=typed.links,
        back_href=file_url(sent),
        **more,
    )
