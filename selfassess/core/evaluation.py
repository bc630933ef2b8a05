"""A reading in the `evaluate` shape: ids, sentences, the answers they rest on, and what would change each device."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from selfassess.core.condition import Ref
from selfassess.core.counterfactual import Counterfactual, Trial, counterfactual
from selfassess.core.reading import Reading, side
from selfassess.core.recommendation import Advice
from selfassess.core.scoring import Placed, Sign


def as_json(reading: Reading, fingerprint: str) -> dict[str, Any]:
    """What `evaluate` writes. Reasons are sentences with the answers they rest on."""
    found, trial = reading.profile, Trial(reading)
    remainder = reading.edition.typology.remainder.id if found.remainder == "assigned" else None
    return {
        "principal": found.principal or remainder,
        "equal": list(found.equal),
        "secondary": list(found.order[1:]),
        "provisional_by": [one.category.id for one in found.provisional_by],
        "leaning": found.leaning,
        "potentiel_reading": found.reading.id if found.reading else None,
        "potentiel_possible": [rule.id for rule in found.possible],
        "potentiel_mention": found.mention.id if found.mention else None,
        "confidence": found.confidence,
        "categories": {**{one.category.id: _category(reading, one) for one in found.placed}, **_remainder(reading)},
        "maturity": {rung.dimension: {"low": rung.low, "high": rung.high} for rung in reading.maturity},
        "ri_case": reading.ri_case.id if reading.ri_case else None,
        "ri_integration": reading.ri_integration.id if reading.ri_integration else None,
        "devices": {one.device.id: _device(trial, one) for one in reading.advices},
        "page_one": [one.device.id if one else None for one in reading.places],
        "contradictions": [{"id": one.id, "text": one.text, "questions": _refs(one.refs)} for one in reading.conflicts],
        "missing": _refs(reading.missing),
        "fingerprint": fingerprint,
    }


def _refs(refs: Sequence[Ref]) -> list[dict[str, Any]]:
    return [{"question": ref.question, **({} if ref.item is None else {"action": ref.item})} for ref in refs]


def _category(reading: Reading, placed: Placed) -> dict[str, Any]:
    signs: Sequence[Sign] = placed.best.signs if placed.best else ()
    return {
        "verdict": placed.verdict,
        "low": placed.low,
        "high": placed.high,
        "threshold": reading.edition.typology.threshold,
        "reasons": [
            {
                "id": sign.evidence.id,
                "kind": side(sign),
                "points": sign.evidence.weight,
                "text": sign.evidence.text,
                "answers": _refs(sign.refs),
            }
            for sign in signs
            if side(sign) is not None
        ],
    }


def _remainder(reading: Reading) -> dict[str, Any]:
    found = reading.profile
    true = [one for one in found.readings if one.truth and one.rule.when is not None]
    reasons = [
        {"id": one.rule.id, "kind": "for", "text": one.rule.words.definition, "answers": _refs(one.refs)}
        for one in true
    ]
    name = reading.edition.typology.remainder.id
    return {name: {"verdict": found.remainder, "low": None, "high": None, "threshold": None, "reasons": reasons}}


def _device(trial: Trial, advice: Advice) -> dict[str, Any]:
    return {
        "aect": advice.device.aect,
        "verdict": advice.verdict,
        "in_place": advice.in_place,
        "rank": advice.rank,
        "gaps": {gap.axis.id: {"demand": gap.demand, "gap": gap.worst, "least": gap.best} for gap in advice.gaps},
        "reasons": [
            {"kind": one.kind, "side": one.favourable, "text": one.text, "answers": _refs(one.refs)}
            for one in advice.reasons
        ],
        "counterfactual": _counterfactual(counterfactual(trial, advice)),
    }


def _counterfactual(found: Counterfactual | None) -> dict[str, Any] | None:
    """None for a device that is « maintenant » already."""
    if found is None:
        return None
    return {
        "kind": found.kind,
        "moves": [{"question": one.question, "from": one.before, "to": one.after} for one in found.moves],
        "verdict": found.verdict,
        "answers": _refs(found.refs),
    }
