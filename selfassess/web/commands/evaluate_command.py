"""`evaluate`: answers in JSON → their reading in JSON, the same that a file on the site would get."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import BinaryIO

import click
from flask import Flask
from flask.cli import with_appcontext

from selfassess.core.answers.answers import Fault, FaultCode, read, shown
from selfassess.core.definition.edition import Edition
from selfassess.core.definition.questionnaire import Questionnaire
from selfassess.core.reading.decision import decide
from selfassess.core.reading.reading import read_file
from selfassess.core.report.as_json import as_json
from selfassess.core.report.report import fingerprint
from selfassess.web.commands.groups import stop
from selfassess.web.definitions import Library, library
from selfassess.web.forms.territory_answer import answer_for
from selfassess.web.french import several, today

LARGEST = 2_000_000  # bytes; answers take a thousandth of it
MOST_TOLD = 100
KEYS = ("questionnaire", "edition", "day", "answers")
SENTENCES: dict[FaultCode, str] = {
    "not_a_mapping": "un objet {question: réponse} est attendu",
    "unknown_question": "« {given} » n'est pas une question de cette édition",
    "not_a_list": "une liste est attendue",
    "too_many": "{given} réponses au plus",
    "too_long": "{given} caractères au plus",
    "exclusive": "une réponse exclusive ne va avec aucune autre",
    "not_a_text": "un texte est attendu, pas « {given} »",
    "not_a_number": "un nombre entier positif, d'un milliard au plus, est attendu, pas « {given} »",
    "not_departements": "une liste de codes de départements est attendue, de un à vingt, pas « {given} »",
    "departement_elsewhere": "le territoire de ce code officiel n'est pas dans le département « {given} »",
    "unknown_departement": "aucun département n'a le code « {given} »",
    "not_an_option": "l'identifiant d'une réponse est attendu, pas « {given} »",
    "unknown_option": "« {given} » n'est pas une réponse possible",
    "not_a_territory": "un code officiel ou {name, type, departement, population} est attendu, pas « {given} »",
}


def register(app: Flask) -> None:
    app.cli.add_command(evaluate_file)


@click.command("evaluate")
@click.argument("file", type=click.File("rb"))
@with_appcontext
def evaluate_file(file: BinaryIO) -> None:
    """Lit les réponses de FILE (JSON, ou - pour l'entrée standard) et écrit la lecture en JSON."""
    try:
        found = evaluate(library(), file.read(LARGEST + 1), today())
    except InputRefused as error:
        stop(error.faults)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))


class InputRefused(Exception):  # noqa: N818  input refused, not a failure
    """`faults`: one French sentence per fault, in the order of the file, MOST_TOLD at most and then how many more."""

    def __init__(self, faults: Sequence[Fault | str]) -> None:
        super().__init__()
        self.faults = [one if isinstance(one, str) else sentence(one) for one in faults[:MOST_TOLD]]
        if len(faults) > MOST_TOLD:
            self.faults.append(f"et {several(len(faults) - MOST_TOLD, 'autre faute', 'autres fautes')}")


def evaluate(library: Library, raw: bytes, today: date) -> dict[str, object]:
    """The reading of `raw`, in the `evaluate` shape. Raises `InputRefused` with every fault."""
    definitions = library.definitions
    chosen, answers, day = received(library, raw, today)
    reading = read_file(chosen, definitions, answers)
    decision = decide(definitions, reading, day)
    return as_json(definitions, reading, decision, fingerprint(definitions, chosen, answers, {}, day))


def received(library: Library, raw: bytes, today: date) -> tuple[Edition, dict[str, object], date]:
    """The edition, the answers and the day that `raw` gives. Raises `InputRefused` with every fault."""
    given, faults = decode(raw), list[Fault | str]()
    faults += [f"{shown(key)} : clé inconnue (connues : {', '.join(KEYS)})" for key in given if key not in KEYS]
    definitions = library.definitions
    name = given.get("questionnaire", definitions.slug)
    if name != definitions.slug:
        faults.append(f"questionnaire : « {shown(name)} » est inconnu (connu : {definitions.slug})")
    edition = given.get("edition", definitions.current.id)
    chosen = definitions.editions.get(edition) if isinstance(edition, str) else None
    if chosen is None:
        faults.append(f"edition : « {shown(edition)} » est inconnue (connues : {', '.join(definitions.editions)})")
    day = _day(given.get("day"), today, faults)
    if "answers" not in given:
        faults.append("answers : il manque les réponses")
    answers: dict[str, object] = {}
    if chosen is not None and "answers" in given:
        answers, found = read(chosen.questionnaire, resolve(library, chosen.questionnaire, given["answers"], faults))
        faults += found
    if faults or day is None or chosen is None:
        raise InputRefused(faults)
    return chosen, answers, day


_SYNTAX = (
    ("Expecting value", "une valeur est attendue"),
    ("Expecting property name", "un nom entre guillemets doubles est attendu"),
    ("Expecting ',' delimiter", "il manque une virgule, ou un crochet ou une accolade n'est pas refermé"),
    ("Expecting ':' delimiter", "il manque un deux-points après le nom"),
    ("Illegal trailing comma", "une virgule est de trop"),
    ("Extra data", "il y a du texte en trop après la fin"),
    ("Unterminated string", "un guillemet n'est pas refermé"),
    ("Invalid control character", "un texte contient un retour à la ligne ou une tabulation"),
    ("Invalid \\", "une barre oblique inverse n'est pas doublée"),
)


def decode(raw: bytes) -> dict[str, object]:
    """A JSON object; line and column of the first fault otherwise."""
    if len(raw) > LARGEST:
        raise InputRefused([f"1:1: fichier trop grand : {LARGEST} octets au plus"])
    try:
        text = raw.decode("utf-8-sig")
        given = json.loads(text, object_pairs_hook=_once)
        json.dumps(given, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        words = next((words for sign, words in _SYNTAX if error.msg.startswith(sign)), error.msg)
        raise InputRefused([f"{error.lineno}:{error.colno}: JSON mal formé : {words}"]) from None
    except UnicodeError:
        raise InputRefused(["1:1: le fichier n'est pas écrit en UTF-8"]) from None
    except ValueError:  # a number of thousands of digits
        raise InputRefused(["1:1: JSON mal formé : un nombre est trop long"]) from None
    except RecursionError:
        raise InputRefused(["1:1: trop de niveaux imbriqués"]) from None
    if not isinstance(given, dict):
        raise InputRefused(["1:1: un objet JSON est attendu"])
    return given


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        times = Counter(name for name, _ in pairs)
        raise InputRefused(
            [f"{shown(name)} : la clé est écrite deux fois" for name, count in times.items() if count > 1]
        )
    return found


def _day(given: object, today: date, faults: list[Fault | str]) -> date | None:
    if given is None:
        return today
    try:
        if isinstance(given, str) and len(given) == len("2026-11-23"):
            return date.fromisoformat(given)
    except ValueError:
        pass
    faults.append(f"day : « {shown(given)} » n'est pas une date, écrivez par exemple 2026-11-23")
    return None


def resolve(library: Library, questionnaire: Questionnaire, answers: object, faults: list[Fault | str]) -> object:
    """The answers with the territory's official code turned into what the directory knows of it."""
    name = questionnaire.territory.id
    if not isinstance(answers, dict) or not isinstance(code := answers.get(name), str):
        return answers
    found = answer_for(questionnaire.territory, library.directory, code)
    if found is None:
        faults.append(f"answers.{name} : aucune collectivité n'a le code « {shown(code)} »")
    return {**answers, name: found}


def sentence(fault: Fault) -> str:
    return f"{fault.path} : {SENTENCES[fault.code].replace('{given}', fault.given)}"
