"""The groups of commands, `questions` and `submissions`, and what all commands tell alike.

Bad input: one message per fault on the error output, exit code 2. Definitions that cannot be used are reported the
same way before any command runs, since the application does not start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import click
from flask import Flask
from flask.cli import AppGroup, ScriptInfo
from sqlalchemy.exc import DatabaseError, InterfaceError, SQLAlchemyError

from selfassess.content.writing import why_not
from selfassess.store.database import UncertainError, WriteError, answered_no, is_up_to_date, undo
from selfassess.web.errors import REFUSES_OURS
from selfassess.web.french import french
from selfassess.web.settings import VERSION

NOT_READY = "La base de données n'est pas prête. Préparez-la : .venv/bin/flask --app wsgi db upgrade"
NO_ANSWER = "La base de données ne répond pas ({why}). Rien n'a été enregistré."
NOT_SAVED = (
    "La base de données n'a pas pu enregistrer ({why}) : son disque est plein, elle est occupée, ou en lecture seule. "
    "Rien n'a été enregistré."
)
UNCERTAIN = (
    "La base de données n'a pas répondu jusqu'au bout ({why}) : la commande est peut-être faite, peut-être pas. "
    "Vérifiez avant de recommencer."
)


class Commands(AppGroup):
    """What a database without its tables, or out of reach, makes of a command is said in a line, with code 2."""

    def invoke(self, context: click.Context) -> object:
        with context.ensure_object(ScriptInfo).load_app().app_context(), told_of_the_database():
            return super().invoke(context)


@contextmanager
def told_of_the_database() -> Iterator[None]:
    try:
        yield
    except (WriteError, SQLAlchemyError) as error:
        stop([_of_the_database(error)])


def _of_the_database(error: Exception) -> str:
    undo()
    with suppress(SQLAlchemyError):
        if not is_up_to_date():
            return NOT_READY
    if isinstance(error, REFUSES_OURS):
        raise error  # a fault of ours
    if isinstance(error, (WriteError, DatabaseError, InterfaceError)):
        told = UNCERTAIN if isinstance(error, UncertainError) else NOT_SAVED if answered_no(error) else NO_ANSWER
        return told.format(why=type(getattr(error, "orig", None) or error.__cause__ or error).__name__)
    raise error


questions = Commands("questions", help="Définitions du questionnaire.")
submissions = Commands("submissions", help="Dossiers enregistrés.")


def register(app: Flask) -> None:
    app.cli.add_command(questions)
    app.cli.add_command(submissions)
    app.cli.add_command(version)


@click.command("version")
def version() -> None:
    """Dit la version de ce programme."""
    click.echo(f"Boussole PAT–International {VERSION}")


def stop(messages: Iterable[object]) -> NoReturn:
    """Each message on a line of the error output, and code 2."""
    for message in messages:
        click.echo(french(str(message)), err=True)
    raise SystemExit(2)


def stop_unwritten(output: Path, error: OSError) -> NoReturn:
    """That `--output` cannot be written: where it was looked for, a wrapper may have changed the folder."""
    where = output.absolute()
    if isinstance(error, FileNotFoundError):
        told = f"{where} : le dossier {where.parent} n'existe pas. Rien n'est écrit."
    else:
        told = f"{where} : {cause(error)}. Rien n'est écrit."
    relative = f"« {output} » part du dossier où tourne la commande : donnez un chemin complet, qui commence par /."
    stop([told] if output.is_absolute() else [f"{told} {relative}"])


def cause(error: OSError) -> str:
    """In French, without the file, which may be a draft."""
    return why_not(OSError(error.errno, error.strerror))
