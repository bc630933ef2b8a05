"""A reading in the `evaluate` shape: ids, sentences, the answers they rest on, and what would change each device."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from selfassess.core.answers.answers import View
from selfassess.core.answers.in_words import Quote
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.edition import Definitions
from selfassess.core.definition.typography import NBSP
from selfassess.core.explanation.categories import category_whys, gate_why, remainder_whys
from selfassess.core.explanation.confidence import (
    Outlooks,
    category_standing,
    outlooks,
    remainder_standing,
)
from selfassess.core.explanation.devices import DeviceWhy, Teller
from selfassess.core.explanation.parts import StandingPart
from selfassess.core.explanation.sentence import Why
from selfassess.core.explanation.what_would_change import ChangeSentence, changed
from selfassess.core.reading.decision import Decision
from selfassess.core.reading.profile import PlacedCategory
from selfassess.core.reading.reading import Reading
from selfassess.core.reading.recommendation import Advice
from selfassess.core.sensitivity.counterfactual import Trial


def as_json(
    definitions: Definitions,
    reading: Reading,
    decision: Decision,
    fingerprint: str,
    devices: Collection[str] | None = None,
) -> dict[str, Any]:
    """What `evaluate` writes. Reasons are sentences with the answers they rest on. `devices`: those wanted, all of
    them without it."""
    found, seen = reading.profile, outlooks(reading)
    teller, trial = Teller(definitions, reading), Trial(reading)
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
        "categories": {
            **{one.category.id: _category(reading, one, seen) for one in found.placed},
            **_remainder(reading, seen),
        },
        "maturity": {rung.dimension: {"low": rung.low, "high": rung.high} for rung in reading.maturity},
        **_service(reading),
        "devices": {
            advice.device.id: {**_device(teller, trial, advice), **_entry(decision, advice)}
            for advice in reading.advices
            if devices is None or advice.device.id in devices
        },
        **_decided(decision),
        "contradictions": [
            {"id": one.id, "text": one.text, "questions": _refs(reading.view, one.refs)} for one in reading.conflicts
        ],
        "missing": _refs(reading.view, reading.missing),
        "fingerprint": fingerprint,
    }


def _refs(view: View, refs: Sequence[Ref]) -> list[dict[str, Any]]:
    return [_place(ref.question, None if ref.item is None else view.positions[ref.item]) for ref in refs]


def _quoted(quotes: Sequence[Quote]) -> list[dict[str, Any]]:
    return [_place(quote.question, quote.item) for quote in quotes]


def _place(question: str, position: int | None) -> dict[str, Any]:
    return {"question": question} if position is None else {"question": question, "action": position}


def _category(reading: Reading, placed: PlacedCategory, seen: Outlooks) -> dict[str, Any]:
    gate = gate_why(reading, placed)
    return {
        "verdict": placed.verdict,
        "low": placed.low,
        "high": placed.high,
        "threshold": reading.edition.typology.threshold,
        "gate": None if gate is None else _why(placed.category.id, gate),
        "reasons": [_why(name, one) for name, one in category_whys(reading, placed)],
        **_standing(category_standing(reading, placed, seen)),
    }


def _remainder(reading: Reading, seen: Outlooks) -> dict[str, Any]:
    found = reading.profile
    told = {
        "verdict": found.remainder,
        "low": None,
        "high": None,
        "threshold": None,
        "reasons": [_why(name, one) for name, one in remainder_whys(reading)],
        **_standing(remainder_standing(reading, seen)),
    }
    return {reading.edition.typology.remainder.id: told}


def _why(name: str, one: Why) -> dict[str, Any]:
    return {
        "id": name,
        "kind": one.side,
        "points": one.points,
        "text": one.text,
        "exact": one.exact,
        "answers": _quoted(one.quotes),
        "source": one.source,
        "place": one.place,
    }


def _source(said: DeviceWhy) -> str | None:
    """Works cited together stand apart by plain spaces: programs that read this JSON have always found them so."""
    works = said.reason.sources and said.reason.kind != "closed"
    return said.why.source.replace(f"{NBSP};", " ;") if works and said.why.source else said.why.source


def _standing(one: StandingPart) -> dict[str, Any]:
    """Margin, « tient à », and the questions that would settle it (alone, or together)."""
    return {
        "margin": one.margin,
        "holds": _quoted(one.holds),
        "settles": _quoted(one.settles),
        "settles_alone": one.alone,
        "outlook": list(one.sentences),
    }


def _device(teller: Teller, trial: Trial, advice: Advice) -> dict[str, Any]:
    """Reasons and what would change the verdict are the report's own sentences."""
    return {
        "aect": advice.device.aect,
        "verdict": advice.verdict,
        "in_place": advice.in_place,
        "rank": advice.rank,
        "gaps": {gap.axis.id: {"demand": gap.demand, "gap": gap.worst, "least": gap.best} for gap in advice.gaps},
        "reasons": [
            {
                "kind": said.reason.kind,
                "side": said.why.side,
                "text": said.why.text,
                "exact": said.why.exact,
                "help": said.why.help,
                "source": _source(said),
                "place": said.why.place,
                "answers": _quoted(said.why.quotes),
            }
            for said in teller.told(advice)
        ],
        "counterfactual": _counterfactual(trial, changed(teller.definitions, trial, advice)),
    }


def _service(reading: Reading) -> dict[str, Any]:
    return {
        "ri_case": reading.ri_case.id if reading.ri_case else None,
        "ri_integration": reading.ri_integration.id if reading.ri_integration else None,
    }


def _decided(decision: Decision) -> dict[str, Any]:
    return {
        "page_one": [one.device if one else None for one in decision.places],
        "silent_for": list(decision.silent_for),
        "nothing_first": decision.nothing_first,
        "agenda": decision.agenda,
        "unsaid": [{"device": one.advice.device.id, "why": one.why} for one in decision.unsaid],
    }


def _entry(decision: Decision, advice: Advice) -> dict[str, Any]:
    """Whether one can enter that day; `practice`: what became of the action that is this device."""
    found = decision.entries[advice.device.id]
    actions = decision.practices.get(advice.device.id, ())
    return {
        "entry": found.kind,
        "entry_closes": found.closes.isoformat() if found.closes else None,
        "entry_opens": found.opens.isoformat() if found.opens else None,
        "entry_month": None if found.month is None else f"{found.year}-{found.month:02}",
        "programmes": list(found.programmes),
        "practice": actions[0].practice if actions else None,
    }


def _counterfactual(trial: Trial, change: ChangeSentence | None) -> dict[str, Any] | None:
    """None for a device that is « maintenant » already."""
    if change is None:
        return None
    found = change.found
    return {
        "kind": found.kind,
        "text": change.text,
        "moves": [{"question": one.question, "from": one.before, "to": one.after} for one in found.moves],
        "verdict": found.verdict,
        "answers": _refs(trial.reading.view, found.refs),
    }
