"""Accounts: listed by network, invited, changed, closed, opened again; a second factor taken away. Never one's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from selfassess.core.answers.in_words import listed
from selfassess.store import accounts as store
from selfassess.store import networks
from selfassess.store.administration import every_account, files_of_networks
from selfassess.store.models import Facilitator, Network
from selfassess.web.administration import NUMBER, blueprint
from selfassess.web.administration.admin_acts import done
from selfassess.web.administration.admin_forms import InvitationForm, MembershipForm
from selfassess.web.errors import Problem
from selfassess.web.files.desk import current_administrator
from selfassess.web.french import now
from selfassess.web.log_lines import record
from selfassess.web.mail.invitation import handed, invite_account, send_link, states, undelivered
from selfassess.web.settings import settings

TAKEN = "Cette adresse a déjà un compte, peut-être fermé : cherchez-la dans la liste des comptes."


@dataclass(frozen=True)
class AccountGroup:
    """Accounts under one heading."""

    title: str
    accounts: list[Facilitator]


@blueprint.get("/comptes")
def accounts() -> str:
    found = every_account()
    return render_template(
        "administration/accounts.html",
        me=current_administrator(),
        groups=list(_groups(found)),
        states=states(found),
    )


def _groups(found: list[Facilitator]) -> Iterable[AccountGroup]:
    """Those that administer, then each network's, then those of none. Who is in two is twice."""
    yield AccountGroup("Administration du site", [one for one in found if one.administrator])
    for network in networks.networks():
        title = network.name + (" (réseau fermé)" if network.closed_at else "")
        yield AccountGroup(title, [one for one in found if network in one.networks])
    if alone := [one for one in found if not one.networks and not one.administrator]:
        yield AccountGroup("Sans réseau", alone)


@blueprint.get("/comptes/nouveau")
def invitation() -> str:
    return _invitation(InvitationForm(None, _open()))


@blueprint.post("/comptes/nouveau")
def invite() -> ResponseReturnValue:
    form = InvitationForm(request.form, _open())
    if not form.validate():
        return _invitation(form), 422
    administrator = form.administrator.data
    made = invite_account(form.email.data, form.label.data, form.chosen, _role(form), administrator=administrator)
    if made is None:
        form.refuse("email", TAKEN)
        return _invitation(form), 422
    return _to(made, "invite")


def _invitation(form: InvitationForm) -> str:
    return render_template(
        "administration/invitation.html",
        me=current_administrator(),
        form=form,
        errors=form.links,
        open_networks=_open(),
    )


def _open() -> list[Network]:
    return [one for one in networks.networks() if one.closed_at is None]


def _role(form: MembershipForm) -> str:
    """What an account may do from now on."""
    names = [f"« {one.name} »" for one in form.chosen]
    follows = [f"suit {listed(names)}"] if names else []
    return ", ".join([*follows, *(["administre le site"] if form.administrator.data else [])])


@blueprint.get(f"/comptes/<{NUMBER}:account>")
def account(account: int) -> str:
    found = _known(account)
    return _page(found, MembershipForm(None, _offered(found), found))


@blueprint.post(f"/comptes/<{NUMBER}:account>")
def change(account: int) -> ResponseReturnValue:
    found = _other(account)
    if found.deactivated_at is not None:
        return _to(found, "ferme")
    form = MembershipForm(request.form, _offered(found))
    if not form.validate():
        return _page(found, form), 422
    row = done("account_changed", account=found.email, what=f"« {form.label.data} », {_role(form)}")
    try:
        store.change_account(
            found, form.label.data, form.chosen, now(), administrator=form.administrator.data, rows=[row]
        )
    except store.LastAdministratorError:
        raise Problem("last_administrator") from None
    record("account changed", account=found.id, by=current_administrator().id)
    return _to(found, "change")


def _offered(found: Facilitator) -> list[Network]:
    """Open networks, and those it follows already."""
    return [one for one in networks.networks() if one.closed_at is None or one in found.networks]


def _page(found: Facilitator, form: MembershipForm) -> str:
    link = handed(found.id)
    followed = files_of_networks(found.id)
    return render_template(
        "administration/account.html",
        me=current_administrator(),
        account=found,
        form=form,
        errors=form.links,
        state=states([found])[found.id],
        offered=_offered(found),
        followed=[(one.name, followed[one.id]) for one in networks.networks() if one.id in followed],
        link=link.address if link else "",
        until=link.until if link else None,
        undelivered=undelivered(found),
        smtp=bool(settings().smtp_url),
        told=request.args.get("quoi"),
    )


@blueprint.post(f"/comptes/<{NUMBER}:account>/lien")
def give_link(account: int) -> Response:
    """The invitation again, or another password for who has lost theirs."""
    found = _other(account)
    if found.deactivated_at is not None:
        return _to(found, "ferme")
    send_link(found)
    return _to(found, "lien")


@blueprint.get(f"/comptes/<{NUMBER}:account>/fermer")
def closing(account: int) -> ResponseReturnValue:
    found = _other(account)
    return _confirmation("administration/closing.html", found) if found.deactivated_at is None else _to(found, "ferme")


@blueprint.post(f"/comptes/<{NUMBER}:account>/fermer")
def close(account: int) -> Response:
    found = _other(account)
    if found.deactivated_at is None:
        try:
            store.deactivate(found, now(), [done("account_closed", account=found.email)])
        except store.LastAdministratorError:
            raise Problem("last_administrator") from None
        record("account closed", account=found.id, by=current_administrator().id)
    return _to(found, "ferme")


@blueprint.post(f"/comptes/<{NUMBER}:account>/rouvrir")
def reopen(account: int) -> Response:
    """With the networks and the role it had; a new password, and a new second factor."""
    found = _other(account)
    if found.deactivated_at is not None:
        kept = [f"« {one.name} »" for one in found.networks]
        what = ", ".join([f"suit {listed(kept)}"] * bool(kept) + ["administre le site"] * found.administrator)
        row = done("account_reopened", account=found.email, what=what or "sans réseau")
        store.reactivate(found, found.label, found.networks, administrator=found.administrator, rows=[row])
        record("account opened again", account=found.id, by=current_administrator().id)
        send_link(found)
    return _to(found, "rouvert")


@blueprint.get(f"/comptes/<{NUMBER}:account>/double-authentification")
def reset(account: int) -> ResponseReturnValue:
    found = _other(account)
    return _confirmation("administration/reset.html", found) if found.totp_at is not None else _to(found, "retiree")


@blueprint.post(f"/comptes/<{NUMBER}:account>/double-authentification")
def reset_now(account: int) -> Response:
    found = _other(account)
    if found.totp_at is not None:
        store.take_factor_away(found, now(), rows=[done("factor_reset", account=found.email)])
        record("second factor reset", account=found.id, by=current_administrator().id)
    return _to(found, "retiree")


def _confirmation(template: str, found: Facilitator) -> str:
    followed = sum(files_of_networks(found.id).values())
    return render_template(template, me=current_administrator(), account=found, followed=followed)


def _known(id: int) -> Facilitator:
    found = store.find_by_id(id)
    if found is None:
        abort(404)
    return found


def _other(id: int) -> Facilitator:
    """That account, if it is not one's own."""
    found = _known(id)
    if found.id == current_administrator().id:
        raise Problem("own_account")
    return found


def _to(found: Facilitator, told: str) -> Response:
    return redirect(url_for("administration.account", account=found.id, quoi=told), 303)
