"""« Demander des précisions »: the questions named, a message; and taking the request back."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from selfassess.web.files.timeline import TimelineLine
from selfassess.web.review import blueprint
from selfassess.web.review.acts import LONGEST_MESSAGE, LONGEST_REASON, attempt, frozen, show, too_late
from selfassess.web.review.form_input import FormInput
from selfassess.web.review.submitted_file import SubmittedFile, opened

ASK = "question"  # the boxes; their ids begin so


@blueprint.get("/dossiers/<reference>/precisions")
def request_form(reference: str) -> ResponseReturnValue:
    sent = opened(reference)
    if not sent.may("request"):
        return too_late(sent, FormInput(MultiDict()), [], frozen(sent)), 409
    return _page(sent, FormInput(MultiDict((ASK, key) for key in request.args.getlist("cle"))), None)


@blueprint.post("/dossiers/<reference>/precisions")
def ask(reference: str) -> ResponseReturnValue:
    sent, typed = opened(reference), FormInput(request.form)
    chosen = set(request.form.getlist(ASK))
    keys = [key for key in sent.now.asked if key in chosen]
    if not chosen:
        typed.wrong(f"{ASK}-0", "Cochez au moins une question.")
    elif len(keys) < len(chosen):
        typed.wrong(f"{ASK}-0", "Une question cochée n'est plus dans ce dossier : vérifiez celles qui restent.")
    text = "Écrivez ce que vous attendez, par exemple « Indiquez l'année de début de ce jumelage »."
    message = typed.text("message", "Message à la coordination", LONGEST_MESSAGE, text)
    if typed.errors:
        return _page(sent, typed, None), 422
    return attempt(sent, typed, "request", {"questions": keys, "message": message}, _page, mail="clarification")


def _page(sent: SubmittedFile, typed: FormInput, lines: list[TimelineLine] | None) -> str:
    chosen = set(typed.posted.getlist(ASK))
    numbers = {key: at for at, key in enumerate(sent.now.asked)}
    return show("review/request.html", sent, typed, lines, chosen=chosen, numbers=numbers, longest=LONGEST_MESSAGE)


@blueprint.post("/dossiers/<reference>/annuler")
def cancel(reference: str) -> ResponseReturnValue:
    sent, typed = opened(reference), FormInput(request.form)
    reason = typed.text("reason", "Raison de l'annulation", LONGEST_REASON)
    if typed.errors:
        return _cancel_page(sent, typed, None), 422
    return attempt(sent, typed, "cancel", {"reason": reason}, _cancel_page, mail="cancelled")


def _cancel_page(sent: SubmittedFile, typed: FormInput, lines: list[TimelineLine] | None) -> str:
    return show("review/cancel.html", sent, typed, lines, longest=LONGEST_REASON)
