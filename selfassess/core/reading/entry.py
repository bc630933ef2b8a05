"""Can one enter a device on a given day? Read from its calls, or from those of the territory's programmes.

A verdict says what doors and means allow; entry says whether somebody can apply now. The day is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Literal

from selfassess.core.answers.answers import View
from selfassess.core.answers.in_words import listed
from selfassess.core.definition.device import Device
from selfassess.core.definition.doors import Call, Doors, Entry, EntryKind, InterregProgramme, months_after

SOON, RECENT = 4, 24  # months: when a call is the next thing to prepare; how old the last call known may be
MOST_KEPT = 4_096  # entries worked out: those of every device in every département, on one day
ORDER: tuple[EntryKind, ...] = ("open", "expected", "later", "not_known", "over")  # the best first


def programmes_of(doors: Doors, device: Device, view: View) -> tuple[InterregProgramme, ...]:
    """The territory's programmes that are a way into the device, those to confirm among them (`to_confirm`)."""
    return _programmes(doors, device.id, doors.departements.of(view.territory))


def _programmes(doors: Doors, device: str, codes: Sequence[str]) -> tuple[InterregProgramme, ...]:
    known = [one for one in doors.programmes if device in one.devices]
    within = doors.programmes_in(codes) if known else {}
    return tuple(one for one in known if one.id in within)


def calls_of(doors: Doors, device: Device, view: View) -> tuple[Call, ...]:
    """The calls of the device that concern the territory: its own, and those of the territory's programmes."""
    return _calls(doors, device.id, doors.departements.of(view.territory))


def _calls(doors: Doors, device: str, codes: Sequence[str]) -> tuple[Call, ...]:
    within = {None, *(one.id for one in _programmes(doors, device, codes))}
    return tuple(one for one in doors.calls if device in one.devices and one.programme in within)


def to_confirm(doors: Doors, programme: InterregProgramme, view: View) -> bool:
    """Is it the programme's secretariat that says whether the territory is in its zone?"""
    return _doubtful(doors, programme, doors.departements.of(view.territory))


def _doubtful(doors: Doors, programme: InterregProgramme, codes: Sequence[str]) -> bool:
    return not doors.programmes_in(codes).get(programme.id, False)


def device_title(doors: Doors, device: Device, view: View) -> tuple[str, str]:
    """The title of a device, and its short one, with the names of the territory's programmes where they are sure."""
    if device.named is None:
        return device.title, device.short
    sure = [one for one in programmes_of(doors, device, view) if not to_confirm(doors, one, view)]
    if not sure:
        return device.title, device.short
    title = device.named.title.format(programmes=listed([one.title for one in sure], "ou"))
    return title, device.named.short.format(programmes=listed([one.short for one in sure], "ou"))


def entry(doors: Doors, device: Device, view: View, day: date) -> Entry:
    """The entry of a device on `day`. Of several programmes, the best counts, and all are listed."""
    return entries(doors, [device], view, day)[device.id]


def entries(doors: Doors, devices: Iterable[Device], view: View, day: date) -> dict[str, Entry]:
    """The entry of each device on `day`, by its id."""
    codes = doors.departements.of(view.territory)
    return {
        one.id: _entry(doors, one.id, one.call, one.programme.ends if one.programme else None, codes, day)
        for one in devices
    }


def entry_at(doors: Doors, device: Device, territory: Mapping[str, object], day: date) -> Entry:
    """The same for a territory of which that alone is known."""
    ends = device.programme.ends if device.programme else None
    return _entry(doors, device.id, device.call, ends, doors.departements.of(territory), day)


@lru_cache(maxsize=MOST_KEPT)
def _entry(
    doors: Doors,
    device: str,
    call: Literal["needed", "helps"] | None,
    ends: date | None,
    codes: tuple[str, ...],
    day: date,
) -> Entry:
    programmes = _programmes(doors, device, codes)
    listed = tuple(one.id for one in programmes)
    if call != "needed":
        over = call is None and ends is not None and day > ends
        return Entry("over", year=_after(ends, day), programmes=listed) if over else Entry("open", programmes=listed)
    # What is open « at any time » is only as long as somebody looks: years after the last reading, it is not known.
    stale = doors.read_on is not None and day > months_after(doors.read_on, RECENT)
    calls = [one for one in _calls(doors, device, codes) if one.closes or not stale]
    own = [one for one in doors.own_calls(device) if one.closes or not stale]
    found = [_of(doors, one, codes, [call for call in calls if call.programme == one.id], day) for one in programmes]
    if own or not found:
        found.append(_through(own, day, ends, next((one.contact for one in doors.own_calls(device)), None)))
    return replace(min(found, key=_rank), programmes=listed)


def _of(doors: Doors, programme: InterregProgramme, codes: Sequence[str], calls: Sequence[Call], day: date) -> Entry:
    """The entry through one programme; not known before it says that the territory is in its zone."""
    found = _through(calls, day, programme.last_calls, programme.contact)
    if found.kind == "over" or not _doubtful(doors, programme, codes):
        return found
    return Entry("not_known", call=found.call, contact=programme.contact)


def _rank(one: Entry) -> tuple[int, date]:
    """The best first, then the soonest."""
    usual = date(one.year, one.month, 1) if one.year and one.month else None
    return ORDER.index(one.kind), one.opens or usual or one.closes or date.max


def _through(calls: Sequence[Call], day: date, ends: date | None, contact: str | None) -> Entry:
    """The best entry these calls give. `ends`: the last day their programme opens one."""
    coming = [found for call in calls if (found := _coming(call, day, ends)) is not None]
    if coming:
        return min(coming, key=_rank)
    latest = max(calls, key=lambda one: one.closes or date.min, default=None)
    contact = latest.contact if latest else contact
    if (ends is not None and day > ends) or any(one.last for one in calls):
        return Entry("over", year=_after(ends, day), call=latest, contact=contact)
    return Entry("not_known", call=latest, contact=contact)


def _coming(call: Call, day: date, ends: date | None) -> Entry | None:
    """The entry a call gives by itself: open, or to come; None when it is past and no other is expected."""
    opens, closes = call.opens, call.closes
    if opens is not None and opens > day:
        return Entry(_when(opens, day), closes=closes, opens=opens, call=call, contact=call.contact)
    if closes is None or (closes >= day and (call.continuous or opens is not None)):
        return Entry("open", closes=closes, opens=opens, call=call, contact=call.contact)
    if closes >= day:  # nobody told that it is open: the day it closes is known
        return Entry(_when(closes, day), closes=closes, call=call, contact=call.contact)
    return _usual(call, closes, day, ends) if call.yearly and not call.last else None


def _after(ends: date | None, day: date) -> int | None:
    """The year that no call comes before: the one after the programme's, none once it has come."""
    return ends.year + 1 if ends is not None and ends.year >= day.year else None


def _when(start: date, day: date) -> EntryKind:
    return "expected" if start <= months_after(day, SOON) else "later"


def _usual(call: Call, closes: date, day: date, ends: date | None) -> Entry | None:
    """The next call of one that comes back every year; None when the last one known is too old to say so."""
    this_year = months_after(closes, 12 * (day.year - closes.year))
    following = this_year if this_year >= day else months_after(this_year, 12)
    if ends is not None and following > ends:
        return Entry("over", year=_after(ends, day), call=call, contact=call.contact)
    if day > months_after(closes, RECENT):
        return None
    kind = _when(following, day)
    return Entry(kind, month=following.month, year=following.year, call=call, contact=call.contact)
