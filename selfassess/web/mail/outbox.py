"""Messages, as the rest of the site meets them.

In the transaction of an act: `Outcome(rows=lambda event: [*to_respondent(submission, "receipt", event)])`. Nothing is
sent in a request: the worker does (`web.commands.worker`, `web.mail.sender`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import url_for

from selfassess.store import mails
from selfassess.store.mails import RESENDABLE, to_colleague, to_network, to_respondent, valid_address
from selfassess.store.models import Facilitator, Mail, Submission
from selfassess.web.french import french, moment, now
from selfassess.web.settings import settings

__all__ = [
    "for_desk",
    "for_respondent",
    "to_colleague",
    "to_facilitator",
    "to_network",
    "to_respondent",
    "valid_address",
]

TITLES = {
    "receipt": "Reçu de l'envoi",
    "arrived": "Dossier envoyé",
    "clarification": "Demande de précisions",
    "cancelled": "Demande de précisions annulée",
    "resubmitted": "Précisions reçues",
    "validated": "Relecture validée",
    "reopened": "Relecture rouverte",
    "finished": "Un service a terminé sa partie",
    "corrected": "Faute corrigée",
    "withdrawn": "Dossier retiré",
    "assigned": "Dossier confié",
    "leaving": "Effacement annoncé",
}
WHY = {
    "no_recipient": "plus aucune adresse où l'envoyer",
    "address": "l'adresse n'est pas correcte",
    "refused": "l'adresse a été refusée par sa messagerie",
    "failed": "la messagerie n'a pas pu être jointe",
    "uncertain": "l'envoi a été interrompu ; il est peut-être parti",
}


@dataclass(frozen=True)
class MailLine:
    """A message as a list shows it. `resend`: where « Renvoyer » goes, None when there is nothing to send again."""

    title: str
    recipient: str
    state: str
    why: str
    resend: str | None
    sent: bool


def to_facilitator(facilitator: Facilitator, kind: str, handover: str, **data: object) -> Mail:
    """A message about an account (invitation, reset), to add in a transaction."""
    return mails.to_facilitator(facilitator, kind, handover, now(), **data)


def for_desk(submission: Submission) -> list[MailLine]:
    """What was sent about the file, on both sides, for `mail_list`; the respondent's address is not shown."""
    return _lines(
        mails.about(submission),
        "à la coordination du PAT",
        lambda mail: url_for("review.resend", reference=submission.reference, mail=mail.id),
    )


def for_respondent(submission: Submission) -> list[MailLine]:
    """What was sent to who fills in the file, for `mail_list`."""
    found = mails.for_respondent(submission)
    return _lines(found, "", lambda mail: url_for("respond.resend", file=submission.reference, mail=mail.id))


def _lines(found: Iterable[Mail], respondent: str, resend: Callable[[Mail], str]) -> list[MailLine]:
    return [
        MailLine(
            title=french(TITLES.get(mail.kind, mail.kind)),
            recipient=respondent if mail.facilitator is None else french(f"à {mail.facilitator.label}"),
            state=_state(mail),
            why=french(why(mail)),
            resend=resend(mail) if mail.state in RESENDABLE else None,
            sent=mail.state == "sent",
        )
        for mail in found
    ]


def _state(mail: Mail) -> str:
    if mail.state == "sent" and mail.sent_at is not None:
        at = moment(mail.sent_at)
        return f"envoyé le {at}" if settings().smtp_url else f"écrit le {at}, pas envoyé"
    return {"failed": "échec", "uncertain": "envoi incertain"}.get(mail.state, "à envoyer")


def why(mail: Mail) -> str:
    """Why it did not leave, or may not have; empty for all others."""
    if mail.state not in RESENDABLE:
        return ""
    error = mail.error or ""
    return WHY.get(error) or WHY["refused" if error.startswith("RCPT 5") else mail.state]
