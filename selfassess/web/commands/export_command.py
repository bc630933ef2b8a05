"""`submissions export`: the files sent to networks, for whoever runs the site."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from selfassess.store.exporting import every_sent
from selfassess.store.networks import networks
from selfassess.web.commands.groups import stop, stop_unwritten, submissions
from selfassess.web.french import now
from selfassess.web.review.export_formats import csv_of, dictionary_of, json_of


@submissions.command("export")
@click.option("--format", "form", type=click.Choice(["csv", "json", "dictionary"]), required=True)
@click.option("--network", default=None, metavar="NAME", help="Un seul réseau ; sans cela, tous.")
@click.option("--aside", is_flag=True, help="Les dossiers mis de côté comme indésirables, au lieu des autres.")
@click.option("--output", type=click.Path(readable=False, path_type=Path), metavar="FILE")
def export(form: str, network: str | None, aside: bool, output: Path | None) -> None:
    """Écrit les dossiers envoyés, ou le dictionnaire des colonnes du CSV, dans FILE ou sur la sortie standard."""
    network_id = None
    if network is not None:
        known = {one.name: one.id for one in networks()}
        if network not in known:
            stop([f"Aucun réseau ne s'appelle « {network} » (connus : {', '.join(known) or 'aucun'})."])
        network_id = known[network]
    which = every_sent(network_id, aside=aside)
    chunks = json_of(which, now()) if form == "json" else csv_of(which) if form == "csv" else dictionary_of(which)
    if output is None:
        sys.stdout.buffer.writelines(chunks)
        return
    try:
        _write(chunks, output)
    except OSError as error:
        stop_unwritten(output, error)


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
