"""A device as a part of the report: its sheet, its reasons, and the sources it rests on.

Apart: a sheet has more fields than all the rest that `compose` lays out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from selfassess.core.answers.in_words import contracted
from selfassess.core.definition.device import Device, Source
from selfassess.core.definition.edition import Definitions
from selfassess.core.definition.report_texts import ReportTexts
from selfassess.core.explanation.devices import DeviceWhy, bands, first_reason, practised_action
from selfassess.core.explanation.neighbours import examples_of
from selfassess.core.explanation.parts import ChangePart
from selfassess.core.reading.entry import calls_of
from selfassess.core.reading.reading import Reading
from selfassess.core.reading.recommendation import Advice
from selfassess.core.report.dates import (
    check_with,
    notes,
    stale,
    step_in_time,
)
from selfassess.core.report.report import DevicePart, SourcePart, StepPart
from selfassess.core.report.whom_to_call import contact_sources, contacts_of


def device_part(
    definitions: Definitions,
    reading: Reading,
    advice: Advice,
    told: Sequence[DeviceWhy],
    change: ChangePart | None,
    day: date,
) -> DevicePart:
    """Its sheet as read on `day`: `told` are its reasons in words, `change` what would change its verdict."""
    device, texts, means = advice.device, definitions.texts, reading.edition.means
    words = texts.words
    said, brief = bands(reading, advice), bands(reading, advice, short=True)
    efforts = [axis for axis in means.axes if axis.effort]
    first = first_reason(advice, told)
    action = practised_action(advice, reading.view)
    decision = texts.page_one.decision_alive.format(action=action) if action is not None else device.decision
    return DevicePart(
        id=device.id, title=device.title, short=device.short,
        kind=next(kind.title for kind in means.kinds if kind.id == device.aect),
        food=words.food.of(device.food), food_text=device.food_text, scope=words.scope.of(device.scope),
        summary=device.summary, extension=device.extension,
        verdict=advice.verdict, verdict_text=words.verdicts.of("in_place" if advice.in_place else advice.verdict),
        in_place=advice.in_place, rank=advice.rank,
        effort=sum(device.demands.get(axis.id, 0) for axis in efforts), relevance=advice.usefulness,
        cost=said["cost"], days=said["days"], cost_short=brief["cost"], days_short=brief["days"],
        horizon=words.horizons.of(device.horizon), reasons=tuple(one.why for one in told),
        first_reason=first.stock if first else first_sentence(device.summary),
        change=change, funding=device.funding, decision=decision, steps=_steps(texts, device, action, day),
        contacts=contacts_of(definitions, device, reading.view),
        examples=examples_of(definitions, reading.view, device.id),
        risks=device.risks,
        verify=tuple(contracted(texts.devices.verify.format(fact=one.text, body=one.with_)) for one in device.verify),
        benefits=_benefit_texts(reading, device.benefits),
        checked_on=device.checked_on.isoformat(), sources=device.sources,
        dated=notes(texts.dated, device, calls_of(definitions.doors, device, reading.view), day),
        check_with=check_with(device, texts.dated.somebody) if stale(device, day) else None,
    )  # fmt: skip  # what goes together stands together


def _steps(texts: ReportTexts, device: Device, action: str | None, day: date) -> tuple[StepPart, ...]:
    """Of a device already practised (`action`), one step: to keep it alive."""
    planned = [(step.text, step.within) for step in device.steps]
    if action is not None:
        planned = [(texts.page_one.step_alive.format(action=action), "30d")]
    return tuple(
        StepPart(
            device=device.id,
            title=device.short,
            within=within,
            text=step_in_time(texts.dated, device, text, within, day),
        )
        for text, within in planned
    )


def first_sentence(text: str) -> str:
    """What comes before the second sentence, its full stop included."""
    return text.split(". ", 1)[0].rstrip(".") + "."


def _benefit_texts(reading: Reading, wanted: Sequence[str]) -> tuple[str, ...]:
    """In the words of this edition; one that it does not have is left out."""
    questions = reading.edition.questionnaire.every.values()
    options = {option.id: option.text for question in questions for option in question.options if option.study}
    return tuple(options[name] for name in wanted if name in options)


def _device_sources(definitions: Definitions, reading: Reading, device: Device) -> list[str]:
    doors = [one for door in device.eligible for one in door.sources]
    contacts = contact_sources(definitions, device, reading.view)
    examples = [one for part in examples_of(definitions, reading.view, device.id) for one in part.sources]
    return [*device.sources, *doors, *contacts, *examples]


def sources_part(definitions: Definitions, reading: Reading, sheets: Sequence[str]) -> tuple[SourcePart, ...]:
    """The study first, then the sources of the devices shown in sheets, in order of first use."""
    wanted: dict[str, Source] = {definitions.study_source.id: definitions.study_source}
    for advice in reading.advices:
        if advice.device.id in sheets:
            for one in _device_sources(definitions, reading, advice.device):
                wanted.setdefault(one, definitions.sources[one])
    return tuple(
        SourcePart(id=one.id, text=f"{one.body}, {one.title}, {one.year}", url=one.url) for one in wanted.values()
    )
