"""The PDF of the shortest, the longest and the most ordinary files: accessible, complete, well set."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import mean

import pikepdf
import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from selfassess.web import pdf
from selfassess.web.body import context
from tests.fixtures.pdf import CheckPdf
from tests.pages import FAULTS_OF_TEXT
from tests.report import files

MOST_WORDS = 220
LONGEST_SENTENCES = 20  # words, on average
LONGEST_WORD = 30  # letters
SHORTEST_PAGE = 40  # words of a page that is not the last
NAMES = sorted(files.FILES)
Draw = Callable[[str], Path]
Document = Callable[[str], str]


def pages(path: Path) -> list[list[str]]:
    """The lines of each page, without the running header and footer."""
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    found = []
    for number, text in enumerate(done.stdout.rstrip("\f").split("\f")):
        lines = [line for line in text.splitlines() if line.strip()]
        footer = next(at for at in reversed(range(len(lines))) if lines[at].lstrip().startswith("Déclaratif, "))
        assert re.search(rf"page {number + 1}/\d+$", " ".join(lines[footer:]).strip())
        found.append(lines[1 if number else 0 : footer])
    return found


def words(text: str) -> list[str]:
    return [one for one in text.split() if re.search(r"\w", one)]


def headings(html: str, tags: str = "h1, h2, h3, h4") -> list[str]:
    return [" ".join(one.text().split()) for one in HTMLParser(html).css(tags)]


@pytest.mark.parametrize("name", NAMES)
def test_pdf_is_accessible_and_sound(name: str, draw: Draw, check_pdf: CheckPdf) -> None:
    check_pdf(draw(name))


@pytest.mark.parametrize("name", NAMES)
def test_page_one_stands_alone(name: str, draw: Draw, document: Document) -> None:
    first, second, *_ = pages(draw(name))
    whole = HTMLParser(document(name)).css_first(".rp-page-one").text(separator=" ")
    told = " ".join(first)
    assert len(words(told)) <= MOST_WORDS
    assert sorted(words(told)) == sorted(words(whole))
    assert second[0].strip() == headings(document(name), ".rp-section h2")[0]


@pytest.mark.parametrize("name", NAMES)
def test_every_word_is_drawn_once(name: str, draw: Draw, document: Document) -> None:
    """Nothing lost, nothing drawn a second time where a block did not fit."""
    body = HTMLParser(document(name)).body
    assert body is not None
    for one in body.css("svg title, .rp-unfold > summary, .rp-fold .rp-change"):  # said aloud, or not on paper
        one.decompose()
    written = Counter(re.findall(r"[^\W\d_]{4,}", body.text(separator=" ")))
    drawn = Counter(re.findall(r"[^\W\d_]{4,}", "\n".join(line for lines in pages(draw(name)) for line in lines)))
    long = [one for one in written if len(one) > LONGEST_WORD]  # cut at the end of a line
    heads = " ".join([*(one.text(separator=" ") for one in body.css("thead")), *long])  # on each page of a table
    assert [one for one in written - drawn if one not in long] == []
    assert [one for one in drawn - written if one not in heads] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_page_is_nearly_empty_and_no_heading_ends_one(name: str, draw: Draw, document: Document) -> None:
    titles = set(headings(document(name)))
    for number, lines in enumerate(pages(draw(name))[:-1], 1):
        assert len(words(" ".join(lines))) >= SHORTEST_PAGE, f"page {number}: {lines}"
        assert lines[-1].strip() not in titles, f"page {number} ends with a heading"


@pytest.mark.parametrize("name", NAMES)
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
    assert found == headings(document(name))


@pytest.mark.parametrize("name", NAMES)
def test_text_is_set_in_french(name: str, document: Document) -> None:
    page = HTMLParser(document(name))
    page.strip_tags(["script", "style", "head"])
    for node in page.css("p, li, td, th, h1, h2, h3, h4, caption, svg title, svg text"):
        text = re.sub(r"[ \n]+", " ", node.text()).strip()
        for fault, what in FAULTS_OF_TEXT:
            found = fault.search(text)
            assert not found, f"{what}: {text[max(0, found.start() - 30) : found.end() + 30]!r}"


@pytest.mark.parametrize("name", NAMES)
def test_sentences_are_short(name: str, document: Document) -> None:
    page = HTMLParser(document(name))
    for part in (".rp-page-one", ".report"):
        said = [one.text() for node in page.css(part) for one in node.css("p, li")]
        sentences = [one for text in said for one in re.split(r"[.!?…]\s", text) if len(words(one)) > 1]
        assert mean(len(words(one)) for one in sentences) <= LONGEST_SENTENCES


@pytest.mark.parametrize("name", NAMES)
def test_pictures_and_tables_say_the_same(name: str, document: Document, drawing_app: Flask) -> None:
    page = HTMLParser(document(name))
    pictures = page.css(".report svg")
    assert len(pictures) == 4
    drawn = " ".join(one.text(separator=" ") for one in pictures).lower()
    told = " ".join(one.css_first("title").text() for one in pictures).lower()
    for table in page.css(".rp-table")[:2]:
        for row in table.css("tbody tr"):
            title = row.css_first("th").text().split(" (")[0].lower()
            cells = [one.text().lower() for one in row.css("td")]
            figure = next(one for one in cells if "sur" in one or "points" in one or "lecture" in one)
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


def test_same_report_same_bytes(drawing_app: Flask, draw: Draw) -> None:
    with drawing_app.app_context():
        assert pdf.render(files.report("early")) == draw("early").read_bytes()


def test_ordinary_report_is_eleven_pages_and_annexes(draw: Draw) -> None:
    found = pages(draw("twinning_and_project"))
    annexes = next(at for at, lines in enumerate(found) if any("Annexe 1." in line for line in lines))
    assert annexes <= 11
    assert len(found) <= 21


def test_longest_texts_are_all_there(draw: Draw) -> None:
    told = " ".join(" ".join(line.split()) for lines in pages(draw("longest")) for line in lines)
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
        text = pdf.page(files.report_of(given))
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
