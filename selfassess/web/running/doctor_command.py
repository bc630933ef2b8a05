"""`doctor`: what is missing or unsafe, a line each, what to mend first at the top. Exit: 1 when something is unsafe."""

from __future__ import annotations

from collections.abc import Iterable

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from selfassess.web.french import french, several
from selfassess.web.running.checkup import (
    Finding,
    from_outside,
    is_tried,
    of_machine,
    of_mail_server,
    of_pages,
    of_settings,
)
from selfassess.web.settings import Settings, settings

TRIED = (
    "Site à l'essai : aucun courriel ne part, les mentions légales restent à compléter. Avant de l'ouvrir à d'autres : "
    ".venv/bin/flask --app wsgi doctor"
)


def register(app: Flask) -> None:
    app.cli.add_command(doctor)


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Dit ce qui manque au site ou le met en danger, et que faire. Code de sortie 1 : quelque chose est à corriger."""
    app, told = current_app._get_current_object(), settings()  # type: ignore[attr-defined]  # of a proxy
    found = [*of_settings(told), *of_machine(app), *of_mail_server(told), *from_outside(told), *of_pages(told)]
    for line in lines(found):
        click.echo(line)
    unsafe = sum(one.unsafe for one in found)
    ended = several(unsafe, "point à corriger", "points à corriger") if unsafe else "Rien à corriger"
    click.echo(french(f"{ended}, {several(len(found) - unsafe, 'remarque')}."))
    raise SystemExit(1 if unsafe else 0)


def told_at_start(told: Settings) -> list[str]:
    """What its settings make unsafe; a site that is tried on somebody's machine is told that it is."""
    if is_tried(told):
        return [french(TRIED)]
    return lines(one for one in of_settings(told) if one.unsafe)


def lines(found: Iterable[Finding]) -> list[str]:
    """What is unsafe first."""
    ordered = sorted(found, key=lambda one: not one.unsafe)
    return [french(f"{'À corriger' if one.unsafe else 'À savoir'} : {one.what} ; {one.todo}.") for one in ordered]
