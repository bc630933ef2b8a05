"""Having somebody choose the password of an account: the link, by e-mail or to hand over; what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import session, url_for
from sqlalchemy.exc import IntegrityError

from selfassess.store import accounts
from selfassess.store.administration import By, invitations, noted
from selfassess.store.database import rule_broken, writing
from selfassess.store.models import Facilitator, Mail, Network
from selfassess.store.submissions import new_token
from selfassess.web.files.desk import current_facilitator
from selfassess.web.french import french, moment, now
from selfassess.web.log_lines import record
from selfassess.web.mail import outbox
from selfassess.web.settings import settings

HANDED = "handed"  # in the session, until the page of its account shows it: a link to hand over
BY_MAIL, BY_HAND = "envoyé par e-mail", "affiché, pour être remis"


@dataclass(frozen=True)
class HandedLink:
    """A link to hand over, shown once, and until when it serves."""

    address: str
    until: datetime


def invite_account(
    email: str, label: str, networks: Iterable[Network], what: str, *, administrator: bool = False
) -> Facilitator | None:
    """A new account, and its link, by the account logged in; None when that address has one. `what` it may do is
    written in the journal."""
    me = current_facilitator()
    row = noted("account_added", By(me.id, me.email), now(), account=email, what=what)
    try:
        made = accounts.add_facilitator(email, label, networks, now(), administrator=administrator, rows=[row])
    except IntegrityError as error:
        if rule_broken(error) != "uq_facilitator_email":
            raise
        return None
    record("account made", account=made.id, by=me.id)
    send_link(made)
    return made


def send_link(found: Facilitator) -> None:
    """By e-mail when the site has a mail server: nobody but its owner sees it. Otherwise shown once, to hand over."""
    purpose, at, me = accounts.INVITATION if found.password is None else accounts.RESET, now(), current_facilitator()
    by_mail = bool(settings().smtp_url)
    row = noted("link_given", By(me.id, me.email), at, account=found.email, what=BY_MAIL if by_mail else BY_HAND)
    if by_mail:
        with writing() as kept:
            kept.add_all([outbox.to_facilitator(found, purpose, f"{found.id}.{at:%Y%m%d%H%M%S%f}"), row])
    else:
        token = new_token()
        accounts.make_key(found.id, purpose, token, at, [row])
        session[HANDED] = {"account": found.id, "token": token}
    record("link to choose a password given", account=found.id, by=me.id)


def handed(*among: int) -> HandedLink | None:
    """The link just made for one of these accounts, no longer kept."""
    kept = session.get(HANDED)
    if not kept or kept["account"] not in among:
        return None
    token = session.pop(HANDED)["token"]
    key = accounts.find_key(token)
    return HandedLink(url_for("accounts.key", token=token, _external=True), key.expires_at) if key else None


def states(found: list[Facilitator]) -> Mapping[int, str]:
    """By account: is it open, or what of its invitation?"""
    invited = invitations(one.id for one in found if one.password is None)
    return {one.id: french(_state(one, *invited.get(one.id, (None, None)))) for one in found}


def _state(one: Facilitator, until: datetime | None, message: Mail | None) -> str:
    if one.deactivated_at is not None:
        return f"Fermé le {moment(one.deactivated_at)}"
    if one.password is not None:
        return "Ouvert"
    living = f"jusqu'au {moment(until)}" if until is not None and until > now() else ""
    state = message.state if message else ""
    why = outbox.why(message) if message else ""
    if state == "failed":
        also = f". Un autre lien, déjà donné, reste valable {living}" if living else ""
        return f"Invitation non partie par e-mail, {why} : renvoyez-la{also}"
    if living:
        return f"Invitation valable {living}" + (f", mais {why}" if why else "")
    return "Invitation en cours d'envoi" if state in {"queued", "sending"} else "Invitation expirée : renvoyez-la"


def undelivered(one: Facilitator) -> bool:
    """Did its invitation, by e-mail, not leave, or may it not have?"""
    message = invitations([one.id])[one.id][1] if one.password is None else None
    return message is not None and bool(outbox.why(message))
