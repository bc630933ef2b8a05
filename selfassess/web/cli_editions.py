"""Commands for editions: `questions new-edition ID`, `questions publish ID`."""

from __future__ import annotations

import click

from selfassess.content.cases import coverage, load_cases, run_cases
from selfassess.content.editions import RefusedError, new_edition, publish
from selfassess.content.reader import FaultyError
from selfassess.core.reading import Edition
from selfassess.web.cli import questions, stop
from selfassess.web.definitions import library
from selfassess.web.language import french


@questions.command("new-edition")
@click.argument("name", metavar="ID")
@click.option("--from", "source", default=None, metavar="ID", help="L'édition à copier : celle en cours, sauf mention.")
def new(name: str, source: str | None) -> None:
    """Copie une édition en un brouillon nommé ID (une année, un tiret, un numéro, comme 2027-1)."""
    definitions = library().definitions
    source = source or definitions.current.id
    folder = library().root / definitions.slug / "editions"
    try:
        made = new_edition(folder, definitions.editions, name, source)
    except RefusedError as error:
        stop([error])
    click.echo(french(f"Édition {name} créée en brouillon, copiée de {source} : {made}"))
    click.echo(french("Ensuite : modifiez ses fichiers et ses cas, lancez « questions check » à chaque étape,"))
    click.echo(french(f"dites ce qui change dans JOURNAL.md (« ## {name} »), puis « questions publish {name} »."))
    click.echo(french("Le guide pas à pas : questions/README.md"))


@questions.command("publish")
@click.argument("name", metavar="ID")
def publish_edition(name: str) -> None:
    """Publie l'édition ID : les nouveaux dossiers s'ouvrent dessus, et sa structure ne change plus."""
    definitions = library().definitions
    edition = definitions.editions.get(name)
    try:
        if edition is not None:
            _try_cases(edition)
        new = publish(library().root, definitions, name)
    except RefusedError as error:
        stop([error])
    except FaultyError as error:
        stop(error.problems)
    if not new:
        click.echo(french(f"L'édition {name} est déjà publiée. Rien n'a changé."))
        return
    click.echo(
        french(f"Édition {name} publiée. Sa structure est gardée dans published.lock : enregistrez ce fichier aussi.")
    )
    click.echo(
        french("Redémarrez le site : les nouveaux dossiers s'ouvriront sur elle, les autres restent sur la leur.")
    )


def _try_cases(edition: Edition) -> None:
    """Every case holds and nothing is untried, or the process stops and says what does not."""
    definitions = library().definitions
    outcomes = run_cases(definitions, edition, load_cases(library().root, definitions.slug, edition))
    told = [
        f"{one.placed.file}:{one.placed.line}:1: « {one.placed.case.name} » : {difference}"
        for one in outcomes
        for difference in one.differences
    ]
    told += [
        f"{definitions.slug}/editions/{edition.id}/cases:1:1: {one}" for one in coverage(definitions, edition, outcomes)
    ]
    if told:
        stop([*told, f"L'édition {edition.id} n'a pas été publiée : corrigez d'abord ce qui précède."])
