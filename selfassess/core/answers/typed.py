"""What people type or paste, as it is kept: line ends of one kind, bullets that a font draws, nothing invisible.

Word, PowerPoint and PDF files paste line ends, tabs and bullets of their own.
"""

from __future__ import annotations

import re
import unicodedata

from selfassess.core.definition.typography import typeset

# What ends a line, a cell (\x07) or a column (\x0e) somewhere; what people see as such is not glued.
LINE_ENDS = re.compile("\r\n|[\r\n\v\f\x07\x0e\x1c-\x1e\x85\u2028\u2029]")
# Bullets, ticks and arrows of the fonts Symbol and Wingdings, which have no character of their own.
BULLETS = dict.fromkeys(map(ord, "\uf0b7\uf0a7\uf0a8\uf0d8\uf076\uf06c\uf06e\uf071\uf09f\uf077\uf0be\uf02d"), "•")
BULLETS |= {0xF0FC: "✓", 0xF0E0: "→", 0xF0E8: "→", 0xF0DF: "←"}
# The same of any other font, where a line begins.
BULLET = re.compile("^([ \t]*)[\ue000-\uf8ff\U000f0000-\U0010fffd]+(?=\\s|$)", re.MULTILINE)
UNSEEN = frozenset({"Cc", "Cf", "Cs"})  # controls, marks without a width or that turn the text round, half characters
# Unseen, but said: what joins letters of other alphabets and the parts of an emoji, and the letters of a flag.
JOINS = re.compile(
    "(?<=[\u0590-\u1fff\u2100-\uffff\U00010000-\U000e0fff])[\u200c\u200d](?=[^\\s\0-\u058f])"
    "|(?<=\U0001f3f4)[\U000e0020-\U000e007f]+"
)

NO_LETTER = re.compile(r"[\x00-\x20\x7f-\x9f\u1680\u2028\u2029\ufffe\uffff]+")  # the last two: no XML has them


def lines(text: str) -> str:
    """A text on several lines."""
    text = pasted(unicodedata.normalize("NFC", text))
    joins = {at for found in JOINS.finditer(text) for at in range(*found.span())}
    seen = "".join(one for at, one in enumerate(text) if _is_seen(one) or at in joins).strip()
    return BULLET.sub(r"\1•", seen)  # again: what stood before a bullet may have been invisible


def pasted(text: str) -> str:
    """Line ends and bullets of other programs as ours."""
    return BULLET.sub(r"\1•", LINE_ENDS.sub("\n", text).translate(BULLETS))


def line(text: str) -> str:
    """A text on one line: any run of what separates words is one space."""
    return " ".join(lines(text).split())


def printed(text: str) -> str:
    """A text on one line as a report shows it, in French typography, whatever version kept it."""
    return typeset(NO_LETTER.sub(" ", pasted(text))).strip()


def printed_lines(text: str) -> str:
    """The same, on the lines it was typed on."""
    return "\n".join(map(printed, pasted(text).split("\n"))).strip()


def _is_seen(one: str) -> bool:
    return one in "\n\t" or unicodedata.category(one) not in UNSEEN
