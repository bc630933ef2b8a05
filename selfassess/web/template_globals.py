"""What every template may use.

Apart: it grows with the templates, not with the application.
"""

from __future__ import annotations

from flask import Flask, url_for

from selfassess.core.answers.in_words import contracted
from selfassess.core.definition.typography import NBSP
from selfassess.core.explanation.method import in_method
from selfassess.web.french import (
    clean,
    clip,
    day,
    french,
    moment,
    several,
)
from selfassess.web.settings import VERSION

NAV = (("pages.questions", "Questions"), ("pages.method", "Méthode"))
FOOTER = (
    ("respond.home", "Accueil"),
    ("pages.questions", "Toutes les questions"),
    ("pages.method", "Méthode"),
    ("verify.ask", "Vérifier un rapport"),
    ("review.queue", "Espace des réseaux"),
    ("pages.site_map", "Plan du site"),
    ("legal.accessibility", f"Accessibilité{NBSP}: non auditée"),
    ("legal.data", "Données personnelles"),
    ("legal.notices", "Mentions légales"),
)


def register(app: Flask) -> None:
    filters = {"moment": moment, "day": day, "french": french, "clean": clean, "clip": clip}
    app.jinja_env.filters.update(filters, lower_first=lower_first, contracted=contracted, in_method=in_method)
    app.jinja_env.globals.update(several=several)

    @app.context_processor
    def frame() -> dict[str, object]:
        return {
            "nav_links": NAV,
            "footer_links": FOOTER,
            "home_url": url_for("respond.home"),
            "endpoints": app.view_functions,
            "version": VERSION,
        }


def lower_first(text: str) -> str:
    """« Situer votre PAT » → « situer votre PAT »."""
    return text[:1].lower() + text[1:]
