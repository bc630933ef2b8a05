"""What goes out of the desk: CSV and JSON read back, the dictionary, whose files, formulas, several editions."""

from __future__ import annotations

import csv
import io
import json
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import event

from selfassess.core.answers.items import ITEM_ID
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.questionnaire import Question
from selfassess.core.report.network_reading import flat
from selfassess.core.report.reviewed_page import leading
from selfassess.core.review.acts import (
    CONTRIBUTOR,
    DRAFT,
    FACILITATOR,
    SENT,
)
from selfassess.store import exporting
from selfassess.store.acts import Actor, Outcome, perform
from selfassess.store.database import db
from selfassess.store.models import Network, Submission
from selfassess.store.submissions import Change, change
from selfassess.web.commands.evaluate_command import evaluate
from selfassess.web.definitions import EXTENSION, library
from selfassess.web.french import now
from selfassess.web.report.submission_record import declaration
from selfassess.web.report.visibility import reviewed
from selfassess.web.respond.merge import FormAnswer, merge, seen_digest
from selfassess.web.review.export_formats import csv_of, safe
from selfassess.web.review.spreadsheet import CONTROLS, STARTS
from tests.definitions import edition
from tests.desk import COORDINATOR, a_facilitator, a_file, a_network, a_sent_file, log_in
from tests.fixtures.stores import BOTH
from tests.web.profiles import EARLY, GROUP, INTERCOMMUNAL, RURAL
from tests.web.walker import Walker

pytestmark = pytest.mark.stores(*BOTH)

DESK = Actor(FACILITATOR, "Animation du réseau")
SERVICE = Actor(CONTRIBUTOR, "Service des relations internationales")
PLACE = {"name": "PETR du Pays de Brai", "type": "petr", "departement": "76", "band": "from_50k", "population": 50000}
HANDMADE: dict[str, Any] = {**RURAL, "territory": PLACE}
FORMULAS = {"stage": '=HYPERLINK("https://mal.example";"Cliquez")', "budget": " \t+1+cmd|' /C calc'!A0"}


@dataclass
class Room:
    """A network, what it may read, and who is logged in."""

    app: Flask
    network: Network
    client: FlaskClient

    def rows(self, query: str = "") -> list[dict[str, str]]:
        response = self.client.get(f"/reseau/export.csv{query}")
        assert (response.status_code, response.mimetype) == (200, "text/csv")
        return read_csv(response.data)

    def files(self, query: str = "") -> list[dict[str, Any]]:
        response = self.client.get(f"/reseau/export.json{query}")
        assert (response.status_code, response.mimetype) == (200, "application/json")
        found = json.loads(response.data)
        assert found["questionnaire"] == library().definitions.slug
        return list(found["files"])


def read_csv(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";", strict=True))
    assert len(set(table[0])) == len(table[0])
    assert {len(row) for row in table} == {len(table[0])}
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]]


@pytest.fixture
def room(app: Flask) -> Iterator[Room]:
    with app.app_context():
        network = a_network()
        client = app.test_client()
        log_in(client, a_facilitator(network))
        yield Room(app, network, client)


def judged(sent: Submission, *, validated: bool) -> None:
    """The network retains another category, puts the last device first, comments one answer."""
    report = reviewed(sent)
    other = next(one for one in report.categories if one.verdict == "ruled_out")
    data = {
        "categories": {other.id: {"retained": True, "reason": 'Vu ; sur "place"\n=deux fois'}},
        "devices": [one.device for one in reversed(report.page_one.slots) if one.device],
        "order_reason": "Les élus y sont prêts.",
        "advice": "@voir avec le pays voisin",
    }
    perform(sent, "comment", DESK, now(), lambda found: Outcome({"key": "stage", "text": "Bien noté."}))
    perform(sent, "judge", DESK, now(), lambda found: Outcome(data))
    if validated:
        perform(sent, "validate", DESK, now())


def text_of(question: str, option: str) -> str:
    return edition().questionnaire.every[question].by_option[option].text


def short(question: str) -> str:
    return edition().questionnaire.every[question].short


def test_answers_are_read_back(room: Room) -> None:
    sent, _ = a_sent_file(room.network, HANDMADE, {"stage": "Voté en mai.\nVoir le compte rendu ; page 2."})
    (row,) = room.rows()
    assert row["Référence"] == sent.reference
    assert (row["Territoire"], row["Département"], row["Habitants"]) == (
        "PETR du Pays de Brai",
        "76 – Seine-Maritime",
        "50000",
    )
    assert (row["Région"], row["Type de structure"]) == (
        "Normandie",
        "Pôle d’équilibre territorial et rural (PETR) ou pays",
    )
    assert (row["État"], row["Édition"], row["Suivi par"]) == ("À relire", f"'{edition().id}", "")
    assert row[short("stage")] == text_of("stage", "s5")
    assert row[short("axes")] == f"{text_of('axes', 'canteens')} | {text_of('axes', 'production')}"
    assert row[f"{short('stage')} – commentaire"] == "Voté en mai.\nVoir le compte rendu ; page 2."
    assert row[f"{short(GROUP)} – nombre"] == "4"
    assert row["Action 2 – nom"] == "Coopération LEADER avec le Hainaut, Belgique"
    ranked = [text_of("without_it", one) for one in ("less_organised", "less_rich")]
    assert row[f"Action 1 – {short('without_it')}"] == " | ".join(ranked)
    assert row[f"Action 4 – {short('remains')}"] == ""
    assert all(row[one] == "" for one in row if "qui a répondu" in one or "réponse\u00a0:" in one)


def test_no_action_is_not_no_answer(room: Room) -> None:
    a_sent_file(room.network, {**EARLY, GROUP: []})
    a_sent_file(room.network, {name: one for name, one in EARLY.items() if name != GROUP})
    assert sorted(row[f"{short(GROUP)} – nombre"] for row in room.rows()) == ["", "0"]


def test_declared_and_reviewed_are_those_of_the_report(room: Room) -> None:
    for validated in (False, True):
        sent, _ = a_sent_file(room.network, INTERCOMMUNAL)
        judged(sent, validated=validated)
        (row,) = (one for one in room.rows() if one["Référence"] == sent.reference)
        (file,) = (one for one in room.files() if one["reference"] == sent.reference)
        report = reviewed(sent)
        assert report.review is not None
        told = flat(report)
        for name, column in (
            ("declared_categories", "Catégories déclarées"),
            ("declared_devices", "Dispositifs déclarés"),
            ("reviewed_categories", "Catégories relues"),
            ("reviewed_devices", "Dispositifs relus"),
            ("reasons", "Raisons du réseau"),
            ("order_reason", "Raison de l’ordre"),
            ("comments", "Commentaires du réseau"),
            ("reviewed_by", "Relu par"),
            ("reviewed_on", "Relu le"),
        ):
            assert told[name], name
            assert row[column] == told[name]
        assert row["Avis du réseau"] == "'@voir avec le pays voisin"
        assert row["Relecture"] == ("validée" if validated else "en cours")
        assert row["Numéro de vérification du rapport envoyé"] == sent.declared == file["declared_fingerprint"]
        assert row["Numéro de vérification du rapport relu"] == report.fingerprint == file["fingerprint"]
        assert file["reviewed"] == report.review.model_dump(mode="json", exclude={"page"})
        assert file["leading"]["reading"] == ("network" if validated else "declared")
        assert row["Lecture qui passe en premier"] == ("réseau" if validated else "déclarée")
        assert row["Décision à l’ordre du jour"] == leading(report).page_one.decision == file["leading"]["decision"]
        assert file["declared"]["confidence"] == row["Confiance"]


def test_a_comment_goes_out_before_any_reading(room: Room) -> None:
    sent, _ = a_sent_file(room.network, INTERCOMMUNAL)
    perform(sent, "comment", DESK, now(), lambda found: Outcome({"key": "stage", "text": "Bien noté."}))
    (row,) = room.rows()
    assert row["Commentaires du réseau"] == f"{short('stage')} : Bien noté."
    assert row["Relecture"] == row["Catégories relues"] == ""


def answered_by_the_service(made: Submission, values: dict[str, Any]) -> None:
    """What the contributor's form writes."""
    questionnaire = edition().questionnaire
    entries = [
        FormAnswer(Ref(name), value, "", seen_digest(made.answers.get(name), "")) for name, value in values.items()
    ]

    def edit(found: Submission) -> Change:
        merged = merge(questionnaire, found, CONTRIBUTOR, entries)
        said = {"questions": merged.changed}
        return Change(merged.answers, merged.comments, "answer", said, merged.authors, merged.voices)

    assert change(made, edit, CONTRIBUTOR, now(), SERVICE.label)


def test_two_services(room: Room) -> None:
    made, _ = a_file(INTERCOMMUNAL)
    answered_by_the_service(made, {"ri_role": "informs", "benefits": ["skills"]})
    sending = lambda found: declaration(found, edition(), "send", now(), network_id=room.network.id)  # noqa: E731
    perform(made, "send", COORDINATOR, now(), sending)
    (row,) = room.rows()
    name = short("ri_role")
    assert row[name] == row[f"{name} – qui a répondu"] == ""
    assert row[f"{name} – réponse\u00a0: coordination"] == text_of("ri_role", "supports")
    assert row[f"{name} – réponse\u00a0: autre service"] == text_of("ri_role", "informs")
    (file,) = room.files()
    assert "ri_role" not in file["answers"]
    assert file["voices"]["ri_role"]["chosen"] is None
    assert row[f"{short('stage')} – qui a répondu"] == "Coordination du PAT"
    assert row[f"{short('benefits')} – réponse\u00a0: autre service"] == text_of("benefits", "skills")


def test_what_is_being_written_is_not_exported(room: Room) -> None:
    sent, _ = a_sent_file(room.network, INTERCOMMUNAL)
    asked = Outcome({"questions": ["stage"], "message": "Précisez."})
    perform(sent, "request", DESK, now(), lambda found: asked)
    later = Change({**sent.answers, "stage": "s1"}, {"stage": "en cours"}, "answer", {"questions": ["stage"]})
    change(sent, lambda found: later, "respondent", now())
    (row,) = room.rows()
    assert row[short("stage")] == text_of("stage", "s4")
    assert row[f"{short('stage')} – commentaire"] == ""
    assert row["État"] == "Précisions demandées"


def test_each_file_can_be_read_again_by_evaluate(room: Room) -> None:
    sent = [a_sent_file(room.network, one, {"stage": "é « »"}) for one in (EARLY, INTERCOMMUNAL, HANDMADE)]
    files = room.files()
    assert len(files) == len(sent)
    for file in files:
        given_again = {name: file[name] for name in ("edition", "day", "answers")}
        raw = json.dumps({"questionnaire": library().definitions.slug, **given_again}).encode()
        found = evaluate(library(), raw, now().date())
        assert {name: one["verdict"] for name, one in found["categories"].items()} == file["declared"]["categories"]
        assert found["confidence"] == file["declared"]["confidence"]
        assert found["page_one"] == file["declared"]["page_one"]
        assert ITEM_ID not in json.dumps(file["answers"])


def test_only_its_own_files_and_those_of_the_view(room: Room) -> None:
    other = a_network("Réseau voisin")
    elsewhere, _ = a_sent_file(other, EARLY)
    a_file(EARLY)
    gone, _ = a_sent_file(room.network, EARLY)
    perform(gone, "withdraw", COORDINATOR, now())
    seen, _ = a_sent_file(room.network, EARLY)
    waiting, _ = a_sent_file(room.network, INTERCOMMUNAL)
    perform(waiting, "request", DESK, now(), lambda found: Outcome({"questions": ["stage"], "message": "Précisez."}))
    everything = {one["reference"] for one in room.files()}
    assert everything == {seen.reference, waiting.reference} == {row["Référence"] for row in room.rows()}
    assert [row["Référence"] for row in room.rows("?etat=clarification")] == [waiting.reference]
    assert [one["reference"] for one in room.files("?q.stage=s1")] == [seen.reference]
    assert room.rows("?recherche=nulle+part") == []
    assert elsewhere.state in SENT


def test_the_list_leads_to_its_own_exports(app: Flask, walker: Walker) -> None:
    """The view is kept: what is downloaded is what is listed."""
    with app.app_context():
        network = a_network()
        sent, _ = a_sent_file(network, EARLY)
        a_sent_file(network, INTERCOMMUNAL)
        log_in(walker.client, a_facilitator(network))
    page = walker.get("/reseau?q.stage=s1&tri=nom")
    links = [str(one.attributes["href"]) for one in page.css("section[aria-labelledby=exports] a")]
    assert len(links) == 3
    rows = read_csv(walker.client.get(links[0]).data)
    assert [row["Référence"] for row in rows] == [sent.reference]
    files = json.loads(walker.client.get(links[2]).data)["files"]
    assert [one["reference"] for one in files] == [sent.reference]
    assert read_csv(walker.client.get(links[1]).data)


@pytest.mark.parametrize("address", ["export.csv", "export.json", "dictionnaire.csv"])
def test_nobody_else_gets_them(app: Flask, address: str) -> None:
    response = app.test_client().get(f"/reseau/{address}?etat=submitted")
    assert response.status_code == 303
    assert "/reseau/connexion" in response.location


def test_an_empty_list_is_still_a_table(room: Room) -> None:
    assert room.rows() == []
    assert room.files() == []


def test_the_dictionary_tells_every_column(room: Room) -> None:
    a_sent_file(room.network, INTERCOMMUNAL)
    (row,) = room.rows()
    told = read_csv(room.client.get("/reseau/dictionnaire.csv").data)
    explained = [one for one in told if not one["Colonne"].startswith("(")]
    assert [one["Colonne"] for one in explained] == list(row)
    assert all(one["Sens"] for one in told)
    for question in edition().questionnaire.every.values():
        if question.options:
            mine = [one for one in explained if one["Question posée"] == safe(question.text)]
            assert mine, question.id
            assert all(one["Réponses possibles"] == safe(" | ".join(o.text for o in question.options)) for one in mine)
    assert any("apostrophe" in one["Sens"] for one in told)


def test_formulas_are_not_run(room: Room) -> None:
    name = "=cmd|' /C calc'!A0"
    a_sent_file(room.network, {**HANDMADE, "territory": {**PLACE, "name": name}}, FORMULAS)
    (row,) = room.rows()
    assert row["Territoire"] == f"'{name}"
    assert row[f"{short('stage')} – commentaire"] == f"'{FORMULAS['stage']}"
    assert row[f"{short('budget')} – commentaire"] == f"'{FORMULAS['budget']}"
    (file,) = room.files()
    assert file["answers"]["territory"]["name"] == name
    assert file["comments"]["stage"] == FORMULAS["stage"]


@pytest.mark.parametrize(
    "text", ["=1", " =1", "\u00a0+1", "\t1", "\r1", "\n1", "＝1", "＋1", "－1", "＠x", "\u200b=1", "-", "@"]
)
def test_each_way_to_begin_a_formula(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Étape 2", "1 = 1", "« -1 »", "a@b.example", "'=1", "3-4"])
def test_what_is_no_formula_stays(text: str) -> None:
    assert safe(text) == text


@given(st.text(max_size=20) | st.text("=+-@ \t\r\n\u00a0\u200b＝＋－＠﹢⁼₊a;\"'", max_size=8))
@example("\ufeff=1")
def test_no_cell_begins_a_formula_and_none_is_changed_otherwise(text: str) -> None:
    cell = safe(text)
    assert cell in {text, f"'{text}"}
    assert not cell.startswith(CONTROLS)
    bare = "".join(one for one in unicodedata.normalize("NFKC", cell) if one.isprintable()).replace(" ", "")
    assert bare[:1] not in STARTS
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerow([cell, "x"])
    assert next(csv.reader(io.StringIO(written.getvalue(), newline=""), delimiter=";")) == [cell, "x"]


def test_numbers_stay_numbers(room: Room) -> None:
    a_sent_file(room.network, HANDMADE)
    raw = room.client.get("/reseau/export.csv").data.decode("utf-8-sig")
    assert ";50000;" in raw


def with_another_edition(app: Flask) -> Question:
    """A later edition with another question in place of the first of the last section; gives the one it dropped."""
    known, here = app.extensions[EXTENSION], edition()
    questionnaire = here.questionnaire
    *others, last = questionnaire.sections
    first, *pages = last.pages
    said = first.questions[0].model_copy(update={"id": "wished", "short": "Souhait nouveau"})
    changed = last.model_copy(
        update={"pages": (first.model_copy(update={"questions": (said, *first.questions[1:])}), *pages)}
    )
    later = questionnaire.model_copy(update={"edition": "2027-1", "sections": (*others, changed)})
    for name in ("questions", "every", "pages"):
        vars(later).pop(name, None)
    editions = {**known.definitions.editions, "2027-1": replace(here, questionnaire=later)}
    app.extensions[EXTENSION] = replace(known, definitions=replace(known.definitions, editions=editions))
    return first.questions[0]


def test_several_editions_side_by_side(room: Room) -> None:
    gone = with_another_edition(room.app)
    dropped = gone.short
    assert list(room.rows()) == []
    old, _ = a_sent_file(room.network, INTERCOMMUNAL)
    columns = set(room.rows()[0])
    assert dropped in columns
    assert "Souhait nouveau" not in columns
    made, _ = a_file({name: one for name, one in INTERCOMMUNAL.items() if name != gone.id})
    with db.session.begin_nested():
        made.edition = "2027-1"
    db.session.commit()
    later = library().definitions.editions["2027-1"]
    sending = lambda found: declaration(found, later, "send", now(), network_id=room.network.id)  # noqa: E731
    perform(made, "send", COORDINATOR, now(), sending)
    rows = {row["Édition"].removeprefix("'"): row for row in room.rows()}
    assert set(rows) == {old.edition, "2027-1"}
    assert rows[old.edition][dropped] != ""
    assert rows["2027-1"][dropped] == ""
    told = {one["Colonne"]: one["Éditions"] for one in read_csv(room.client.get("/reseau/dictionnaire.csv").data)}
    assert told[dropped] == f"'{old.edition}"
    assert told["Souhait nouveau"] == "'2027-1"
    assert told[short("stage")] == f"{old.edition} | 2027-1"


def test_rows_come_while_files_are_read(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never more than a batch in memory; a file withdrawn meanwhile is left out."""
    made = [a_sent_file(room.network, EARLY, at=now() - timedelta(days=9))[0] for _ in range(7)]
    monkeypatch.setattr(exporting, "BATCH", 2)
    monkeypatch.setattr(exporting.read, "__defaults__", (2,))
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *others: Any) -> None:
        if "FROM revision" in statement:
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    chunks = csv_of(exporting.every_sent(room.network.id))
    next(chunks)
    assert not seen
    next(chunks)
    next(chunks)
    assert len(seen) == 1
    perform(made[-1], "withdraw", COORDINATOR, now())
    assert len(list(chunks)) == 4
    assert len(seen) == 4
    event.remove(db.engine, "before_cursor_execute", note)


def run(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=["submissions", "export", *words])


def test_the_command(room: Room, tmp_path: Path) -> None:
    mine, _ = a_sent_file(room.network, EARLY)
    other = a_network("Réseau voisin")
    theirs, _ = a_sent_file(other, INTERCOMMUNAL)
    draft, _ = a_file(EARLY)
    assert draft.state == DRAFT
    done = run(room.app, "--format", "csv")
    assert done.exit_code == 0, done.output
    assert [row["Référence"] for row in read_csv(done.stdout_bytes)] == [mine.reference, theirs.reference]
    output = tmp_path / "out.json"
    assert run(room.app, "--format", "json", "--network", "Réseau voisin", "--output", str(output)).exit_code == 0
    assert [one["reference"] for one in json.loads(output.read_bytes())["files"]] == [theirs.reference]
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir() if one.suffix in {".json", ".part"}] == ["out.json"]
    told = read_csv(run(room.app, "--format", "dictionary").stdout_bytes)
    assert "Référence" in {one["Colonne"] for one in told}


def test_the_command_says_what_is_wrong(room: Room, tmp_path: Path) -> None:
    unknown = run(room.app, "--format", "csv", "--network", "Nulle part")
    assert unknown.exit_code == 2
    assert unknown.stderr.count("\n") == 1
    assert "Nulle part" in unknown.stderr
    nowhere = run(room.app, "--format", "csv", "--output", str(tmp_path / "no" / "where.csv"))
    assert nowhere.exit_code == 2
    assert nowhere.stderr.count("\n") == 1
    assert run(room.app, "--format", "xlsx").exit_code == 2
