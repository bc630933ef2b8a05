"""« Tout le dossier »: every answer, the report and the network's reading on one page, side by side where it is wide.

Apart: it shows what three other pages do, and does nothing of its own.
"""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from selfassess.web.review import blueprint
from selfassess.web.review.acts import show
from selfassess.web.review.file_changes import resent
from selfassess.web.review.form_input import FormInput
from selfassess.web.review.network_reading import form_of
from selfassess.web.review.reviewed_report import way
from selfassess.web.review.submitted_file import opened


@blueprint.get("/dossiers/<reference>/ensemble")
def whole(reference: str) -> str:
    sent, typed = opened(reference), FormInput(MultiDict())
    again = resent(sent)
    pane = render_template("review/_pane_report.html", submission=sent.submission, **way(sent.submission).told())
    return show(
        "review/whole.html",
        sent,
        typed,
        None,
        pane=Markup(pane),  # noqa: S704  drawn here, by a template that escapes
        judging=sent.may("judge"),
        changed={one.change.key for one in (again.changes if again else ())},
        **form_of(sent, typed),
    )
