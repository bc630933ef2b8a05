"""The directory of authorities, on the real data; and what it says of damaged files."""

import gzip
import lzma
import random
import shutil
from pathlib import Path

import pytest

from selfassess.content.directory import Directory, DirectoryError, Place, inhabitants
from selfassess.content.folding import Column
from selfassess.core.definition.typography import fold

FOLDER = Path(__file__).parents[2] / "questions" / "aect-pat" / "directory"
TERRITORIES, DEPARTEMENTS = "territories.tsv.gz", "departements.tsv"
HEADER = "type\tcode\tname\tkind\tpopulation\tdepartement\tepci\tpostal"
NBSP, THIN = "\u00a0", "\u202f"


@pytest.fixture(scope="module")
def directory() -> Directory:
    return Directory.load(FOLDER)


def codes(places: list[Place]) -> list[str]:
    return [place.code for place in places]


def test_all_is_there(directory: Directory) -> None:
    rows = gzip.decompress((FOLDER / TERRITORIES).read_bytes()).decode("utf-8").splitlines()[1:]
    kinds = [row.split("\t")[0] for row in rows]
    counts = {kind: kinds.count(kind) for kind in sorted(set(kinds))}
    assert counts == {"commune": 34961, "departement": 94, "epci": 1266, "region": 24}
    assert len(directory) == len(rows)


def test_every_group_named_by_a_row_exists_and_every_row_can_be_read(directory: Directory) -> None:
    rows = gzip.decompress((FOLDER / TERRITORIES).read_bytes()).decode("utf-8").splitlines()[1:]
    for cells in (row.split("\t") for row in rows):
        place = directory.get(cells[1])
        assert place is not None
        assert (place.name, place.kind) == (cells[2], cells[3])
        assert place.population is not None
        assert bool(place.departement_name) == bool(cells[5])
        assert bool(place.epci_name) == bool(cells[6]), cells
        assert "'" not in place.label


def test_the_file_stays_small() -> None:
    assert (FOLDER / TERRITORIES).stat().st_size <= 600_000


def test_a_commune(directory: Directory) -> None:
    assert directory.search("mouans sartoux") == [
        Place(
            code="C06084",
            type="commune",
            kind="commune",
            name="Mouans-Sartoux",
            population=11015,
            departement="06",
            departement_name="Alpes-Maritimes",
            epci_name="CA du Pays de Grasse",
        )
    ]


@pytest.mark.parametrize("query", ["Saint-Denis", "saint denis", "ST DENIS", "  st-denis ", "Saint’Denis"])
def test_homonyms_come_first_and_are_told_apart(directory: Directory, query: str) -> None:
    labels = [place.label for place in directory.search(query)]
    assert labels[:4] == [
        "Saint-Denis (La Réunion) – commune",
        "Saint-Denis (Seine-Saint-Denis) – commune",
        "Saint-Denis (Aude) – commune",
        "Saint-Denis (Gard) – commune",
    ]


@pytest.mark.parametrize("query", ["saint denis 93", "st denis seine st", "93066", "C93066"])
def test_a_homonym_is_reached_by_its_departement_or_code(directory: Directory, query: str) -> None:
    assert "C93066" in codes(directory.search(query))


def test_hint_of_a_commune_of_greater_paris_names_its_nearest_group(directory: Directory) -> None:
    place = directory.get("C93066")
    assert place is not None
    assert place.hint == f"commune, 149{THIN}000{NBSP}habitants, Plaine Commune"


@pytest.mark.parametrize(
    ("query", "code", "label"),
    [
        ("metropole de lyon", "E200046977", "Métropole de Lyon (Rhône) – métropole"),
        ("CA du Cotentin", "E200067205", "CA du Cotentin (Manche) – communauté d’agglomération"),
        (
            "communauté d'agglomération du cotentin",
            "E200067205",
            "CA du Cotentin (Manche) – communauté d’agglomération",
        ),
        ("région bretagne", "R53", "Bretagne – région"),
        ("bretagne", "R53", "Bretagne – région"),
        ("martinique", "R02", "Martinique – collectivité unique"),
        ("département de la manche", "D50", "Manche – département"),
        ("conseil départemental du nord", "D59", "Nord – département"),
        ("mairie de rennes", "C35238", "Rennes (Ille-et-Vilaine) – commune"),
        ("plaine commune", "E200057867", None),
        ("région d'Audruicq", "E246200844", None),
        ("collectivité européenne d’alsace", "D6AE", None),
        ("oeuilly marne", "C51410", None),
        ("ile d yeu", "C85113", "L’Île-d’Yeu (Vendée) – commune"),
        ("paris", "C75056", "Paris – commune"),
        ("marseille", "C13055", None),
        ("lyon", "C69123", None),
        ("noumea", "C98818", None),
        ("mayotte", "R06", None),
        ("200 067 205", "E200067205", None),
        ("06370", "C06084", None),
    ],
)
def test_the_first_answer(directory: Directory, query: str, code: str, label: str | None) -> None:
    first = directory.search(query)[0]
    assert first.code == code
    assert label is None or first.label == label


def test_after_the_very_name_the_larger_come_first(directory: Directory) -> None:
    found = directory.search("rennes")
    assert codes(found)[:2] == ["C35238", "E243500139"]
    populations = [place.population or 0 for place in found[1:]]
    assert populations == sorted(populations, reverse=True)


def test_arrondissements_are_not_communes(directory: Directory) -> None:
    assert directory.get("C75101") is None
    assert codes(directory.search("lyon 1er arrondissement")) == ["C69123"]  # the city, which is a commune


def test_one_row_per_authority(directory: Directory) -> None:
    gone = ("D75", "D2A", "D2B", "D67", "D68", "D972", "D973", "D976", "C97701", "C97801")
    assert [code for code in gone if directory.get(code)] == []
    assert codes(directory.search("guadeloupe"))[:2] == ["D971", "R01"]


def test_the_rhone_is_counted_without_lyon(directory: Directory) -> None:
    rows = gzip.decompress((FOLDER / TERRITORIES).read_bytes()).decode("utf-8").splitlines()[1:]
    communes = [cells for row in rows if (cells := row.split("\t"))[0] == "commune"]
    lyon = sum(int(cells[4]) for cells in communes if cells[6] == "E200046977")
    rest = sum(int(cells[4]) for cells in communes if cells[5] == "69") - lyon
    found = [directory.get("D69"), directory.get("E200046977")]
    assert [place and place.population for place in found] == [rest, lyon]


@pytest.mark.parametrize("code", ["C06084", "c06084", " 06084 "])
def test_a_bare_insee_code_is_understood(directory: Directory, code: str) -> None:
    place = directory.get(code)
    assert place is not None
    assert place.code == "C06084"


@pytest.mark.parametrize("code", ["", "75", "53", "00000", "X", "é" * 300, "\x00", "\ud800", "C"])
def test_an_unknown_or_ambiguous_code_is_no_place(directory: Directory, code: str) -> None:
    assert directory.get(code) is None


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "-'’.",
        "\x00\x01\x1b",
        "\n\n|\t",
        "🥕🥖",
        "\ud800",
        "东京",
        "%' OU 1=1 --",
        ".*",
        "(" * 5000,
        "é" * 100_000,
        "ﷺ" * 200,
        "🥕 " * 60,
    ],
)
def test_hostile_text_finds_nothing_and_breaks_nothing(directory: Directory, query: str) -> None:
    assert directory.search(query) == []


def test_any_text_is_answered(directory: Directory) -> None:
    letters = "aeinrst -'’éœ\x00\n\t|0123456789🥕\ud800ß№"
    chance = random.Random(7)  # noqa: S311  # a fixed draw, nothing secret
    for _ in range(300):
        query = "".join(chance.choices(letters, k=chance.randint(0, 40)))
        assert len(directory.search(query, limit=5)) <= 5


def test_a_long_query_is_cut(directory: Directory) -> None:
    assert codes(directory.search("mouans sartoux" + " " * 86 + "zzz")) == ["C06084"]


@pytest.mark.parametrize(("limit", "count"), [(-1, 0), (0, 0), (1, 1), (3, 3), (25, 25)])
def test_limit(directory: Directory, limit: int, count: int) -> None:
    found = codes(directory.search("saint", limit=limit))
    assert len(found) == len(set(found)) == count


@pytest.mark.parametrize(
    ("population", "text"),
    [
        (None, ""),
        (0, f"0{NBSP}habitant"),
        (1, f"1{NBSP}habitant"),
        (523, f"523{NBSP}habitants"),
        (1250, f"1{THIN}300{NBSP}habitants"),
        (113_400, f"113{THIN}000{NBSP}habitants"),
        (2_103_778, f"2{THIN}104{THIN}000{NBSP}habitants"),
    ],
)
def test_inhabitants(population: int | None, text: str) -> None:
    assert inhabitants(population) == text


def test_fold() -> None:
    assert fold("L’Haÿ-les-Roses\nŒuf, St-Ste") == "l hay les roses\noeuf saint sainte"


def test_column() -> None:
    column = Column(["saint denis", "", "denis saint denis"])
    assert list(column.rows_with(" denis")) == [0, 2]
    assert list(column.rows_with(" denis\n")) == [0, 2]
    assert list(column.rows_with(" sai")) == [0, 2]
    assert (column[1], column.count(" denis")) == (" \n", 3)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in (TERRITORIES, DEPARTEMENTS):
        shutil.copy(FOLDER / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("name", [TERRITORIES, DEPARTEMENTS])
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(DirectoryError, match=rf"{name} est introuvable"):
        Directory.load(copy)


def _packed(*rows: str) -> bytes:
    return gzip.compress("\n".join((HEADER, *rows, "")).encode("utf-8"))


ROW = "commune\tC01001\tBourg\tcommune\t10\t01\t\t01000"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ((FOLDER / TERRITORIES).read_bytes()[:-2000], "est illisible"),
        ((FOLDER / TERRITORIES).read_bytes()[:5000] + b"\x00" * 5000, "est illisible"),
        (b"not packed", "est illisible"),
        (b"", "n’a pas les colonnes"),
        (lzma.compress(b"packed otherwise"), "est illisible"),
        (gzip.compress(b"\xff\xfe"), "est illisible"),
        (gzip.compress(b"type\tcode\n"), "n’a pas les colonnes"),
        (_packed(), "n’a pas les colonnes"),
        (_packed(ROW, "commune\tC01002"), "ligne 3 .* abîmée"),
        (_packed(ROW.replace("10\t", "dix\t")), "ligne 2 .* abîmée"),
        (_packed(ROW.replace("\t01\t", "\t999\t")), "ligne 2 .* abîmée"),
        (_packed(ROW, ROW), "deux fois"),
    ],
    ids=[f"damage{at}" for at in range(12)],  # two processes must give the tests the same names
)
def test_a_damaged_file_is_named(copy: Path, content: bytes, fault: str) -> None:
    (copy / TERRITORIES).write_bytes(content)
    with pytest.raises(DirectoryError, match=fault) as caught:
        Directory.load(copy)
    assert TERRITORIES in str(caught.value)


def test_an_unknown_population_stays_unknown(copy: Path) -> None:
    (copy / TERRITORIES).write_bytes(_packed(ROW.replace("\t10\t", "\t\t")))
    (place,) = Directory.load(copy).search("bourg")
    assert place.population is None
    assert place.hint == "commune"
