"""A list that somebody brings, as CSV, XLSX or ODS: its cells as text, or why it cannot be read.

Apart: everything here is written against files made to harm (a zip or XML bomb, a table of a million columns).
"""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import islice

import openpyxl
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from selfassess.content.spreadsheet import unguarded

MOST_ROWS, MOST_COLUMNS = 5000, 120
LONGEST_CELL = 1000  # what comes after is left: the columns that are used are shorter
LARGEST_FILE = 5 * 1024 * 1024
LARGEST_CONTENT = 40 * 1024 * 1024  # of a compressed file, once open
SEPARATORS = ";,\t|"
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_OFFICE, _TABLE, _TEXT = (f"{{urn:oasis:names:tc:opendocument:xmlns:{one}:1.0}}" for one in ("office", "table", "text"))
DAMAGED = "Ce fichier est abîmé : ouvrez-le dans votre tableur, enregistrez-le à nouveau, puis recommencez."

Rows = list[list[str]]


class TableError(Exception):
    """Why the file cannot be read, in French, for who brought it."""


def read_table(data: bytes) -> Rows:
    """The rows that hold something, the first one of titles; all of the same length. TableError: what is wrong."""
    if not data.strip():
        raise TableError("Ce fichier est vide.")
    if len(data) > LARGEST_FILE:
        raise TableError(f"Ce fichier est trop lourd : {LARGEST_FILE // 1024 // 1024} Mo au plus.")
    if data.startswith(OLD_EXCEL):
        raise TableError("Ce fichier vient d'une ancienne version d'Excel : enregistrez-le en .xlsx ou en CSV.")
    found = _bounded(_zipped(data) if data.startswith(ZIP) else _csv(_decoded(data)))
    if not found:
        raise TableError("Ce fichier ne contient aucune ligne.")
    width = max(map(len, found))
    return [row + [""] * (width - len(row)) for row in found]


def _bounded(rows: Iterable[Iterable[str]]) -> Rows:
    found: Rows = []
    for row in rows:
        cells = [unguarded(" ".join(one.split())[:LONGEST_CELL]) for one in islice(row, MOST_COLUMNS + 1)]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise TableError(f"Ce tableau a plus de {MOST_COLUMNS} colonnes : ne gardez que celles qui servent.")
        if cells:
            found.append(cells)
        if len(found) > MOST_ROWS + 1:
            raise TableError(f"Ce tableau a plus de {MOST_ROWS} lignes : n'y gardez que votre région.")
    return found


def _decoded(data: bytes) -> str:
    """UTF-8, as the web writes; UTF-16 that says so; else what Excel writes in France."""
    marks = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    for encoding in ("utf-16",) if data.startswith(marks) else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise TableError("Ce fichier n'est pas un tableau que nous savons lire : apportez un CSV, un XLSX ou un ODS.")


def _csv(text: str) -> Iterator[list[str]]:
    first = text.lstrip().split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        told = f'La ligne {reader.line_num} de ce fichier ne se lit pas : un guillemet droit (") y est mal placé'
        raise TableError(f"{told}, ou une cellule est trop longue.") from error


def _zipped(data: bytes) -> Iterator[Iterable[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {one.filename: one for one in archive.infolist()}
            if sum(one.file_size for one in members.values()) > LARGEST_CONTENT or len(members) > MOST_ROWS:
                raise TableError("Ce fichier compressé est trop gros une fois ouvert : apportez un CSV.")
            if "xl/workbook.xml" in members:
                yield from _xlsx(data)
            elif "mimetype" in members and archive.read("mimetype").startswith(ODS):
                yield from _ods(archive)
            else:
                raise TableError("Ce fichier compressé n'est ni un classeur XLSX, ni un classeur ODS.")
    except DefusedXmlException as error:
        raise TableError("Ce fichier contient des entités XML, que nous refusons : apportez un CSV.") from error
    except TableError:
        raise
    except Exception as error:  # a damaged workbook breaks its reader in any way
        raise TableError(DAMAGED) from error


def _xlsx(data: bytes) -> Iterator[Iterable[str]]:
    """The first sheet that holds something; of a formula, what it gave."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        for sheet in book.worksheets:
            rows = sheet.iter_rows(max_row=4 * MOST_ROWS, max_col=MOST_COLUMNS + 1, values_only=True)
            some = False
            for row in rows:
                if any(one is not None for one in row):
                    some = True
                    yield map(_said, row)
            if some:
                return
    finally:
        book.close()


def _said(value: object) -> str:
    """A cell as its author reads it: no « .0 » after a whole number, no midnight after a day."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Oui" if value else "Non"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _ods(archive: zipfile.ZipFile) -> Iterator[list[str]]:
    """The first table. A row or a cell said to be repeated is repeated no more than can be read."""
    with archive.open("content.xml") as content:
        for _, element in iterparse(content, events=("end",)):
            if element.tag == f"{_TABLE}table-row":
                row = list(islice(_cells(element), MOST_COLUMNS + 1))
                times = _repeated(element, "rows") if any(row) else 1
                element.clear()
                for _ in range(min(times, MOST_ROWS + 2)):
                    yield row
            elif element.tag == f"{_TABLE}table":
                return


def _cells(row: object) -> Iterator[str]:
    for cell in row:  # type: ignore[attr-defined]  # an element, which defusedxml does not type
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        text = " ".join("".join(_shown(one)) for one in cell if one.tag == f"{_TEXT}p")
        text = cell.get(f"{_OFFICE}date-value", "").removesuffix("T00:00:00") or text
        for _ in range(min(_repeated(cell, "columns"), MOST_COLUMNS + 1)):
            yield text


def _shown(paragraph: object) -> Iterator[str]:
    """Its text, where spaces may be marks."""
    for one in paragraph.iter():  # type: ignore[attr-defined]  # likewise
        yield " " if one.tag in (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break") else one.text or ""
        if one is not paragraph:
            yield one.tail or ""


def _repeated(element: object, of: str) -> int:
    told = element.get(f"{_TABLE}number-{of}-repeated", "1")  # type: ignore[attr-defined]  # likewise
    return int(told) if told.isdecimal() and len(told) < 9 else 1
