"""`register-entry`: what the operator writes in its register of processing activities (RGPD, article 30), in Markdown.

Told from the settings, the database and what the program does; what none of them knows is left « à compléter ».
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import Flask, current_app, render_template
from flask.cli import with_appcontext
from sqlalchemy.engine import make_url

from selfassess.store.networks import networks
from selfassess.web.commands.groups import stop_unwritten, told_of_the_database
from selfassess.web.french import french, today
from selfassess.web.public.legal import data_kept
from selfassess.web.settings import Settings, settings

UNKNOWN = "**à compléter**"


def register(app: Flask) -> None:
    app.cli.add_command(register_entry)


@click.command("register-entry")
@click.option("--output", type=click.Path(readable=False, path_type=Path), metavar="FILE")
@with_appcontext
def register_entry(output: Path | None) -> None:
    """Écrit la fiche de ce site pour le registre des activités de traitement (RGPD, article 30), en Markdown."""
    with told_of_the_database():
        entry = written(settings())
    if output is None:
        click.echo(entry, nl=False)
        return
    try:
        output.write_text(entry, "utf-8")
    except OSError as error:
        stop_unwritten(output, error)
    left = entry.count(UNKNOWN)
    click.echo(french(f"Fiche écrite dans {output}. À compléter par vous : {left}."))


def written(told: Settings) -> str:
    """The entry, as of today. Raises what the database does."""
    smtp = urlsplit(told.smtp_url).hostname if told.smtp_url else None
    with current_app.test_request_context():  # templates of pages speak of the request they answer
        return render_template(
            "running/register.md",
            unknown=UNKNOWN,
            said={
                name: getattr(told, f"legal_{name}") or UNKNOWN for name in ("operator", "director", "host", "contact")
            },
            day=today(),
            site=told.public_url if told.is_public else UNKNOWN,
            smtp=smtp,
            networks=[one.name for one in networks() if one.closed_at is None],
            kept=data_kept(),
            encrypted=told.public_url.startswith("https://"),
            security=told.security_contact,
            sqlite=make_url(told.database_url).get_backend_name() == "sqlite",
            backups=told.backups_kept,
        )
