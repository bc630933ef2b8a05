"""Steps of a device as they can be done from a given day: in their season, before an end, or dropped and said.

Apart: nothing else counts in spans, seasons and ends at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from selfassess.core.answers.in_words import MONTHS, day_in_words
from selfassess.core.definition.device import Device, DeviceStep
from selfassess.core.definition.doors import Entry, days_after, end_of_month, months_after
from selfassess.core.definition.report_texts import StepTexts
from selfassess.core.definition.verdicts import Within
from selfassess.core.explanation.sentence import lowered
from selfassess.core.report.dates import later

SPANS: tuple[Within, ...] = ("30d", "6m", "18m")


@dataclass(frozen=True)
class PlannedStep:
    """`written`: as its author wrote it, whatever the day; `until`: the last day it can be done, when its words tell
    one."""

    within: Within
    written: str
    text: str
    until: date | None


def planned(
    texts: StepTexts, device: Device, entry: Entry, day: date
) -> tuple[tuple[PlannedStep, ...], tuple[str, ...]]:
    """Its steps that can be, and a sentence for each that can't.

    A step that applies waits for its call, and none carries out what no call can give; none applies after the last
    call, none goes past the last day of projects.
    Of two that have a season, the second is not done in a season before that of the first.
    """
    steps, dropped, after = [], [], day
    for step in device.steps:
        said, refused = _placed(texts, device, entry, step, (day, after))
        if step.season is not None:
            after = season_after(step.season, after)[0]
        if refused is not None:
            dropped.append(refused)
        elif said is not None:
            steps.append(said)
    return tuple(steps), tuple(dropped)


def _placed(
    texts: StepTexts, device: Device, entry: Entry, step: DeviceStep, since: tuple[date, date]
) -> tuple[PlannedStep | None, str | None]:
    """The step in its span, or why it is left out. `since`: the day, and the season of the one before."""
    name, (day, after) = step.text.rstrip("."), since
    first, last = after if step.season else day, later(day, "18m")
    if step.does != "prepare" and device.call == "needed" and entry.kind in {"over", "not_known"}:
        return None, texts.no_call.format(text=name)
    if step.does == "apply" and device.call == "needed":
        last = min(last, entry.closes or _usual_day(entry) or last)
        first = max(first, entry.opens or first)
    ends = _end(device, step)
    if ends is not None and ends < max(first, _opening(step.within, day)):
        programme = device.programme
        told = programme.text if programme else device.short
        return None, texts.ended.format(text=name, programme=told[0].lower() + told[1:], year=ends.year)
    if ends is not None:
        last = min(last, ends)
    if step.season is not None:
        opening, closing = season_after(step.season, first)
        if opening > last:
            return None, texts.out_of_season.format(text=name)
        first, last = max(first, opening), min(last, closing)
    if first > last:
        return None, texts.out_of_season.format(text=name)
    within = step.within if _inside(step.within, first, last, day) else _span_of(min(last, later(day, "18m")), day)
    usual = step.does == "apply" and device.call == "needed" and last == _usual_day(entry)
    return _worded(texts.usual if usual else texts.before, texts.season, step, last, (within, day)), None


def _worded(before: str, season: str, step: DeviceStep, last: date, span: tuple[Within, date]) -> PlannedStep:
    """The step with its month or its last day, which comes first. `span`: which one, counted from a day."""
    (within, day), month = span, MONTHS[last.month - 1]
    name = lowered(step.text)
    if step.season is not None:
        return PlannedStep(
            within, step.text, step.text if month in name else season.format(text=name, month=month), last
        )
    if last < later(day, within):
        return PlannedStep(within, step.text, before.format(text=name, day=day_in_words(last)), last)
    return PlannedStep(within, step.text, step.text, None)


def _end(device: Device, step: DeviceStep) -> date | None:
    """The last day such a step may be done: of calls for one that applies, of projects for one that carries out."""
    programme = device.programme
    if programme is None or step.does == "prepare":
        return None
    return programme.ends if step.does == "apply" else programme.projects_end or programme.ends


def _usual_day(entry: Entry) -> date | None:
    """The day to be ready by, in the month a call is expected to close: that of the last one read, for a later day
    would make people miss it; else the end of the month."""
    if entry.month is None or entry.year is None:
        return None
    last, read = end_of_month(date(entry.year, entry.month, 1)), entry.call.closes if entry.call else None
    return last.replace(day=min(read.day, last.day)) if read is not None else last


def season_after(season: tuple[int, int], day: date) -> tuple[date, date]:
    """The season, first and last days, that `day` is in or that comes next."""
    opening_month, closing_month = season
    for year in (-1, 0, 1):
        opening = months_after(date(day.year, 1, 1), 12 * year + opening_month - 1)
        closing = end_of_month(months_after(opening, (closing_month - opening_month) % 12))
        if closing >= day:
            return opening, closing
    raise AssertionError("a season comes back every year")


def _opening(within: Within, day: date) -> date:
    """The first day of a span: the day after the one before it ends."""
    at = SPANS.index(within)
    return day if at == 0 else days_after(later(day, SPANS[at - 1]), 1)


def _inside(within: Within, first: date, last: date, day: date) -> bool:
    return first <= later(day, within) and last >= _opening(within, day)


def _span_of(moment: date, day: date) -> Within:
    """The first span that `moment` is in."""
    return next(span for span in SPANS if moment <= later(day, span))
