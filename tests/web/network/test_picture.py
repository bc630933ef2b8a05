"""« Le réseau », as a page: each count leads to its files, and what leaves the network names nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from selfassess.web.report import pdf
from tests.apart import visitor
from tests.desk import a_facilitator, a_network, a_sent_file, log_in
from tests.fixtures.pdf import CheckPdf, text_of
from tests.fixtures.stores import BOTH
from tests.web.profiles import EARLY, INTERCOMMUNAL

pytestmark = pytest.mark.stores(*BOTH)


def test_every_count_leads_to_its_files(app: Flask) -> None:
    with app.app_context():
        mine, other = a_network(), a_network("Autre réseau")
        me = a_facilitator(mine)
        seen = [a_sent_file(mine, one)[0] for one in (EARLY, INTERCOMMUNAL)]
        hidden, _ = a_sent_file(other, EARLY)
        walker = visitor(app)
        log_in(walker.client, me)
        page = walker.get("/reseau/portrait")
        text = page.html or ""
        for one in seen:
            assert f"/reseau/dossiers/{one.reference}" in text
        assert hidden.reference not in text
        assert "2 territoires" in walker.text.replace("\u00a0", " ")
        assert page.css_first(".app-picture__area--1")
        given = walker.get("/reseau/portrait?version=diffusion")
        told = given.css_first("main").text()
        assert not any(one.reference in (given.html or "") or one.name in told for one in seen)
        assert not given.css(".app-picture__map, .app-picture__table")
        assert "il n’y a rien à diffuser encore" in told
        for table in page.css(".app-picture__table"):
            for row in table.css("tbody tr")[:2]:
                link = row.css_first("details p a").attributes["href"] or ""
                count = row.css_first("summary").text().split("\u00a0")[0].split()[0]
                assert len(walker.get(link).css("tbody tr")) == int(count), link
        assert "Aucune lecture n’est validée" in (walker.get("/reseau/portrait?lecture=relue").html or "")


def test_what_is_kept_alone_stays_so_in_links_and_documents(app: Flask) -> None:
    with app.app_context():
        network = a_network()
        me = a_facilitator(network)
        early, other = (a_sent_file(network, one)[0] for one in (EARLY, INTERCOMMUNAL))
        walker = visitor(app)
        log_in(walker.client, me)
        kept = "/reseau/portrait?region=Auvergne-Rh%C3%B4ne-Alpes"
        page = walker.get(kept)
        text = page.html or ""
        seen = {one.reference for one in (early, other) if f"/reseau/dossiers/{one.reference}" in text}
        assert seen == {other.reference}
        assert "Seulement\u00a0: Auvergne-Rhône-Alpes." in page.css_first("main").text()
        links = {one.attributes["href"] for one in page.css(".app-picture__choices a, a[href*='/portrait.']")}
        assert {one for one in links if "diffusion" not in (one or "")} == {
            one for one in links if "region=" in (one or "")
        }
        drawn = walker.client.get(kept.replace("portrait", "portrait.pdf"))
        assert (drawn.status_code, drawn.mimetype, drawn.data[:5]) == (200, "application/pdf", b"%PDF-")
        odt = walker.client.get(kept.replace("portrait", "portrait.odt"))
        assert (odt.status_code, odt.data[:2]) == (200, b"PK")
        assert "Aucun dossier ne répond à ces critères" in (walker.get("/reseau/portrait?region=Ailleurs").html or "")
        given = walker.get("/reseau/portrait?region=Auvergne-Rh%C3%B4ne-Alpes&version=diffusion")
        assert not given.css("select")
        for document in ("pdf", "odt"):
            assert walker.client.get(f"/reseau/portrait.{document}?version=diffusion").status_code == 303


def test_pages_une_of_all_in_one_file(
    app: Flask, check_pdf: CheckPdf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        network = a_network()
        me = a_facilitator(network)
        named = {**EARLY, "territory": {**EARLY["territory"], "name": "Zones humides 🦆 et 🚜", "code": "C06001"}}
        [a_sent_file(network, one) for one in (named, EARLY, INTERCOMMUNAL)]
        walker = visitor(app)
        log_in(walker.client, me)
        assert walker.get("/reseau/portrait").css_first("a[href^='/reseau/pages-une.pdf']")
        made = walker.client.get("/reseau/pages-une.pdf").data
        check_pdf(made)
        path = tmp_path / "pages.pdf"
        path.write_bytes(made)
        told = text_of(path)
        assert told.count("page 1/1") == 3
        assert "Zones humides 🦆 et 🚜" in told
        monkeypatch.setattr(pdf, "PATIENCE", 0.01)
        with pdf._turn():  # somebody else's is being drawn
            late = walker.client.get("/reseau/pages-une.pdf")
        assert late.status_code == 503
        assert "en cours de fabrication" in late.text
        for other in ("?version=diffusion", "?partie=2", "?partie=0", "?partie=x&region=Ailleurs"):
            assert walker.client.get(f"/reseau/pages-une.pdf{other}").status_code == 303


def test_a_network_without_a_file(app: Flask) -> None:
    with app.app_context():
        me = a_facilitator(a_network())
        walker = visitor(app)
        log_in(walker.client, me)
        assert "il n’y a rien à montrer encore" in (walker.get("/reseau/portrait").html or "")


def test_what_is_given_away_of_five_territories(app: Flask) -> None:
    with app.app_context():
        network = a_network()
        me = a_facilitator(network)
        others = [
            {**EARLY, "territory": {**EARLY["territory"], "code": f"C0600{at}", "name": f"Autre {at}"}}
            for at in range(4)
        ]
        seen = [a_sent_file(network, one)[0] for one in (INTERCOMMUNAL, *others)]
        walker = visitor(app)
        log_in(walker.client, me)
        page = walker.get("/reseau/portrait?version=diffusion")
        told = page.css_first("main").text()
        assert page.css(".app-picture__table")
        assert "Moins de cinq, ou caché" in told
        assert "Isère" not in told
        assert not any(one.reference in (page.html or "") or one.name in told for one in seen)
        assert not page.css(".app-picture__map")
        assert "Contours des départements" not in told
