"""Pages that anyone may read, and the search among authorities."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from selfassess.web.definitions import library

blueprint = Blueprint("pages", __name__)
MOST_RESULTS = 10
SEARCH_KEPT = 24 * 3600


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
    found = library().directory.search(request.args.get("q", ""), MOST_RESULTS)
    response = jsonify([{"code": one.code, "label": one.label, "hint": one.hint} for one in found])
    response.headers["Cache-Control"] = f"public, max-age={SEARCH_KEPT}"
    return response
