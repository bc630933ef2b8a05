"""The PDF of the shortest, the longest and the most ordinary files: accessible, complete, well set."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from statistics import mean

import pikepdf
import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from selfassess.core.report.report import Origin
from selfassess.web.commands.evaluate_command import evaluate
from selfassess.web.definitions import library
from selfassess.web.report import pdf, presentation
from selfassess.web.report.figures import CLOSED, mark_of, matrix_rows
from selfassess.web.report.pdf import ROOT
from selfassess.web.report.presentation import context
from selfassess.web.report.wording import in_french
from tests import seeded
from tests.authoring.explore.test_random_files import KINDS
from tests.core.report import files
from tests.definitions import edition
from tests.fixtures.pdf import CheckPdf
from tests.web.report import sound
from tests.web.report.sound import plain

LONGEST_SENTENCES = 20  # words, on average
NAMES = sorted(files.FILES)
PROFILE = "Le profil en mots"
FEW = [
    "early",
    "longest",
    "metropole",
    "nothing",
    "petr_four_actions",
    "twinning_and_project",
    "two_services",
    "unknown",
]
# One or two actions, or none, with names as they are; the others are as long as can be.
STANDARD = [name for name in NAMES if name not in {"longest", "petr_four_actions"}]
GENERATED = [f"{kind}_{at}" for at in range(5) for kind in KINDS]
FRAMES = (".rp-map", ".rp-split", ".rp-matrix .rp-frame", ".rp-period")
SMALLEST, MANY = 9, 60  # points; texts
Draw = Callable[[str], Path]
Document = Callable[[str], str]


@pytest.mark.parametrize("name", [*NAMES, *GENERATED])
def test_report_is_sound(name: str, draw: Draw, document: Document, check_pdf: CheckPdf) -> None:
    """Accessible; page one on its page; nothing lost, drawn twice, over another, out of the page; not too long."""
    check_pdf(draw(name))
    pages, annexes = (6, 7) if name in STANDARD else (sound.MOST_PAGES, sound.MOST_ANNEXES)
    assert sound.faults(document(name), draw(name), pages, annexes) == []


def test_every_reading_is_drawn() -> None:
    """Every category alone, the six pairs of links, every reading of Potentiel are among these reports."""
    reports = [files.report(name) for name in NAMES]
    heads = {frozenset(one.id for one in report.categories if one.verdict == "assigned") for report in reports}
    links = [one.id for one in edition().typology.categories]
    assert heads >= {frozenset(pair) for size in (1, 2) for pair in combinations(links, size)}
    assert {one.reading_title for one in reports} >= {one.words.title for one in edition().typology.remainder.readings}


def test_faults_are_found(drawing_app: Flask, tmp_path: Path) -> None:
    """Each judge, shown what it is there to see."""
    with drawing_app.app_context():
        html, _ = pdf.laid_out(files.report("early"))
        style = """<style>
            .rp-title { padding-top: 20mm } .rp-facts { margin-top: -9mm }
            #etude { margin-left: 160mm; white-space: nowrap }
            #glossaire, #origins { break-before: page } #glossaire li:nth-child(n + 4) { display: none }
        </style></head>"""
        path = tmp_path / "bad.pdf"
        spoilt = html.replace("</head>", style).replace("Annexe 5. Glossaire", 'Annexe 5. "Glossaire" {name}')
        spoilt = spoilt.replace('id="sources"', 'id="origins"')
        path.write_bytes(pdf._laid(spoilt).write_pdf())
    found = " ".join(sound.faults(spoilt, path, 3, 4))
    for fault in ("leaves the page", "» over «", "is nearly empty", "words lost", "straight quote", "placeholder",
                  "the head takes", "pages before the annexes", "pages of annexes", "no such place"):  # fmt: skip
        assert fault in found


@pytest.mark.parametrize("name", FEW)
def test_bookmarks_are_the_headings(name: str, draw: Draw, document: Document) -> None:
    with pikepdf.open(draw(name)) as file, file.open_outline() as outline:
        found = []

        def gather(items: list[pikepdf.OutlineItem]) -> None:
            for item in items:
                found.append(" ".join(item.title.split()))
                gather(item.children)

        gather(outline.root)
        assert file.docinfo["/Title"]
        assert file.Root.Lang == "fr"
    assert found == sound.headings(document(name))


@pytest.mark.parametrize("name", NAMES)
def test_sentences_are_short(name: str, document: Document) -> None:
    page = HTMLParser(document(name))
    for part in (".rp-page-one", ".report"):
        said = [one.text() for node in page.css(part) for one in node.css("p, li")]
        sentences = [one for text in said for one in re.split(r"[.!?…]\s", text) if len(sound.words(one)) > 1]
        assert mean(len(sound.words(one)) for one in sentences) <= LONGEST_SENTENCES


@pytest.mark.parametrize("name", FEW)
def test_pictures_and_tables_say_the_same(name: str, document: Document, drawing_app: Flask) -> None:
    page = HTMLParser(document(name))
    pictures = page.css(".report svg")
    steps = any(period.steps for period in files.report(name).timeline)
    assert len(pictures) == 3 + 1 + 5 + 4 + 3 * steps  # the map, the profile, the signs, the matrix, the calendar
    drawn = " ".join(one.text(separator=" ") for one in pictures).lower()
    told = " ".join(one.css_first("title").text() for one in pictures).lower()
    for table in page.css(".rp-table"):
        for row in table.css("tbody tr"):
            title = row.css_first("th").text().split(" (")[0].lower()
            cells = [one.text().lower() for one in row.css("td")]
            figure = cells[0] if table.css_first("caption").text() == PROFILE else cells[-1]
            assert title in drawn
            assert figure in drawn
            assert any(line.startswith(title) and figure in line for line in re.split(r"\.\s", told))
    with drawing_app.app_context():
        said = context(files.report(name))
    for one in said["report"].categories:
        if one.low is not None:
            row = next(row for row in said["map"].rows if row.title == one.title)
            width = row.bar.end - row.bar.start
            assert row.bar.low == pytest.approx(row.bar.start + width * one.low / one.reach, abs=0.1)
            assert row.bar.high == pytest.approx(row.bar.start + width * one.high / one.reach, abs=0.1)


@pytest.mark.parametrize("name", FEW)
def test_every_device_is_placed_where_its_figures_say(name: str, document: Document) -> None:
    """In the picture's words, in its title and in the figures of annex 2, the same; its column and row hold it."""
    page, report = HTMLParser(document(name)), in_french(files.report(name))
    part = report.matrix
    assert part is not None
    columns = page.css(".rp-matrix .rp-frame svg")
    figures = [plain(one.text()) for one in page.css(".rp-told")]
    shown = {one.device for one in report.page_one.slots}
    rows = matrix_rows(report, part)
    for at, (column, effort) in enumerate(zip(columns, part.efforts, strict=True)):
        told = plain(column.css_first("title").text())
        lines = [(plain(one.text()), one.attributes.get("font-weight")) for one in column.css("text")]
        assert lines[0][0] == plain(effort)
        drawn = "".join(line for line, _ in lines)
        for interest, row in rows:
            for device in row[at]:
                figure = f"effort {device.effort} sur {part.most_effort}, intérêt {device.relevance}"
                said = f"{device.short} ({device.verdict_text.lower()}, {figure}".replace("-", "−")
                assert plain(said) in told.replace("EXPE−CT", "EXPE-CT").replace("-", "−")
                assert told.index(plain(interest)) < told.index(plain(device.short) + "(")
                assert plain(device.short) in drawn
                assert any(one.startswith(plain(device.short)) and plain(f"effort {device.effort},") in one
                           for one in figures)  # fmt: skip
                bold = {line for line, weight in lines[1:] if weight}
                assert (plain(device.short)[:6] in {line[:6] for line in bold}) >= (device.id in shown)
    assert sum(len(cell) for _, row in rows for cell in row) == len(report.devices)


@pytest.mark.parametrize("name", [*NAMES, *(f"{kind}_{at}" for at in range(20) for kind in KINDS)])
def test_the_picture_invites_to_no_closed_door(name: str) -> None:
    """A device that cannot be entered on the report's day stands apart, whatever its interest, never as possible."""
    report = files.report(name)
    part = report.matrix
    assert part is not None
    *interests, (apart, closed) = matrix_rows(report, part)
    assert [title for title, _ in interests] == list(part.interests)
    assert apart == CLOSED
    for one in (one for _, row in interests for cell in row for one in cell):
        assert one.verdict != "non_ouvert", one.short
        assert one.entry == "open" or one.in_place or one.action, one.short
    for one in (one for cell in closed for one in cell):
        assert mark_of(one) != "maintenant", one.short


@pytest.mark.parametrize("name", FEW)
def test_the_sheets_tell_the_steps_of_the_calendar(name: str, document: Document) -> None:
    """Once each, with the number it has in the picture and the span it falls in."""
    page, report = HTMLParser(document(name)), in_french(files.report(name))
    listed = [one.text() for one in page.css(".rp-sheet .rp-plain li")]
    told = sorted((int(one.split(".")[0]), plain(one.split(".", 1)[1])) for one in listed)
    numbers, expected = [], []
    spans = report.timeline if any(period.steps for period in report.timeline) else ()  # no calendar of nothing
    for period, part in zip(page.css(".rp-period"), spans, strict=True):
        title = period.css_first("svg title").text()
        drawn = sorted(int(one.text()) for one in period.css("svg text") if one.text().strip().isdigit())
        assert plain(title).startswith(plain(part.title))
        for number, step in zip(drawn, part.steps, strict=True):
            assert plain(f"étape {number}, {step.title}") in plain(title)
            expected.append((number, plain(f"{part.title}. {step.text}")))
        numbers += drawn
    assert numbers == list(range(1, len(numbers) + 1))
    assert told == expected


def test_pictures_are_legible_at_arms_length(document: Document) -> None:
    """Their text is of nine points or more, at the width the style sheet gives them."""
    sheet = (ROOT / "static/print.css").read_text()
    widths = {frame: float(re.search(re.escape(f"{frame} svg {{ width: ") + r"([\d.]+)mm", sheet)[1])
              for frame in FRAMES}  # fmt: skip
    page, seen = HTMLParser(document("petr_four_actions")), 0
    for frame, width in widths.items():
        for picture in page.css(f"{frame} svg"):
            points = width / 25.4 * 72 / float(str(picture.attributes["viewBox"]).split()[2])
            usual = picture.attributes.get("font-size")
            for text in picture.css("text"):
                seen += 1
                assert float(text.attributes.get("font-size") or usual or 0) * points >= SMALLEST, text.text()
    assert seen > MANY


def test_answers_and_result_are_attached(drawing_app: Flask, tmp_path: Path, check_pdf: CheckPdf) -> None:
    """What is attached can be evaluated again, and says what the report says; PDF/UA holds."""
    given = files.FILES["petr_four_actions"]
    origin = Origin(answers=given, comments={})
    report = files.report("petr_four_actions").model_copy(update={"origin": origin})
    path = tmp_path / "report.pdf"
    with drawing_app.app_context():
        path.write_bytes(pdf.render(report))
        check_pdf(path)
        with pikepdf.open(path) as file:
            told = {name: one.get_file().read_bytes() for name, one in file.attachments.items()}
        again = evaluate(library(), told["reponses.json"], files.DAY)
    assert set(told) == {"reponses.json", "resultat.json"}
    result = json.loads(told["resultat.json"])
    assert {one["id"]: one["verdict"] for one in result["categories"]} == {
        name: one["verdict"] for name, one in again["categories"].items()
    }
    assert {one["id"]: one["verdict"] for one in result["devices"]} == {
        name: one["verdict"] for name, one in again["devices"].items()
    }
    reasons = {plain(why["text"]) for one in result["devices"] for why in one["reasons"]}
    assert reasons == {plain(why["text"]) for one in again["devices"].values() for why in one["reasons"]}
    assert result["fingerprint"] == report.fingerprint


@pytest.mark.parametrize("name", FEW)
def test_every_reason_of_page_one_is_printed(name: str, document: Document) -> None:
    """On page one, on a sheet or, with the answers as given, in annex 2."""
    page = HTMLParser(document(name))
    report = in_french(files.report(name))
    for device in map(report.device, report.sheets):
        sheet = next(one for one in page.css(".rp-sheet") if one.css_first("h3").text() == device.title)
        line = next(one for one in page.css(".rp-told") if one.css_first("strong").text() == device.short)
        for why in device.reasons:
            said = why.exact or why.text
            assert plain(why.text) in plain(sheet.text()) or plain(said) in plain(line.text()), why.text


@pytest.mark.parametrize(
    ("name", "told", "place"),
    [
        ("Pays de Retz", "PETR ou pays, 30 000 habitants", "PETR ou pays, 30 000 habitants"),
        ("Métropole du Lac", "métropole, 300 000 habitants", "300 000 habitants"),
        ("Métropole du Lac", "métropole", ""),
        ("Association des Prés", "association ou coopérative", ""),
        (
            "Villeneuve",
            "commune, de 10 000 à moins de 50 000 habitants",
            "Commune, de 10 000 à moins de 50 000 habitants",
        ),
        ("Villeneuve", "", ""),
    ],
)
def test_a_name_that_says_the_type_is_not_told_twice(name: str, told: str, place: str) -> None:
    report = files.report("early").model_copy(update={"territory": name, "territory_text": f"{name}, {told}"})
    assert presentation.place(report) == place


def test_same_report_same_bytes_in_every_process(drawing_app: Flask, draw: Draw) -> None:
    """This process has drawn others before, and its sets are in another order."""
    names = [*[one for one in NAMES if one not in {"longest", "petr_four_actions"}][:11], "left"]
    elsewhere = seeded.start(seeded.elsewhere(), "pdf", names)
    with drawing_app.app_context():
        drawn = {name: draw(name).read_bytes() for name in names[:-1]}
        drawn["left"] = pdf.render(files.report_of(seeded.LEFT))
        assert pdf.render(files.report("early")) == drawn["early"]
    assert len(drawn) == 12
    assert seeded.end(elsewhere) == {name: sha256(one).hexdigest() for name, one in drawn.items()}


def test_longest_texts_are_all_there(draw: Draw) -> None:
    told = " ".join(" ".join(line.split()) for lines in sound.pages(draw("longest")) for line in lines)
    assert told.count("la réponse reste discutée") >= 7 * 13


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "https://example.org/a.png",
        "data:text/css,p{}",
        "static:../pyproject.toml",
        "static:%2e%2e/pyproject.toml",
        "static:fonts/../../wsgi.py",
        "static:theme/README.md",
        "static:/etc/passwd",
        "static:no.svg",
        "logo.svg",
    ],
)
def test_nothing_outside_static_is_read(address: str) -> None:
    with pytest.raises(pdf.RefusedError):
        pdf.static_file(address)
    with pytest.raises(pdf.RefusedError):
        pdf._fetcher().fetch(address)


def test_a_text_cannot_make_it_read_anything(drawing_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = pdf.static_file
    monkeypatch.setattr(pdf, "static_file", lambda address: asked.append(address) or real(address))
    hostile = '<img src="file:///etc/passwd"><style>@import "http://127.0.0.1/x";</style>{{ 7 * 7 }}'
    given = {**files.EARLY, "territory": {**files.EARLY["territory"], "name": hostile}}
    with drawing_app.app_context():
        text = pdf.laid_out(files.report_of(given))[0]
        pdf.render(files.report_of(given))
    assert "&lt;img" in text
    assert "<img" not in text
    assert all(one.startswith("static:") for one in asked)


def test_template_version_follows_the_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/body.html").write_text("one")
    monkeypatch.setattr(pdf, "ROOT", tmp_path)
    monkeypatch.setattr(pdf, "DRAWN_WITH", ("a",))
    before = pdf.template_version.__wrapped__()
    (tmp_path / "a/body.html").write_text("two")
    assert pdf.template_version.__wrapped__() != before
