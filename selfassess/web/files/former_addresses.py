"""Addresses that name no file: of the site map, of pages and messages of before. A GET is led to the file; a POST that
does not say which file it is for writes nothing, and gives back what was typed."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.routing import PathConverter

from selfassess.core.review.acts import CONTRIBUTOR, READER, RESPONDENT
from selfassess.web.errors import Problem
from selfassess.web.files.opened_file import REFERENCE, File, opened_files

blueprint = Blueprint("which", __name__)


class RestConverter(PathConverter):
    """What follows, where it does not begin with a reference."""

    regex = f"(?!{REFERENCE}(?:/|$)){PathConverter.regex}"


@blueprint.get("/dossier")
@blueprint.get("/dossier/<rest:rest>")
def file(rest: str = "") -> ResponseReturnValue:
    return _led("dossier", rest, opened_files(RESPONDENT, CONTRIBUTOR), "none_open")


@blueprint.get("/lecture")
@blueprint.get("/lecture/<rest:rest>")
def reading(rest: str = "") -> ResponseReturnValue:
    return _led("lecture", rest, opened_files(READER), "no_reading_open")


@blueprint.post("/dossier/<rest:rest>")
@blueprint.post("/lecture/<rest:rest>")
def unnamed(rest: str) -> ResponseReturnValue:
    raise Problem("unnamed")


def _led(place: str, rest: str, opened: list[File], none: str) -> ResponseReturnValue:
    """To the only file this browser has open, or to a page where one chooses."""
    if not opened:
        raise Problem(none)
    ways = [_address(place, one.submission.reference, rest) for one in opened]
    if len(ways) == 1:
        return redirect(ways[0], 303)
    return render_template("respond/which.html", opened=opened, ways=ways, place=place)


def _address(place: str, reference: str, rest: str) -> str:
    """The same address, with the file it is for."""
    named = url_for("which.file" if place == "dossier" else "which.reading", rest=f"{reference}/{rest}".rstrip("/"))
    query = request.query_string.decode("latin-1")
    return f"{named}?{query}" if query else named
