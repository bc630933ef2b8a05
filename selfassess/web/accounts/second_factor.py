"""The second factor: asked for once the password was right, set up, changed, replaced by recovery codes, taken away.

Recovery codes are shown by the answer that makes them, and never again: no redirection after that one form.
"""

from __future__ import annotations

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from selfassess.store import accounts
from selfassess.store.models import Facilitator
from selfassess.web import throttle
from selfassess.web.accounts import blueprint, one_time_codes
from selfassess.web.accounts.account import knows_password
from selfassess.web.accounts.account_forms import AccountForm, CodeForm, EnrolmentForm, PasswordForm
from selfassess.web.accounts.known_browser import remember
from selfassess.web.accounts.visits import enter
from selfassess.web.errors import Problem
from selfassess.web.files.desk import current_facilitator
from selfassess.web.files.half_way import goal, half_in
from selfassess.web.french import french, now
from selfassess.web.log_lines import record

NONCE = "factor"  # of the session: what the key being shown is made from, until a code of it is typed
BY_RECOVERY = "secours"
WRONG = "Ce code n'est pas le bon, ou il a déjà servi. Attendez le suivant, puis écrivez-le."
WRONG_RECOVERY = "Ce code de secours n'est pas le bon, ou il a déjà servi. Écrivez-en un autre."
OTHER_CLOCK = "Ce code n'est pas le bon. Vérifiez que votre téléphone est à l'heure, puis écrivez le code suivant."


# ---- Coming in --------------------------------------------------------------------------------------------------


@blueprint.get("/connexion/code")
def code() -> ResponseReturnValue:
    if half_in().totp_at is None:
        return redirect(url_for("accounts.first_enrolment"), 303)
    return _code_page(CodeForm())


@blueprint.post("/connexion/code")
def check_code() -> ResponseReturnValue:
    who, form, towards = half_in(), CodeForm(request.form), goal()
    if who.totp_at is None:
        return redirect(url_for("accounts.first_enrolment"), 303)
    if not form.validate():
        return _code_page(form), 422
    at = throttle.count(throttle.CODE, who.email)
    if not _used(who, form.code.data):
        record("code refused", account=who.id)
        form.refuse("code", WRONG_RECOVERY if _by_recovery() else WRONG)
        return _code_page(form), 422
    throttle.right_code(who.email, at)
    enter(who)
    record("signed in", account=who.id, by="recovery code" if _by_recovery() else "code")
    remember(who)
    return redirect(url_for("accounts.account", quoi=BY_RECOVERY) if _by_recovery() else towards, 303)


def _used(who: Facilitator, code: str) -> bool:
    """Was that code good, and not used yet? It is by now."""
    if _by_recovery():
        return accounts.use_recovery_code(who, code)
    step = one_time_codes.step_of(one_time_codes.key_of(who, who.totp_nonce or ""), code, now())
    return step is not None and accounts.use_step(who, step)


def _by_recovery() -> bool:
    return request.args.get("par") == BY_RECOVERY


def _code_page(form: CodeForm) -> str:
    return render_template("accounts/code.html", form=form, errors=form.links, by_recovery=_by_recovery())


@blueprint.get("/connexion/double-authentification")
def first_enrolment() -> ResponseReturnValue:
    """Who must have a second factor and has none sets it up before anything else."""
    who = half_in()
    if who.totp_at is not None:  # never another in its place without a code of it
        return redirect(url_for("accounts.code"), 303)
    return _enrolment("accounts/first_enrolment.html", who, CodeForm())


@blueprint.post("/connexion/double-authentification")
def enrol_first() -> ResponseReturnValue:
    who, form, towards = half_in(), CodeForm(request.form), goal()
    if who.totp_at is not None or NONCE not in session:
        return redirect(url_for("accounts.first_enrolment"), 303)
    step = _step(who, form)
    if step is None:
        return _enrolment("accounts/first_enrolment.html", who, form), 422
    codes = one_time_codes.new_recovery_codes()
    accounts.set_up_factor(who, session[NONCE], step, codes, now())
    enter(who)
    record("second factor set up", account=who.id)
    remember(who)
    return _shown(who, codes, towards, "Bienvenue : vos codes de secours", first=True)


# ---- « Mon compte » ---------------------------------------------------------------------------------------------


@blueprint.get("/compte/double-authentification")
def enrolment() -> str:
    """For an application to begin with, or for another one."""
    return _enrolment("accounts/enrolment.html", current_facilitator(), EnrolmentForm())


@blueprint.post("/compte/double-authentification")
def enrol() -> ResponseReturnValue:
    me, form = current_facilitator(), EnrolmentForm(request.form)
    if NONCE not in session:
        return redirect(url_for("accounts.enrolment"), 303)
    step = _step(me, form)
    if step is None or not knows_password(form):
        return _enrolment("accounts/enrolment.html", me, form), 422
    codes, first = one_time_codes.new_recovery_codes(), me.totp_at is None
    accounts.set_up_factor(me, session.pop(NONCE), step, codes, now(), current_user.token)
    record("second factor set up", account=me.id)
    return _shown(me, codes, url_for("accounts.account"), "Double authentification activée", first=first)


@blueprint.get("/compte/codes-de-secours")
def codes() -> str:
    return _confirmation("accounts/codes.html", _enrolled(), PasswordForm())


@blueprint.post("/compte/codes-de-secours")
def make_codes() -> ResponseReturnValue:
    me, form = _enrolled(), PasswordForm(request.form)
    if not (form.validate() and knows_password(form)):
        return _confirmation("accounts/codes.html", me, form), 422
    made = one_time_codes.new_recovery_codes()
    accounts.give_codes(me, made, now(), current_user.token)
    record("recovery codes made", account=me.id)
    return _shown(me, made, url_for("accounts.account"), "Vos nouveaux codes de secours")


@blueprint.get("/compte/double-authentification/retirer")
def removal() -> str:
    return _confirmation("accounts/removal.html", _not_required(), PasswordForm())


@blueprint.post("/compte/double-authentification/retirer")
def remove_factor() -> ResponseReturnValue:
    me, form = _not_required(), PasswordForm(request.form)
    if not (form.validate() and knows_password(form)):
        return _confirmation("accounts/removal.html", me, form), 422
    accounts.take_factor_away(me, now(), current_user.token)
    record("second factor taken away", account=me.id)
    return redirect(url_for("accounts.account", quoi="retiree"), 303)


def _enrolled() -> Facilitator:
    me = current_facilitator()
    if me.totp_at is None:
        raise Problem("no_factor")
    return me


def _not_required() -> Facilitator:
    me = _enrolled()
    if me.administrator:
        raise Problem("factor_required")
    return me


def _step(who: Facilitator, form: CodeForm) -> int | None:
    """The step of the code typed, of the key being shown; otherwise a fault in its field."""
    if not form.validate():
        return None
    step = one_time_codes.step_of(one_time_codes.key_of(who, session[NONCE]), form.code.data, now())
    if step is None:
        form.refuse("code", OTHER_CLOCK)
    return step


def _enrolment(template: str, who: Facilitator, form: CodeForm) -> str:
    """The page that shows a key, the same until it is set up."""
    key = one_time_codes.key_of(who, session.setdefault(NONCE, one_time_codes.new_nonce()))
    leads = one_time_codes.address_of(key, who.email)
    picture = Markup(one_time_codes.picture_of(leads))  # noqa: S704  drawn here, from what we made
    told = {"key": one_time_codes.grouped(key), "address": leads, "picture": picture}
    return render_template(template, me=who, form=form, errors=form.links, **told)


def _confirmation(template: str, me: Facilitator, form: AccountForm) -> str:
    return render_template(template, me=me, form=form, errors=form.links, left=accounts.codes_left(me))


def _shown(me: Facilitator, codes: list[str], towards: str, title: str, *, first: bool = False) -> str:
    """`first`: the account had no codes before these."""
    told = [one_time_codes.grouped(one) for one in codes]
    return render_template(
        "accounts/recovery_codes.html", me=me, codes=told, towards=towards, title=french(title), first=first
    )
