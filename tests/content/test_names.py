"""Usual and official names find their authority (faults/11)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from selfassess.content.directory import USUAL, Directory, DirectoryError

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "questions/aect-pat/directory"
CASES = {
    one["id"]: one
    for one in json.loads((ROOT / "tests/faults/11_names_that_find_nothing.json").read_text("utf-8"))["cases"]
}
EXPECTED = {
    "11a": {"lhay les roses": "C94038", "lisle adam": "C95313", "villeneuve dascq": "C59009"},
    "11b": {
        "Collectivité territoriale de Martinique": "R02",
        "Collectivité territoriale de Guyane": "R03",
        "Département de Mayotte": "R06",
    },
    "11e": {"Stes Maries de la Mer": "C13096", "Sts Geosmes": "C52449"},
    "11f": {"Paris 12e": "C75056", "Lyon 3": "C69123", "Marseille 4e": "C13055"},
}
OTHERS = {
    "mairie de lhay les roses": "C94038",
    "LILE D'YEU": "C85113",
    "dhuison longueville": "C91198",
    "lhopital": "C57336",
    "Villeneuve lez Avignon": "C30351",
    "Aulnay ss bois": "C93005",
    "ND de Bondeville": "C76474",
    "Mt St Michel": "E200069425",
    "comcom du pays de bray": "E246000913",
    "collectivité unique de Corse": "R94",
    "Conseil départemental de Mayotte": "R06",
    "Corse-du-Sud": "R94",
    "Département de Paris": "C75056",
    "12e arrondissement de Paris": "C75056",
    "Paris XII": "C75056",
    "Lyon 3ème arr.": "C69123",
    "Marseille 13": "C13055",
    "Département du Rhône": "D69",
    "département de la Vienne": "D86",
    "Région Sud": "R93",
    "paca": "R93",
    "Eurométropole de Metz": "E200039865",
    "grand lyo": "E200046977",
    # Names that were found stay where they were.
    "lille": "C59350",
    "dax": "C40088",
    "laval": "C53130",
    "saint denis 93": "C93066",
    "lens": "C62498",
    "Nord 59": "D59",
}


@pytest.fixture(scope="module")
def directory() -> Directory:
    return Directory.load(FOLDER)


def test_11_the_cases_are_those_of_the_fault() -> None:
    given = {name: [case["q"], *case["also"]] for name, case in CASES.items()}
    assert given == {name: list(found) for name, found in EXPECTED.items()}


@pytest.mark.parametrize(
    ("query", "code"), [*(pair for found in EXPECTED.values() for pair in found.items()), *OTHERS.items()]
)
def test_11_the_authority_comes_first(directory: Directory, query: str, code: str) -> None:
    found = [place.code for place in directory.search(query)]
    assert found[:1] == [code] or (query == "saint denis 93" and code in found)


def test_usual_names_are_sourced_and_lead_somewhere(directory: Directory) -> None:
    rows = [line.split("\t") for line in (FOLDER / USUAL).read_text("utf-8").splitlines()[1:]]
    assert rows
    for name, code, source in rows:
        assert directory.get(code), name
        assert source
        assert directory.search(name, 1)[0].code == code, name
    assert len({name for name, _, _ in rows}) == len(rows)


@pytest.mark.parametrize(
    "row",
    ["Nulle part\tC00000\tCGCT", "Paris\tC75056", "Paris\tC75056\t", " \tC75056\tCGCT", "ctm\tR03\tAutre sens"],
)
def test_a_damaged_file_is_named(tmp_path: Path, row: str) -> None:
    for path in FOLDER.iterdir():
        shutil.copy(path, tmp_path / path.name)
    (tmp_path / USUAL).write_text(f"name\tcode\tsource\nCTM\tR02\tsigle\n{row}\n", "utf-8")
    with pytest.raises(DirectoryError, match=rf"ligne 3 .*{USUAL}"):
        Directory.load(tmp_path)
