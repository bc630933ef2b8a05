"""« Territoires attendus »: who is in the network, whether or not they answered; typed, a territory a line."""

from __future__ import annotations

from itertools import starmap

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from selfassess.core.answers.typed import line
from selfassess.store.territories import expected
from selfassess.web.definitions import library
from selfassess.web.files.desk import at_desk, network_of_address
from selfassess.web.french import french, now, several
from selfassess.web.network import blueprint
from selfassess.web.network.list_lines import REFUSED, LineRead, read_lines, typed_line

MOST_LINES = 500  # at once


@blueprint.get("/territoires")
def frame() -> str:
    return _page()


@blueprint.post("/territoires")
def add_territories() -> ResponseReturnValue:
    """All the lines that can be read are added at once; the others are told, and stay in the form."""
    network = network_of_address()
    typed = request.form.get("territories", "")
    lines = [one for one in typed.splitlines() if line(one)]
    if not lines:
        return _page(typed=typed, errors=[_error("Écrivez un territoire par ligne.")]), 422
    room = expected.MOST - len(expected.places(network.id))
    if len(lines) > min(MOST_LINES, room):
        told = f"{several(len(lines), 'ligne')} : c'est trop en une fois. Écrivez-en {min(MOST_LINES, room)} au plus."
        return _page(typed=typed, errors=[_error(told)]), 422
    read = list(read_lines(starmap(typed_line, enumerate(lines, 1)), expected.places(network.id)))
    expected.expect(network.id, [one.territory for one in read if one.territory], now())
    refused = [one for one in read if one.outcome == REFUSED]
    if not refused:
        return _page(read=read)
    told = (
        f"{several(len(refused), 'ligne est refusée', 'lignes sont refusées')} : la raison est dite à côté de chacune."
    )
    return _page(typed="\n".join(one.text for one in refused), read=read, errors=[_error(told)]), 422


@blueprint.post("/territoires/retirer")
def remove_territories() -> ResponseReturnValue:
    network = network_of_address()
    chosen = [int(one) for one in request.form.getlist("territory") if one.isdecimal() and len(one) < 10]
    if not chosen:
        return _page(errors=[{"href": "#liste", "text": french("Cochez les territoires à retirer.")}]), 422
    expected.forget(network.id, chosen)
    return redirect(url_for("network.frame", reseau=network.id), 303)


def _error(text: str) -> dict[str, str]:
    return {"href": "#territories", "text": french(text)}


def _number(given: str) -> int:
    """Of territories just added; 0 for what is none."""
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 5 else 0


def _page(typed: str = "", read: list[LineRead] | None = None, errors: list[dict[str, str]] | None = None) -> str:
    network = network_of_address()
    rows = expected.awaited([network.id])
    return render_template(
        "network/frame.html",
        me=at_desk(),
        network=network,
        rows=rows,
        answered=sum(bool(one.reference) for one in rows),
        departements=library().directory.departements,
        typed=typed,
        read=read or [],
        errors=errors or [],
        added=_number(request.args.get("ajoutes", "")),
    )
