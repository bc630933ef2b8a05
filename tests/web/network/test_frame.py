"""« Territoires attendus »: typed a territory a line; what is added, left, refused; who answered."""

from __future__ import annotations

import pytest
from flask import Flask

from selfassess.store.territories.expected import answered, awaited, of_network
from tests.apart import visitor
from tests.desk import a_facilitator, a_network, a_sent_file, log_in
from tests.fixtures.stores import BOTH
from tests.web.profiles import INTERCOMMUNAL
from tests.web.walker import Walker

pytestmark = pytest.mark.stores(*BOTH)

HAND = {"name": "PETR du Pays de Brai", "type": "petr", "departement": "76", "band": "from_50k", "population": 50000}


@pytest.fixture
def desk(app: Flask) -> Walker:
    with app.app_context():
        network, walker = a_network(), visitor(app)
        log_in(walker.client, a_facilitator(network))
        walker.get("/reseau/territoires")
    return walker


def type_in(walker: Walker, text: str) -> str:
    form = walker.form("main form")
    form.fill("territories", text)
    walker.send(form, None)
    return " ".join(walker.page.css_first("main").text().replace("\u00a0", " ").replace("\u202f", " ").split())


def test_lines_are_added_left_or_refused_each_with_why(desk: Walker, app: Flask) -> None:
    lines = [
        "Grenoble-Alpes-Métropole",
        "PETR du Pays de Brai ; 76",
        "PETR  du pays de BRAI ; Seine-Maritime",
        "Saint-Denis",
        "Nulle-Part-sur-Rien",
        "Ailleurs ; 999",
        "; ; 200040715",
        " ; 76",
        "=SOMME(A1) ; 76",
        f"{'Long ' * 60} ; 76",
        "x ; ; E000000000",
    ]
    told = type_in(desk, "\n".join(lines))
    assert desk.response.status_code == 422
    for said in (
        "Ligne 1 : Grenoble-Alpes-Métropole. Trouvé dans l’annuaire officiel.",
        "Ligne 2 : PETR du Pays de Brai ; 76. Structure absente de l’annuaire.",
        "Ligne 3 : PETR du pays de BRAI ; Seine-Maritime. Déjà à la ligne 2.",
        "Ligne 4 : Saint-Denis. Plusieurs collectivités portent ce nom",
        "Ligne 5 : Nulle-Part-sur-Rien. Absent de l’annuaire : ajoutez son département.",
        "Ligne 6 : Ailleurs ; 999. Département inconnu : « 999 ».",
        "Ligne 7 : ; ; 200040715. Déjà à la ligne 1.",
        "Ligne 8 : ; 76. Il manque le nom.",
        "Ligne 9 : =SOMME(A1) ; 76. Cette ligne commence comme une formule",
        "Ce nom dépasse 200 caractères.",
        "Ligne 11 : x ; ; E000000000. Code inconnu de l’annuaire : « E000000000 ».",
    ):
        assert said in told, said
    kept = str(desk.form("main form").values["territories"]).splitlines()
    assert kept == [lines[at - 1] for at in (4, 5, 6, 8, 9, 10, 11)]
    with app.app_context():
        names = [one.name for one in awaited([1])]
    assert names == ["Grenoble-Alpes-Métropole", "PETR du Pays de Brai"]


def test_who_answered_is_told_on_each_page(desk: Walker, app: Flask) -> None:
    type_in(desk, "Grenoble-Alpes-Métropole\nPETR du Pays de Brai ; 76\nDijon")
    with app.app_context():
        from selfassess.store.networks import networks

        [mine] = networks()
        assert answered([mine.id]) == (0, 3)
        sent, _ = a_sent_file(mine, INTERCOMMUNAL)
        a_sent_file(mine, {**INTERCOMMUNAL, "territory": HAND})
        a_sent_file(a_network("Autre"), {**INTERCOMMUNAL, "territory": {**HAND, "name": "Ailleurs"}})
        assert answered([mine.id]) == (2, 3)
    page = desk.get("/reseau/territoires")
    assert "2 des 3" in page.css_first("main").text().replace("\u00a0", " ")
    assert f"/reseau/dossiers/{sent.reference}" in (page.html or "")
    assert "2 des" in (desk.get("/reseau/portrait").html or "")
    assert "Attendus, et sans dossier (1)" in (desk.get("/reseau/mois").html or "")


def test_one_is_taken_off_the_list_and_its_file_stays(desk: Walker, app: Flask) -> None:
    type_in(desk, "Grenoble-Alpes-Métropole\nDijon ; 21")
    with app.app_context():
        [first, _] = awaited([1])
    form = desk.form("form[action*=retirer]")
    form.values["territory"] = str(first.id)
    desk.send(form, None)
    with app.app_context():
        assert len(awaited([1])) == 1


def test_another_network_s_list_is_nobody_s_here(desk: Walker, app: Flask) -> None:
    with app.app_context():
        other = a_network("Autre réseau")
        other_id = other.id
    desk.check = False
    assert desk.client.get(f"/reseau/territoires?reseau={other_id}").status_code == 404


def test_names_in_full_are_those_of_the_directory(desk: Walker, app: Flask) -> None:
    told = type_in(desk, "Communauté d’agglomération de La Rochelle\nCA de la Rochelle\nSaint-Lô Agglo ; 50")
    assert "Ligne 2 : CA de la Rochelle. Déjà à la ligne 1." in told
    told = type_in(
        desk, "CC du Val-Rêvé ; 35\nCommunauté de communes du Val-Rêvé ; 35\nCommunauté de communes du Val-Rêvé"
    )
    assert "Ligne 2 : Communauté de communes du Val-Rêvé ; 35. Déjà à la ligne 1." in told
    assert "Ligne 3 : Communauté de communes du Val-Rêvé. Déjà attendu." in told
    with app.app_context():
        codes = [one.code[:1] for one in of_network(1)]
    assert codes == ["E", "E", ""]


def test_too_many_lines_are_told_and_nothing_is_added(desk: Walker, app: Flask) -> None:
    told = type_in(desk, "\n".join(f"Territoire {at} ; 76" for at in range(501)))
    assert "501 lignes" in told
    assert "c’est trop en une fois" in told
    with app.app_context():
        assert awaited([1]) == []
