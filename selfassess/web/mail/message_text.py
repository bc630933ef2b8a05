"""A message as it is sent: templates/mails/<kind>.txt, whose first line is the subject, and the same words in HTML.

Rendered by the worker: outside any request, so every address is made from Settings.public_url.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, parseaddr

from flask import current_app

from selfassess.core.definition.typography import NBSP
from selfassess.store.accounts import KEY_LIVES
from selfassess.store.alerts import CALL
from selfassess.store.mail_queue import Claim
from selfassess.store.mails import valid_address
from selfassess.store.models import Submission
from selfassess.web.definitions import library
from selfassess.web.files.answer_names import question_named
from selfassess.web.french import clip, day_of, several
from selfassess.web.settings import public_address, settings

TOWARDS = {
    "clarification": "precisions",
    "validated": "resultat",
}  # where a respondent's link leads, if not to the list of tasks
BREAKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")  # what ends a line somewhere, and ordinary spaces
TYPED_BEFORE = ("before", "after", "label")  # of a text corrected, of who a link is for: typed, like names
LONGEST_NAME = 80  # of a name somebody typed
# What mail programs make a link of: « example.com », « www.example.com/a », « http://… », « a@example.com ».
# Whoever starts a file chooses the name of its territory, and the address its receipt goes to.
DOT = re.compile(r"(?<=\w)[.\u2024\u3002\uff0e\uff61](?=\w{2})")  # « S.I.V.O.M. » stays: no domain ends in one letter
AT = re.compile(r"(?<=\S)[@\uff20\ufe6b](?=\S)")
SCHEME = re.compile(r"(?<=\w)[:\uff1a](?=[/\\]{2})")
SIGNATURE = re.compile(r"^--[ \t]*$", re.MULTILINE)  # mail programs take what follows for a signature, and fold it
QUOTED = Charset("utf-8")
QUOTED.body_encoding = QP


class AddressError(ValueError):
    """The recipient is no plain address: nothing can be sent there."""


def message(claim: Claim) -> Message:
    """The message of a claim; twice the same one has the same Date and Message-ID."""
    if not valid_address(claim.mail.recipient):
        raise AddressError
    subject, text = written(claim)
    made = MIMEMultipart("alternative")  # not EmailMessage: Python 3.11 loses spaces where it folds a subject
    made["From"] = formataddr(parseaddr(settings().mail_from))
    made["To"] = claim.mail.recipient
    if answers := _answered_at(claim):
        made["Reply-To"] = answers
    made["Subject"] = Header(subject, "utf-8", header_name="Subject").encode()
    made["Date"] = format_datetime(claim.mail.created_at)
    made["Message-ID"] = _message_id(claim)
    made["Auto-Submitted"] = "auto-generated"
    if claim.mail.kind == CALL:  # RFC 8058: mail programs offer to stop, in one click
        made["List-Unsubscribe"] = f"<{_link(claim)}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made["Content-Language"] = "fr"
    page = current_app.jinja_env.get_template("mails/_page.html")
    blocks = [split_links(block, settings().public_url) for block in text.strip().split("\n\n")]
    for kind, content in (("plain", text), ("html", page.render(subject=subject, blocks=blocks))):
        made.attach(MIMEText(content, kind, QUOTED))  # type: ignore[arg-type]  # a Charset does too
    return made


def written(claim: Claim) -> tuple[str, str]:
    """Subject, one line whatever a name holds, and text."""
    template = current_app.jinja_env.get_template(f"mails/{claim.mail.kind}.txt")
    subject, _, text = template.render(_context(claim)).partition("\n")
    text = SIGNATURE.sub("—", re.sub(r"\n{3,}", "\n\n", text))
    return one_line(subject), text.strip() + "\n"


def one_line(text: str) -> str:
    return BREAKS.sub(" ", text).strip()


def split_links(text: str, public_url: str) -> list[tuple[str, bool]]:
    """The text in pieces: (words, is it an address of this site?)."""
    pieces = re.split(rf"({re.escape(public_url)}/[^\s<>«»]*)", text)
    return [(piece, at % 2 == 1) for at, piece in enumerate(pieces) if piece]


def unlinked(text: str) -> str:
    """The same words, those that look like an address taken apart: « example. com », « http : //… »."""
    return AT.sub(" @ ", SCHEME.sub(" : ", DOT.sub(". ", text)))


def short_name(text: str) -> str:
    """What a subject or a sentence holds of a name that somebody typed: short, on one line, without links."""
    return clip(unlinked(" ".join(text.split())), LONGEST_NAME)


def _context(claim: Claim) -> dict[str, object]:
    mail, submission, event = claim.mail, claim.submission, claim.event
    data = {**(event.data if event else {}), **mail.data}
    data |= {name: unlinked(data[name]) for name in TYPED_BEFORE if name in data}
    place = short_name(one_line(submission.name)) if submission else ""
    of_file = submission.network if submission else None
    joined = claim.facilitator.networks if claim.facilitator and not submission else []
    about = of_file or (joined[0] if len(joined) == 1 else None)
    network = short_name(about.name if about else data.get("network", ""))
    return {
        "submission": submission,
        "network": _quoted(network),
        "contact": one_line(of_file.contact) if of_file else "",
        "welcome": unlinked(of_file.welcome) if of_file else "",
        "place": place or "sans nom",
        "event": event,
        "data": data,
        "facilitator": claim.facilitator,
        "label": short_name(claim.facilitator.label) if claim.facilitator else "",
        "link": _link(claim),
        "reading": public_address("reader.open", token=claim.reading) if claim.reading else "",
        "answered_at": _answered_at(claim),
        "home": public_address("respond.home"),
        "lives": _lives(mail.kind),
        "ends": day_of(datetime.fromisoformat(data["ends"])) if "ends" in data else None,
        "question": lambda key: _question(submission, key),
    }


def _quoted(name: str) -> str:
    """A name after the word it belongs to: « réseau » → « réseau « Val fictif » ». Nothing when there is none."""
    return f" «{NBSP}{name}{NBSP}»" if name else ""


def _link(claim: Claim) -> str:
    """Of the private page of whoever receives it. Facilitators log in, unless it is to choose their password. About a
    call, of the page that stops such messages: the file is not theirs."""
    if claim.mail.kind == CALL:
        return public_address("alerts.stop", token=claim.token)
    if claim.facilitator is None:
        return public_address("respond.resume", token=claim.token, vers=TOWARDS.get(claim.mail.kind))
    if claim.submission is None:
        return public_address("accounts.key", token=claim.token)
    if claim.mail.kind == "withdrawn":  # no page of the desk shows that file any more
        return public_address("review.queue")
    return public_address("review.file", reference=claim.submission.reference)


def _answered_at(claim: Claim) -> str | None:
    """Where the answer of a respondent goes: the address its network gave, if it is one."""
    if claim.mail.kind == CALL:
        return None
    network = claim.submission.network if claim.submission and claim.facilitator is None else None
    found = network.reply_to if network else None
    return found if found and valid_address(found) else None


def _lives(kind: str) -> str:
    lives = KEY_LIVES.get(kind)
    if lives is None:
        return ""
    return several(lives.days, "jour") if lives.days else several(lives.seconds // 3600, "heure")


def _question(submission: Submission | None, key: str) -> str:
    edition = library().definitions.editions.get(submission.edition) if submission else None
    if submission is None or edition is None:
        return key
    return unlinked(question_named(edition.questionnaire, submission.answers, key))  # the name of an item is typed


def _message_id(claim: Claim) -> str:
    mail = claim.mail
    key = str(current_app.config["SECRET_KEY"]).encode()
    told = f"{mail.id} {mail.handover} {mail.created_at.isoformat()}".encode()
    domain = parseaddr(settings().mail_from)[1].rpartition("@")[2]
    return f"<{hmac.new(key, told, hashlib.sha256).hexdigest()[:32]}@{domain}>"
