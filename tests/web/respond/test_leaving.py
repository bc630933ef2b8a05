"""A file that goes soon says so on its pages and by e-mail; its owner keeps it; the worker does the rest."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from selfassess.core.review.acts import CONTRIBUTOR
from selfassess.store.acts import Outcome, perform
from selfassess.store.database import db, writing
from selfassess.store.models import Link, Mail, Submission
from selfassess.store.submissions import new_token, token_hash
from selfassess.web.commands.deletion_commands import purge_some
from selfassess.web.commands.worker import WorkerParent
from selfassess.web.french import day, day_of, now
from selfassess.web.mail.sender import post_next
from selfassess.web.settings import settings_of
from tests.desk import COORDINATOR, a_facilitator, a_file, a_network, a_sent_file, hold, log_in
from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.server import Serve
from tests.web.mail.test_mails import LINK, faults_of, text_of, written
from tests.web.profiles import EARLY
from tests.web.walker import Walker

OLD = timedelta(days=70)  # of a draft: told for 20 days more
PART = {name: value for name, value in EARLY.items() if name != "brakes"}  # complete, it would be kept for a year
EMAIL = "coordination@pat.example"


def old_file(app: Flask, age: timedelta = OLD) -> tuple[Submission, Walker]:
    with app.app_context():
        file, token = a_file(PART, at=now() - age)
        with writing():
            file.email = EMAIL
    walker = Walker(app)
    hold(walker.client, token)
    return file, walker


def test_every_page_of_it_says_when_and_its_owner_keeps_it(app: Flask) -> None:
    _, walker = old_file(app)
    ends = day(day_of(now() + timedelta(days=30)))
    for page in ("/dossier", "/dossier/verifier", "/dossier/pat/stage", "/dossier/resultat", "/dossier/historique"):
        walker.get(page)
        assert f"s’effacera le {ends}" in walker.page.css_first("#effacement").text(), page
    walker.send(walker.form("#effacement form"), None)
    assert walker.page.css_first("#effacement") is None
    walker.get("/dossier/historique")
    assert "Dossier gardé plus longtemps" in walker.text


def test_its_network_reads_it_too_and_what_is_sent_is_kept_as_it_is(app: Flask) -> None:
    with app.app_context():
        network = a_network()
        account = a_facilitator(network)
        file, token = a_sent_file(network, EARLY, at=now() - timedelta(days=1810))
    desk, owner = Walker(app), Walker(app)
    with app.app_context():
        log_in(desk.client, account)
    hold(owner.client, token)
    assert "Son auteur en est prévenu" in desk.get(f"/reseau/dossiers/{file.reference}").css_first("#effacement").text()
    told = owner.get("/dossier").css_first("#effacement")
    assert "changez une réponse" not in told.text()
    owner.send(owner.form("#effacement form"), None)
    assert desk.get(f"/reseau/dossiers/{file.reference}").css_first("#effacement") is None


def test_to_keep_what_does_not_go_changes_nothing(app: Flask) -> None:
    file, walker = old_file(app, timedelta(days=50))
    walker.get("/dossier")
    assert walker.page.css_first("#effacement") is None
    token = walker.get("/dossier/supprimer").css_first("[name=csrf_token]").attributes["value"]
    walker.post(f"/dossier/{file.reference}/garder", {"csrf_token": token})  # type: ignore[arg-type]
    assert walker.response.status_code == 200
    with app.app_context():
        assert db.session.get_one(Submission, file.id).kept_at is None


def test_a_service_reads_it_and_keeps_it_by_answering_only(app: Flask) -> None:
    file, _ = old_file(app)
    with app.app_context():
        token, at = new_token(), file.created_at
        link = Link(hash=token_hash(token), submission_id=file.id, role=CONTRIBUTOR, created_at=at, section="pat")
        perform(file, "share", COORDINATOR, at, lambda one: Outcome({}, {}, lambda event: [link]))
    walker = Walker(app)
    hold(walker.client, token)
    walker.get("/dossier")
    assert "une réponse changée le garde aussi" in walker.page.css_first("#effacement").text()
    assert walker.page.css_first("#effacement form") is None
    walker.get("/dossier/pat/stage")
    form = walker.form()
    form.fill("stage", next(one for one in form.offered["stage"] if one != form.values["stage"]))
    walker.send(form)
    assert walker.get("/dossier").css_first("#effacement") is None


def test_the_message_says_when_and_opens_the_file(app: Flask) -> None:
    old_file(app)
    with app.app_context():
        assert purge_some(now()).told == 1
        assert post_next()
        (made,) = written(app)
    text, ends = text_of(made), day(day_of(now() + timedelta(days=30)))
    assert made["To"] == EMAIL
    assert ends in made["Subject"].replace("\u00a0", " ")
    assert "Garder ce dossier" in text
    assert not faults_of(made["Subject"]) + faults_of(LINK.sub("", text).replace("\n", " \n"))
    walker = Walker(app)
    walker.get(LINK.findall(text)[1])
    assert walker.page.css_first("#effacement form") is not None


def test_the_worker_deletes_with_the_messages_of_the_folder(app: Flask) -> None:
    """Those that a process killed halfway left there, too."""
    file, _ = old_file(app)
    other, _ = old_file(app, timedelta(days=1))
    with app.app_context():
        about = {"state": "sent", "recipient": EMAIL, "created_at": now(), "next_at": now(), "kind": "receipt"}
        with writing() as session:
            session.add_all(Mail(handover=f"{one.id}", submission_id=one.id, **about) for one in (file, other))
            session.get_one(Submission, file.id).created_at -= OLD
            session.get_one(Submission, file.id).saved_at = None
            session.get_one(Submission, file.id).warned_at = now() - timedelta(days=31)
        mine, theirs = db.session.scalars(select(Mail.id).order_by(Mail.id))
    folder = settings_of(app).mails
    folder.mkdir()
    for number in (mine, theirs):
        (folder / f"{number:08}.eml").touch()
    WorkerParent(app, []).beat()
    assert [int(one.stem) for one in folder.iterdir()] == [theirs]
    (folder / f"{mine:08}.eml").touch()
    WorkerParent(app, []).beat()
    assert [int(one.stem) for one in folder.iterdir()] == [theirs]
    with app.app_context():
        assert [one.id for one in db.session.scalars(select(Submission))] == [other.id]


def test_in_a_narrow_browser(app: Flask, serve: Serve, new_page: NewPage, audit: Audit) -> None:
    with app.app_context():
        _, token = a_file(PART, at=now() - OLD)
    site, page = serve(app), new_page(viewport={"width": 320, "height": 640})
    page.goto(f"{site}/reprendre/{token}")
    audit(page)
    page.goto(f"{site}/dossier/resultat")
    audit(page)
    page.get_by_role("button", name="Garder ce dossier").click()
    assert page.locator("#effacement").count() == 0
