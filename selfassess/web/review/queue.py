"""The files sent to the facilitator's networks."""

from __future__ import annotations

from flask import render_template

from selfassess.web.desk import current_facilitator
from selfassess.web.review import blueprint


@blueprint.get("")
def queue() -> str:
    return render_template("review/queue.html", me=current_facilitator())
