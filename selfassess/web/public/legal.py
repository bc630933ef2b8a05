"""Legal pages. Who runs the site is said by its settings; what they leave out is shown as still to be said."""

from __future__ import annotations

import re

from flask import Blueprint, Flask, current_app, render_template

from selfassess.store import attempts
from selfassess.store.accounts import LONGEST
from selfassess.store.retention import ACCOUNT_KEPT
from selfassess.store.submissions import SENT_KEPT
from selfassess.web.french import french, several
from selfassess.web.security import KEPT
from selfassess.web.settings import settings_of

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
        kept={
            "draft": several(KEPT.days, "jour"),
            "sent": several(SENT_KEPT.days // 365, "an"),
            "account": several(ACCOUNT_KEPT.days // 365, "an"),
            "visit": several(LONGEST.days, "jour"),
            "attempt": several(attempts.KEPT.days * 24, "heure"),
        },
    )


@blueprint.get("/mentions-legales")
def notices() -> str:
    return _page("legal")


@blueprint.get("/donnees-personnelles")
def data() -> str:
    return _page("data")


@blueprint.get("/accessibilite")
def accessibility() -> str:
    return _page("accessibility")
