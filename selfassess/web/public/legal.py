"""Legal pages. Who runs the site is said by its settings; what they leave out is shown as still to be said."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import timedelta

from flask import Blueprint, Flask, current_app, render_template

from selfassess.store import attempts
from selfassess.store.accounts import LONGEST
from selfassess.store.retention import ACCOUNT_KEPT, NOTICE
from selfassess.web.french import french, several
from selfassess.web.settings import settings, settings_of

blueprint = Blueprint("legal", __name__)
TO_COMPLETE = "à compléter par l'exploitant"
ASKED = {
    "operator": "l'exploitant du site (nom, adresse, téléphone)",
    "director": "le directeur ou la directrice de la publication",
    "host": "l'hébergeur (nom, adresse, téléphone)",
    "contact": "l'adresse où écrire à l'exploitant",
}
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _said(app: Flask) -> dict[str, str]:
    return {name: getattr(settings_of(app), f"legal_{name}") for name in ASKED}


def _page(template: str) -> str:
    said = _said(current_app)
    return render_template(
        f"pages/{template}.html",
        said={name: value or french(TO_COMPLETE) for name, value in said.items()},
        contact_href=f"mailto:{said['contact']}" if EMAIL.fullmatch(said["contact"]) else None,
        kept=data_kept(),
    )


def data_kept() -> dict[str, str]:
    """How long all that is somebody's is kept: see `files_kept`."""
    return {
        **files_kept(),
        "account": several(ACCOUNT_KEPT.days // 365, "an"),
        "visit": several(LONGEST.days, "jour"),
        "attempt": several(attempts.KEPT.days * 24, "heure"),
    }


def files_kept() -> dict[str, str]:
    """How long each is kept, in words, by the name of its duration; `notice` before it goes, `backups` after."""
    told = {name: long(time) for name, time in asdict(settings().keeping).items()}
    return {**told, "notice": long(NOTICE), "backups": long(timedelta(days=settings().backups_kept))}


def long(time: timedelta) -> str:
    """« 90 jours », « 5 ans » (leap days aside)."""
    years, rest = divmod(time.days, 365)
    return several(years, "an") if years and rest <= years // 4 + 1 else several(time.days, "jour")


@blueprint.get("/mentions-legales")
def notices() -> str:
    return _page("legal")


@blueprint.get("/donnees-personnelles")
def data() -> str:
    return _page("data")


@blueprint.get("/accessibilite")
def accessibility() -> str:
    return _page("accessibility")
