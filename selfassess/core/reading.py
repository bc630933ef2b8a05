"""The whole reading of one file: profile, maturity, RI case, devices; and its `evaluate` shape.

Pure: the same answers, definitions and day give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from selfassess.core.answers import View
from selfassess.core.condition import Blank, Ref
from selfassess.core.definition import (
    Case,
    Contradictions,
    Maturity,
    Questionnaire,
    Study,
    Typology,
    digest,
    structure,
)
from selfassess.core.device import Device, Means, Source
from selfassess.core.path import prune, unanswered
from selfassess.core.recommendation import Advice, page_one, practice_conflicts, recommend
from selfassess.core.scoring import Conflict, Placed, Profile, Rung, Sign, case, maturity, profile

ENGINE = "1"  # changes when the same definitions and answers may give another reading


@dataclass(frozen=True)
class Edition:
    """One frozen set of questions and rules."""

    questionnaire: Questionnaire
    typology: Typology
    maturity: Maturity
    means: Means
    contradictions: Contradictions

    @property
    def id(self) -> str:
        return self.questionnaire.edition

    @property
    def parts(self) -> tuple[Any, ...]:
        return self.questionnaire, self.typology, self.maturity, self.means, self.contradictions


@dataclass(frozen=True)
class Definitions:
    """All that is on disk for one questionnaire. `editions` are in order, the last published is current."""

    slug: str
    editions: Mapping[str, Edition]
    devices: tuple[Device, ...]
    study: Mapping[str, Study]
    study_source: Source
    sources: Mapping[str, Source]
    texts: Any
    digests: Mapping[str, str]

    @property
    def current(self) -> Edition:
        return [one for one in self.editions.values() if one.questionnaire.published][-1]


def structure_digest(edition: Edition) -> str:
    """Digest of ids, kinds, conditions, weights and thresholds; wording left out."""
    return digest([structure(part) for part in edition.parts])


def wording_digest(*parts: Any) -> str:
    """Digest of everything said, wording included."""
    return digest([part.model_dump(mode="json", by_alias=True) for part in parts])


@dataclass(frozen=True)
class Reading:
    edition: Edition
    view: View
    profile: Profile
    maturity: tuple[Rung, ...]
    ri_case: Case | None
    ri_refs: tuple[Ref, ...]
    ri_integration: Case | None
    advices: tuple[Advice, ...]
    places: tuple[Advice | None, Advice | None, Advice | None]
    conflicts: tuple[Conflict, ...]
    missing: tuple[Ref, ...]


def read_file(
    edition: Edition, devices: Sequence[Device], answers: Mapping[str, Any], disputed: frozenset[Ref] = frozenset()
) -> Reading:
    """Read valid answers (`answers.read`); those no longer asked are left aside first.

    `disputed`: answers that are absent because two services differ; only words tell them from missing ones.
    """
    view = View(
        edition.questionnaire, prune(edition.questionnaire, answers), edition.typology.conditions, disputed=disputed
    )
    found = profile(edition.typology, view, edition.contradictions.contradictions)
    advices = recommend(edition.means, edition.typology, devices, view, found)
    ri, ri_refs = case(edition.typology.ri_cases, view)
    integration, _ = case(edition.typology.ri_integration, view)
    return Reading(
        edition=edition,
        view=view,
        profile=found,
        maturity=maturity(edition.maturity, view),
        ri_case=ri,
        ri_refs=ri_refs,
        ri_integration=integration,
        advices=tuple(advices),
        places=page_one(advices),
        conflicts=(*found.conflicts, *practice_conflicts(edition.means, advices)),
        missing=missing(view),
    )


def missing(view: View) -> tuple[Ref, ...]:
    """Questions asked that say nothing: unanswered, or « je ne sais pas »."""
    refs = [Ref(question=question.id, item=step.item) for step, question in unanswered(view)]
    for question in view.questionnaire.questions.values():
        if (
            question.kind != "list"
            and view.asked(question.id) is not False
            and view.value(question.id) is Blank.UNKNOWN
        ):
            refs.append(Ref(question=question.id))
    for action in () if isinstance(view.actions, Blank) else view.actions:
        refs.extend(
            Ref(question=one, item=action.item)
            for one in view.questionnaire.items
            if action.asked(one) is not False and action.value(one) is Blank.UNKNOWN
        )
    order = {one: at for at, one in enumerate(view.questionnaire.every)}
    return tuple(sorted(set(refs), key=lambda ref: (order[ref.question], ref.item or 0)))


def as_json(reading: Reading, fingerprint: str) -> dict[str, Any]:
    """The `evaluate` shape of `design.md` §2. Reasons are sentences with the answers they rest on."""
    found = reading.profile
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
        "devices": {one.device.id: _device(one) for one in reading.advices},
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


def side(sign: Sign) -> str | None:
    """« for », « against » or « unknown »; None for a sign that is simply not there."""
    if sign.truth is None:
        return "unknown"
    if not sign.truth:
        return None
    return "for" if sign.evidence.weight > 0 else "against"


def _remainder(reading: Reading) -> dict[str, Any]:
    found = reading.profile
    true = [one for one in found.readings if one.truth and one.rule.when is not None]
    reasons = [
        {"id": one.rule.id, "kind": "for", "text": one.rule.words.definition, "answers": _refs(one.refs)}
        for one in true
    ]
    name = reading.edition.typology.remainder.id
    return {name: {"verdict": found.remainder, "low": None, "high": None, "threshold": None, "reasons": reasons}}


def _device(advice: Advice) -> dict[str, Any]:
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
        "counterfactual": None,
    }
