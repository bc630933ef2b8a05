"""A facilitator logs in and out."""

from __future__ import annotations

import re

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from selfassess.store.accounts import find_facilitator
from selfassess.store.models import Facilitator
from selfassess.web import throttle
from selfassess.web.accounts import blueprint
from selfassess.web.accounts.account_forms import LoginForm
from selfassess.web.accounts.known_browser import mark_here, remember
from selfassess.web.accounts.passwords import opens
from selfassess.web.accounts.visits import enter, leave
from selfassess.web.files.half_way import begin
from selfassess.web.log_lines import record

UNKNOWN = "Cette adresse e-mail et ce mot de passe ne vont pas ensemble. Vérifiez-les, puis recommencez."
# One slash, then neither slash nor backslash: what a browser would read as another site.
OURS = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def onward(facilitator: Facilitator) -> str:
    """The page asked for before logging in, when it is one of this site; otherwise where that account works."""
    goal, queue = request.args.get("suite", ""), url_for("review.queue")
    if OURS.fullmatch(goal) and goal != queue:
        return goal
    return queue if facilitator.at_desk else url_for("administration.accounts")


@blueprint.get("/connexion")
def login() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(onward(current_user.facilitator), 303)
    return _page(LoginForm())


@blueprint.post("/connexion")
def log_in() -> ResponseReturnValue:
    form = LoginForm(request.form)
    if not form.validate():
        return _page(form), 422
    facilitator = find_facilitator(form.email.data)
    mark = mark_here(facilitator)
    at = throttle.count_login(form.email.data, mark)
    if not opens(facilitator, form.password.data) or facilitator is None:
        record("sign-in refused", account=facilitator.id if facilitator else None)
        form.refuse("email", UNKNOWN)
        return _page(form), 422
    throttle.succeeded(form.email.data, at, mark)
    if facilitator.totp_at is not None or facilitator.administrator:
        goal = onward(facilitator)
        leave()
        begin(facilitator, goal)
        record("code asked for", account=facilitator.id)
        return redirect(url_for("accounts.code"), 303)
    enter(facilitator)
    record("signed in", account=facilitator.id)
    remember(facilitator)
    return redirect(onward(facilitator), 303)


def _page(form: LoginForm) -> str:
    return render_template("accounts/login.html", form=form, errors=form.links, told=request.args.get("quoi"))


@blueprint.post("/deconnexion")
def logout() -> Response:
    leave()
    return redirect(url_for("accounts.login", quoi="quitte"), 303)
