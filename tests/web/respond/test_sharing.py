"""Links given: made once, listed, switched off; a contributor answers one section, and reads the rest."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from selfassess.core.review.acts import CONTRIBUTOR, READER, RESPONDENT
from selfassess.store import submissions
from selfassess.store.acts import perform
from selfassess.store.database import db, writing
from selfassess.store.models import Event, Link, Mail, Submission
from selfassess.web.french import day, now, today
from tests.desk import COORDINATOR, a_file, a_network, a_sent_file, hold
from tests.web import profiles
from tests.web.walker import Walker

SERVICE = "Service des relations internationales"
SHARE, MEANS = "/dossier/partager", "/dossier/means/resources"


def give(walker: Walker, section: str = "means", label: str = SERVICE) -> str:
    """A link to a section; its address, as the page shows it once."""
    walker.get(SHARE)
    form = walker.form("#share-form")
    form.fill("section", section)
    form.fill("label", label)
    walker.send(form, None)
    assert walker.response.status_code == 200, walker.errors
    return walker.page.css_first("#lien-donne").text().strip()


@pytest.fixture
def owner(walker: Walker) -> Walker:
    walker.start()
    return walker


@pytest.fixture
def colleague(app: Flask, owner: Walker) -> Walker:
    """Somebody else's browser, with a link to the section of means."""
    other = Walker(app)
    other.get(give(owner))
    return other


def test_a_link_is_shown_once_and_only_its_hash_is_kept(app: Flask, owner: Walker) -> None:
    address = give(owner)
    token = address.rsplit("/", 1)[1]
    owner.get(SHARE)
    assert token not in owner.response.text
    assert SERVICE in owner.text
    with app.app_context():
        link = db.session.query(Link).filter_by(role=CONTRIBUTOR).one()
        assert (link.section, link.label, link.hash) == ("means", SERVICE, submissions.token_hash(token))
        event = db.session.query(Event).filter_by(kind="share").one()
        assert event.data == {"role": CONTRIBUTOR, "section": "means", "label": SERVICE}
        assert token not in str([one.data for one in db.session.query(Event)])


@pytest.mark.parametrize(
    ("section", "label", "told"),
    [
        (None, SERVICE, "Choisissez au moins une partie du dossier."),
        ("means", " ", "Écrivez pour quel service est ce lien."),
        ("means", "é" * 122, "Ce texte est trop long : retirez 2 caractères."),
        ("means", "coordination du pat", "« Coordination du PAT », c’est vous : écrivez le nom de l’autre service."),
    ],
)
def test_a_link_is_refused_with_the_reason(
    app: Flask, owner: Walker, section: str | None, label: str, told: str
) -> None:
    owner.get(SHARE)
    form = owner.form("#share-form")
    if section:
        form.fill("section", section)
    form.fill("label", label)
    owner.send(form, None)
    assert owner.response.status_code == 422
    assert owner.errors == [told]
    if section and label.strip():
        assert owner.form("#share-form").values["label"] == label
    with app.app_context():
        assert db.session.query(Link).count() == 1


def test_a_strange_section_or_role_is_refused(owner: Walker) -> None:
    owner.get(SHARE)
    form = owner.form("#share-form")
    form.values["section"], form.values["label"] = "nope", SERVICE
    owner.send(form, None)
    assert owner.response.status_code == 422
    form.values["role"] = "facilitator"
    owner.send(form, None)
    assert owner.response.status_code == 400


def test_a_reader_link_reads_and_does_not_open_the_file(app: Flask, owner: Walker) -> None:
    owner.get(SHARE)
    form = owner.form("#reader-form")
    form.fill("label", "Vice-présidence")
    owner.send(form, None)
    address = owner.page.css_first("#lien-donne").text().strip()
    assert "/lire/" in address
    token = address.rsplit("/", 1)[1]
    with app.app_context():
        assert db.session.query(Link).filter_by(role=READER).one().label == "Vice-présidence"
    stranger = Walker(app, check=False)
    response = stranger.client.get(f"/reprendre/{token}")
    assert response.status_code == 303
    assert "/lire/" in response.location
    assert stranger.client.get("/dossier").status_code == 403


def test_a_contributor_answers_its_section_only(app: Flask, colleague: Walker) -> None:
    assert colleague.path == "/dossier"
    assert f"Vous répondez pour\u00a0: {SERVICE}" in " ".join(colleague.page.css_first("body").text().split(" "))
    assert "vous demande de remplir une partie de son dossier. Il y a 5" in colleague.text
    assert "Le reste du dossier, à lire" in colleague.text
    assert "lien privé" not in colleague.text.lower()
    colleague.get(MEANS)
    colleague.send(colleague.answer(profiles.MEANS))
    assert colleague.path == "/dossier/means/ri_service"
    colleague.send(colleague.answer({"ri_service": "officer"}))
    assert colleague.path == "/dossier/fin"  # the next section is somebody else's
    assert colleague.heading == "Merci, vous êtes au bout de votre partie"
    colleague.click("Revoir mes réponses")
    assert "Terminé" in colleague.text
    for address in ("/dossier/pat/stage", "/dossier/actions/actions", "/dossier/actions/ajouter"):
        colleague.get(address)
        assert colleague.response.status_code == 403, address
        assert colleague.heading == "Cette partie n’est pas la vôtre"
    with app.app_context():
        found = db.session.query(Submission).one()
        assert set(found.authors.values()) == {CONTRIBUTOR}
        saved = db.session.query(Event).filter_by(kind="answer").order_by(Event.id).first()
        assert (saved.role, saved.actor) == (CONTRIBUTOR, SERVICE)


def test_a_contributor_posting_elsewhere_writes_nothing(app: Flask, colleague: Walker) -> None:
    colleague.get(MEANS)
    form = colleague.form()
    form.values.clear()
    token = colleague.page.css_first("[name=csrf_token]").attributes["value"]
    form.values["csrf_token"], form.values["stage"], form.values["seen-stage"] = str(token), "s2", ""
    colleague.post("/dossier/pat/stage", form.values)
    assert colleague.response.status_code == 403
    with app.app_context():
        assert db.session.query(Submission).one().answers == {}


def test_a_contributor_reads_the_rest_and_decides_nothing(app: Flask, owner: Walker, colleague: Walker) -> None:
    owner.get("/dossier/pat/stage")
    owner.send(owner.answer({"stage": "s2"}))
    for address in ("/dossier/verifier", "/dossier/resultat"):
        colleague.get(address)
        assert colleague.response.status_code == 200
        assert "Stratégie construite" in colleague.text or address.endswith("resultat")
    links = {one.attributes["href"] for one in colleague.page.css("a[href]")}
    assert not {one for one in links if "/dossier/pat/" in str(one)}
    for address in (SHARE, "/dossier/supprimer", "/dossier/envoyer", "/dossier/choisir/stage"):
        colleague.get(address)
        assert colleague.response.status_code == 403, address
        assert colleague.heading == "Cette page est réservée à la coordination du PAT"


def test_a_contributor_adds_and_names_actions_and_removes_none(app: Flask, owner: Walker) -> None:
    other = Walker(app)
    other.get(give(owner, "actions"))
    other.get("/dossier/actions/ajouter")
    form = other.form()
    form.fill("label", "Jumelage avec Essen")
    other.send(form)
    assert other.path.endswith("/what")
    item = other.path.split("/")[3]
    other.send(other.answer(profiles.TWINNING))
    other.get("/dossier/actions/actions")
    assert "Jumelage avec Essen" in other.text
    assert "Retirer" not in other.text
    other.get(f"/dossier/actions/{item}/nom")
    form = other.form()
    form.fill("label", "Jumelage avec Essen, Allemagne")
    other.send(form)
    assert "Jumelage avec Essen, Allemagne" in other.text
    other.get(f"/dossier/actions/{item}/retirer")
    assert other.response.status_code == 403
    owner.get(f"/dossier/actions/{item}/retirer")
    owner.send(owner.form("main form"), None)
    with app.app_context():
        found = db.session.query(Submission).one()
        assert not any(item in key for key in (*found.authors, *found.voices, *found.comments))


def test_a_link_switched_off_opens_nothing(app: Flask, owner: Walker, colleague: Walker) -> None:
    owner.get(SHARE)
    owner.send(owner.form("#liens ~ ul form"), None)
    assert "Aucun lien donné" in owner.text
    assert "désactivé le" in owner.text
    colleague.get("/dossier")
    assert colleague.response.status_code == 410
    assert colleague.heading == "Ce lien ne fonctionne plus"
    owner.get("/dossier")
    assert owner.response.status_code == 200
    with app.app_context():
        assert [one.kind for one in db.session.query(Event).order_by(Event.id)][-2:] == ["share", "unshare"]


def test_links_of_messages_are_listed_and_the_one_in_use_stays(app: Flask, owner: Walker) -> None:
    token = submissions.new_token()
    with app.app_context(), writing() as session:
        found = session.query(Submission).one()
        mail = Mail(handover="x", kind="receipt", recipient="a@b.example", submission_id=found.id,
                    created_at=now(), next_at=now())  # fmt: skip
        session.add(mail)
        session.flush()
        session.add(Link(hash=submissions.token_hash(token), submission_id=found.id, role=RESPONDENT,
                         created_at=now() + timedelta(seconds=1), mail_id=mail.id))  # fmt: skip
    owner.get(SHARE)
    assert "Envoyé à votre adresse e-mail" in owner.text
    by_mail = Walker(app)
    by_mail.get(f"/reprendre/{token}")
    by_mail.get(SHARE)
    assert "C’est le lien ouvert dans ce navigateur." in by_mail.text
    assert "Désactiver" not in by_mail.text
    form = owner.form("#liens ~ ul form")
    form.values["csrf_token"] = str(by_mail.page.css_first("[name=csrf_token]").attributes["value"])
    by_mail.send(form, None)
    assert by_mail.response.status_code == 400
    owner.send(owner.form("#liens ~ ul form"), None)
    by_mail.get("/dossier")
    assert by_mail.heading == "Ce lien ne fonctionne plus"


def test_a_coordinator_opening_the_link_goes_on_acting_for_the_coordination(owner: Walker) -> None:
    owner.get("/dossier")
    private = owner.private_link
    owner.get(give(owner))
    assert owner.path == "/dossier"
    assert "Vous répondez pour" not in owner.page.css_first(".app-file").text()
    assert owner.private_link == private
    owner.get(SHARE)
    assert owner.response.status_code == 200


def test_sharing_is_nothing_new_for_the_network(app: Flask, walker: Walker) -> None:
    with app.app_context():
        sent, token = a_sent_file(a_network(), profiles.INTERCOMMUNAL)
        before = sent.moved_at
    hold(walker.client, token)
    give(walker)
    with app.app_context():
        found = db.session.query(Submission).one()
        assert found.moved_at == before
        assert found.state == "submitted"


def test_a_withdrawn_file_gives_no_new_link_and_still_takes_them_back(app: Flask, walker: Walker) -> None:
    with app.app_context():
        _, token = a_sent_file(a_network(), profiles.INTERCOMMUNAL)
    hold(walker.client, token)
    give(walker)
    form = walker.form("#share-form")
    with app.app_context():
        perform(db.session.query(Submission).one(), "withdraw", COORDINATOR, now())
    form.fill("section", "pat")
    form.fill("label", SERVICE)
    walker.send(form, None)
    assert walker.response.status_code == 409
    walker.get(SHARE)
    assert walker.page.css_first("#share-form") is None
    walker.send(walker.form("#liens ~ ul form"), None)
    assert "Aucun lien donné" in walker.text


def test_a_link_of_another_file_cannot_be_switched_off(app: Flask, owner: Walker) -> None:
    with app.app_context():
        a_file(profiles.EARLY)
        others = db.session.query(Link).order_by(Link.created_at.desc()).first()
        stolen = others.hash
    give(owner)
    form = owner.form("#liens ~ ul form")
    form.values["link"] = stolen
    owner.send(form, None)
    assert owner.response.status_code == 400
    with app.app_context():
        assert db.session.get(Link, stolen).revoked_at is None


def test_typing_is_cleaned(app: Flask, owner: Walker) -> None:
    give(owner, label="Service\tRI\u0000 <b>")
    assert re.search("Service.RI <b>", owner.text)


def test_one_link_opens_several_sections(app: Flask, owner: Walker) -> None:
    owner.get(SHARE)
    form = owner.form("#share-form")
    form.fill("section", ["pat", "means"])
    form.fill("label", SERVICE)
    form.fill("due", (today() + timedelta(days=9)).isoformat())
    owner.send(form, None)
    message = owner.page.css_first("#message-donne").text()
    link = owner.page.css_first("#lien-donne").text().strip()
    for said in (link, SERVICE, day(today() + timedelta(days=9)), "minutes", "questions", "Votre projet alimentaire"):
        assert said in message
    other = Walker(app)
    other.get(link)
    assert "de remplir 2 parties" in other.text
    assert f"pour le {day(today() + timedelta(days=9))}" in other.text
    other.get("/dossier/pat/partners")
    other.send(other.answer(profiles.INTERCOMMUNAL))
    assert other.path == MEANS  # from one section to the other
    other.get(MEANS)
    assert str(other.page.css_first(".govuk-back-link").attributes["href"]).endswith("/pat/partners")
    other.get("/dossier/territory/place")
    assert other.response.status_code == 403
    owner.get(SHARE)
    assert "Remplir « Votre projet alimentaire territorial » et «" in owner.text


@pytest.mark.parametrize("given", ["hier", "2020-01-01"])
def test_a_day_gone_by_or_a_wrong_address_is_refused(owner: Walker, given: str) -> None:
    owner.get(SHARE)
    form = owner.form("#share-form")
    form.fill("section", "means")
    form.fill("label", SERVICE)
    form.values["due"], form.values["email"] = given, "pat@"
    owner.send(form, None)
    assert owner.response.status_code == 422
    assert len(owner.errors) == 2


def test_the_coordination_learns_that_a_service_is_done(app: Flask, owner: Walker) -> None:
    owner.get(SHARE)
    form = owner.form("#share-form")
    form.fill("section", "means")
    form.fill("label", SERVICE)
    form.fill("email", "pat@territoire.example")
    owner.send(form, None)
    other = Walker(app)
    other.get(owner.page.css_first("#lien-donne").text().strip())
    owner.get("/dossier")
    assert f"{SERVICE}, « Vos moyens et vos relations internationales » : pas encore commencé" in owner.text
    other.get(MEANS)
    other.send(other.answer({"posts": "over_four"}), "quit")
    assert "lien privé" not in other.text.lower()
    owner.get("/dossier")
    assert "commencé" in owner.text
    other.get("/dossier/fin")
    assert "sans réponse" in other.text
    for _ in range(2):  # a double click
        other.send(other.form("main form"), None) if other.page.css_first("main form") else None
    assert other.heading == "Merci, la coordination sait que vous avez terminé"
    owner.get("/dossier")
    assert "terminé le" in owner.text
    owner.get("/dossier/historique")
    assert "A terminé la partie" in owner.text
    with app.app_context():
        assert [one.kind for one in db.session.query(Mail)] == ["finished"]
        assert db.session.query(Submission).one().email == "pat@territoire.example"
    owner.get("/dossier/fin")
    assert owner.response.status_code == 403
