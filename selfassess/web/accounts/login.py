"""Coming in and going out."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from selfassess.web.accounts import blueprint
from selfassess.web.accounts.visits import leave


@blueprint.get("/connexion")
def login() -> str:
    return ""


@blueprint.post("/deconnexion")
def logout() -> Response:
    leave()
    return redirect(url_for("accounts.login"), 303)
