"""`submissions delete`: one file, whatever its state, with its answers, its reports, its messages and its links."""

from __future__ import annotations

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
from selfassess.store.submissions import remove
from selfassess.web.commands.commands import stop, submissions
from selfassess.web.french import french
from selfassess.web.mail.sender import messages_go_too

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
    click.echo(french(f"Supprimé : {told}."))


def _confirmed(told: str) -> bool:
    asked = french(f"{told}. Supprimer pour toujours ses réponses, ses rapports et ses messages ? (oui/non)")
    answer: str = click.prompt(asked, default="non", show_default=False)
    return answer.strip().lower() in YES
