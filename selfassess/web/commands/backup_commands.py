"""`submissions backup`, `restore` and `move`: all that is kept, as one file, for either database.

A copy is written beside those before it under a name of its own, and takes its final name once it is whole and on the
disk: whatever happens meanwhile, the former ones stay. A restore fills an empty database that nobody uses, or leaves it
empty; it never replaces anything.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

import click
from flask import Flask, current_app
from flask_migrate import Migrate, downgrade, upgrade
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from selfassess.store.backup import (
    BackupHeader,
    DamagedBackupError,
    NotABackupError,
    NotEmptyError,
    check_backup,
    is_empty,
    is_used_by_others,
    load_backup,
    migration_of,
    read_header,
    write_backup,
)
from selfassess.store.database import (
    address,
    db,
    engine_options,
    is_up_to_date,
    known_migrations,
    prepare,
    wipe,
)
from selfassess.store.mail_queue import how_many_wait
from selfassess.web.commands.groups import NOT_READY, cause, stop, submissions
from selfassess.web.french import french, moment, now, several
from selfassess.web.log_lines import record
from selfassess.web.settings import VERSION, settings

NAME, ENDING, DRAFT = "boussole-", ".jsonl.xz", ".part"
STAMP = "%Y%m%dT%H%M%SZ"
TOLD = {
    NotABackupError: "ce n'est pas une sauvegarde de la Boussole, ou une version plus récente l'a écrite",
    DamagedBackupError: "cette sauvegarde est incomplète, ou a été modifiée : prenez-en une autre",
}
NOT_EMPTY = (
    "La base contient déjà des données : rien n'est restauré. Restaurez dans une base vide (réglage DATABASE_URL, ou "
    "INSTANCE pour un autre dossier)."
)
UNFINISHED = "Si une restauration vient d'y être interrompue, finissez-la : flask --app wsgi db upgrade"
NOT_UP_TO_DATE = (
    "Tout est restauré, mais la base n'a pas pu être mise à jour ({why}). Libérez la place qui manque, puis : "
    "flask --app wsgi db upgrade"
)
USED = (
    "Un autre programme utilise {which} : rien n'est restauré. Arrêtez d'abord le site (les services boussole-web "
    "et boussole-worker), et fermez ce qui la lit."
)
NO_ADDRESS = "Ce n'est pas une adresse de base : postgresql://compte:secret@hôte/base."
MOVED = (
    "Copié : {contents}, dans {url}. La base de départ reste telle quelle. Avant de démarrer le site, donnez la "
    "nouvelle adresse au réglage DATABASE_URL."
)
OTHER_VERSION = (
    "Cette sauvegarde vient de la version {version} (base {migration}), que ce programme ne connaît pas : rien n'est "
    "restauré. Restaurez-la avec la version {version}."
)
NOT_READABLE = (
    "Ce compte ne peut pas lire {file} : donnez-lui le droit, ou copiez-le là où il lit. Rien n'est restauré."
)
PDF = "Les PDF seront dessinés de nouveau quand on les demandera."
WAITING = "En attente d'envoi : {messages}. Ce qui est parti depuis la sauvegarde partira une seconde fois."


@submissions.command("backup")
@click.argument("folder", type=click.Path(readable=False, path_type=Path))
@click.option(
    "--keep",
    is_flag=False,
    flag_value=0,
    type=click.IntRange(min=0),
    metavar="[N]",
    help="Ne garde que les N dernières sauvegardes ; sans N, autant que le dit BACKUPS_KEPT.",
)
def backup(folder: Path, keep: int | None) -> None:
    """Écrit dans FOLDER une sauvegarde de tout ce que garde le site, sans l'arrêter."""
    with db.engine.connect() as connection:
        if not migration_of(connection):
            stop([NOT_READY])
    at = now()
    made = folder / f"{NAME}{at:{STAMP}}{ENDING}"
    try:
        with _whole(made) as file:
            header = write_backup(file, VERSION, at)
        size = made.stat().st_size
        gone = 0 if keep is None else _forget(folder, made, keep or settings().backups_kept)
    except OSError as error:
        stop([f"{folder} : {cause(error)}. Aucune sauvegarde n'est écrite ; les précédentes sont intactes."])
    record("backup written", files=header.rows.get("submission", 0), older=gone)
    told = f"Sauvegardé : {_contents(header)}, {_size(size)}, dans {made}."
    click.echo(french(f"{told} {several(gone, 'ancienne supprimée', 'anciennes supprimées')}." if gone else told))


@submissions.command("restore")
@click.argument("file", type=click.Path(readable=False, path_type=Path))
@click.option("--check", is_flag=True, help="Relit seulement la sauvegarde, et dit ce qu'elle contient.")
def restore(file: Path, check: bool) -> None:
    """Remplit une base vide, SQLite ou PostgreSQL, avec la sauvegarde FILE."""
    try:
        with file.open("rb") as opened:
            header = read_header(opened)
            if not check:
                _ready_for(header)
            check_backup(opened)
            if not check:
                _fill(opened, header)
    except (NotABackupError, DamagedBackupError) as error:
        stop([f"{file} : {TOLD[type(error)]}. Rien n'est restauré."])
    except PermissionError:
        stop([NOT_READABLE.format(file=file.absolute())])
    except OSError as error:
        stop([f"{file} : {cause(error)}. Rien n'est restauré."])
    made = f"la sauvegarde du {moment(datetime.fromisoformat(header.at))} (version {header.version})"
    click.echo(french(f"{'Intacte' if check else 'Restauré'} : {made}, {_contents(header)}."))
    if not check:
        record("backup restored", of=header.at)
        click.echo(french(PDF))
        if waiting := how_many_wait():
            click.echo(french(WAITING.format(messages=several(waiting, "message"))))


@submissions.command("move")
@click.argument("url", metavar="DATABASE_URL")
def move(url: str) -> None:
    """Copie tout dans une autre base, vide, SQLite ou PostgreSQL ; le site étant arrêté."""
    if is_used_by_others():
        stop([USED.format(which="la base de départ")])
    try:
        with tempfile.TemporaryFile(dir=current_app.instance_path) as file:
            header = write_backup(file, VERSION, now())
            with _another(url):
                _ready_for(header)
                _fill(file, header)
    except OSError as error:
        stop([f"{current_app.instance_path} : {cause(error)}. Rien n'est copié."])
    click.echo(french(MOVED.format(contents=_contents(header), url=make_url(url).render_as_string(hide_password=True))))
    click.echo(french(PDF))


@contextmanager
def _another(url: str) -> Iterator[None]:
    """The same program on another database, without a page."""
    here = current_app
    other = Flask(here.name, instance_path=here.instance_path)
    other.config["SQLALCHEMY_DATABASE_URI"] = _address(url)
    other.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    db.init_app(other)
    Migrate(other, db, directory=here.extensions["migrate"].directory, render_as_batch=True)
    with other.app_context():
        prepare(db.engine)
        try:
            yield
        finally:
            db.engine.dispose()


def _address(url: str) -> str:
    """Of a database that the program knows; otherwise ends the command."""
    found = ""
    with suppress(ArgumentError, ValueError):  # whose words may quote a password
        found = address(url)
    if not found.startswith(("sqlite:", "postgresql+")):
        stop([NO_ADDRESS])
    return found


def _ready_for(header: BackupHeader) -> None:
    """Ends the command unless the database is empty, nobody's, and can be brought to what the file was made of."""
    if not is_empty():
        stop([NOT_EMPTY] if is_up_to_date() else [NOT_EMPTY, UNFINISHED])
    if is_used_by_others():
        stop([USED.format(which="cette base")])
    if header.migration not in known_migrations():
        stop([OTHER_VERSION.format(version=header.version, migration=header.migration)])


def _fill(file: IO[bytes], header: BackupHeader) -> None:
    """The tables as they were, their rows, then what has changed since, as for any database of that time."""
    _bring_to(header.migration)
    try:
        load_backup(file)
    except NotEmptyError:
        stop([NOT_EMPTY])
    try:
        upgrade()
    except SQLAlchemyError as error:
        stop([NOT_UP_TO_DATE.format(why=type(error).__name__)])
    wipe()


def _bring_to(migration: str) -> None:
    """An empty database, made or not."""
    known = known_migrations()
    with db.engine.connect() as connection:
        present = migration_of(connection)
    if present in known and known.index(present) > known.index(migration):
        downgrade(revision=migration)
    else:
        upgrade(revision=migration)


@contextmanager
def _whole(made: Path) -> Iterator[IO[bytes]]:
    """A draft that becomes `made` once on the disk; drafts of processes that were killed go. Raises OSError."""
    for left in made.parent.glob(f".{NAME}*{DRAFT}"):
        with suppress(OSError), left.open("rb") as file:  # locked: being written
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()
    number, name = tempfile.mkstemp(prefix=f".{NAME}", suffix=DRAFT, dir=made.parent)  # for its owner alone
    draft = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
            file.flush()
            os.fsync(number)
            draft.replace(made)
        _sync(made.parent)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    """The name, too, is on the disk."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _forget(folder: Path, made: Path, keep: int) -> int:
    """All but `made` and the latest others go, by the date in their name; how many."""
    others = sorted(one for one in folder.glob(f"{NAME}*{ENDING}") if one != made and _is_ours(one.name))
    gone = others[: max(0, len(others) - (keep - 1))]
    for one in gone:
        one.unlink()
    return len(gone)


def _is_ours(name: str) -> bool:
    try:
        datetime.strptime(name, f"{NAME}{STAMP}{ENDING}")  # noqa: DTZ007  only its form
    except ValueError:
        return False
    return True


def _contents(header: BackupHeader) -> str:
    files, accounts = header.rows.get("submission", 0), header.rows.get("facilitator", 0)
    return f"{several(files, 'dossier')}, {several(accounts, 'compte')}"


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} Mo".replace(".", ",") if count >= 100_000 else f"{max(1, round(count / 1000))} ko"
