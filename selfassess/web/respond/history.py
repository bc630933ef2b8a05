"""The timeline of a file as its respondent reads it, with the messages sent to them."""

from __future__ import annotations

from flask import render_template

from selfassess.core.review.acts import RESPONDENT
from selfassess.store.submissions import events
from selfassess.web.files.opened_file import current_file
from selfassess.web.files.timeline import lines
from selfassess.web.mail import outbox
from selfassess.web.respond import blueprint


@blueprint.get("/dossier/<file:file>/historique")
def history() -> str:
    file = current_file()
    one = file.submission
    return render_template(
        "respond/history.html",
        file=file,
        lines=lines(events(one), file.edition, file.role, one.answers),
        mails=outbox.for_respondent(one) if file.role == RESPONDENT else [],
    )
