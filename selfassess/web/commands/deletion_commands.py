"""Commands that delete files, with their answers, reports, messages and links: `submissions delete` and `purge`."""

from __future__ import annotations

from datetime import timedelta

import click
from sqlalchemy import select

from selfassess.core.answers.typed import line
from selfassess.core.review.acts import (
    CLARIFICATION,
    DRAFT,
    PREVIEW,
    SUBMITTED,
    VALIDATED,
    WITHDRAWN,
)
from selfassess.store.database import db
from selfassess.store.models import Submission
from selfassess.store.retention import QUIET, believable, purge
from selfassess.store.submissions import remove
from selfassess.web.commands.groups import stop, submissions
from selfassess.web.french import day, day_of, french, now, several
from selfassess.web.log_lines import record
from selfassess.web.mail.sender import messages_go_too
from selfassess.web.security import KEPT

CLOCK = (
    "L'horloge de cette machine dit « {day} », et rien n'a été écrit depuis longtemps dans la base : rien n'est "
    "supprimé. Vérifiez l'horloge ; si elle est juste, relancez avec --trust-clock."
)
YES = {"oui", "o", "yes", "y"}
STATES = {
    DRAFT: "brouillon",
    PREVIEW: "essai d'une édition",
    SUBMITTED: "envoyé",
    CLARIFICATION: "envoyé, précisions demandées",
    VALIDATED: "relu",
    WITHDRAWN: "retiré",
}


@submissions.command("delete")
@click.argument("reference")
@click.option("--yes", is_flag=True, help="Sans demander confirmation.")
def delete(reference: str, yes: bool) -> None:
    """Supprime pour toujours le dossier REFERENCE (par exemple PAT-7K3M-9Q2X)."""
    found = db.session.scalar(select(Submission).where(Submission.reference == line(reference).upper()))
    if found is None:
        stop([f"Aucun dossier n'a la référence « {reference} »."])
    told = f"{found.reference}, {found.name or 'territoire non nommé'}, {STATES.get(found.state, found.state)}"
    if not yes and not _confirmed(told):
        stop(["Rien n'est supprimé."])
    with messages_go_too():
        remove(found)
    record("file deleted", file=found.id, by="command")
    click.echo(french(f"Supprimé : {told}."))


def _confirmed(told: str) -> bool:
    asked = french(f"{told}. Supprimer pour toujours ses réponses, ses rapports et ses messages ? (oui/non)")
    answer: str = click.prompt(asked, default="non", show_default=False)
    return answer.strip().lower() in YES


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
    record("old files deleted", files=count, by="command")
    click.echo(f"{several(count, 'dossier supprimé', 'dossiers supprimés')}.")
