"""« Ce mois-ci », from the files of the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from selfassess.web.french import now
from tests.apart import visitor
from tests.desk import a_facilitator, a_network, a_sent_file, log_in
from tests.fixtures.stores import BOTH
from tests.web.profiles import INTERCOMMUNAL
from tests.web.walker import Walker

pytestmark = pytest.mark.stores(*BOTH)


def read(walker: Walker) -> str:
    return walker.get("/reseau/mois").html or ""


def test_the_page_names_who_waits_and_each_territory_once(app: Flask) -> None:
    with app.app_context():
        mine, other = a_network(), a_network("Autre réseau")
        me = a_facilitator(mine)
        old, _ = a_sent_file(mine, INTERCOMMUNAL, at=now() - timedelta(days=20))
        a_sent_file(other, INTERCOMMUNAL)
        walker = visitor(app)
        log_in(walker.client, me)
        page = read(walker)
        assert page.count(f"/reseau/dossiers/{old.reference}") >= 1
        assert "Vous attendent depuis plus de quatorze jours" in page
        again, _ = a_sent_file(mine, INTERCOMMUNAL)
        page = read(walker)
        assert again.place == old.place
        assert f"/reseau/dossiers/{old.reference}" not in page


def test_a_network_without_a_file_is_told_so(app: Flask) -> None:
    with app.app_context():
        me = a_facilitator(a_network())
        walker = visitor(app)
        log_in(walker.client, me)
        page = read(walker)
    assert "Personne." in page
    assert "il faut au moins trois territoires" in page
