"""French typography applied to the wording of definitions, so that an author may type plain spaces.

In: a sentence as typed. Out: the same with no-break spaces and typographic apostrophes.
Source: usage of the Imprimerie nationale (no-break space before : ; ? ! and inside « »).
"""

import re

NBSP = "\u00a0"
NARROW = "\u202f"
_RULES = (
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r"(?<=\w)'(?=«)"), "’"),
    (re.compile(r" +(?=[:;?!»])"), NBSP),
    (re.compile(r"« +"), "«" + NBSP),
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), NARROW),
    (re.compile(r"(?<=\d) (?=[€%])"), NBSP),
    (re.compile(r"(?<=\d) (?=(?:jours?|ans?|mois|habitants?|communes?|points?|minutes?|k€|M€|millions?)\b)"), NBSP),
)


def typeset(text: str) -> str:
    """`text` with French no-break spaces and apostrophes; idempotent."""
    for pattern, mark in _RULES:
        text = pattern.sub(mark, text)
    return text
