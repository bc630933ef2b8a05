"""Faults of a drawn report, read from its PDF as a stranger would: pages, words, their boxes.

Widths and heights are in points. What PDF/UA-1 and qpdf say is in tests/fixtures/pdf.py.
"""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser as HTMLParser

from selfassess.core.definition.typography import typeset
from tests.pages import FAULTS_OF_TEXT

MOST_WORDS = 300  # of page one, a letter; of each of its options, MOST_OPTION_WORDS
MOST_OPTION_WORDS = 50
MOST_PAGES, MOST_ANNEXES = 8, 9  # of any file: before the annexes, and of annexes
MOST_BYTES = 500 * 1024
EARLY = 60  # letters, of a line of the whole width
LONGEST_WORD = 30  # letters
LEAST = 1 / 3  # of a page that is not the last of its part
HIGHEST_HEAD = 0.15  # of page one: the band with the name
WIDE, HIGH = 595.3, 841.9
EDGE = 20  # nothing is written closer to the edge
FOOT = re.compile("Boussole PAT–International · ")
TOP, FOOTER = 22 * 72 / 25.4, HIGH - 19 * 72 / 25.4  # where the margin of the head ends, that of the foot begins
UNDER_HEAD = 6 * 72 / 25.4  # of the band, under its last line
FIRST_ANNEX, SHEETS = "Annexe 1.", "Les pistes proposées"  # a part begins
QUOTE = re.compile('"')
WORD = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>')


def faults(html: str, path: Path, pages_most: int = MOST_PAGES, annexes_most: int = MOST_ANNEXES) -> list[str]:
    """Everything wrong with a report's PDF. `html` is what it was drawn from; `pages_most`: before the annexes."""
    found = [f"{path.stat().st_size} bytes"] if path.stat().st_size > MOST_BYTES else []
    read = pages(path)
    placed = boxes(path)
    return [*found, *_of_page_one(html, read[0]), *_of_head(html, placed[0]),
            *_of_length(read, pages_most, annexes_most), *_of_pages(html, read, placed), *_of_words(html, read),
            *_of_lines(html, read), *_of_boxes(placed), *_of_links(html), *of_text(html)]  # fmt: skip


def pages(path: Path) -> list[list[str]]:
    """The lines of each page, without the running header and footer."""
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    found = []
    for number, text in enumerate(done.stdout.rstrip("\f").split("\f")):
        lines = [line for line in text.splitlines() if line.strip()]
        footer = next(at for at in reversed(range(len(lines))) if FOOT.match(lines[at].strip()))
        assert re.search(rf"page {number + 1}/\d+$", " ".join(lines[footer:]).strip())
        found.append(lines[1 if number else 0 : footer])
    return found


def plain(text: str) -> str:
    """Without spaces of any kind, hyphens at the end of a line nor line breaks: what each medium may change."""
    return "".join(typeset(text).replace("\u00ad", "").split())


def words(text: str) -> list[str]:
    """« 50 000 » is one."""
    text = re.sub(r"(?<=\d)\s(?=\d{3}\b)", "", text)
    return [one for one in text.split() if re.search(r"\w", one)]


def headings(html: str, tags: str = "h1, h2, h3, h4") -> list[str]:
    return [" ".join(one.text().split()) for one in HTMLParser(html).css(tags)]


def before_annexes(read: list[list[str]]) -> int:
    """How many pages come before the first annex; the contents name it too."""
    return next(at for at, lines in enumerate(read) if at > 1 and any(FIRST_ANNEX in line for line in lines))


def _of_page_one(html: str, first: list[str]) -> Iterator[str]:
    page = HTMLParser(html).css_first(".rp-page-one")
    text = page.text(separator=" ")
    whole, told = (Counter(re.findall(r"\w+", one)) for one in (text, " ".join(first)))
    broken = {one for one in whole - told if len(one) > LONGEST_WORD}  # over two lines of a column
    pieces = {one for one in told - whole if any(one in long for long in broken)}
    for one in broken | pieces:
        del whole[one], told[one]
    if told != whole:
        yield f"page one is not on its page: {whole - told} {told - whole}"
    if (
        count := len(words(text)) - len(words(page.css_first(".rp-brand").text()))
    ) > MOST_WORDS:  # the brand is a header
        yield f"page one: {count} words"
    for slot in page.css(".rp-slot-told"):
        addresses = len(slot.css("a"))
        if (count := len(words(slot.text(separator=" "))) - addresses) > MOST_OPTION_WORDS:
            yield f"an option of page one: {count} words: {' '.join(slot.text().split())}"


def _of_head(html: str, first: list[Box]) -> Iterator[str]:
    words_of_it = len(HTMLParser(html).css_first(".rp-band").text(separator=" ").split())
    height = (max(one.bottom for one in first[:words_of_it]) + UNDER_HEAD) / HIGH
    if height > HIGHEST_HEAD:
        yield f"the head takes {height:.1%} of page one"


def _of_length(read: list[list[str]], pages_most: int, annexes_most: int) -> Iterator[str]:
    body = before_annexes(read)
    if body > pages_most:
        yield f"{body} pages before the annexes"
    if len(read) - body > annexes_most:
        yield f"{len(read) - body} pages of annexes"


def _of_pages(html: str, read: list[list[str]], placed: list[list[Box]]) -> Iterator[str]:
    titles = set(headings(html))
    ends = {number for number, lines in enumerate(read) if lines and lines[0].strip() == SHEETS} | {
        before_annexes(read)
    }
    for number, (lines, found) in enumerate(zip(read[:-1], placed, strict=False), 1):
        lowest = max((one.bottom for one in found if one.bottom < FOOTER), default=TOP)
        if number not in ends and (lowest - TOP) / (FOOTER - TOP) < LEAST:
            yield f"page {number} is nearly empty: {lines}"
        if lines and lines[-1].strip() in titles:
            yield f"page {number} ends with a heading: {lines[-1].strip()}"


def _of_lines(html: str, read: list[list[str]]) -> Iterator[str]:
    """A paragraph whose first line ends early: WeasyPrint does so where a text that holds is followed by one in bold,
    or smaller, that does not."""
    drawn = {" ".join(line.split()) for lines in read for line in lines}
    for one in HTMLParser(html).css(".rp-category-part .rp-why, .rp-told"):
        text = " ".join(one.text().split())
        first = max((line for line in drawn if text.startswith(line)), key=len, default="")
        if first and len(first) < EARLY and len(text) > len(first) + EARLY:
            yield f"a line ends early: {first}"


def _of_words(html: str, read: list[list[str]]) -> Iterator[str]:
    """Nothing lost, nothing drawn a second time where a block did not fit."""
    body = HTMLParser(html).body
    assert body is not None
    for one in body.css("svg title, .rp-unfold > summary"):  # said aloud, or not on paper
        one.decompose()
    written = Counter(re.findall(r"[^\W\d_]{4,}", body.text(separator=" ")))
    drawn = Counter(re.findall(r"[^\W\d_]{4,}", "\n".join(line for lines in read for line in lines)))
    long = [one for one in written if len(one) > LONGEST_WORD]  # cut at the end of a line
    heads = " ".join([*(one.text(separator=" ") for one in body.css("thead")), *long])  # on each page of a table
    if lost := [one for one in written - drawn if one not in long]:
        yield f"words lost: {lost[:9]}"
    if twice := [one for one in drawn - written if one not in heads]:
        yield f"words drawn twice: {twice[:9]}"


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float
    text: str

    def over(self, other: Box) -> bool:
        """Do they share more than what tight lines do?"""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide > 1 and high > 0.45 * min(self.bottom - self.top, other.bottom - other.top)


def boxes(path: Path) -> list[list[Box]]:
    """The words of each page and their boxes, header and footer included."""
    done = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, text=True, check=True)
    return [
        [Box(*map(float, one[:4]), one[4]) for one in WORD.findall(page)] for page in done.stdout.split("<page ")[1:]
    ]


def _of_boxes(placed: list[list[Box]]) -> Iterator[str]:
    for number, found in enumerate(placed, 1):
        for one in found:
            if one.left < EDGE or one.top < EDGE or one.right > WIDE - EDGE or one.bottom > HIGH - EDGE:
                yield f"page {number}: « {one.text} » leaves the page"
        near: list[Box] = []
        for one in sorted(found, key=lambda box: box.top):
            near = [other for other in near if other.bottom > one.top]
            yield from (f"page {number}: « {one.text} » over « {other.text} »" for other in near if one.over(other))
            near.append(one)


def _of_links(html: str) -> Iterator[str]:
    """A place of the report that is not there: the contents would give no page for it."""
    page = HTMLParser(html)
    for one in page.css("a[href^='#']"):
        if page.css_first(f"[id='{str(one.attributes['href'])[1:]}']") is None:
            yield f"no such place: {one.attributes['href']}"


def of_text(html: str) -> Iterator[str]:
    """What is wrong in the French of a report: quotes, spaces, fields left unfilled."""
    page = HTMLParser(html)
    page.strip_tags(["script", "style", "head"])
    for node in page.css("p, li, td, th, h1, h2, h3, h4, caption, svg title, svg text"):
        text = re.sub(r"[ \n]+", " ", node.text()).strip()
        for fault, what in (*FAULTS_OF_TEXT, (QUOTE, "straight quote")):
            if found := fault.search(text):
                yield f"{what}: {text[max(0, found.start() - 30) : found.end() + 30]!r}"
