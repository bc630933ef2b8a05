"""« Importer une liste »: looked at, then added at once or not at all; what it says is offered to the territory."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfassess.core.answers.typed import line
from selfassess.core.network.place import place_key
from selfassess.store.territories import expected
from selfassess.store.territories.expected import NewExpected
from selfassess.web.definitions import library
from selfassess.web.french import now, today
from tests.apart import visitor
from tests.desk import a_facilitator, a_network, log_in
from tests.fixtures.stores import BOTH
from tests.web.walker import Walker

pytestmark = pytest.mark.stores(*BOTH)

# As three public programs read the public list; the rest of its columns is made.
PUBLIC = [
    "id", "nom_administratif", "nom_usuel", "regions", "departement", "communes_code_insee",
    "niveaux_de_labelisation", "les_etapes_cles_conduites_et_realisees", "axes_thematiques",
    "un_dispositif_de_suivi_evaluation_a_t_il_ete_mis_en_place", "nombre_dhabitants_permanents_du_territoire",
]  # fmt: skip  # as they stand in a file
STAGES = "Concertation, Stratégie construite et validée, Mise en œuvre du premier plan d'action"
BRAI, AXES = "PETR du Pays de Brai", "Justice sociale, Urbanisme et aménagement, Tourisme"
ROWS = [
    ["1", "", BRAI, "Normandie", "Seine-Maritime", "76001, 76002", "Niveau 2", STAGES, AXES, "Oui", "61 000"],
    ["2", "", "Parc des Trois Brumes", "Normandie", "14", "14001, 76001", "Niveau 1", "", "", "Non", ""],
    ["3", "", "PAT d'ailleurs", "Bretagne", "Finistère", "", "", "", "", "", ""],
    ["4", "", "Sans lieu", "", "Atlantide", "", "", "", "", "", ""],
    ["5", "", "petr du pays de BRAI", "Normandie", "76", "", "", "", "", "", ""],
]  # fmt: skip  # likewise


@pytest.fixture
def desk(app: Flask) -> Walker:
    with app.app_context():
        network, walker = a_network(region="Normandie"), visitor(app)
        log_in(walker.client, a_facilitator(network))
    return walker


def bring(walker: Walker, data: bytes, name: str = "liste.csv") -> str:
    walker.get("/reseau/territoires/importer")
    form = walker.form("main form")
    values = {**dict(form.values), "list": (io.BytesIO(data), name)}
    walker._follow(walker.client.post(form.action, data=values, content_type="multipart/form-data"), form.action)
    return said(walker)


def said(walker: Walker) -> str:
    text = walker.page.css_first("main").text()
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def as_csv(rows: list[list[str]], encoding: str = "utf-8") -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows(rows)
    return written.getvalue().encode(encoding)


def names(app: Flask) -> list[str]:
    with app.app_context():
        return [one.name for one in expected.of_network(1)]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_the_public_list_is_read_by_region_looked_at_then_added(desk: Walker, app: Flask, encoding: str) -> None:
    told = bring(desk, as_csv([PUBLIC, *ROWS], encoding))
    assert desk.response.status_code == 200
    for one in (
        "2 territoires seraient ajoutés",
        "1 ligne laissée",
        "1 ligne refusée",
        "1 ligne hors de la région choisie",
        "Ligne 5 : Sans lieu. Département inconnu : « Atlantide ».",
        "Ligne 6 : petr du pays de BRAI. Déjà à la ligne 2.",
        "étape du PAT, label PAT, axes actifs, suivi du PAT",
    ):
        assert one in told, one
    assert names(app) == []
    form = desk.form("main form")
    desk.send(form, "add")
    assert desk.response.status_code == 422
    assert "Écrivez le jour de la liste" in said(desk)
    form = desk.form("main form")
    form.fill("on", "1/7/2025")
    desk.send(form, "add")
    assert "voici le compte, à relire" in said(desk)
    assert names(app) == []
    desk.send(desk.form("main form"), "add")
    assert desk.path == "/reseau/territoires"
    assert names(app) == ["Parc des Trois Brumes", "PETR du Pays de Brai"]


def test_columns_with_other_titles_are_chosen(desk: Walker, app: Flask) -> None:
    told = bring(desk, as_csv([["Lieu", "Où", "n°"], ["Grenoble-Alpes-Métropole", "", "1"], ["=1+1", "38", "2"]]))
    assert "Choisissez la colonne du nom" in told
    form = desk.form("main form")
    form.fill("column-name", "0")
    form.fill("column-departement", "1")
    desk.send(form, "read")
    assert "Ligne 3 : =1+1. Cette ligne commence comme une formule" in said(desk)
    desk.send(desk.form("main form"), "add")
    assert names(app) == ["Grenoble-Alpes-Métropole"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "vide"),
        (b"Nom", "n’a qu’une ligne"),
        (b"\x89PNG\r\n\x1a\n\0", "pas un tableau"),
        (as_csv([["Nom"], *([f"T {at}"] for at in range(10_000))]), "plus de 5000 lignes"),
    ],
    ids=["empty", "title", "picture", "long"],
)
def test_a_file_that_cannot_be_read_is_told(desk: Walker, app: Flask, data: bytes, told: str) -> None:
    assert told in bring(desk, data)
    assert desk.response.status_code == 422
    assert desk.page.css_first("title").text().startswith("Erreur")


def test_more_than_a_network_can_expect_is_told_and_nothing_added(
    desk: Walker, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expected, "MOST", 4)
    bring(desk, as_csv([["Nom", "Département"], *([f"T {at}", "76"] for at in range(expected.MOST + 1))]))
    desk.send(desk.form("main form"), "add")
    assert "c’est trop" in said(desk)
    assert names(app) == []


@pytest.mark.parametrize("cells", ["x", "eJwDAAAAAAE=", "eJyLjlZQio0FAAdTAf0="])
def test_a_form_that_is_not_ours_is_refused(desk: Walker, cells: str) -> None:
    bring(desk, as_csv([["Nom"], ["Bray"]]))
    form = desk.form("main form")
    form.values["cells"] = cells
    desk.check = False
    desk.send(form, "add")
    assert desk.response.status_code == 400


def test_who_is_not_logged_in_sends_no_more_than_elsewhere(app: Flask) -> None:
    data = {"list": (io.BytesIO(b"x" * 300_000), "x.csv")}
    assert app.test_client().post("/reseau/territoires/importer", data=data).status_code == 413


# What can be typed; of names, those that a list takes.
TEXT = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(
    ["=1", "'01", "1/2", "a;b", '"', "-x", "VRAI"]
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(TEXT, st.sampled_from(["01", "76", "2A", "974"]), st.none() | st.integers(0, 9_999_999), TEXT, TEXT),
        min_size=3,
        max_size=20,
    )
)
def test_import_and_export_lose_nothing(app: Flask, rows: list[tuple[str, str, int | None, str, str]]) -> None:
    with app.app_context():
        source, copy = a_network(f"Source {now()}"), a_network(f"Copie {now()}")
        types = [one.id for one in library().definitions.current.questionnaire.territory.types]
        typed = [f"{name} ; {where}" for name, where, *_ in rows]
        walker = visitor(app)
        walker.check = False
        log_in(walker.client, a_facilitator(source, copy, email=f"a{now().timestamp()}@reseau.example"))
        source_id, copy_id = source.id, copy.id
        made = []
        for at, (name, where, people, stage, axes) in enumerate(rows):
            place = place_key({"name": f"Pays {line(name)}", "departement": where})
            told = {one: line(text) for one, text in (("stage", stage), ("axes", axes)) if line(text)}
            kind = types[at % len(types)]
            row = NewExpected(place, line(f"Pays {name}"), kind, where, "", people, told, today() if told else None)
            made.append(row)
        official = library().directory.search("Dijon")[0]
        made.append(
            NewExpected(
                official.code, official.name, "commune", official.departement, official.code, official.population
            )
        )
        expected.expect(source_id, made, now())
    sheet = walker.client.get(f"/reseau/territoires.csv?reseau={source_id}").data
    bring_to(walker, sheet, copy_id)
    with app.app_context():
        kept = [
            [
                (one.place, one.name, one.type, one.departement, one.code, one.population, one.told, one.told_on)
                for one in expected.of_network(of)
            ]
            for of in (source_id, copy_id)
        ]
    assert kept[0] == kept[1], typed


def bring_to(walker: Walker, data: bytes, network: int) -> None:
    address = f"/reseau/territoires/importer?reseau={network}"
    walker.get(address)
    token = dict(walker.form("main form").values)["csrf_token"]
    values = {"csrf_token": token, "list": (io.BytesIO(data), "x.csv")}
    walker._follow(walker.client.post(address, data=values, content_type="multipart/form-data"), address)
    for action in ("read", "add"):
        form = walker.form("main form")
        form.fill("region", "")
        form.fill("on", today().isoformat())
        walker.send(form, action)
    assert walker.path == "/reseau/territoires", said(walker)


def test_what_the_list_says_is_offered_to_the_territory(desk: Walker, app: Flask) -> None:
    bring(desk, as_csv([PUBLIC, *ROWS]))
    for action in ("read", "add"):
        form = desk.form("main form")
        form.fill("on", "1/7/2025")
        desk.send(form, action)
    one = visitor(app)
    found = one.client.get("/territoires?q=pays+de+brai").json or []
    [code] = [row["code"] for row in found if row["label"].startswith("PETR du Pays de Brai (Seine-Maritime)")]
    one.start()
    one.click("Décrire votre territoire")
    form = one.form()
    form.values["territory"] = code
    one.send(form)
    assert one.response.status_code == 422
    form = one.form()
    assert (form.values["territory-free-name"], form.values["territory-free-departement"]) == (BRAI, "76")
    assert form.values["territory-free-population"] == "from_50k"
    form.fill("territory-free-type", "petr")
    one.send(form)
    assert one.response.status_code == 200
    one.get("/dossier/pat/stage")
    assert "D’après votre fiche France PAT du 1er juillet 2025" in said(one)
    assert "stage" not in one.form().values
    one.get("/dossier/pat/stage?fiche=1")
    assert one.form().values["stage"] == "s4"
