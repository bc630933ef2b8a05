"""What every template may use.

Apart: it grows with the templates, not with the application.
"""

from __future__ import annotations

from datetime import datetime

from flask import Flask, has_request_context, request, url_for

from selfassess.core.answers.in_words import contracted
from selfassess.core.definition.typography import NBSP
from selfassess.core.explanation.method import in_method
from selfassess.store.models import Submission
from selfassess.store.retention import leaves
from selfassess.web.french import (
    clean,
    clip,
    day,
    day_of,
    french,
    moment,
    now,
    several,
)
from selfassess.web.settings import VERSION, settings

NAV = (("pages.questions", "Questions"), ("pages.method", "Méthode"))
FOOTER = (
    ("respond.home", "Accueil"),
    ("pages.questions", "Toutes les questions"),
    ("pages.method", "Méthode"),
    ("verify.ask", "Vérifier un rapport"),
    ("pages.usage", "Chiffres d’usage"),
    ("review.queue", "Espace des réseaux"),
    ("pages.site_map", "Plan du site"),
    ("legal.accessibility", f"Accessibilité{NBSP}: non auditée"),
    ("legal.data", "Données personnelles"),
    ("legal.notices", "Mentions légales"),
)


def register(app: Flask) -> None:
    filters = {"moment": moment, "day": day, "day_of": day_of, "french": french, "clean": clean, "clip": clip}
    app.jinja_env.filters.update(filters, lower_first=lower_first, contracted=contracted, in_method=in_method)
    app.jinja_env.globals.update(several=several, leaving=leaving, backups_kept=backups_kept, url_for=address_of)

    @app.context_processor
    def frame() -> dict[str, object]:
        return {
            "nav_links": NAV,
            "footer_links": FOOTER,
            "home_url": address_of("respond.home"),
            "endpoints": app.view_functions,
            "version": VERSION,
        }


LASTING = frozenset(endpoint for endpoint, _ in (*NAV, *FOOTER))


def address_of(endpoint: str, **values: object) -> str:
    """As Flask's `url_for`. What stands on every page keeps its address as long as the process: made once, where the
    site is mounted at that path."""
    lasts = endpoint in LASTING if not values else endpoint == "static" and values.keys() <= {"filename", "v"}
    if not (lasts and has_request_context()):
        return url_for(endpoint, **values)  # type: ignore[arg-type]  # as its own signature takes them
    key = request.script_root, endpoint, *values.values()
    if key not in _lasting:
        _lasting[key] = url_for(endpoint, **values)  # type: ignore[arg-type]  # likewise
    return _lasting[key]


_lasting: dict[tuple[object, ...], str] = {}


def leaving(submission: Submission) -> datetime | None:
    """When that file goes if nothing changes, told from a month before."""
    return leaves(submission, settings().keeping, now())


def backups_kept() -> str:
    """How long what was deleted is still in copies of the database: one a night."""
    return several(settings().backups_kept, "jour")


def lower_first(text: str) -> str:
    """« Situer votre PAT » → « situer votre PAT »."""
    return text[:1].lower() + text[1:]
