"""What a device would leave to pay and to advance, for which budget year: our estimate, from a rate that was read.

Apart: sums are worked out here alone, and tried without a whole report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from selfassess.core.answers.answers import View
from selfassess.core.answers.in_words import asked_of, number
from selfassess.core.definition.device import Device
from selfassess.core.definition.doors import Doors
from selfassess.core.definition.report_texts import PayingTexts
from selfassess.core.reading.entry import programmes_of

WHOLE = 100  # per cent
BUDGET_PREPARED = 9  # the month from which one speaks of next year's budget


@dataclass(frozen=True)
class Cost:
    """What a device costs a year: its level on the axis of cost, and that band in words."""

    level: int
    band: str


def left_to_pay(texts: PayingTexts, doors: Doors, device: Device, view: View, cost: Cost, body: str, day: date) -> str:
    """One sentence. `body`: whom to ask where no rate was read."""
    share, advanced = _rate(doors, device, view)
    year = day.year + (day.month >= BUDGET_PREPARED)
    if share is None:
        return texts.to_ask.format(year=year, body=asked_of(body))
    if share == 0:
        return texts.whole.format(year=year, band=cost.band)
    known = advanced is not None and advanced < WHOLE
    if share == WHOLE:
        return texts.nothing.format(advance=texts.advance.format(part=WHOLE - (advanced or 0)) if known else "")
    advance = texts.advance.format(part=WHOLE - (advanced or 0)) if known else texts.advance_to_ask
    rest = WHOLE - share
    return texts.part.format(year=year, rest=rest, amount=_amount(texts, cost.level, rest), advance=advance)


def _rate(doors: Doors, device: Device, view: View) -> tuple[int | None, int | None]:
    """Of the first way to pay that says one; else of the territory's programme."""
    for one in device.funding:
        if one.share is not None:
            return one.share, one.advanced
    for programme in programmes_of(doors, device, view):
        found = programme.small_share if device.pays == "small_format" else programme.share
        if found is not None:
            return found, None
    return None, None


def _amount(texts: PayingTexts, level: int, rest: int) -> str:
    """That part of the band, in euros."""
    low, *above = (one * rest // WHOLE for one in texts.bounds[level : level + 2])
    if not above:
        return texts.over.format(low=number(low))
    form = texts.between if low else texts.under
    return form.format(low=number(low), high=number(above[0]))
