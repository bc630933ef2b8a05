"""What is missing or unsafe, each in one sentence that says what to do: settings, this machine, as seen from outside.

`unsafe`: nobody should be let in before it is mended. The rest is worth knowing.

Apart: what is looked for, whoever says it, the command or the start of the server.
"""

from __future__ import annotations

import os
import shutil
import ssl
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from socket import gethostname
from urllib.parse import urlsplit

from flask import Flask, json
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from selfassess.store import mail_queue, reports
from selfassess.store.database import WriteError, clock, db, is_up_to_date, undo
from selfassess.store.mail_queue import Failing
from selfassess.store.models import Event
from selfassess.store.retention import Keeping, overdue
from selfassess.web.french import day, now, several
from selfassess.web.mail.smtp import Server, try_out
from selfassess.web.public.legal import ASKED
from selfassess.web.queue import CLOCKS, LATE, machine_and_digest, this_machine
from selfassess.web.security import FROM_DOCTOR, doctor_mark
from selfassess.web.settings import THIS_MACHINE, Settings, kept_secret, settings, settings_of

SECRET_LENGTH, SECRET_LETTERS = 32, 10  # at least; those we make have 64
LEAST_FREE = 1024**3  # bytes
STUCK = timedelta(minutes=15)  # something that waits for longer than this waits in vain
CLOCK = timedelta(minutes=5)
TIMES = 6  # the pages are asked what they were started with
PATIENCE = 10.0  # seconds, for the site to answer at its public address
CERTIFICATE = timedelta(days=10)  # less than this before its end: nobody renews it
LIAR = "203.0.113.7"  # an address of nobody (RFC 5737), which a visitor would pretend to come from


@dataclass(frozen=True)
class Finding:
    """`what` is wrong, `todo` about it, in French."""

    what: str
    todo: str
    unsafe: bool = True


def of_settings(told: Settings) -> Iterator[Finding]:
    """What the settings alone show. On a site that is only tried on one's machine, less matters."""
    where = f"dans {told.file}" if told.file else "dans l'environnement"
    for name in told.unknown:
        yield Finding(f"« {name} » n'est le nom d'aucun réglage", f"corrigez-le {where}")
    if not told.is_public:
        yield Finding(
            f"PUBLIC_URL n'est pas réglé : les liens des messages mènent à {told.public_url}, que personne d'autre "
            "n'atteint",
            "réglez-le à l'adresse où l'on vous lit, en https",
        )
    yield from _of_mail(told)
    yield from _of_the_door(told)
    yield from _of_secret(told)
    for name, meaning in ASKED.items():
        if not getattr(told, f"legal_{name}"):
            yield Finding(
                f"Mentions légales : {meaning} reste à compléter",
                f"réglez LEGAL_{name.upper()}",
                told.is_public,
            )


def is_tried(told: Settings) -> bool:
    """On one's own machine, by oneself."""
    return not told.is_public and _is_near(told)


def _is_near(told: Settings) -> bool:
    return told.listen.startswith("unix:") or told.listen.rpartition(":")[0].strip("[]") in THIS_MACHINE


def _of_mail(told: Settings) -> Iterator[Finding]:
    if not told.smtp_url:
        yield Finding(
            f"Aucun courriel ne part : les messages restent dans {told.mails}",
            "réglez SMTP_URL et MAIL_FROM ; en attendant, les pages disent de copier les liens",
            told.is_public,
        )
    if not told.operator_mail:
        yield Finding(
            "Personne n'est prévenu de ce qui est à relire (appels, contacts, sources)", "réglez OPERATOR_MAIL", False
        )
    if not told.security_contact:
        yield Finding(
            "Qui trouve une faille ne sait pas à qui l'écrire (/.well-known/security.txt n'existe pas)",
            "réglez SECURITY_CONTACT",
            False,
        )
    if told.read_mails and told.is_public:
        yield Finding("READ_MAILS est réglé sur un site public", "enlevez-le : il ne sert qu'à essayer le site", False)
    if told.preview and told.is_public:
        yield Finding(
            "PREVIEW est réglé : chacun peut essayer les éditions en préparation",
            "enlevez-le s'il a fait son temps",
            False,
        )


def _of_the_door(told: Settings) -> Iterator[Finding]:
    """Who ends TLS, and who may say where a visitor comes from."""
    encrypted = told.public_url.startswith("https://")
    if told.is_public and not encrypted:
        yield Finding(
            f"PUBLIC_URL commence par http:// : réponses et mots de passe voyagent en clair ({told.public_url})",
            "servez le site en HTTPS (deploy/Caddyfile ou deploy/nginx.conf)",
        )
    if encrypted and not told.behind_https:
        yield Finding(
            "BEHIND_HTTPS n'est pas réglé, alors que PUBLIC_URL est en https : tous les visiteurs passent pour un "
            "seul, et le cookie n'est pas réservé à HTTPS",
            "réglez BEHIND_HTTPS=1",
        )
    if told.behind_https and not encrypted:
        yield Finding("BEHIND_HTTPS est réglé, alors que PUBLIC_URL n'est pas en https", "réglez PUBLIC_URL=https://…")
    if not _is_near(told):
        yield Finding(
            f"Le serveur écoute au-delà de cette machine (LISTEN={told.listen}) : chacun peut l'atteindre sans passer "
            "par le mandataire, et dire qu'il vient d'ailleurs",
            "réglez LISTEN=127.0.0.1:8000",
        )


def _of_secret(told: Settings) -> Iterator[Finding]:
    key = told.secret_key
    if len(key) < SECRET_LENGTH or len(set(key)) < SECRET_LETTERS:
        yield Finding(
            "SECRET_KEY est trop courte ou trop simple : qui la devine entre partout",
            "enlevez-la (le site en fait une), ou écrivez ce que donne « openssl rand -hex 32 »",
        )
    for path in (told.file, told.instance / "secret_key", told.instance):
        if path is not None and path.exists() and (mode := stat.S_IMODE(path.stat().st_mode)) & 0o007:
            yield Finding(
                f"{path} est ouvert à tous les comptes de cette machine ({mode:o}) : ils lisent les secrets du site",
                f"chmod o-rwx {path}",
            )


def of_machine(app: Flask) -> Iterator[Finding]:
    """The database, the worker, the disk, the account. In an application context."""
    told = settings_of(app)
    if (owner := told.instance.stat().st_uid) != os.geteuid():
        yield Finding(
            f"Cette commande n'est pas lancée par le compte du site ({told.instance} appartient au compte {owner}) : "
            "ce qu'elle écrirait lui serait fermé",
            "lancez-la par deploy/boussole, ou par « runuser -u »",
        )
    yield from _of_database(told.keeping)
    places = {told.instance}
    url = make_url(told.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        places.add(Path(url.database).absolute().parent)
    for place in sorted(places):
        if (free := shutil.disk_usage(place).free) < LEAST_FREE:
            yield Finding(
                f"Il reste {free // 1024**2} Mio sur le disque de {place}",
                "faites de la place : un disque plein refuse les réponses",
            )


def _of_database(keeping: Keeping) -> Iterator[Finding]:
    try:
        if not is_up_to_date():
            yield Finding("La base de données n'est pas à jour", "lancez « flask --app wsgi db upgrade »")
            return
        last, at = db.session.scalar(select(func.max(Event.at))), now()
        if last is not None and last > at + CLOCK:
            yield Finding(
                f"L'horloge de cette machine retarde : elle dit le {day(at.date())}, un acte est daté du "
                f"{day(last.date())} à {last:%H:%M} (UTC), plus tard que maintenant",
                "mettez-la à l'heure (timedatectl)",
            )
        yield from _of_clocks(at - clock())
        yield from _of_queues(at)
        yield from _of_failing(mail_queue.failing(at))
        yield from _of_what_goes(keeping, at)
        signs = reports.last_signs()
        yield from _of_workers(signs)
        yield from _of_other_machines(signs, settings())
        yield from _of_former_worker(signs, settings())
    except (WriteError, SQLAlchemyError) as error:
        undo()
        yield Finding(
            f"La base de données ne répond pas ({type(error).__name__})", "vérifiez DATABASE_URL et le serveur"
        )


def _of_queues(at: datetime) -> Iterator[Finding]:
    if (since := reports.oldest_waiting()) and since < at - STUCK:
        yield Finding(
            f"Un PDF attend depuis {_long(at - since)}", "regardez le journal : journalctl -u boussole-worker"
        )
    if (since := mail_queue.oldest_due(at)) and since < at - STUCK:
        yield Finding(
            f"Un courriel attend depuis {_long(at - since)}", "regardez le journal : journalctl -u boussole-worker"
        )


def _of_failing(mails: Failing | None) -> Iterator[Finding]:
    """Of less weight once another has left since: it is then these messages, not the server."""
    if mails is not None:
        counts = [
            *([f"{several(mails.put_off, 'courriel')} remis à plus tard"] if mails.put_off else []),
            *([f"{several(mails.given_up, 'courriel')} abandonnés depuis hier"] if mails.given_up > 1 else []),
            *(["1 courriel abandonné depuis hier"] if mails.given_up == 1 else []),
        ]
        yield Finding(
            f"Des courriels ne partent pas : {', '.join(counts)} (dernière erreur : {mails.error})",
            "vérifiez SMTP_URL et MAIL_FROM, et regardez le journal : journalctl -u boussole-worker",
            not mails.since,
        )


def of_mail_server(told: Settings) -> Iterator[Finding]:
    """Knock at its door, as for a message, and send none."""
    if told.smtp_url:
        server = Server.read(told.smtp_url)
        if why := try_out(server, PATIENCE):
            yield Finding(
                f"Le serveur de courrier {server.host}:{server.port} n'accepte rien de ce site : {why}",
                "corrigez SMTP_URL, puis redémarrez les services",
            )


def _of_what_goes(keeping: Keeping, at: datetime) -> Iterator[Finding]:
    if late := overdue(keeping, at):
        verb = "aurait dû s'effacer" if late == 1 else "auraient dû s'effacer"
        yield Finding(
            f"{several(late, 'dossier')} {verb} il y a plus de deux jours : la page sur les données personnelles ment",
            "lancez « flask --app wsgi submissions purge », et regardez pourquoi le worker ne le fait pas",
        )


def _long(time: timedelta) -> str:
    minutes = int(time.total_seconds() // 60)
    return several(minutes, "minute") if minutes < 120 else several(minutes // 60, "heure")


def _of_clocks(off: timedelta) -> Iterator[Finding]:
    """`off`: this machine's less that of the database. Several machines that differ take each other's word wrongly."""
    if abs(off) > CLOCKS:
        way = "avance" if off > timedelta(0) else "retarde"
        yield Finding(
            f"L'horloge de cette machine {way} de {_long(abs(off))} sur celle de la base de données : des sessions, "
            "des liens et des courriels expirent ou attendent à contretemps",
            "mettez les deux à l'heure (timedatectl)",
        )


def _of_workers(signs: dict[str, timedelta]) -> Iterator[Finding]:
    silent = min(signs.values(), default=None)
    if silent is None or silent > LATE:
        since = f"ne dit plus rien depuis {int(silent.total_seconds())} secondes" if silent else "n'a donné aucun signe"
        yield Finding(
            f"Ce qui fabrique les PDF et envoie les courriels {since}",
            "lancez-le : systemctl start boussole-worker (ou « flask --app wsgi worker »)",
        )


def _of_other_machines(signs: dict[str, timedelta], told: Settings) -> Iterator[Finding]:
    """A worker elsewhere: a secret made here is not theirs."""
    others = {machine_and_digest(name)[0] for name, ago in signs.items() if ago < LATE} - {this_machine()}
    made_here = told.instance / "secret_key"
    if others and made_here.exists() and kept_secret(made_here) == told.secret_key:
        yield Finding(
            f"Ce site est aussi servi par {', '.join(sorted(others))}, et SECRET_KEY n'est pas réglé : chaque machine "
            "a la sienne, et refuse les sessions des autres",
            "réglez la même SECRET_KEY sur toutes les machines (openssl rand -hex 32)",
        )


def _of_former_worker(signs: dict[str, timedelta], told: Settings) -> Iterator[Finding]:
    """Of this machine: another may have settings of its own."""
    here = [machine_and_digest(name) for name, ago in signs.items() if ago < LATE]
    if any(machine == this_machine() and digest not in {"", told.digest} for machine, digest in here):
        yield Finding(
            "Ce qui fabrique les PDF et envoie les courriels a encore d'anciens réglages",
            "redémarrez-le (systemctl restart boussole-worker)",
            told.is_public,
        )


def of_pages(told: Settings) -> Iterator[Finding]:
    """Were they started with these settings? Several services may answer in turn: they are asked a few times."""
    with suppress(OSError, HTTPException, ValueError):  # `from_outside` says it
        if any(_is_former(told) for _ in range(TIMES)):
            yield Finding(
                "Les pages servent encore d'anciens réglages",
                "redémarrez-les (systemctl restart boussole-web@1 boussole-web@2)",
                told.is_public,
            )


def _is_former(told: Settings) -> bool:
    """Only of pages of this machine: another may have settings of its own."""
    answer, _ = _asked(told.public_url, {FROM_DOCTOR: doctor_mark(told.secret_key)})
    said = answer.get("settings")
    return isinstance(said, dict) and said["machine"] == gethostname() and said["digest"] != told.digest


def from_outside(told: Settings) -> Iterator[Finding]:
    """Ask the site at its public address, as a visitor who lies about where they come from."""
    if not told.is_public:
        return
    lies = {"X-Forwarded-For": LIAR, "X-Forwarded-Host": LIAR, "X-Forwarded-Proto": "http", "X-Real-IP": LIAR}
    try:
        answer, ends = _asked(told.public_url, {**lies, FROM_DOCTOR: doctor_mark(told.secret_key)})
    except (OSError, HTTPException, ValueError) as error:
        why = getattr(error, "verify_message", None) or getattr(error, "strerror", None) or type(error).__name__
        yield Finding(
            f"{told.public_url} ne répond pas à cette machine ({why})",
            "vérifiez le nom, le certificat, le mandataire et le service boussole-web",
        )
    else:
        yield from _of_answer(answer.get("seen"), told)
        if ends is not None and ends < now() + CERTIFICATE:
            yield Finding(f"Le certificat finit le {day(ends.date())}", "faites-le renouveler")


def _of_answer(seen: object, told: Settings) -> Iterator[Finding]:
    """What the site believes of who asked: {address, host, scheme}, said to `doctor` only."""
    parts = urlsplit(told.public_url)
    if not isinstance(seen, dict):
        yield Finding(
            f"Ce qui répond à {told.public_url} n'est pas ce site, ou a une autre SECRET_KEY",
            "donnez la même à tous les serveurs du site, et vérifiez où mène le mandataire",
        )
        return
    if LIAR in {seen["address"], seen["host"]}:
        yield Finding(
            "Le mandataire laisse passer ce qu'un visiteur dit de lui-même (X-Forwarded-For, X-Forwarded-Host)",
            "faites-les récrire par le mandataire, comme dans deploy/nginx.conf",
        )
    elif seen["host"] != parts.netloc:
        yield Finding(
            f"Le site croit s'appeler « {seen['host']} » : les liens qu'il montre y mènent",
            "faites dire au mandataire X-Forwarded-Host, comme dans deploy/nginx.conf",
        )
    if seen["scheme"] != parts.scheme:
        yield Finding(
            f"Le site croit être servi en {seen['scheme']}",
            "faites dire au mandataire X-Forwarded-Proto, et réglez BEHIND_HTTPS=1",
        )


def _asked(url: str, headers: dict[str, str]) -> tuple[dict[str, object], datetime | None]:
    """What /healthz says there, and when the certificate ends. Raises OSError, HTTPException, ValueError."""
    parts = urlsplit(url)
    ends = None
    if parts.scheme == "https":
        connection: HTTPConnection = HTTPSConnection(
            parts.netloc, timeout=PATIENCE, context=ssl.create_default_context()
        )
    else:
        connection = HTTPConnection(parts.netloc, timeout=PATIENCE)
    try:
        connection.request("GET", f"{parts.path}/healthz", headers=headers)
        if isinstance(connection.sock, ssl.SSLSocket) and (certificate := connection.sock.getpeercert()):
            ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
        said = json.loads(connection.getresponse().read())
        return said if isinstance(said, dict) else {}, ends  # {}: what answers is not this site
    finally:
        connection.close()
