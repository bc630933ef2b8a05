"""The whole reading of one file: profile, maturity, RI case, devices.

Pure: the same answers, definitions and day give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

from selfassess.core.answers.answers import View
from selfassess.core.answers.items import Answers, addresses
from selfassess.core.answers.path import prune
from selfassess.core.definition.condition import Blank, Ref
from selfassess.core.definition.edition import Definitions, Edition
from selfassess.core.definition.typology import Case
from selfassess.core.definition.verdicts import Side
from selfassess.core.reading.maturity import DimensionLevel, case, maturity
from selfassess.core.reading.profile import FoundContradiction, Profile, Sign, profile
from selfassess.core.reading.recommendation import (
    Advice,
    practice_conflicts,
    recommend,
)


@dataclass(frozen=True)
class Reading:
    edition: Edition
    view: View
    profile: Profile
    maturity: tuple[DimensionLevel, ...]
    ri_case: Case | None
    ri_refs: tuple[Ref, ...]
    ri_integration: Case | None
    advices: tuple[Advice, ...]
    conflicts: tuple[FoundContradiction, ...]
    missing: tuple[Ref, ...]  # the first `settling` would settle the reading; the others, devices or details
    settling: int


def read_file(
    edition: Edition, definitions: Definitions, answers: Answers, disputed: frozenset[Ref] = frozenset()
) -> Reading:
    """Read valid answers (`answers.read`); those no longer asked are left aside first.

    `disputed`: answers that are absent because two services differ; only words tell them from missing ones.
    """
    view = View(
        edition.questionnaire, prune(edition.questionnaire, answers), edition.typology.conditions, disputed=disputed
    )
    found = profile(edition.typology, view, edition.contradictions.contradictions)
    advices = recommend(edition.means, definitions.rules.living, definitions.devices, view, found)
    ri, ri_refs = case(edition.typology.ri_cases, view)
    integration, _ = case(edition.typology.ri_integration, view)
    settling = _settling(found)
    absent = sorted(missing(view), key=lambda ref: ref not in settling)
    return Reading(
        edition=edition,
        view=view,
        profile=found,
        maturity=maturity(edition.maturity, view),
        ri_case=ri,
        ri_refs=ri_refs,
        ri_integration=integration,
        advices=tuple(advices),
        conflicts=(*found.conflicts, *practice_conflicts(edition.means, advices)),
        missing=tuple(absent),
        settling=sum(ref in settling for ref in absent),
    )


def _settling(found: Profile) -> frozenset[Ref]:
    """The missing answers that keep a link, or which reading of the remainder, undecided."""
    open_ = [ref for one in found.placed if one.verdict == "undecided" for ref in one.missing]
    between = found.readings if len(found.possible) > 1 else ()
    return frozenset([*open_, *(ref for one in between if one.truth is None for ref in one.refs)])


def missing(view: View) -> tuple[Ref, ...]:
    """Questions asked that say nothing: unanswered, or « je ne sais pas »."""
    order = {question: at for at, question in enumerate(view.questionnaire.every)}
    found = (ref for ref in addresses(view.questionnaire, view.answers) if _is_missing(view, ref))
    return tuple(sorted(found, key=lambda ref: order[ref.question]))


def _is_missing(view: View, ref: Ref) -> bool:
    scope = view.within(ref.item)
    if (ref.item is not None and scope is view) or scope.asked(ref.question) is False:
        return False
    if ref.question == view.questionnaire.group.id:
        return view.given(ref) is None
    return scope.value(ref.question) is Blank.UNKNOWN


def side(sign: Sign) -> Side | None:
    """« for », « against » or « unknown »; None for a sign that is simply not there."""
    if sign.truth is None:
        return "unknown"
    if not sign.truth:
        return None
    return "for" if sign.evidence.weight > 0 else "against"
