"""Settings, read once from the environment; and the addresses made from them outside a request."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, current_app

from selfassess.store.database import address

EXTENSION = "selfassess.settings"
ROOT = Path(__file__).parents[2]
HERE = "http://127.0.0.1:8000"
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}  # how a machine calls itself


@dataclass(frozen=True)
class Settings:
    """`heartbeat`: touched by the worker.

    `preview`: are draft editions open at /apercu? `read_mails`: is the folder of messages read at /courriels? Nothing
    but these opens them: a proxy may make everybody seem to be on this machine.
    `operator_mail`: who is told once a month what is to read again, nobody when empty.
    `public_url`: where people reach the site, for links made outside a request; `smtp_url` is in `web.mail.smtp`.
    """

    database_url: str
    secret_key: str
    questions: Path
    instance: Path
    behind_https: bool = False
    legal_operator: str = ""  # who runs the site, its publication director, its host, where to write to: `legal`
    legal_director: str = ""
    legal_host: str = ""
    legal_contact: str = ""
    operator_mail: str = ""
    public_url: str = HERE
    smtp_url: str = field(default="", repr=False)
    preview: bool = False
    read_mails: bool = False
    mail_from: str = "Boussole PAT–International <boussole@localhost>"

    @property
    def mails(self) -> Path:
        """Where messages are written when there is no mail server."""
        return self.instance / "mails"

    @property
    def heartbeat(self) -> Path:
        return self.instance / "worker.heartbeat"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """DATABASE_URL, SECRET_KEY, QUESTIONS, INSTANCE, BEHIND_HTTPS (1), LEGAL_*, OPERATOR_MAIL, PUBLIC_URL,
        SMTP_URL, MAIL_FROM, PREVIEW (1), READ_MAILS (1); all optional.

        Without SECRET_KEY, one is made in the instance folder, once for all processes.
        """
        instance = Path(environment.get("INSTANCE") or ROOT / "instance").absolute()
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds everyone's answers
        return cls(
            database_url=address(environment.get("DATABASE_URL") or f"sqlite:///{instance / 'boussole.sqlite'}"),
            secret_key=environment.get("SECRET_KEY") or kept_secret(instance / "secret_key"),
            questions=Path(environment.get("QUESTIONS") or ROOT / "questions").absolute(),
            instance=instance,
            behind_https=_switch(environment.get("BEHIND_HTTPS", "")),
            legal_operator=environment.get("LEGAL_OPERATOR", "").strip(),
            legal_director=environment.get("LEGAL_DIRECTOR", "").strip(),
            legal_host=environment.get("LEGAL_HOST", "").strip(),
            legal_contact=environment.get("LEGAL_CONTACT", "").strip(),
            operator_mail=environment.get("OPERATOR_MAIL", "").strip(),
            public_url=_public_url(environment, instance / "served").rstrip("/"),
            smtp_url=environment.get("SMTP_URL", "").strip(),
            mail_from=environment.get("MAIL_FROM", "").strip() or cls.mail_from,
            preview=_switch(environment.get("PREVIEW", "")),
            read_mails=_switch(environment.get("READ_MAILS", "")),
        )


def _public_url(environment: Mapping[str, str], served: Path) -> str:
    """As told; otherwise what serves at this moment from this instance wrote where it does (`.ci/serve.py`)."""
    told, port = environment.get("PUBLIC_URL"), environment.get("PORT")
    if told or port:
        return told or f"http://127.0.0.1:{port}"
    with suppress(OSError):
        return served.read_text("utf-8").strip() or HERE
    return HERE


def _switch(text: str) -> bool:
    """What is not a yes is a no."""
    return text.strip().lower() in {"1", "true", "yes", "oui"}


def settings_of(app: Flask) -> Settings:
    return cast(Settings, app.extensions[EXTENSION])


def settings() -> Settings:
    """Of the application at work."""
    return settings_of(current_app)


def public_address(endpoint: str, **values: str | None) -> str:
    """The whole address of a page, made outside a request."""
    parts = urlsplit(settings().public_url)
    adapter = current_app.url_map.bind(parts.netloc, parts.path or "/", url_scheme=parts.scheme)
    return adapter.build(endpoint, values, force_external=True)


def kept_secret(path: Path) -> str:
    """The secret of this file, made on first call. Processes that start together all get the same."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        with suppress(FileExistsError):  # another process was first: its secret is the one
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
