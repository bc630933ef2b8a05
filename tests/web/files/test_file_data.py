"""« Télécharger mes données »: all that is kept and theirs, in words; each column is told, or left out for a reason."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import JSON, Boolean, Date, Integer, LargeBinary, Table, insert, select, update
from sqlalchemy.types import TypeEngine

from selfassess.core.review.acts import CONTRIBUTOR, FACILITATOR
from selfassess.store import page_drafts, reports, step_ticks
from selfassess.store.acts import Actor, Outcome, perform
from selfassess.store.database import UtcDateTime, db, writing
from selfassess.store.models import Facilitator, Link, Mail, Revision, Submission
from selfassess.store.submissions import token_hash
from selfassess.web.files.file_data import LEFT_OUT
from selfassess.web.french import now
from tests.definitions import edition
from tests.desk import COORDINATOR, a_facilitator, a_file, a_network, a_sent_file, hold
from tests.web.profiles import INTERCOMMUNAL
from tests.web.test_service import run
from tests.web.walker import Walker

SAID = {"link.whole": "tout le rapport"}  # what is true or false, and its name
# Of a key or a list that pages are read by: a made-up value would be no state, no role, no kind.
FIXED = {
    "submission.state", "submission.edition", "submission.questionnaire", "submission.reference", "submission.answers",
    "submission.comments", "submission.authors", "submission.voices", "event.role", "event.kind", "event.data",
    "revision.answers", "revision.comments", "revision.authors", "revision.voices", "revision.asked",
    "revision.report", "revision.elected_report", "stored_report.report", "link.role", "link.section",
    "page_draft.role", "page_draft.fields", "mail.kind", "mail.data", "mail.facilitator_id", "alert.known",
}  # fmt: skip  # these are looked at by hand below


def downloaded(app: Flask, token: str) -> dict[str, Any]:
    walker = Walker(app)
    hold(walker.client, token)
    told = walker.client.get("/dossier/donnees.json")
    assert told.status_code == 200
    assert told.headers["Content-Disposition"].startswith("attachment; filename=")
    assert told.headers["Cache-Control"] == "no-store"
    found: dict[str, Any] = json.loads(told.data)
    return found


def test_every_column_tied_to_a_file_is_told_or_left_out_with_a_reason(app: Flask) -> None:
    """A value of its own is written in each, and looked for."""
    with app.app_context():
        network = a_network()
        a_facilitator(network)
        file, token = a_sent_file(network, INTERCOMMUNAL)
        marks: dict[str, str] = {}
        with writing() as session:
            for table in tied():
                session.execute(_row(table, file, marks))
        known = {f"{table.name}.{column.name}" for table in tied() for column in table.columns}
    text = json.dumps(downloaded(app, token), ensure_ascii=False)
    untold = {name for name, mark in marks.items() if mark not in text}
    assert untold == set(LEFT_OUT) & set(marks), untold ^ (set(LEFT_OUT) & set(marks))
    assert set(LEFT_OUT) <= known
    links = {f"{table.name}.submission_id" for table in tied() if table.name != "submission"}
    assert known == set(marks) | set(LEFT_OUT) | FIXED | links, known ^ (set(marks) | set(LEFT_OUT) | FIXED | links)


def tied() -> list[Table]:
    """Files, and each table whose rows are of one."""
    tables = db.metadata.sorted_tables
    return [one for one in tables if one.name == "submission" or "submission_id" in one.columns]


def _row(table: Table, file: Submission, marks: dict[str, str]) -> Any:
    """Another row, or for files those columns, with a value found nowhere else."""
    values: dict[str, object] = {}
    for column in table.columns:
        name = f"{table.name}.{column.name}"
        if name in FIXED or column.foreign_keys or (column.name == "id" and table.name == "submission"):
            continue
        values[column.name], marks[name] = _mark(name, column.type, len(marks))
    if table.name in {"submission", "summary"}:  # one row a file
        own = table.c.id if table.name == "submission" else table.c.submission_id
        return update(table).where(own == file.id).values(values)
    fixed: dict[str, object] = {
        "submission_id": file.id, "role": "respondent", "kind": "receipt", "data": {}, "answers": {}, "comments": {},
        "authors": {}, "voices": {}, "asked": [], "report": "{}", "elected_report": "{}", "fields": [], "known": [],
        "facilitator_id": db.session.scalar(select(Facilitator.id)) if table.name == "look" else None, "section": None,
    }  # fmt: skip
    return insert(table).values({name: one for name, one in fixed.items() if name in table.columns} | values)


def _mark(name: str, kind: TypeEngine[Any], number: int) -> tuple[object, str]:
    """A value, and how it is found in JSON."""
    if isinstance(kind, UtcDateTime):
        at = datetime(2031, 1, 1, tzinfo=UTC) + timedelta(days=number)
        return at, at.date().isoformat()
    if isinstance(kind, Date):
        return date(2041, 1, 1) + timedelta(days=number), (date(2041, 1, 1) + timedelta(days=number)).isoformat()
    if isinstance(kind, Boolean):
        return True, f'"{SAID.get(name, name)}": true'
    if isinstance(kind, Integer):
        return 770000 + number, str(770000 + number)
    if isinstance(kind, LargeBinary):
        return f"mark{number:04}".encode(), f"mark{number:04}"
    if isinstance(kind, JSON):
        return {"mark": f"mark{number:04}"}, f"mark{number:04}"
    return f"mark{number:04}", f"mark{number:04}"


def test_answers_are_in_words_with_their_comments_and_read_again(app: Flask) -> None:
    with app.app_context():
        _, token = a_file(INTERCOMMUNAL, {"stage": "Un commentaire à nous."})
    told = downloaded(app, token)
    stage = next(one for one in told["réponses"] if one["clé"] == "stage")
    question = edition().questionnaire.every["stage"]
    assert stage["question"] == question.text
    assert stage["réponse"] == question.by_option[INTERCOMMUNAL["stage"]].text
    assert stage["commentaire"] == "Un commentaire à nous."
    assert {one["clé"] for one in told["réponses"]} >= set(INTERCOMMUNAL) - {"actions"}
    again = run(app, "evaluate", "-", given=json.dumps(told["réponses à relire par evaluate"]).encode())
    assert again.exit_code == 0, again.output
    assert json.loads(again.stdout)["principal"]


def test_what_the_network_wrote_is_there_once_it_is_shown(app: Flask) -> None:
    desk = Actor(FACILITATOR, "Animation du réseau")
    with app.app_context():
        file, token = a_sent_file(a_network(), INTERCOMMUNAL)
        perform(file, "comment", desk, now(), lambda one: Outcome({"key": "stage", "text": "Une remarque à voir."}))
    assert "Une remarque à voir." not in json.dumps(downloaded(app, token), ensure_ascii=False)
    with app.app_context():
        file = db.session.get_one(Submission, file.id)
        asked = {"questions": ["stage"], "message": "Précisez l’étape."}
        perform(file, "request", desk, now(), lambda one: Outcome(asked))
    told = downloaded(app, token)
    text = json.dumps(told["historique"], ensure_ascii=False)
    assert "Une remarque à voir." in text
    assert "Précisez l’étape." in text
    assert told["dossier"]["état"] == "envoyé, précisions demandées"


def test_reports_are_whole_once_and_nothing_opens_anything(app: Flask) -> None:
    with app.app_context():
        file, token = a_sent_file(a_network(), INTERCOMMUNAL)
        sent = db.session.scalars(select(Revision).where(Revision.submission_id == file.id)).one()
        kept = {
            sent.fingerprint: json.loads(sent.report),
            sent.elected_fingerprint: json.loads(sent.elected_report or ""),
        }
        reports.ask(sent.fingerprint, sent.report, file.id, "t", now())
        page_drafts.keep(file, "respondent", "pat/stage", [("stage", "s2")], now())
        step_ticks.change(file, ["a1"], [], now())
        with writing() as session:
            session.add(Link(hash=token_hash("x" * 33), submission_id=file.id, role=CONTRIBUTOR, created_at=now(),
                             label="Service fictif", section="pat"))  # fmt: skip
            session.add(Mail(handover="h", kind="receipt", recipient="a@b.example", submission_id=file.id,
                             created_at=now(), next_at=now()))  # fmt: skip
        perform(file, "share", COORDINATOR, now(), lambda one: Outcome({"label": "Service fictif"}))
    told = downloaded(app, token)
    whole = [one for one in told["rapports"] if one["rapport"] is not None]
    assert {one["numéro"]: one["rapport"] for one in whole} == kept
    assert [one["état du PDF"] for one in told["rapports"] if one["rapport"] is None] == ["queued"]
    assert told["coché sans enregistrer"][0]["champs"] == [["stage", "s2"]]
    assert list(told["étapes du plan cochées"]) == ["a1"]
    assert [one["pour"] for one in told["liens"]] == ["", "Service fictif"]
    assert told["messages"][0]["objet"] == "Reçu de l’envoi"
    text = json.dumps(told)
    assert token not in text
    assert token_hash(token) not in text


def test_only_who_owns_the_file_has_it(app: Flask) -> None:
    """The table of accesses is tried elsewhere, role by role; here, that the page leads there."""
    with app.app_context():
        _, token = a_file(INTERCOMMUNAL)
    walker = Walker(app)
    hold(walker.client, token)
    for page in ("/dossier", "/dossier/supprimer"):
        link = walker.get(page).css_first("main a[download]")
        assert link is not None
        assert link.attributes["href"] == "/dossier/donnees.json"
