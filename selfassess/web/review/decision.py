"""Who follows a file; setting it aside; validating its review, and reopening it."""

from __future__ import annotations

from datetime import datetime

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from selfassess.store.acts import Outcome
from selfassess.store.database import db
from selfassess.store.models import Facilitator, Membership, Submission
from selfassess.web.files.desk import current_facilitator
from selfassess.web.files.timeline import TimelineLine
from selfassess.web.mail import outbox
from selfassess.web.report.visibility import validated
from selfassess.web.review import blueprint
from selfassess.web.review.acts import LONGEST_REASON, attempt, show, too_late
from selfassess.web.review.file_changes import named
from selfassess.web.review.form_input import FormInput
from selfassess.web.review.network_reading import own_reading
from selfassess.web.review.submitted_file import SubmittedFile, opened

NOBODY = ""


@blueprint.post("/dossiers/<reference>/suivi")
def assign(reference: str) -> ResponseReturnValue:
    """To an active account of the file's network, or to nobody."""
    sent, typed = opened(reference), FormInput(request.form)
    chosen = request.form.get("to")
    known = {str(one.id): one for one in members(sent.submission.network_id)}
    if chosen is None or (chosen != NOBODY and chosen not in known):
        typed.wrong("to", "Choisissez une personne de ce réseau, ou « Personne ».")
        return _assign_page(sent, typed, None), 422
    to = known.get(chosen)

    def make(found: Submission, at: datetime) -> Outcome:
        return assigned(found, to)

    return attempt(sent, typed, "assign", {"to": to.label if to else ""}, _assign_page, make=make)


def assigned(found: Submission, to: Facilitator | None) -> Outcome:
    """Who follows the file from now on; told by e-mail, unless it was so already, or they chose it themselves."""
    values = {"assigned_id": to.id if to else None}
    if to is None or to.id == found.assigned_id:
        return Outcome(values=values)
    return Outcome(values=values, rows=lambda event: outbox.to_colleague(found, event, to))


def _assign_page(sent: SubmittedFile, typed: FormInput, lines: list[TimelineLine] | None) -> str:
    return show("review/assign.html", sent, typed, lines, choices=choices(sent, typed.posted.get("to")))


def members(network_id: int | None) -> list[Facilitator]:
    """The active accounts of a network."""
    joined = select(Facilitator).join(Membership, Membership.facilitator_id == Facilitator.id)
    mine = (Membership.network_id == network_id, Facilitator.deactivated_at.is_(None))
    return list(db.session.scalars(joined.where(*mine).order_by(Facilitator.label, Facilitator.id)))


def choices(sent: SubmittedFile, chosen: str | None = None) -> list[tuple[str, str, bool]]:
    """(value, words, chosen) of who may follow the file; the address tells two of one name apart."""
    found = members(sent.submission.network_id)
    labels = [one.label for one in found]
    following = str(sent.submission.assigned_id or NOBODY) if chosen is None else chosen
    named = [(str(one.id), _named(one, labels), str(one.id) == following) for one in found]
    return [(NOBODY, "Personne", following == NOBODY), *named]


def _named(one: Facilitator, labels: list[str]) -> str:
    return f"{one.label} ({one.email})" if labels.count(one.label) > 1 else one.label


@blueprint.post("/dossiers/<reference>/indesirable")
def set_aside(reference: str) -> ResponseReturnValue:
    """Out of the lists, the counts and the exports. Its territory is told nothing, and its file does not change."""
    return _sorted(reference, "set_aside", aside=True)


@blueprint.post("/dossiers/<reference>/remettre")
def take_back(reference: str) -> ResponseReturnValue:
    return _sorted(reference, "take_back", aside=False)


def _sorted(reference: str, name: str, *, aside: bool) -> ResponseReturnValue:
    sent, typed = opened(reference), FormInput(request.form)
    return attempt(sent, typed, name, {}, _aside_page, make=lambda found, at: Outcome(values={"aside": aside}))


def _aside_page(sent: SubmittedFile, typed: FormInput, lines: list[TimelineLine] | None) -> str:
    return show("review/set_aside.html", sent, typed, lines)


@blueprint.get("/dossiers/<reference>/valider")
def confirm(reference: str) -> ResponseReturnValue:
    sent = opened(reference)
    if not sent.may("validate"):
        return too_late(sent, FormInput(MultiDict()), []), 409
    return _validate_page(sent, FormInput(MultiDict()), None)


@blueprint.post("/dossiers/<reference>/valider")
def validate(reference: str) -> ResponseReturnValue:
    sent, typed = opened(reference), FormInput(request.form)

    def make(found: Submission, at: datetime) -> Outcome:
        return validated(found, sent.edition, current_facilitator().label, at)

    return attempt(sent, typed, "validate", {}, _validate_page, mail="validated", make=make)


def _validate_page(sent: SubmittedFile, typed: FormInput, lines: list[TimelineLine] | None) -> str:
    remarks = [(named(sent, one.key) if one.key else "Dossier entier", one) for one in sent.review.remarks]
    return show("review/validate.html", sent, typed, lines, own=own_reading(sent), remarks=remarks)


@blueprint.get("/dossiers/<reference>/rouvrir")
def reopening(reference: str) -> ResponseReturnValue:
    sent = opened(reference)
    if not sent.may("reopen"):
        return too_late(sent, FormInput(MultiDict()), []), 409
    return _reopen_page(sent, FormInput(MultiDict()), None)


@blueprint.post("/dossiers/<reference>/rouvrir")
def reopen(reference: str) -> ResponseReturnValue:
    sent, typed = opened(reference), FormInput(request.form)
    reason = typed.text(
        "reason", "Raison de la réouverture", LONGEST_REASON, "Écrivez pourquoi vous rouvrez cette relecture."
    )
    if typed.errors:
        return _reopen_page(sent, typed, None), 422
    return attempt(sent, typed, "reopen", {"reason": reason}, _reopen_page, mail="reopened")


def _reopen_page(sent: SubmittedFile, typed: FormInput, lines: list[TimelineLine] | None) -> str:
    return show("review/reopen.html", sent, typed, lines, longest=LONGEST_REASON)
