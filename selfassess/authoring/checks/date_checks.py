"""What an author should read again on a given day: old sheets, calls that are past, programmes that end."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from selfassess.authoring.checks.condition_checks import Finding
from selfassess.core.answers.in_words import MONTHS, day_in_words
from selfassess.core.definition.device import Device
from selfassess.core.definition.doors import Call, months_after
from selfassess.core.definition.edition import Definitions
from selfassess.core.definition.strict import walk
from selfassess.core.report.dates import STALE, ending, stale

LOOKED = 3  # months between two looks for calls
YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")


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


def due(definitions: Definitions, day: date, months: int) -> list[Finding]:
    """All that is to read again on `day`: what time has passed over, contacts and calls not looked at for long, devices
    whose newest source is more than `months` old."""
    found, checked = dated(definitions, day), definitions.contacts.checked_on
    if day > months_after(checked, STALE):
        message = f"Contacts relus le {day_in_words(checked)}, il y a plus de douze mois : relisez-les."
        found.append(Finding(f"{definitions.slug}/contacts.yaml", ("checked_on",), message))
    read_on = definitions.doors.read_on
    if read_on is not None and day > months_after(read_on, LOOKED):
        message = f"Appels cherchés le {day_in_words(read_on)}, il y a plus de trois mois : cherchez les nouveaux."
        found.append(Finding(f"{definitions.slug}/calls.yaml", ("read_on",), message))
    for device in definitions.devices:
        told = [last_day(definitions.sources[one].year) for one in _rests_on(definitions, device)]
        newest = max((one for one in told if one is not None), default=None)
        if newest is None:
            message = "Aucune de ses sources n'a de date : cherchez-en une."
        elif day > months_after(newest, months):
            message = f"Sa source la plus récente est de {newest.year} : cherchez-en une autre."
        else:
            continue
        found.append(Finding(f"{definitions.slug}/devices/{device.id}.yaml", ("sources",), message))
    return found


def _rests_on(definitions: Definitions, device: Device) -> set[str]:
    """The ids of all the sources of a device, and of its calls."""
    parts = [device, *(call for call in definitions.doors.calls if device.id in call.devices)]
    listed = [value for part in parts for path, value, _ in walk(part) if path[-1:] == ("sources",)]
    return {str(name) for value in listed if isinstance(value, tuple) for name in value}


def last_day(text: str) -> date | None:
    """The last day that the date of a source may mean: « mars 2024 », « 2019-2022 », « sans date » (None)."""
    years = YEAR.findall(text)
    if not years:
        return None
    lead, year = text.lower().rpartition(years[-1])[0], int(years[-1])
    month = next((at for at, name in enumerate(MONTHS, 1) if lead.rstrip().endswith(name)), 12)
    return date(year, month, monthrange(year, month)[1])


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
