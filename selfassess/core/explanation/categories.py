"""Why each category is what it is: for, against and unknown, one sentence each, from the answers and the rules.

The same `Why`s are shown on the screen, printed, and written by `evaluate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from selfassess.core.answers.answers import ItemView
from selfassess.core.answers.grounds import grounds
from selfassess.core.answers.in_words import item_name, listed
from selfassess.core.definition.condition import Blank, Ref, asks_of, because
from selfassess.core.definition.typography import NBSP
from selfassess.core.definition.typology import Evidence, ReadingRule
from selfassess.core.definition.verdicts import Side
from selfassess.core.explanation.sentence import Why, that, whether
from selfassess.core.reading.profile import (
    CategoryOnAction,
    PlacedCategory,
    ReadingState,
    Sign,
    stand,
)
from selfassess.core.reading.reading import Reading, side

MOST = 2  # signs named in one sentence
NamedWhy = tuple[str, Why]  # the id of the sign, gate or reading that says it, and the reason


def gate_why(reading: Reading, placed: PlacedCategory) -> Why | None:
    """The gate on the best action; without any action described, the answer that says so or is missing."""
    phrases, best, place = reading.edition.typology.phrases, placed.best, f"porte-{placed.category.id}"
    source = placed.category.gate_source
    if best is not None:
        return _gate(reading, placed, best)
    group = (Ref(question=reading.view.questionnaire.group.id),)
    if placed.verdict == "undecided":
        return Why.of(reading, "unknown", phrases.any_action, group, source, place=place)
    return Why.of(reading, "against", phrases.no_action, group, source, place=place)


def _gate(reading: Reading, placed: PlacedCategory, at: CategoryOnAction, context: str | None = None) -> Why:
    phrases, category = reading.edition.typology.phrases, placed.category
    closed = at.gate is False
    gate: Side = "for" if at.gate else "against" if closed else "unknown"
    text = (phrases.gate_closed if closed else phrases.gate_open).format(gate=category.gate_text)
    return Why.of(
        reading,
        gate,
        text,
        at.gate_refs,
        category.gate_source,
        place=f"porte-{category.id}",
        context=at.item if context is None else context,
        when=category.gate,
        but=closed,
    )


def category_whys(reading: Reading, placed: PlacedCategory) -> tuple[NamedWhy, ...]:
    """Each sign read on the best action with its reason, those that are not there included; where no action passes
    the gate, why the others do not either."""
    best, typology = placed.best, reading.edition.typology
    if best is None:
        return ()
    found = [
        (sign.evidence.id, _sign(reading, sign, at, best.item))
        for sign in best.signs
        if (at := side(sign)) in ("for", "against")
    ]
    found += _unknown(reading, best)
    if best.gate is not False:
        found += [(one.id, _absent(reading, one, refs, best.item)) for one, refs in _missing_signs(reading, best)]
    else:
        actions: Sequence[ItemView] = () if isinstance(reading.view.actions, Blank) else reading.view.actions
        others = [stand(typology, one, placed.category) for one in actions if one.item != best.item]
        found += [(placed.category.id, _gate(reading, placed, one, best.item)) for one in others]
    return tuple(found)


def _sign(reading: Reading, sign: Sign, at: Side, item: str) -> Why:
    one = sign.evidence
    return Why.of(
        reading, at, one.text, sign.refs, one.source, one.weight, place=f"indice-{one.id}", context=item, when=one.when
    )


def _unknown(reading: Reading, best: CategoryOnAction) -> Iterator[NamedWhy]:
    """Signs that wait for the same answers are said in one sentence, the heaviest first."""
    phrases = reading.edition.typology.phrases
    together: dict[tuple[Ref, ...], list[Evidence]] = {}
    for sign in sorted(best.signs, key=lambda one: -one.evidence.weight):
        if sign.truth is None:
            together.setdefault(grounds(reading.view, sign.refs), []).append(sign.evidence)
    for refs, signs in together.items():
        first, *others = _each(signs)
        parts = [first.text.rstrip("."), *(whether(one.text).rstrip(".") for one in others[: MOST - 1])]
        parts += [phrases.other_signs] if len(signs) > MOST else []
        why = Why.of(
            reading,
            "unknown",
            f"{listed(parts)}.",
            refs,
            first.source,
            None if others else first.weight,
            place=f"indice-{first.id}",
            context=best.item,
        )
        yield from ((one.id, why) for one in signs)


def _each(signs: Sequence[Evidence]) -> list[Evidence]:
    """One for the same options of the same question: in whichever place they are given."""
    found: dict[object, Evidence] = {}
    for one in signs:
        found.setdefault(tuple((ask.question, ask.in_) for ask in asks_of(one.when)) or one.id, one)
    return list(found.values())


def _absent(reading: Reading, one: Evidence, refs: Sequence[Ref], item: str) -> Why:
    text = reading.edition.typology.phrases.absent.format(sign=that(one.text))
    return Why.of(reading, "against", text, refs, one.source, place=f"indice-{one.id}", context=item)


def _missing_signs(reading: Reading, best: CategoryOnAction) -> Iterator[tuple[Evidence, tuple[Ref, ...]]]:
    """Favourable signs that are not there, where their facet has room: the heaviest one for each set of answers."""
    facets = reading.edition.typology.facets
    there = [one for one in best.signs if one.truth]
    told = {one.refs for one in there if one.evidence.weight > 0}
    full = {
        name
        for name, cap in facets.items()
        if sum(one.evidence.weight for one in there if one.evidence.facet == name) >= cap
    }
    for sign in sorted(best.signs, key=lambda one: -one.evidence.weight):
        if sign.truth is not False or sign.evidence.facet in full or sign.evidence.weight < 0:
            continue
        refs = because(sign.evidence.when, best.action)
        if refs not in told:
            told.add(refs)
            yield sign.evidence, refs


def remainder_whys(reading: Reading) -> tuple[NamedWhy, ...]:
    """Why the remainder holds or not: the links first, then each of its readings."""
    return (*_links(reading), *_readings(reading))


def _links(reading: Reading) -> Iterator[NamedWhy]:
    found, typology = reading.profile, reading.edition.typology
    name, phrases, place = typology.remainder.id, typology.phrases, "reste"
    source = typology.remainder.words.source
    if found.principal is not None:
        head = found.category(found.principal)
        signs = [one for one in head.best.signs if one.truth and one.evidence.weight > 0] if head.best else []
        first = max(signs, key=lambda one: one.evidence.weight, default=None)
        text = phrases.link.format(title=head.category.words.plain)
        refs: tuple[Ref, ...] = first.refs if first else head.best.gate_refs if head.best else ()
        yield name, Why.of(reading, "against", text, refs, source, place=place, when=first and first.evidence.when)
    elif found.remainder == "undecided":
        by_refs: dict[tuple[Ref, ...], list[str]] = {}
        for one in found.placed:
            if one.verdict == "undecided":
                by_refs.setdefault(one.missing[:2], []).append(f"«{NBSP}{one.category.words.plain}{NBSP}»")
        for missing, titles in by_refs.items():
            text = phrases.link_open.format(titles=listed(titles, "ou"))
            yield name, Why.of(reading, "unknown", text, missing, source, place=place)
    else:
        actions: Sequence[ItemView] = () if isinstance(reading.view.actions, Blank) else reading.view.actions
        for action in actions:
            text = phrases.no_link.format(action=item_name(reading.view, action.item))
            yield name, Why.of(reading, "for", text, _barring(reading, action), source, place=place)
        if not actions:
            group = (Ref(question=reading.view.questionnaire.group.id),)
            yield name, Why.of(reading, "for", phrases.no_action, group, source, place=place)


def _barring(reading: Reading, action: ItemView) -> tuple[Ref, ...]:
    """The answers that keep this action out of every category: those that close a gate, else the heaviest sign's."""
    typology = reading.edition.typology
    refs: list[tuple[Ref, ...]] = []
    for category in typology.categories:
        at = stand(typology, action, category)
        heaviest = max((one for one in at.signs if one.truth is not None), key=lambda one: one.evidence.weight)
        refs.append(at.gate_refs if at.gate is False else because(heaviest.evidence.when, action))
    every = tuple(dict.fromkeys(ref for one in refs for ref in one))
    return tuple(ref for ref in every if all(ref in one for one in refs)) or every


def _readings(reading: Reading) -> Iterator[NamedWhy]:
    found, phrases = reading.profile, reading.edition.typology.phrases
    shown = found.reading or next((one.rule for one in found.readings if one.truth and one.rule.when), None)
    beside = [one for one in found.readings if found.principal is None or one.rule.beside_link is not None]
    for state in beside:
        rule, at = state.rule, _side(reading, state, shown)
        if found.principal is not None and at == "against":
            continue
        refs: tuple[Ref, ...] = state.refs
        text = {"for": phrases.reading, "against": phrases.not_reading, "unknown": phrases.reading}[at]
        if rule.when is None:
            refs = _left_by(found.readings, shown)
            text = phrases.last_reading if at == "for" else text
        text = text.format(title=rule.words.plain)
        source, place = rule.words.source, f"lecture-{rule.id}"
        yield rule.id, Why.of(reading, at, text, refs, source, place=place, when=rule.when)


def _side(reading: Reading, state: ReadingState, shown: ReadingRule | None) -> Side:
    if state.rule.when is None:
        found = reading.profile
        if any(one.truth for one in found.readings if one is not state):
            return "against"
        return "for" if found.reading is state.rule else "unknown"
    return "for" if state.truth else "against" if state.truth is False else "unknown"


def _left_by(states: Sequence[ReadingState], shown: ReadingRule | None) -> tuple[Ref, ...]:
    """What the last reading, which has no condition of its own, rests on: what the others are not, or not yet."""
    rules = [one for one in states if one.rule.when is not None]
    true = [one for one in rules if one.truth]
    chosen = true[:1] or [one for one in rules if one.truth is None] or rules
    count = None if chosen[0].truth is None else 1  # what is missing is said whole
    return tuple(dict.fromkeys(ref for one in chosen for ref in one.refs[:count]))
