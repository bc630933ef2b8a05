"""What an author should read again on a given day: old sheets, calls that are past, programmes that end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from selfassess.authoring.checks.condition_checks import Finding
from selfassess.core.answers.in_words import day_in_words
from selfassess.core.definition.device import Device
from selfassess.core.definition.doors import Call
from selfassess.core.definition.edition import Definitions
from selfassess.core.report.dates import ending, stale


def dated(definitions: Definitions, day: date) -> list[Finding]:
    """What an author should read again, at its place in the files: a warning, never a fault."""
    found = [
        Finding(f"{definitions.slug}/devices/{device.id}.yaml", path, message)
        for device in definitions.devices
        for path, message in _warnings(device, day)
    ]
    file, calls = f"{definitions.slug}/calls.yaml", definitions.doors.calls
    for at, call in enumerate(calls):
        if call.closes is not None and call.closes < day and not _followed(call, calls):
            message = f"Appel clos le {day_in_words(call.closes)} : cherchez le suivant."
            found.append(Finding(file, ("calls", at, "closes"), message))
    return found


def _followed(call: Call, calls: Sequence[Call]) -> bool:
    """Does another call for all its devices, of the same programme, close later; or can none come?"""
    others = [one for one in calls if one.programme == call.programme and set(call.devices) <= set(one.devices)]
    return call.last or any(one.closes is None or (call.closes and one.closes > call.closes) for one in others)


def _warnings(device: Device, day: date) -> list[tuple[tuple[str | int, ...], str]]:
    found: list[tuple[tuple[str | int, ...], str]] = []
    checked = day_in_words(device.checked_on)
    if device.checked_on > day:
        found.append((("checked_on",), f"Fiche relue le {checked}, un jour qui n'est pas encore venu."))
    if stale(device, day):
        found.append((("checked_on",), f"Fiche relue le {checked}, il y a plus de douze mois : relisez ses sources."))
    programme = device.programme
    if programme is not None and ending(programme.ends, day):
        said = "s'est achevé" if day > programme.ends else "s'achève"
        message = f"Programme qui {said} le {day_in_words(programme.ends)} : cherchez la suite."
        found.append((("programme", "ends"), message))
    return found
