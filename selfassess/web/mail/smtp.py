"""One message to an SMTP server, step by step, so that what failed is known to have left or not.

`NotSentError`: the server did not take it, trying again is safe. Any fault once its content began to go, other than a
refusal in words, is `UnsureError`: it may have been delivered.

Apart: the protocol, that knows neither messages of ours nor the database.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from selfassess.web.settings import THIS_MACHINE

TIMEOUT = 20.0  # seconds for each step
PORTS = {"smtp": 25, "smtps": 465}
WRONG_URL = "SMTP_URL s'écrit smtp://compte:secret@serveur:port, ou smtps://…"
GO_AHEAD, TAKEN = 354, 250


class NotSentError(Exception):
    """`for_good`: the server said that asking again is useless."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.why, self.for_good = why, for_good


class UnsureError(Exception):
    """It may have left."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Server:
    """Where to send. With a name and password, only over TLS, or on this machine."""

    host: str
    port: int
    tls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def read(cls, url: str) -> Server:
        """smtp://user:password@host:port, or smtps://. Raises ValueError, without the address: it holds a password."""
        try:
            parts = urlsplit(url)
            port = parts.port or PORTS[parts.scheme]
        except (KeyError, ValueError):
            raise ValueError(WRONG_URL) from None
        if not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError(WRONG_URL)
        tls = parts.scheme == "smtps"
        return cls(parts.hostname, port, tls, unquote(parts.username or ""), unquote(parts.password or ""))


def deliver(message: Message, server: Server) -> None:
    """Returns when the server has taken the message. Raises NotSentError, UnsureError.

    Told to stop: KeyboardInterrupt before the content went, UnsureError after.
    """
    content = _content(message)
    try:
        smtp = _ready(message, server)
    except (OSError, ValueError, smtplib.SMTPException) as error:
        raise NotSentError(_named(error)) from error
    try:
        _hand_over(smtp, content)
    finally:
        with suppress(OSError):
            smtp.close()


def try_out(server: Server, patience: float) -> str:
    """Why it lets nobody in, in French; empty when it does. Nothing is sent. `patience`: seconds, for each step."""
    try:
        smtp = _connected(server, patience)
        try:
            if server.user:
                smtp.login(server.user, server.password)
            smtp.quit()
        finally:
            smtp.close()
    except (OSError, ValueError, smtplib.SMTPException, NotSentError) as error:
        return _in_words(error, patience)
    return ""


def _in_words(error: Exception, patience: float) -> str:
    """Without what the server said."""
    named = error.why if isinstance(error, NotSentError) else _named(error)
    for kind, words in (
        (smtplib.SMTPAuthenticationError, "il refuse le compte ou le mot de passe de SMTP_URL"),
        (smtplib.SMTPNotSupportedError, "il ne demande pas de mot de passe, et SMTP_URL en donne un"),
        (NotSentError, "il ne chiffre pas (TLS), et le mot de passe de SMTP_URL ne part pas en clair"),
        (smtplib.SMTPServerDisconnected, f"il raccroche, ou ne répond pas en {patience:.0f} secondes"),
        (TimeoutError, f"il ne répond pas en {patience:.0f} secondes"),
        (socket.gaierror, "aucune machine n'a ce nom"),
        (ConnectionRefusedError, "rien n'écoute à cette adresse et à ce port"),
        (ssl.SSLCertVerificationError, "son certificat n'est pas valable"),
        (ssl.SSLError, "il ne parle pas TLS à ce port (smtp:// ou smtps:// ?)"),
    ):
        if isinstance(error, kind):
            return f"{words} ({named})"
    return named


def _ready(message: Message, server: Server) -> smtplib.SMTP:
    """A connection on which the server has said « go ahead »."""
    smtp = _connected(server, TIMEOUT)
    try:
        if server.user:
            smtp.login(server.user, server.password)
        _ask(smtp, "MAIL", f"FROM:<{parseaddr(str(message['From']))[1]}>")
        _ask(smtp, "RCPT", f"TO:<{parseaddr(str(message['To']))[1]}>")
        _ask(smtp, "DATA", "", GO_AHEAD)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _connected(server: Server, patience: float) -> smtplib.SMTP:
    safe = ssl.create_default_context()
    if server.tls:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=patience, context=safe)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=patience)
    try:
        smtp.ehlo_or_helo_if_needed()
        if not server.tls and server.host not in THIS_MACHINE:
            if smtp.has_extn("starttls"):
                smtp.starttls(context=safe)
                smtp.ehlo()
            elif server.user:
                raise NotSentError("no TLS")
    except BaseException:
        smtp.close()
        raise
    return smtp


def _ask(smtp: smtplib.SMTP, verb: str, rest: str, wanted: int = TAKEN) -> None:
    code, _ = smtp.docmd(verb, rest)
    taken = code == wanted or (verb == "RCPT" and code == 251)
    if not taken:
        raise NotSentError(f"{verb} {code}", for_good=verb == "RCPT" and code >= 500)


def _hand_over(smtp: smtplib.SMTP, content: bytes) -> None:
    try:
        smtp.send(content)
        code, _ = smtp.getreply()
    except BaseException as error:  # told to stop included
        raise UnsureError(_named(error)) from error
    if 400 <= code < 600:
        raise NotSentError(f"content {code}", for_good=code >= 500)
    if not 200 <= code < 300:
        raise UnsureError(f"content {code}")
    with suppress(OSError, smtplib.SMTPException):  # it is taken, whatever comes next
        smtp.quit()


def _content(message: Message) -> bytes:
    """The message as it travels: lines end in CR LF, and one that begins with a dot has another before it."""
    return re.sub(rb"(?m)^\.", b"..", message.as_bytes(policy=message.policy.clone(linesep="\r\n"))) + b".\r\n"


def _named(error: BaseException) -> str:
    """A fault without what the server said: that may hold an address."""
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
