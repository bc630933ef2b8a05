"""The steps of a plan as a calendar file (RFC 5545): one day each, the last it can be done.

Ours, some forty lines, rather than a library: days without an hour, no zone, no alarm, no repetition. Same report,
ticks and file: same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date

from selfassess.core.definition.structure import digest
from selfassess.core.report.report import Report, StepPart

MIMETYPE = "text/calendar"
NAMED = "Plan"  # how its file is called
LONGEST = 75  # octets of a line, its end apart
ESCAPED = re.compile(r"[\\;,]")
NO_TEXT = re.compile("[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")


def steps(report: Report) -> list[tuple[StepPart, str]]:
    """Those of the plan as the report shows it, in order, each with its last day: its own, else that of its span."""
    return [(step, step.until or span.until) for span in report.timeline for step in span.steps]


def render(report: Report, ticked: Collection[str], reference: str) -> bytes:
    """What is left to do. `reference`: of the file, so that the same step of another is another event."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Boussole PAT-International//FR", "CALSCALE:GREGORIAN"]
    for step, until in steps(report):
        if until and step.known_by not in ticked:
            lines += _event(step, until, report.day, reference)
    return "".join(part for line in [*lines, "END:VCALENDAR"] for part in _folded(line)).encode()


def _event(step: StepPart, until: str, day: str, reference: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{digest(reference, step.known_by)[:24]}@boussole-pat"
    yield f"DTSTAMP:{date.fromisoformat(day):%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{date.fromisoformat(until):%Y%m%d}"
    yield f"SUMMARY:{_text(step.text)}"
    yield f"DESCRIPTION:{_text(step.title)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(text: str) -> str:
    return ESCAPED.sub(r"\\\g<0>", NO_TEXT.sub(" ", text)).replace("\n", r"\n")


def _folded(line: str) -> Iterator[str]:
    """On lines of so many octets, none of which cuts a letter."""
    kept, room = "", LONGEST
    for letter in line:
        size = len(letter.encode())
        if size > room:
            yield f"{kept}\r\n"
            kept, room = " ", LONGEST - 1
        kept, room = kept + letter, room - size
    yield f"{kept}\r\n"
