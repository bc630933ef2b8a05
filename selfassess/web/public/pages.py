"""Pages that anyone may read, the search among authorities, the logos of networks."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, jsonify, render_template, request

from selfassess.store.networks import find_logo
from selfassess.web.definitions import library
from selfassess.web.territory_search import search

blueprint = Blueprint("pages", __name__)
DIGEST = re.compile("[0-9a-f]{64}")
LOGO_KEPT = 365 * 24 * 3600
SEARCH_KEPT = 3600  # networks add structures


@blueprint.get("/plan-du-site")
def site_map() -> str:
    return render_template("pages/site_map.html")


@blueprint.get("/questions")
def questions() -> str:
    questionnaire = library().definitions.current.questionnaire
    return render_template("pages/questions.html", questionnaire=questionnaire)


@blueprint.get("/logos/<digest>.png")
def logo(digest: str) -> Response:
    """Of a network. Another picture has another address: kept by browsers and proxies for good."""
    png = find_logo(digest) if DIGEST.fullmatch(digest) else None
    if png is None:
        abort(404)
    response = Response(png, mimetype="image/png")
    response.headers["Cache-Control"] = f"public, max-age={LOGO_KEPT}, immutable"
    return response


@blueprint.get("/territoires")
def territories() -> Response:
    """[{code, label, hint}] for ?q=, best first. The same for everyone, hence kept by browsers and proxies."""
    known = library()
    found = search(known.directory, known.definitions.current.questionnaire.territory, request.args.get("q", ""))
    response = jsonify([vars(one) for one in found])
    response.headers["Cache-Control"] = f"public, max-age={SEARCH_KEPT}"
    return response
