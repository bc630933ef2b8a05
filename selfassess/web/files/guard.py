"""Who is let in: the table of `web.access`, applied to each request."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import abort, request

from selfassess.core.review.acts import PREVIEW
from selfassess.web.access import ACCESS, ACCOUNT, ADMINS, DESK, HALF_WAY, NOT_FOR_TRIALS, PUBLIC, READERS
from selfassess.web.errors import Problem
from selfassess.web.files.desk import at_desk, current_administrator, current_facilitator
from selfassess.web.files.half_way import half_in
from selfassess.web.files.open_links import keep_longer
from selfassess.web.files.opened_file import File, current_file, current_reading
from selfassess.web.french import now

LET_IN: Mapping[frozenset[str], Callable[[], object]] = {
    ACCOUNT: current_facilitator,
    DESK: at_desk,
    ADMINS: current_administrator,
    HALF_WAY: half_in,
    READERS: current_reading,
}


def guard() -> None:
    """Before each request: refuse who is not let in by the table."""
    if request.endpoint is None:
        return  # no such address: Flask says so
    who = ACCESS.get(request.endpoint)
    if who is None:
        abort(403)
    if "\0" in request.path:
        abort(404)  # nothing has such a name, and PostgreSQL cannot even be asked
    if who in LET_IN:
        LET_IN[who]()
    elif who is not PUBLIC:
        _let_in(current_file(), who)
        if request.method == "POST":
            keep_longer(now())


def _let_in(file: File, roles: frozenset[str]) -> None:
    if file.role not in roles:
        raise Problem("not_yours")
    section = (request.view_args or {}).get("section")
    if section is not None and not file.fills_in(section):
        raise Problem("not_your_section")
    if file.submission.state == PREVIEW and request.endpoint in NOT_FOR_TRIALS:
        raise Problem("trial")
