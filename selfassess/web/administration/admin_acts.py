"""The journal: who did what to networks and accounts, written with the act itself, and read here in French."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import render_template

from selfassess.store.administration import MOST_ACTS, By, count_acts, latest_acts, noted
from selfassess.store.models import AdminAct
from selfassess.web.administration import blueprint
from selfassess.web.files.desk import current_administrator
from selfassess.web.french import clean, french, now

BY_COMMAND = "une commande, sur la machine du site"
SENTENCES = {
    "network_added": "Réseau « {network} » créé",
    "network_changed": "Réseau « {network} » : {what}",
    "network_closed": "Réseau « {network} » fermé",
    "network_reopened": "Réseau « {network} » rouvert",
    "account_added": "Compte {account} créé : {what}",
    "account_changed": "Compte {account} : {what}",
    "link_given": "Lien pour choisir un mot de passe, pour le compte {account} : {what}",
    "account_closed": "Compte {account} fermé",
    "account_reopened": "Compte {account} rouvert : {what}",
    "factor_reset": "Double authentification retirée du compte {account}",
}


@dataclass(frozen=True)
class ToldAct:
    """A line of the journal as it is read."""

    at: datetime
    actor: str
    text: str


@blueprint.get("/journal")
def journal() -> str:
    lines = [_told(one) for one in latest_acts()]
    hidden = max(0, count_acts() - MOST_ACTS)
    return render_template("administration/journal.html", me=current_administrator(), lines=lines, hidden=hidden)


def done(kind: str, **data: object) -> AdminAct:
    """The line of an act by the account logged in, to write in its transaction."""
    me = current_administrator()
    return noted(kind, By(me.id, me.email), now(), **data)


def _told(act: AdminAct) -> ToldAct:
    actor = act.actor or french(BY_COMMAND)
    return ToldAct(act.at, actor, str(clean(french(SENTENCES[act.kind]).format(**act.data))))
