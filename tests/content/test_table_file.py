"""Lists that people bring: every format read alike, and what is made to harm refused in words."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from selfassess.content.table_file import LARGEST_CONTENT, LARGEST_FILE, MOST_COLUMNS, MOST_ROWS, TableError, read_table

ROWS = [["Nom", "Dépt"], ["PETR du Pays de Bray", "76"], ["Île d’Yeu ; « cœur »", "01"]]
XMLNS = " ".join(
    f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "table", "text")
)


def csv_of(rows: list[list[str]], separator: str = ";") -> str:
    return "\r\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows)


def xlsx(rows: list[list[object]]) -> bytes:
    book, made = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(made)
    return made.getvalue()


def zipped(**members: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return made.getvalue()


def ods(table: str, before: str = "") -> bytes:
    content = f"{before}<office:document-content {XMLNS}><office:body><office:spreadsheet><table:table>{table}"
    end = "</table:table></office:spreadsheet></office:body></office:document-content>"
    return zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet", content_xml=content + end)


def ods_row(*cells: str) -> str:
    within = "".join(f"<table:table-cell><text:p>{one}</text:p></table:table-cell>" for one in cells)
    return f"<table:table-row>{within}</table:table-row>"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_of_any_encoding_and_separator(encoding: str, separator: str) -> None:
    assert read_table(csv_of(ROWS, separator).encode(encoding)) == ROWS


def test_the_three_formats_say_the_same() -> None:
    assert read_table(xlsx(ROWS)) == read_table(ods("".join(ods_row(*one) for one in ROWS))) == ROWS


def test_cells_are_read_as_their_author_sees_them() -> None:
    at = datetime(2025, 7, 1, 8, 30)  # noqa: DTZ001  as a workbook keeps it
    given = [["a", "b", "c", "d", "e"], [5.0, True, date(2025, 7, 1), at, 1.5]]
    assert read_table(xlsx(given))[1] == ["5", "Oui", "2025-07-01", "2025-07-01T08:30:00", "1.5"]
    assert read_table(b"Nom;Code\n'=x;'01\n") == [["Nom", "Code"], ["=x", "01"]]


def test_empty_lines_and_columns_go_and_short_ones_are_filled() -> None:
    assert read_table(b"\n;;\nNom;Code;;\n;;\nBray\n") == [["Nom", "Code"], ["Bray", ""]]
    repeated = '<table:table-row table:number-rows-repeated="1048576"><table:table-cell'
    repeated += ' table:number-columns-repeated="16384"/></table:table-row>'
    assert read_table(ods(ods_row("Nom") + repeated + ods_row("Bray"))) == [["Nom"], ["Bray"]]


BOMB = "<!DOCTYPE x [" + '<!ENTITY a "aaaaaaaaaa">' + '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">' + "]>"
MANY = '<table:table-row table:number-rows-repeated="1048576"><table:table-cell><text:p>x</text:p></table:table-cell>'
WIDE = '<table:table-row><table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'


def strange_workbook() -> bytes:
    """A sheet with an entity in a cell."""
    given, made = zipfile.ZipFile(io.BytesIO(xlsx([["Nom"], ["Bray"]]))), io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in given.namelist():
            text = given.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = BOMB.encode() + text.replace(b"Bray", b"&b;")
            archive.writestr(name, text)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "vide"),
        (b" \n ", "vide"),
        (b";;\n;;", "aucune ligne"),
        (b"x" * (LARGEST_FILE + 1), "trop lourd"),
        (b"\xd0\xcf\x11\xe0old", "ancienne version d'Excel"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "pas un tableau"),
        (b'Nom\n"ouvert', "guillemet"),
        (b"Nom\n" + b"x" * 200_000, "trop longue"),
        (b"Nom\n" + b"x\n" * (MOST_ROWS + 2), f"plus de {MOST_ROWS} lignes"),
        (b";".join([b"x"] * (MOST_COLUMNS + 1)), "colonnes"),
        (b"PK\x03\x04" + b"x" * 50, "abîmé"),
        (xlsx(ROWS)[:-80], "abîmé"),
        (zipped(readme="x"), "ni un classeur"),
        (zipped(xl__workbook_xml="<x/>", big="x" * (LARGEST_CONTENT + 1)), "trop gros"),
        (ods(MANY + "</table:table-row>"), f"plus de {MOST_ROWS} lignes"),
        (ods(WIDE + "</table:table-row>"), "colonnes"),
        (ods(ods_row("&b;"), BOMB), "entités"),
        (strange_workbook(), "abîmé"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_cannot_be_read_is_told(data: bytes, told: str) -> None:
    with pytest.raises(TableError, match=told):
        read_table(data)
