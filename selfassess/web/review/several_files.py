"""Several files given at once to who follows them, from the list.

Apart: each file is an act of its own; what could not be done is told by name, and the rest is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from urllib.parse import parse_qsl

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from selfassess.core.review.acts import SENT
from selfassess.store.acts import NotOpenError, Outcome, perform
from selfassess.store.database import NotSavedError, db
from selfassess.store.models import Facilitator, Submission
from selfassess.store.submissions import BusyError, GoneError
from selfassess.web.files.desk import current_actor, current_facilitator, network_ids
from selfassess.web.french import french, now, several
from selfassess.web.mail import outbox
from selfassess.web.review import blueprint
from selfassess.web.review.decision import NOBODY, members
from selfassess.web.review.list_address import address, tidy

MOST = 100  # at once: a page of the list has fewer


@blueprint.post("/confier")
def assign_several() -> ResponseReturnValue:
    """`file`: the references ticked; `to`: an account that follows their network, or nobody; `list`: the address of the
    list. Who they are given to gets one message."""
    ticked, chosen = request.form.getlist("file")[:MOST], request.form.get("to")
    which = (Submission.reference.in_(ticked), Submission.network_id.in_(network_ids()), Submission.state.in_(SENT))
    files = list(db.session.scalars(select(Submission).where(*which).order_by(Submission.search, Submission.id)))
    people = {str(one.id): one for network in network_ids() for one in members(network)}
    if not files:
        return _page("Cochez les dossiers à confier."), 422
    if chosen is None or (chosen != NOBODY and chosen not in people):
        return _page("Choisissez à qui confier ces dossiers."), 422
    left = list(_assign(files, people.get(chosen)))
    if left:
        return _page(f"{several(len(left), 'dossier n’est pas confié', 'dossiers ne sont pas confiés')}.", left), 409
    who = people[chosen].label if chosen else "personne"
    told = several(len(files), "dossier coché est suivi", "dossiers cochés sont suivis")
    flash(french(f"{told} maintenant par : {who}."))
    return redirect(_back(), 303)


def _assign(files: Sequence[Submission], to: Facilitator | None) -> Iterator[str]:
    """What could not be, and why."""
    there = {one.id: {each.id for each in members(one.network_id)} for one in files}
    able = [one for one in files if to is None or to.id in there[one.id]]
    moved = [one for one in able if one.assigned_id != (to.id if to else None)]
    yield from (f"{one.name} : cette personne ne suit pas son réseau." for one in files if one not in able)
    at = now()
    for rest, one in zip(range(len(moved) - 1, -1, -1), moved, strict=True):
        others = 0 if rest else len(moved) - 1
        try:
            perform(one, "assign", current_actor(), at, partial(_outcome, to=to, tells=not rest, others=others))
        except (NotOpenError, BusyError, GoneError, NotSavedError):
            yield f"{one.name} : rien n'a pu être enregistré, recommencez."


def _outcome(found: Submission, to: Facilitator | None, tells: bool, others: int) -> Outcome:
    told = {"to": to.label if to else ""}
    if to is None or not tells:
        return Outcome(told, {"assigned_id": to.id if to else None})
    return Outcome(told, {"assigned_id": to.id}, lambda event: outbox.to_colleague(found, event, to, others=others))


def _back() -> str:
    """The list as it was."""
    return address("review.queue", tidy(MultiDict(parse_qsl(request.form.get("list", "")))))


def _page(told: str, left: Sequence[str] = ()) -> str:
    errors = [{"href": "", "text": french(told)}]
    lines = [french(one) for one in left]
    return render_template(
        "review/several.html", me=current_facilitator(), errors=errors, left=lines, back_href=_back()
    )
