"""Dates, times and small words in French, and texts set in its typography; the time of Paris."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from selfassess.core.answers.in_words import day_in_words
from selfassess.core.answers.typed import printed, printed_lines
from selfassess.core.definition.typography import NBSP, typeset

PARIS = ZoneInfo("Europe/Paris")
TYPED_LINES = frozenset({"comment", "text", "advice"})  # what people may type on several lines
UNTOUCHED = frozenset({"url", "id", "key", "fingerprint"})


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
    """« 1er décembre 2026 », with plain spaces: it may be cut at the end of a line."""
    return day_in_words(at).replace(NBSP, " ")


def french_day(iso: str) -> str:
    """« 1er décembre 2026 » from an ISO date."""
    return day(date.fromisoformat(iso))


def _first(text: str) -> str:
    return f"1er{text[1:]}" if text.startswith("1 ") else text


def several(count: int, one: str, many: str | None = None, most: int | None = None) -> str:
    """« 1 question », « 3 questions »: a count and its noun, with a no-break space; « plus de 500 questions » for one
    that stopped beyond `most`."""
    if most is not None and count > most:
        return f"plus de {most}{NBSP}{many or one + 's'}"
    return f"{count}{NBSP}{one if count < 2 else many or one + 's'}"


def french(text: str) -> str:
    """A sentence written with plain spaces and apostrophes, made typographically right."""
    return typeset(text)


def too_long(what: str, text: str, longest: int) -> str | None:
    """Nothing typed is ever cut: the sentence that says how much to take away, None when it fits."""
    over = len(text) - longest
    return french(f"{what} est trop long : retirez {several(over, 'caractère')}.") if over > 0 else None


def clean(value: object, key: str = "") -> object:
    """Every text of a structure set in French typography, on the lines it was typed on; addresses and ids untouched."""
    if isinstance(value, str):
        return value if key in UNTOUCHED else printed_lines(value) if key in TYPED_LINES else printed(value)
    if isinstance(value, dict):
        return {name: clean(one, name) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [clean(one, key) for one in value]
    return value


def clip(text: str, longest: int) -> str:
    """`text` cut at a word, « … » added, when it is longer than `longest` characters."""
    if len(text) <= longest:
        return text
    kept = text[:longest]
    return (kept.rsplit(" ", 1)[0] if " " in kept else kept).rstrip(" ,;:-") + "…"
