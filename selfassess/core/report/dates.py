"""What a date of a device's file means on a given day: for the authors, findings; for readers, notes.

A sheet is stale, for its authors, when it was read again more than twelve months ago; a call is past the day after it
closes; a programme ends when eighteen months or less are left, the longest step of the report's calendar. None of it
moves a verdict: only words change. The day is always an argument.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from selfassess.core.answers.in_words import day_in_words
from selfassess.core.definition.device import Device
from selfassess.core.definition.doors import Call, days_after, months_after
from selfassess.core.definition.report_texts import DateTexts

STALE, ENDING = 12, 18  # months


class Dated(BaseModel):
    """What a date of a device's file means on the report's day, for a reader; `short` for a table."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: Literal["stale", "call", "programme"]  # "stale": of reports made before sheets told their years
    text: str
    short: str


def later(start: date, span: str) -> date:
    """The last day of a span such as « 30d » or « 6m » (days, months) that begins on `start`."""
    count = int(span[:-1])
    return months_after(start, count) if span.endswith("m") else days_after(start, count)


def stale(device: Device, day: date) -> bool:
    """Was the sheet read again more than twelve months before `day`? The day itself is not more."""
    return day > months_after(device.checked_on, STALE)


def ending(ends: date, day: date) -> bool:
    """Is the end eighteen months away or less, or past?"""
    return day >= months_after(ends, -ENDING)


def notes(texts: DateTexts, device: Device, calls: Iterable[Call], day: date) -> tuple[Dated, ...]:
    """What a reader is told about the dates of a device and of its `calls`. `texts`: `report.yaml`, `dated`."""
    found = []

    def say(kind: Literal["call", "programme"], long: str, brief: str, **blanks: str) -> None:
        text, short = long.format(**blanks), brief.format(**blanks)
        found.append(Dated(kind=kind, text=text, short=short))

    for call in calls:
        about, brief, on = _told(texts, call, day)
        say("call", about, brief, text=call.text, day=day_in_words(on) if on else "")
    programme = device.programme
    if programme is not None and ending(programme.ends, day):
        told = texts.programme_ending, texts.programme_ending_short
        if day > programme.ends:
            told = texts.programme_past, texts.programme_past_short
        say("programme", *told, text=programme.text, year=str(programme.ends.year))
    return tuple(found)


def _told(texts: DateTexts, call: Call, day: date) -> tuple[str, str, date | None]:
    """What is said of a call on `day`, in full and in short, and the day it names."""
    opens, closes = call.opens, call.closes
    if closes is None:
        return texts.call_always, texts.call_always_short, None
    if closes < day:
        return texts.call_past, texts.call_past_short, closes
    if opens is not None and opens > day:
        return texts.call_coming, texts.call_coming_short, opens
    return texts.call_open, texts.call_open_short, closes
