"""Files as a workbook, as CSV and as JSON, written as they are read.

In CSV, a text that a spreadsheet would run as a formula, or take for a number or a date, begins with an apostrophe; in
a workbook each cell says that it is a text. Answers are typed by anyone, and leave as they were typed but for spaces
that no break may follow, which become plain, so that a filter typed on a keyboard finds them.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from sqlalchemy import Select

from selfassess.content.spreadsheet import guarded
from selfassess.core.answers.in_words import Cell
from selfassess.store import exporting
from selfassess.store.models import Submission
from selfassess.web.definitions import library
from selfassess.web.export.exported import ExportedFile
from selfassess.web.export.sheets import DICTIONARY, Sheet, dictionary, lines_of, sheets

BOM = "\ufeff"  # without it, spreadsheets in France read UTF-8 as something else
MOST_FILES = 10_000  # of a workbook
LINKED_LINES = 30_000  # of a sheet, which holds 65,530 links: two on a line at the most
LONGEST_CELL = 32_767  # of the format, in units of UTF-16: an emoji counts for two
CUT = " … (suite dans le JSON)"
DICTIONARY_WIDTHS = (16, 32, 20, 48, 48)
DICTIONARY_SLUG = "dictionnaire"
NO_CELL_HOLDS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML has no such signs
READ_AS_A_SIGN = re.compile("_x(?=[0-9A-Fa-f]{4}_)")  # « _x0041_ » typed is read « A », unless its « _ » is written so
PLAIN = str.maketrans({"\u202f": " ", "\u00a0": " "})
WIDEST, NARROWEST = 48, 10  # columns, in letters
LONGEST_DAY = 20  # letters of a day with its hour: in a column less wide, tables show « ### » in its place
HEAD = Font("Calibri", 11, bold=True)  # the font of the other cells, where nothing is said
LINKED = Font("Calibri", 11, underline="single", color="0B5A8A")
NOTICES = (
    (
        "Texte très long",
        "Une cellule du classeur tient 32 767 signes. Au-delà, elle finit par « … (suite dans le JSON) » ; le JSON et "
        "le CSV ont le texte entier.",
    ),
    (
        "Réponses différentes",
        "Deux services ont répondu différemment et personne n'a choisi : la cellule commence par « (réponses "
        "différentes) » et dit les deux. La lecture n'en compte aucune.",
    ),
    (
        "Format",
        "Une cellule vide : sans réponse, ou question non posée. Plusieurs réponses sont séparées par une barre "
        "droite. Le CSV est en UTF-8, colonnes séparées par un point-virgule.",
    ),
    (
        "Apostrophe en tête",
        "Dans le CSV seulement : une cellule qui commence par =, +, -, @, une tabulation ou un retour à la ligne est "
        "précédée d'une apostrophe pour qu'aucun tableur ne l'exécute. De même un texte qu'un tableur prendrait pour "
        "un nombre, une date, une heure, un montant ou « vrai », comme 2/3, 01 ou Mars 1. L'apostrophe n'est pas dans "
        "la réponse ; le classeur et le JSON ne l'ont pas.",
    ),
)


class TooManyError(Exception):
    """More files than a workbook holds: `count`."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def plain(cell: Cell) -> Cell:
    return cell.translate(PLAIN) if isinstance(cell, str) else cell


def known_sheets() -> dict[str, Sheet]:
    return {one.slug: one for one in sheets(library().definitions)}


# ---- CSV ---------------------------------------------------------------------------------------------------------


def csv_of(which: Select[Submission], slug: str) -> Iterator[bytes]:
    """One sheet, a chunk per file. Raises KeyError for a sheet that there is not."""
    sheet = known_sheets()[slug]
    yield csv_line([one.name for one in sheet.columns], BOM)
    for file in lines_of(which):
        yield b"".join(csv_line(cells) for cells in sheet.lines(file))


def dictionary_csv() -> Iterator[bytes]:
    """One row per column of each sheet."""
    yield csv_line(DICTIONARY, BOM)
    for name, meaning in NOTICES:
        yield csv_line([None, f"({name})", None, meaning, None])
    for row in dictionary(library().definitions):
        yield csv_line(row)


def csv_line(cells: Iterable[Cell], before: str = "") -> bytes:
    written = io.StringIO(newline="")
    written.write(before)
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerow([_cell(plain(one)) for one in cells])
    return written.getvalue().encode("utf-8", "replace")


def _cell(cell: Cell) -> str | int | None:
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    if not isinstance(cell, str):
        return cell
    return guarded(cell)


# ---- Workbook ----------------------------------------------------------------------------------------------------


def workbook_of(which: Select[Submission]) -> bytes:
    """All the sheets, some 700 bytes a file. Files are read once. Raises TooManyError."""
    if (count := exporting.count(which)) > MOST_FILES:
        raise TooManyError(count)
    book, known = Workbook(write_only=True), known_sheets().values()
    pages = [(sheet, _page(book, sheet.title, [(one.name, one.width) for one in sheet.columns])) for sheet in known]
    ends = Counter(one.slug for one in known)  # the last line of each, its head the first
    for file in lines_of(which):
        for sheet, page in pages:
            links = [one.link(file) if one.link else None for one in sheet.columns]
            for cells in sheet.lines(file):
                told = links if ends[sheet.slug] <= LINKED_LINES else [None] * len(links)
                page.append([_typed(page, *one) for one in zip(cells, told, strict=True)])
                ends[sheet.slug] += 1
    for sheet, page in pages:
        _filtered(page, len(sheet.columns), ends[sheet.slug])
    last = _page(book, "Dictionnaire", list(zip(DICTIONARY, DICTIONARY_WIDTHS, strict=True)))
    rows: list[Sequence[Cell]] = [[None, f"({name})", None, meaning, None] for name, meaning in NOTICES]
    rows += dictionary(library().definitions)
    for cells in rows:
        last.append([_typed(last, one) for one in cells])
    _filtered(last, len(DICTIONARY), len(rows) + 1)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _page(book: Workbook, title: str, names: Sequence[tuple[str, int]]) -> WriteOnlyWorksheet:
    """`names`: of columns, each with its least width."""
    page = book.create_sheet(title)
    page.freeze_panes = "C2"
    for at, (name, width) in enumerate(names, 1):
        least = LONGEST_DAY if name.endswith(" le") else max(width, NARROWEST)
        page.column_dimensions[get_column_letter(at)].width = min(max(len(name) + 2, least), WIDEST)
    head = [_typed(page, name) for name, _ in names]
    for cell in head:
        cell.font = HEAD
    page.append(head)
    return page


def _filtered(page: WriteOnlyWorksheet, columns: int, end: int) -> None:
    """A filter reaches the lines that it names and no other, so it is laid once they are all written."""
    page.auto_filter.ref = f"A1:{get_column_letter(columns)}{end}"


def _typed(page: WriteOnlyWorksheet, cell: Cell, link: str | None = None) -> WriteOnlyCell:
    """A text is a text, whatever it begins with; signs that the format does not hold are left out. `link`: of ours."""
    value = plain(cell)
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
    if not isinstance(value, str):
        return WriteOnlyCell(page, value)
    made = WriteOnlyCell(page)
    made._value = READ_AS_A_SIGN.sub("_x005F_x", _fitting(NO_CELL_HOLDS.sub("", value)))
    made.data_type = "s"
    if link is not None:
        made.hyperlink, made.font = link, LINKED
    return made


def _fitting(text: str) -> str:
    """Cut where a cell ends, and it is said."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_CELL:
        return text
    return units[: 2 * (LONGEST_CELL - len(CUT))].decode("utf-16-le", "ignore") + CUT


# ---- JSON --------------------------------------------------------------------------------------------------------


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
