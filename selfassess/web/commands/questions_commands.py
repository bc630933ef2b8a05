"""Commands that check the definitions and change nothing: `questions check`, `questions cases`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import click

from selfassess.authoring.checks.date_checks import dated
from selfassess.authoring.checks.partner_page_checks import untranslated
from selfassess.authoring.proofs.proofs import prove
from selfassess.content.cases import CaseOutcome, coverage, load_cases, run_cases
from selfassess.content.catalogue import placed
from selfassess.content.exploring import load_exploring, load_invariants
from selfassess.content.journal import read_journal
from selfassess.content.reader import FaultyError
from selfassess.core.definition.edition import Edition
from selfassess.web.commands.groups import questions, stop
from selfassess.web.definitions import library
from selfassess.web.french import french, several, today


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
            f"{outcome.placed.file}:{outcome.placed.line}:1: « {outcome.placed.case.name} » : {difference}"
            for outcome in outcomes
            for difference in outcome.differences
        ]
        if untried:
            told += [
                f"{definitions.slug}/editions/{edition.id}/cases:1:1: {gap}"
                for gap in coverage(definitions, edition, outcomes)
            ]
            told += _prove(edition, outcomes)
        faults += len(told)
        for sentence in told:
            click.echo(french(sentence), err=True)
    click.echo(french(f"{several(total, 'cas', 'cas')}, {several(faults, 'défaut')}."))
    if faults:
        raise SystemExit(2)


def _prove(edition: Edition, outcomes: Sequence[CaseOutcome]) -> list[str]:
    """What the search proves wrong in an edition; what it could not settle is said, and is no fault."""
    root, definitions = library().root, library().definitions
    readings = {one.placed.case.name: one.reading for one in outcomes if one.reading is not None}
    proofs = prove(definitions, edition, readings)
    sought = f"{several(proofs.sought, 'recherche')} sur {several(proofs.tried, 'dossier')}"
    click.echo(french(f"{edition.id} : {sought}, {len(proofs.unproved)} sans conclusion."))
    for problem in placed(root, proofs.unproved):
        click.echo(french(str(problem)))
    return [str(problem) for problem in placed(root, proofs.faults)]
