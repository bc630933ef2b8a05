"""A line of a list of territories, typed or imported: the territory that it names, or why it is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from selfassess.content.directory import Directory, Place
from selfassess.content.spreadsheet import run_as_formula
from selfassess.core.answers.answers import LONGEST_NAME
from selfassess.core.answers.typed import line
from selfassess.core.definition.typography import fold
from selfassess.core.network.place import SHORT, in_full, in_short, place_key
from selfassess.store.territories.expected import NewExpected
from selfassess.web.definitions import library
from selfassess.web.french import french

TYPED = "saisi par le réseau"
ADDED, KNOWN, REFUSED = "added", "known", "refused"
LONGEST_NUMBER = 9
ABSENT = "Absent de l'annuaire : ajoutez son département."


@dataclass(frozen=True)
class Line:
    """What a line says, as it is written. `told`: by question, what a public list says of it."""

    number: int
    text: str
    name: str
    departement: str = ""
    code: str = ""
    type: str = ""
    population: str = ""
    told: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LineRead:
    """What became of a line. `told`: why it is refused, or how it was understood."""

    number: int
    text: str
    outcome: str
    told: str
    territory: NewExpected | None = None


def typed_line(number: int, text: str) -> Line:
    """« nom ; département ; code », the last two where the name is not enough."""
    name, departement, code = ([line(part) for part in text.split(";")] + ["", ""])[:3]
    return Line(number, text, name, departement, code)


def read_lines(
    lines: Iterable[Line], known: Iterable[str], source: str = TYPED, told_on: date | None = None
) -> Iterator[LineRead]:
    """What becomes of each. `known`: the places expected already; `told_on`: the day of the list."""
    taken = dict.fromkeys(known, 0)
    for one in lines:
        found = _territory(library().directory, one, source, told_on)
        if found == ABSENT and _is_known(one, taken):
            yield LineRead(one.number, one.text, KNOWN, "Déjà attendu.")
        elif isinstance(found, str):
            yield LineRead(one.number, one.text, REFUSED, french(found))
        elif at := taken.get(found.place):
            yield LineRead(one.number, one.text, KNOWN, french(f"Déjà à la ligne {at}."))
        elif found.place in taken:
            taken[found.place] = one.number
            renewed = found if found.told else None
            told = "Déjà attendu : ce que dit la liste est mis à jour." if renewed else "Déjà attendu."
            yield LineRead(one.number, one.text, KNOWN, french(told), renewed)
        else:
            taken[found.place] = one.number
            yield LineRead(one.number, one.text, ADDED, _understood(found), found)


def _is_known(given: Line, places: Iterable[str]) -> bool:
    """Without its département, is it one and only one of those places?"""
    name = in_full(fold(given.name).strip())
    return sum(place.rpartition("/")[0] == name for place in places) == 1


def _understood(found: NewExpected) -> str:
    return french("Trouvé dans l'annuaire officiel." if found.code else "Structure absente de l'annuaire.")


def _territory(directory: Directory, given: Line, source: str, told_on: date | None) -> NewExpected | str:
    """The territory, or why not."""
    name = given.name.lstrip("' ")  # a spreadsheet writes that apostrophe before what it is not to work out
    if run_as_formula(name):
        return "Cette ligne commence comme une formule : écrivez un nom."
    if len(name) > LONGEST_NAME:
        return f"Ce nom dépasse {LONGEST_NAME} caractères."
    where = departement_of(directory, given.departement) if given.departement else ""
    if where is None:
        return f"Département inconnu : « {given.departement} »."
    told: dict[str, object] = dict(given.told)
    on = told_on if told else None
    if given.code:
        place = directory.get(given.code)
        return _official(place, source, told, on) if place else f"Code inconnu de l'annuaire : « {given.code} »."
    if not name:
        return "Il manque le nom."
    same = [one for one in _named(directory, name) if not where or one.departement == where]
    if len(same) == 1:
        return _official(same[0], source, told, on)
    if len(same) > 1:
        return "Plusieurs collectivités portent ce nom : ajoutez le département, ou le code."
    if not where:
        return ABSENT
    kind, people = _type(given.type), _number(given.population)
    place_of = place_key({"name": name, "departement": where})
    return NewExpected(place_of, name, kind, where, "", people, told, on, source)


def _named(directory: Directory, name: str) -> list[Place]:
    """Those that have that name, in full or as the directory abbreviates it; failing that, without what they are."""
    short = in_short(fold(name).strip())
    found = directory.named(name) or directory.named(short)
    return found or [one for kind in SHORT for one in directory.named(f"{kind} {short}")]


def _official(place: Place, source: str, told: dict[str, object], on: date | None) -> NewExpected:
    kind = library().definitions.current.questionnaire.territory.type_of(place.rows)
    type_id = kind.id if kind else ""
    return NewExpected(
        place.code, place.name, type_id, place.departement, place.code, place.population, told, on, source
    )


def _type(given: str) -> str:
    """The type of that name, or of that id; none where it is not one of ours."""
    types = library().definitions.current.questionnaire.territory.types
    return next((one.id for one in types if fold(given) in (fold(one.text), fold(one.id))), "") if given else ""


def _number(given: str) -> int | None:
    """« 50 000 » or « 50000.0 »; None for what is no number."""
    figures = re.sub(r"\s|[.,]0*$", "", given)
    known = figures.isascii() and figures.isdecimal() and len(figures) < LONGEST_NUMBER
    return int(figures) if known else None


@cache
def _departements_by_name(directory: Directory) -> dict[str, str]:
    return {fold(name): code for code, name in directory.departements.items()}


def departement_of(directory: Directory, given: str) -> str | None:
    """By code or by name; of several, the first. None when unknown."""
    by_name = _departements_by_name(directory)
    for text in (given, re.split(r"[,;|/]", given)[0].strip()):
        code = re.split(r"\s+[-–]\s+", text)[0].upper().zfill(2)
        found = code if code in directory.departements else by_name.get(fold(text))
        if found:
            return found
    return None
