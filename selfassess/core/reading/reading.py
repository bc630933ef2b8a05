"""The whole reading of one file: profile, maturity, RI case, devices.

Pure: the same answers, definitions and day give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from selfassess.core.answers.answers import View
from selfassess.core.answers.items import Answers, addresses
from selfassess.core.answers.path import pruned
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
    """What the rules read; beside the links and the devices, worked out once asked for."""

    edition: Edition
    view: View
    profile: Profile
    advices: tuple[Advice, ...]

    @cached_property
    def maturity(self) -> tuple[DimensionLevel, ...]:
        return maturity(self.edition.maturity, self.view)

    @property
    def ri_case(self) -> Case | None:
        return self._ri[0]

    @property
    def ri_refs(self) -> tuple[Ref, ...]:
        return self._ri[1]

    @cached_property
    def _ri(self) -> tuple[Case | None, tuple[Ref, ...]]:
        return case(self.edition.typology.ri_cases, self.view)

    @cached_property
    def ri_integration(self) -> Case | None:
        return case(self.edition.typology.ri_integration, self.view)[0]

    @cached_property
    def conflicts(self) -> tuple[FoundContradiction, ...]:
        return (*self.profile.conflicts, *practice_conflicts(self.edition.means, self.advices))

    @cached_property
    def missing(self) -> tuple[Ref, ...]:
        """The first `settling` would settle the reading; the others, devices or details."""
        settling = _settling(self.profile)
        return tuple(sorted(missing(self.view), key=lambda ref: ref not in settling))

    @cached_property
    def settling(self) -> int:
        settling = _settling(self.profile)
        return sum(ref in settling for ref in self.missing)


def read_file(
    edition: Edition, definitions: Definitions, answers: Answers, disputed: frozenset[Ref] = frozenset()
) -> Reading:
    """Read valid answers (`answers.read`); those no longer asked are left aside first.

    `disputed`: answers that are absent because two services differ; only words tell them from missing ones.
    """
    questionnaire, conditions = edition.questionnaire, edition.typology.conditions
    view = View(questionnaire, dict(answers), conditions, disputed=disputed)
    kept = pruned(view)
    if kept != answers:  # else what is known of it already holds
        view = View(questionnaire, kept, conditions, disputed=disputed)
    found = profile(edition.typology, view, edition.contradictions.contradictions)
    advices = recommend(edition.means, definitions.rules.living, definitions.devices, view, found)
    return Reading(edition, view, found, tuple(advices))


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
