"""French typography applied to the wording of definitions, so that an author may type plain spaces; and text folded,
to be compared.

In: a sentence as typed. Out: the same with no-break spaces and typographic apostrophes.
Source: usage of the Imprimerie nationale (no-break space before : ; ? ! and inside « »).
"""

import re
import unicodedata

NBSP = "\u00a0"
NARROW = "\u202f"
_RULES = (
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r"(?<=\w)'(?=«)"), "’"),
    (re.compile(r" +(?=[:;?!»])"), NBSP),
    (re.compile(r"« +"), "«" + NBSP),
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), NARROW),
    (re.compile(r"(?<=\d) (?=[€%])"), NBSP),
    (re.compile(r"(?<=\b[LRD]\.) (?=\d{3})"), NBSP),  # an article of a code
    (re.compile(r"(?<=\d) (?=(?:jours?|ans?|mois|habitants?|communes?|points?|minutes?|k€|M€|millions?)\b)"), NBSP),
)


def typeset(text: str) -> str:
    """`text` with French no-break spaces and apostrophes; idempotent."""
    for pattern, mark in _RULES:
        text = pattern.sub(mark, text)
    return text


_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "’": "'"})
_PLAIN = bytes(c if chr(c).isalnum() or c == 10 else 32 for c in range(128)).ljust(256)
_SPACES = re.compile(r" {2,}")
_SAINT = re.compile(r"\bst(e?s?)\b")


def fold(text: str) -> str:
    """Text without case, accents or punctuation, single-spaced; « st » becomes « saint ».

    What comes out is made of a-z, 0-9, spaces and the line breaks of `text`. Never raises.
    """
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    spaced = plain.encode("ascii", "ignore").translate(_PLAIN).decode("ascii")
    return _SAINT.sub(r"saint\1", _SPACES.sub(" ", spaced))
