"""What the form of a refused request held: read on the page that refuses it, and sent again from there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import HTTPException

from selfassess.core.definition.questionnaire import Question
from selfassess.web.definitions import RESERVED, library
from selfassess.web.floods import long_form
from selfassess.web.french import french

NEVER_SHOWN = re.compile("csrf_token|password")
# What our forms say of themselves: it goes with what is sent again, and tells nobody anything.
OURS = RESERVED | {
    "another",
    "author",
    "cle",
    "key",
    "keep",
    "link",
    "network",
    "none-said",
    "quoi",
    "request",
    "role",
    "seen",
}
PARTS = {
    "comment": "Commentaire",
    "free-name": "Nom de la structure",
    "free-type": "Type de structure",
    "free-departement": "Département",
    "free-population": "Nombre d'habitants",
    "query": "Nom cherché",
}
FIELDS = {
    "label": "Nom",
    "text": "Texte",
    "message": "Message",
    "reply": "Réponse",
    "reason": "Raison",
    "order_reason": "Raison de l'ordre des dispositifs",
    "advice": "Conseil",
    "email": "Adresse e-mail",
}
OF_A_FIELD = re.compile("^(seen|keep)-|-rank-")  # goes with a field of a question, and says nothing by itself
FREE = "free"  # the value posted for a territory described by hand
MOST_LINES = 12


@dataclass(frozen=True)
class TypedField:
    """One field: what it is, and what was typed or chosen."""

    label: str
    text: str

    @property
    def rows(self) -> int:
        return min(MOST_LINES, max(len(self.text) // 60, self.text.count("\n")) + 1)


def given_back() -> list[TypedField]:
    """All that a person typed or chose in the form that this request sends, in the order of the page."""
    found: dict[str, list[str]] = {}
    for name, value in _form():
        if value.strip() and name not in OURS and not OF_A_FIELD.search(name):
            found.setdefault(name, []).append(value)
    return [one for one in (_typed_field(name, values) for name, values in found.items()) if one.text]


def sent_again() -> list[tuple[str, str]]:
    """The same form, to be sent again by whoever reads the page: nothing when another site may have made it."""
    return _form() if request.headers.get("Sec-Fetch-Site") == "same-origin" else []


def _form() -> list[tuple[str, str]]:
    if request.method != "POST":
        return []
    try:
        if long_form():  # no person typed that
            return []
        return [(name, value) for name, value in request.form.items(multi=True) if not NEVER_SHOWN.search(name)]
    except HTTPException:  # too long to be read
        return []


def _typed_field(name: str, values: list[str]) -> TypedField:
    base, _, part = name.partition("-")
    question = library().definitions.current.questionnaire.every.get(base)
    if question is None or (name in FIELDS and not {one.id for one in question.options}.intersection(values)):
        # « label » names an action or who a link is for, unless what it holds is a choice of the question so called
        return TypedField(french(FIELDS.get(name, FIELDS.get(base, "Texte"))), "\n".join(values))
    label = f"{PARTS[part]} : {question.short}" if part in PARTS else question.short
    return TypedField(french(label), "\n".join(filter(None, (_chosen(question, one) for one in values))))


def _chosen(question: Question, value: str) -> str:
    """The words of a choice; what was typed as it is. A structure described by hand says so in its other fields."""
    known: dict[str, str] = {one.id: one.text for one in question.options}
    known |= {one.id: one.text for one in question.types} | {one.id: one.text for one in question.bands}
    if not question.is_territory or value in known:
        return known.get(value, value)
    place = library().directory.get(value)
    return place.label if place else "" if value == FREE else value
