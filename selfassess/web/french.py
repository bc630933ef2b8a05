"""Dates, times and small words in French; the time of Paris."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from selfassess.core.definition.typography import NBSP, typeset

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The day it is in Paris."""
    return datetime.now(PARIS).date()


def day_of(at: datetime) -> date:
    """The day it is in Paris at that instant."""
    return at.astimezone(PARIS).date()


def moment(at: datetime) -> str:
    """« 23 novembre 2026 à 14 h 05 »."""
    text = format_datetime(at, f"d MMMM y 'à' H{NBSP}'h'{NBSP}mm", tzinfo=PARIS, locale="fr")
    return _first(text)


def day(at: date) -> str:
    """« 1er décembre 2026 »."""
    return _first(format_date(at, "d MMMM y", locale="fr"))


def _first(text: str) -> str:
    return f"1er{text[1:]}" if text.startswith("1 ") else text


def several(count: int, one: str, many: str | None = None) -> str:
    """« 1 question », « 3 questions »: a count and its noun, with a no-break space."""
    return f"{count}{NBSP}{one if count < 2 else many or one + 's'}"


def french(text: str) -> str:
    """A sentence written with plain spaces and apostrophes, made typographically right."""
    return typeset(text)
