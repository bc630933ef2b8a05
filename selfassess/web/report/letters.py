"""The letters that the PDF draws, each in one of its own fonts (static/fonts), and what stands for the others.

What no font of ours draws, emoji and flags first, is a visible « [?] » whose actual text is what was typed. A letter
and its marks are one sign: drawn together, by one font, or not at all. A private letter stands for each sign that is
not drawn; a font of ours draws all of them as « [?] ».
"""

from __future__ import annotations

import io
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from xml.etree.ElementTree import Element

from selfassess.web.settings import ROOT

FONTS = ROOT / "static/fonts"
COVERED = FONTS / "letters.json"  # the ranges of letters of each font, in the order of print.css; made by fonts.py
OWN = "atkinson"  # the font of every page; the others only draw what it does not
INSTEAD = "[?]"
# The private letters, in the order of the glyphs of their font; a file with more signs has « [?] » for the last ones.
STANDING = [chr(one) for one in chain(range(0xE000, 0xF900), range(0xF0000, 0xF2710))]
STANDS = re.compile("[\ue000-\uf8ff\U000f0000-\U000f270f]")
FIRST = 1  # glyph of the first of them
FAMILY = "Undrawn"  # of their font
OTHER = "rp-other"  # class of print.css: words of other alphabets
# Of words apart in one text, and of letters without a space in one of them (WeasyPrint breaks no line where a longer
# one begins). Beyond, the whole text is set in the fonts of other alphabets.
MOST_PARTS, LONGEST = 40, 30
JOINER = "\u200d"
# Drawn as nothing: joiners, what chooses between two looks of a sign, the letters of a flag.
WITHOUT_LOOK = re.compile("[\u034f\u180b-\u180d\u200b-\u200d\ufe00-\ufe0f\U000e0020-\U000e007f\U000e0100-\U000e01ef]")
TONES = range(0x1F3FB, 0x1F400)
COUNTRIES = range(0x1F1E6, 0x1F200)  # two of them are a flag
SVG = "{http://www.w3.org/2000/svg}svg"
RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
NO_TEXT = "\ufffd"
ROUNDS = 3  # of substitutions after one another: ligatures of forms of letters


@cache
def _fonts() -> list[tuple[str, frozenset[int]]]:
    told = json.loads(COVERED.read_text("ascii"))
    return [
        (name, frozenset(at for start, end in ranges for at in range(start, end + 1))) for name, ranges in told.items()
    ]


@cache
def _strange() -> re.Pattern[str]:
    """One letter, or more, that the font of every page does not draw."""
    own = frozenset.intersection(*(letters for name, letters in _fonts() if name.startswith(OWN)))
    return re.compile(f"[^\\s{re.escape(''.join(map(chr, sorted(own))))}]")


def signs(text: str) -> Iterator[str]:
    """A text in signs: each letter with its marks, each flag, each emoji with what is joined to it."""
    held = ""
    for letter in text:
        if held and not _goes_on(held, letter):
            yield held
            held = ""
        held += letter
    if held:
        yield held


def _goes_on(held: str, one: str) -> bool:
    if held.isspace():
        return False
    flag = ord(one) in COUNTRIES and len(held) == 1 and ord(held) in COUNTRIES
    mark = unicodedata.category(one)[0] == "M" or ord(one) in TONES or WITHOUT_LOOK.match(one) is not None
    emoji = held[-1] == JOINER and not unicodedata.category(one).startswith(("L", "Z", "C"))
    return flag or mark or emoji


@lru_cache(maxsize=4096)
def is_drawn(sign: str) -> bool:
    """Does one font draw the whole of it?"""
    seen = WITHOUT_LOOK.sub("", sign)
    if not _strange().search(seen):
        return True
    others = [(name, letters) for name, letters in _fonts() if not name.startswith(OWN)]
    used = {next((name for name, letters in others if ord(one) in letters), None) for one in seen}
    return len(used) == 1 and None not in used


def undrawn(text: str) -> list[str]:
    """The signs of a text that « [?] » stands for on paper, each once."""
    if not _strange().search(text):
        return []
    return list(dict.fromkeys(one for one in signs(text) if not is_drawn(one)))


def drawn(text: str) -> str:
    """The text as paper shows it, for readers that know no private letter."""
    return "".join(one if is_drawn(one) else INSTEAD for one in signs(text)) if undrawn(text) else text


class Standing:
    """What stands for the signs of one file that are not drawn: each its own private letter, in the order they come."""

    def __init__(self, stock: Sequence[str] = STANDING) -> None:
        self.signs: list[str] = []
        self._stock = stock
        self._letters: dict[str, str] = {}
        self._told: dict[str, str] = {}

    def letter(self, sign: str) -> str:
        if sign not in self._letters and len(self.signs) < len(self._stock):
            self._letters[sign] = letter = self._stock[len(self.signs)]
            self._told[letter] = sign
            self.signs.append(sign)
        return self._letters.get(sign, INSTEAD)

    def put(self, text: str) -> str:
        """The text with a letter that is drawn for each sign."""
        if not undrawn(text):
            return text
        return "".join(one if is_drawn(one) else self.letter(one) for one in signs(text))

    def sign(self, glyph: int) -> str | None:
        """The sign that a glyph of the font stands for; None for one that stands for none."""
        at = glyph - FIRST
        return self.signs[at] if 0 <= at < len(self.signs) else None

    def typed(self, text: str) -> str:
        """The text as it was typed."""
        return STANDS.sub(lambda found: self._told[found[0]], text) if self.signs else text


def spell(root: Element, text: str, standing: Standing) -> Standing:
    """In `root`, read from `text`: strange letters in the fonts that draw them, « [?] » for what none does, which
    `standing` gives; the same for all texts of a file."""
    if not _strange().search(text):
        return standing
    for element in root.iter():
        for name, value in element.attrib.items():
            if name.startswith("data-"):  # at the top and the foot of pages
                element.attrib[name] = standing.put(value)
            elif element.tag == "meta":
                element.attrib[name] = drawn(value)
    for part in root:
        _spell(part, standing, plain=part.tag == "head")  # some readers spoil the signs of a title
    return standing


def _spell(node: Element, standing: Standing, *, plain: bool) -> None:
    children: list[Element] = []
    node.text = _placed(node.text, children, standing, plain)
    for child in list(node):
        _spell(child, standing, plain=plain or child.tag == SVG)
        children.append(child)
        child.tail = _placed(child.tail, children, standing, plain)
    node[:] = children


def _placed(text: str | None, among: list[Element], standing: Standing, plain: bool) -> str | None:
    """The first words of a text; what follows is added to `among`."""
    if not text or not _strange().search(text):
        return text
    if plain:
        return drawn(text)
    text = standing.put(text)
    first, last = "", None
    for strange, piece in _parts(text):
        if strange:
            last = Element("span", {"class": OTHER})
            last.text, last.tail = piece, ""
            among.append(last)
        elif last is None:
            first += piece
        else:
            last.tail = (last.tail or "") + piece
    return first


def _parts(text: str) -> list[tuple[bool, str]]:
    """The text in words of our own font, and words (with what is between them) of others: (of others?, words)."""
    found: list[tuple[bool, str]] = []
    long = False
    for word in re.split(r"(\s+)", text):
        strange = _strange().search(STANDS.sub("", word)) is not None
        long = long or (strange and len(word) > LONGEST)
        if found and (word.isspace() or found[-1][0] == strange):
            found[-1] = found[-1][0], found[-1][1] + word
        elif word:
            found.append((strange, word))
    if len(found) > MOST_PARTS or long:
        return [(True, text)]
    return [part for strange, words in found for part in _without_spaces_after(strange, words)]


def _without_spaces_after(strange: bool, words: str) -> Iterator[tuple[bool, str]]:
    kept = words.rstrip() if strange else words
    yield strange, kept
    if len(kept) < len(words):
        yield False, words[len(kept) :]


def said(element: Element | None, text: str) -> str | None:
    """What a reader of the file gets for a text, where it is not what its signs say one by one: None where it is."""
    marked = element is not None and element.get("class") == OTHER
    if not marked or not any(unicodedata.category(one)[0] == "M" for one in text):
        return None
    # From right to left, what is drawn is in another order than what is said, and readers put it right.
    return None if any(unicodedata.bidirectional(one) in RIGHT_TO_LEFT for one in text) else text


def plain(sign: str) -> str:
    """The text of the glyph of a sign, for readers that know no actual text; some refuse what is no letter."""
    return INSTEAD if any(unicodedata.category(one)[0] == "C" for one in sign) else sign


def of_glyphs(font: bytes, told: Mapping[int, str]) -> dict[int, str]:
    """The text of each glyph of `told`, whose own is that of the sign it is a part of, or of another one's."""
    known = _texts(font)
    return {
        glyph: text if text in known.get(glyph, [text or NO_TEXT]) else known.get(glyph, [NO_TEXT])[0]
        for glyph, text in told.items()
    }


@lru_cache(maxsize=16)
def _texts(font: bytes) -> dict[int, list[str]]:
    """What each glyph of a font may stand for: letters, the forms they take, ligatures."""
    from fontTools.ttLib import TTFont

    read = TTFont(io.BytesIO(font), lazy=True)
    found: dict[str, list[str]] = {}
    for code, name in sorted(read.getBestCmap().items()):
        found.setdefault(name, []).append(chr(code))
    lookups = read["GSUB"].table.LookupList.Lookup if "GSUB" in read else []
    substituted = [table for lookup in lookups for table in lookup.SubTable]
    letters = set(found)
    for _ in range(ROUNDS):
        for table in substituted:
            for names, made in _substitutions(getattr(table, "ExtSubTable", table)):
                parts = [found[name][0] for name in names if name in found]
                if len(parts) == len(names) and made not in letters and "".join(parts) not in found.get(made, []):
                    found.setdefault(made, []).append("".join(parts))
    return {read.getGlyphID(name): texts for name, texts in found.items()}


def _substitutions(table: object) -> Iterator[tuple[list[str], str]]:
    """What a table of a font puts in the place of what: one glyph of one, one of several."""
    for name, made in getattr(table, "mapping", {}).items():
        if isinstance(made, str):
            yield [name], made
    for name, ligatures in getattr(table, "ligatures", {}).items():
        for one in ligatures:
            yield [name, *one.Component], one.LigGlyph
