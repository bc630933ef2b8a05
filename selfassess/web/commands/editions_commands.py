"""Commands that write definition files: `questions new-edition ID`, `questions publish ID`, `questions schema`."""

from __future__ import annotations

from pathlib import Path

import click

from selfassess.content.editions import RefusedError, new_edition, publish
from selfassess.content.exploring import load_exploring
from selfassess.content.reader import FaultyError
from selfassess.content.schemas import FOLDER, write_schemas
from selfassess.content.writing import why_not
from selfassess.web.commands.groups import questions, stop
from selfassess.web.commands.questions_commands import check
from selfassess.web.definitions import library
from selfassess.web.french import french, several


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
@click.pass_context
def publish_edition(context: click.Context, name: str) -> None:
    """Vérifie tout, puis publie l'édition ID : les dossiers s'ouvrent dessus, et sa structure ne change plus."""
    definitions = library().definitions
    try:
        edition = definitions.editions.get(name)
        if edition is not None:
            context.invoke(check)  # stops when it finds a fault
            if not edition.questionnaire.published:  # what it would find once published
                load_exploring(library().root, definitions, edition)
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


@questions.command("schema")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Où écrire : questions/schema, sauf mention.",
)
def schema(output: Path | None) -> None:
    """Écrit le schéma JSON de chaque sorte de fichier, pour les éditeurs de texte qui aident à écrire."""
    folder = output or library().root / FOLDER
    try:
        written = write_schemas(folder)
    except OSError as error:
        stop([f"Les schémas n'ont pas été écrits : {why_not(error)}."])
    click.echo(french(f"{several(len(written), 'schéma écrit', 'schémas écrits')} : {folder}"))
