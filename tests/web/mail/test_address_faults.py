"""A refused address says why (faults/13)."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from selfassess.store.mails import valid_address
from selfassess.web.mail.address_faults import address_fault
from selfassess.web.settings import ROOT
from tests.desk import a_facilitator, a_file, a_network
from tests.web.walker import Walker

FAULT = json.loads((ROOT / "tests/faults/13_address_refused_without_its_reason.json").read_text("utf-8"))
PLACE = {"name": "PETR du Pays de Brai", "type": "petr", "departement": "76", "band": "from_50k", "population": 50000}
TOLD = {"13a": "Les accents ne sont pas acceptés", "13b": "Écrivez une seule adresse"}
OTHERS = [
    ("", "Écrivez une adresse e-mail"),
    ("a.b@créteil.fr", "« é »"),
    ("иван@mairie.fr", "autres alphabets"),
    ("a.b@mairie.fr, c.d@mairie.fr", "une seule adresse"),
    ("a.b@mairie.fr c.d@mairie.fr", "une seule adresse"),
    ("a.b@mairie.fr ou c.d@mairie.fr", "une seule adresse"),
    ("a.b@mairie.fr/c.d@mairie.fr", "une seule adresse"),
    ("a.b@mairie.fr;", "« ; »"),
    ("a@@mairie.fr", "un seul signe « @ »"),
    ("a b@mairie.fr", "pas d’espace"),
    ("a.b @mairie.fr", "pas d’espace"),
    ("mairie.fr", "Il manque le signe « @ »"),
    ("http://mairie.fr", "Il manque le signe « @ »"),
    ("a.b(at)mairie.fr", "Il manque le signe « @ »"),
    ("@mairie.fr", "avant « @ »"),
    ("a.b@", "après « @ »"),
    ("a.b@mairie", "Il manque la fin"),
    ("a.b@mairie.fr.", "finit par un point"),
    ("a.b.@mairie.fr", "juste avant ou après « @ »"),
    (".a@mairie.fr", "au début"),
    ("a..b@mairie.fr", "Deux points se suivent"),
    ("Prénom Nom <a.b@mairie.fr>", "autour : a.b@mairie.fr."),
    ("<a.b@mairie.fr>", "autour : a.b@mairie.fr."),
    ("mailto:a.b@mairie.fr", "sans « mailto: »"),
    ("a.b@mairie_x.fr", "après « @ » : « _ »"),
    ("a.b@mairie.fr’", "« ’ »"),
    ("a.b@mairie.f", "« mairie.f »"),
    ("a.b@1.2.3.4", "« 1.2.3.4 »"),
    ("a.b@-mairie.fr", "« -mairie.fr »"),
    ("a" * 65 + "@mairie.fr", "retirez 1 caractère"),
    ("a@" + "b" * 260 + ".fr", "retirez 11 caractères"),
]


@pytest.mark.parametrize(("address", "told"), [*((one["email"], TOLD[one["id"]]) for one in FAULT["cases"]), *OTHERS])
def test_13_a_refused_address_says_why(address: str, told: str) -> None:
    assert not valid_address(address)
    fault = address_fault(address)
    assert fault is not None
    assert told in fault.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("address", ["a@b.fr", "prenom.nom+pat@mairie-de-x.fr", "o'neil@x.example"])
def test_13_a_good_one_is_not(address: str) -> None:
    assert address_fault(address) is None


def test_13_each_form_tells(app: Flask, walker: Walker) -> None:
    with app.app_context():
        a_facilitator(a_network())
        _, token = a_file({"territory": PLACE})
    walker.get(f"/reprendre/{token}")
    walker.click("envoyer l’autodiagnostic à un réseau")
    form = walker.form("#envoi")
    for case in FAULT["cases"]:
        form.fill("email", case["email"])
        walker.send(form, None)
        assert walker.response.status_code == 422
        assert any(TOLD[case["id"]] in one for one in walker.errors)
        assert walker.form("#envoi").values["email"] == case["email"]
    for url in ("/reseau/connexion", "/reseau/mot-de-passe"):
        walker.get(url)
        form = walker.form("main form")
        form.fill("email", "prénom.nom@mairie.fr")
        walker.send(form, None)
        assert any(TOLD["13a"] in one for one in walker.errors), url
        assert walker.form("main form").values["email"] == "prénom.nom@mairie.fr"
    done = app.test_cli_runner().invoke(args=["facilitator", "add", "prénom@x.fr", "--network", "x"])
    assert done.exit_code
    assert TOLD["13a"] in done.output
