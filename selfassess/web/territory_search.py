"""What a visitor finds by typing the name of a territory: authorities of the directory, then the structures that a
network expects and that no directory has (PETR, parks, associations)."""

from __future__ import annotations

from dataclasses import dataclass

from selfassess.content.directory import Directory
from selfassess.core.definition.questionnaire import Question
from selfassess.store.models import Expected
from selfassess.store.territories import expected
from selfassess.web.french import french

MOST_PLACES, MOST_STRUCTURES = 10, 5
STRUCTURE = "attendu-"  # before the number of one, where an authority has its code
HINT = "Absente de l'annuaire officiel, connue d'un réseau. Vous en vérifierez la description."


@dataclass(frozen=True)
class Found:
    """What is offered: what is posted, and the words beside it."""

    code: str
    label: str
    hint: str


def search(directory: Directory, question: Question, query: str) -> list[Found]:
    """Best first. `question`: the one that is answered, for the names of its types."""
    places = [Found(one.code, one.label, one.hint) for one in directory.search(query, MOST_PLACES)]
    return [*places, *(_offered(directory, question, one) for one in expected.structures(query, MOST_STRUCTURES))]


def structure(code: str) -> Expected | None:
    """The one that was offered under that code, if it was one."""
    number = code.removeprefix(STRUCTURE)
    known = code.startswith(STRUCTURE) and number.isascii() and number.isdecimal() and len(number) < 10
    return expected.structure(int(number)) if known else None


def described(question: Question, found: Expected) -> dict[str, str]:
    """What is known of it, as who describes a structure by hand types it; what is not is empty."""
    bands = [one for one in question.bands if found.population is not None and one.floor <= found.population]
    kind = found.type if found.type in {one.id for one in question.types} else ""
    band = max(bands, key=lambda one: one.floor).id if bands else ""
    return {"name": found.name, "type": kind, "departement": found.departement, "population": band}


def _offered(directory: Directory, question: Question, found: Expected) -> Found:
    where = directory.departements.get(found.departement, "")
    kind = next((one.text for one in question.types if one.id == found.type), "")
    label = f"{found.name} ({where})" if where else found.name
    return Found(f"{STRUCTURE}{found.id}", f"{label} – {kind}" if kind else label, french(HINT))
