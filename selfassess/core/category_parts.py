"""Each category as a part of the report: its verdict, its reasons on its best action, what would settle it."""

from __future__ import annotations

from typing import Literal

from selfassess.core.reading import Definitions, Reading, side
from selfassess.core.reasons import Why, item_name, why_all
from selfassess.core.report import CategoryPart
from selfassess.core.scoring import Placed, Standing


def category_part(definitions: Definitions, reading: Reading, placed: Placed) -> CategoryPart:
    typology, words = reading.edition.typology, placed.category.words
    best: Standing | None = placed.best
    reasons = tuple(
        Why.of(
            reading,
            side(sign) or "for",
            sign.evidence.text,
            sign.refs,
            sign.evidence.source,
            sign.evidence.weight,
            place=f"indice-{sign.evidence.id}",
            context=best.item if best else None,
        )
        for sign in (best.signs if best else ())
        if side(sign) is not None
    )
    gate = None
    if best is not None:
        gate_side: Literal["for", "against", "unknown"] = (
            "for" if best.gate else "unknown" if best.gate is None else "against"
        )
        gate = Why.of(
            reading,
            gate_side,
            placed.category.gate_text,
            best.gate_refs,
            place=f"porte-{placed.category.id}",
            context=best.item,
        )
    return CategoryPart(
        id=placed.category.id, title=words.title, family=placed.category.family, verdict=placed.verdict,
        verdict_text=definitions.texts.words.category_verdicts[placed.verdict],
        low=placed.low, high=placed.high, threshold=typology.threshold, reach=typology.reach,
        principal=placed.category.id == reading.profile.principal,
        equal=placed.category.id in reading.profile.equal,
        definition=words.definition, sentence=words.sentence, meaning=words.meaning, caution=words.caution,
        advice=words.advice, source=words.source,
        action=item_name(reading.view, best.item) if best else None,
        gate=gate, reasons=reasons, missing=why_all(reading, placed.missing),
        support=tuple(item_name(reading.view, one) for one in placed.support),
    )  # fmt: skip


def remainder_part(definitions: Definitions, reading: Reading) -> CategoryPart:
    found, remainder = reading.profile, reading.edition.typology.remainder
    rule = found.reading
    words = rule.words if rule is not None and found.remainder == "assigned" else remainder.words
    shown = [rule for rule in (found.reading, found.mention) if rule is not None]
    states = {state.rule.id: state for state in found.readings}
    reasons = tuple(
        Why.of(reading, "for", one.words.definition, states[one.id].refs, one.words.source, place=f"lecture-{one.id}")
        for one in shown
    )
    unknown = [ref for state in found.readings if state.truth is None for ref in state.refs]
    note = None
    if len(found.possible) > 1:
        listed = " ou ".join(f"« {one.words.title} »" for one in found.possible)
        note = f"Deux lectures restent possibles : {listed}."
    elif found.mention is not None:
        note = f"Mention : {found.mention.words.title}. {found.mention.words.sentence}"
    return CategoryPart(
        id=remainder.id, title=remainder.words.title, family=None, verdict=found.remainder,
        verdict_text=definitions.texts.words.category_verdicts[found.remainder],
        low=None, high=None, threshold=None, reach=None, principal=False, equal=False,
        definition=words.definition, sentence=words.sentence, meaning=words.meaning, caution=words.caution,
        advice=words.advice, source=words.source, action=None, gate=None, reasons=reasons,
        missing=why_all(reading, tuple(dict.fromkeys(unknown))) if found.remainder != "ruled_out" else (),
        support=(), note=note,
    )  # fmt: skip
