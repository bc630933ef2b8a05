"""Commands: `flask --app wsgi questions check|cases`, `evaluate FILE.json`, `submissions purge`.

Bad input: one message per fault on the error output, exit code 2. Definitions that cannot be used are reported the
same way before any command runs, since the application does not start.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from typing import Any, NoReturn

import click
from flask import Flask
from flask.cli import AppGroup, ScriptInfo, with_appcontext
from sqlalchemy.exc import DatabaseError, InterfaceError, SQLAlchemyError

from selfassess.authoring.checks.date_checks import dated
from selfassess.authoring.checks.partner_page_checks import untranslated
from selfassess.authoring.proofs.proofs import prove
from selfassess.content.cases import Outcome, coverage, load_cases, run_cases
from selfassess.content.catalogue import placed
from selfassess.content.exploring import load_exploring, load_invariants
from selfassess.content.journal import read_journal
from selfassess.content.reader import FaultyError
from selfassess.core.definition.edition import Edition
from selfassess.store.database import UncertainError, WriteError, is_up_to_date, undo
from selfassess.store.retention import QUIET, believable, purge
from selfassess.web.commands.evaluate_command import LARGEST, Refused, evaluate
from selfassess.web.errors import REFUSES_OURS
from selfassess.web.french import (
    day,
    day_of,
    french,
    now,
    several,
    today,
)
from selfassess.web.library import library
from selfassess.web.mail.sender import messages_go_too
from selfassess.web.security import KEPT

NOT_READY = "La base de données n'est pas prête. Préparez-la : .venv/bin/flask --app wsgi db upgrade"
CLOCK = (
    "L'horloge de cette machine dit « {day} », et rien n'a été écrit depuis longtemps dans la base : rien n'est "
    "supprimé. Vérifiez l'horloge ; si elle est juste, relancez avec --trust-clock."
)
NO_ANSWER = "La base de données ne répond pas ({why}). Rien n'a été enregistré."
UNCERTAIN = (
    "La base de données n'a pas répondu jusqu'au bout ({why}) : la commande est peut-être faite, peut-être pas. "
    "Vérifiez avant de recommencer."
)


class Commands(AppGroup):
    """What a database without its tables, or out of reach, makes of a command is said in a line, with code 2."""

    def invoke(self, context: click.Context) -> Any:
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
        told = UNCERTAIN if isinstance(error, UncertainError) else NO_ANSWER
        return told.format(why=type(getattr(error, "orig", None) or error.__cause__ or error).__name__)
    raise error


questions = Commands("questions", help="Définitions du questionnaire.")
submissions = Commands("submissions", help="Dossiers enregistrés.")


def register(app: Flask) -> None:
    app.cli.add_command(questions)
    app.cli.add_command(submissions)
    app.cli.add_command(evaluate_file)


def stop(messages: Any) -> NoReturn:
    for message in messages:
        click.echo(french(str(message)), err=True)
    raise SystemExit(2)


@questions.command("check")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Le jour où lire les dates des fiches : aujourd'hui.")
def check(day: datetime | None) -> None:
    """Vérifie les définitions, lit chaque cas, et dit ce qu'aucun cas n'exerce."""
    definitions = library().definitions
    for edition in definitions.editions.values():
        questionnaire = edition.questionnaire
        counts = [
            several(len(questionnaire.sections), "partie"),
            several(len(questionnaire.pages), "page"),
            several(len(questionnaire.questions) - 1, "question"),
            f"{several(len(questionnaire.items), 'question')} par {questionnaire.item.noun}",
            several(len(edition.typology.categories) + 1, "catégorie"),
        ]
        click.echo(french(f"{definitions.slug} {edition.id} : {', '.join(counts)}."))
    told = [several(len(definitions.devices), "dispositif"), several(len(library().directory), "collectivité")]
    click.echo(f"{', '.join(told)}.")
    try:
        read_journal(library().root)
    except FaultyError as error:
        stop(error.problems)
    tell_dates(day.date() if day else today())
    tell_untranslated()
    tell_invariants()
    _run_cases(untried=True)


def tell_invariants() -> None:
    """How many each edition in use or to come has; the model of files is that of the edition in use."""
    root, definitions = library().root, library().definitions
    try:
        _, invariants = load_exploring(root, definitions, definitions.current)
        drafts = [one for one in definitions.editions.values() if not one.questionnaire.published]
        counts = [("", invariants), *((f"{one.id} : ", load_invariants(root, definitions, one)) for one in drafts)]
    except FaultyError as error:
        stop(error.problems)
    for lead, found in counts:
        click.echo(french(f"{lead}{several(len(found.invariants), 'invariant')}."))


def tell_dates(day: date) -> None:
    """What time has passed over, and is no fault: sheets to read again, calls closed, programmes ending."""
    for problem in placed(library().root, dated(library().definitions, day)):
        click.echo(french(f"À revoir : {problem}"))


@questions.command("cases")
def cases() -> None:
    """Lit chaque cas et compare avec ce qu'il attend."""
    _run_cases(untried=False)


def tell_untranslated() -> None:
    """What the page for a partner abroad leaves out, for want of English: no fault."""
    for problem in placed(library().root, untranslated(library().definitions)):
        click.echo(french(f"À traduire : {problem}"))


def _run_cases(*, untried: bool) -> None:
    """Every case of every edition; exit code 2 when one fails or, with `untried`, when something has no case."""
    definitions, faults, total = library().definitions, 0, 0
    for edition in definitions.editions.values():
        try:
            outcomes = run_cases(definitions, edition, load_cases(library().root, definitions.slug, edition))
        except FaultyError as error:
            stop(error.problems)
        total += len(outcomes)
        told = [
            f"{one.placed.file}:{one.placed.line}:1: « {one.placed.case.name} » : {difference}"
            for one in outcomes
            for difference in one.differences
        ]
        if untried:
            told += [f"{definitions.slug}/editions/{edition.id}/cases:1:1: {gap}" for gap in
                     coverage(definitions, edition, outcomes)]  # fmt: skip
            told += _prove(edition, outcomes)
        faults += len(told)
        for sentence in told:
            click.echo(french(sentence), err=True)
    click.echo(french(f"{several(total, 'cas', 'cas')}, {several(faults, 'défaut')}."))
    if faults:
        raise SystemExit(2)


def _prove(edition: Edition, outcomes: Sequence[Outcome]) -> list[str]:
    """What the search proves wrong in an edition; what it could not settle is said, and is no fault."""
    root, definitions = library().root, library().definitions
    readings = {one.placed.case.name: one.reading for one in outcomes if one.reading is not None}
    proofs = prove(definitions, edition, readings)
    sought = f"{several(proofs.sought, 'recherche')} sur {several(proofs.tried, 'dossier')}"
    click.echo(french(f"{edition.id} : {sought}, {len(proofs.unproved)} sans conclusion."))
    for problem in placed(root, proofs.unproved):
        click.echo(french(str(problem)))
    return [str(problem) for problem in placed(root, proofs.faults)]


@click.command("evaluate")
@click.argument("file", type=click.File("rb"))
@with_appcontext
def evaluate_file(file: Any) -> None:
    """Lit les réponses de FILE (JSON, ou - pour l'entrée standard) et écrit la lecture en JSON."""
    try:
        found = evaluate(library(), file.read(LARGEST + 1), today())
    except Refused as error:
        stop(error.faults)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))


@submissions.command("purge")
@click.option("--older-than", type=click.IntRange(min=1), default=KEPT.days, show_default=True, metavar="DAYS")
@click.option("--trust-clock", is_flag=True, help="L'horloge est juste, même si rien n'a été écrit depuis longtemps.")
def purge_drafts(older_than: int, trust_clock: bool) -> None:
    """Supprime brouillons et dossiers retirés sans changement depuis DAYS jours, et les envoyés depuis 5 ans."""
    at = now()
    if not (trust_clock or believable(at, QUIET)):
        stop([CLOCK.format(day=day(day_of(at)))])
    with messages_go_too():
        count = purge(timedelta(days=older_than), at, None if trust_clock else QUIET)
    click.echo(f"{several(count, 'dossier supprimé', 'dossiers supprimés')}.")
