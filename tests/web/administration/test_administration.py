"""Administrators: networks and accounts from the site, who may what, the journal; the pages in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select, update

from selfassess.store import accounts, mail_queue, retention
from selfassess.store.administration import COMMAND as BY_COMMAND
from selfassess.store.administration import MOST_ACTS, noted
from selfassess.store.database import db, writing
from selfassess.store.models import AdminAct, Facilitator, Mail, Network, Submission
from selfassess.store.networks import open_networks
from selfassess.web.accounts import one_time_codes
from selfassess.web.french import now
from tests.apart import ApartClient
from tests.desk import a_facilitator, a_network, a_sent_file, an_administrator, log_in
from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.server import Serve
from tests.fixtures.stores import BOTH
from tests.web.accounts.test_accounts import ACCOUNT, LOGIN, SECRET, choose, csrf, enter, run, with_password
from tests.web.profiles import INTERCOMMUNAL
from tests.web.walker import Walker

NETWORKS, ACCOUNTS, JOURNAL = "/administration/reseaux", "/administration/comptes", "/administration/journal"
NEW = "nouveau@reseau.example"
NARROW = {"width": 320, "height": 640}


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    made = make_app()
    made.test_client_class = ApartClient
    return made


@pytest.fixture
def admin(app: Flask) -> Iterator[Facilitator]:
    with app.app_context():
        yield with_password(an_administrator())


@pytest.fixture
def walker(app: Flask, admin: Facilitator) -> Walker:
    """An administrator, logged in; every page it gets is audited."""
    made = Walker(app)
    log_in(made.client, admin)
    return made


def fill(walker: Walker, selector: str, **values: Any) -> Walker:
    form = walker.form(selector)
    for name, value in values.items():
        form.fill(name, value)
    walker.send(form, None)
    return walker


def acts() -> list[tuple[str, str]]:
    return [(one.kind, one.actor) for one in db.session.scalars(select(AdminAct).order_by(AdminAct.id))]


def press(walker: Walker, end: str) -> Walker:
    walker.send(walker.form(f"form[action$='{end}']"), None)
    return walker


# ---- Coming in --------------------------------------------------------------------------------------------------


def test_the_first_by_command_the_next_from_the_site(app: Flask) -> None:
    """From an empty site to a second administrator, by what each reads on the screen."""
    done = run(app, "administrator", "add", "premiere@site.example")
    assert done.exit_code == 0, done.output
    walker = Walker(app)
    with app.app_context():
        choose(walker, urlsplit(done.stdout.split()[-1]).path)
        enter(walker, "premiere@site.example", url=LOGIN)
        key = pyotp.TOTP(walker.page.css_first("details code").text().replace(" ", ""))
        fill(walker, "#enrolment-form", code=key.now())
        walker.click("Continuer : ces codes sont rangés")
        assert walker.path == ACCOUNTS
        walker.click("Inviter quelqu’un")
        fill(walker, "#invitation-form", email=NEW, label="Administration du site", administrator="y")
        link = walker.page.css_first("#lien-donne").text().strip()
        walker.get(walker.path)
        assert not walker.page.css("#lien-donne")  # shown once
        other = Walker(app)
        choose(other, urlsplit(link).path)
        enter(other, NEW, url=LOGIN)
        assert other.path == f"{LOGIN}/double-authentification"
        assert acts() == [("account_added", ""), ("link_given", ""), ("account_added", "premiere@site.example"),
                          ("link_given", "premiere@site.example")]  # fmt: skip


def test_who_administers_and_follows_a_network_sees_its_files_and_no_other(app: Flask) -> None:
    with app.app_context():
        mine, theirs = a_network("Le mien"), a_network("Un autre")
        seen, hidden = a_sent_file(mine, INTERCOMMUNAL)[0], a_sent_file(theirs, INTERCOMMUNAL)[0]
        walker = Walker(app)
        log_in(walker.client, an_administrator(mine))
        walker.get(f"/reseau/dossiers/{seen.reference}")
        assert walker.response.status_code == 200
        assert walker.client.get(f"/reseau/dossiers/{hidden.reference}").status_code == 404
        walker.get(ACCOUNTS)
        assert walker.response.status_code == 200


def test_logged_in_each_arrives_where_it_works(walker: Walker) -> None:
    walker.get(f"{LOGIN}?suite=/reseau")
    assert walker.path == ACCOUNTS
    walker.get("/reseau")  # « Espace des réseaux », at the foot of every page
    assert (walker.response.status_code, walker.path) == (200, ACCOUNTS)
    walker.get("/reseau/export.xlsx")
    assert (walker.response.status_code, walker.heading) == (403, "Votre compte ne suit aucun réseau")
    with walker.app.app_context():
        log_in(walker.client, a_facilitator(a_network()))
    walker.get(ACCOUNTS)
    assert walker.response.status_code == 403


# ---- Networks ---------------------------------------------------------------------------------------------------


@pytest.mark.stores(*BOTH)
def test_a_network_is_added_renamed_closed_and_opened_again(walker: Walker) -> None:
    walker.get(NETWORKS)
    walker.click("Ajouter un réseau")
    fill(walker, "#network-form", name="Réseau du Val", region="Bretagne", reply_to="ici@")
    assert walker.response.status_code == 422
    fill(walker, "#network-form", reply_to="")
    assert "Le réseau est créé" in walker.text
    fill(walker, "#network-form", name="Réseau du Val fictif", region="", reply_to="lit@reseau.example")
    found = db.session.scalars(select(Network)).one()
    assert (found.name, found.region, found.reply_to) == ("Réseau du Val fictif", "", "lit@reseau.example")

    a_facilitator(found)
    sent, token = a_sent_file(found, INTERCOMMUNAL)
    walker.click("Fermer ce réseau")
    assert "1 dossier reçu reste" in walker.text
    assert open_networks()
    fill(walker, "#closing-form")
    assert "ne reçoit plus de dossier" in walker.text
    assert not open_networks()
    reader = Walker(walker.app)
    reader.get(f"/reprendre/{token}")
    assert reader.response.status_code == 200  # the links of its files, as before
    desk = Walker(walker.app)
    log_in(desk.client, accounts.find_facilitator("animation@reseau.example"))  # type: ignore[arg-type]
    desk.get(f"/reseau/dossiers/{sent.reference}")
    assert desk.response.status_code == 200  # and its files, to its facilitators
    press(walker, "/rouvrir")
    assert open_networks()
    walker.get(JOURNAL)
    for told in ("Réseau « Réseau du Val » créé", "renommé « Réseau du Val fictif »", "lues à lit@reseau.example",
                 "fermé", "rouvert"):  # fmt: skip
        assert told in walker.text.replace("\u00a0", " ")


def test_a_network_follows_a_place_where_people_live(walker: Walker) -> None:
    network = a_network("Ancien")
    with writing():
        network.region = "Île de Clipperton"
    walker.get(f"{NETWORKS}/nouveau")
    groups = {
        one.attributes["label"]: [each.text() for each in one.css("option")] for one in walker.page.css("optgroup")
    }
    assert [len(one) for one in groups.values()] == [18, 6]
    assert {"Mayotte", "Corse"} < set(groups["Régions"])
    assert "Nouvelle-Calédonie" in groups["Collectivités d’outre-mer"]
    values = {"csrf_token": csrf(walker, f"{NETWORKS}/nouveau"), "name": "Autre", "region": network.region}
    assert walker.client.post(f"{NETWORKS}/nouveau", data=values).status_code == 422
    walker.get(f"{NETWORKS}/{network.id}")
    assert walker.form("#network-form").values["region"] == "Île de Clipperton"
    fill(walker, "#network-form", name="Ancien, renommé")
    db.session.refresh(network)
    assert (network.name, network.region) == ("Ancien, renommé", "Île de Clipperton")


@pytest.mark.parametrize(
    ("name", "told"), [("", "Écrivez"), ("x" * 121, "trop long"), ("RESEAU D'ESSAI", "existe déjà")]
)
def test_names_that_a_network_cannot_have(walker: Walker, name: str, told: str) -> None:
    a_network()
    walker.get(f"{NETWORKS}/nouveau")
    fill(walker, "#network-form", name=name)
    assert walker.response.status_code == 422
    assert told in walker.errors[0]
    assert len(db.session.scalars(select(Network)).all()) == 1
    assert not acts()


# ---- Accounts ---------------------------------------------------------------------------------------------------


def test_invited_by_mail_nobody_else_sees_the_link(make_app: Callable[..., Flask]) -> None:
    app = make_app(smtp_url="smtp://mail.example", mail_from="Site <site@ville.example>")
    app.test_client_class = ApartClient
    with app.app_context():
        walker, network = Walker(app), a_network()
        log_in(walker.client, an_administrator())
        walker.get(f"{ACCOUNTS}/nouveau")
        fill(walker, "#invitation-form", email=f" {NEW.upper()}", label="Animation", networks=[network.id])
        assert "part par e-mail" in walker.text
        assert "acces/" not in walker.response.text
        assert "en cours d’envoi" in walker.text
        press(walker, "/lien")
        sent = db.session.scalars(select(Mail)).all()
        assert [(one.kind, one.recipient) for one in sent] == [("invitation", NEW)] * 2


def test_without_a_network_one_is_added_first(walker: Walker) -> None:
    walker.get(f"{ACCOUNTS}/nouveau")
    fill(walker, "#invitation-form", email=NEW, label="Animation")
    assert "ajoutez d’abord un réseau" in walker.errors[0]
    walker.click("ajoutez d’abord ce réseau")
    assert walker.path == f"{NETWORKS}/nouveau"
    a_network()
    walker.get(f"{ACCOUNTS}/nouveau")
    assert "ajoutez d’abord" not in walker.text


def test_two_links_of_an_invitation_and_a_message_that_did_not_leave(make_app: Callable[..., Flask]) -> None:
    app = make_app(smtp_url="smtp://mail.example", mail_from="Site <site@ville.example>")
    app.test_client_class = ApartClient
    done = run(app, "administrator", "add", NEW)
    assert "le premier des deux qui sert ferme l’autre" in done.stdout
    with app.app_context():
        walker = Walker(app)
        log_in(walker.client, an_administrator())
        claim = mail_queue.take(now(), "mailed")
        assert claim is not None
        made = accounts.find_facilitator(NEW)
        assert made is not None
        page = f"{ACCOUNTS}/{made.id}"
        walker.get(page)
        assert not walker.page.css("a[href='#inviter']")
        mail_queue.unsure(claim, "interrupted")
        walker.get(page)
        assert "mais l’envoi a été interrompu" in walker.text
        choose(Walker(app), urlsplit(done.stdout.split()[-1]).path)
        other = Walker(app)
        other.get("/reseau/acces/mailed")
        assert (other.response.status_code, other.heading) == (410, "Ce lien ne sert plus")
        assert "choisi par un autre lien" in other.text
        walker.get(page)
        assert not walker.page.css("a[href='#inviter']")


def test_an_invitation_that_failed_is_said_beside_its_link(make_app: Callable[..., Flask]) -> None:
    app = make_app(smtp_url="smtp://mail.example", mail_from="Site <site@ville.example>")
    app.test_client_class = ApartClient
    assert run(app, "administrator", "add", NEW).exit_code == 0
    with app.app_context():
        walker, made = Walker(app), accounts.find_facilitator(NEW)
        log_in(walker.client, an_administrator())
        claim = mail_queue.take(now(), "mailed")
        assert claim is not None
        assert made is not None
        mail_queue.unsent(claim, now(), "RCPT 550", for_good=True)
        walker.get(f"{ACCOUNTS}/{made.id}")
        assert "non partie par e-mail, l’adresse a été refusée par sa messagerie" in walker.text
        assert "Un autre lien, déjà donné, reste valable jusqu’au" in walker.text
        assert walker.page.css("a[href='#inviter']")
        assert walker.page.css("h2#inviter")
        press(walker, "/lien")
        assert not walker.page.css("a[href='#inviter']")


@pytest.mark.stores(*BOTH)
def test_an_account_is_invited_moved_closed_and_opened_again(walker: Walker) -> None:
    one, two = a_network("Un"), a_network("Deux")
    walker.get(f"{ACCOUNTS}/nouveau")
    fill(walker, "#invitation-form", email=NEW, label="Animation")
    assert "au moins un réseau" in walker.errors[0]
    fill(walker, "#invitation-form", networks=[one.id])
    made = accounts.find_facilitator(NEW)
    assert made is not None
    page = walker.path
    assert "Invitation valable jusqu’au" in walker.text
    choose(Walker(walker.app), urlsplit(walker.page.css_first("#lien-donne").text().strip()).path)

    followed, _ = a_sent_file(one, INTERCOMMUNAL)
    with writing() as session:
        session.execute(update(Submission).values(assigned_id=made.id))
    walker.get(page)
    assert "1 dossier de « Un »" in walker.text.replace("\u00a0", " ")
    theirs = log_in(Walker(walker.app).client, made)
    fill(walker, "#change-form", networks=[two.id], label="Animation de Deux")
    db.session.refresh(made)
    assert ([each.name for each in made.networks], made.label) == (["Deux"], "Animation de Deux")
    assert accounts.find_visit(theirs, now())  # who moves stays logged in, and sees other files
    desk = Walker(walker.app)
    log_in(desk.client, made)
    assert desk.client.get(f"/reseau/dossiers/{followed.reference}").status_code == 404

    walker.click("Fermer ce compte")
    assert "1 dossier reste" in walker.text.replace("\u00a0", " ")
    fill(walker, "#closing-form")
    assert "Fermé le" in walker.text
    assert accounts.find_visit(theirs, now()) is None
    press(walker, "/rouvrir")
    assert walker.page.css("#lien-donne")
    db.session.refresh(made)
    assert ([each.name for each in made.networks], made.password) == (["Deux"], None)
    told = [kind for kind, _ in acts()]
    assert told == [
        "account_added",
        "link_given",
        "account_changed",
        "account_closed",
        "account_reopened",
        "link_given",
    ]
    walker.get(JOURNAL)
    assert "administration@site.example" in walker.text


def test_an_address_has_one_account(walker: Walker) -> None:
    network = a_network()
    accounts.deactivate(a_facilitator(network, email=NEW), now())
    walker.get(f"{ACCOUNTS}/nouveau")
    fill(walker, "#invitation-form", email=NEW, label="Animation", networks=[network.id])
    assert "a déjà un compte" in walker.errors[0]
    assert not acts()


def test_a_network_closed_meanwhile_is_not_given(walker: Walker) -> None:
    network = a_network()
    walker.get(f"{ACCOUNTS}/nouveau")
    form = walker.form("#invitation-form")
    with writing():
        network.closed_at = now()
    for name, value in {"email": NEW, "label": "Animation", "networks": [network.id]}.items():
        form.fill(name, value)
    walker.send(form, None)
    assert "n’est plus ouvert" in walker.errors[0]
    assert accounts.find_facilitator(NEW) is None


def test_a_lost_password_is_given_a_link_that_opens_no_second_factor(walker: Walker) -> None:
    lost = with_password(a_facilitator(a_network(), email=NEW))
    accounts.set_up_factor(lost, "1" * 32, 0, [], now())
    walker.get(f"{ACCOUNTS}/{lost.id}")
    press(walker, "/lien")
    other = Walker(walker.app)
    choose(other, urlsplit(walker.page.css_first("#lien-donne").text().strip()).path, "une suite de mots")
    enter(other, NEW, "une suite de mots")
    assert other.path == f"{LOGIN}/code"

    walker.click("Retirer la double authentification")
    fill(walker, "#reset-form")
    assert "est retirée" in walker.text
    enter(other, NEW, "une suite de mots")
    assert other.path == ACCOUNT
    assert acts()[-1] == ("factor_reset", "administration@site.example")


def test_reset_an_administrator_sets_up_another_first(walker: Walker) -> None:
    other = with_password(an_administrator(email="autre@site.example"))
    token = log_in(Walker(walker.app).client, other)
    walker.get(f"{ACCOUNTS}/{other.id}/double-authentification")
    fill(walker, "#reset-form")
    assert accounts.find_visit(token, now()) is None
    theirs = Walker(walker.app)
    enter(theirs, "autre@site.example")
    assert theirs.path == f"{LOGIN}/double-authentification"


def test_nobody_acts_on_their_own_account(walker: Walker, admin: Facilitator) -> None:
    walker.get(f"{ACCOUNTS}/{admin.id}")
    assert not walker.page.css("main form")
    token = csrf(walker, ACCOUNTS)
    network = a_network()
    for act in ("", "/lien", "/fermer", "/rouvrir", "/double-authentification"):
        values = {"csrf_token": token, "label": "Moi", "networks": str(network.id)}
        assert walker.client.post(f"{ACCOUNTS}/{admin.id}{act}", data=values).status_code == 409, act
    db.session.refresh(admin)
    assert (admin.administrator, admin.networks, admin.deactivated_at) == (True, [], None)
    assert admin.totp_at
    assert not acts()


@pytest.mark.stores(*BOTH)
@pytest.mark.parametrize("number", ["0", "999", "2147483648", "9" * 40])
def test_a_number_of_nobody_is_an_unknown_address(walker: Walker, number: str) -> None:
    for address in (f"{NETWORKS}/{number}", f"{ACCOUNTS}/{number}/fermer"):
        assert walker.client.get(address).status_code == 404


def test_a_closed_account_takes_nothing(walker: Walker) -> None:
    closed = a_facilitator(network := a_network(), email=NEW)
    accounts.deactivate(closed, now())
    token = csrf(walker, ACCOUNTS)
    values = {"csrf_token": token, "label": "Autre", "networks": str(network.id), "administrator": "y"}
    for act in ("", "/lien", "/fermer"):
        assert walker.client.post(f"{ACCOUNTS}/{closed.id}{act}", data=values).status_code == 303
    db.session.refresh(closed)
    assert (closed.administrator, closed.label) == (False, "Animation du réseau")
    assert not acts()


def test_the_last_administrator_stays(app: Flask, admin: Facilitator) -> None:
    an_administrator(email="invitee@site.example").password = None  # who has not come yet does not count
    with writing():
        pass
    for command in ("facilitator deactivate", "administrator remove"):
        done = run(app, *command.split(), admin.email)
        assert done.exit_code == 2
        assert "dernier compte" in done.stderr
    with_password(an_administrator(email="autre@site.example"))
    assert run(app, "administrator", "remove", admin.email).exit_code == 0
    assert run(app, "facilitator", "deactivate", "autre@site.example").exit_code == 2


@pytest.mark.stores(*BOTH)
def test_two_who_close_each_other_at_once(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context():
        emails = [an_administrator(email=f"{name}@site.example").email for name in ("a", "b")]
    start = Barrier(2)

    def close(email: str) -> bool:
        with app.app_context():
            found = accounts.find_facilitator(email)
            assert found is not None
            start.wait()
            try:
                accounts.deactivate(found, now())
            except accounts.LastAdministratorError:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(close, emails)) == [False, True]


def test_made_administrator_a_session_ends_and_a_second_factor_is_asked_for(app: Flask, admin: Facilitator) -> None:
    made = with_password(a_facilitator(a_network(), email=NEW))
    walker = Walker(app)
    log_in(walker.client, made)
    assert run(app, "administrator", "add", NEW).exit_code == 0
    walker.get("/reseau")
    assert walker.path == LOGIN
    enter(walker, NEW)
    assert walker.path == f"{LOGIN}/double-authentification"
    assert run(app, "facilitator", "reset-second-factor", NEW).exit_code == 2  # there is none yet
    assert run(app, "administrator", "remove", NEW).exit_code == 0
    enter(walker, NEW)
    assert walker.path == ACCOUNT


def test_a_command_lets_in_who_has_lost_everything(app: Flask, admin: Facilitator) -> None:
    assert run(app, "facilitator", "reset-second-factor", admin.email).exit_code == 0
    walker = Walker(app)
    enter(walker, admin.email)
    assert walker.path == f"{LOGIN}/double-authentification"
    assert acts() == [("factor_reset", "")]


# ---- The journal ------------------------------------------------------------------------------------------------


def test_the_journal_is_bounded_and_says_so(walker: Walker) -> None:
    with writing() as session:
        session.add_all(noted("network_closed", BY_COMMAND, now(), network=f"N{one}") for one in range(MOST_ACTS + 3))
    walker.get(JOURNAL)
    assert len(walker.page.css("main li")) == MOST_ACTS
    assert f"N{MOST_ACTS + 2}" in walker.text
    assert "3 actes plus anciens" in walker.text.replace("\u00a0", " ")
    with writing() as session:
        session.execute(update(AdminAct).values(at=now() - timedelta(days=366)))
    retention.purge(retention.Keeping(), now(), None)
    assert not acts()


def test_the_journal_outlives_who_acted(app: Flask, admin: Facilitator) -> None:
    with writing() as session:
        session.add(
            AdminAct(at=now(), actor_id=admin.id, actor=admin.email, kind="network_closed", data={"network": "N"})
        )
        session.flush()
        session.delete(admin)
    assert acts() == [("network_closed", "administration@site.example")]


def test_every_page_in_a_browser(app: Flask, admin: Facilitator, serve: Serve, new_page: NewPage, audit: Audit) -> None:
    network = a_network("Réseau-au-nom-très-long " * 4)
    other = with_password(an_administrator(network, email="prenom.nom.de.famille.compose@collectivite.example"))
    site, visitor = serve(app), Walker(app)
    log_in(visitor.client, admin)
    page, seen = new_page(viewport=NARROW), set[str]()
    cookie = visitor.client.get_cookie("boussole")
    assert cookie is not None
    page.context.add_cookies([{"name": "boussole", "value": cookie.value, "url": site}])
    one, account = f"{NETWORKS}/{network.id}", f"{ACCOUNTS}/{other.id}"
    for address in (
        NETWORKS, f"{NETWORKS}/nouveau", one, f"{one}/fermer", ACCOUNTS, f"{ACCOUNTS}/nouveau", account,
        f"{account}/fermer", f"{account}/double-authentification", f"{ACCOUNTS}/{admin.id}", JOURNAL, ACCOUNT,
        f"{ACCOUNT}/double-authentification", f"{ACCOUNT}/codes-de-secours",
    ):  # fmt: skip  # addresses side by side
        page.goto(site + address)
        audit(page, seen=seen)
    page.goto(f"{site}{ACCOUNTS}/nouveau")
    page.get_by_role("button", name="Inviter").click()
    audit(page, "Inviter quelqu’un", seen=seen)
    page.get_by_label("Adresse e-mail").fill(NEW)
    page.get_by_label("Nom affiché").fill("Administration")
    page.get_by_label("L’administration du site").check()
    page.get_by_role("button", name="Inviter").click()
    audit(page, f"Compte {NEW}", seen=seen)

    page.context.clear_cookies()
    page.goto(f"{site}{LOGIN}")
    page.get_by_label("Adresse e-mail").fill(other.email)
    page.get_by_label("Mot de passe").fill(SECRET)
    page.get_by_role("button", name="Se connecter").click()
    audit(page, "Écrire votre code", seen=seen)
    page.get_by_label("Code à six chiffres").fill("12")
    page.get_by_role("button", name="Se connecter").click()
    audit(page, "Écrire votre code", seen=seen)
    page.get_by_role("link", name="Vous n’avez pas votre téléphone").click()
    audit(page, "Écrire un code de secours", seen=seen)
    accounts.take_factor_away(other, now())
    page.goto(f"{site}{LOGIN}/double-authentification")
    audit(page, "Activer la double authentification", seen=seen)
    page.get_by_text("Vous ne pouvez pas le photographier").click()
    key = page.locator("details code").inner_text().replace(" ", "")
    audit(page, seen=seen)
    page.get_by_label("Code à six chiffres").fill(pyotp.TOTP(key).now())
    page.get_by_role("button", name="Activer").click()
    audit(page, "Gardez vos codes de secours", seen=seen)
    assert len(one_time_codes.new_recovery_codes()) == page.locator("main li code").count()
