"""A `Reading` turned into a `Report`: answers and rules said in sentences, in the report's order."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from selfassess.core.answers.answers import View
from selfassess.core.answers.in_words import UNANSWERED, SaidAnswer, answer_text, item_name, listed, said_answer
from selfassess.core.answers.items import Answers
from selfassess.core.answers.path import abandoned, completeness, steps
from selfassess.core.definition.condition import (
    Blank,
    Ref,
    asks_of,
    evaluate,
    questions_of,
)
from selfassess.core.definition.edition import ENGINE, Definitions
from selfassess.core.definition.means import Means
from selfassess.core.definition.report_texts import (
    NETWORK,
    ChangeTexts,
    MatrixBand,
    MatrixTexts,
    MaturityTexts,
    ReportTexts,
)
from selfassess.core.definition.typography import NBSP
from selfassess.core.definition.typology import LEVELS, Dimension
from selfassess.core.explanation.categories import category_whys, gate_why, remainder_whys
from selfassess.core.explanation.confidence import (
    Outlooks,
    category_standing,
    outlooks,
    remainder_standing,
    remainder_title,
)
from selfassess.core.explanation.devices import Teller
from selfassess.core.explanation.parts import MovePart
from selfassess.core.explanation.sentence import raised, spoken, why_all
from selfassess.core.explanation.what_would_change import change_part
from selfassess.core.reading.decision import Decision
from selfassess.core.reading.maturity import DimensionLevel
from selfassess.core.reading.profile import PlacedCategory
from selfassess.core.reading.reading import Reading
from selfassess.core.reading.recommendation import Advice
from selfassess.core.reading.withheld import WithoutWithheld
from selfassess.core.report import two_services
from selfassess.core.report.dates import later
from selfassess.core.report.device_sheet import device_part, sources_part
from selfassess.core.report.page_one import network_words, page_one, said
from selfassess.core.report.report import (
    AnswerGroup,
    AnswerRow,
    CategoryPart,
    Conflict,
    DevicePart,
    DimensionPart,
    MatrixPart,
    Period,
    Report,
    ServicePart,
    fingerprint,
)
from selfassess.core.report.two_services import Services
from selfassess.core.report.whom_to_call import who_to_call
from selfassess.core.sensitivity.counterfactual import Trial

ALONE = Services()
FEWEST_OPENED = 3  # devices, for an answer to be said once for all of them
_CHANGEABLE = {"levier", "charge"}


def build(
    definitions: Definitions,
    reading: Reading,
    decision: Decision,
    answers: Answers,
    comments: Mapping[str, str],
    voices: Services = ALONE,
    signed: str | None = None,
    without: WithoutWithheld | None = None,
) -> Report:
    """The report of a reading. `answers`: all that was given, asked no longer too; `comments` are by key. `signed`: its
    fingerprint, when these answers are not as they were typed. `without`: in the élus' version, what is not told."""
    edition, voices, texts = reading.edition, voices.asked(reading.view), definitions.texts
    told = voices.told(tuple(reading.view.positions))
    day, devices, seen = decision.day, _devices(definitions, reading, decision, without), outlooks(reading)
    sheets, given = decision.shown, View(edition.questionnaire, answers)
    withheld = without.withheld if without else frozenset()
    answered, asked = _completeness(reading.view, withheld)
    return Report(
        questionnaire=definitions.slug, edition=edition.id, engine=ENGINE, day=day.isoformat(),
        fingerprint=fingerprint(definitions, edition, answers, comments, day, told) if signed is None else signed,
        title=edition.questionnaire.title,
        territory=str(given.territory.get("name", texts.answers.territory)),
        territory_text=answer_text(reading.view, Ref(question=edition.questionnaire.territory.id)) or "",
        page_one=page_one(definitions, reading, decision, devices, seen),
        categories=_categories(definitions, reading, seen),
        reading_title=rule.words.title if (rule := reading.profile.reading) else None,
        families={family.id: family.title for family in edition.typology.families},
        conflicts=_conflicts(definitions, reading, voices),
        services=two_services.part(definitions, reading, voices),
        maturity=tuple(_dimension(texts.maturity, reading, level) for level in reading.maturity),
        service=_service(definitions, reading),
        sentences=_sentences(definitions, reading, decision), have_benefits=_benefits(reading),
        sheets=sheets, devices=devices, openings=openings(texts.changes, devices), left=_left(reading, sheets),
        timeline=_timeline(definitions, decision, devices), matrix=matrix_of(texts.matrix, edition.means, devices),
        answered=answered, asked=asked, missing=why_all(reading, reading.missing), settling=reading.settling,
        answers=_answers(texts, reading, comments, voices, withheld), abandoned=_abandoned(given),
        method=texts.method, study=texts.study, mentions=texts.mentions, glossary=texts.glossary,
        sources=sources_part(definitions, reading, sheets), **_for_a_network(definitions, reading, sheets),
    )  # fmt: skip  # what goes together stands together


def _completeness(view: View, withheld: Collection[str]) -> tuple[int, int]:
    """Questions answered, and asked, less those that are not told."""
    answered, asked = completeness(view)
    apart = sum(ref.question in withheld for step in steps(view) for ref in step.refs)
    return answered - apart, asked - apart


def _devices(
    definitions: Definitions, reading: Reading, decision: Decision, without: WithoutWithheld | None
) -> tuple[DevicePart, ...]:
    """Every device, in the order of the reading, with what would change its verdict, unless that is not told."""
    unexplained = without.unexplained if without else {}
    teller = Teller(definitions, reading, without.withheld if without else frozenset(), unexplained)
    trial = Trial(reading)

    def part(advice: Advice) -> DevicePart:
        change = None if advice.device.id in unexplained else change_part(definitions, trial, advice)
        return device_part(definitions, reading, decision, advice, teller.told(advice), change)

    return tuple(map(part, reading.advices))


def _for_a_network(definitions: Definitions, reading: Reading, sheets: Sequence[str]) -> dict[str, Any]:
    """What a network's page is made with besides: the sources of the other devices, and words; by field."""
    known = {one.id for one in sources_part(definitions, reading, sheets)}
    every = sources_part(definitions, reading, [one.device.id for one in reading.advices])
    others = tuple(one for one in every if one.id not in known)
    return {"other_sources": others, "network_words": network_words(definitions.texts)}


def _categories(definitions: Definitions, reading: Reading, seen: Outlooks) -> tuple[CategoryPart, ...]:
    links = (category_part(definitions, reading, placed, seen) for placed in reading.profile.placed)
    return (*links, remainder_part(definitions, reading, seen))


def _conflicts(definitions: Definitions, reading: Reading, voices: Services) -> tuple[Conflict, ...]:
    """Answers that contradict each other, then those of two services that differ."""
    found = (
        Conflict(text=conflict.text, answers=why_all(reading, conflict.refs), desk=conflict.desk)
        for conflict in reading.conflicts
    )
    return (*found, *two_services.conflicts(definitions.texts.differences, reading, voices))


def _left(reading: Reading, sheets: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        advice.device.id
        for advice in reading.advices
        if advice.verdict == "pas_maintenant" and advice.device.id not in sheets
    )


def _timeline(definitions: Definitions, decision: Decision, devices: Sequence[DevicePart]) -> tuple[Period, ...]:
    """The steps of what is advised, never of what is left."""
    day, by_device = decision.day, {part.id: part.steps for part in devices}
    steps_planned = [step for option in decision.options for step in by_device[option.device]]
    return tuple(
        Period(
            title=title,
            until=later(day, span).isoformat(),
            steps=tuple(step for step in steps_planned if step.within == span),
        )
        for span, title in definitions.texts.words.within.spans
    )


def _dimension(texts: MaturityTexts, reading: Reading, rung: DimensionLevel) -> DimensionPart:
    dimension = next(one for one in reading.edition.maturity.dimensions if one.id == rung.dimension)
    text = dimension.none if rung.low == 0 else dimension.levels[rung.low - 1].text
    if rung.high == 0 and _all_hidden(reading, dimension):
        text = texts.not_asked
    if rung.high > rung.low:
        text = texts.missing
    return DimensionPart(
        id=dimension.id, title=dimension.title, low=rung.low, high=rung.high, top=LEVELS, text=text,
        source=dimension.source, missing=why_all(reading, rung.missing),
    )  # fmt: skip  # what goes together stands together


def _all_hidden(reading: Reading, dimension: Dimension) -> bool:
    """None of the questions a dimension is read from was asked: it says nothing."""
    asked = questions_of(level.when for level in dimension.levels)
    return all(reading.view.value(one) is Blank.HIDDEN for one in asked)


def _service(definitions: Definitions, reading: Reading) -> ServicePart:
    case, texts = reading.ri_case, definitions.texts.service
    if case is None:
        question = reading.view.questionnaire.every[reading.ri_refs[0].question] if reading.ri_refs else None
        known = raised(spoken(_service_known(reading)))
        title = texts.title_part if known else texts.title_none
        told = texts.part.format(known=known, question=question.short if question else "")
        return ServicePart(
            title=title, text=f"{told if known else texts.none} {texts.harmless}", advice=None, source=None,
            integration=None, missing=why_all(reading, reading.ri_refs),
        )  # fmt: skip  # what goes together stands together
    integration = reading.ri_integration
    return ServicePart(
        title=case.title, text=case.text, advice=integration.advice if integration else case.advice,
        source=case.source, integration=integration.text if integration else None, missing=(),
    )  # fmt: skip  # what goes together stands together


def _service_known(reading: Reading) -> tuple[SaidAnswer, ...]:
    """What is answered of the questions the cases are read from."""
    asked = dict.fromkeys(ask.question for case in reading.edition.typology.ri_cases for ask in asks_of(case.when))
    given = [name for name in asked if not isinstance(reading.view.value(name), Blank)]
    return tuple(said_answer(reading.view, Ref(question=name)) for name in given)


def _benefits(reading: Reading) -> tuple[str, ...]:
    """Benefits already seen: answers to the question whose options are the study's benefits."""
    found: list[str] = []
    for question in reading.edition.questionnaire.questions.values():
        if any(option.study for option in question.options) and not isinstance(reading.view.value(question.id), Blank):
            found.extend(one.text for one in reading.view.option(Ref(question=question.id)) if one.study)
    return tuple(found)


def _sentences(definitions: Definitions, reading: Reading, decision: Decision) -> tuple[str, ...]:
    def fill(match: re.Match[str]) -> str:
        if match.group(1) == NETWORK:
            return who_to_call(definitions, reading.view).name
        return answer_text(reading.view, Ref(question=match.group(1))) or definitions.texts.answers.in_sentence

    return tuple(
        re.sub(r"\{([a-z][a-z0-9_]*)\}", fill, one.text)
        for one in definitions.texts.sentences
        if evaluate(one.when, reading.view) and (decision.options or not one.starts)
    )


def _answers(
    texts: ReportTexts, reading: Reading, comments: Mapping[str, str], voices: Services, withheld: Collection[str]
) -> tuple[AnswerGroup, ...]:
    view, group = reading.view, reading.view.questionnaire.group.id
    groups: dict[tuple[str, str | None], tuple[str, list[AnswerRow]]] = {}
    for step in steps(view):
        title = step.section.title if step.item is None else item_name(view, step.item)
        for ref in step.refs:
            if ref.question in withheld or (ref.question == group and view.given(ref)):
                continue
            _, rows = groups.setdefault((step.section.id, step.item), (title, []))
            no_item = ref.question == group and view.given(ref) == []
            text = texts.answers.no_item if no_item else answer_text(view, ref)
            row = _row(view, ref, text, comments)
            rows.append(two_services.told_row(texts.differences, view, ref, row, voices))
    return tuple(AnswerGroup(title=title, rows=tuple(rows)) for title, rows in groups.values())


def _row(view: View, ref: Ref, text: str | None, comments: Mapping[str, str]) -> AnswerRow:
    key, question = view.questionnaire.key(ref), view.questionnaire.every[ref.question]
    return AnswerRow(question=question.text, answer=text or UNANSWERED, comment=comments.get(key) or None, key=key)


def _abandoned(given: View) -> tuple[AnswerRow, ...]:
    return tuple(_row(given, ref, answer_text(given, ref), {}) for ref in abandoned(given))


def openings(texts: ChangeTexts, parts: Sequence[DevicePart]) -> tuple[str, ...]:
    """An answer that by itself would move several devices is said once for all of them, the most telling first."""
    found: dict[MovePart, list[str]] = {}
    for part in parts:
        if part.change is not None and len(part.change.moves) == 1 and part.change.kind in _CHANGEABLE:
            found.setdefault(part.change.moves[0], []).append(part.short)
    several = sorted((one for one in found.items() if len(one[1]) >= FEWEST_OPENED), key=lambda one: -len(one[1]))
    return tuple(
        texts.with_it.format(thing=move.thing, count=len(names), devices=listed(names)) for move, names in several
    )


def _band(bands: Sequence[MatrixBand], points: int) -> int:
    return max((at for at, one in enumerate(bands) if points >= one.from_), default=0)


def matrix_of(texts: MatrixTexts, means: Means, devices: Sequence[DevicePart]) -> MatrixPart:
    """Every device in its cell, in the order of `devices`; the row of most interest comes first."""
    rows: list[list[list[str]]] = [[[] for _ in texts.effort] for _ in texts.interest]
    for one in devices:
        rows[-1 - _band(texts.interest, one.relevance)][_band(texts.effort, one.effort)].append(one.id)
    return MatrixPart(
        efforts=tuple(one.title for one in texts.effort),
        interests=tuple(one.title for one in reversed(texts.interest)),
        cells=tuple(tuple(tuple(cell) for cell in row) for row in rows),
        most_effort=sum(len(axis.scale) - 1 for axis in means.axes if axis.effort),
    )


def category_part(definitions: Definitions, reading: Reading, placed: PlacedCategory, seen: Outlooks) -> CategoryPart:
    typology, words = reading.edition.typology, placed.category.words
    best = placed.best
    return CategoryPart(
        id=placed.category.id, title=words.title, plain=words.plain, also=said(words),
        family=placed.category.family, verdict=placed.verdict,
        verdict_text=definitions.texts.words.category_verdicts.of(placed.verdict),
        low=placed.low, high=placed.high, threshold=typology.threshold, reach=typology.reach,
        principal=placed.category.id == reading.profile.principal,
        equal=placed.category.id in reading.profile.equal,
        definition=words.definition, sentence=words.sentence, meaning=words.meaning, caution=words.caution,
        advice=words.advice, source=words.source,
        action=item_name(reading.view, best.item) if best else None,
        gate=gate_why(reading, placed), reasons=tuple(dict.fromkeys(why for _, why in category_whys(reading, placed))),
        standing=category_standing(reading, placed, seen), missing=why_all(reading, placed.missing),
        support=tuple(item_name(reading.view, one) for one in placed.support),
    )  # fmt: skip  # what goes together stands together


def remainder_part(definitions: Definitions, reading: Reading, seen: Outlooks) -> CategoryPart:
    found, remainder = reading.profile, reading.edition.typology.remainder
    rule = found.reading
    words = rule.words if rule is not None and found.remainder == "assigned" else remainder.words
    unknown = [ref for state in found.readings if state.truth is None for ref in state.refs]
    note, texts = None, definitions.texts.remainder
    if len(found.possible) > 1:
        names = " ou ".join(f"«{NBSP}{one.words.plain}{NBSP}»" for one in found.possible)
        note = texts.possible.format(readings=names)
    elif found.mention is not None:
        note = texts.mention.format(said=said(found.mention.words), sentence=found.mention.words.sentence)
    return CategoryPart(
        id=remainder.id, title=remainder.words.title, plain=remainder_title(reading), family=None,
        verdict=found.remainder, verdict_text=definitions.texts.words.category_verdicts.of(found.remainder),
        low=None, high=None, threshold=None, reach=None, principal=False, equal=False,
        definition=words.definition, sentence=words.sentence, meaning=words.meaning, caution=words.caution,
        advice=words.advice, source=words.source, action=None, gate=None,
        reasons=tuple(why for _, why in remainder_whys(reading)),
        standing=remainder_standing(reading, seen),
        missing=why_all(reading, tuple(dict.fromkeys(unknown))) if found.remainder != "ruled_out" else (),
        support=(), note=note,
    )  # fmt: skip  # what goes together stands together
