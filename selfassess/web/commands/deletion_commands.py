"""Commands that delete files, with their answers, reports, messages and links: `submissions delete` and `purge`."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

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
from selfassess.store.retention import AT_ONCE, QUIET, Purged, believable, purge
from selfassess.store.submissions import relatives, remove
from selfassess.web.commands.groups import stop, submissions
from selfassess.web.french import day, day_of, french, now, several
from selfassess.web.log_lines import record
from selfassess.web.mail.sender import forget_orphans, messages_go_too
from selfassess.web.settings import settings

log = logging.getLogger(__name__)
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
    if found.twin_of is None and (copies := [one.reference for one in relatives(found.reference)[1:]]):
        told += f", et ses copies envoyées à d'autres réseaux ({', '.join(copies)})"
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
@click.option("--trust-clock", is_flag=True, help="L'horloge est juste, même si rien n'a été écrit depuis longtemps.")
def purge_now(trust_clock: bool) -> None:
    """Supprime ce qui a été gardé assez longtemps (KEEP_…_DAYS) et dont l'effacement est annoncé depuis 30 jours."""
    at = now()
    if not (trust_clock or believable(at, QUIET)):
        stop([CLOCK.format(day=day(day_of(at)))])
    deleted, told = purge_all(at, None if trust_clock else QUIET)
    count = several(deleted, "dossier supprimé", "dossiers supprimés")
    click.echo(french(f"{count}, {several(told, 'effacement annoncé', 'effacements annoncés')}."))


def purge_all(at: datetime, far: timedelta | None) -> tuple[int, int]:
    """Whatever the number of files: how many were deleted, and announced."""
    deleted = told = 0
    while True:
        done = purge_some(at, far)
        deleted, told = deleted + done.deleted, told + done.told
        if AT_ONCE not in {done.deleted, done.told}:
            return deleted, told


def purge_some(at: datetime, far: timedelta | None = QUIET) -> Purged:
    """With the messages of what goes that wait in the folder, those included that a killed process left there."""
    if far is not None and not believable(at, far):
        log.warning("Nothing old is deleted: the clock is far ahead of all that was written.")
        return Purged()
    with messages_go_too():
        done = purge(settings().keeping, at, far)
    forget_orphans()
    if done.deleted or done.told:
        record("old files deleted", files=done.deleted, announced=done.told)
    return done
