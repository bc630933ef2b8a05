"""`submissions replay`: every kept report computed again. Reads only."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from selfassess.core.report.report import SHAPE
from selfassess.core.report.reproduce import Replay, ReplayDifference, replay
from selfassess.store.exporting import KeptReport, reports_kept
from selfassess.web.commands.groups import stop, submissions
from selfassess.web.definitions import library
from selfassess.web.french import (
    day,
    day_of,
    french,
    several,
)
from selfassess.web.report.document_file import documented

MOST_DIFFERENCES = 20
LONGEST = 80  # characters of a value shown


@submissions.command("replay")
@click.option("--reference", default=None, metavar="REF", help="Un seul dossier ; sans cela, tous.")
@click.option("--all", "everything", is_flag=True, help=f"Toutes les différences, au-delà de {MOST_DIFFERENCES}.")
def replay_reports(reference: str | None, everything: bool) -> None:
    """Recalcule chaque rapport gardé, et dit ce qui diffère et à cause de quel fichier. Ne change rien."""
    counts = dict.fromkeys(("identical", "moved", "impossible", "unexplained"), 0)
    for kept in reports_kept(reference):
        found = _replayed(kept)
        state = "identical" if found.identical else "impossible" if found.impossible else "moved"
        counts["unexplained" if found.unexplained else state] += 1
        for line in _said(kept, found, None if everything else MOST_DIFFERENCES):
            click.echo(french(line))
    if not sum(counts.values()):
        stop([f"Aucun rapport gardé{f' pour le dossier « {reference} »' if reference else ''}."])
    told = [
        f"{several(sum(counts.values()), 'rapport')} : {several(counts['identical'], 'identique')}",
        several(counts["moved"], "différent"),
        f"{counts['impossible']} sans recalcul possible",
        f"{several(counts['unexplained'], 'différent')} sans cause",
    ]
    click.echo(french(f"{', '.join(told)}."))
    if counts["unexplained"]:
        raise SystemExit(2)


def _replayed(kept: KeptReport) -> Replay:
    try:
        decoded: dict[str, object] = json.loads(kept.report)
        definitions = library().definitions
        return replay(definitions, kept.report, decoded, lambda report: documented(report, definitions))
    # Kept by another version, or damaged.
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return Replay(impossible=f"il ne se lit plus ({type(error).__name__})")


def _said(kept: KeptReport, found: Replay, most: int | None) -> Iterator[str]:
    if found.identical:
        return
    what = "envoyé" if kept.declared else "PDF demandé"
    name = f"{kept.reference}, {what} le {day(day_of(kept.at))}, empreinte {kept.fingerprint}"
    if found.impossible:
        yield f"{name} : pas de recalcul, {found.impossible}."
        return
    yield f"{name} : {several(len(found.differences), 'différence')}."
    for one in found.differences[:most]:
        yield f"  {_difference(one)}"
    if most is not None and len(found.differences) > most:
        yield f"  … et {several(len(found.differences) - most, 'autre')} (--all pour tout voir)."
    if found.engine:
        yield f"  À cause du moteur de lecture : version {found.engine[0]} alors, {found.engine[1]} maintenant."
    if found.shape:
        yield f"  À cause de la forme sous laquelle il est gardé : forme {found.shape}, {SHAPE} maintenant."
    for file in found.causes:
        yield f"  À cause de {file}"
    if found.unexplained:
        yield "  Sans cause connue : mêmes définitions, même version du moteur. C'est un défaut du programme."


def _difference(one: ReplayDifference) -> str:
    if one.before is None:
        return f"{one.place} : absent alors, {_value(one.after)} maintenant"
    if one.after is None:
        return f"{one.place} : {_value(one.before)} alors, absent maintenant"
    return f"{one.place} : {_value(one.before)} alors, {_value(one.after)} maintenant"


def _value(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"« {text if len(text) <= LONGEST else text[: LONGEST - 1] + '…'} »"
