"""What a network has to do this month: doors in season, who is awaited, and who may act together.

Pure: the day is an argument. Names come in alphabetical order, never in that of a reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from selfassess.core.definition.device import Device
from selfassess.core.definition.doors import Entry
from selfassess.core.definition.edition import Definitions
from selfassess.core.definition.network_rules import SharedDoor
from selfassess.core.network.summary import FollowedFile
from selfassess.core.reading.entry import entry_at
from selfassess.core.review.acts import CLARIFICATION, SUBMITTED, VALIDATED

ENOUGH = 3  # territories that may act together
LATE = timedelta(days=14)  # since the last act, whoever is awaited
RECENT = timedelta(days=31)


@dataclass(frozen=True)
class Season:
    """A door to enter soon. `advised`: files whose page one proposes it; `near`: those that miss one thing for it, and
    which."""

    device: Device
    entry: Entry
    advised: tuple[FollowedFile, ...]
    near: tuple[tuple[FollowedFile, str], ...]


@dataclass(frozen=True)
class Together:
    """Several that seek the same: a device (its id), or an option of a question. `doors`: made for several."""

    question: str
    sought: str
    files: tuple[FollowedFile, ...]
    doors: tuple[SharedDoor, ...]


@dataclass(frozen=True)
class Month:
    """`unread`: awaited from the network for too long; `unanswered`: from the territory; `reviewed`: since a month."""

    seasons: tuple[Season, ...]
    unread: tuple[FollowedFile, ...]
    unanswered: tuple[FollowedFile, ...]
    reviewed: tuple[FollowedFile, ...]
    together: tuple[Together, ...]


def month_of(definitions: Definitions, files: Sequence[FollowedFile], day: date) -> Month:
    """`files`: the last of each territory, by name."""
    unread = [one for one in files if day - date.fromisoformat(one.reading.day) > LATE]  # since it was sent
    late = [one for one in files if day - one.moved > LATE]
    return Month(
        seasons=tuple(_seasons(definitions, files, day)),
        unread=_in_state(unread, SUBMITTED),
        unanswered=_in_state(late, CLARIFICATION),
        reviewed=_in_state([one for one in files if day - one.moved <= RECENT], VALIDATED),
        together=tuple(_together(definitions, files)),
    )


def _in_state(files: Iterable[FollowedFile], state: str) -> tuple[FollowedFile, ...]:
    return tuple(one for one in files if one.state == state)


def _seasons(definitions: Definitions, files: Sequence[FollowedFile], day: date) -> list[Season]:
    """The soonest first. A door that is always open is in no season."""
    found = []
    for device in definitions.devices:
        groups: dict[Entry, tuple[list[FollowedFile], list[tuple[FollowedFile, str]]]] = {}
        for one in files:
            said = one.reading.devices.get(device.id)
            if said is None or said.alive or not (said.advised or (said.lacks and one.reading.advises)):
                continue
            place = {"code": one.reading.code, "departement": one.reading.departement}
            entry = entry_at(definitions.doors, device, place, day)
            if entry.call is None or not (entry.kind == "expected" or (entry.kind == "open" and entry.closes)):
                continue
            advised, near = groups.setdefault(entry, ([], []))
            if said.advised:
                advised.append(one)
            else:
                near.append((one, said.lacks))
        found += [Season(device, entry, tuple(advised), tuple(near)) for entry, (advised, near) in groups.items()]
    return sorted(found, key=lambda one: (_when(one.entry), one.device.short))


def _when(entry: Entry) -> date:
    usual = date(entry.year, entry.month, 1) if entry.year and entry.month else date.max
    return entry.closes or entry.opens or usual


def _together(definitions: Definitions, files: Sequence[FollowedFile]) -> list[Together]:
    """Those whom the most seek first, then in the order of definitions."""
    sought: dict[tuple[str, str], list[FollowedFile]] = {}
    for device in definitions.devices:
        for one in files:
            said = one.reading.devices.get(device.id)
            if said is not None and not said.alive and (said.advised or said.wanted):
                sought.setdefault(("", device.id), []).append(one)
    for question in definitions.network.together:
        exclusive = {
            one.id
            for edition in definitions.editions.values()
            for one in (
                edition.questionnaire.every[question].options if question in edition.questionnaire.every else ()
            )
            if one.exclusive or one.unknown
        }
        for one in files:
            for option in one.reading.answers.get(question, ()):
                if option not in exclusive:
                    sought.setdefault((question, option), []).append(one)
    found = [
        Together(question, name, tuple(seekers), _doors(definitions, name) if not question else ())
        for (question, name), seekers in sought.items()
        if len(seekers) >= ENOUGH
    ]
    return sorted(found, key=lambda one: -len(one.files))


def _doors(definitions: Definitions, device: str) -> tuple[SharedDoor, ...]:
    return tuple(one for one in definitions.network.shared_doors if device in one.devices)
