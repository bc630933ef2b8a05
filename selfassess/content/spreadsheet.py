"""What a spreadsheet does to a text of a CSV file opened by a double click: runs it, or takes it for a value.

Apart: what spreadsheets do is no matter of ours, and is tried by itself.
Measured on LibreOffice 7.4 in French; what Excel is known to take for a date, a number or a truth is added.
"""

from __future__ import annotations

import re
import unicodedata

STARTS = frozenset("=+-@\u2212")
CONTROLS = ("\t", "\r", "\n")
TRUTHS = frozenset({"vrai", "faux", "true", "false"})
MONTHS = (
    "janvier|janv|jan|fevrier|fevr|fev|mars|mar|avril|avr|mai|juin|juillet|juil|aout|septembre|sept|sep|octobre|oct"
    "|novembre|nov|decembre|dec|january|february|feb|march|april|apr|may|june|jun|july|jul|august|aug|september|october"
    "|november|december"
)
DAYS = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lun|mer|jeu|ven|sam|dim"
WORDS = re.compile(
    rf"(?<![a-z])(?:{MONTHS}|{DAYS}|am|pm|eur|euros?|usd)(?![a-z])|(?<=\d)(?:\s*e\s*[+-]?\s*|t)(?=\d)|\d+er(?![a-z])"
)
SIGNS = re.compile(r"[\d\s.,:/()'%+*\u2044\u2019\u2010-\u2015\u2212$€£¥-]")


def run_as_formula(text: str) -> bool:
    """Would a spreadsheet run it?"""
    bare = unicodedata.normalize("NFKC", text)
    while bare and (bare[0].isspace() or not bare[0].isprintable()):
        bare = bare[1:]
    return text.startswith(CONTROLS) or bare[:1] in STARTS


def taken_for_a_value(text: str) -> bool:
    """Would it become a number, a date, a time, a fraction, an amount or a truth: is there nothing else in it?"""
    folded = unicodedata.normalize("NFKD", text).casefold()
    folded = "".join(one for one in folded if not unicodedata.combining(one))
    if folded.strip(" .") in TRUTHS:
        return True
    return any(map(str.isdecimal, folded)) and not SIGNS.sub("", WORDS.sub("", folded))


def guarded(text: str) -> str:
    """The text of a cell of a CSV file, with an apostrophe before what would be run, or become a value; and before what
    was typed as if it had one already, so that `unguarded` gives back each as it was."""
    bare = text.lstrip("'")
    return f"'{text}" if run_as_formula(bare) or taken_for_a_value(bare) else text


def unguarded(text: str) -> str:
    """The text as it was before `guarded`."""
    return text[1:] if text.startswith("'") and guarded(text[1:]) == text else text
