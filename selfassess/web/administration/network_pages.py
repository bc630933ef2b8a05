"""Networks: listed, added, renamed, closed, opened again."""

from __future__ import annotations

from collections.abc import Iterator

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from selfassess.store import networks as store
from selfassess.store.administration import accounts_of_networks, files_of_networks
from selfassess.store.database import rule_broken
from selfassess.store.models import Network
from selfassess.web.administration import NUMBER, blueprint
from selfassess.web.administration.admin_acts import done
from selfassess.web.administration.admin_forms import NetworkForm
from selfassess.web.definitions import library
from selfassess.web.files.desk import current_administrator
from selfassess.web.french import french, now
from selfassess.web.log_lines import record

TAKEN = "Un réseau de ce nom vient d'être créé : choisissez un autre nom."


@blueprint.get("/reseaux")
def networks() -> str:
    return render_template(
        "administration/networks.html",
        me=current_administrator(),
        networks=store.networks(),
        accounts=accounts_of_networks(),
        files=files_of_networks(),
    )


@blueprint.get("/reseaux/nouveau")
def new_network() -> str:
    return _page(_form(None, None), None)


@blueprint.post("/reseaux/nouveau")
def add_network() -> ResponseReturnValue:
    form = _form(request.form, None)
    if not form.validate():
        return _page(form, None), 422
    name, region, reply_to = form.name.data, form.region.data, form.reply_to.data or None
    try:
        made = store.add_network(name, region, now(), reply_to, [done("network_added", network=name)])
    except IntegrityError as error:
        return _taken(error, form, None)
    record("network added", network=made.id, by=current_administrator().id)
    return redirect(url_for("administration.network", network=made.id, quoi="cree"), 303)


@blueprint.get(f"/reseaux/<{NUMBER}:network>")
def network(network: int) -> str:
    found = _known(network)
    return _page(_form(None, found), found)


@blueprint.post(f"/reseaux/<{NUMBER}:network>")
def change_network(network: int) -> ResponseReturnValue:
    found = _known(network)
    form = _form(request.form, found)
    if not form.validate():
        return _page(form, found), 422
    name, region, reply_to = form.name.data, form.region.data, form.reply_to.data or None
    changes = list(_changes(found, name, region, reply_to))
    if changes:
        row = done("network_changed", network=found.name, what=", ".join(changes))
        try:
            store.change_network(found, name, region, reply_to, [row])
        except IntegrityError as error:
            return _taken(error, form, found)
        record("network changed", network=found.id, by=current_administrator().id)
    return redirect(url_for("administration.network", network=found.id, quoi="change"), 303)


def _changes(found: Network, name: str, region: str, reply_to: str | None) -> Iterator[str]:
    if name != found.name:
        yield f"renommé « {name} »"
    if region != found.region:
        yield f"région « {region} »" if region else "toute la France"
    if reply_to != found.reply_to:
        yield f"réponses aux messages lues à {reply_to}" if reply_to else "réponses aux messages lues par personne"


@blueprint.get(f"/reseaux/<{NUMBER}:network>/fermer")
def closing_network(network: int) -> ResponseReturnValue:
    found = _known(network)
    if found.closed_at is not None:
        return redirect(url_for("administration.network", network=found.id), 303)
    return render_template(
        "administration/closing_network.html",
        me=current_administrator(),
        network=found,
        accounts=accounts_of_networks().get(found.id, 0),
        files=files_of_networks().get(found.id, 0),
    )


@blueprint.post(f"/reseaux/<{NUMBER}:network>/fermer")
def close_network(network: int) -> Response:
    found = _known(network)
    if found.closed_at is None:
        store.close_network(found, now(), [done("network_closed", network=found.name)])
        record("network closed", network=found.id, by=current_administrator().id)
    return redirect(url_for("administration.network", network=found.id, quoi="ferme"), 303)


@blueprint.post(f"/reseaux/<{NUMBER}:network>/rouvrir")
def reopen_network(network: int) -> Response:
    found = _known(network)
    if found.closed_at is not None:
        store.reopen_network(found, [done("network_reopened", network=found.name)])
        record("network opened again", network=found.id, by=current_administrator().id)
    return redirect(url_for("administration.network", network=found.id, quoi="rouvert"), 303)


def _known(id: int) -> Network:
    found = store.find_network(id)
    if found is None:
        abort(404)
    return found


def _form(posted: MultiDict[str, str] | None, found: Network | None) -> NetworkForm:
    others = [one.name for one in store.networks() if found is None or one.id != found.id]
    directory = library().directory
    return NetworkForm(posted, others, directory.regions, directory.overseas, found)


def _page(form: NetworkForm, found: Network | None) -> str:
    told, me = request.args.get("quoi"), current_administrator()
    return render_template("administration/network.html", me=me, form=form, errors=form.links, network=found, told=told)


def _taken(error: IntegrityError, form: NetworkForm, found: Network | None) -> ResponseReturnValue:
    """Somebody took the name between the check and the write."""
    if rule_broken(error) != "uq_network_name":
        raise error
    form.refuse("name", french(TAKEN))
    return _page(form, found), 422
