"""The page where a facilitator finds files: search, filters, order, pages, what is new; nothing of another network."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect
from sqlalchemy import event, insert, update

from selfassess.core.review.acts import FACILITATOR
from selfassess.store.acts import Actor, Outcome, perform
from selfassess.store.database import db, writing
from selfassess.store.file_list import PAGE, look
from selfassess.store.models import Facilitator, Network, Submission
from selfassess.web.french import french, now
from selfassess.web.report.submission_record import declared_report
from tests.definitions import definitions, edition
from tests.desk import COORDINATOR, a_facilitator, a_file, a_network, a_sent_file, log_in
from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.server import Serve
from tests.fixtures.stores import BOTH, SQLITE
from tests.web.profiles import EARLY, INTERCOMMUNAL, RURAL
from tests.web.walker import Walker

pytestmark = pytest.mark.stores(*BOTH)

HERE = "/reseau"
ETANGS = {"name": "Pays des Étangs fictifs", "type": "petr", "departement": "76", "population": 60000}


class Desk(Walker):
    """A facilitator without JavaScript."""

    def __init__(self, app: Flask, me: Facilitator, *, check: bool = True) -> None:
        super().__init__(app, check=check)
        with app.app_context():
            log_in(self.client, me)

    @property
    def names(self) -> list[str]:
        return [one.text(deep=False).strip() for one in self.page.css("tbody th a")]

    def row(self, name: str) -> str:
        return next(text for one in self.page.css("tbody tr") if name in (text := " ".join(one.text().split())))

    def look_for(self, **values: str) -> None:
        form = self.form("form[role=search]")
        for name, value in values.items():
            form.fill(name, value)
        self.get(f"{HERE}?{urlencode(list(form.values.items(multi=True)))}")


@pytest.fixture
def network(app: Flask) -> Network:
    with app.app_context():
        return a_network("Réseau fictif")


@pytest.fixture
def me(app: Flask, network: Network) -> Facilitator:
    with app.app_context():
        return a_facilitator(network)


@pytest.fixture
def files(app: Flask, network: Network, me: Facilitator) -> list[Submission]:
    """Grenoble (validated by a colleague), Mouans-Sartoux (clarification asked), a PETR (looked at, mine)."""
    with app.app_context():
        colleague = a_facilitator(network, email="b@reseau.example", label="Appui fictif")
        day = timedelta(days=1)
        made = [
            a_sent_file(network, answers, at=now() - age * day)[0]
            for age, answers in ((9, INTERCOMMUNAL), (8, EARLY), (7, {**RURAL, "territory": ETANGS}))
        ]
        other, mine = Actor(FACILITATOR, colleague.label, colleague.id), Actor(FACILITATOR, me.label, me.id)
        perform(made[0], "assign", other, now() - 3 * day, lambda file: Outcome({}, {"assigned_id": colleague.id}))
        perform(made[0], "validate", other, now() - 3 * day)
        asked = Outcome({"questions": [], "message": "Précisez."})
        perform(made[1], "request", other, now() - 2 * day, lambda file: asked)
        perform(made[2], "assign", mine, now() - 1 * day, lambda file: Outcome({}, {"assigned_id": me.id}))
        look(me.id, made[2].id, now())
        return made


@pytest.fixture
def desk(app: Flask, me: Facilitator, files: list[Submission]) -> Desk:
    desk = Desk(app, me)
    desk.get(HERE)
    return desk


def test_each_file_in_words(desk: Desk, files: list[Submission]) -> None:
    assert desk.names == ["Pays des Étangs fictifs", "Mouans-Sartoux", "Grenoble-Alpes-Métropole"]
    row = desk.row("Étangs")
    assert files[2].reference in row
    assert "PETR) ou pays, Seine-Maritime (76)" in row
    assert "À relire" in row
    assert row.endswith("Moi")
    assert files[2].reading in row
    assert "Nouveau" not in row
    assert "Précisions demandées" in desk.row("Mouans")
    assert desk.row("Grenoble").startswith("Nouveau")
    assert desk.row("Grenoble").endswith("Appui fictif")
    assert "2 dossiers sont arrivés ou ont changé sans que vous les ayez ouverts" in desk.text
    desk.click("Voir seulement les nouveautés")
    assert len(desk.names) == 2


def test_search_takes_words_in_any_order_without_accents(desk: Desk, files: list[Submission]) -> None:
    for words in ("etangs pays", "ÉTANGS", "fictif", files[2].reference, files[2].reference.replace("-", "").lower()):
        desk.look_for(recherche=words)
        assert desk.names == ["Pays des Étangs fictifs"], words
    desk.look_for(recherche="tangs")
    assert desk.names == []
    assert "Aucun dossier ne répond à ces critères" in desk.text


def test_criteria_add_up_and_each_can_be_removed(desk: Desk) -> None:
    desk.look_for(type="petr", suivi="moi")
    assert desk.names == ["Pays des Étangs fictifs"]
    desk.click("Relus (0)")
    assert desk.names == []
    assert "Sans « État : Relus » : 1 dossier" in desk.text.replace("\u00a0", " ")
    desk.click("Retirer le critère « Type de structure : Pôle d’équilibre territorial et rural (PETR) ou pays »")
    assert "suivi=moi" in desk.url
    assert "type" not in desk.url
    desk.click("Effacer les filtres")
    assert len(desk.names) == 3
    assert desk.url == HERE


def test_states_are_counted_with_the_other_criteria(desk: Desk) -> None:
    def states() -> list[str]:
        return [" ".join(one.text().split()) for one in desk.page.css(".app-queue-states a")]

    assert states() == ["Tous (3)", "À relire (1)", "Précisions demandées (1)", "Relus (1)"]
    desk.look_for(suivi="moi")
    assert states() == ["Tous (1)", "À relire (1)", "Précisions demandées (0)", "Relus (0)"]


def test_orders(app: Flask, desk: Desk, files: list[Submission]) -> None:
    """Three orders of which none is another, nor another turned round."""
    grenoble, mouans, etangs = "Grenoble-Alpes-Métropole", "Mouans-Sartoux", "Pays des Étangs fictifs"
    by_name, by_sending, by_move = [grenoble, mouans, etangs], [mouans, etangs, grenoble], [etangs, grenoble, mouans]
    with app.app_context():
        made = dict(zip(by_name, (one.id for one in files), strict=True))
        for column, names in (("sent_at", by_sending), ("moved_at", by_move)):
            with writing() as session:
                for age, name in enumerate(names):
                    at = now() - timedelta(days=30 - age)
                    session.execute(update(Submission).where(Submission.id == made[name]).values({column: at}))
    orders = {"nom": by_name, "envoi-ancien": by_sending, "mouvement-ancien": by_move}
    turned = {"nom-inverse": by_name, "envoi": by_sending, "mouvement": by_move}
    orders |= {order: names[::-1] for order, names in turned.items()}
    assert len({tuple(names) for names in orders.values()}) == len(orders) == 6
    assert set(orders) == set(desk.form("form[role=search]").offered["tri"])
    for order, names in orders.items():
        desk.look_for(tri=order)
        assert desk.names == names, order


def test_filters_offer_what_files_have_in_the_words_of_the_definitions(desk: Desk) -> None:
    form = desk.form("form[role=search]")
    offered = {
        box.css_first("input").attributes["name"]: [
            label.text().strip().rsplit(" (", 1)[0] for label in box.css("label")
        ]
        for box in desk.page.css(".app-queue-filter")
    }
    for question in edition().questionnaire.questions.values():
        if question.filter:
            texts = {french(option.text) for option in question.options}
            assert set(offered[f"answer-{question.id}"]) <= texts
            assert offered[f"answer-{question.id}"]
    assert offered["region"] == sorted(offered["region"])
    for place in ("advised", "left", "alive", "wanted"):
        assert set(offered.get(f"device-{place}", [])) <= {french(one.short) for one in definitions().devices}
    titles = {one.words.title for one in edition().typology.categories} | {edition().typology.remainder.words.title}
    assert set(offered["categories"]) <= titles
    assert offered["suivi"] == ["Moi", "Personne", "Appui fictif"]
    assert "edition" not in offered  # one only: it would sort nothing out
    assert "reseau" not in offered
    assert not [name for name in offered if name.startswith("maturity")]  # nobody is sorted by it
    for name in offered:
        desk.get(f"{HERE}?{urlencode({name: form.offered[name][0]})}")
        assert desk.names, name


def test_a_device_is_found_by_its_place_on_page_one(app: Flask, desk: Desk, files: list[Submission]) -> None:
    with app.app_context():
        shorts = {one.id: declared_report(one).page_one.slots for one in files}
        left = {one.id: slots[-1].device for one, slots in zip(files, shorts.values(), strict=True)}
        advised = {one.id: [slot.device for slot in shorts[one.id][:-1] if slot.device] for one in files}
    for one in files:
        for device in advised[one.id]:
            desk.get(f"{HERE}?device-advised={device}")
            assert one.name in desk.names
        if left[one.id] and left[one.id] not in advised[one.id]:
            desk.get(f"{HERE}?device-left={left[one.id]}")
            assert one.name in desk.names
            desk.get(f"{HERE}?device-advised={left[one.id]}")
            assert one.name not in desk.names


def test_several_values_and_places(desk: Desk) -> None:
    desk.get(f"{HERE}?departement=76&departement=38")
    assert desk.names == ["Pays des Étangs fictifs", "Grenoble-Alpes-Métropole"]
    assert "Département : Isère (38)" in desk.text.replace("\u00a0", " ")
    desk.click("Retirer le critère « Département : Isère (38) »")
    assert desk.url == f"{HERE}?departement=76"
    for words in ("seine maritime", "Normandie", "76"):
        desk.look_for(recherche=words)
        assert desk.names == ["Pays des Étangs fictifs"], words
        desk.get(HERE)


def test_one_territory_one_row(app: Flask, desk: Desk, files: list[Submission], network: Network) -> None:
    """The last file stands for those before, which a box shows."""
    with app.app_context():
        again, _ = a_sent_file(network, INTERCOMMUNAL, at=now())
        assert again.place == files[0].place
    desk.get(HERE)
    assert len(desk.names) == 3
    assert "1 dossier antérieur" in desk.row("Grenoble")
    assert again.reference in desk.row("Grenoble")
    desk.look_for(anciens="oui")
    assert len(desk.names) == 4


def test_where_each_stands(app: Flask, desk: Desk, files: list[Submission], me: Facilitator) -> None:
    with app.app_context():
        mine, mouans = Actor(FACILITATOR, me.label, me.id), files[1]
        perform(mouans, "resubmit", COORDINATOR, now())
    desk.get(HERE)
    assert "vous attend" not in desk.row("Mouans")
    with app.app_context(), writing() as session:
        session.execute(update(Submission).where(Submission.id == mouans.id).values(sent_at=now() - timedelta(days=20)))
    desk.get(HERE)
    assert "précisions reçues" in desk.row("Mouans")
    assert "vous attend depuis le" in desk.row("Mouans")
    with app.app_context():
        perform(mouans, "judge", mine, now())
    desk.get(HERE)
    assert "lecture écrite, à valider" in desk.row("Mouans")


def test_several_files_are_given_at_once(app: Flask, desk: Desk, files: list[Submission]) -> None:
    form = desk.form("form[action*=confier]")
    assert form.offered["file"] == [files[2].reference, files[1].reference, files[0].reference]
    desk.send(form, None)
    assert "Cochez les dossiers à confier" in desk.text
    with app.app_context():
        stranger = a_facilitator(a_network("Autre"), email="z@autre.example")
        other = str(stranger.id)
    desk.get(f"{HERE}?tri=nom")
    form = desk.form("form[action*=confier]")
    form.fill("file", [files[0].reference, files[1].reference])
    colleague = next(one for one in form.offered["to"] if one not in ("", str(files[2].assigned_id)))
    form.fill("to", colleague)
    desk.send(form, None)
    assert desk.url == f"{HERE}?tri=nom"
    assert desk.row("Mouans").endswith("Appui fictif")
    form.values["to"] = other
    desk.send(form, None)
    assert "Choisissez à qui confier" in desk.text


def test_columns_put_the_list_in_order(desk: Desk) -> None:
    desk.click("Territoire : changer l’ordre")
    assert desk.url == f"{HERE}?tri=nom"
    [sorted_by] = desk.page.css("th[aria-sort]")
    assert sorted_by.attributes["aria-sort"] == "ascending"
    assert desk.names == ["Grenoble-Alpes-Métropole", "Mouans-Sartoux", "Pays des Étangs fictifs"]


def test_pages(app: Flask, network: Network, me: Facilitator) -> None:
    with app.app_context():
        many(network, 2 * PAGE + 3)
    desk = Desk(app, me)
    desk.get(f"{HERE}?tri=nom")
    seen = desk.names
    for count in (PAGE, 3):
        desk.click("Page suivante →")
        assert len(desk.names) == count
        seen += desk.names
    assert seen == sorted(set(seen))
    assert len(seen) == 2 * PAGE + 3
    desk.click("← Page précédente")
    assert desk.names == seen[PAGE : 2 * PAGE]
    desk.click("← Page précédente")
    assert desk.names == seen[:PAGE]


def many(network: Network, count: int) -> None:
    def row(at: int) -> dict[str, Any]:
        name = f"Val fictif {at:03}"
        return {
            "reference": f"PAT-AAAA-{at:04}", "questionnaire": "q", "edition": edition().id, "state": "submitted",
            "created_at": now(), "network_id": network.id, "sent_at": now(), "moved_at": now(),
            "name": name, "search": name.lower(),
        }  # fmt: skip

    with writing() as session:
        session.execute(insert(Submission), [row(at) for at in range(count)])


def test_a_page_that_emptied_gives_way_to_the_first(desk: Desk) -> None:
    desk.get(f"{HERE}?apres=0-1")
    assert desk.url == HERE
    desk.get(f"{HERE}?avant=99999999999999999-1")
    assert desk.url == HERE
    assert len(desk.names) == 3


def test_the_address_keeps_what_says_something(desk: Desk) -> None:
    desk.look_for(recherche="val")
    assert desk.url == f"{HERE}?recherche=val"
    desk.get(f"{HERE}?region=&tri=mouvement&etat=submitted&etat=validated&recherche=+val+")
    assert desk.url == f"{HERE}?etat=submitted&recherche=val"


def test_what_is_unknown_is_left_aside_and_said(desk: Desk) -> None:
    desk.get(f"{HERE}?region=Atlantide&etat=draft&answer-stage=zzz&suivi=999&recherche=...&regoin=Bretagne&apres=zzz")
    assert len(desk.names) == 3
    for words in ("« Région »", "« État »", "« Étape du PAT »", "« Suivi par »", "La recherche", "ne connaît pas"):
        assert words in desk.text.replace("\u00a0", " "), words
    assert "voici la première" in desk.text
    assert not desk.page.css(".app-queue-criteria")


NAMES = [
    "recherche",
    "etat",
    "region",
    "answer-stage",
    "suivi",
    "reseau",
    "edition",
    "nouveau",
    "tri",
    "apres",
    "avant",
]
ODD = [
    "\0",
    "_scheme",
    "_external",
    "endpoint",
    "99999999999999999-9999999999",
    "0-99999999999",
    "-1--1",
    "%",
    "_",
    "\ud800",
]
PAIRS = st.lists(st.tuples(st.sampled_from([*NAMES, *ODD[:4]]), st.text() | st.sampled_from(ODD)), max_size=5)


@pytest.mark.stores(SQLITE)
def test_no_address_breaks_the_page(app: Flask) -> None:
    with app.app_context():
        network = a_network()
        me = a_facilitator(network, a_network("Autre"))
        many(network, 2)
    desk = Desk(app, me, check=False)

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(PAIRS)
    def hostile(pairs: list[tuple[str, str]]) -> None:
        desk.get(f"{HERE}?{urlencode(pairs, errors='replace')}")
        assert desk.response.status_code == 200
        assert desk.heading == "Dossiers du réseau"

    hostile()
    for odd in ODD[:-1]:
        for name in NAMES:
            hostile_pair = urlencode({name: odd, "tri": "nom" if name != "tri" else odd})
            desk.get(f"{HERE}?{hostile_pair}")
            assert desk.response.status_code == 200


def test_nobody_sees_a_draft_a_file_withdrawn_or_of_another_network(app: Flask, network: Network) -> None:
    with app.app_context():
        outsider = a_facilitator(a_network("Autre réseau"), email="c@reseau.example")
        insider = a_facilitator(network, email="d@reseau.example")
        sent, _ = a_sent_file(network, INTERCOMMUNAL)
        withdrawn, _ = a_sent_file(network, EARLY)
        perform(withdrawn, "withdraw", COORDINATOR, now())
        a_file(RURAL)
        number = network.id
    desk = Desk(app, insider)
    desk.get(HERE)
    assert desk.names == ["Grenoble-Alpes-Métropole"]
    stranger = Desk(app, outsider)
    for query in ("", f"?recherche={sent.reference}", f"?reseau={number}", "?etat=submitted", "?nouveau=oui"):
        stranger.get(HERE + query)
        assert not stranger.names
        assert "Grenoble" not in stranger.page.html
        assert "Aucun dossier n’est encore arrivé" in stranger.text


def test_without_a_network_the_page_says_whom_to_ask(app: Flask) -> None:
    with app.app_context():
        alone = a_facilitator()
    desk = Desk(app, alone)
    desk.get(HERE)
    assert "n’est rattaché à aucun réseau" in desk.text


def test_several_networks_are_told_apart(app: Flask, network: Network) -> None:
    with app.app_context():
        second = a_network("Second réseau")
        both = a_facilitator(network, second)
        a_sent_file(network, INTERCOMMUNAL)
        a_sent_file(second, EARLY)
    desk = Desk(app, both)
    desk.get(HERE)
    assert "Second réseau" in desk.row("Mouans")
    desk.look_for(reseau=str(second.id))
    assert desk.names == ["Mouans-Sartoux"]


def test_a_full_page_makes_no_more_queries_than_a_short_one(app: Flask, network: Network, me: Facilitator) -> None:
    desk, counts = Desk(app, me), []
    for files in (1, PAGE - 1):
        queries: list[str] = []
        with app.app_context():
            many(network, files) if files == 1 else _more(network, files)

            def count(*statement: Any, found: list[str] = queries) -> None:
                found.append(statement[2])

            event.listen(db.engine, "before_cursor_execute", count)
            desk.get(HERE)
            event.remove(db.engine, "before_cursor_execute", count)
        counts.append(len(queries))
    assert len(desk.names) == PAGE
    assert counts[0] == counts[1] <= 10


def _more(network: Network, count: int) -> None:
    """Files that came through the questionnaire: they have facets and events."""
    for at in range(count):
        a_sent_file(network, {**RURAL, "territory": {**ETANGS, "name": f"Pays {at}"}})


@pytest.mark.stores(SQLITE)
def test_in_a_browser(app: Flask, serve: Serve, desk: Desk, new_page: NewPage, audit: Audit) -> None:
    cookie = desk.client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie
    site = serve(app)
    for width in (320, 1280):
        page = new_page(viewport={"width": width, "height": 800})
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
        for query in ("", "?etat=validated&suivi=moi", "?answer-stage=zzz&recherche=etangs"):
            page.goto(site + HERE + query)
            audit(page)
            page.get_by_text("Filtrer les dossiers").click()
            audit(page)
        assert page.get_by_role("columnheader", name="Lecture déclarée").count() == 1
        page.locator("summary", has_text="Type de structure").click()
        page.get_by_label("Pôle d’équilibre territorial").check()
        page.get_by_role("button", name="Afficher les dossiers").click()
        expect(page).to_have_url(f"{site}{HERE}?recherche=etangs&type=petr")
        assert page.get_by_role("rowheader").count() == 1
