"""« Collègues »: who follows the files of a network, invited by whoever already does."""

from __future__ import annotations

from collections.abc import Iterator

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from selfassess.core.answers.typed import line
from selfassess.store.accounts import LONGEST_LABEL, accounts_of
from selfassess.store.models import Facilitator, Network
from selfassess.web import throttle
from selfassess.web.errors import Problem
from selfassess.web.files.desk import at_desk, network_of_address
from selfassess.web.french import french, too_long
from selfassess.web.mail.address_faults import address_fault
from selfassess.web.mail.invitation import handed, invite_account, send_link, states
from selfassess.web.network import blueprint
from selfassess.web.settings import settings

TAKEN = "Cette adresse a déjà un compte. L'administration du site peut lui ouvrir ce réseau : demandez-le-lui."
CLOSED = "Ce réseau est fermé : personne n'y est plus invité."


@blueprint.get("/reglages/collegues")
def colleagues() -> str:
    return _page(network_of_address())


@blueprint.post("/reglages/collegues")
def invite() -> ResponseReturnValue:
    """An account of this network alone, that administers nothing."""
    network, email, label = network_of_address(), line(request.form.get("email", "")).lower(), _label()
    errors = {name: french(told) for name, told in _faults(network, email, label) if told}
    if errors:
        return _page(network, email, label, errors), 422
    if wait := throttle.minutes_left(throttle.SENDING, email):
        told = french(f"Trop d'invitations viennent de partir : recommencez dans {wait} min.")
        return _page(network, email, label, {"email": told}), 429
    if invite_account(email, label, [network], f"suit « {network.name} »") is None:
        return _page(network, email, label, {"email": french(TAKEN)}), 422
    return _done(network, "invite")


@blueprint.post("/reglages/collegues/<int(max=2147483647):colleague>/lien")
def invite_again(colleague: int) -> Response:
    """The invitation once more, of who has not answered it."""
    network = network_of_address()
    found = next((one for one in accounts_of(network.id) if one.id == colleague), None)
    if found is None or not _may_invite_again(found):
        raise Problem("bad_form")
    if throttle.minutes_left(throttle.SENDING, found.email):
        raise Problem("too_many_sendings")
    send_link(found)
    return _done(network, "lien")


def _may_invite_again(one: Facilitator) -> bool:
    """Of who has no password yet, and would open nothing that the account logged in does not: its link may be shown."""
    mine = {network.id for network in at_desk().networks}
    return one.password is None and not one.administrator and {network.id for network in one.networks} <= mine


def _label() -> str:
    return line(request.form.get("label", ""))


def _faults(network: Network, email: str, label: str) -> Iterator[tuple[str, str | None]]:
    if network.closed_at is not None:
        yield "email", CLOSED
    yield "email", address_fault(email)
    if not label:
        yield "label", "Écrivez le nom affiché."
    yield "label", too_long("Ce nom", label, LONGEST_LABEL)


def _done(network: Network, told: str) -> Response:
    return redirect(url_for("network.colleagues", reseau=network.id, quoi=told), 303)


def _page(network: Network, email: str = "", label: str = "", errors: dict[str, str] | None = None) -> str:
    found = accounts_of(network.id)
    return render_template(
        "network/colleagues.html",
        me=at_desk(),
        network=network,
        accounts=found,
        states=states(found),
        again={one.id for one in found if _may_invite_again(one)},
        link=handed(*(one.id for one in found)),
        smtp=bool(settings().smtp_url),
        email=email,
        label=label,
        told=request.args.get("quoi"),
        errors=[{"href": f"#{name}", "text": text} for name, text in (errors or {}).items()],
        wrong=errors or {},
    )
