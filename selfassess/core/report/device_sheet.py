"""A device as a part of the report: its sheet, its reasons, and the sources it rests on.

Apart: a sheet has more fields than all the rest that `compose` lays out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from selfassess.core.answers.answers import View
from selfassess.core.answers.in_words import (
    MONTHS,
    asked_of,
    counted,
    day_in_words,
    item_name,
    said_answer,
    short_item_name,
)
from selfassess.core.definition.condition import Ref, because, evaluate
from selfassess.core.definition.device import Device, Source
from selfassess.core.definition.doors import Call, Doors, Entry, InterregProgramme
from selfassess.core.definition.edition import Definitions
from selfassess.core.definition.report_texts import DeviceReasonTexts, ReportTexts
from selfassess.core.definition.typography import NBSP
from selfassess.core.explanation.devices import SPEAKS, DeviceWhy, bands, first_reason
from selfassess.core.explanation.neighbours import examples_of
from selfassess.core.explanation.parts import ChangePart
from selfassess.core.explanation.sentence import lowered, spoken
from selfassess.core.reading.decision import FIRST_ONLY, Decision
from selfassess.core.reading.entry import calls_of, device_title, programmes_of, to_confirm
from selfassess.core.reading.reading import Reading
from selfassess.core.reading.recommendation import Advice
from selfassess.core.report.calendar_steps import planned
from selfassess.core.report.dates import notes
from selfassess.core.report.paying import Cost, left_to_pay
from selfassess.core.report.report import DevicePart, RulePart, SourcePart, StepPart, step_key
from selfassess.core.report.whom_to_call import contact_sources, contacts_of


def device_part(
    definitions: Definitions,
    reading: Reading,
    decision: Decision,
    advice: Advice,
    told: Sequence[DeviceWhy],
    change: ChangePart | None,
) -> DevicePart:
    """Its sheet on the day of the decision: `told` are its reasons in words, `change` what would change its verdict."""
    texts, means = definitions.texts, reading.edition.means
    device = advice.device.said_to(reading.view.territory.get("type"))
    words = texts.words
    title, short = device_title(definitions.doors, device, reading.view)
    said, brief = bands(reading, advice), bands(reading, advice, short=True)
    efforts = [axis for axis in means.axes if axis.effort]
    first = first_reason(advice, told)
    return DevicePart(
        id=device.id, title=title, short=short,
        kind=next(kind.title for kind in means.kinds if kind.id == device.aect),
        food=words.food.of(device.food), food_text=device.food_text, scope=words.scope.of(device.scope),
        summary=device.summary, extension=device.extension,
        verdict=advice.verdict, in_place=advice.in_place, rank=advice.rank,
        effort=sum(device.demands.get(axis.id, 0) for axis in efforts), relevance=advice.usefulness,
        cost=said["cost"], days=said["days"], cost_short=brief["cost"], days_short=brief["days"],
        horizon=words.horizons.of(device.horizon), reasons=tuple(one.why for one in told),
        first_reason=first.stock if first else device.gist,
        change=change, funding=_ways_to_pay(definitions, device, reading.view),
        contacts=contacts_of(definitions, device, reading.view),
        examples=examples_of(definitions, reading.view, device.id),
        risks=tuple(one.text for one in device.risks),
        verify=to_ask(texts.devices, device),
        benefits=_benefit_texts(reading, device.benefits),
        sources=device.sources, cites=tuple(dict.fromkeys(_device_sources(definitions, reading, device))),
        rests_on=rests_on(definitions, device, _dated(definitions.doors, device, reading.view)),
        speaks_for=speaking_for(told), **_that_day(definitions, reading, decision, advice, told),
    )  # fmt: skip  # what goes together stands together


def _that_day(
    definitions: Definitions, reading: Reading, decision: Decision, advice: Advice, told: Sequence[DeviceWhy]
) -> dict[str, Any]:
    """What the day and the decision say of a device, by field of its part."""
    device = advice.device.said_to(reading.view.territory.get("type"))
    texts, day = definitions.texts, decision.day
    entry, action = decision.entries[device.id], _living(reading, decision, device)
    _, short = device_title(definitions.doors, device, reading.view)
    steps, left_out = _steps(texts, device, short, entry, action, day)
    said, brief = bands(reading, advice), bands(reading, advice, short=True)
    axis = next(one for one in reading.edition.means.axes if one.shown == "cost")
    cost, body = Cost(device.demands[axis.id], said["cost"]), contacts_of(definitions, device, reading.view)[0].name
    return {
        "verdict_text": verdict_text(texts, advice, decision),
        "decision": _decision(definitions, device, action),
        "steps": steps,
        "left_out": left_out,
        "dated": notes(texts.dated, device, calls_of(definitions.doors, device, reading.view), day),
        "entry": entry.kind,
        "entry_text": entry_text(texts, definitions.doors, reading, advice, decision, told),
        "action": action,
        "against": _against(texts, reading, advice, decision, told),
        "against_short": _against_short(texts, reading, advice, decision),
        "asks": _asks(definitions, device, entry),
        "rules": _rules(definitions, reading, decision, advice),
        "entry_short": _entry_short(texts, entry),
        "gist": device.gist,
        "asking": texts.page_one.asking.format(days=brief["days"], cost=brief["cost"]),
        "asking_short": texts.page_one.asking_short.format(days=brief["days"], cost=brief["cost"]),
        "paying": left_to_pay(texts.page_one.paying, definitions.doors, device, reading.view, cost, body, day),
        "leaving": texts.page_one.leaving.of("alive" if action is not None else _vote(definitions, device)),
        "closes": entry.closes.isoformat() if entry.kind == "open" and entry.closes else "",
    }


def _vote(definitions: Definitions, device: Device) -> str:
    return definitions.documents.decisions[device.id].vote


def _decision(definitions: Definitions, device: Device, action: str | None) -> str:
    """What is put to the vote, or said to be only announced."""
    texts = definitions.texts.page_one
    if action is not None:
        return texts.decision_alive.format(action=action)
    if _vote(definitions, device) == "announce":
        return texts.announced.format(decision=lowered(device.decision))
    return device.decision


def _steps(
    texts: ReportTexts, device: Device, short: str, entry: Entry, action: str | None, day: date
) -> tuple[tuple[StepPart, ...], tuple[str, ...]]:
    """Of a living action, one step: to keep it alive. And what can't be, said."""
    if action is not None:
        form = texts.page_one.step_alive
        key = step_key(device.id, form)
        return (StepPart(device=device.id, title=short, text=form.format(action=action), within="30d", key=key),), ()
    kept, dropped = planned(texts.steps, device, entry, day)
    steps = [
        StepPart(
            device=device.id, title=short, text=one.text, within=one.within, key=step_key(device.id, one.written),
            until=one.until.isoformat() if one.until else "",
        )
        for one in kept
    ]  # fmt: skip  # what goes together stands together
    return tuple(steps), dropped


def _living(reading: Reading, decision: Decision, device: Device) -> str | None:
    """The name of the living action that is this device, as page one says it."""
    option = next((one for one in decision.options if one.device == device.id and one.living), None)
    actions = decision.practices.get(device.id, ())
    living = option.living if option else next((one for one in actions if one.practice == "living"), None)
    return short_item_name(reading.view, living.item) if living else None


def verdict_text(texts: ReportTexts, advice: Advice, decision: Decision) -> str:
    """What is shown of a verdict that day: possible now, through a door that is not open, is « à préparer »."""
    words, entry = texts.words.verdicts, decision.entries[advice.device.id]
    practice = [one.practice for one in decision.practices.get(advice.device.id, ())][:1]
    if advice.in_place:
        return words.young if practice == ["young"] else words.in_place
    if entry.kind == "over" and advice.verdict not in {"non_ouvert", "pas_maintenant"}:
        return words.over.format(year=entry.year) if entry.year else texts.entry.no_more.rstrip(".")
    if advice.verdict == "maintenant" and entry.kind != "open":
        return words.a_preparer
    return words.of(advice.verdict)


def entry_text(
    texts: ReportTexts, doors: Doors, reading: Reading, advice: Advice, decision: Decision, told: Sequence[DeviceWhy]
) -> str:
    """Whether one can enter on the day, and what is said of one who was there before."""
    calls = calls_of(doors, advice.device, reading.view)
    said = _entry(texts, advice.device, decision.entries[advice.device.id], decision.day, calls, doors.read_on)
    known = next((one for one in decision.practices.get(advice.device.id, ()) if not advice.in_place), None)
    if known is None:
        return said
    form = texts.entry.without_us if known.practice == "without_us" else texts.entry.known
    told_before = form.format(action=item_name(reading.view, known.item))
    lacking = next((one.stock for one in told if one.why.side == "against"), None)
    if lacking is not None:
        told_before = texts.entry.lacking.format(known=told_before, reason=lowered(lacking))
    return f"{told_before} {said}".strip()


def _entry(
    texts: ReportTexts, device: Device, entry: Entry, day: date, calls: Sequence[Call], read_on: date | None
) -> str:
    """`read_on`: the last day calls were looked for, at most the day itself."""
    words = texts.entry
    if entry.kind == "open":
        if entry.closes is not None:
            return words.until.format(day=day_in_words(entry.closes))
        return words.any_time if device.call == "needed" else ""
    if entry.kind == "over":
        return words.over.format(year=entry.year) if entry.year else words.no_more
    if entry.kind == "not_known":
        ended = {one.programme: one for one in calls if one.closes is not None and one.closes < day}  # the last of each
        told = [words.past.format(call=one.text, day=day_in_words(one.closes)) for one in ended.values() if one.closes]
        return " ".join([*told, words.not_known.format(day=day_in_words(min(day, read_on or day)))])
    if entry.opens is not None and entry.closes is not None:
        return words.announced.format(opens=day_in_words(entry.opens), closes=day_in_words(entry.closes))
    month = MONTHS[entry.month - 1] if entry.month else ""
    return words.usual.format(month=month, year=entry.year)


def _entry_short(texts: ReportTexts, entry: Entry) -> str:
    """Whether one can enter, where the whole is too long for page one; nothing when it never is."""
    if entry.kind == "not_known":
        return texts.entry.not_known_short
    if entry.kind in {"expected", "later"} and entry.month and entry.opens is None:
        return texts.entry.usual_short.format(month=MONTHS[entry.month - 1])
    return ""


def speaking_for(told: Sequence[DeviceWhy]) -> tuple[str, ...]:
    """What speaks for a device in short, the most telling first."""
    chosen = [one for one in told if one.why.side == "for" and one.reason.kind in SPEAKS]
    return tuple(dict.fromkeys(one.stock for one in sorted(chosen, key=lambda one: SPEAKS[one.reason.kind])))


def _against(
    texts: ReportTexts, reading: Reading, advice: Advice, decision: Decision, told: Sequence[DeviceWhy]
) -> str | None:
    """What it asks for beyond what is declared; else what bars it; else that the PAT says it is full."""
    option = next((one for one in decision.options if one.device == advice.device.id), None)
    if option and option.over:
        return _beyond(texts, reading, advice, option.over, beside=True)
    barred = next((one.stock for one in told if one.why.side == "against"), None)
    if barred is not None:
        return barred
    if option is None or not option.full:
        return None
    return texts.page_one.full_alive if option.living else texts.page_one.full


def _against_short(texts: ReportTexts, reading: Reading, advice: Advice, decision: Decision) -> str | None:
    """The first of what it asks for beyond what is declared, where page one has no room for all."""
    over = next((one.over for one in decision.options if one.device == advice.device.id), ())
    return _beyond(texts, reading, advice, over[:1], beside=True) if len(over) > 1 else None


def _rules(definitions: Definitions, reading: Reading, decision: Decision, advice: Advice) -> tuple[RulePart, ...]:
    """What advising it goes against."""
    texts, doors, entry = definitions.texts, definitions.doors, decision.entries[advice.device.id]
    calls, found = calls_of(doors, advice.device, reading.view), []
    for rule in decision.broken[advice.device.id]:
        if rule == entry.kind:
            text = _entry(texts, advice.device, entry, decision.day, calls, doors.read_on)
        elif rule == "means":
            text = _beyond(texts, reading, advice, decision.beyond[advice.device.id])
        else:
            text = texts.network.rules.of(rule)
        found.append(RulePart(text=text, first_only=rule in FIRST_ONLY))
    return tuple(found)


def _beyond(texts: ReportTexts, reading: Reading, advice: Advice, names: Sequence[str], *, beside: bool = False) -> str:
    """What it asks for on the first of those axes of effort, and what is declared: of it, else of what holds it down.
    `beside`: what it asks in time and money is said already, so what is declared of both is said together."""
    axes = [one for one in reading.edition.means.axes if one.id in names]
    axis, name = axes[0], axes[0].id
    asked, level = advice.device.demands[name], advice.facts.available[name]
    demand, ref = axis.scale[min(asked, len(axis.scale) - 1)], Ref(question=axis.question)
    known = beside and axis.shown is not None
    form, held = texts.page_one.known if known else texts.page_one.over, ""
    if level.own is not None and level.own >= asked:
        cap = next(one for one in axis.caps if one.at == level.high and evaluate(one.when, reading.view) is True)
        (ref, *_), held = because(cap.when, reading.view), cap.text
        form = texts.page_one.known_held if known else texts.page_one.over_held
    refs = [ref] + [Ref(question=one.question) for one in axes[1:] if known and not held and one.shown]
    return form.format(demand=demand, answer=spoken([said_answer(reading.view, one) for one in refs]), held=held)


def _asks(definitions: Definitions, device: Device, entry: Entry) -> tuple[str, ...]:
    """Whom to ask, then what: the date of a door that is not open."""
    if entry.kind in {"open", "over"} or entry.contact is None:
        return ()
    body = definitions.contacts.by_id.get(entry.contact)
    asked = definitions.texts.page_one.ask_date.format(device=device.short)
    return (body.name if body else entry.contact, asked)


def _ways_to_pay(definitions: Definitions, device: Device, view: View) -> str | None:
    """Its own, then what the territory's programmes pay and what was read of their calls."""
    doors, texts = definitions.doors, definitions.texts.programmes
    told = [one.text for one in device.funding]
    for programme in programmes_of(doors, device, view):
        if to_confirm(doors, programme, view):
            form = texts.region_to_check if programme.kind == "transnational" else texts.zone_to_confirm
            told.append(form.format(programme=programme.short))
        paid = programme.money if device.pays == "money" else programme.small_format
        read = " ".join(one for one in (paid, programme.known) if one)
        told += [texts.said.format(programme=programme.short, said=lowered(read))] if read else []
    return " ".join(told) or None


def _dated(doors: Doors, device: Device, view: View) -> tuple[Call | InterregProgramme, ...]:
    """Its calls and programmes, of those that concern the territory."""
    return *calls_of(doors, device, view), *programmes_of(doors, device, view)


def to_ask(texts: DeviceReasonTexts, device: Device) -> tuple[str, ...]:
    """What was not read, in one line; none when all was."""
    if device.verify is None:
        return ()
    facts = f"{NBSP}; ".join(one.text for one in device.verify.facts)
    return (texts.verify.format(body=asked_of(device.verify.with_), facts=facts),)


def rests_on(definitions: Definitions, device: Device, dated: Iterable[Call | InterregProgramme]) -> str | None:
    """The oldest and newest years of what its doors, its money, its calls and its programmes (`dated`) rest on; None
    when they rest on nothing.
    The day the sheet was edited is no such date."""
    named = [door.sources for door in device.eligible] + [way.sources for way in device.funding]
    named += [one.sources for one in dated] + ([device.programme.sources] if device.programme else [])
    sources = [definitions.sources[one] for one in dict.fromkeys(name for names in named for name in names)]
    if not sources:
        return None
    texts, years = definitions.texts.dated, [year for one in sources for year in one.years]
    undated = sum(not one.years for one in sources)
    if not years:
        return texts.rests_on_undated
    oldest, newest = min(years), max(years)
    said = texts.rests_on_one if oldest == newest else texts.rests_on
    more = texts.and_undated.format(count=counted(undated, "page")) if undated else ""
    return f"{said.format(oldest=oldest, newest=newest)}{more}."


def _benefit_texts(reading: Reading, wanted: Sequence[str]) -> tuple[str, ...]:
    """In the words of this edition; one that it does not have is left out."""
    questions = reading.edition.questionnaire.every.values()
    options = {option.id: option.text for question in questions for option in question.options if option.study}
    return tuple(options[name] for name in wanted if name in options)


def _device_sources(definitions: Definitions, reading: Reading, device: Device) -> list[str]:
    doors = [one for door in device.eligible for one in door.sources]
    contacts = contact_sources(definitions, device, reading.view)
    examples = [one for part in examples_of(definitions, reading.view, device.id) for one in part.sources]
    programmes = [one for part in programmes_of(definitions.doors, device, reading.view) for one in part.sources]
    return [*device.sources, *doors, *programmes, *contacts, *examples]


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
