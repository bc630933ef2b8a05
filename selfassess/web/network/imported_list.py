"""« Importer une liste »: a file that is read, looked at with its columns, then added at once or not at all.

Nothing is kept between the steps: the form carries what was read.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from selfassess.content.table_file import LARGEST_FILE, MOST_COLUMNS, MOST_ROWS, Rows, TableError, read_table
from selfassess.core.answers.typed import line
from selfassess.core.definition.typography import fold
from selfassess.store.territories import expected
from selfassess.web.definitions import library
from selfassess.web.errors import Problem
from selfassess.web.files.desk import at_desk, network_of_address
from selfassess.web.french import french, now, several, today
from selfassess.web.network import blueprint
from selfassess.web.network.list_lines import ADDED, KNOWN, REFUSED, Line, LineRead, departement_of, read_lines

LARGEST_READ = 16 * 1024 * 1024  # of what the form carries, once open
COLUMNS = {
    "name": "Nom du territoire",
    "departement": "Département",
    "code": "Code officiel (INSEE ou SIREN)",
    "type": "Type de structure",
    "population": "Nombre d'habitants",
}
DAY = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})")
ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


@dataclass(frozen=True)
class Choices:
    """What is said of the file: by part of ours, the rank of its column; the region kept; the day of the list."""

    columns: Mapping[str, int]
    told: Mapping[str, int]
    region: str
    on: date | None
    typed_on: str

    @property
    def digest(self) -> str:
        said = json.dumps([sorted(self.columns.items()), self.region, self.typed_on])
        return hashlib.sha256(said.encode()).hexdigest()[:16]


@blueprint.get("/territoires/importer")
def import_list() -> str:
    return render_template("network/import.html", me=at_desk(), network=network_of_address(), errors=[], **_limits())


@blueprint.post("/territoires/importer")
def read_list() -> ResponseReturnValue:
    network_of_address()
    try:
        rows = _rows()
    except TableError as error:
        errors = [{"href": "#list", "text": french(str(error))}]
        page = render_template(
            "network/import.html", me=at_desk(), network=network_of_address(), errors=errors, **_limits()
        )
        return page, 422
    first = "cells" not in request.form
    choices = _guessed(rows[0]) if first else _chosen(rows[0])
    read = list(_read(rows, choices)) if "name" in choices.columns else []
    errors = [] if first else list(_errors(choices, read))
    if request.form.get("action") == "add" and not errors:
        if request.form.get("seen") != choices.digest:
            errors = [{"href": "#compte", "text": french("Vous avez changé vos choix : voici le compte, à relire.")}]
        else:
            return _add(read)
    return _preview(rows, choices, read, errors), 422 if errors else 200


def _add(read: list[LineRead]) -> ResponseReturnValue:
    network = network_of_address()
    added = expected.expect(network.id, [one.territory for one in read if one.territory], now())
    return redirect(url_for("network.frame", reseau=network.id, ajoutes=added), 303)


def _limits() -> dict[str, object]:
    return {"most": MOST_ROWS, "megabytes": LARGEST_FILE // 1024 // 1024}


def _rows() -> Rows:
    """Of the file that is brought, or as they were read from it."""
    if packed := request.form.get("cells"):
        return _unpacked(packed)
    file = request.files.get("list")
    if file is None or not file.filename:
        raise TableError("Choisissez un fichier.")
    rows = read_table(file.stream.read(LARGEST_FILE + 1))
    if len(rows) < 2:
        raise TableError("Ce tableau n'a qu'une ligne. La première est celle des titres ; un territoire par ligne.")
    return rows


def _packed(rows: Rows) -> str:
    return base64.b64encode(zlib.compress(json.dumps(rows, ensure_ascii=False).encode(), 6)).decode()


def _unpacked(packed: str) -> Rows:
    """Problem when it is not what we wrote."""
    try:
        rows: Rows = json.loads(zlib.decompressobj().decompress(base64.b64decode(packed, validate=True), LARGEST_READ))
    except (binascii.Error, zlib.error, ValueError, RecursionError) as error:
        raise Problem("bad_form") from error
    fits = isinstance(rows, list) and 2 <= len(rows) <= MOST_ROWS + 1 and all(isinstance(one, list) for one in rows)
    width = len(rows[0]) if fits else 0
    if not fits or not 0 < width <= MOST_COLUMNS:
        raise Problem("bad_form")
    if any(len(row) != width or not all(isinstance(cell, str) for cell in row) for row in rows):
        raise Problem("bad_form")
    return rows


def _guessed(titles: list[str]) -> Choices:
    """As the titles say."""
    rules, known = library().definitions.network, [fold(one) for one in titles]
    columns = {}
    for part in COLUMNS:
        ranks = (known.index(fold(one)) for one in getattr(rules.columns, part) if fold(one) in known)
        if (rank := next(ranks, None)) is not None:
            columns[part] = rank
    told = _told(titles)
    return Choices(columns, told, network_of_address().region if told else "", None, "")


def _told(titles: list[str]) -> dict[str, int]:
    """By question, the column of the public list that answers it."""
    known = [fold(one) for one in titles]
    told = library().definitions.network.public_list.told
    return {question: known.index(fold(title)) for question, title in told.items() if fold(title) in known}


def _chosen(titles: list[str]) -> Choices:
    """As the form says."""
    columns = {}
    for part in COLUMNS:
        given = request.form.get(f"column-{part}", "")
        if given.isascii() and given.isdecimal() and int(given[:4]) < len(titles):
            columns[part] = int(given)
    region, typed = request.form.get("region", ""), line(request.form.get("on", ""))
    if region not in ("", *library().directory.regions):
        raise Problem("bad_form")
    return Choices(columns, _told(titles), region, _day(typed), typed)


def _day(typed: str) -> date | None:
    """« 1/7/2025 », or as computers write it; None for what is no day gone by."""
    if found := DAY.fullmatch(typed):
        parts = found.groups()[::-1]
    elif found := ISO.fullmatch(typed):
        parts = found.groups()
    else:
        return None
    try:
        on = date(*map(int, parts))
    except ValueError:
        return None
    return on if date(2014, 1, 1) <= on <= today() else None  # no PAT before the law of October 2014


def _read(rows: Rows, choices: Choices) -> Iterator[LineRead]:
    source = library().definitions.network.public_list.title if choices.told else "liste importée par le réseau"
    lines = (_line(number, row, choices) for number, row in enumerate(rows[1:], 2))
    kept = (one for one in lines if not choices.region or _within(one, choices.region))
    yield from read_lines(kept, expected.places(network_of_address().id), source[:120], choices.on)


def _within(given: Line, region: str) -> bool:
    """Does it lie there? What says nothing that is known is kept, and refused with why."""
    directory = library().directory
    place = directory.get(given.code) if given.code else None
    where = place.departement if place else departement_of(directory, given.departement)
    return not where or directory.region(where, given.code) == region


def _line(number: int, row: list[str], choices: Choices) -> Line:
    told = {question: row[rank] for question, rank in choices.told.items() if row[rank]}
    parts = {part: line(row[rank]) for part, rank in choices.columns.items()}
    return Line(number, parts["name"] or " ; ".join(filter(None, row))[:80], told=told, **parts)


def _errors(choices: Choices, read: list[LineRead]) -> Iterator[dict[str, str]]:
    network = network_of_address()
    if "name" not in choices.columns:
        yield {"href": "#column-name", "text": french("Choisissez la colonne du nom.")}
    if choices.told and choices.on is None:
        yield {"href": "#on", "text": french("Écrivez le jour de la liste, par exemple « 1/7/2025 ».")}
    elif choices.typed_on and choices.on is None:
        yield {"href": "#on", "text": french("Ce jour ne se lit pas : écrivez-le ainsi, « 1/7/2025 ».")}
    added = sum(one.outcome == ADDED for one in read)
    room = expected.MOST - len(expected.places(network.id))
    if added > room:
        told = f"{several(added, 'territoire')} : c'est trop. Cette liste peut encore en recevoir {room}."
        yield {"href": "#region", "text": french(f"{told} Choisissez une région.")}


def _preview(rows: Rows, choices: Choices, read: list[LineRead], errors: list[dict[str, str]]) -> str:
    questions = library().definitions.current.questionnaire.questions
    counts = {outcome: sum(one.outcome == outcome for one in read) for outcome in (ADDED, KNOWN, REFUSED)}
    return render_template(
        "network/import.html",
        me=at_desk(),
        network=network_of_address(),
        titles=rows[0],
        rows=rows[1:4],
        parts=COLUMNS,
        choices=choices,
        told=[questions[name].short for name in choices.told],
        list_title=library().definitions.network.public_list.title,
        regions=library().directory.regions,
        cells=_packed(rows),
        read=read,
        counts=counts,
        renewed=sum(one.outcome == KNOWN and one.territory is not None for one in read),
        outside=len(rows) - 1 - len(read) if "name" in choices.columns else 0,
        errors=errors,
        **_limits(),
    )
