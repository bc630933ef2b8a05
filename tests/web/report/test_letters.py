"""What people type arrives on paper: alphabets we have a font for, « [?] » for the rest, nothing out of the page."""

from __future__ import annotations

import io
import json
import subprocess
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask
from fontTools.pens.recordingPen import DecomposingRecordingPen, RecordingPen
from fontTools.ttLib import TTFont

from selfassess.core.answers.typed import lines
from selfassess.core.report.network_reading import lay
from selfassess.core.report.partner_page import as_abroad
from selfassess.core.report.report import Origin, Report
from selfassess.web.report import document_file, letters, pdf
from tests.core.report import files, scribbles
from tests.core.report.reviewed import DAY, NETWORK, judged, review_of
from tests.definitions import ROOT, definitions
from tests.fixtures.pdf import CheckPdf
from tests.web.report import sound

FAULTS = ROOT / "tests/faults"
NO_FONT = json.loads((FAULTS / "03_characters_no_font_has.json").read_text("utf-8"))
UNBROKEN = json.loads((FAULTS / "04_unbroken_text_off_the_page.json").read_text("utf-8"))
MOST_FONTS = 4 * 1024 * 1024
FEW, MANY, CHUNK = 15, 300, 15


def filled(answers: dict[str, Any], where: str, text: str) -> Report:
    """The report of those answers with a text in the field that `where` names."""
    given, comments = {**answers}, {}
    match where.split(".", 1):
        case ["comments", question]:
            comments = {question: text}
        case ["actions[0]", name]:
            given["actions"] = [{**files.EXCHANGE, name: text}]
        case [question, name]:
            given[question] = {**given[question], name: text}
    return files.report_of(given, comments)


def drawn(report: Report, path: Path, app: Flask) -> str:
    """The words of its PDF, as a reader of the file gets them."""
    with app.app_context():
        path.write_bytes(pdf.render(report))
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def actual_texts(path: Path) -> set[str]:
    """What a reader of the file is told to read in the place of what is drawn."""
    with pikepdf.open(path) as file:
        begun = [
            given for page in file.pages for given, what in pikepdf.parse_content_stream(page) if str(what) == "BDC"
        ]
        return {str(given[1]["/ActualText"]) for given in begun if "/ActualText" in given[1]}


def out_of_page(path: Path) -> list[str]:
    edge, high = sound.EDGE, sound.HIGH - sound.EDGE
    return [f"page {number}: {one.text}" for number, found in enumerate(sound.boxes(path), 1) for one in found
            if one.left < edge or one.right > sound.WIDE - edge or one.top < edge / 2 or one.bottom > high]  # fmt: skip


UNDRAWN = {"3a": ["🌾"], "3b": ["🇹🇳"], "3c": [], "3f": ["1\ufe0f\u20e3"]}


@pytest.mark.parametrize("case", NO_FONT["cases"], ids=lambda case: f"fault_{case['id']}")
def test_characters_no_font_has(case: dict[str, str], drawing_app: Flask, tmp_path: Path, check_pdf: CheckPdf) -> None:
    """Cleaned where it is typed; as it was kept before that, too."""
    path = tmp_path / "report.pdf"
    for text in {case["text"], lines(case["text"])}:
        told = drawn(filled(NO_FONT["answers"], case["where"], text), path, drawing_app)
        check_pdf(path)
        assert letters.undrawn(lines(text)) == UNDRAWN[case["id"]]
        said = {one for one in actual_texts(path) if "q" not in one}  # a line with marks has a text of its own
        assert said == set(UNDRAWN[case["id"]])
        for word in lines(text).split():
            assert word in unicodedata.normalize("NFC", told)


@pytest.mark.parametrize("case", UNBROKEN["cases"], ids=lambda case: f"fault_{case['id']}")
def test_unbroken_text_stays_in_its_column(case: dict[str, str], drawing_app: Flask, tmp_path: Path) -> None:
    """In the field of the fault, and in the others: a name is cut at its longest."""
    text, path = case["text"], tmp_path / "report.pdf"
    name = "".join(text.split())[: scribbles.NAME]
    given = {
        **files.FILES["twinning_and_project"],
        **UNBROKEN["answers"],
        "actions": [{**files.EXCHANGE, "label": name}],
    }
    given["territory"] = {**given["territory"], "name": name}
    told = "".join(drawn(files.report_of(given, {"stage": text, "axes": text}), path, drawing_app).split())
    assert out_of_page(path) == []
    assert told.count("".join(text.split())) >= 2
    assert told.count(name) >= 4


@pytest.mark.parametrize("run", ["/", ".", "?", ")", "/rep/du/projet", "W", "é"])
def test_a_run_after_words_in_bold_stays_in_its_column(run: str, drawing_app: Flask, tmp_path: Path) -> None:
    """No line is broken before a slash or a full stop: a run of them has no space to go back to."""
    report, path, text = files.report("early"), tmp_path / "report.pdf", run * (300 // len(run))
    told = drawn(lay(report, review_of(report, judged(report, text)), NETWORK, DAY), path, drawing_app)
    assert out_of_page(path) == []
    assert "".join(told.split()).count(text) >= 3  # the reasons of a category and of the order, the advice


NAME = "PETR 🌾 d’Αθήνα et تونس, 漢 \ue123 q̣̇"
NAMED: dict[str, Any] = {
    **files.FILES["petr_four_actions"],
    "territory": {"name": NAME, "type": "petr", "departement": "01"},
    "actions": [{**one, "label": f"🇹🇳 {name} {'W' * 150}"} for name, one in zip("abcd", files.ALL, strict=True)],
}


def test_other_documents_hold_them_too(drawing_app: Flask, tmp_path: Path, check_pdf: CheckPdf) -> None:
    """The documents to edit, for whoever has a font; the page for a partner abroad, drawn like the report."""
    report = files.report_of(NAMED)
    with drawing_app.app_context():
        content = document_file.render(report, definitions())
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert NAME in file.read("content.xml").decode("utf-8")
    given = report.model_copy(update={"origin": Origin(answers=NAMED, comments={})})
    path = tmp_path / "abroad.pdf"
    told = drawn(as_abroad(definitions(), given, NAME), path, drawing_app)
    check_pdf(path)
    assert out_of_page(path) == []
    assert {"🌾", "漢", "🇹🇳"} <= actual_texts(path)
    assert not scribbles.letters([NAME]) - scribbles.letters([told])


@pytest.mark.parametrize("seed", range(FEW))
def test_every_field_filled_at_random(seed: int, drawing_app: Flask, tmp_path: Path, check_pdf: CheckPdf) -> None:
    faults = scribbled(seed, drawing_app, tmp_path, check_pdf)
    assert faults == []


@pytest.mark.long
@pytest.mark.parametrize("start", range(FEW, MANY, CHUNK))
def test_every_field_of_many_filled_at_random(
    start: int, drawing_app: Flask, tmp_path: Path, check_pdf: CheckPdf
) -> None:
    faults = [one for seed in range(start, start + CHUNK) for one in scribbled(seed, drawing_app, tmp_path, check_pdf)]
    assert faults == []


def scribbled(seed: int, app: Flask, folder: Path, check_pdf: CheckPdf) -> list[str]:
    path, (report, typed) = folder / "report.pdf", scribbles.scribbled(seed)
    told = drawn(report, path, app)
    check_pdf(path)
    lost = scribbles.letters(typed) - scribbles.letters([told])
    return [f"{seed}: {one}" for one in out_of_page(path)] + [f"{seed}: {one!r} lost" for one in lost]


def test_fonts_are_ours_small_and_say_what_they_draw() -> None:
    told = json.loads(letters.COVERED.read_text("ascii"))
    faces = (ROOT / "static/print.css").read_text("utf-8")
    for name, ranges in told.items():
        font = TTFont(letters.FONTS / name)
        codes = {code for start, end in ranges for code in range(start, end + 1)}
        assert codes == set(font.getBestCmap()), name
        assert f"static:fonts/{name}" in faces
        assert "Open Font License" in font["name"].getDebugName(13)
        project = font["name"].getDebugName(1).split()[0]
        assert any(project in one.read_text("utf-8") for one in letters.FONTS.glob("OFL*.txt"))
    assert sum(one.stat().st_size for one in letters.FONTS.iterdir()) < MOST_FONTS


@pytest.mark.parametrize("weight", ["400", "700"])
def test_what_stands_for_a_sign_is_seen(weight: str) -> None:
    """Each private letter has a glyph of its own, and all are « [?] »."""
    font = TTFont(letters.FONTS / f"undrawn-{weight}.ttf")
    glyphs = [font.getGlyphID(font.getBestCmap()[ord(one)]) for one in letters.STANDING]
    assert glyphs == list(range(letters.FIRST, letters.FIRST + len(letters.STANDING)))
    shapes = font.getGlyphSet()
    for at in (0, 1, len(glyphs) - 1):
        shapes[font.getGlyphName(glyphs[at])].draw(pen := RecordingPen())
        drawn = DecomposingRecordingPen(shapes)
        pen.replay(drawn)
        assert [what for what, _ in drawn.value].count("closePath") == 4  # two brackets; a mark and its point
    assert f"static:fonts/undrawn-{weight}.ttf" in (ROOT / "static/print.css").read_text("utf-8")


@pytest.mark.parametrize("weight", ["400", "700"])
def test_zeros_have_no_slash(weight: str) -> None:
    """Two outlines: the letter, and its hole."""
    font = TTFont(letters.FONTS / f"atkinson-next-{weight}.ttf")
    assert font["glyf"]["zero"].numberOfContours == 2
    assert font["glyf"]["O"].numberOfContours == 2


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("Val 🌾 et 🇹🇳🇫🇷, 👨‍👩‍👧", ["🌾", "🇹🇳", "🇫🇷", "👨‍👩‍👧"]),
        ("漢字 漢", ["漢", "字"]),
        ("Łódź, Αθήνα, Київ, تونس, ירושלים, Việt Nam ✓ → ≤ ★ ❤️", []),
        ("aि \ue000", ["aि", "\ue000"]),  # a letter whose mark has no font is not drawn without it
    ],
)
def test_what_is_not_drawn(text: str, signs: list[str]) -> None:
    assert letters.undrawn(text) == signs
