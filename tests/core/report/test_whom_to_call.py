"""Each territory is told its own bodies, and the national point where none was read."""

from __future__ import annotations

import pytest

from selfassess.content.directory import Directory
from selfassess.core.answers.answers import View
from selfassess.core.report.whom_to_call import contacts_of, who_to_call
from tests.definitions import QUESTIONS, SLUG, definitions, edition

OF_REGION = {
    "69": "RESACOOP", "25": "Bourgogne-Franche-Comté International", "35": "Bretagne Solidaire", "37": "Centraider",
    "57": "Gescod", "62": "Lianes Coopération", "14": "Horizons Solidaires", "33": "SO Coopération",
    "31": "Occitanie Coopération", "44": "Pays de la Loire Coopération Internationale", "06": "Territoires Solidaires",
    "971": "Karib Horizon",
}  # fmt: skip  # a table
NATIONAL = "Réseaux régionaux multi-acteurs (RRMA), point national"


def view(departement: str | None = None, code: str = "") -> View:
    place = {"name": "Territoire fictif", "type": "epci", "departement": departement, "code": code}
    return View(edition().questionnaire, {"territory": {key: value for key, value in place.items() if value}})


@pytest.mark.parametrize("departement", OF_REGION)
def test_the_network_of_the_region(departement: str) -> None:
    found = who_to_call(definitions(), view(departement))
    assert found.name.startswith(OF_REGION[departement])
    assert found.page


@pytest.mark.parametrize("departement", ["75", "2A", "972", "973", "974", "976", "975", None])
def test_the_national_point_where_none_was_read(departement: str | None) -> None:
    found = who_to_call(definitions(), view(departement))
    assert found.name == NATIONAL
    assert found.note is not None
    assert "rrma.fr" in found.note
    assert found.page == "https://rrma.fr/lanimation-territoriale"


def test_a_region_by_its_code() -> None:
    assert who_to_call(definitions(), view(code="R53")).name.startswith("Bretagne Solidaire")
    assert who_to_call(definitions(), view(code="R11")).name == NATIONAL


def test_every_departement_has_somebody_to_call_for_every_device() -> None:
    directory = Directory.load(QUESTIONS / SLUG / "directory")
    for departement in directory.departements:
        here = view(departement)
        assert who_to_call(definitions(), here).page
        for device in definitions().devices:
            found = contacts_of(definitions(), device, here)
            assert found, f"{device.id} in {departement}"
            assert len({one.name for one in found}) == len(found)


def test_a_telephone_is_told_where_one_was_read() -> None:
    found = who_to_call(definitions(), view("14"))
    assert found.phone == "02 31 84 39 09"


def names(device: str, departement: str) -> list[str]:
    found = next(one for one in definitions().devices if one.id == device)
    return [one.name for one in contacts_of(definitions(), found, view(departement))]


def test_the_secretariats_of_the_programmes_of_the_territory() -> None:
    assert "Secrétariat du programme Interreg France-Wallonie-Vlaanderen" in names("int_a", "62")
    both = names("int_a", "06")
    assert {
        "Secrétariat du programme Interreg ALCOTRA",
        "Secrétariat du programme Interreg Italie-France Marittimo",
    } < {*both}
    inland = names("int_a", "69")
    assert not [one for one in inland if one.startswith("Secrétariat du programme")]
    assert "Agence nationale de la cohésion des territoires (ANCT)" in inland


def test_the_secretariat_of_the_zone_where_no_small_format_was_read() -> None:
    for departement, expected in (("976", "Mayotte"), ("973", "Guyane"), ("25", "France-Suisse")):
        assert any(expected in one for one in names("int_micro", departement))
    assert "Agence nationale de la cohésion des territoires (ANCT)" in names("int_micro", "69")


def test_a_departement_that_supports_cooperation_stands_before_its_region() -> None:
    assert "Département des Pyrénées-Orientales" in names("cd_bilat", "66")
    assert "Département des Pyrénées-Orientales" not in names("cd_bilat", "31")
    assert [one for one in names("cd_bilat", "35") if one.startswith("Région Bretagne")]
    assert NATIONAL not in names("cd_bilat", "69")


def test_where_no_address_was_read_who_gives_it_is_told() -> None:
    found = next(one for one in definitions().devices if one.id == "int_a")
    caribbean = [one for one in contacts_of(definitions(), found, view("971")) if "Caraïbes" in one.name]
    assert [(one.through, one.page) for one in caribbean] == [
        ("Agence nationale de la cohésion des territoires (ANCT)", "https://anct.gouv.fr")
    ]
