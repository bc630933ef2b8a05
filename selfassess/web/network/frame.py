"""« Territoires attendus »: who is in the network, whether or not they answered; typed, a territory a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from selfassess.content.directory import Directory, Place
from selfassess.core.answers.answers import LONGEST_NAME
from selfassess.core.answers.typed import line
from selfassess.core.definition.typography import fold
from selfassess.core.network.place import place_key
from selfassess.core.review.acts import SENT
from selfassess.store.models import Network
from selfassess.store.territories import expected
from selfassess.store.territories.expected import NewExpected
from selfassess.web.definitions import library
from selfassess.web.files.desk import at_desk
from selfassess.web.french import french, now, several
from selfassess.web.network import blueprint

TYPED = "saisi par le réseau"
MOST_LINES = 500  # at once
ADDED, KNOWN, REFUSED = "added", "known", "refused"


@dataclass(frozen=True)
class LineRead:
    """What became of a line. `told`: why it is refused, or how it was understood."""

    number: int
    text: str
    outcome: str
    told: str
    territory: NewExpected | None = None


@blueprint.get("/territoires")
def frame() -> str:
    return _page()


@blueprint.post("/territoires")
def add_territories() -> ResponseReturnValue:
    """All the lines that can be read are added at once; the others are told, and stay in the form."""
    network = _network()
    typed = request.form.get("territories", "")
    lines = [one for one in typed.splitlines() if line(one)]
    if not lines:
        return _page(typed=typed, errors=[_error("Écrivez un territoire par ligne.")]), 422
    room = expected.MOST - len(expected.places(network.id))
    if len(lines) > min(MOST_LINES, room):
        told = f"{several(len(lines), 'ligne')} : c'est trop en une fois. Écrivez-en {min(MOST_LINES, room)} au plus."
        return _page(typed=typed, errors=[_error(told)]), 422
    read = list(_read(lines, expected.places(network.id)))
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
    network = _network()
    chosen = [int(one) for one in request.form.getlist("territory") if one.isdecimal() and len(one) < 10]
    if not chosen:
        return _page(errors=[{"href": "#liste", "text": french("Cochez les territoires à retirer.")}]), 422
    expected.forget(network.id, chosen)
    return redirect(url_for("network.frame", reseau=network.id), 303)


def _network() -> Network:
    """The one of the address, of those of the account; the first without."""
    mine = {str(one.id): one for one in at_desk().networks}
    asked = request.args.get("reseau")
    return (mine.get(asked) if asked else next(iter(mine.values()), None)) or abort(404)


def _error(text: str) -> dict[str, str]:
    return {"href": "#territories", "text": french(text)}


def _page(typed: str = "", read: list[LineRead] | None = None, errors: list[dict[str, str]] | None = None) -> str:
    network = _network()
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
        sent=SENT,
    )


def _read(lines: list[str], known: set[str]) -> Iterator[LineRead]:
    """Each line: « nom ; département ; code », the last two where the name is not enough."""
    taken = dict.fromkeys(known, 0)
    for number, text in enumerate(lines, 1):
        name, departement, code = ([line(part) for part in text.split(";")] + ["", ""])[:3]
        found = _territory(library().directory, name, departement, code)
        if isinstance(found, str):
            yield LineRead(number, text, REFUSED, french(found))
        elif found.place in taken:
            at = taken[found.place]
            yield LineRead(number, text, KNOWN, french(f"Déjà à la ligne {at}." if at else "Déjà attendu."))
        else:
            taken[found.place] = number
            yield LineRead(number, text, ADDED, _understood(found), found)


def _understood(found: NewExpected) -> str:
    return french("Trouvé dans l'annuaire officiel." if found.code else "Structure absente de l'annuaire.")


def _territory(directory: Directory, name: str, departement: str, code: str) -> NewExpected | str:
    """The territory, or why not."""
    if name.startswith(("=", "+", "@")):
        return "Cette ligne commence comme une formule : écrivez un nom."
    if len(name) > LONGEST_NAME:
        return f"Ce nom dépasse {LONGEST_NAME} caractères."
    where = _departement(directory, departement) if departement else ""
    if where is None:
        return f"Département inconnu : « {departement} »."
    if code:
        place = directory.get(code)
        return _official(place) if place else f"Code inconnu de l'annuaire : « {code} »."
    if not name:
        return "Il manque le nom."
    same = [one for one in directory.search(name, limit=10) if fold(one.name) == fold(name)]
    same = [one for one in same if not where or one.departement == where]
    if len(same) == 1:
        return _official(same[0])
    if len(same) > 1:
        return "Plusieurs collectivités portent ce nom : ajoutez le département, ou le code."
    if not where:
        return "Absent de l'annuaire : ajoutez son département, après un point-virgule."
    given = {"name": name, "departement": where}
    return NewExpected(place_key(given), name, departement=where, source=TYPED)


def _official(place: Place) -> NewExpected:
    question = library().definitions.current.questionnaire.territory
    kind = question.type_of(place.rows)
    return NewExpected(
        place.code,
        place.name,
        kind.id if kind else "",
        place.departement,
        place.code,
        place.population,
        source=TYPED,
    )


def _departement(directory: Directory, given: str) -> str | None:
    """By code or by name."""
    by_name = {fold(name): code for code, name in directory.departements.items()}
    code = given.upper().zfill(2)
    return code if code in directory.departements else by_name.get(fold(given))
