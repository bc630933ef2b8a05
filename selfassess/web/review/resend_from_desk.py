"""« Renvoyer » a message about a file, from the desk."""

from __future__ import annotations

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response

from selfassess.store.mails import about, again
from selfassess.web import throttle
from selfassess.web.errors import Problem
from selfassess.web.files.desk import sent_file
from selfassess.web.french import now
from selfassess.web.review import blueprint


@blueprint.post("/dossiers/<reference>/courriels/<int:mail>/renvoyer")
def resend(reference: str, mail: int) -> Response:
    """Somebody decides: the message may have been received already. Asked twice, it goes once."""
    found = next((one for one in about(sent_file(reference)) if one.id == mail), None)
    if found is None:
        abort(404)
    if throttle.minutes_left(throttle.SENDING):
        raise Problem("too_many_sendings")
    again(found, now())
    return redirect(url_for("review.file", reference=reference, _anchor="courriels"), 303)
