"""What people paste: line ends, tabs and bullets of Word, PowerPoint and PDF arrive as what people saw."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfassess.core.answers import answers
from selfassess.core.answers.typed import line, lines
from tests.definitions import edition

ENDS = ["\n", "\r", "\r\n", "\v", "\f", "\x07", "\x0e", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("end", ENDS, ids=ascii)
def test_every_line_end_separates(end: str) -> None:
    assert lines(f"mot1{end}mot2") == "mot1\nmot2"
    assert line(f"mot1{end}mot2") == line(f"mot1 {end}\t{end} mot2") == "mot1 mot2"


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("\uf0b7\tun\n\uf0a7\tdeux\n  \uf0d8 trois", "•\tun\n•\tdeux\n  • trois"),
        ("\ue123 un\n\U000f0000\tdeux", "• un\n•\tdeux"),  # fonts nobody knows
        ("un \uf0fc, deux \uf0e0 trois", "un ✓, deux → trois"),
        ("mot \ue123 mot", "mot \ue123 mot"),  # no bullet: kept, told when it cannot be printed
        ("a\u200bb\ufeffc\u00add\u202ee\x00f\u200dg", "abcdefg"),
        ("👨\u200d👩\u200d👧 et 🏴\U000e0067\U000e0062\U000e0065\U000e007f", None),
        ("می\u200cخواهم क्\u200dष", None),
        ("a\U000e0067b", "ab"),
        ("e\u0301 puis 1\ufe0f\u20e3", "é puis 1\ufe0f\u20e3"),
    ],
)
def test_pasted_signs(pasted: str, kept: str | None) -> None:
    assert lines(pasted) == (pasted if kept is None else kept)


@given(st.text())
def test_nothing_seen_is_lost(text: str) -> None:
    """Letters, marks, digits and signs stay, in their order; cleaned again, nothing moves."""

    def seen(one: str) -> str:
        return "".join(
            c for c in unicodedata.normalize("NFC", one) if unicodedata.category(c)[0] in "LMNPS" and c not in "•✓→←"
        )

    for clean in (lines, line):
        assert seen(clean(text)) == seen(text)
        assert clean(clean(text)) == clean(text)
    assert " ".join(line(text).split()) == line(text)


def test_answers_in_json_are_cleaned_alike() -> None:
    """`evaluate` and the site keep the same of a name."""
    group, territory = edition().questionnaire.group.id, edition().questionnaire.territory.id
    raw = {group: [{"label": "Jumelage avec\vTunis\tet  Sfax"}], territory: {"name": " PETR\u2028du\fVal "}}
    kept, faults = answers.read(edition().questionnaire, raw)
    assert not faults
    assert kept[group][0]["label"] == "Jumelage avec Tunis et Sfax"
    assert kept[territory]["name"] == "PETR du Val"
    assert answers.read(edition().questionnaire, {territory: {"name": "\u2028\v"}})[1]
