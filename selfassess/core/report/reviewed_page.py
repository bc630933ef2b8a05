"""The page one, the calendar and the sheets of a network's reading that leads, made from what the declared report kept.

The network's reading leads, the territory decides: the declared report stays as it is, and chooses what it rules on.
Pure: the same report, reading and day give the same page, whatever definitions have become.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from selfassess.core.answers.in_words import day_in_words, listed
from selfassess.core.report.calendar_steps import SPANS
from selfassess.core.report.dates import later
from selfassess.core.report.report import (
    AgendaChoice,
    CategoryReview,
    DevicePart,
    Headline,
    NetworkWords,
    OrderReview,
    PageOne,
    Period,
    Report,
    ReviewedPage,
    RulePart,
    Slot,
    StepPart,
)
from selfassess.core.report.slots import asked, fitted, shared_reason, slot_of

MOST_OPTIONS = 3
NETWORK, DECLARED, NOTHING = "network", "declared", "nothing"  # whose decision is on the agenda


def reviewed_page(
    report: Report, categories: Sequence[CategoryReview], order: OrderReview, day: str, agenda: str
) -> ReviewedPage | None:
    """None when the network confirms, or when the report was kept without the words of such a page.

    `day`: ISO day of the review; `agenda`: what the territory chose, the network's first option without it.
    """
    words = report.network_words
    if words is None or not (order.changed or any(one.changed for one in categories)):
        return None
    options = [report.device(one) for one in order.devices]
    choices = _choices(report, words, order, options, day)
    chosen = next((one for one in choices if one.id == agenda), choices[0])
    page = _ordered(report, words, options, day) if order.changed else report.page_one
    page = page.model_copy(
        update={
            "headline": _headline(report, words, categories, day),
            "decision": chosen.text,
            "decision_of": chosen.device,
            "paying": report.device(chosen.device).paying if chosen.device else "",
            "leaving": report.device(chosen.device).leaving if chosen.device else "",
        }
    )
    about = [] if chosen.device is None else [chosen.device]
    planned = [step for name in dict.fromkeys([*order.devices, *about]) for step in report.device(name).steps]
    gone = [step for step in planned if step.until and step.until < day]
    sheets = dict.fromkeys([*(slot.device for slot in page.slots if slot.device), *about])
    return ReviewedPage(
        page_one=page,
        timeline=_timeline(report, [step for step in planned if step not in gone], date.fromisoformat(day)),
        passed=tuple(words.passed.format(text=step.text) for step in gone),
        sheets=tuple(sheets),
        agenda=choices,
        chosen=chosen.id,
    )


def leading(report: Report) -> Report:
    """The report as it is shown: the network's page, calendar and sheets in the place of the declared ones."""
    page = report.review.page if report.review else None
    if page is None:
        return report
    known = {one.id: one for one in (*report.sources, *report.other_sources)}
    first, mine = next((one.device for one in page.page_one.slots if one.device), None), report.call_sheet
    wanted = [report.sources[0].id, *(one for name in page.sheets for one in report.device(name).cites)]
    return report.model_copy(
        update={
            "page_one": page.page_one,
            "timeline": page.timeline,
            "sheets": page.sheets,
            "call_sheet": page.call_sheet or (mine if mine and mine.device == first else None),
            "left": tuple(
                one.id for one in report.devices if one.verdict == "pas_maintenant" and one.id not in page.sheets
            ),
            "sources": tuple(known[one] for one in dict.fromkeys(wanted) if one in known),
        }
    )


def rules_against(report: Report, devices: Sequence[str], day: str) -> list[tuple[str, tuple[str, ...]]]:
    """What an order goes against, by device: its short title and the sentences. Nothing of a report kept before."""
    words = report.network_words
    if words is None:
        return []
    parts = [report.device(one) for one in devices]
    found = [(part.short, _against(words, part, at, day)) for at, part in enumerate(parts)]
    return [(name, told) for name, told in found if told]


def _against(words: NetworkWords, part: DevicePart, at: int, day: str) -> tuple[str, ...]:
    """What advising it at that place goes against; a call that was open may have closed since."""
    rules = list(part.rules)
    if part.closes and part.closes < day:
        rules.insert(0, RulePart(text=words.closed_since.format(day=day_in_words(date.fromisoformat(part.closes)))))
    return tuple(one.text for one in rules if at == 0 or not one.first_only)


def _ordered(report: Report, words: NetworkWords, options: Sequence[DevicePart], day: str) -> PageOne:
    """Page one with the network's options; what the declared one leaves, where there is room."""
    page, taken = report.page_one, {one.id for one in options}
    common, last = shared_reason(options), report.page_one.slots[-1]
    if last.device is None or last.device in taken or len(options) >= MOST_OPTIONS:
        last = Slot(place=last.place, device=None, title="", text=words.no_leave)
    slots = [_slot(words, part, at, common, _against(words, part, at, day)) for at, part in enumerate(options)]
    return page.model_copy(
        update={
            "slots": (*slots, last),
            "nothing_first": False,
            "common": common,
            "unsaid": (),
            "ask": asked(words.ask, options),
            "silence": None,
        }
    )


def _slot(words: NetworkWords, part: DevicePart, at: int, common: str | None, against: tuple[str, ...]) -> Slot:
    slot = slot_of(part, words.advised if against else _place(words, part, at), "start", common)
    told = {"rules": against, **({"state": "", "against": None} if against else {})}
    return fitted(slot.model_copy(update={**told, "text": words.living_reason} if part.action else told), part)


def _place(words: NetworkWords, part: DevicePart, at: int) -> str:
    """How the place is called, when no rule is broken."""
    opened = part.verdict == "maintenant" and part.entry == "open"
    if part.action:
        return words.alive
    if at == 0:
        return words.start if opened else words.expected
    return words.next if opened else words.verify if part.verdict == "a_verifier" else words.prepare


def _headline(report: Report, words: NetworkWords, categories: Sequence[CategoryReview], day: str) -> Headline:
    """The declared one where categories are confirmed; else the first that the network retains, the principal before
    the others. How sure is not ours to say."""
    ours = {
        "confidence": NETWORK,
        "confidence_text": words.said.format(day=day_in_words(date.fromisoformat(day))),
        "provisional": None,
        "rivals": (),
    }
    if not any(one.changed for one in categories):
        return report.page_one.headline.model_copy(update=ours)
    kept = {one.id for one in categories if one.reviewed}
    retained = sorted((one for one in report.categories if one.id in kept), key=lambda one: not one.principal)
    if not retained:
        told = {
            "title": words.undecided_plain or words.undecided,
            "term": words.undecided,
            "sentence": words.undecided_sentence,
        }
        return Headline.model_validate({**told, "family": None, "secondary": (), "mention": None, **ours})
    head, *others = retained
    beside = [one.also or one.title for one in others if one.family]
    return Headline.model_validate(
        {
            "title": head.plain or head.title,
            "term": head.title,
            "also": words.also.format(said=listed(beside)) if beside else "",
            "sentence": head.sentence,
            "family": report.families[head.family] if head.family else None,
            "secondary": tuple(one.title for one in others),
            "mention": None,
            **ours,
        }
    )


def _choices(
    report: Report, words: NetworkWords, order: OrderReview, options: Sequence[DevicePart], day: str
) -> tuple[AgendaChoice, ...]:
    """The network's first option, the declared decision, nothing: each once; the first is in force without a choice."""
    declared = report.page_one
    found = [AgendaChoice(id=DECLARED, text=declared.decision, device=declared.decision_of)]
    if order.changed:
        first = options[0]
        sound = not _against(words, first, 0, day) and _place(words, first, 0) in {words.alive, words.start}
        text = first.decision if sound else words.decision_prepare.format(device=first.short)
        found.insert(0, AgendaChoice(id=NETWORK, text=text, device=first.id))
    found.append(AgendaChoice(id=NOTHING, text=words.decision_nothing))
    texts = [one.text for one in found]
    return tuple(one for at, one in enumerate(found) if one.text not in texts[:at])


def _timeline(report: Report, steps: Sequence[StepPart], start: date) -> tuple[Period, ...]:
    """The steps, counted from the day of the review."""
    return tuple(
        Period(
            title=period.title,
            until=later(start, span).isoformat(),
            steps=tuple(step for step in steps if _span(step, start) == span),
        )
        for span, period in zip(SPANS, report.timeline, strict=True)
    )


def _span(step: StepPart, start: date) -> str:
    """The span of its sheet, or the one that its last day is in by then."""
    if not step.until:
        return step.within
    until = date.fromisoformat(step.until)
    return next(span for span in SPANS if span == step.within or until <= later(start, span))
