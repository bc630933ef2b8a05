"""What goes out of the desk: workbook, CSV and JSON read back, the dictionary, whose files, formulas, editions."""

from __future__ import annotations

import csv
import io
import json
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils.escape import unescape
from sqlalchemy import delete, event, select

from selfassess.content.spreadsheet import CONTROLS, STARTS, guarded, unguarded
from selfassess.core.answers.items import ITEM_ID
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.questionnaire import Question
from selfassess.core.report.reviewed_page import leading
from selfassess.core.report.slots import advised
from selfassess.core.review.acts import (
    CONTRIBUTOR,
    DRAFT,
    FACILITATOR,
    SENT,
)
from selfassess.store import exporting
from selfassess.store.acts import Actor, Outcome, perform
from selfassess.store.database import db, writing
from selfassess.store.models import Network, Revision, Submission, Summary
from selfassess.store.submissions import Change, change
from selfassess.web.commands.evaluate_command import evaluate
from selfassess.web.definitions import EXTENSION, library
from selfassess.web.export.export_formats import csv_of
from selfassess.web.export.export_pages import weight
from selfassess.web.export.sheets import labelled, sheets
from selfassess.web.forms.territory_answer import answer_for
from selfassess.web.french import now
from selfassess.web.report.submission_record import declaration
from selfassess.web.report.visibility import reviewed
from selfassess.web.respond.merge import FormAnswer, merge, seen_digest
from tests.definitions import definitions, edition
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

    def rows(self, query: str = "", sheet: str = "dossiers") -> list[dict[str, str]]:
        response = self.client.get(f"/reseau/export/{sheet}.csv{query}")
        assert (response.status_code, response.mimetype) == (200, "text/csv")
        return read_csv(response.data)

    def book(self, query: str = "") -> dict[str, list[dict[str, Any]]]:
        """Each sheet of the workbook, read back."""
        response = self.client.get(f"/reseau/export.xlsx{query}")
        assert response.status_code == 200
        found = {}
        for page in load_workbook(io.BytesIO(response.data)).worksheets:
            head, *rows = page.iter_rows(values_only=True)
            assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
            read = [[unescape(one) if isinstance(one, str) else one for one in row] for row in rows]
            found[page.title] = [dict(zip(map(str, head), row, strict=True)) for row in read]
        return found

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
    return labelled(edition().questionnaire.every[question], option).replace("\u202f", " ").replace("\u00a0", " ")


def short(question: str) -> str:
    return edition().questionnaire.every[question].short.replace("\u202f", " ").replace("\u00a0", " ")


def test_answers_are_read_back(room: Room) -> None:
    sent, _ = a_sent_file(room.network, HANDMADE, {"stage": "Voté en mai.\nVoir le compte rendu ; page 2."})
    (row,) = room.rows()
    assert len(row) <= 30
    assert row["Référence"] == sent.reference
    assert (row["Territoire"], row["Département (code)"], row["Département"]) == (
        "PETR du Pays de Brai",
        "'76",
        "Seine-Maritime",
    )
    assert (row["Région"], row["Type (code)"], row["Type de structure"]) == (
        "Normandie",
        "petr",
        "Pôle d’équilibre territorial et rural (PETR) ou pays",
    )
    assert row["Habitants (INSEE)"] == ""
    assert row["Tranche d'habitants"].endswith("De 50 000 à moins de 250 000 habitants")
    assert (row["État"], row["État (code)"], row["Dernier du territoire"], row["Suivi par"]) == (
        "À relire", "submitted", "oui", "",
    )  # fmt: skip  # one line each
    assert row["Rapport"].endswith(f"/reseau/dossiers/{sent.reference}/rapport")
    (said,) = room.rows(sheet="reponses")
    assert said["Édition"] == f"'{edition().id}"
    assert said[short("stage")] == text_of("stage", "s5")
    assert said[short("stage")][0].isdigit()
    assert said[short("axes")] == f"{text_of('axes', 'canteens')} | {text_of('axes', 'production')}"
    (comment,) = room.rows(sheet="commentaires")
    assert (comment["De"], comment["Question"]) == ("territoire", short("stage"))
    assert comment["Commentaire"] == "Voté en mai.\nVoir le compte rendu ; page 2."
    actions = room.rows(sheet="actions")
    assert [row["Action"] for row in actions] == ["1", "2", "3", "4"]
    assert actions[1]["Nom de l'action"] == "Coopération LEADER avec le Hainaut, Belgique"
    ranked = [text_of("without_it", one) for one in ("less_organised", "less_rich")]
    assert actions[0][short("without_it")] == " | ".join(ranked)
    assert actions[3][short("remains")] == ""


def test_the_workbook_says_what_the_sheets_say(room: Room) -> None:
    """Every cell, whatever was typed; texts are texts, days are days, and départements keep their zero."""
    typed = {**HANDMADE, "territory": {**PLACE, "name": "=1+1\u202f!", "departement": "01"}}
    a_sent_file(room.network, typed, {**FORMULAS, "stage": "\x0b=2\x00"})
    judged(a_sent_file(room.network, INTERCOMMUNAL)[0], validated=True)
    book = room.book()
    assert list(book) == [*(one.title for one in sheets(library().definitions)), "Dictionnaire"]
    for sheet in sheets(library().definitions):
        rows = room.rows(sheet=sheet.slug)
        assert [list(row) for row in rows] == [list(row) for row in book[sheet.title]]
        for ours, theirs in zip(rows, book[sheet.title], strict=True):
            for name, text in ours.items():
                value = theirs[name]
                told = (
                    value.strftime("%Y-%m-%d %H:%M")
                    if isinstance(value, datetime)
                    else str("" if value is None else value)
                )
                bare = ILLEGAL_CHARACTERS_RE.sub("", text)
                assert told in {bare, bare.removeprefix("'"), f"{bare} 00:00"}, (name, text, value)
                assert "\u202f" not in text
    [mine] = [row for row in book["Dossiers"] if row["Département (code)"] == "01"]
    assert mine["Territoire"] == "=1+1 !"
    assert isinstance(mine["Envoyé le"], datetime)


def test_a_click_opens_the_file_days_are_wide_enough_and_filters_reach_every_line(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a column less wide than its day, a table shows « ### »."""
    for one in (EARLY, INTERCOMMUNAL):
        a_sent_file(room.network, one)
    book = load_workbook(io.BytesIO(room.client.get("/reseau/export.xlsx").data))
    assert {page.auto_filter.ref for page in book} == {page.dimensions for page in book}
    for page in book.worksheets[:-1]:
        for row in page.iter_rows(min_row=2):
            target = row[0].hyperlink.target
            assert target.endswith(f"/reseau/dossiers/{row[0].value}")
            assert room.client.get(target).status_code == 200
    for row in book["Dossiers"].iter_rows(min_row=2):
        assert row[-1].hyperlink.target == row[-1].value
        assert room.client.get(row[-1].value).status_code == 200
    for page in book:
        for cell in page[2]:
            if cell.is_date:
                assert page.column_dimensions[cell.column_letter].width >= len("2026-12-01 12:00:00") + 1
    monkeypatch.setattr("selfassess.web.export.export_formats.LINKED_LINES", 1)
    page = load_workbook(io.BytesIO(room.client.get("/reseau/export.xlsx").data))["Dossiers"]
    assert page["A2"].hyperlink
    assert page["A3"].hyperlink is None


def test_devices_are_told_with_their_place_and_the_network_s_order(room: Room) -> None:
    sent, _ = a_sent_file(room.network, INTERCOMMUNAL)
    judged(sent, validated=False)
    assert not [cell for row in room.rows(sheet="dispositifs") for cell in row.values() if "réseau" in cell]
    perform(sent, "validate", DESK, now())
    report = reviewed(sent)
    assert report.review
    (row,) = room.rows(sheet="dispositifs")
    names = {one.id: one.short.replace("\u202f", " ").replace("\u00a0", " ") for one in library().definitions.devices}
    assert set(row) == {"Référence", "Territoire", "Type de structure", "Département", "Région", *names.values()}
    ranks = {name: at for at, name in enumerate(advised(report), 1)}
    for part in report.devices:
        told = row[names[part.id]].split(" | ")
        assert (
            (f"conseillé {ranks[part.id]}" in told) if part.id in ranks else not row[names[part.id]].count("conseillé")
        )
        assert ("vivant" in told) == part.in_place
    for at, name in enumerate(report.review.devices.devices, 1):
        assert f"réseau {at}" in row[names[name]]
    (level,) = room.rows(sheet="maturite")
    for one in report.maturity:
        title = one.title.replace("\u202f", " ").replace("\u00a0", " ")
        assert (level[f"{title}, au moins"], level[f"{title}, au plus"]) == (str(one.low), str(one.high))


def test_declared_and_reviewed_are_those_of_the_report(room: Room) -> None:
    for validated in (False, True):
        sent, _ = a_sent_file(room.network, INTERCOMMUNAL)
        judged(sent, validated=validated)
        (row,) = (one for one in room.rows() if one["Référence"] == sent.reference)
        (file,) = (one for one in room.files() if one["reference"] == sent.reference)
        report = reviewed(sent)
        assert report.review is not None
        assert row["Avis du réseau"] == "'@voir avec le pays voisin"
        assert row["Relecture"] == ("validée, lit autrement" if validated else "lecture en cours")
        assert (row["Catégories relues"] != "") == validated
        assert sent.declared == file["declared_fingerprint"]
        assert report.fingerprint == file["fingerprint"]
        assert file["reviewed"] == report.review.model_dump(mode="json", exclude={"page"})
        assert file["leading"]["reading"] == ("network" if validated else "declared")
        assert leading(report).page_one.decision == file["leading"]["decision"]
        assert file["declared"]["confidence"] == row["Confiance"]
        assert file["declared"]["verdicts"] == {one.id: one.verdict for one in report.devices}
        assert file["declared"]["maturity"]["governance"]["top"] == 3
        first = leading(report).page_one.slots[0].device
        short_title = next(one.short for one in library().definitions.devices if one.id == first)
        assert row["Option 1"] == short_title.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_comment_goes_out_before_any_reading(room: Room) -> None:
    sent, _ = a_sent_file(room.network, INTERCOMMUNAL)
    perform(sent, "comment", DESK, now(), lambda found: Outcome({"key": "stage", "text": "Bien noté."}))
    (row,) = room.rows()
    (comment,) = room.rows(sheet="commentaires")
    assert (comment["De"], comment["Question"], comment["Commentaire"]) == ("réseau", short("stage"), "Bien noté.")
    assert row["Relecture"] == row["Catégories relues"] == ""


def test_files_sent_before_they_were_kept_in_short_go_out_the_same(room: Room) -> None:
    judged(a_sent_file(room.network, INTERCOMMUNAL)[0], validated=True)
    before = [room.rows(sheet=one.slug) for one in sheets(library().definitions)]
    db.session.execute(delete(Summary))
    db.session.commit()
    assert [room.rows(sheet=one.slug) for one in sheets(library().definitions)] == before


def test_more_files_than_a_workbook_holds_are_refused_in_words(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    a_sent_file(room.network, EARLY)
    a_sent_file(room.network, EARLY)
    monkeypatch.setattr("selfassess.web.export.export_formats.MOST_FILES", 1)
    response = room.client.get("/reseau/export.xlsx?etat=submitted&anciens=oui")
    assert response.status_code == 413
    text = response.get_data(as_text=True)
    assert "Trop de dossiers pour un classeur" in text
    assert "/reseau/export/dossiers.csv?etat=submitted&amp;anciens=oui" in text


def answered_by_the_service(made: Submission, values: dict[Ref, Any], comment: str) -> None:
    """What the contributor's form writes."""
    questionnaire = edition().questionnaire
    items = {one[ITEM_ID]: one for one in made.answers[GROUP]}
    held = {ref: (items[ref.item] if ref.item else made.answers).get(ref.question) for ref in values}
    entries = [FormAnswer(ref, value, comment, seen_digest(held[ref], "")) for ref, value in values.items()]

    def edit(found: Submission) -> Change:
        merged = merge(questionnaire, found, CONTRIBUTOR, entries)
        said = {"questions": merged.changed}
        return Change(merged.answers, merged.comments, "answer", said, merged.authors, merged.voices)

    assert change(made, edit, CONTRIBUTOR, now(), SERVICE.label)


def test_two_services(room: Room) -> None:
    made, _ = a_file(INTERCOMMUNAL)
    item = made.answers[GROUP][0][ITEM_ID]
    name = "food_content"
    before = edition().questionnaire.items[name].options[1].id
    said = {Ref("ri_role"): "informs", Ref("benefits"): ["skills"], Ref(name, item): before}
    answered_by_the_service(made, said, "=notre avis")
    sending = lambda found: declaration(found, edition(), "send", now(), network_id=room.network.id)  # noqa: E731
    perform(made, "send", COORDINATOR, now(), sending)
    (row,) = room.rows(sheet="reponses")
    ours, theirs = text_of("ri_role", "supports"), text_of("ri_role", "informs")
    both = "(réponses différentes) Coordination du PAT : {} / Un autre service : {}"
    assert row[short("ri_role")] == both.format(ours, theirs)
    action = room.rows(sheet="actions")[0]
    assert action[short(name)] == both.format(text_of(name, "none"), text_of(name, before))
    written = [one for one in room.rows(sheet="commentaires") if one["De"] == "territoire, Un autre service"]
    assert [one["Commentaire"] for one in written] == ["'=notre avis"] * len(said)
    assert [one["Action"] for one in written if one["Question"] == short(name)] == ["1"]
    (file,) = room.files()
    assert "ri_role" not in file["answers"]
    assert file["voices"]["ri_role"]["chosen"] is None
    assert {one["value"] for one in file["voices"]["ri_role"].values() if isinstance(one, dict)} == {
        "supports",
        "informs",
    }


def test_what_is_being_written_is_not_exported(room: Room) -> None:
    sent, _ = a_sent_file(room.network, INTERCOMMUNAL)
    asked = Outcome({"questions": ["stage"], "message": "Précisez."})
    perform(sent, "request", DESK, now(), lambda found: asked)
    later = Change({**sent.answers, "stage": "s1"}, {"stage": "en cours"}, "answer", {"questions": ["stage"]})
    change(sent, lambda found: later, "respondent", now())
    (row,) = room.rows(sheet="reponses")
    assert row[short("stage")] == text_of("stage", "s4")
    assert room.rows(sheet="commentaires") == []
    assert room.rows()[0]["État"] == "Précisions demandées"


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
    assert [one["reference"] for one in room.files("?answer-stage=s1")] == [seen.reference]
    assert room.rows("?recherche=nulle+part") == []
    assert elsewhere.state in SENT


def test_the_list_leads_to_its_own_exports(app: Flask, walker: Walker) -> None:
    """The view is kept: what is downloaded is what is listed."""
    with app.app_context():
        network = a_network()
        sent, _ = a_sent_file(network, EARLY)
        a_sent_file(network, INTERCOMMUNAL)
        log_in(walker.client, a_facilitator(network))
    page = walker.get("/reseau?answer-stage=s1&tri=nom")
    links = [str(one.attributes["href"]) for one in page.css("section[aria-labelledby=exports] a")]
    assert [one.split("?")[0] for one in links] == ["/reseau/export.xlsx", "/reseau/export"]
    told = walker.get(links[1])
    links = [str(one.attributes["href"]) for one in told.css("main a") if "export" in str(one.attributes["href"])]
    assert len(links) == len(sheets(definitions())) + 4
    for link in links[2:-2]:
        rows = read_csv(walker.client.get(link).data)
        assert {row["Référence"] for row in rows} <= {sent.reference}
    files = json.loads(walker.client.get(links[-1]).data)["files"]
    assert [one["reference"] for one in files] == [sent.reference]


@pytest.mark.parametrize(
    "address", ["export", "export.xlsx", "export.json", "export/dossiers.csv", "export/dictionnaire.csv"]
)
def test_nobody_else_gets_them(app: Flask, address: str) -> None:
    response = app.test_client().get(f"/reseau/{address}?etat=submitted")
    assert response.status_code == 303
    assert "/reseau/connexion" in response.location


def test_an_empty_list_is_still_a_table(room: Room) -> None:
    assert room.rows() == []
    assert room.files() == []


def test_codes_are_beside_what_is_said(room: Room) -> None:
    """Of categories, of the case, of options: on « Lecture », each told in words by the dictionary."""
    sent, _ = a_sent_file(room.network, INTERCOMMUNAL)
    (row,) = room.rows(sheet="lecture")
    (said,) = room.rows()
    told = {one["Colonne"]: one for one in read_csv(room.client.get("/reseau/export/dictionnaire.csv").data)}
    for name, words in (
        ("Service RI (code)", "Service des relations internationales"),
        ("Option 1 (code)", "Option 1"),
    ):
        assert f"{row[name]} = {said[words]}" in told[name]["Valeurs possibles"].split(" | ")
    (file,) = room.files()
    named = {one["Code"]: one["Colonne"] for one in told.values() if one["Feuille"] == "Lecture" and one["Code"]}
    assert set(named) == set(file["declared"]["categories"])
    retained = [name for name, verdict in file["declared"]["categories"].items() if verdict == "assigned"]
    assert row["Catégories déclarées (codes)"] == " | ".join(retained)
    assert {name for name in named if row[named[name]].startswith("Retenue")} == set(retained)
    judged(sent, validated=True)
    (after,) = room.rows(sheet="lecture")
    assert [name for name in named if "réseau : Retenue" in after[named[name]]] == [
        name for name in named if name in after["Catégories relues (codes)"].split(" | ") and name not in retained
    ]


def test_the_page_says_how_many_and_how_heavy(room: Room) -> None:
    for years in (2, 1):
        a_sent_file(room.network, INTERCOMMUNAL, at=now() - timedelta(days=365 * years))
    said = room.client.get("/reseau/export").get_data(as_text=True).replace("\u00a0", " ")
    assert "<strong>1 dossier</strong>, de votre réseau." in said
    assert "ajouter le dossier antérieur" in said
    assert "Classeur (XLSX, moins de 100 ko)" in said
    all_years = room.client.get("/reseau/export?anciens=oui").get_data(as_text=True).replace("\u00a0", " ")
    assert "<strong>2 dossiers</strong>" in all_years
    assert "1 dossier antérieur y est compris" in all_years
    weights = [weight(one).replace("\u00a0", " ") for one in (149_000, 940_000, 960_000, 8_400_000)]
    assert weights == ["environ 100 ko", "environ 900 ko", "environ 1 Mo", "environ 8 Mo"]


def test_the_dictionary_tells_every_column(room: Room) -> None:
    a_sent_file(room.network, INTERCOMMUNAL)
    told = read_csv(room.client.get("/reseau/export/dictionnaire.csv").data)
    explained = [one for one in told if not one["Colonne"].startswith("(")]
    for sheet in sheets(library().definitions):
        mine = [one["Colonne"] for one in explained if one["Feuille"] == sheet.title]
        assert mine == list(read_head(room, sheet.slug))
    assert all(one["Sens"] for one in told)
    stage = next(one for one in explained if one["Feuille"] == "Réponses" and one["Colonne"] == short("stage"))
    assert f"s5 = {text_of('stage', 's5')}" in stage["Valeurs possibles"]
    assert any("apostrophe" in one["Sens"] for one in told)
    assert room.client.get("/reseau/export/inconnue.csv").status_code == 404


def read_head(room: Room, slug: str) -> list[str]:
    raw = room.client.get(f"/reseau/export/{slug}.csv").data.decode("utf-8-sig")
    return next(csv.reader(io.StringIO(raw, newline=""), delimiter=";"))


BEGUN = (
    "",
    "=",
    "+",
    "-",
    "@",
    "'",
    "''",
    "'=",
    "0",
    "1/2",
    "3 mars ",
    "1E",
    "\t",
    "\n",
    "\r",
    '"',
    ";",
    "🥕",
    "«\u202f",
    " ",
)
TYPED = st.builds(
    "".join, st.tuples(st.sampled_from(BEGUN), st.text(max_size=15), st.sampled_from(("", " ", "\n", "'")))
)
FIELDS = 6


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(TYPED.filter(str.strip), min_size=FIELDS, max_size=FIELDS))
@example(["=cmd|' /C calc'!A0", '=HYPERLINK("https://mal.example";"x")', "\uffff\x0b=2", " 01", "é\r\n\u00a0🥕", "'=1"])
@example(["a" * 32_768, "🥕" * 16_384, "_x0041_", "VRAI", "+33612345678", "'"])
def test_what_was_typed_is_read_back(room: Room, typed: list[str]) -> None:
    """Of names, labels and comments, from each way out: but for plain spaces, and signs that no workbook holds."""
    made = db.session.scalar(select(Submission)) or a_sent_file(room.network, HANDMADE)[0]
    revision = db.session.scalars(select(Revision)).one()
    short_one = db.session.get_one(Summary, made.id)
    keys = list(revision.asked)[:3]
    with writing():
        revision.comments = dict(zip(keys, typed, strict=False))
        labels = (*typed[3:5], *short_one.declared["labels"][2:])
        short_one.declared = {**short_one.declared, "name": typed[5], "labels": labels}
    ways = [
        (room.book(), held_by_a_cell),
        ({one: room.rows(sheet=one.lower()) for one in ("Dossiers", "Actions", "Commentaires")}, guarded_in_csv),
    ]
    for sheets_of, said in ways:
        assert [row["Territoire"] for row in sheets_of["Dossiers"]] == [said(typed[5])]
        assert [row["Nom de l'action"] for row in sheets_of["Actions"]][:2] == [said(one) for one in typed[3:5]]
        assert [row["Commentaire"] for row in sheets_of["Commentaires"]] == [said(one) for one in typed[:3]]
    assert list(room.files()[0]["comments"].values()) == typed[:3]


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def held_by_a_cell(text: str) -> str | None:
    """None where nothing is left; cut where a cell ends, and said so."""
    held = "".join(one for one in plain(text) if one in "\t\n\r" or (one >= " " and one not in "\ufffe\uffff"))
    if len(held.encode("utf-16-le")) > 2 * 32_767:
        said = " … (suite dans le JSON)"
        held = held.encode("utf-16-le")[: 2 * (32_767 - len(said))].decode("utf-16-le", "ignore") + said
    return held or None


def guarded_in_csv(text: str) -> str:
    cell = guarded(plain(text))
    assert unguarded(cell) == plain(text)
    return cell


@pytest.mark.parametrize(
    "text", ["=1", " =1", "\u00a0+1", "\t1", "\r1", "\n1", "＝1", "＋1", "－1", "＠x", "\u200b=1", "-", "@"]
)
def test_each_way_to_begin_a_formula(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Étape 2", "1 = 1", "« -1 »", "a@b.example", "'abord", "3-4x"])
def test_what_is_no_formula_stays(text: str) -> None:
    assert guarded(text) == text


@given(st.text(max_size=20) | st.text("=+-@ \t\r\n\u00a0\u200b＝＋－＠﹢⁼₊a;\"'", max_size=8))
@example("\ufeff=1")
def test_no_cell_begins_a_formula_and_none_is_changed_otherwise(text: str) -> None:
    cell = guarded(text)
    assert cell in {text, f"'{text}"}
    assert not cell.startswith(CONTROLS)
    bare = "".join(one for one in unicodedata.normalize("NFKC", cell) if one.isprintable()).replace(" ", "")
    assert bare[:1] not in STARTS
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerow([cell, "x"])
    assert next(csv.reader(io.StringIO(written.getvalue(), newline=""), delimiter=";")) == [cell, "x"]


def test_numbers_stay_numbers(room: Room) -> None:
    place = library().directory.search("Nantes", limit=1)[0]
    answer = answer_for(edition().questionnaire.territory, library().directory, place.code)
    a_sent_file(room.network, {**HANDMADE, "territory": answer})
    (row,) = room.rows()
    assert row["Habitants (INSEE)"] == str(place.population)
    assert row["Tranche d'habitants"]
    assert room.book()["Dossiers"][0]["Habitants (INSEE)"] == place.population


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
    old, _ = a_sent_file(room.network, INTERCOMMUNAL)
    assert {dropped, "Souhait nouveau"} <= set(room.rows(sheet="reponses")[0])
    made, _ = a_file({name: one for name, one in INTERCOMMUNAL.items() if name != gone.id})
    with db.session.begin_nested():
        made.edition = "2027-1"
    db.session.commit()
    later = library().definitions.editions["2027-1"]
    sending = lambda found: declaration(found, later, "send", now(), network_id=room.network.id)  # noqa: E731
    perform(made, "send", COORDINATOR, now(), sending)
    rows = {row["Référence"]: row for row in room.rows("?anciens=oui", sheet="reponses")}
    assert {row["Édition"] for row in rows.values()} == {f"'{old.edition}", "'2027-1"}
    assert rows[old.reference][dropped] != ""
    assert rows[made.reference][dropped] == ""


def test_rows_come_while_files_are_read(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never more than a batch in memory; a file withdrawn meanwhile is left out."""
    made = [a_sent_file(room.network, EARLY, at=now() - timedelta(days=9))[0] for _ in range(7)]
    monkeypatch.setattr(exporting.in_short, "__defaults__", (2,))
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *others: Any) -> None:
        if "JOIN revision" in statement:
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    chunks = csv_of(exporting.every_sent(room.network.id), "dossiers")
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
    book = tmp_path / "out.xlsx"
    assert run(room.app, "--format", "xlsx", "--output", str(book)).exit_code == 0
    assert load_workbook(book)["Dossiers"]["A2"].value == mine.reference


def test_the_command_says_what_is_wrong(room: Room, tmp_path: Path) -> None:
    unknown = run(room.app, "--format", "csv", "--network", "Nulle part")
    assert unknown.exit_code == 2
    assert unknown.stderr.count("\n") == 1
    assert "Nulle part" in unknown.stderr
    nowhere = run(room.app, "--format", "csv", "--output", str(tmp_path / "no" / "where.csv"))
    assert nowhere.exit_code == 2
    assert nowhere.stderr.count("\n") == 1
    assert "connues" in run(room.app, "--format", "csv", "--sheet", "x").stderr
