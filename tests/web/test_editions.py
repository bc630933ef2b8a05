"""Files of an older edition work for ever beside a newer one, and their answers are carried to it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from selfassess.core.answers.answers import read
from selfassess.core.definition.edition import Definitions
from selfassess.core.reading.reading import Reading, read_file
from selfassess.core.review.acts import READER
from selfassess.store import submissions
from selfassess.store.database import db, writing
from selfassess.store.models import Link, Submission
from selfassess.web.definitions import library
from selfassess.web.french import now, today
from selfassess.web.report import pdf
from selfassess.web.report.visibility import shared
from tests.core.report import files
from tests.definitions import SLUG, definitions, edition, json_of
from tests.desk import a_facilitator, a_file, a_network, a_sent_file, hold, log_in
from tests.editions import ADDED, FIRST, REMOVED, SECOND, all_published, renewed, second_edition
from tests.pages import plain
from tests.web import profiles
from tests.web.conftest import MakeApp, read_once
from tests.web.walker import Walker

# Every edition asks the border of a structure that may cover several départements.
PLACE = {"name": "Val fictif", "type": "petr", "departement": "36", "population": 82410}
GIVEN = {**files.FILES["twinning_and_project"], "territory": PLACE, "border": "near"}
DEVICE = "jum_neuf"  # the one that asks what FIRST never had
GONE = "Comment suivez-vous l’avancement du PAT ?"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return renewed(second_edition(tmp_path_factory.mktemp("renewed"), published=True))


@pytest.fixture
def newer(make_app: MakeApp, root: Path) -> Flask:
    return make_app(questions=root)


def walker_of(app: Flask, token: str) -> Walker:
    walker = Walker(app)
    hold(walker.client, token)
    return walker


def test_a_draft_goes_on_where_it_began(newer: Flask, tmp_path: Path) -> None:
    with newer.app_context():
        network = a_network()
        a_facilitator(network)
        made, token = a_file(GIVEN)
        assert library().definitions.current.id == SECOND
    walker = walker_of(newer, token)
    walker.get("/dossier/verifier")
    assert GONE in plain(walker.text)
    assert "port" not in {one.attributes["href"].rpartition("#")[2] for one in walker.page.css("main a[href]")}
    walker.get("/dossier/pat/shape")
    walker.send(walker.answer({REMOVED: "evaluated"}))
    walker.get("/dossier/resultat")
    assert walker.response.status_code == 200
    with newer.app_context():
        file = db.session.get_one(Submission, made.id)
        assert (file.edition, file.answers[REMOVED]) == (FIRST, "evaluated")
        path = tmp_path / "old.pdf"
        path.write_bytes(pdf.render(shared(file, library().definitions.editions[FIRST], today())))
    assert f"édition {FIRST}" in subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True).stdout
    walker.get("/dossier/envoyer")
    form = walker.form("main form")
    form.fill("network", network.id)
    walker.send(form, None)
    assert walker.path == "/dossier/envoi"


def reading(known: Definitions, name: str, given: dict[str, Any]) -> Reading:
    chosen = known.editions[name]
    answers, faults = read(chosen.questionnaire, given)
    assert faults == []
    return read_file(chosen, known, answers)


def verdict(found: Reading) -> str:
    return next(one.verdict for one in found.advices if one.device.id == DEVICE)


def test_a_question_the_edition_never_had_is_to_verify_with_somebody(root: Path) -> None:
    known = read_once(root).definitions
    contact = known.first_contact(next(one for one in known.devices if one.id == DEVICE))
    seen = set()
    for given in files.FILES.values():
        far = {name: value for name, value in given.items() if name != REMOVED} | {"border": "far"}
        before, old = verdict(reading(definitions(), FIRST, far)), reading(known, FIRST, far)
        assert verdict(reading(known, SECOND, {**far, ADDED: "sea_port"})) == before
        assert verdict(reading(known, SECOND, {**far, ADDED: "no_port"})) == "non_ouvert"
        better = before in {"maintenant", "a_preparer", "a_verifier"}
        assert verdict(old) == ("a_verifier" if better else before)
        if before in seen:
            continue
        seen.add(before)
        told = json_of(old, known)
        assert f'"{ADDED}"' not in json.dumps(told)  # never a question that cannot be asked
        whys = [one["text"] for one in told["devices"][DEVICE]["reasons"] if contact in one["text"]]
        assert whys or not better
        assert all("le territoire a un port" in one for one in whys)
    assert {"maintenant", "pas_maintenant"} <= seen


def test_sent_reviewed_lent_and_exported_with_files_of_both_editions(newer: Flask) -> None:
    newer.config["WTF_CSRF_ENABLED"] = False
    with newer.app_context():
        network = a_network()
        desk = a_facilitator(network)
        old, _ = a_sent_file(network, GIVEN)
        reader = submissions.new_token()
        with writing() as session:
            session.add(
                Link(
                    hash=submissions.token_hash(reader), submission_id=old.id, role=READER, created_at=now(), label="É"
                )
            )
    young = Walker(newer)
    young.start()
    typed = {**PLACE, "population": "from_50k"}
    young.walk({**GIVEN, "border": "close", ADDED: "sea_port", "territory": typed}, "actions")
    young.get("/dossier/envoyer")
    form = young.form("main form")
    form.fill("network", network.id)
    young.send(form, None)
    facing = Walker(newer)
    with newer.app_context():
        log_in(facing.client, desk)
        references = {one.edition: one.reference for one in db.session.scalars(db.select(Submission))}
    assert set(references) == {FIRST, SECOND}
    facing.get("/reseau?anciens=oui")
    assert facing.response.status_code == 200
    assert all(one in facing.response.text for one in references.values())
    for reference in references.values():
        facing.get(f"/reseau/dossiers/{reference}")
        facing.get(f"/reseau/dossiers/{reference}/rapport")
        assert facing.response.status_code == 200
    seen = {"seen": "1", "advice": "Continuez."}
    facing.get(f"/reseau/dossiers/{references[FIRST]}/lecture")
    form = facing.form("main form")
    form.fill("advice", seen["advice"])
    facing.send(form, None)
    assert facing.response.status_code == 200
    table = facing.client.get("/reseau/export/reponses.csv?anciens=oui").data.decode("utf-8-sig")
    said = {one["Référence"]: one for one in csv.DictReader(io.StringIO(table), delimiter=";")}
    rows = {edition: said[reference] for edition, reference in references.items()}
    assert [bool(rows[one]["Suivi du PAT"]) for one in (FIRST, SECOND)] == [True, False]
    assert [bool(rows[one]["Port"]) for one in (FIRST, SECOND)] == [False, True]
    assert rows[FIRST]["Frontière"] == rows[SECOND]["Frontière"] != ""
    lent = Walker(newer)
    lent.get(f"/lire/{reader}")
    assert lent.response.status_code == 200


def test_a_year_later_the_answers_follow_and_the_others_are_listed(newer: Flask) -> None:
    with newer.app_context():
        comments = {"stage": "Voté en mai.", REMOVED: "Deux indicateurs."}
        old, token = a_sent_file(a_network(), GIVEN, comments, at=now() - timedelta(days=365))
    walker = walker_of(newer, token)
    walker.get("/dossier/repartir")
    told = plain(walker.text)
    for question in (REMOVED, "border"):
        definition = edition().questionnaire.every[question]
        said = definition.by_option[str(GIVEN[question])].text
        assert plain(definition.text).replace("'", "’") in told.replace("'", "’")
        assert plain(said).replace("'", "’") in told.replace("'", "’")
    walker.send(walker.form("#repartir"), None)
    with newer.app_context():
        young = db.session.scalars(db.select(Submission).where(Submission.origin_id == old.id)).one()
        first = db.session.get_one(Submission, old.id)
        assert (young.edition, first.edition) == (SECOND, FIRST)
        assert set(first.answers) - set(young.answers) == {REMOVED, "border"}
        assert all(first.answers[name] == young.answers[name] for name in young.answers)
        assert young.comments == {"stage": "Voté en mai."}
        assert first.answers[REMOVED] == GIVEN[REMOVED]
    for page in ("/dossier/repris", "/dossier", "/dossier/verifier", "/dossier/resultat", "/dossier/comparer"):
        walker.get(page)
        assert walker.response.status_code == 200, page
    assert "deux éditions du questionnaire" in walker.text
    walker.get("/dossier/verifier")
    assert "Votre territoire a-t-il un port" in walker.text


def test_a_draft_of_2026_1_goes_on_is_sent_then_followed_in_2026_2(make_app: MakeApp, tmp_path: Path) -> None:
    """The real pair: what 2026-2 no longer knows is listed, what it asks anew is asked."""
    app = make_app(questions=all_published(tmp_path))
    transnational = {**profiles.PROJECT, "device": "interreg_other"}
    twinning = {**profiles.PROJECT, "label": "Jumelage avec Essen", "device": "twinning", "start": "before_any"}
    given = {**profiles.RURAL, "working_language": "in_team", "actions": [transnational, twinning]}
    token = submissions.new_token()
    with app.app_context():
        network = a_network()
        a_facilitator(network)
        submissions.start(SLUG, "2026-1", token, now())
    walker = walker_of(app, token)
    walker.get("/dossier")
    walker.walk(given, "actions")
    walker.get("/dossier/envoyer")
    form = walker.form("main form")
    form.fill("network", network.id)
    walker.send(form, None)
    walker.get("/dossier/repartir")
    for answer in ("Oui, dans l’équipe du PAT", "Autre Interreg (transnational, Interreg Europe)"):
        assert answer in walker.text
    walker.send(walker.form("#repartir"), None)
    with app.app_context():
        old, young = db.session.scalars(db.select(Submission).order_by(Submission.id))
        assert (old.edition, young.edition) == ("2026-1", "2026-2")
        assert set(old.answers) - set(young.answers) == {"working_language"}
        items = zip(old.answers["actions"], young.answers["actions"], strict=True)
        assert [set(before) - set(after) for before, after in items] == [{"device"}, set()]
    walker.get("/dossier/verifier")
    for question in (
        "Langue de travail",
        "Dispositif (Projet FoodCorridors, Europe)",
        "Jumelage avec Essen) : sans réponse",
    ):
        assert question in plain(walker.text)
