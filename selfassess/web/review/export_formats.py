"""Files as CSV and JSON, written as they are read, and the dictionary of the columns.

A text that a spreadsheet would run as a formula, or take for a number or a date, begins with an apostrophe: answers are
typed by anyone, and leave as they were typed.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Select

from selfassess.core.answers.in_words import Cell
from selfassess.core.definition.edition import Edition
from selfassess.store import exporting
from selfassess.store.models import Submission
from selfassess.web.definitions import library
from selfassess.web.french import french
from selfassess.web.review.export_columns import columns
from selfassess.web.review.exported import ExportedFile
from selfassess.web.review.spreadsheet import run_as_formula, taken_for_a_value

BOM = "\ufeff"  # without it, spreadsheets in France read UTF-8 as something else
DICTIONARY = ("Colonne", "Sens", "Question posée", "Réponses possibles", "Dans le JSON", "Éditions")
NOTICES = (
    (
        "Format",
        "Une ligne par dossier, UTF-8, colonnes séparées par un point-virgule. Une cellule vide : sans réponse, "
        "ou question non posée. Plusieurs réponses sont séparées par une barre droite.",
    ),
    (
        "Apostrophe en tête",
        "Une cellule qui commence par =, +, -, @, une tabulation ou un retour à la ligne, même après des espaces ou "
        "en pleine largeur, est précédée d'une apostrophe pour qu'aucun tableur ne l'exécute. De même un texte qu'un "
        "tableur prendrait pour un nombre, une date, une heure, un montant ou « vrai », comme 2/3, 01 ou Mars 1. "
        "L'apostrophe n'est pas dans la réponse ; le JSON ne l'a pas. Les colonnes de nombres restent des nombres, "
        "celles de dates des dates.",
    ),
)


def safe(text: str) -> str:
    """The text of a cell, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if run_as_formula(text) else text


def csv_of(which: Select[Submission]) -> Iterator[bytes]:
    """One row per file, one chunk per row."""
    wanted = columns(_editions(which))
    yield _line([one.name for one in wanted], BOM)
    for kept in exporting.read(which):
        file = ExportedFile(kept)
        yield _line([one.read(file) for one in wanted])


def dictionary_of(which: Select[Submission]) -> Iterator[bytes]:
    """One row per column of `csv_of`."""
    yield _line(DICTIONARY, BOM)
    for name, meaning in NOTICES:
        yield _line([f"({name})", french(meaning), *[None] * 4])
    for one in columns(_editions(which)):
        yield _line([one.name, one.meaning, one.question, one.values, one.key, one.editions])


def json_of(which: Select[Submission], now: datetime) -> Iterator[bytes]:
    """One object, one file per line; of each, `edition`, `day` and `answers` can be read again by `evaluate`."""
    head = {"questionnaire": library().definitions.slug, "exported_at": now.isoformat(timespec="seconds")}
    yield _json(head)[:-1] + b', "files": ['
    between = b"\n"
    for kept in exporting.read(which):
        yield between + _json(ExportedFile(kept).as_json())
        between = b",\n"
    yield b"\n]}\n"


def _json(told: Mapping[str, object]) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")


def _line(cells: Iterable[Cell], before: str = "") -> bytes:
    written = io.StringIO(newline="")
    written.write(before)
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerow([_cell(one) for one in cells])
    return written.getvalue().encode("utf-8", "replace")


def _cell(cell: Cell) -> str | int | None:
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    if not isinstance(cell, str):
        return cell
    return f"'{cell}" if taken_for_a_value(cell) else safe(cell)


def _editions(which: Select[Submission]) -> Sequence[Edition]:
    """The editions of those files that this site has, oldest first; the current one when there is none."""
    definitions, used = library().definitions, set(exporting.editions(which))
    return [one for name, one in definitions.editions.items() if name in used] or [definitions.current]
