"""Choosing a password by a single-use link: the invitation, and the link one asks for when it is forgotten."""

from __future__ import annotations

import secrets

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from selfassess.store.accounts import RESET, choose_by_key, find_facilitator, find_key
from selfassess.store.models import Key
from selfassess.web import throttle
from selfassess.web.accounts import blueprint
from selfassess.web.accounts.account_forms import EmailForm, NewPasswordForm
from selfassess.web.accounts.known_browser import remember
from selfassess.web.accounts.passwords import SHORTEST, hashed
from selfassess.web.accounts.visits import leave
from selfassess.web.errors import Problem
from selfassess.web.french import now
from selfassess.web.log_lines import record
from selfassess.web.mail import outbox


@blueprint.get("/mot-de-passe")
def forgotten() -> str:
    return render_template("accounts/forgotten.html", form=EmailForm())


@blueprint.post("/mot-de-passe")
def ask_link() -> ResponseReturnValue:
    """The same answer, in the same time, whether there is an account or not."""
    form = EmailForm(request.form)
    if not form.validate():
        return render_template("accounts/forgotten.html", form=form, errors=form.links), 422
    facilitator = find_facilitator(form.email.data)
    known = facilitator if facilitator is not None and facilitator.deactivated_at is None else None
    rows = [] if known is None else [outbox.to_facilitator(known, RESET, f"{known.id}.{secrets.token_hex(8)}")]
    throttle.count(throttle.ASKING, form.email.data, rows)
    record("link to choose a password asked for", account=known.id if known else None)
    return redirect(url_for("accounts.asked"), 303)


@blueprint.get("/mot-de-passe/envoye")
def asked() -> str:
    return render_template("accounts/asked.html")


@blueprint.get("/acces/<token>")
def key(token: str) -> str:
    """Looking uses nothing up: mail programs open links before people do."""
    found = _living(token)
    return _page(found, NewPasswordForm(None, found.facilitator.email))


@blueprint.post("/acces/<token>")
def choose(token: str) -> ResponseReturnValue:
    found = _living(token)
    email = found.facilitator.email
    form = NewPasswordForm(request.form, email)
    if not form.validate():
        return _page(found, form), 422
    if not choose_by_key(found, hashed(form.new_password.data), now()):
        raise Problem("key_used")  # by another tab, just now
    record("password chosen by a link", account=found.facilitator_id, link=found.purpose)
    throttle.forgive(email)
    if (chosen := find_facilitator(email)) is not None:
        remember(chosen)
    return _to_login()


def _to_login() -> Response:
    leave()
    return redirect(url_for("accounts.login", quoi="choisi"), 303)


def _living(token: str) -> Key:
    found = find_key(token)
    if found is None or found.facilitator.deactivated_at is not None:
        raise Problem("no_key")
    if found.used_at is not None:
        raise Problem("key_used")
    if found.expires_at <= now():
        raise Problem("key_expired")
    return found


def _page(found: Key, form: NewPasswordForm) -> str:
    invited = found.purpose != RESET
    return render_template(
        "accounts/choose.html", key=found, form=form, errors=form.links, invited=invited, shortest=SHORTEST
    )
