"""A name that somebody typed, as a message carries it: short, on one line, and nothing in it that becomes a link.

Whoever starts a file chooses the name of its territory, and the address its receipt goes to. Mail programs make a link
of anything that looks like one: « example.com », « www.example.com/a », « http://… », « a@example.com ».
"""

from __future__ import annotations

import re

from selfassess.web.report.presentation import clip

LONGEST_IN_A_MESSAGE = 80
DOT = re.compile(r"(?<=\w)[.\u2024\u3002\uff0e\uff61](?=\w{2})")  # « S.I.V.O.M. » stays: no domain ends in one letter
AT = re.compile(r"(?<=\S)[@\uff20\ufe6b](?=\S)")
SCHEME = re.compile(r"(?<=\w)[:\uff1a](?=[/\\]{2})")


def unlinked(text: str) -> str:
    """The same words, those that look like an address taken apart: « example. com », « http : //… »."""
    return AT.sub(" @ ", SCHEME.sub(" : ", DOT.sub(". ", text)))


def short_name(text: str) -> str:
    """What a subject or a sentence holds of a name."""
    return clip(unlinked(" ".join(text.split())), LONGEST_IN_A_MESSAGE)
