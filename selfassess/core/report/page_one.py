"""Page one in words, from the decision: it says what was decided, in that order, and decides nothing.

Apart: page one is read alone, and by those who never open the rest of the report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from selfassess.core.answers.in_words import answer_text, contracted, in_letters, listed, short_item_name
from selfassess.core.definition.condition import Ref, because
from selfassess.core.definition.edition import Definitions
from selfassess.core.definition.report_texts import HeadlineTexts, PageOneTexts, ReportTexts
from selfassess.core.definition.typography import NBSP
from selfassess.core.definition.typology import DeskTitle, Wording
from selfassess.core.explanation.confidence import Outlooks, how_sure, provisional, remainder_title, titles
from selfassess.core.explanation.sentence import lowered, options_tested
from selfassess.core.reading.decision import Decision, PageOption, telling_question
from selfassess.core.reading.practice import PractisedAction, actions_of
from selfassess.core.reading.profile import UNTOLD
from selfassess.core.reading.reading import Reading
from selfassess.core.report.report import DeskHeadline, DevicePart, Headline, NetworkWords, PageOne, SilencePart, Slot
from selfassess.core.report.slots import asked, fitted, shared_reason, slot_of
from selfassess.core.report.whom_to_call import who_to_call

MOST_NAMED = 1  # actions


def page_one(
    definitions: Definitions,
    reading: Reading,
    decision: Decision,
    devices: Sequence[DevicePart],
    seen: Outlooks,
) -> PageOne:
    """`devices`: every sheet, as read that day."""
    texts = definitions.texts.page_one
    parts = {one.id: one for one in devices}
    common = shared_reason([parts[one.device] for one in decision.options])
    about = decision.options[0].device if decision.agenda in {"alive", "start"} else None
    return PageOne(
        lead=texts.lead,
        who=answer_text(reading.view, Ref(question=reading.edition.questionnaire.territory.id)) or "",
        headline=headline(definitions, reading, seen),
        slots=_slots(definitions, reading, decision, parts, common),
        nothing=texts.nothing,
        nothing_first=decision.nothing_first,
        estimate=texts.estimate,
        decision=_decision(texts, reading, decision, parts),
        decision_of=about,
        common=common,
        unsaid=(*_living(texts, reading, decision.alive), *_unsaid(texts, decision, parts)),
        ask=asked(texts.ask, [parts[one.device] for one in decision.options if one.living is None]),
        call=who_to_call(definitions, reading.view),
        acting=_acting(texts, reading),
        paying=parts[about].paying if about else "",
        leaving=parts[about].leaving if about else "",
        agenda=_agenda(definitions, reading),
        silence=_silence(definitions, reading, decision),
    )


def _slots(
    definitions: Definitions,
    reading: Reading,
    decision: Decision,
    parts: Mapping[str, DevicePart],
    common: str | None,
) -> tuple[Slot, ...]:
    texts, words = definitions.texts.page_one, definitions.texts.words.places
    empty = {"start": texts.empty_start, "prepare": texts.empty_prepare, "leave": texts.empty_leave}
    if decision.silent_for:
        empty = dict.fromkeys(empty, texts.decision_silent)
    if decision.nothing_first:
        empty["start"] = texts.nothing_first
    slots: list[Slot] = []
    told: list[str | None] = []
    for place, option in zip(("start", "prepare", "leave"), decision.places, strict=True):
        if option is None:
            said = words.nothing if place == "start" and decision.nothing_first else words.of(place)
            slots.append(Slot(place=said, device=None, title="", text=empty[place]))
        else:
            slot = slot_of(parts[option.device], words.of(place_word(place, option)), place, common)
            same = slot.against is not None and slot.against in told
            told.append(slot.against)
            reason = _reason(definitions, reading, option, slot.text)
            update = {"text": reason, "against": _again(texts, slot.against) if same else slot.against}
            part = parts[option.device]
            made = fitted(slot.model_copy(update=update), part, again=same)
            if any(one.text == made.text for one in slots):  # shortened alike
                made = made.model_copy(update={"gist": "", "text": part.gist})
            if made.against is not None and any(one.against == made.against for one in slots):  # likewise
                made = made.model_copy(update={"against": _again(texts, made.against)})
            slots.append(made)
    return tuple(slots)


def _again(texts: PageOneTexts, against: str | None) -> str:
    """What speaks against an option too: said whole, no one having to look for it above."""
    return texts.same_against.format(against=(against or "").rstrip("."))


def _reason(definitions: Definitions, reading: Reading, option: PageOption, reason: str) -> str:
    """That a living action is under way; of a device, its reason, and the actions without food that it could wake."""
    if option.living is not None:
        return _living_reason(definitions, reading, option.living)
    question = reading.edition.means.practice.question
    named = [one.item for one in actions_of(question, option.advice.device, reading.view)]
    return definitions.texts.page_one.named.format(reason=reason, actions=_quoted(reading, named)) if named else reason


def _acting(texts: PageOneTexts, reading: Reading) -> str:
    """The territory's actions by their names, the first and how many more; nothing when it has none."""
    items = list(reading.view.positions)
    if not items:
        return ""
    more = [in_letters(len(items) - MOST_NAMED, "autre")] if len(items) > MOST_NAMED else []
    named = [f"«{NBSP}{short_item_name(reading.view, one)}{NBSP}»" for one in items[:MOST_NAMED]]
    return texts.acting.format(actions=listed([*named, *more]))


def _quoted(reading: Reading, items: Iterable[str]) -> str:
    """Actions by their names."""
    return listed([f"«{NBSP}{short_item_name(reading.view, one)}{NBSP}»" for one in items])


def _living_reason(definitions: Definitions, reading: Reading, action: PractisedAction) -> str:
    """That it is under way, and the first answer that says what it brings."""
    view, effect = reading.view, definitions.rules.living.effect
    ref, tested = because(effect, view.within(action.item))[0], options_tested(view, effect)
    said = next(one.clause for one in view.option(ref) if one.id in tested[ref.question])
    return definitions.texts.page_one.living_told.format(answer=said)


def place_word(place: str, option: PageOption) -> str:
    """How the place is called, by what is done with its device: an id of `words.places`."""
    if option.living is not None:
        return "alive"
    if place == "start":
        return "start" if option.entry.kind == "open" else "expected"
    if place == "prepare" and option.advice.verdict == "maintenant" and option.entry.kind == "open":
        return "next"
    return "verify" if place == "prepare" and option.advice.verdict == "a_verifier" else place


def _decision(texts: PageOneTexts, reading: Reading, decision: Decision, parts: Mapping[str, DevicePart]) -> str:
    """The line for the agenda: about the first option, or about opening nothing."""
    if decision.agenda == "nothing":
        rule = reading.profile.reading
        return (rule.decision if rule is not None else None) or texts.decision_nothing
    if decision.agenda == "prepare":
        return texts.decision_prepare.format(device=parts[decision.options[0].device].short)
    if decision.agenda in {"alive", "start"}:
        return parts[decision.options[0].device].decision
    return texts.decision_silent if decision.agenda == "silent" else texts.decision_none


def _unsaid(texts: PageOneTexts, decision: Decision, parts: Mapping[str, DevicePart]) -> tuple[str, ...]:
    """In one sentence, those with the same reason together."""
    found: dict[str, list[str]] = {}
    for one in decision.unsaid:
        name = one.advice.device.id
        apart = one.why == "known" and decision.practices[name][0].practice == "without_us"
        found.setdefault("without_us" if apart else one.why, []).append(parts[name].short)
    told = [
        texts.unsaid_one.format(devices=f"{NBSP}; ".join(names), why=texts.unsaid_why.of(why))
        for why, names in found.items()
    ]
    return (texts.unsaid.format(told=" ".join(told)),) if told else ()


def _agenda(definitions: Definitions, reading: Reading) -> str:
    """« À l’ordre du jour du conseil communautaire »: whose, where its name is sure."""
    place = reading.view.territory
    words = definitions.documents.structure(place.get("type"))
    sure = words.assembly if place.get("name") not in words.but else None
    label = definitions.texts.page_one.agenda
    return contracted(f"{label} de {lowered(sure)}") if sure else label


def _silence(definitions: Definitions, reading: Reading, decision: Decision) -> SilencePart | None:
    if not decision.silent_for:
        return None
    texts, givers, every = definitions.texts.page_one, definitions.rules.givers, reading.edition.questionnaire.every
    names = [every[one].text for one in decision.silent_for if one in every]
    asks = [
        texts.silent_ask.format(question=every[one].short, giver=givers[one])
        for one in decision.silent_for
        if one in every and one in givers
    ]
    told = [one.item for actions in decision.practices.values() for one in actions if one.practice == "living"]
    return SilencePart(
        text=texts.silent.format(count=f"{len(names)}{NBSP}réponse{'s' if len(names) > 1 else ''}"),
        missing=tuple(asks),
        message=texts.silent_message.format(questions=" ".join(names)),
        living=next(iter(_living(texts, reading, dict.fromkeys([*told, *decision.alive]))), None),
    )


def _living(texts: PageOneTexts, reading: Reading, items: Iterable[str]) -> tuple[str, ...]:
    """In one sentence, what is under way and brings something."""
    told = _quoted(reading, items)
    return (texts.living.format(actions=told),) if told else ()


def network_words(texts: ReportTexts) -> NetworkWords:
    """What a network's page one is made with, as worded today."""
    words, page, network = texts.words.places, texts.page_one, texts.network
    return NetworkWords(
        alive=words.alive, start=words.start, expected=words.expected, next=words.next, prepare=words.prepare,
        verify=words.verify, advised=network.advised, no_leave=network.no_leave, closed_since=network.closed_since,
        passed=network.passed, said=network.said,
        undecided=texts.headline.undecided, undecided_plain=texts.headline.undecided_plain, also=texts.headline.also,
        undecided_sentence=page.undecided,
        living_reason=page.living_reason, decision_prepare=page.decision_prepare,
        decision_nothing=page.decision_nothing, ask=page.ask,
    )  # fmt: skip  # what goes together stands together


def headline(definitions: Definitions, reading: Reading, seen: Outlooks) -> Headline:
    """The reading in words."""
    found, typology, texts = reading.profile, reading.edition.typology, definitions.texts
    words = {one.id: one.words for one in typology.categories}
    families = {one.id: one.title for one in typology.families}
    title, term, sentence = _titles(texts, reading)
    family = families[found.category(found.principal).category.family] if found.principal is not None else None
    return Headline(
        title=title, sentence=sentence, family=family, term=term,
        also=_beside(texts.headline, reading),
        desk=DeskHeadline(
            title=_titles(texts, reading, desk=True)[0],
            also=_beside(texts.headline, reading, desk=True),
            provisional=provisional(reading, seen, desk=True),
        ),
        secondary=tuple(words[one].title for one in found.order[1:]),
        mention=found.mention.words.title if found.mention else None,
        provisional=provisional(reading, seen),
        rivals=tuple(one.category.words.plain for one in found.provisional_by),
        confidence=found.confidence,
        confidence_text=_several(definitions, reading) or how_sure(texts.words.confidence, reading),
        note=_fewer_points(definitions, reading),
    )  # fmt: skip  # what goes together stands together


def _titles(texts: ReportTexts, reading: Reading, *, desk: bool = False) -> tuple[str, str, str]:
    """The reading for somebody who never heard of the study, the study's term, and a sentence on it."""
    found, typology = reading.profile, reading.edition.typology
    if found.principal is not None:
        words = found.category(found.principal).category.words
        return titles(words, desk).plain, words.title, words.sentence
    if found.remainder == "assigned":
        rule, words = found.reading, typology.remainder.words
        if rule is None:
            return remainder_title(reading, desk=desk), words.title, words.sentence
        term = texts.headline.remainder.format(title=words.title, reading=rule.words.title.lower())
        return remainder_title(reading, desk=desk), term, rule.words.sentence
    if found.leaning is None:
        return texts.headline.undecided_plain, texts.headline.undecided, texts.page_one.undecided
    words = found.category(found.leaning).category.words
    title = texts.headline.leaning_plain.format(title=lowered(titles(words, desk).plain))
    return title, texts.headline.leaning.format(title=words.title), texts.page_one.undecided


def _beside(texts: HeadlineTexts, reading: Reading, *, desk: bool = False) -> str:
    """The other links that are held, then what is noted beside."""
    found = reading.profile
    others = [found.category(one).category.words for one in found.order[1:]]
    told = [texts.also.format(said=listed([said(titles(one, desk)) for one in others]))] if others else []
    if found.mention is not None:
        told.append(texts.noted.format(said=said(titles(found.mention.words, desk))))
    return " ".join(told)


def said(words: Wording | DeskTitle) -> str:
    """How a reading is said after another."""
    return words.also or lowered(words.plain)


def _several(definitions: Definitions, reading: Reading) -> str | None:
    """What would tell several links apart, where answers do not."""
    found, texts, question = reading.profile, definitions.texts.headline, telling_question(reading)
    if len(found.order) < UNTOLD or question is None:
        return None
    carrying = [one.best.item for one in map(found.category, found.order) if one.best is not None]
    twice = any(len(reading.view.option(Ref(question, item))) > 1 for item in carrying)
    form = texts.several if twice else texts.several_apart
    return form.format(question=reading.edition.questionnaire.every[question].short)


def _fewer_points(definitions: Definitions, reading: Reading) -> str | None:
    """Why a category with fewer points than another comes first."""
    held = [reading.profile.category(one) for one in reading.profile.order]
    best = max(held, key=lambda one: one.low, default=None)
    if best is None or best.low <= held[0].low:
        return None
    texts = definitions.texts.headline
    return texts.fewer_points.format(other=best.category.words.plain)
