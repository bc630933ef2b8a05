"""`submissions replay`: kept reports computed again, on the same definitions and on altered ones. Reads only."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from selfassess.content.catalogue import load
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.edition import ENGINE
from selfassess.core.report.network_reading import lay
from selfassess.core.review.acts import VALIDATED, Review
from selfassess.store import reports
from selfassess.store.database import db
from selfassess.store.models import Revision, StoredReport
from selfassess.web.definitions import EXTENSION
from selfassess.web.french import now, today
from selfassess.web.report.submission_record import declared_report
from selfassess.web.report.visibility import lent
from tests.core.report.reviewed import VALIDATE, judged
from tests.definitions import QUESTIONS, SLUG, edition
from tests.desk import a_file, a_network, a_sent_file
from tests.editions import device_copied
from tests.web.export.test_export import HANDMADE, answered_by_the_service
from tests.web.profiles import EARLY, INTERCOMMUNAL

Told = tuple[int, str]


def ask(app: Flask, *arguments: str) -> Told:
    result = app.test_cli_runner().invoke(args=["submissions", "replay", *arguments])
    return result.exit_code, result.output.replace("\u00a0", " ")


@pytest.fixture
def filled(app: Flask) -> Iterator[dict[str, Any]]:
    """Three files sent, one by two services and with comments; the PDF of a draft asked for."""
    with app.app_context():
        network = a_network()
        sent = [a_sent_file(network, one, {"stage": "À revoir."})[0] for one in (EARLY, HANDMADE)]
        made, _ = a_file(INTERCOMMUNAL, {f"{edition().questionnaire.group.id}.gone.start": "Perdu."})
        report = lent(made, edition(), today())
        reports.ask(report.fingerprint, report.model_dump_json(), made.id, "1", now())
        yield {"sent": sent, "draft": made, "app": app}


def altered(app: Flask, tmp_path: Path, *changes: tuple[str, str, str]) -> None:
    """The application goes on with definitions in which `before` became `after` in a file."""
    root = tmp_path / "questions"
    if not root.exists():
        shutil.copytree(QUESTIONS, root)
    for name, before, after in changes:
        path = root / SLUG / name
        assert before in path.read_text()
        path.write_text(path.read_text().replace(before, after))
    (root / "published.lock").unlink(missing_ok=True)
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], definitions=load(root, SLUG))


def test_the_same_definitions_give_the_same_bytes(filled: dict[str, Any]) -> None:
    assert ask(filled["app"]) == (0, "3 rapports : 3 identiques, 0 différent, 0 sans recalcul possible, "
                                     "0 différent sans cause.\n")  # fmt: skip


def test_a_correction_of_wording_is_named_with_its_file(filled: dict[str, Any], tmp_path: Path) -> None:
    path = f"editions/{edition().id}/questionnaire.yaml"
    question = next(one for one in edition().questionnaire.questions.values() if one.kind == "single")
    before = question.text.replace("\u00a0", " ").replace("\u2019", "'")
    altered(filled["app"], tmp_path, (path, before, f"{before[:-2]} aujourd'hui ?"))
    code, said = ask(filled["app"])
    assert code == 0
    assert "3 rapports : 0 identique, 3 différents" in said
    assert re.findall(r"À cause de (.+)", said) == [f"{SLUG}/{path}"] * 3
    assert "aujourd’hui" in said


def test_a_weight_that_moves_a_reading_is_named_with_its_file(filled: dict[str, Any], tmp_path: Path) -> None:
    altered(filled["app"], tmp_path, (f"editions/{edition().id}/typology.yaml", "threshold: 4", "threshold: 7"))
    code, said = ask(filled["app"], "--all")
    assert code == 0
    assert set(re.findall(r"À cause de (.+)", said)) == {f"{SLUG}/editions/{edition().id}/typology.yaml"}
    assert re.search(r"categories\[\w+\]\.threshold : « 4 » alors, « 7 » maintenant", said)


def test_a_device_added_since_is_named(filled: dict[str, Any], tmp_path: Path) -> None:
    name = next(path.stem for path in sorted((QUESTIONS / SLUG / "devices").glob("*.yaml")))
    device_copied(Path(shutil.copytree(QUESTIONS, tmp_path / "questions")), name, "other_one")
    altered(filled["app"], tmp_path, ("devices/other_one.yaml", "always_open: true", "always_open: false"))
    _, said = ask(filled["app"], "--all")
    assert f"À cause de {SLUG}/devices/other_one.yaml" in said
    assert "devices[other_one] : absent alors" in said


def test_only_the_file_asked_for(filled: dict[str, Any]) -> None:
    app, one = filled["app"], filled["sent"][0]
    assert ask(app, "--reference", one.reference)[1].startswith("1 rapport")
    code, said = ask(app, "--reference", "RIEN")
    assert code == 2
    assert "Aucun rapport gardé pour le dossier « RIEN »." in said


def test_what_is_laid_over_a_report_is_laid_over_it_again(app: Flask) -> None:
    """Two services that differ, a draft shown to a reader, a network's reading."""
    with app.app_context():
        made, _ = a_file(INTERCOMMUNAL)
        answered_by_the_service(made, {Ref("ri_role"): "informs", Ref("benefits"): ["skills"]}, "")
        report = lent(made, edition(), today())
        assert report.draft
        assert report.services is not None
        reports.ask(report.fingerprint, report.model_dump_json(), made.id, "1", now())
        sent, _ = a_sent_file(a_network(), HANDMADE)
        review = Review(state=VALIDATED, judgement=judged(declared_report(sent)), validated=VALIDATE)
        laid = lay(declared_report(sent), review, "Réseau d’essai", "2027-03-03")
        reports.ask(laid.fingerprint, laid.model_dump_json(), sent.id, "1", now())
        assert ask(app)[1].startswith("3 rapports : 3 identiques")


def test_a_report_that_cannot_be_computed_again_is_said_so(filled: dict[str, Any]) -> None:
    app = filled["app"]
    stored = db.session.scalars(db.select(StoredReport)).one()
    kept = json.loads(stored.report)
    for value, told in (
        ("{", "il ne se lit plus"),
        (json.dumps({**kept, "edition": "2019-1"}), "l’édition 2019-1 n’est plus dans les définitions"),
        (json.dumps({**kept, "origin": None}), "il a été gardé sans les réponses d’où il vient"),
    ):
        db.session.execute(text("UPDATE stored_report SET report = :report"), {"report": value})
        db.session.commit()
        code, said = ask(app, "--reference", filled["draft"].reference)
        assert code == 0
        assert told in said
        assert "1 sans recalcul possible" in said


def test_other_bytes_from_the_same_files_are_a_fault(filled: dict[str, Any]) -> None:
    stored = db.session.scalars(db.select(StoredReport)).one()
    damaged = json.loads(stored.report) | {"asked": 999}
    db.session.execute(text("UPDATE stored_report SET report = :report"),
                       {"report": json.dumps(damaged, ensure_ascii=False, separators=(",", ":"))})  # fmt: skip
    db.session.commit()
    code, said = ask(filled["app"])
    assert code == 2
    assert "asked : « 999 » alors" in said
    assert "C’est un défaut du programme." in said
    assert "1 différent sans cause" in said


def test_a_former_engine_is_a_cause(filled: dict[str, Any]) -> None:
    stored = db.session.scalars(db.select(StoredReport)).one()
    former = json.loads(stored.report) | {"engine": "0", "asked": 999}
    db.session.execute(text("UPDATE stored_report SET report = :report"), {"report": json.dumps(former)})
    db.session.commit()
    code, said = ask(filled["app"])
    assert code == 0
    assert f"À cause du moteur de lecture : version 0 alors, {ENGINE} maintenant." in said


def test_nothing_is_written(filled: dict[str, Any], tmp_path: Path) -> None:
    """A kept report is never rewritten, whatever the definitions have become."""
    before = [row.report for row in db.session.scalars(db.select(Revision))]
    altered(filled["app"], tmp_path, (f"editions/{edition().id}/typology.yaml", "threshold: 4", "threshold: 7"))
    written: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA", "BEGIN")):
            written.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    ask(filled["app"])
    event.remove(db.engine, "before_cursor_execute", note)
    assert written == []
    db.session.expire_all()
    assert [row.report for row in db.session.scalars(db.select(Revision))] == before
