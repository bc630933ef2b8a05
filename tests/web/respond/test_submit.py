"""Sending a file to a network, its receipt, taking it back: what each state shows, and what two tabs do."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from selfassess.core.review.acts import (
    DRAFT,
    FACILITATOR,
    RESPONDENT,
    SUBMITTED,
    VALIDATED,
    WITHDRAWN,
)
from selfassess.store import accounts
from selfassess.store.acts import Outcome, perform
from selfassess.store.database import db, writing
from selfassess.store.models import Event, Facet, Link, Mail, Revision, Submission
from selfassess.store.networks import open_networks
from selfassess.store.submissions import Change, change, events, token_hash
from selfassess.web.files.timeline import lines
from selfassess.web.french import now
from selfassess.web.report.submission_record import declaration
from tests.definitions import edition
from tests.desk import COORDINATOR, a_facilitator, a_file, a_network
from tests.fixtures.stores import BOTH
from tests.web import profiles
from tests.web.profiles import EARLY
from tests.web.respond.handover import act, banner, fresh, kinds, opened, sent, the
from tests.web.walker import Walker

pytestmark = pytest.mark.stores(*BOTH)

PLACE = {**profiles.INTERCOMMUNAL["territory"], "type": "epci", "departement": "38", "population": 450_000}
INTERCOMMUNAL = {**profiles.INTERCOMMUNAL, "territory": PLACE}


def networks(app: Flask, *regions: str) -> list[int]:
    """Networks of those regions, each with an account."""
    with app.app_context():
        found = [a_network(f"Réseau {region or 'national'}", region) for region in regions]
        for at, one in enumerate(found):
            a_facilitator(one, email=f"animation{at}@reseau.example")
        return [one.id for one in found]


def draft(app: Flask, answers: dict[str, Any] = INTERCOMMUNAL) -> tuple[int, str]:
    with app.app_context():
        made, token = a_file(answers)
        return made.id, token


def count(app: Flask, model: type[Any], *which: Any) -> int:
    with app.app_context():
        return len(list(db.session.scalars(select(model).where(*which))))


def test_a_network_is_offered_once_somebody_accepted(app: Flask) -> None:
    with app.app_context():
        network = a_network("Réseau invité")
        invited = accounts.add_facilitator("invitee@reseau.example", "Animation", [network], now())
        assert open_networks() == []
        accounts.make_key(invited.id, accounts.INVITATION, "key", now())
        key = accounts.find_key("key")
        assert key
        assert accounts.choose_by_key(key, "!", now())
        assert [one.name for one in open_networks()] == ["Réseau invité"]
        accounts.deactivate(invited, now())
        assert open_networks() == []


def test_from_draft_to_receipt(app: Flask) -> None:
    own = networks(app, "Bretagne", "", "Auvergne-Rhône-Alpes")[2]
    file, token = draft(app)
    walker = opened(app, token)
    walker.get("/dossier")
    assert "n’est pas envoyé" in banner(walker)
    walker.click("envoyer l’autodiagnostic à un réseau")
    listed = [one.text(strip=True) for one in walker.page.css("fieldset p, fieldset label")]
    assert listed == [
        "Auvergne-Rhône-Alpes, votre région", "Réseau Auvergne-Rhône-Alpes",
        "France entière", "Réseau national",
        "Bretagne", "Réseau Bretagne",
    ]  # fmt: skip
    form = walker.form("#envoi")
    assert form.values.get("network") is None
    walker.send(form, None)
    assert walker.response.status_code == 422
    assert walker.errors == ["Choisissez un réseau."]
    assert fresh(app, file).state == DRAFT
    form = walker.form("#envoi")
    form.fill("network", own)
    form.fill("email", "pas une adresse")
    walker.send(form, None)
    assert walker.response.status_code == 422
    form = walker.form("#envoi")
    assert form.values["email"] == "pas une adresse"
    assert form.values["network"] == str(own)
    form.fill("email", " pat@territoire.example ")
    walker.send(form, None)
    assert walker.heading == "Reçu d’envoi"
    for told in (
        fresh(app, file).reference,
        "Grenoble-Alpes-Métropole",
        "Réseau Auvergne-Rhône-Alpes",
        edition().id,
        "Retirer",
    ):
        assert told in walker.text
    sent_ = fresh(app, file)
    assert (sent_.state, sent_.network_id, sent_.email) == (SUBMITTED, own, "pat@territoire.example")
    with app.app_context():
        mails = {(one.kind, one.recipient) for one in db.session.scalars(select(Mail))}
    assert mails == {("receipt", "pat@territoire.example"), ("arrived", "animation2@reseau.example")}
    assert kinds(app, "send") == [{"network": "Réseau Auvergne-Rhône-Alpes"}]


def test_no_network_is_said_and_the_report_offered(app: Flask) -> None:
    with app.app_context():
        a_network("Réseau sans animation")  # nobody would read what it receives
    _, token = draft(app)
    walker = opened(app, token)
    walker.get("/dossier/envoyer")
    assert "Aucun réseau ne reçoit de dossier pour l’instant" in walker.text
    assert walker.page.css_first("#envoi") is None
    assert walker.page.css_first("main a[href='/dossier/resultat']") is not None


def test_what_is_missing_is_said_and_does_not_stop(app: Flask) -> None:
    networks(app, "")
    file, token = draft(app, {"territory": PLACE, "stage": "s4"})
    walker = opened(app, token)
    walker.get("/dossier/envoyer")
    assert "questions restent sans réponse" in walker.text
    walker.send(walker.form("#envoi"), None)
    assert fresh(app, file).state == SUBMITTED


def test_a_territory_without_a_name_is_not_sent(app: Flask) -> None:
    (one,) = networks(app, "")
    file, token = draft(app, {key: value for key, value in INTERCOMMUNAL.items() if key != "territory"})
    walker = opened(app, token)
    walker.get("/dossier/envoyer")
    assert walker.page.css_first("#envoi") is None
    walker.click("Nommer le territoire")
    assert "retour=verifier" in walker.url
    form = walker.form()
    form.action = "/dossier/envoyer"
    form.values["network"] = str(one)
    walker.send(form, None)
    assert (walker.response.status_code, walker.heading) == (409, "Votre territoire n’est pas encore nommé")
    assert fresh(app, file).state == DRAFT


def test_one_network_alone_is_named_by_the_button_and_sent_to_once(app: Flask) -> None:
    """A double click, two tabs: one sending, one receipt."""
    networks(app, "")
    file, token = draft(app)
    walker, other = opened(app, token), opened(app, token)
    walker.get("/dossier/envoyer")
    other.get("/dossier/envoyer")
    assert walker.page.css_first("#envoi button").text(strip=True).endswith("«\u00a0Réseau national\u00a0»")
    walker.send(walker.form("#envoi"), None)
    first = fresh(app, file).sent_at
    other.send(other.form("#envoi"), None)
    assert walker.path == other.path == "/dossier/envoi"
    assert fresh(app, file).sent_at == first
    assert count(app, Event, Event.kind == "send") == count(app, Revision) == 1


def test_a_tab_left_open_cannot_change_what_was_sent(app: Flask) -> None:
    networks(app, "")
    file, token = draft(app)
    late, walker = opened(app, token), opened(app, token)
    late.get("/dossier/pat/stage")
    group = opened(app, token)
    group.get("/dossier/actions/ajouter")
    walker.get("/dossier/envoyer")
    walker.send(walker.form("#envoi"), None)
    late.send(late.answer({"stage": "s1"}))
    assert late.response.status_code == 409
    assert late.heading == "Le dossier est envoyé : ses réponses ne changent plus"
    form = group.form()
    form.fill("label", "Une action de trop")
    group.send(form)
    assert group.response.status_code == 409
    assert fresh(app, file).answers["stage"] == "s4"
    assert len(fresh(app, file).answers["actions"]) == 2
    item = fresh(app, file).answers["actions"][0]["_id"]
    for url in ("/dossier/pat/stage", "/dossier/actions/actions", f"/dossier/actions/{item}/what"):
        late.get(url)
        assert late.path == "/dossier/verifier"
    assert late.page.css(".govuk-summary-list__actions a") == []
    for url in ("/dossier/actions/ajouter", f"/dossier/actions/{item}/nom", f"/dossier/actions/{item}/retirer"):
        late.get(url)
        assert late.response.status_code == 409


def test_taken_back_then_opened_again(app: Flask) -> None:
    file, token = sent(app)
    walker = opened(app, token)
    walker.get("/dossier")
    walker.click("Reçu d’envoi")
    walker.click("Retirer le dossier")
    assert walker.heading == "Voulez-vous retirer ce dossier ?"
    again = walker.form("#retrait")
    walker.send(again, None)
    walker.send(again, None)  # twice
    assert fresh(app, file).state == WITHDRAWN
    assert "aucun réseau ne le voit" in banner(walker)
    assert count(app, Mail, Mail.kind == "withdrawn") == 1
    walker.get("/dossier/pat/stage")
    assert walker.path == "/dossier/verifier"
    walker.get("/dossier")
    reopening = walker.form("#reouvrir")
    walker.send(reopening, None)
    walker.send(reopening, None)
    again_ = fresh(app, file)
    assert (again_.state, again_.network_id, again_.declared, again_.sent_at) == (DRAFT, None, None, None)
    assert again_.answers["stage"] == "s4"
    assert count(app, Facet) == 0
    assert "n’est pas envoyé" in banner(walker)
    walker.get("/dossier/envoyer")
    walker.send(walker.form("#envoi"), None)
    assert walker.heading == "Reçu d’envoi"


def test_what_every_state_says(app: Flask) -> None:
    """The banner, the list of tasks, the answers, the timeline: in each state, audited, and with a way on."""
    file, token = sent(app)
    walker = opened(app, token)
    pages = ("/dossier", "/dossier/verifier", "/dossier/historique", "/dossier/envoi", "/dossier/quitter")
    for url in pages:
        walker.get(url)
        assert "Dossier envoyé au réseau « Val fictif »" in banner(walker)
    act(app, file, "validate")
    for url in pages:
        walker.get(url)
        assert "Relu par le réseau « Val fictif »" in banner(walker)
    assert fresh(app, file).state == VALIDATED
    walker.get("/dossier/retrait")
    assert walker.response.status_code == 409
    walker.get("/dossier/historique")
    told = [one.text(strip=True) for one in walker.page.css(".app-timeline__text")]
    assert told[-2:] == ["Dossier envoyé au réseau", "Relecture validée"]


def test_an_answer_saved_while_sending_is_in_what_is_sent(app: Flask) -> None:
    networks(app, "")
    file, _ = draft(app)
    tries = []

    def make(found: Submission) -> Outcome:
        tries.append(found.version)
        made = declaration(found, edition(), "send", now())
        if len(tries) == 1:
            with app.app_context():
                other = the(file)
                later = Change({**other.answers, "stage": "s5"}, other.comments, "answer", {"questions": ["stage"]})
                change(other, lambda one: later, RESPONDENT, now())
        return made

    with app.app_context():
        perform(the(file), "send", COORDINATOR, now(), make)
        kept = db.session.scalars(select(Revision)).one()
    assert len(tries) == 2
    assert kept.answers["stage"] == "s5"


def test_each_side_reads_its_own_timeline(app: Flask) -> None:
    file, token = sent(app)
    act(app, file, "comment", key="stage", text="Pour un autre.")
    walker = opened(app, token)
    walker.get("/dossier/retrait")
    walker.send(walker.form("#retrait"), None)
    walker.get("/dossier")
    walker.send(walker.form("#reouvrir"), None)
    walker.get("/dossier/envoyer")
    walker.send(walker.form("#envoi"), None)
    act(app, file, "request", questions=["stage"], message="Merci de préciser.")
    with app.app_context():
        found = events(the(file))
        told = {who: lines(found, edition(), who, the(file).answers) for who in (RESPONDENT, FACILITATOR)}
    assert [one.text for one in told[FACILITATOR]] == [
        "Dossier envoyé au réseau",
        "Précisions demandées sur 1\u00a0question",
    ]
    assert told[RESPONDENT][0].text == "Dossier commencé"
    assert "Dossier retiré\u00a0: le réseau ne le voit plus" in [one.text for one in told[RESPONDENT]]
    assert not any("Pour un autre." in text for one in told[RESPONDENT] for _, text in one.details)
    assert told[RESPONDENT][-1].details == (("Message", "Merci de préciser."), ("Questions", "Étape du PAT"))


def test_the_home_page_says_it_is_not_sent(app: Flask) -> None:
    """Where there is a network to send it to."""
    _, token = draft(app)
    walker = opened(app, token)
    walker.get("/")
    assert "Brouillon" in walker.text
    walker.get("/dossier")
    assert "envoy" not in banner(walker)
    networks(app, "")
    walker.get("/")
    assert "Pas encore envoyé" in walker.text


def test_another_file_opens_beside_ones_own(app: Flask) -> None:
    _, mine = sent(app)
    with app.app_context():
        other = a_file(EARLY)[1]
    walker = opened(app, mine)
    first = walker.client.whole("/dossier")
    walker.get(f"/reprendre/{other}")
    assert "n’est pas envoyé" in banner(walker)
    walker.get(first)
    assert "Val fictif" in banner(walker)


def test_a_corrected_address_closes_the_links_of_the_wrong_one(app: Flask) -> None:
    with app.app_context():
        network = a_network("Val fictif")
        a_facilitator(network)
        file, token = a_file(EARLY)
        number, reference = file.id, str(network.id)
    walker = opened(app, token)
    for address in ("typo@wrong.example", "right@ok.example"):
        walker.get("/dossier/envoyer")
        form = walker.form("#envoi")
        form.fill("email", address)
        if "network" in form.offered:
            form.fill("network", reference)
        walker.send(form, None)
        assert walker.path == "/dossier/envoi"
        with app.app_context(), writing() as session:
            mail = session.query(Mail).filter_by(recipient=address).one()
            made = Link(hash=token_hash(address), submission_id=number, role=RESPONDENT, created_at=now())
            made.mail_id = mail.id
            session.add(made)
        if address.startswith("typo"):
            walker.get("/dossier/retrait")
            walker.send(walker.form("main form"), None)
            walker.send(walker.form("form[action='/dossier/reouvrir']"), None)
    Walker(app).get("/reprendre/right@ok.example")
    wrong = Walker(app)
    wrong.get("/reprendre/typo@wrong.example")
    assert wrong.heading == "Ce lien ne fonctionne plus"


def test_a_file_is_not_sent_over_and_over(app: Flask) -> None:
    file, token = sent(app)
    with app.app_context():
        for _ in range(4):
            for name in ("withdraw", "restart", "send"):
                perform(the(file), name, COORDINATOR, now())
        perform(the(file), "withdraw", COORDINATOR, now())
        perform(the(file), "restart", COORDINATOR, now())
    walker = opened(app, token)
    walker.get("/dossier/envoyer")
    form = walker.form("#envoi")
    walker.send(form, None)
    assert walker.response.status_code == 429


def test_a_name_holds_on_one_line_and_can_be_seen(app: Flask) -> None:
    walker = Walker(app)
    walker.start()
    way = "/dossier/territory/territory"
    walker.get(way)
    form = walker.form("#question-form")
    typed = {"territory": "free", "territory-free-name": "Ville\r\nBcc: x@y.fr", "territory-free-type": "petr",
             "territory-free-departement": "35", "territory-free-population": "from_10k"}  # fmt: skip
    for name, value in typed.items():
        form.values.setlist(name, [value])
    walker.send(form)
    with app.app_context():
        found = db.session.scalars(select(Submission)).one()
        assert found.answers["territory"]["name"] == "Ville Bcc: x@y.fr"
    walker.get(way)
    form = walker.form("#question-form")
    for name, value in {**typed, "territory-free-name": "\u200b\u202e"}.items():
        form.values.setlist(name, [value])
    walker.send(form, None)
    assert walker.response.status_code == 422
