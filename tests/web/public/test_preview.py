"""A draft edition tried as a respondent would: to the PDF, marked everywhere, and sent by no way."""

from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from werkzeug.test import TestResponse

from selfassess.core.review.acts import (
    ACTS,
    PREVIEW,
    RESPONDENT,
    ROLES,
    fold,
    may,
)
from selfassess.store import exporting, submissions
from selfassess.store.acts import NotOpenError, perform
from selfassess.store.database import db, writing
from selfassess.store.models import Link, Submission
from selfassess.web.access import ACCESS, FILE, OWNER
from selfassess.web.french import now, today
from selfassess.web.report import pdf
from selfassess.web.report.visibility import shared
from selfassess.web.settings import Settings
from tests.core.report import files
from tests.desk import COORDINATOR, a_file, a_network, hold, purged
from tests.editions import FIRST, REMOVED, RENAMED, SECOND, all_published, renewed, second_edition
from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.server import Serve
from tests.web.conftest import MakeApp, read_once
from tests.web.profiles import RURAL
from tests.web.walker import Walker

MARK = f"Brouillon de l’édition {SECOND}"
OPEN = {"read", "edit", "keep", "delete"}
LAST = {"respond.delete_now", "respond.leave_now"}  # after them, no file is open


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return second_edition(tmp_path_factory.mktemp("drafted"), published=False)


class Marked(Walker):
    """Every page of the file says that it is a trial, and leads to no sending."""

    def _follow(self, response: TestResponse, url: str) -> HTMLParser:
        page = super()._follow(response, url)
        if self.path.startswith("/dossier"):
            assert MARK in self.response.text, self.url
            assert "noindex" in self.response.headers["X-Robots-Tag"]
            assert page.css("main a[href*='envoyer'], main a[href*='partager']") == []
        return page


def begin(app: Flask) -> Walker:
    walker = Marked(app)
    walker.get("/apercu")
    walker.click(f"Essayer l’édition {SECOND}")
    walker.send(walker.form("#essayer"), None)
    assert walker.response.status_code == 200
    return walker


def only(app: Flask) -> Submission:
    with app.app_context():
        found = db.session.scalars(db.select(Submission)).one()
        db.session.remove()
        return found


def same_database(app: Flask) -> str:
    return str(app.config["SQLALCHEMY_DATABASE_URI"])


def give(app: Flask, **values: Any) -> None:
    with app.app_context(), writing() as session:
        session.execute(db.update(Submission).values(**values))


def test_from_the_list_to_the_pdf(make_app: MakeApp, drafted: Path, tmp_path: Path) -> None:
    app = make_app(questions=drafted)
    walker = begin(app)
    assert MARK in walker.response.text
    walker.walk(RURAL, "actions")
    for page in ("/dossier", "/dossier/resultat", "/dossier/historique", "/dossier/supprimer", "/dossier/quitter"):
        walker.get(page)
        assert walker.response.status_code == 200
    assert len({one for one in walker.visited if one.startswith("/dossier")}) > 20
    made = only(app)
    assert (made.edition, made.state) == (SECOND, PREVIEW)
    with app.app_context():
        file = db.session.get_one(Submission, made.id)
        assert fold(one.kind for one in submissions.events(file)) == PREVIEW
        report = shared(file, read_once(drafted).definitions.editions[SECOND], today())
        path = tmp_path / "trial.pdf"
        path.write_bytes(pdf.render(report))
    told = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    sheets = told.rstrip("\f").split("\f")
    assert len(sheets) > 5
    assert all("Essai d’un brouillon d’édition" in one for one in sheets)


def test_no_search_engine_and_the_real_file_is_not_forgotten(make_app: MakeApp, drafted: Path) -> None:
    app = make_app(questions=drafted)
    with app.app_context():
        _, token = a_file(files.FILES["twinning_and_project"])
    walker = Walker(app)
    hold(walker.client, token)
    for page in ("/apercu", f"/apercu/{SECOND}"):
        walker.get(page)
        assert "noindex" in walker.response.headers["X-Robots-Tag"]
    mine = walker.client.whole("/dossier")
    walker.send(walker.form("#essayer"), None)
    assert MARK in walker.response.text
    walker.get(mine)
    assert MARK not in walker.response.text


def test_only_a_draft_is_tried(make_app: MakeApp, drafted: Path) -> None:
    app = make_app(questions=drafted)
    walker = Walker(app)
    walker.get("/apercu/2031-1")
    assert walker.response.status_code == 404
    assert "Aucun brouillon d’édition n’a ce nom" in walker.heading
    app.config["WTF_CSRF_ENABLED"] = False
    assert walker.client.post("/apercu/2031-1").status_code == 404
    walker.get(f"/apercu/{FIRST}")  # published: nothing to try
    assert walker.path == "/apercu"
    assert walker.client.post(f"/apercu/{FIRST}").location == "/apercu"


def test_without_a_draft_the_list_says_so(make_app: MakeApp, tmp_path: Path) -> None:
    walker = Walker(make_app(questions=all_published(tmp_path)))
    walker.get("/apercu")
    assert "Ce site n’a aucun brouillon d’édition." in walker.text


@pytest.mark.parametrize(
    ("changes", "there"),
    [
        ({}, False),
        ({"public_url": "https://boussole.example"}, False),
        ({"preview": True}, True),
        ({"public_url": "https://boussole.example", "preview": True}, True),
    ],
)
def test_where_it_is_open(make_app: MakeApp, drafted: Path, changes: dict[str, Any], there: bool) -> None:
    client = make_app(questions=drafted, **{"preview": Settings.preview, **changes}).test_client()
    assert client.get("/apercu").status_code == (200 if there else 404)
    assert client.get(f"/methode/{SECOND}").status_code == (200 if there else 404)


@pytest.mark.parametrize(("said", "meant"), [("1", True), ("oui", True), ("0", False), ("false", False), ("", False)])
def test_the_setting(tmp_path: Path, said: str, meant: bool) -> None:
    read = Settings.from_environment({"INSTANCE": str(tmp_path), "PREVIEW": said, "READ_MAILS": said})
    assert (read.preview, read.read_mails) == (meant, meant)


@pytest.mark.parametrize("role", ROLES)
def test_the_table_of_acts_opens_nothing_more(role: str) -> None:
    assert {act for act in ACTS if may(act, role, PREVIEW)} <= OPEN
    assert {act for act in ACTS if may(act, RESPONDENT, PREVIEW)} == OPEN
    assert PREVIEW not in {one.to for one in ACTS.values()}


def test_the_store_refuses_every_other_act(make_app: MakeApp, drafted: Path) -> None:
    app = make_app(questions=drafted)
    begin(app)
    with app.app_context():
        for act in set(ACTS) - OPEN:
            with pytest.raises(NotOpenError):
                perform(db.session.scalars(db.select(Submission)).one(), act, COORDINATOR, now())
        assert list(exporting.read(exporting.every_sent())) == []


def test_every_address_refuses_in_words(make_app: MakeApp, drafted: Path) -> None:
    """Walked by hand, as forms of another file could be: the file stays as it was, and no link to it is made."""
    app = make_app(questions=drafted)
    app.config["WTF_CSRF_ENABLED"] = False
    walker = begin(app)
    give(app, answers=files.WHOLE)
    before = only(app)
    with app.app_context():
        network = a_network()
    refused = 0
    for rule in app.url_map.iter_rules():
        if ACCESS.get(rule.endpoint) not in {FILE, OWNER} or rule.endpoint in LAST:
            continue
        values = {"file": before.reference, "section": "territory", "page": "place", "fingerprint": "0" * 24, "mail": 1}
        values["language"] = "en"
        filled = {one: values.get(one, "x") for one in rule.arguments}
        address = app.url_map.bind("localhost").build(rule.endpoint, filled)
        for method in (rule.methods or set()) & {"GET", "POST"}:
            form = {"network": str(network.id), "role": "reader", "label": "Une élue", "email": ""}
            answer = walker.client.open(address, method=method, data=form if method == "POST" else None)
            assert answer.status_code < 500, (method, address)
            if answer.status_code == 409:
                refused += "Un essai ne s’envoie pas" in answer.text
    after = only(app)
    assert refused >= 14
    assert (after.state, after.network_id, after.sent_at, after.declared) == (PREVIEW, None, None, None)
    with app.app_context():
        assert db.session.query(Link).count() == 1
        assert before.acts == after.acts == 0


def test_a_draft_that_changes_keeps_what_it_still_understands(make_app: MakeApp, drafted: Path, tmp_path: Path) -> None:
    first = make_app(questions=drafted)
    begin(first)
    give(first, answers={**files.WHOLE, "border": RENAMED[0], "territory": {"name": "Val fictif", "type": "epci"}})
    link = submissions.new_token()
    with first.app_context(), writing() as session:
        made = db.session.scalars(db.select(Submission)).one()
        session.add(Link(hash=submissions.token_hash(link), submission_id=made.id, role=RESPONDENT, created_at=now()))
    given = only(first).answers
    root = Path(shutil.copytree(drafted, tmp_path / "questions"))
    second = make_app(same_database(first), questions=renewed(root))
    again = Walker(second)
    hold(again.client, link)
    for page in ("/dossier", "/dossier/verifier", "/dossier/resultat", "/dossier/historique"):
        again.get(page)
        assert again.response.status_code == 200
    again.get("/dossier")
    assert "Réponses mises de côté" in again.text
    assert REMOVED in again.text  # the draft has no words for it any more
    assert "Votre territoire est-il proche" in again.text
    kept = only(second).answers
    assert set(given) - set(kept) == {REMOVED, "border"}
    assert {name: given[name] for name in kept} == kept
    again.get("/dossier/verifier")
    assert only(second).version == 2  # written once, at the first page


def test_a_draft_that_disappears(make_app: MakeApp, drafted: Path) -> None:
    first = make_app(questions=drafted)
    begin(first)
    with first.app_context():
        made = db.session.scalars(db.select(Submission)).one()
        token = submissions.new_token()
        with writing() as session:
            session.add(
                Link(hash=submissions.token_hash(token), submission_id=made.id, role=RESPONDENT, created_at=now())
            )
    walker = Walker(make_app(same_database(first)))
    hold(walker.client, token)
    walker.get("/dossier")
    assert walker.response.status_code == 410
    assert walker.heading == "Le brouillon d’édition de cet essai n’existe plus"
    walker.start()  # the home page lets one begin
    assert walker.response.status_code == 200


def test_published_later_it_stays_a_trial(make_app: MakeApp, drafted: Path, tmp_path: Path) -> None:
    first = make_app(questions=drafted)
    begin(first)
    give(first, answers=files.WHOLE)
    second = make_app(same_database(first), questions=second_edition(tmp_path, published=True))
    with second.app_context():
        made = db.session.scalars(db.select(Submission)).one()
        token = submissions.new_token()
        with writing() as session:
            session.add(
                Link(hash=submissions.token_hash(token), submission_id=made.id, role=RESPONDENT, created_at=now())
            )
    walker = Walker(second)
    hold(walker.client, token)
    walker.get("/dossier")
    assert "Cette édition a été publiée depuis" in walker.response.text.replace("\u00a0", " ")
    walker.get("/dossier/envoyer")
    assert walker.response.status_code == 409
    walker.get("/apercu")
    assert f"l’édition {SECOND}" not in walker.text  # no draft any more


def test_purged_like_a_draft(make_app: MakeApp, drafted: Path) -> None:
    app = make_app(questions=drafted)
    begin(app)
    with app.app_context():
        assert purged(now() + timedelta(days=89, hours=23)) == 0
        assert purged(now() + timedelta(days=121)) == 1


def test_in_a_narrow_browser(make_app: MakeApp, drafted: Path, serve: Serve, new_page: NewPage, audit: Audit) -> None:
    app = make_app(questions=drafted)
    page = new_page(viewport={"width": 320, "height": 800}, base_url=serve(app), reduced_motion="reduce")

    page.goto("/apercu")
    audit(page)
    page.get_by_role("link", name=f"Essayer l’édition {SECOND}").click()
    audit(page, f"Essayer le brouillon de l’édition {SECOND}")
    page.get_by_role("button", name="Commencer un essai").click()
    expect(page.get_by_text(MARK)).to_be_visible()
    audit(page)
    page.goto("/dossier/envoyer")
    audit(page, "Un essai ne s’envoie pas et ne se partage pas")


def test_a_draft_is_not_in_the_public_journal(make_app: MakeApp, drafted: Path, tmp_path: Path) -> None:
    own = shutil.copytree(drafted, tmp_path / "questions")
    (own / "JOURNAL.md").write_text(
        f"# Journal\n\n## {SECOND}\n\nTout change.\n\n## {FIRST}\n\nLa première.\n", "utf-8"
    )
    client, others = make_app(questions=own).test_client(), make_app(questions=own, preview=False).test_client()
    draft, journal = client.get(f"/methode/{SECOND}"), f"/methode/{FIRST}/sources"
    assert (draft.status_code, draft.headers["X-Robots-Tag"]) == (200, "noindex, nofollow")
    assert others.get(f"/methode/{SECOND}").status_code == 404
    assert "Tout change." in client.get(journal).get_data(as_text=True)
    seen = others.get(journal).get_data(as_text=True)
    assert "Tout change." not in seen
    assert "La première." in seen


def test_a_journal_of_another_encoding_takes_no_page_down(make_app: MakeApp, drafted: Path, tmp_path: Path) -> None:
    own = shutil.copytree(drafted, tmp_path / "questions")
    (own / "JOURNAL.md").write_bytes("## 2026-1\n\nPremière.\n".encode("latin-1"))
    app = make_app(questions=own)
    assert app.test_client().get(f"/methode/{FIRST}/sources").status_code == 200
    told = app.test_cli_runner().invoke(args=["questions", "check"])
    assert told.exit_code == 2
    assert "JOURNAL.md:3:1: Le journal n’est pas écrit en UTF-8." in told.output
