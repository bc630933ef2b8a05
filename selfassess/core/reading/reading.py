"""The whole reading of one file: profile, maturity, RI case, devices.

Pure: the same answers, definitions and day give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from selfassess.core.answers.answers import View
from selfassess.core.answers.path import prune, unanswered
from selfassess.core.definition.condition import Blank, Ref
from selfassess.core.definition.device import Device, Means, Source
from selfassess.core.definition.document_texts import Documents
from selfassess.core.definition.partner_texts import AbroadTexts
from selfassess.core.definition.questionnaire import (
    Case,
    Contradictions,
    Maturity,
    Questionnaire,
    Study,
    Typology,
    digest,
)
from selfassess.core.explanation.sentence import Side
from selfassess.core.reading.profile import (
    Conflict,
    Profile,
    Rung,
    Sign,
    case,
    maturity,
    profile,
)
from selfassess.core.reading.recommendation import (
    Advice,
    page_one,
    practice_conflicts,
    recommend,
)

ENGINE = "3"  # changes when the same definitions and answers may give another report


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
    """All that is on disk for one questionnaire. `editions` are in order, the last published is current.
    `files`: a digest of what each says, by path; of `abroad` and `documents`, which no report rests on, none.
    `unlocked`: published, and their structure is not kept yet."""

    slug: str
    editions: Mapping[str, Edition]
    devices: tuple[Device, ...]
    study: Mapping[str, Study]
    study_source: Source
    sources: Mapping[str, Source]
    texts: Any
    abroad: AbroadTexts
    documents: Documents
    files: Mapping[str, str]
    unlocked: tuple[str, ...] = ()

    def files_of(self, edition: str) -> dict[str, str]:
        """The digests of the files that a reading made on this edition rests on, by path."""
        other = [f"{self.slug}/editions/{name}/" for name in self.editions if name != edition]
        return {name: given for name, given in self.files.items() if not name.startswith(tuple(other))}

    @property
    def current(self) -> Edition:
        return [one for one in self.editions.values() if one.questionnaire.published][-1]


def meaning_digest(*parts: Any) -> str:
    """Digest of definitions, wording included."""
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
    missing: tuple[Ref, ...]  # the first `settling` would settle the reading; the others, devices or details
    settling: int


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
    advices = recommend(edition.means, devices, view, found)
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
        places=page_one(advices),
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
    return tuple(sorted(dict.fromkeys(refs), key=lambda ref: (order[ref.question], ref.item or 0)))


def side(sign: Sign) -> Side | None:
    """« for », « against » or « unknown »; None for a sign that is simply not there."""
    if sign.truth is None:
        return "unknown"
    if not sign.truth:
        return None
    return "for" if sign.evidence.weight > 0 else "against"
