"""A reviewed report on paper: accessible, page one alone, the same on the screen, in the PDF and in the exports."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from selfassess.core.definition.typography import typeset
from selfassess.core.report.network_reading import as_draft, as_trial
from selfassess.core.report.report import Report
from selfassess.core.review.acts import FACILITATOR, READER
from selfassess.store.acts import Actor, Outcome, perform
from selfassess.store.database import db, writing
from selfassess.store.models import Link
from selfassess.store.submissions import new_token, token_hash
from selfassess.web.french import clip, now
from selfassess.web.report import pdf
from selfassess.web.report.presentation import context
from selfassess.web.report.visibility import reviewed as as_the_network_sees
from selfassess.web.report.wording import LONGEST_RUNNING
from tests.core.report import files
from tests.core.report.reviewed import NETWORK, WHO, judged, reviewed
from tests.definitions import definitions
from tests.desk import a_facilitator, a_network, a_sent_file, hold, log_in
from tests.fixtures.pdf import CheckPdf
from tests.pages import FAULTS_OF_TEXT
from tests.web.report.sound import MOST_ANNEXES, MOST_PAGES, MOST_WORDS, before_annexes, headings, words
from tests.web.report.test_pdf import LONGEST_SENTENCES
from tests.web.walker import Walker

KINDS = ("confirmed", "changed", "longest", "under_way")
DRAWN = [("petr_four_actions", "changed"), ("longest", "longest"), ("early", "confirmed"), ("unknown", "under_way"),
         pytest.param("nothing", "longest", marks=pytest.mark.long), ("full", "draft"), ("open", "trial")]  # fmt: skip
BRAND = "Boussole PAT–International"
MARKS = {"changed": "Relu le 3 mars 2027", "longest": "Relu le 3 mars 2027", "confirmed": "Relu le 3 mars 2027",
         "under_way": "Relecture en cours, non partagée, le 3 mars 2027",
         "draft": "Brouillon du 23 novembre 2026",
         "trial": "Essai d’un brouillon d’édition, 23 novembre 2026"}  # fmt: skip


def report_of(name: str, kind: str) -> Report:
    if kind in {"draft", "trial"}:
        return (as_draft if kind == "draft" else as_trial)(files.report(name))
    return reviewed(name, kind)


def pages(path: Path) -> list[list[str]]:
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    return [[line for line in text.splitlines() if line.strip()] for text in done.stdout.rstrip("\f").split("\f")]


@pytest.fixture(scope="module")
def draw_kind(drawing_app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    folder = tmp_path_factory.mktemp("reviewed")

    def make(name: str, kind: str) -> Path:
        path = folder / f"{name}-{kind}.pdf"
        if not path.exists():
            with drawing_app.app_context():
                path.write_bytes(pdf.render(report_of(name, kind)))
        return path

    return make


@pytest.mark.parametrize(("name", "kind"), DRAWN)
def test_pdf_is_accessible_and_marked_on_every_page(
    name: str, kind: str, draw_kind: Callable[[str, str], Path], check_pdf: CheckPdf
) -> None:
    path = draw_kind(name, kind)
    check_pdf(path)
    report = report_of(name, kind)
    found = pages(path)
    assert "".join(" ".join(map(" ".join, found)).split()).count(report.fingerprint) == 1, "said once, at the end"
    assert report.fingerprint in "".join(" ".join(found[-1]).split())
    body = before_annexes(found)
    assert kind == "longest" or (body <= MOST_PAGES and len(found) - body <= MOST_ANNEXES)
    for number, lines in enumerate(found, 1):
        foot = next(line for line in reversed(lines) if line.lstrip().startswith(f"{BRAND} · {MARKS[kind]}"))
        assert number == 1 or clip(report.territory, LONGEST_RUNNING)[:20] in lines[0]
        assert re.search(rf"page {number}/{len(found)}$", " ".join(lines[lines.index(foot) :]).strip())
    if report.review and report.review.state == "validated":
        named = "Relu par le réseau "
        assert all(named in " ".join(lines[:2]) for lines in found[1:])
        assert sum(named in " ".join(lines) for lines in found) == len(found)
        colophon = " ".join(" ".join(found[-1]).split())
        assert "d’après vos réponses. Relu par le réseau" in colophon


@pytest.mark.parametrize(("name", "kind"), DRAWN)
def test_page_one_stands_alone(name: str, kind: str, draw_kind: Callable[[str, str], Path], drawing_app: Flask) -> None:
    first, second, *_ = pages(draw_kind(name, kind))
    with drawing_app.app_context():
        text = pdf.laid_out(report_of(name, kind))[0]
    whole = HTMLParser(text).css_first(".rp-page-one").text(separator=" ")
    foot = next(at for at in reversed(range(len(first))) if first[at].lstrip().startswith(f"{BRAND} · {MARKS[kind]}"))
    told, said = (sorted(re.findall(r"\w+", one)) for one in (" ".join(first[:foot]), whole))
    assert told == said  # a link's comma follows it on paper, and is apart in the page's text
    assert headings(text, ".rp-section h2")[0] in " ".join(second[:6])


@pytest.mark.parametrize("name", sorted(files.FILES))
@pytest.mark.parametrize("kind", [*KINDS, "draft"])
def test_page_one_is_short_and_well_set(name: str, kind: str, drawing_app: Flask) -> None:
    with drawing_app.app_context():
        template = drawing_app.jinja_env.get_template("report/body.html")
        page = HTMLParser(template.render(context(report_of(name, kind)), density=""))
    first = page.css_first(".rp-page-one")
    assert len(words(first.text(separator=" "))) <= MOST_WORDS
    sentences = [one for p in first.css("p, li") for one in re.split(r"[.!?…]\s", p.text()) if len(words(one)) > 1]
    assert mean(len(words(one)) for one in sentences) <= LONGEST_SENTENCES
    for node in page.css("p, li, td, th, h1, h2, h3, h4, caption"):
        text = re.sub(r"[ \n]+", " ", node.text()).strip()
        for fault, what in FAULTS_OF_TEXT:
            assert not fault.search(text), f"{what}: {text!r}"


@pytest.mark.parametrize("kind", KINDS)
def test_side_by_side_comes_first_and_comments_beside_answers(kind: str, drawing_app: Flask) -> None:
    report = reviewed("petr_four_actions", kind)
    with drawing_app.app_context():
        page = HTMLParser(pdf.laid_out(report)[0])
    assert headings(page.html or "", ".rp-section h2")[0] == "Vos réponses et la lecture du réseau"
    assert report.review is not None
    comments = [one for one in report.review.comments if one.item or "." not in one.key]
    beside = [one.text() for one in page.css("#reponses .rp-comment--network")]
    apart = page.css_first("#relecture").text()
    for one in comments:
        if one.key:
            assert any(typeset(one.text[:60]) in text for text in beside)
        else:
            assert typeset(one.text[:60]) in apart
    assert ("Lecture du réseau, pas encore validée." in apart) is (kind == "under_way")
    assert ("Lecture confirmée." in apart) is (kind == "confirmed")


# ---- Screen, PDF and export say the same -------------------------------------------------------------------------


def plain(text: str) -> str:
    """Typography and line breaks aside."""
    return " ".join(typeset(text).replace("\u00a0", " ").replace("\u202f", " ").split())


def sheet_of(desk: Walker, slug: str) -> list[dict[str, str]]:
    raw = desk.client.get(f"/reseau/export/{slug}.csv").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(raw, newline=""), delimiter=";"))


def plain_title(device: str) -> str:
    return next(" ".join(one.short.split()) for one in definitions().devices if one.id == device)


def table_of(page: HTMLParser, kind: str) -> list[list[str]]:
    rows = page.css(f".rp-table--{kind} tbody tr")
    return [[plain(cell.text()) for cell in row.css("th, td")] for row in rows]


def table_in(text: str, caption: str) -> list[list[str]]:
    lines = text[text.index(caption) :].splitlines()[2:]
    rows = []
    for line in lines:
        cells = [plain(cell) for cell in re.split(r" {2,}", line.strip())]
        if len(cells) < 3:
            break
        rows.append(cells)
    return rows


@pytest.fixture
def doors(app: Flask) -> dict[str, Any]:
    """One validated file, and everyone who may read its report."""
    with app.app_context():
        network = a_network(NETWORK)
        me = a_facilitator(network, label=WHO)
        made, token = a_sent_file(network, files.FILES["petr_four_actions"])
        by, said = (
            Actor(FACILITATOR, WHO, me.id),
            judged(files.report("petr_four_actions"), "Vu sur place ; l'action a cessé."),
        )
        told = {name: {"retained": kept, "reason": reason} for name, (kept, reason) in said.categories.items()}
        given = {"categories": told, "devices": list(said.devices), "order_reason": "Plus simple d'abord.",
                 "advice": "Commencez par l'action déjà en cours."}  # fmt: skip
        perform(
            made, "comment", by, now(), lambda _: Outcome({"key": "governance", "text": "Joignez le compte rendu !"})
        )
        perform(made, "comment", by, now(), lambda _: Outcome({"key": "", "text": "Dossier clair."}))
        perform(made, "judge", by, now(), lambda _: Outcome(given))
        perform(made, "validate", by, now())
        reader = new_token()
        with writing() as session:
            session.add(
                Link(
                    hash=token_hash(reader),
                    submission_id=made.id,
                    role=READER,
                    created_at=now(),
                    label="Élue",
                    whole=True,
                )
            )
        report = as_the_network_sees(made)
        visitors = {name: Walker(app) for name in ("respondent", "reader", "desk")}
        hold(visitors["respondent"].client, token)
        log_in(visitors["desk"].client, me)
        reference = made.reference
        db.session.remove()
    visitors["respondent"].get("/dossier/resultat")
    visitors["reader"].get(f"/lire/{reader}")
    visitors["desk"].get(f"/reseau/dossiers/{reference}/rapport")
    return {"report": report, "visitors": visitors}


def test_declared_and_reviewed_are_equal_everywhere(app: Flask, doors: dict[str, Any], tmp_path: Path) -> None:
    report, visitors = doors["report"], doors["visitors"]
    part = report.review
    assert part
    told = {
        "declared_categories": " ; ".join(one.title for one in report.categories if one.verdict == "assigned"),
        "declared_devices": " ; ".join(part.devices.declared),
        "reviewed_categories": " ; ".join(one.title for one in part.categories if one.reviewed),
        "reviewed_devices": " ; ".join(part.devices.reviewed),
        "order_reason": part.devices.reason,
        "advice": part.advice,
    }
    rows = {name: sheet_of(visitors["desk"], name) for name in ("dossiers", "commentaires", "dispositifs")}
    [file], [devices] = rows["dossiers"], rows["dispositifs"]
    names = plain(file["Catégories relues"].replace(" |", "\u00a0;"))
    assert names == plain(told["reviewed_categories"])
    assert plain(file["Avis du réseau"]) == plain(told["advice"])
    network = plain(" ".join(one["Commentaire"] for one in rows["commentaires"]))
    assert plain(told["order_reason"]) in network
    for at, name in enumerate(part.devices.devices, 1):
        assert f"réseau {at}" in devices[plain_title(name)]

    path = tmp_path / "reviewed.pdf"
    with app.app_context():
        path.write_bytes(pdf.render(report))
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    paper = plain(done.stdout)
    categories, order = (
        "Les catégories, d’après vos réponses et d’après le réseau",
        "Les pistes conseillées, dans l’ordre",
    )
    in_pdf = (table_in(done.stdout, categories), table_in(done.stdout, order))
    for name, visitor in visitors.items():
        assert (table_of(visitor.page, "review"), table_of(visitor.page, "order")) == in_pdf, name
        screen = plain(visitor.page.css_first(".report").text(separator=" "))
        for text in (screen.replace(" :", " :"), paper):
            for piece in (told["order_reason"], told["advice"], "Joignez le compte rendu !", "Dossier clair.",
                          "Vu sur place ; l'action a cessé."):  # fmt: skip
                assert plain(piece) in text, (name, piece)
    listed = {column: [one[0] for one in in_pdf[0] if one[at].startswith("Retenue")]
              for column, at in (("declared_categories", 1), ("reviewed_categories", 2))}  # fmt: skip
    listed |= {column: [one[at] for one in in_pdf[1] if one[at] != "–"]
               for column, at in (("declared_devices", 1), ("reviewed_devices", 2))}  # fmt: skip
    for column, titles in listed.items():
        assert " ; ".join(titles) == plain(told[column]), column
    assert told["declared_categories"] != told["reviewed_categories"]
    assert told["declared_devices"] != told["reviewed_devices"]
