"""« Mon compte »: one's networks, password and sessions."""

from __future__ import annotations

from flask import render_template

from selfassess.web.accounts import blueprint
from selfassess.web.desk import current_facilitator


@blueprint.get("/compte")
def account() -> str:
    return render_template("accounts/account.html", me=current_facilitator())
