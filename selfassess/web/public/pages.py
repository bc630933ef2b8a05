"""Pages that anyone may read, and the search among authorities."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from selfassess.web.definitions import library
from selfassess.web.territory_search import search

blueprint = Blueprint("pages", __name__)
SEARCH_KEPT = 3600  # networks add structures


@blueprint.get("/plan-du-site")
def site_map() -> str:
    return render_template("pages/site_map.html")


@blueprint.get("/questions")
def questions() -> str:
    questionnaire = library().definitions.current.questionnaire
    return render_template("pages/questions.html", questionnaire=questionnaire)


@blueprint.get("/territoires")
def territories() -> Response:
    """[{code, label, hint}] for ?q=, best first. The same for everyone, hence kept by browsers and proxies."""
    known = library()
    found = search(known.directory, known.definitions.current.questionnaire.territory, request.args.get("q", ""))
    response = jsonify([vars(one) for one in found])
    response.headers["Cache-Control"] = f"public, max-age={SEARCH_KEPT}"
    return response
