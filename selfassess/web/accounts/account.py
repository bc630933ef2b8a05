"""« Mon compte »: one's networks, password and sessions."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from selfassess.store.accounts import change_password, close_visit, close_visits, codes_left, visits
from selfassess.store.submissions import token_hash
from selfassess.web import throttle
from selfassess.web.accounts import blueprint
from selfassess.web.accounts.account_forms import ChangeForm, PasswordForm
from selfassess.web.accounts.known_browser import mark_of, remember
from selfassess.web.accounts.passwords import SHORTEST, hashed, opens
from selfassess.web.accounts.visits import leave
from selfassess.web.files.desk import current_facilitator
from selfassess.web.french import now
from selfassess.web.log_lines import record


@blueprint.get("/compte")
def account() -> str:
    me = current_facilitator()
    here = token_hash(current_user.token)
    told, left = request.args.get("quoi"), codes_left(me) if me.totp_at else 0
    return render_template("accounts/account.html", me=me, visits=visits(me, now()), here=here, told=told, left=left)


@blueprint.post("/compte/sessions/<visit>/fermer")
def close_one(visit: str) -> Response:
    """Another browser's session; for this one there is « Se déconnecter »."""
    close_visit(current_facilitator(), visit, now())
    record("session closed", account=current_facilitator().id)
    return redirect(url_for("accounts.account", quoi="fermee"), 303)


@blueprint.post("/compte/sessions/fermer")
def close_all() -> Response:
    close_visits(current_facilitator(), now())
    record("all sessions closed", account=current_facilitator().id)
    leave()
    return redirect(url_for("accounts.login", quoi="partout"), 303)


@blueprint.get("/compte/mot-de-passe")
def password() -> str:
    me = current_facilitator()
    return _page(ChangeForm(None, me.email))


@blueprint.post("/compte/mot-de-passe")
def new_password() -> ResponseReturnValue:
    me = current_facilitator()
    form = ChangeForm(request.form, me.email)
    if not form.validate():
        return _page(form), 422
    if not knows_password(form):
        return _page(form), 422
    change_password(me, hashed(form.new_password.data), now(), current_user.token)
    remember(me)
    record("password changed", account=me.id)
    return redirect(url_for("accounts.account", quoi="change"), 303)


def knows_password(form: PasswordForm) -> bool:
    """Is what was typed the password of the account logged in? Counted as a login; a wrong one is told in its field."""
    me = current_facilitator()
    mark = mark_of(me)  # logged in, this browser is known
    at = throttle.count_login(me.email, mark)
    if not opens(me, form.current_password.data):
        record("password refused to an open session", account=me.id)
        form.refuse("current_password", "Ce n'est pas votre mot de passe actuel. Vérifiez-le, puis recommencez.")
        return False
    throttle.succeeded(me.email, at, mark)
    return True


def _page(form: ChangeForm) -> str:
    return render_template(
        "accounts/password.html", me=current_facilitator(), form=form, errors=form.links, shortest=SHORTEST
    )
