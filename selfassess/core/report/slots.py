"""One option of page one from its sheet, and what several say together.

Apart: the declared page one and a network's are made of the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from selfassess.core.answers.in_words import contracted, listed
from selfassess.core.explanation.neighbours import ExamplePart
from selfassess.core.explanation.sentence import first_sentence, raised
from selfassess.core.report.report import DevicePart, Report, Slot

MOST_WORDS = 50  # of an option
ASIDE = re.compile(r"\s:\s|, (?:et|ce qui|où|qui|un|une) ")  # what a reason says besides


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
    return next(own, part.gist or first_sentence(part.summary))


def slot_of(part: DevicePart, place_name: str, place: str, common: str | None) -> Slot:
    """One option, from its sheet."""
    leaves = place == "leave"
    text = part.first_reason if leaves else own_reason(part, common)
    return Slot(
        place=place_name,
        device=part.id,
        title=part.action or part.short,
        text=text,
        state="" if part.action or (part.entry == "open" and not part.entry_text) else part.entry_text,
        against=None if leaves else _beside(part),
        cost=part.cost,
        days=part.days,
        horizon=part.horizon,
        gist="" if part.action or text == part.gist else part.gist,
        asking=part.asking,
        call=None if leaves else next((one for one in part.contacts if one.page or one.phone), None),
        example=None if leaves or part.action else _short_example(part.examples),
    )


def fitted(slot: Slot, part: DevicePart, *, again: bool = False) -> Slot:
    """In so many words that page one has room for it: what it changed elsewhere goes first, then what it is, then the
    history of its calls, then the second part of its reason and of what it asks for, then what speaks against it where
    that is said just before (`again`), last what it asks for where a rule says it."""
    short_entry = (part.entry_short or _last_sentence(slot.state)) if slot.state else ""
    shorter: tuple[dict[str, object], ...] = (
        {"example": None},
        {"gist": ""},
        {"state": short_entry},
        {"text": first_sentence(slot.text)},
        {"against": part.against_short or _first_part(slot.against)},
        {"text": _without_aside(first_sentence(slot.text))},
        {"against": None} if again else {},
        {"asking": part.asking_short or slot.asking},
        {"text": min(part.gist or slot.text, first_sentence(slot.text), key=len)},
        {"asking": ""} if slot.rules else {},
    )
    for less in shorter:
        if _words(slot) <= MOST_WORDS:
            break
        slot = slot.model_copy(update=less)
    return slot


def _words(slot: Slot) -> int:
    """About as many as are read, without the place in the margin and the address."""
    told = (slot.title, slot.gist, slot.text, slot.state, slot.asking, *slot.rules[:1], slot.against or "")
    call = f"À appeler {slot.call.name} {slot.call.phone or ''}" if slot.call else ""
    example = f"Ailleurs {slot.example.text} an source" if slot.example else ""
    against = (len(slot.rules[:1]) + bool(slot.against)) * 2
    return against + sum(bool(re.search(r"\w", one)) for part in (*told, call, example) for one in part.split())


def _beside(part: DevicePart) -> str | None:
    """What speaks against it, without the time or the money it asks for, which is said beside."""
    if not part.against or not part.asking:
        return part.against
    asked, *less = re.split(r"\s;\s", part.against, maxsplit=1)
    if less and (part.days_short in asked or part.cost_short in asked):
        return raised(less[0])
    return part.against


def _first_part(text: str | None) -> str | None:
    """What it asks for, without what there is."""
    return _without_aside(re.split(r"\s;\s", first_sentence(text))[0]) if text else None


def _without_aside(text: str) -> str:
    """A name between quotation marks is whole."""
    return text if "«" in text else ASIDE.split(text)[0].rstrip(".") + "."


def _last_sentence(text: str) -> str:
    """Of what is said of a door, whether one can enter today."""
    return text.rstrip(".").rsplit(". ", 1)[-1] + "." if text else ""


def _short_example(examples: Sequence[ExamplePart]) -> ExamplePart | None:
    """What it changed elsewhere, in the line that page one has room for."""
    found = next((one for one in examples if one.line), None)
    return None if found is None else found.model_copy(update={"text": found.line})


def asked(text: str, options: Sequence[DevicePart]) -> str | None:
    """The one line of what was not read, and whom to ask: the first option that has something to ask."""
    for part in options:
        if len(part.asks) > 1:
            return contracted(text.format(body=part.asks[0], facts=listed(part.asks[1:])))
    return None
