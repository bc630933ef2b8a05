"""The version for élus, by its doors: a reader's link, « PDF pour les élus »; what was sent before there was one."""

from __future__ import annotations

import json
from pathlib import Path

import pikepdf
import pytest
from flask import Flask

from selfassess.core.report.network_reading import CALL_SHEET, DOCUMENTS, ELECTED_DOCUMENTS
from selfassess.core.report.report import Report
from selfassess.store.database import db
from selfassess.store.models import Link, Revision, StoredReport, Submission
from selfassess.web.french import now, today
from selfassess.web.report import pdf
from selfassess.web.report.visibility import lent_for_elus, validation
from tests.core.report import files
from tests.definitions import edition
from tests.desk import COORDINATOR
from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.pdf import CheckPdf, text_of
from tests.fixtures.server import Serve
from tests.web.report.test_visibility import SECRET, Scene, body, quick
from tests.web.walker import Walker

__all__ = ["quick"]  # the fixture
STATES = ("draft", "clarification", "validated")
COMMENT = "Un commentaire qui reste à la coordination"
# Said of these answers in the whole report, of which the file of `Scene` gives some.
KEPT_BACK = (COMMENT, "Volonté politique", "Qu’est-ce qui vous freine", "Le temps vous manque", "Le manque de temps")


def a_scene(app: Flask, state: str) -> Scene:
    """Its reader's link is for the version for élus; the first answer has a comment, sent with the rest."""
    scene = Scene.at(app, state)
    with app.app_context():
        for link in db.session.query(Link).filter_by(role="reader"):
            link.whole = False
        db.session.commit()
    return scene


def of_elus(scene: Scene) -> Report:
    with scene.app.app_context():
        found = lent_for_elus(db.session.get_one(Submission, scene.id), edition(), today())
    assert isinstance(found, Report)
    return found


def ask(walker: Walker, ending: str) -> None:
    """For the PDF whose form leads there."""
    walker.send(walker.form(f"form[action$='{ending}']"), None)


@pytest.mark.parametrize("state", STATES)
def test_a_link_for_elus_opens_their_version(app: Flask, state: str) -> None:
    scene = a_scene(app, state)
    whole, theirs = body(scene.read("respondent")), body(scene.read("reader"))
    assert any(one in whole for one in KEPT_BACK)
    assert not [one for one in KEPT_BACK if one in theirs]
    assert "Version pour les élus." in theirs
    assert "Version pour les élus" not in whole
    assert (SECRET in theirs) == (state == "validated")
    assert not scene.visitors["reader"].page.css(".rp-monday")


@pytest.mark.parametrize("who", ["respondent", "reader"])
@pytest.mark.parametrize("state", STATES)
def test_the_pdf_for_elus_is_theirs(app: Flask, quick: list[Report], who: str, state: str) -> None:
    """The reader's page has no other; the respondent's has both."""
    scene = a_scene(app, state)
    walker = scene.read(who)
    ask(walker, "/rapport/elus" if who == "respondent" else of_elus(scene).fingerprint)
    (drawn,) = quick
    assert drawn == of_elus(scene)
    assert drawn.elected
    assert drawn.origin is None
    assert drawn.call_sheet is None


def test_the_whole_report_is_out_of_reach_of_a_link_for_elus(app: Flask, quick: list[Report]) -> None:
    scene = a_scene(app, "clarification")
    walker = scene.read("respondent")
    ask(walker, walker.page.css_first("form[action*='/rapport/']").attributes["action"].rpartition("/")[2])
    (whole,) = quick
    assert not whole.elected
    reader = scene.read("reader")
    for ending in ("", ".pdf", ".odt"):
        answer = reader.client.get(f"{reader.path}/rapport/{whole.fingerprint}{ending}")
        assert answer.status_code in {303, 404}, ending
        assert b"fictional" not in answer.data


def test_the_documents_for_elus_are_kept_with_what_is_validated(app: Flask) -> None:
    scene = a_scene(app, "clarification")
    scene.act("resubmit", COORDINATOR)
    scene.judge()
    with app.app_context():
        kept = validation(db.session.get_one(Submission, scene.id), "Animation", now())
    assert set(kept) == {DOCUMENTS, ELECTED_DOCUMENTS, CALL_SHEET}
    scene.act("validate", **kept)
    report = of_elus(scene)
    assert report.review is not None
    assert report.review.page is not None
    assert report.review.page.documents is not None
    assert report.review.comments == ()


def test_sent_before_there_was_one_it_says_so(app: Flask) -> None:
    """No version is made of answers of another day."""
    scene = a_scene(app, "clarification")
    with app.app_context():
        db.session.query(Revision).update({"elected_fingerprint": None, "elected_report": None})
        db.session.commit()
    reader = scene.visitors["reader"]
    reader.get(f"/lire/{scene.reader}")
    assert reader.response.status_code == 410
    assert "n’a pas de version pour les élus" in reader.text
    respondent = scene.read("respondent")
    assert "Pas de version pour les élus" in respondent.text
    assert "PDF pour les élus" not in respondent.text


def test_the_pdf_for_elus_says_and_attaches_nothing_kept_back(app: Flask, tmp_path: Path, check_pdf: CheckPdf) -> None:
    report = of_elus(a_scene(app, "clarification"))
    path = tmp_path / "elus.pdf"
    with app.app_context():
        path.write_bytes(pdf.render(report))
    check_pdf(path)
    told = text_of(path)
    with pikepdf.open(path) as opened:
        attached = {name: opened.attachments[name].get_file().read_bytes() for name in opened.attachments}
    assert set(attached) == {"resultat.json"}
    said = json.dumps(json.loads(attached["resultat.json"]), ensure_ascii=False)
    for one in KEPT_BACK:
        assert one not in told
        assert one not in said
    assert "political_will" not in said
    assert "brake_" not in said
    assert "Version pour les élus" in told
    assert "Le résultat y est joint en JSON." in " ".join(told.split())


def test_asking_twice_stores_one(app: Flask, quick: list[Report]) -> None:
    scene = a_scene(app, "draft")
    for _ in range(2):
        ask(scene.read("respondent"), "/rapport/elus")
    with app.app_context():
        assert db.session.query(StoredReport).count() == 1
    assert len(quick) == 1


def test_the_form_of_a_link_in_a_browser(app: Flask, serve: Serve, new_page: NewPage, audit: Audit) -> None:
    """Élus' version unless one asks for the whole; both are listed by what they open."""
    scene = a_scene(app, "draft")
    page = new_page(viewport={"width": 320, "height": 800}, base_url=serve(app))
    page.goto(f"/reprendre/{scene.token}")
    page.goto(f"/dossier/{scene.reference}/partager")
    assert page.get_by_label("La version pour les élus").is_checked()
    for choice, opens in (("La version pour les élus", "Lire la version pour les élus"),
                          ("Le rapport entier", "Lire le rapport entier")):  # fmt: skip
        page.get_by_label("Pour qui").fill("Vice-présidence")
        page.get_by_label(choice).check()
        page.get_by_role("button", name="Créer un lien de lecture").click()
        page.get_by_text(opens).first.wait_for()
    audit(page)
    with app.app_context():
        made = db.session.query(Link).filter_by(label="Vice-présidence")
        assert sorted(one.whole for one in made) == [False, True]


def test_with_the_whole_report_one_reads_comments(app: Flask) -> None:
    """A link may still be given to all of it."""
    scene = Scene(app)
    walker: Walker = scene.read("reader")
    assert any(one in body(walker) for one in KEPT_BACK)
    assert files.WHOLE["brakes"]
