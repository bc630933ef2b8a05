"""« Renvoyer » a message to oneself."""

from __future__ import annotations

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response

from selfassess.store.mails import again, for_respondent
from selfassess.web import throttle
from selfassess.web.errors import Problem
from selfassess.web.files.opened_file import current_file
from selfassess.web.french import now
from selfassess.web.respond import blueprint


@blueprint.post("/dossier/<file:file>/courriels/<int:mail>/renvoyer")
def resend(mail: int) -> Response:
    """To the address the file has now. Asked twice, it goes once."""
    found = next((one for one in for_respondent(current_file().submission) if one.id == mail), None)
    if found is None:
        abort(404)
    if throttle.minutes_left(throttle.SENDING):
        raise Problem("too_many_sendings")
    again(found, now())
    return redirect(url_for("respond.tasks", _anchor="courriels"), 303)
