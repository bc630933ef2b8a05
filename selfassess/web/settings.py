"""Settings, read once from the environment, and from a file it names; and the addresses made from them outside a
request."""

from __future__ import annotations

import hmac
import os
import re
import secrets
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, current_app
from sqlalchemy.exc import ArgumentError

from selfassess.store.database import address
from selfassess.store.retention import NOTICE, Keeping

EXTENSION = "selfassess.settings"
ROOT = Path(__file__).parents[2]
# Of the program: shown by the site, and in no report, which is what definitions and answers make of it.
VERSION = str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])
HERE = "http://127.0.0.1:8000"
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}  # how a machine calls itself
FILE = "SETTINGS_FILE"
DIGEST = 10  # hexadecimal digits
NAMES = (
    "ACCESS_LOG", "BACKUPS_KEPT", "BEHIND_HTTPS", "DATABASE_URL", "INSTANCE", "KEEP_DRAFT_DAYS", "KEEP_FINISHED_DAYS",
    "KEEP_MESSAGES_DAYS", "KEEP_REPORTS_DAYS", "KEEP_SENT_DAYS", "KEEP_WITHDRAWN_DAYS", "LEGAL_CONTACT",
    "LEGAL_DIRECTOR", "LEGAL_HOST", "LEGAL_OPERATOR", "LIMIT_FILES", "LIMIT_REPORTS",
    "LIMIT_RESUMES", "LISTEN", "LOG_FORMAT", "MAIL_FROM", "OPERATOR_MAIL", "PORT",
    "PREVIEW", "PUBLIC_URL", "QUESTIONS", "READ_MAILS", "SECRET_KEY", "SECURITY_CONTACT", "SMTP_URL", "WEB_PROCESSES",
    "WEB_THREADS",
)  # fmt: skip  # the shape of a list of words
OTHERS = {"MAIL", "MAILCHECK", "MAILPATH", "MAILTO", "SMTPSERVER"}  # of shells and other programs
LOG_FORMATS = ("text", "json")
OURS = ("KEEP_", "LEGAL_", "LIMIT_", "SMTP_", "WEB_")  # nobody else's names begin so
MOST_DAYS = 36_500
YES, NO = {"1", "true", "yes", "oui"}, {"", "0", "false", "no", "non"}
LINE = re.compile(r"""\s*(?:export\s+)?([A-Za-z_]\w*)=(?:"([^"]*)"|'([^']*)'|([^"'].*?|))\s*""")
CONTACT = re.compile(r"[^@\s:/]+@[^@\s:/]+\.[^@\s:/]+|https://[^\s/]+\.[^\s]+")
LISTENING = re.compile(r"(\[[0-9a-fA-F:]+\]|[\w.-]+):(\d{1,5})|unix:/\S+")


@dataclass(frozen=True)
class HourLimit:
    """How often an hour: from one address, and from all."""

    by_address: int
    overall: int


FILES, REPORTS, RESUMES = "files", "reports", "resumes"
# A training room has one address: forty people who each begin two files, and ask for their report again and again.
LIMITS = {FILES: HourLimit(300, 3000), REPORTS: HourLimit(600, 3000), RESUMES: HourLimit(100, 3000)}
# A site tried on somebody's machine sees everybody, and whatever measures it, at one address.
NONE = HourLimit(999_999, 999_999)


class SettingsError(Exception):
    """What settings cannot be used for, in French: `faults`, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Settings:
    """`preview`: are draft editions open at /apercu? `read_mails`: is the folder of messages read at /courriels?
    Nothing but these opens them: a proxy may make everybody seem to be on this machine.
    `operator_mail`: who is told once a month what is to read again, nobody when empty. `security_contact`: whom to tell
    of a weakness, an e-mail address or https://….
    `public_url`: where people reach the site, for links made outside a request; `smtp_url` is in `web.mail.smtp`.
    `log_format`: text or json; `access_log`: is each request a line of the log? (`web.log_lines`)
    `keeping`: how long what is in the database stays there; `backups_kept`: how many copies, one a night.
    `limits`: how often an hour each is asked for (`web.throttle`).
    `listen`: where the server waits for requests, host:port or unix:/path. `file`: where settings come from, when not
    from the environment alone; `unknown`: the names met that are nobody's, each with where it stands.
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
    security_contact: str = ""
    public_url: str = HERE
    smtp_url: str = field(default="", repr=False)
    preview: bool = False
    read_mails: bool = False
    mail_from: str = "Boussole PAT–International <boussole@localhost>"
    listen: str = "127.0.0.1:8000"
    web_processes: int = 2
    web_threads: int = 4
    log_format: str = LOG_FORMATS[0]
    access_log: bool = False
    keeping: Keeping = field(default_factory=Keeping)
    backups_kept: int = 30
    limits: Mapping[str, HourLimit] = field(default_factory=lambda: LIMITS)
    file: Path | None = None
    unknown: tuple[str, ...] = ()

    @property
    def mails(self) -> Path:
        """Where messages are written when there is no mail server."""
        return self.instance / "mails"

    @property
    def served(self) -> Path:
        """The address of the site being served from this instance, for the commands that print links."""
        return self.instance / "served"

    @property
    def is_public(self) -> bool:
        """Has it a name of its own? Otherwise it is being tried on somebody's machine."""
        return urlsplit(self.public_url).hostname not in THIS_MACHINE

    @property
    def digest(self) -> str:
        """It changes with any setting, and tells none: for `doctor` to know what a process was started with. Not with
        where it listens, as several on one machine do at different places, nor with what no page makes use of."""
        apart = {"listen", "file", "unknown", *(() if self.is_public else ("public_url",))}
        said = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in apart}
        return hmac.new(self.secret_key.encode(), repr(said).encode(), "sha256").hexdigest()[:DIGEST]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Every name of NAMES, all optional, and SETTINGS_FILE, the file that holds some of them; the environment wins.
        Without SECRET_KEY, one is made in the instance folder, once for all processes. Raises SettingsError."""
        file = Path(environment[FILE]).absolute() if environment.get(FILE) else None
        read = _Reader({**(_of_file(file) if file else {}), **environment})
        instance = Path(read.text("INSTANCE") or ROOT / "instance").absolute()
        listen, port = read.text("LISTEN"), read.number("PORT", 8000, 65535)
        told = cls(
            database_url=read.database(instance / "boussole.sqlite"),
            secret_key=read.text("SECRET_KEY"),
            questions=Path(read.text("QUESTIONS") or ROOT / "questions").absolute(),
            instance=instance,
            behind_https=read.switch("BEHIND_HTTPS"),
            legal_operator=read.text("LEGAL_OPERATOR"),
            legal_director=read.text("LEGAL_DIRECTOR"),
            legal_host=read.text("LEGAL_HOST"),
            legal_contact=read.text("LEGAL_CONTACT"),
            operator_mail=read.text("OPERATOR_MAIL"),
            security_contact=read.contact("SECURITY_CONTACT"),
            public_url=(read.text("PUBLIC_URL") or _here(instance / "served", listen, port, read)).rstrip("/"),
            smtp_url=read.text("SMTP_URL"),
            mail_from=read.text("MAIL_FROM") or cls.mail_from,
            preview=read.switch("PREVIEW"),
            read_mails=read.switch("READ_MAILS"),
            listen=read.listening("LISTEN") or f"127.0.0.1:{port}",
            web_processes=read.number("WEB_PROCESSES", cls.web_processes, 64),
            web_threads=read.number("WEB_THREADS", cls.web_threads, 64),
            log_format=read.choice("LOG_FORMAT", LOG_FORMATS),
            access_log=read.switch("ACCESS_LOG"),
            keeping=read.keeping(),
            backups_kept=read.number("BACKUPS_KEPT", cls.backups_kept, MOST_DAYS),
            file=file,
            unknown=tuple(_unknown(file, environment)),
        )
        told = replace(told, limits=read.limits(LIMITS if told.is_public else dict.fromkeys(LIMITS, NONE)))
        if read.faults:
            raise SettingsError(read.faults)
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds everyone's answers
        return replace(told, secret_key=told.secret_key or kept_secret(instance / "secret_key"))


class _Reader:
    """Settings by their names, and the faults met."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given
        self.faults: list[str] = []

    def text(self, name: str) -> str:
        return self.given.get(name, "").strip()

    def switch(self, name: str) -> bool:
        told = self.text(name).lower()
        if told not in YES | NO:
            self.faults.append(f"{name} vaut « {told} » : écrivez 1 pour oui, 0 pour non.")
        return told in YES

    def choice(self, name: str, known: Sequence[str]) -> str:
        """One of these words; the first when nothing is said."""
        told = self.text(name).lower() or known[0]
        if told not in known:
            self.faults.append(f"{name} vaut « {told} » : écrivez {' ou '.join(known)}.")
        return told

    def number(self, name: str, default: int, most: int, least: int = 1) -> int:
        told = self.text(name) or str(default)
        if not re.fullmatch(r"[0-9]{1,5}", told) or not least <= int(told) <= most:
            self.faults.append(f"{name} vaut « {told} » : écrivez un nombre entier de {least} à {most}.")
            return default
        return int(told)

    def keeping(self) -> Keeping:
        usual = Keeping()

        def days(name: str, default: timedelta, least: int = NOTICE.days + 1) -> timedelta:
            return timedelta(days=self.number(f"KEEP_{name}_DAYS", default.days, MOST_DAYS, least))

        return Keeping(
            draft=days("DRAFT", usual.draft),
            finished=days("FINISHED", usual.finished),
            withdrawn=days("WITHDRAWN", usual.withdrawn),
            sent=days("SENT", usual.sent),
            mail=days("MESSAGES", usual.mail, 31),  # the same month, none is made twice
            report=days("REPORTS", usual.report, 1),
        )

    def limits(self, usual: Mapping[str, HourLimit]) -> dict[str, HourLimit]:
        return {one: self.limit(f"LIMIT_{one.upper()}", usual[one], LIMITS[one]) for one in LIMITS}

    def limit(self, name: str, usual: HourLimit, example: HourLimit) -> HourLimit:
        told = self.text(name) or f"{usual.by_address}/{usual.overall}"
        found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", told)
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            self.faults.append(
                f"{name} vaut « {told} » : écrivez combien par heure, depuis une adresse puis depuis toutes, par "
                f"exemple {example.by_address}/{example.overall}."
            )
            return usual
        return HourLimit(int(found[1]), int(found[2]))

    def contact(self, name: str) -> str:
        told = self.text(name)
        if told and not CONTACT.fullmatch(told):
            self.faults.append(f"{name} vaut « {told} » : écrivez nom@exemple.fr, ou https://….")
        return told

    def listening(self, name: str) -> str:
        told = self.text(name)
        found = LISTENING.fullmatch(told)
        if told and (not found or int(found[2] or 1) not in range(1, 65536)):
            self.faults.append(f"{name} vaut « {told} » : écrivez adresse:port (127.0.0.1:8000) ou unix:/chemin.")
        return told

    def database(self, default: Path) -> str:
        try:
            return address(self.text("DATABASE_URL") or f"sqlite:///{default}")
        except (ArgumentError, ValueError):  # its words may quote a password
            self.faults.append("DATABASE_URL n'est pas une adresse de base : postgresql://compte:secret@hôte/base.")
            return ""


def _of_file(path: Path) -> dict[str, str]:
    """NAME=value lines, as systemd and shells read them; quotes around a value go. Raises SettingsError."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{path} ne peut pas être lu ({type(error).__name__})."]) from error
    found, faults = {}, []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if told := LINE.fullmatch(line):
            found[told[1]] = next((value for value in told.groups()[1:] if value is not None), "")
        else:
            faults.append(f'{path}:{number} : écrivez NOM=valeur, ou NOM="valeur", ou une ligne qui commence par #.')
    if faults:
        raise SettingsError(faults)
    return found


def _unknown(file: Path | None, environment: Mapping[str, str]) -> list[str]:
    """Names that are no setting: any of the file; of the environment, which is everybody's, those close to ours."""
    of_file = [name for name in (_of_file(file) if file else {}) if name not in NAMES]
    close = [
        name
        for name in environment
        if name not in {*NAMES, *OTHERS, *of_file, FILE} and (name.startswith(OURS) or _meant(name, 0.85))
    ]
    return [f"{name}{f' ({_meant(name, 0.5)} ?)' if _meant(name, 0.5) else ''}" for name in (*of_file, *sorted(close))]


def _meant(name: str, cutoff: float) -> str:
    return next(iter(get_close_matches(name.upper(), NAMES, 1, cutoff)), "")


def _here(served: Path, listen: str, port: int, read: _Reader) -> str:
    """The address on this machine: as set; otherwise where what serves at this moment from this instance wrote that it
    does."""
    if listen or read.text("PORT"):
        host, _, given = listen.rpartition(":")
        return f"http://127.0.0.1:{given if host and not listen.startswith('unix:') else port}"
    with suppress(OSError):
        return served.read_text("utf-8").strip() or HERE
    return HERE


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
