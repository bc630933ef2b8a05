"""Sending one message: by SMTP or, when no server is configured, into a folder (read at /courriels with READ_MAILS)."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from email.message import Message
from email.utils import parseaddr
from pathlib import Path

from flask import Flask

from selfassess.store import mail_queue
from selfassess.store.database import clock, undo
from selfassess.store.mail_queue import Claim
from selfassess.store.mails import known, last_id, valid_address
from selfassess.store.submissions import new_token
from selfassess.web.french import french, now
from selfassess.web.log_filter import came_from
from selfassess.web.mail.message_text import AddressError, message
from selfassess.web.mail.smtp import NotSentError, Server, UnsureError, deliver
from selfassess.web.settings import Settings, settings, settings_of

log = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Before anything is served: settings that no message could be sent with stop the application, with code 2."""
    told, faults = settings_of(app), []
    if told.smtp_url:
        try:
            Server.read(told.smtp_url)
        except ValueError as error:
            faults.append(str(error))
        if told.mail_from == Settings.mail_from:
            faults.append("MAIL_FROM manque : avec SMTP_URL, il dit qui écrit, Nom <nom@exemple.fr>.")
        elif not valid_address(parseaddr(told.mail_from)[1]):
            faults.append("Avec SMTP_URL, MAIL_FROM dit qui écrit : Nom <nom@exemple.fr>.")
    if told.operator_mail and not valid_address(told.operator_mail):
        faults.append("OPERATOR_MAIL est une adresse : nom@exemple.fr.")
    if not told.public_url.startswith(("http://", "https://")):
        faults.append("PUBLIC_URL commence par https://.")
    if faults:  # a name mistyped may be why
        faults += [f"« {name} » n'est le nom d'aucun réglage." for name in told.unknown]
    for fault in faults:
        print(french(fault), file=sys.stderr)  # noqa: T201  before any log is set up
    if faults:
        raise SystemExit(2)


def post_next() -> bool:
    """Send the message due for longest; False when none is. Faults are written down, never raised."""
    claim = mail_queue.take(clock(), new_token(), new_token())
    if claim is None:
        return False
    try:
        _post(claim)
    except UnsureError as error:
        mail_queue.unsure(claim, error.why)
        said = "perhaps sent"
    except NotSentError as error:
        mail_queue.unsent(claim, now(), error.why, for_good=error.for_good)
        said = f"not sent ({error.why})"
    except AddressError:
        mail_queue.unsent(claim, now(), "address", for_good=True)
        said = "not sent (address)"
    except BaseException as error:  # told to stop, or a fault of ours: nothing had left
        undo()
        mail_queue.unsent(claim, now(), type(error).__name__)
        if not isinstance(error, Exception):
            raise
        said = f"not sent ({came_from(error)})"
    else:
        said = "sent" if mail_queue.sent(claim, now()) else "sent, deleted meanwhile"
        if said != "sent":
            _forget([_path(claim)])
    log.info("Message %s, %s, attempt %s: %s.", claim.mail.id, claim.mail.kind, claim.mail.attempts, said)
    return True


def _post(claim: Claim) -> None:
    content, told = message(claim), settings()
    if told.smtp_url:
        deliver(content, Server.read(told.smtp_url))
    else:
        keep(content, _path(claim))


def _path(claim: Claim) -> Path:
    return settings().mails / f"{claim.mail.id:08}.eml"


def keep(content: Message, path: Path) -> None:
    """Write it whole or not at all; it holds a private link, so for the site's own account only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content.as_bytes())
    draft.replace(path)


@contextmanager
def messages_go_too() -> Iterator[None]:
    """What is deleted in there takes its messages out of the folder, as it does out of the database."""
    found = {path: int(path.stem) for path in settings().mails.glob("*.*") if path.stem.isdecimal()}
    before = known(found.values())
    yield
    gone = before - known(before)
    _forget(path for path, mail in found.items() if mail in gone)


def forget_orphans() -> None:
    """Messages whose row went while nobody was left to take them out of the folder."""
    found = {path: int(path.stem) for path in settings().mails.glob("*.*") if path.stem.isdecimal()}
    last, there = last_id(), known(found.values())
    _forget(path for path, mail in found.items() if mail not in there and mail < last)


def _forget(paths: Iterable[Path]) -> None:
    for path in paths:
        with suppress(OSError):
            path.unlink()
