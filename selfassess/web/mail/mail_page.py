"""/courriels: the messages written in the folder, for whoever tries the site on their own machine.

Messages hold private links, and those that open accounts. So it is there only where READ_MAILS says so, on a site
without a mail server nor a public name; and even then it answers this machine alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, render_template, request

from selfassess.web.mail.message_text import split_links
from selfassess.web.settings import THIS_MACHINE, settings, settings_of

blueprint = Blueprint("mails", __name__, url_prefix="/courriels")
MOST = 200
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")


@dataclass(frozen=True)
class FolderMail:
    """A message of the folder. `blocks`: its paragraphs, in pieces (words, address of this site or None)."""

    id: str
    subject: str
    recipient: str
    at: datetime
    blocks: list[list[tuple[str, str | None]]]


def register(app: Flask) -> None:
    told = settings_of(app)
    # A site with a name of its own is not tried on one's machine.
    here = urlsplit(told.public_url).hostname in THIS_MACHINE
    read = told.read_mails and here and not told.smtp_url and not told.behind_https
    if read:
        app.register_blueprint(blueprint)
    # Nobody is asked for an address, nor told that a message will come, where none can be read anywhere.
    app.jinja_env.globals["mail_leaves"] = bool(told.smtp_url) or read


def is_here() -> bool:
    """Asked from this machine, by no proxy. The name asked for counts too: another site's name could be made to lead to
    this machine."""
    near = request.remote_addr in THIS_MACHINE and request.host.rpartition(":")[0] in {*THIS_MACHINE, "[::1]"}
    if request.host in THIS_MACHINE:
        near = request.remote_addr in THIS_MACHINE
    return near and not any(name in request.headers for name in FORWARDED)


@blueprint.before_request
def only_here() -> None:
    if not is_here():
        abort(404)


@blueprint.get("")
def folder() -> str:
    found = sorted(settings().mails.glob("*.eml"), reverse=True)[:MOST]
    return render_template("mails/folder.html", mails=[_read(path) for path in found])


@blueprint.get("/<int(max=99999999):mail>")
def one(mail: int) -> str:
    path = settings().mails / f"{mail:08}.eml"
    if not path.is_file():
        abort(404)
    return render_template("mails/one.html", mail=_read(path))


def _read(path: Path) -> FolderMail:
    made: EmailMessage = message_from_bytes(path.read_bytes(), policy=default)
    body = made.get_body(("plain",))
    text = str(body.get_content()) if body is not None else ""
    base = settings().public_url
    blocks = [
        [(words, words.removeprefix(base) if link else None) for words, link in split_links(block, base)]
        for block in text.strip().split("\n\n")
    ]
    at = made["Date"].datetime
    return FolderMail(str(int(path.stem)), str(made["Subject"]), str(made["To"]), at, blocks)
