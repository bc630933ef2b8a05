"""Who is at the facilitator's desk, and which files they may see: those sent to their networks, nobody else's."""

from __future__ import annotations

from flask import abort, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.exceptions import Unauthorized

from selfassess.core.definition.edition import Edition
from selfassess.core.review.acts import FACILITATOR, SENT
from selfassess.store.acts import Actor
from selfassess.store.database import db
from selfassess.store.models import Facilitator, Network, Submission
from selfassess.web.definitions import library
from selfassess.web.errors import Problem


def current_facilitator() -> Facilitator:
    """The account logged in; otherwise 401, which leads to the login page."""
    if not current_user.is_authenticated:
        raise Unauthorized
    found: Facilitator = current_user.facilitator
    return found


def at_desk() -> Facilitator:
    """The account logged in, if it follows files. One that only administers is led from the door of the desk, which
    every page shows, to where it works."""
    found = current_facilitator()
    if not found.at_desk:
        if request.endpoint == "review.queue":
            abort(redirect(url_for("administration.accounts"), 303))
        raise Problem("not_at_desk")
    return found


def current_administrator() -> Facilitator:
    """The account logged in, if it administers the site."""
    found = current_facilitator()
    if not found.administrator:
        raise Problem("not_administrator")
    return found


def current_actor() -> Actor:
    who = current_facilitator()
    return Actor(FACILITATOR, who.label, who.id)


def network_of_address() -> Network:
    """The one of the address, of those of the account; the first without."""
    mine = {str(one.id): one for one in at_desk().networks}
    asked = request.args.get("reseau")
    return (mine.get(asked) if asked else next(iter(mine.values()), None)) or abort(404)


def network_ids() -> list[int]:
    """The networks of the account logged in."""
    return [one.id for one in current_facilitator().networks]


def sent_file(reference: str) -> Submission:
    """The file of that reference if it was sent to one of their networks; for all others, an unknown address."""
    mine = (Submission.network_id.in_(network_ids()), Submission.state.in_(SENT))
    found = db.session.scalar(select(Submission).where(Submission.reference == reference, *mine))
    if found is None:
        abort(404)
    return found


def edition_of(submission: Submission) -> Edition:
    """The edition the file was filled in on."""
    found = library().definitions.editions.get(submission.edition)
    if found is None:
        raise Problem("no_edition")
    return found
