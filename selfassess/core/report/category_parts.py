"""Each category as a part of the report: its verdict, its reasons on its best action, what would settle it."""

from __future__ import annotations

from selfassess.core.explanation.categories import category_whys, gate_why, remainder_whys
from selfassess.core.explanation.confidence import Outlooks, category_standing, remainder_standing
from selfassess.core.explanation.sentence import item_name, why_all
from selfassess.core.reading.profile import Placed
from selfassess.core.reading.reading import Definitions, Reading
from selfassess.core.report.report import CategoryPart


def category_part(definitions: Definitions, reading: Reading, placed: Placed, seen: Outlooks) -> CategoryPart:
    typology, words = reading.edition.typology, placed.category.words
    best = placed.best
    return CategoryPart(
        id=placed.category.id, title=words.title, family=placed.category.family, verdict=placed.verdict,
        verdict_text=definitions.texts.words.category_verdicts[placed.verdict],
        low=placed.low, high=placed.high, threshold=typology.threshold, reach=typology.reach,
        principal=placed.category.id == reading.profile.principal,
        equal=placed.category.id in reading.profile.equal,
        definition=words.definition, sentence=words.sentence, meaning=words.meaning, caution=words.caution,
        advice=words.advice, source=words.source,
        action=item_name(reading.view, best.item) if best else None,
        gate=gate_why(reading, placed), reasons=tuple(dict.fromkeys(why for _, why in category_whys(reading, placed))),
        standing=category_standing(reading, placed, seen), missing=why_all(reading, placed.missing),
        support=tuple(item_name(reading.view, one) for one in placed.support),
    )  # fmt: skip


def remainder_part(definitions: Definitions, reading: Reading, seen: Outlooks) -> CategoryPart:
    found, remainder = reading.profile, reading.edition.typology.remainder
    rule = found.reading
    words = rule.words if rule is not None and found.remainder == "assigned" else remainder.words
    unknown = [ref for state in found.readings if state.truth is None for ref in state.refs]
    note = None
    if len(found.possible) > 1:
        listed = " ou ".join(f"« {one.words.title} »" for one in found.possible)
        note = f"Plusieurs lectures restent possibles : {listed}."
    elif found.mention is not None:
        note = f"Mention : {found.mention.words.title}. {found.mention.words.sentence}"
    return CategoryPart(
        id=remainder.id, title=remainder.words.title, family=None, verdict=found.remainder,
        verdict_text=definitions.texts.words.category_verdicts[found.remainder],
        low=None, high=None, threshold=None, reach=None, principal=False, equal=False,
        definition=words.definition, sentence=words.sentence, meaning=words.meaning, caution=words.caution,
        advice=words.advice, source=words.source, action=None, gate=None,
        reasons=tuple(why for _, why in remainder_whys(reading)),
        standing=remainder_standing(reading, seen),
        missing=why_all(reading, tuple(dict.fromkeys(unknown))) if found.remainder != "ruled_out" else (),
        support=(), note=note,
    )  # fmt: skip
