"""The letters that the PDF draws, each in one of its own fonts (static/fonts), and what stands for the others.

What no font of ours draws, emoji and flags first, is a visible « [?] » whose actual text is what was typed. A letter
and its marks are one sign: drawn together, by one font, or not at all.
"""

from __future__ import annotations

import io
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

FONTS = Path(__file__).parents[2] / "static/fonts"
COVERED = FONTS / "letters.json"  # the ranges of letters of each font, in the order of print.css; made by fonts.py
OWN = "atkinson"  # the font of every page; the others only draw what it does not
INSTEAD = "[?]"
SAID = "data-said"  # of the element that stands for a sign: the sign
OTHER, UNDRAWN = "rp-other", "rp-undrawn"  # classes of print.css
MAY_BREAK = "\u200b"
JOINER = "\u200d"
# Drawn as nothing: joiners, what chooses between two looks of a sign, the letters of a flag.
WITHOUT_LOOK = re.compile("[\u034f\u180b-\u180d\u200b-\u200d\ufe00-\ufe0f\U000e0020-\U000e007f\U000e0100-\U000e01ef]")
TONES = range(0x1F3FB, 0x1F400)
COUNTRIES = range(0x1F1E6, 0x1F200)  # two of them are a flag
RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
NO_TEXT = "\ufffd"
ROUNDS = 3  # of substitutions after one another: ligatures of forms of letters
SVG = "{http://www.w3.org/2000/svg}svg"


@cache
def _fonts() -> list[tuple[str, frozenset[int]]]:
    told = json.loads(COVERED.read_text("ascii"))
    return [(name, frozenset(at for start, end in ranges for at in range(start, end + 1)))
            for name, ranges in told.items()]  # fmt: skip


@cache
def _strange() -> re.Pattern[str]:
    """One letter, or more, that the font of every page does not draw."""
    own = frozenset.intersection(*(letters for name, letters in _fonts() if name.startswith(OWN)))
    return re.compile(f"[^\\s{re.escape(''.join(map(chr, sorted(own))))}]")


def signs(text: str) -> Iterator[str]:
    """A text in signs: each letter with its marks, each flag, each emoji with what is joined to it."""
    held = ""
    for one in text:
        if held and not _goes_on(held, one):
            yield held
            held = ""
        held += one
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
    """The text as paper shows it."""
    return "".join(one if is_drawn(one) else INSTEAD for one in signs(text)) if undrawn(text) else text


def spell(root: Element, text: str) -> None:
    """In `root`, read from `text`: strange letters in the fonts that draw them, « [?] » for what none does."""
    if not _strange().search(text):
        return
    for one in root.iter():
        for name, value in one.attrib.items():
            one.attrib[name] = drawn(value) if name.startswith("data-") or one.tag == "meta" else value
    for part in root:
        _spell(part, plain=part.tag == "head")  # the title too: readers of PDF files spoil some signs of it


def _spell(node: Element, *, plain: bool) -> None:
    plain = plain or node.tag == SVG
    children: list[Element] = []
    node.text = _placed(node.text, children, plain)
    for child in list(node):
        _spell(child, plain=plain)
        children.append(child)
        child.tail = _placed(child.tail, children, plain)
    node[:] = children


def _placed(text: str | None, among: list[Element], plain: bool) -> str | None:
    """The first words of a text; what follows is added to `among`."""
    if not text or not _strange().search(text):
        return text
    if plain:
        return drawn(text)
    first, last = "", None
    for kind, piece in _pieces(text):
        if kind:
            last = Element("span", {"class": kind, **({SAID: piece} if kind == UNDRAWN else {})})
            last.text, last.tail = INSTEAD if kind == UNDRAWN else piece, MAY_BREAK if kind == UNDRAWN else ""
            among.append(last)
        elif last is None:
            first += piece
        else:
            last.tail = (last.tail or "") + piece
    return first


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """The text in pieces: words of our own font, words (and what is between them) of others, signs of none."""
    held, strange = "", False
    for word in re.split(r"(\s+)", text):
        for kind, piece in _of_word(word) if word else ():
            if kind == UNDRAWN:
                yield from _parted(held, strange)
                held, strange = "", False
                yield kind, piece
            elif word.isspace():
                held += word
            elif bool(kind) == strange:
                held += piece
            else:
                yield from _parted(held, strange)
                held, strange = piece, bool(kind)
    yield from _parted(held, strange)


def _of_word(word: str) -> Iterator[tuple[str, str]]:
    if not _strange().search(word):
        yield "", word
        return
    held = ""
    for sign in signs(word):
        if is_drawn(sign):
            held += sign
            continue
        if held:
            yield (OTHER if _strange().search(held) else ""), held
        held = ""
        yield UNDRAWN, sign
    if held:
        yield (OTHER if _strange().search(held) else ""), held


def _parted(held: str, strange: bool) -> Iterator[tuple[str, str]]:
    """Words without the spaces after them, which are of no font."""
    if strange:
        words = held.rstrip()
        yield OTHER, words
        held = held[len(words) :]
    if held:
        yield "", held


def said(element: Element | None, text: str) -> str | None:
    """What a reader of the file gets for a text, where it is not what its signs say one by one: None where it is."""
    if element is None:
        return None
    if SAID in element.attrib:
        return element.attrib[SAID]
    if element.get("class") != OTHER or not any(unicodedata.category(one)[0] == "M" for one in text):
        return None
    # From right to left, what is drawn is in another order than what is said, and readers put it right.
    return None if any(unicodedata.bidirectional(one) in RIGHT_TO_LEFT for one in text) else text


def of_glyphs(font: bytes, told: Mapping[int, str]) -> dict[int, str]:
    """The text of each glyph of `told`, whose own is that of the sign it is a part of, or of another one's."""
    known = _texts(font)
    return {glyph: text if text in known.get(glyph, [text or NO_TEXT]) else known.get(glyph, [NO_TEXT])[0]
            for glyph, text in told.items()}  # fmt: skip


@lru_cache(maxsize=16)
def _texts(font: bytes) -> dict[int, list[str]]:
    """What each glyph of a font may stand for: letters, the forms they take, ligatures."""
    from fontTools.ttLib import TTFont

    read = TTFont(io.BytesIO(font), lazy=True)
    found: dict[str, list[str]] = {}
    for code, name in sorted(read.getBestCmap().items()):
        found.setdefault(name, []).append(chr(code))
    substituted = [one for lookup in read["GSUB"].table.LookupList.Lookup for one in lookup.SubTable
                   ] if "GSUB" in read else []  # fmt: skip
    letters = set(found)
    for _ in range(ROUNDS):
        for one in substituted:
            for names, made in _substitutions(getattr(one, "ExtSubTable", one)):
                parts = [found[name][0] for name in names if name in found]
                if len(parts) == len(names) and made not in letters and "".join(parts) not in found.get(made, []):
                    found.setdefault(made, []).append("".join(parts))
    return {read.getGlyphID(name): texts for name, texts in found.items()}


def _substitutions(table: Any) -> Iterator[tuple[list[str], str]]:
    """What a table of a font puts in the place of what: one glyph of one, one of several."""
    for name, made in getattr(table, "mapping", {}).items():
        if isinstance(made, str):
            yield [name], made
    for name, ligatures in getattr(table, "ligatures", {}).items():
        for one in ligatures:
            yield [name, *one.Component], one.LigGlyph
