"""Sending a file to a network, its receipt, taking it back: what each state shows, and what two tabs do."""

from __future__ import annotations

from typing import Any

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
from tests.web import profiles
from tests.web.profiles import EARLY
from tests.web.respond.handover import act, banner, fresh, kinds, opened, sent, the
from tests.web.walker import Walker

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


def test_from_draft_to_receipt(either: Flask) -> None:
    own = networks(either, "Bretagne", "", "Auvergne-Rhône-Alpes")[2]
    file, token = draft(either)
    walker = opened(either, token)
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
    assert fresh(either, file).state == DRAFT
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
        fresh(either, file).reference,
        "Grenoble-Alpes-Métropole",
        "Réseau Auvergne-Rhône-Alpes",
        edition().id,
        "Retirer",
    ):
        assert told in walker.text
    sent_ = fresh(either, file)
    assert (sent_.state, sent_.network_id, sent_.email) == (SUBMITTED, own, "pat@territoire.example")
    with either.app_context():
        mails = {(one.kind, one.recipient) for one in db.session.scalars(select(Mail))}
    assert mails == {("receipt", "pat@territoire.example"), ("arrived", "animation2@reseau.example")}
    assert kinds(either, "send") == [{"network": "Réseau Auvergne-Rhône-Alpes"}]


def test_no_network_is_said_and_the_report_offered(either: Flask) -> None:
    with either.app_context():
        a_network("Réseau sans animation")  # nobody would read what it receives
    _, token = draft(either)
    walker = opened(either, token)
    walker.get("/dossier/envoyer")
    assert "Aucun réseau ne reçoit de dossier pour l’instant" in walker.text
    assert walker.page.css_first("#envoi") is None
    assert walker.page.css_first("main a[href='/dossier/resultat']") is not None


def test_what_is_missing_is_said_and_does_not_stop(either: Flask) -> None:
    networks(either, "")
    file, token = draft(either, {"territory": PLACE, "stage": "s4"})
    walker = opened(either, token)
    walker.get("/dossier/envoyer")
    assert "questions restent sans réponse" in walker.text
    walker.send(walker.form("#envoi"), None)
    assert fresh(either, file).state == SUBMITTED


def test_a_territory_without_a_name_is_not_sent(either: Flask) -> None:
    (one,) = networks(either, "")
    file, token = draft(either, {key: value for key, value in INTERCOMMUNAL.items() if key != "territory"})
    walker = opened(either, token)
    walker.get("/dossier/envoyer")
    assert walker.page.css_first("#envoi") is None
    walker.click("Nommer le territoire")
    assert "retour=verifier" in walker.url
    form = walker.form()
    form.action = "/dossier/envoyer"
    form.values["network"] = str(one)
    walker.send(form, None)
    assert (walker.response.status_code, walker.heading) == (409, "Votre territoire n’est pas encore nommé")
    assert fresh(either, file).state == DRAFT


def test_one_network_alone_is_named_by_the_button_and_sent_to_once(either: Flask) -> None:
    """A double click, two tabs: one sending, one receipt."""
    networks(either, "")
    file, token = draft(either)
    walker, other = opened(either, token), opened(either, token)
    walker.get("/dossier/envoyer")
    other.get("/dossier/envoyer")
    assert walker.page.css_first("#envoi button").text(strip=True).endswith("«\u00a0Réseau national\u00a0»")
    walker.send(walker.form("#envoi"), None)
    first = fresh(either, file).sent_at
    other.send(other.form("#envoi"), None)
    assert walker.path == other.path == "/dossier/envoi"
    assert fresh(either, file).sent_at == first
    assert count(either, Event, Event.kind == "send") == count(either, Revision) == 1


def test_a_tab_left_open_cannot_change_what_was_sent(either: Flask) -> None:
    networks(either, "")
    file, token = draft(either)
    late, walker = opened(either, token), opened(either, token)
    late.get("/dossier/pat/stage")
    group = opened(either, token)
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
    assert fresh(either, file).answers["stage"] == "s4"
    assert len(fresh(either, file).answers["actions"]) == 2
    item = fresh(either, file).answers["actions"][0]["_id"]
    for url in ("/dossier/pat/stage", "/dossier/actions/actions", f"/dossier/actions/{item}/what"):
        late.get(url)
        assert late.path == "/dossier/verifier"
    assert late.page.css(".govuk-summary-list__actions a") == []
    for url in ("/dossier/actions/ajouter", f"/dossier/actions/{item}/nom", f"/dossier/actions/{item}/retirer"):
        late.get(url)
        assert late.response.status_code == 409


def test_taken_back_then_opened_again(either: Flask) -> None:
    file, token = sent(either)
    walker = opened(either, token)
    walker.get("/dossier")
    walker.click("Reçu d’envoi")
    walker.click("Retirer le dossier")
    assert walker.heading == "Voulez-vous retirer ce dossier ?"
    again = walker.form("#retrait")
    walker.send(again, None)
    walker.send(again, None)  # twice
    assert fresh(either, file).state == WITHDRAWN
    assert "aucun réseau ne le voit" in banner(walker)
    assert count(either, Mail, Mail.kind == "withdrawn") == 1
    walker.get("/dossier/pat/stage")
    assert walker.path == "/dossier/verifier"
    walker.get("/dossier")
    reopening = walker.form("#reouvrir")
    walker.send(reopening, None)
    walker.send(reopening, None)
    again_ = fresh(either, file)
    assert (again_.state, again_.network_id, again_.declared, again_.sent_at) == (DRAFT, None, None, None)
    assert again_.answers["stage"] == "s4"
    assert count(either, Facet) == 0
    assert "n’est pas envoyé" in banner(walker)
    walker.get("/dossier/envoyer")
    walker.send(walker.form("#envoi"), None)
    assert walker.heading == "Reçu d’envoi"


def test_what_every_state_says(either: Flask) -> None:
    """The banner, the list of tasks, the answers, the timeline: in each state, audited, and with a way on."""
    file, token = sent(either)
    walker = opened(either, token)
    pages = ("/dossier", "/dossier/verifier", "/dossier/historique", "/dossier/envoi", "/dossier/quitter")
    for url in pages:
        walker.get(url)
        assert "Dossier envoyé au réseau « Val fictif »" in banner(walker)
    act(either, file, "validate")
    for url in pages:
        walker.get(url)
        assert "Relu par le réseau « Val fictif »" in banner(walker)
    assert fresh(either, file).state == VALIDATED
    walker.get("/dossier/retrait")
    assert walker.response.status_code == 409
    walker.get("/dossier/historique")
    told = [one.text(strip=True) for one in walker.page.css(".app-timeline__text")]
    assert told[-2:] == ["Dossier envoyé au réseau", "Relecture validée"]


def test_an_answer_saved_while_sending_is_in_what_is_sent(either: Flask) -> None:
    networks(either, "")
    file, _ = draft(either)
    tries = []

    def make(found: Submission) -> Outcome:
        tries.append(found.version)
        made = declaration(found, edition(), "send", now())
        if len(tries) == 1:
            with either.app_context():
                other = the(file)
                later = Change({**other.answers, "stage": "s5"}, other.comments, "answer", {"questions": ["stage"]})
                change(other, lambda one: later, RESPONDENT, now())
        return made

    with either.app_context():
        perform(the(file), "send", COORDINATOR, now(), make)
        kept = db.session.scalars(select(Revision)).one()
    assert len(tries) == 2
    assert kept.answers["stage"] == "s5"


def test_each_side_reads_its_own_timeline(either: Flask) -> None:
    file, token = sent(either)
    act(either, file, "comment", key="stage", text="Pour un autre.")
    walker = opened(either, token)
    walker.get("/dossier/retrait")
    walker.send(walker.form("#retrait"), None)
    walker.get("/dossier")
    walker.send(walker.form("#reouvrir"), None)
    walker.get("/dossier/envoyer")
    walker.send(walker.form("#envoi"), None)
    act(either, file, "request", questions=["stage"], message="Merci de préciser.")
    with either.app_context():
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


def test_the_home_page_says_it_is_not_sent(either: Flask) -> None:
    """Where there is a network to send it to."""
    _, token = draft(either)
    walker = opened(either, token)
    walker.get("/")
    assert "Brouillon" in walker.text
    walker.get("/dossier")
    assert "envoy" not in banner(walker)
    networks(either, "")
    walker.get("/")
    assert "Pas encore envoyé" in walker.text


def test_another_file_opens_beside_ones_own(either: Flask) -> None:
    _, mine = sent(either)
    with either.app_context():
        other = a_file(EARLY)[1]
    walker = opened(either, mine)
    first = walker.client.whole("/dossier")
    walker.get(f"/reprendre/{other}")
    assert "n’est pas envoyé" in banner(walker)
    walker.get(first)
    assert "Val fictif" in banner(walker)


def test_a_corrected_address_closes_the_links_of_the_wrong_one(either: Flask) -> None:
    with either.app_context():
        network = a_network("Val fictif")
        a_facilitator(network)
        file, token = a_file(EARLY)
        number, reference = file.id, str(network.id)
    walker = opened(either, token)
    for address in ("typo@wrong.example", "right@ok.example"):
        walker.get("/dossier/envoyer")
        form = walker.form("#envoi")
        form.fill("email", address)
        if "network" in form.offered:
            form.fill("network", reference)
        walker.send(form, None)
        assert walker.path == "/dossier/envoi"
        with either.app_context(), writing() as session:
            mail = session.query(Mail).filter_by(recipient=address).one()
            made = Link(hash=token_hash(address), submission_id=number, role=RESPONDENT, created_at=now())
            made.mail_id = mail.id
            session.add(made)
        if address.startswith("typo"):
            walker.get("/dossier/retrait")
            walker.send(walker.form("main form"), None)
            walker.send(walker.form("form[action='/dossier/reouvrir']"), None)
    Walker(either).get("/reprendre/right@ok.example")
    wrong = Walker(either)
    wrong.get("/reprendre/typo@wrong.example")
    assert wrong.heading == "Ce lien ne fonctionne plus"


def test_a_file_is_not_sent_over_and_over(either: Flask) -> None:
    file, token = sent(either)
    with either.app_context():
        for _ in range(4):
            for name in ("withdraw", "restart", "send"):
                perform(the(file), name, COORDINATOR, now())
        perform(the(file), "withdraw", COORDINATOR, now())
        perform(the(file), "restart", COORDINATOR, now())
    walker = opened(either, token)
    walker.get("/dossier/envoyer")
    form = walker.form("#envoi")
    walker.send(form, None)
    assert walker.response.status_code == 429


def test_a_name_holds_on_one_line_and_can_be_seen(either: Flask) -> None:
    walker = Walker(either)
    walker.start()
    way = "/dossier/territory/territory"
    walker.get(way)
    form = walker.form("#question-form")
    typed = {"territory": "free", "territory-free-name": "Ville\r\nBcc: x@y.fr", "territory-free-type": "petr",
             "territory-free-departement": "35", "territory-free-population": "from_10k"}  # fmt: skip
    for name, value in typed.items():
        form.values.setlist(name, [value])
    walker.send(form)
    with either.app_context():
        found = db.session.scalars(select(Submission)).one()
        assert found.answers["territory"]["name"] == "Ville Bcc: x@y.fr"
    walker.get(way)
    form = walker.form("#question-form")
    for name, value in {**typed, "territory-free-name": "\u200b\u202e"}.items():
        form.values.setlist(name, [value])
    walker.send(form, None)
    assert walker.response.status_code == 422
