"""`submissions export`: the files sent to networks, for whoever runs the site."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy import Select

from selfassess.store.exporting import every_sent
from selfassess.store.models import Submission
from selfassess.store.networks import networks
from selfassess.web.commands.groups import stop, stop_unwritten, submissions
from selfassess.web.export.export_formats import (
    TooManyError,
    csv_of,
    dictionary_csv,
    json_of,
    known_sheets,
    workbook_of,
)
from selfassess.web.french import now


@submissions.command("export")
@click.option("--format", "form", type=click.Choice(["xlsx", "csv", "json", "dictionary"]), required=True)
@click.option(
    "--sheet",
    default="dossiers",
    help="La feuille, pour le CSV : dossiers, reponses, actions, lecture, dispositifs, maturite, commentaires.",
)
@click.option("--network", default=None, metavar="NAME", help="Un seul réseau ; sans cela, tous.")
@click.option("--aside", is_flag=True, help="Les dossiers mis de côté comme indésirables, au lieu des autres.")
@click.option("--output", type=click.Path(readable=False, path_type=Path), metavar="FILE")
def export(form: str, sheet: str, network: str | None, aside: bool, output: Path | None) -> None:
    """Écrit les dossiers envoyés, ou le dictionnaire des colonnes, dans FILE ou sur la sortie standard."""
    network_id = None
    if network is not None:
        known = {one.name: one.id for one in networks()}
        if network not in known:
            stop([f"Aucun réseau ne s'appelle « {network} » (connus : {', '.join(known) or 'aucun'})."])
        network_id = known[network]
    which = every_sent(network_id, aside=aside)
    if sheet not in known_sheets():
        stop([f"Aucune feuille ne s'appelle « {sheet} » (connues : {', '.join(known_sheets())})."])
    try:
        chunks = _chunks(form, sheet, which)
    except TooManyError as error:
        stop([f"{error.count} dossiers : un classeur en tient 10 000. Prenez --format csv, une feuille à la fois."])
    if output is None:
        sys.stdout.buffer.writelines(chunks)
        return
    try:
        _write(chunks, output)
    except OSError as error:
        stop_unwritten(output, error)


def _chunks(form: str, sheet: str, which: Select[Submission]) -> Iterator[bytes]:
    if form == "xlsx":
        return iter([workbook_of(which)])
    return json_of(which, now()) if form == "json" else csv_of(which, sheet) if form == "csv" else dictionary_csv()


def _write(chunks: Iterator[bytes], output: Path) -> None:
    """All of it or nothing, readable by its owner only: these are everyone's answers."""
    if output.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    draft = output.with_name(f"{output.name}.part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.writelines(chunks)
        draft.replace(output)
    finally:
        draft.unlink(missing_ok=True)
