"""`questions due`: what authors should read again; and the message that tells it to the operator once a month."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import click

from selfassess.authoring.checks.condition_checks import Finding
from selfassess.authoring.checks.date_checks import due
from selfassess.content.catalogue import placed
from selfassess.core.answers.in_words import day_in_words
from selfassess.store.mails import operator_told, to_operator
from selfassess.web.commands.groups import questions
from selfassess.web.commands.links_command import FILE, kept_outcomes, links_of, told_links
from selfassess.web.definitions import library
from selfassess.web.french import day_of, french, several, today
from selfassess.web.settings import settings

KIND = "due"  # of its message
OLD = 36  # months: a device whose newest source is older rests on what may have changed
TRIED = timedelta(days=92)  # between two trials of the addresses
MOST_TOLD = 200  # lines of a message


@questions.command("due")
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="Le jour où relire : aujourd'hui.")
@click.option("--months", type=click.IntRange(min=1), default=OLD, show_default=True, help="Âge d'une source à revoir.")
def tell_due(on: datetime | None, months: int) -> None:
    """Dit ce qui est à relire : fiches, appels passés, contacts, sources anciennes, adresses qui ne répondent plus."""
    told = due_on(on.date() if on else today(), months)
    for line in told:
        click.echo(line)
    click.echo(several(len(told), "point à relire", "points à relire") + ".")


def due_on(day: date, months: int = OLD) -> list[str]:
    """What is to read again on a day, each in a line that says where."""
    definitions = library().definitions
    tried, outcomes = kept_outcomes(settings().instance / FILE)
    found = [*due(definitions, day, months), *told_links(links_of(definitions), outcomes)]
    if not tried or day - date.fromisoformat(tried) > TRIED:
        when = f"essayées le {day_in_words(date.fromisoformat(tried))}" if tried else "jamais essayées"
        message = f"Adresses {when} : lancez « flask --app wsgi questions links »."
        found.append(Finding(f"{definitions.slug}/contacts.yaml", (), message))
    return [french(str(problem)) for problem in placed(library().root, found)]


def remind(at: datetime) -> bool:
    """Have the operator written to, once in the month of `at` and when something is to read again: was it done now?
    Whatever the number of workers, the database takes one message a month."""
    address, day = settings().operator_mail, day_of(at)
    month = f"{day:%Y-%m}"
    if not address or operator_told(KIND, month):
        return False
    told = due_on(day)
    if not told:
        return False
    more = several(len(told) - MOST_TOLD, "autre point", "autres points") if len(told) > MOST_TOLD else ""
    data = {"lines": told[:MOST_TOLD], "more": more, "count": several(len(told), "point")}
    return to_operator(address, KIND, month, at, **data)
