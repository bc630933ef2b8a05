"""One option of page one from its sheet, and what several say together.

Apart: the declared page one and a network's are made of the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from selfassess.core.answers.in_words import contracted, listed
from selfassess.core.explanation.sentence import first_sentence
from selfassess.core.report.report import DevicePart, Report, Slot


def advised(report: Report) -> tuple[str, ...]:
    """The ids of the devices page one advises, in its order; the one it leaves for later is not advised."""
    slots = report.page_one.slots[:-1]
    return tuple(dict.fromkeys(one.device for one in slots if one.device))


def shared_reason(options: Sequence[DevicePart]) -> str | None:
    """What speaks for all of several options."""
    if len(options) < 2:
        return None
    return next((one for one in options[0].speaks_for if all(one in other.speaks_for for other in options[1:])), None)


def own_reason(part: DevicePart, common: str | None) -> str:
    """What speaks for it and not for all; what it is, when nothing else does."""
    own = (one for one in (*part.speaks_for, part.first_reason) if one != common)
    return next(own, first_sentence(part.summary))


def slot_of(part: DevicePart, place_name: str, place: str, common: str | None) -> Slot:
    """One option, from its sheet."""
    leaves = place == "leave"
    return Slot(
        place=place_name,
        device=part.id,
        title=part.action or part.short,
        text=part.first_reason if leaves else own_reason(part, common),
        state="" if part.action or (part.entry == "open" and not part.entry_text) else part.entry_text,
        against=None if leaves else part.against,
        cost=part.cost,
        days=part.days,
        horizon=part.horizon,
    )


def asked(text: str, options: Sequence[DevicePart]) -> str | None:
    """The one line of what was not read, and whom to ask: the first option that has something to ask."""
    for part in options:
        if len(part.asks) > 1:
            return contracted(text.format(body=part.asks[0], facts=listed(part.asks[1:])))
    return None
