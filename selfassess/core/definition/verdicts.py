"""Verdicts, confidence and terms: the closed words that rules, readings and reports share."""

from __future__ import annotations

from typing import Literal

CategoryVerdict = Literal["assigned", "undecided", "ruled_out"]


Confidence = Literal["forte", "moyenne", "faible", "aucune"]


Side = Literal["for", "against", "unknown"]


Verdict = Literal["maintenant", "a_preparer", "a_verifier", "pas_maintenant", "non_ouvert"]


VERDICTS: tuple[Verdict, ...] = ("maintenant", "a_preparer", "a_verifier", "pas_maintenant", "non_ouvert")


Horizon = Literal["short", "medium", "long"]


Within = Literal["30d", "6m", "18m"]
