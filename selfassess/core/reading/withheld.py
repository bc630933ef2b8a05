"""What the élus' version of a report is written from: what the answers decide, without those kept back (`withheld` of
the decision rules).

The file is read again as if these answers were neutral. Of the true reading, only what stands is taken: verdicts, the
order of the devices, their places. So nothing else of the version can depend on what is kept back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from selfassess.core.answers.items import Answers
from selfassess.core.definition.condition import Blank
from selfassess.core.definition.decision_rules import WithheldAnswer
from selfassess.core.definition.edition import Definitions, Edition
from selfassess.core.definition.verdicts import VERDICTS, Side
from selfassess.core.reading.decision import Chooser, Decision, PageOption
from selfassess.core.reading.reading import Reading, read_file
from selfassess.core.reading.recommendation import Advice


@dataclass(frozen=True)
class WithoutWithheld:
    """`answers`: with neutral ones in place of those kept back, whose questions are `withheld`. `unexplained`: the
    devices whose verdict needs those, by the side on which they speak."""

    answers: Answers
    reading: Reading
    decision: Decision
    withheld: frozenset[str]
    unexplained: Mapping[str, Side]


def without_withheld(definitions: Definitions, true: Reading, decision: Decision, answers: Answers) -> WithoutWithheld:
    """Of a reading and the decision made from it; `answers`: all that was given."""
    edition = true.edition
    kept_back = {one.question: one for one in definitions.rules.withheld if one.question in edition.questionnaire.every}
    neutral = {name: value for name, value in answers.items() if name not in kept_back}
    neutral |= {name: _neutral(edition, one) for name, one in kept_back.items()}
    disputed = frozenset(one for one in true.view.disputed if one.question not in kept_back)
    again = read_file(edition, definitions, neutral, disputed)
    found = {one.device.id: one for one in again.advices}
    reading = replace(again, advices=tuple(_as_decided(found[one.device.id], one) for one in true.advices))
    apart = {one.device.id: _side(one, found[one.device.id]) for one in true.advices}
    unexplained = {name: side for name, side in apart.items() if side is not None}
    told = _decided(definitions, reading, decision)
    return WithoutWithheld(neutral, reading, told, frozenset(kept_back), unexplained)


def _side(true: Advice, neutral: Advice) -> Side | None:
    """On which side what is kept back speaks, where it moves the verdict."""
    if true.verdict == neutral.verdict:
        return None
    return "for" if VERDICTS.index(true.verdict) < VERDICTS.index(neutral.verdict) else "against"


def _neutral(edition: Edition, one: WithheldAnswer) -> object:
    return [one.read_as] if edition.questionnaire.every[one.question].form.several else one.read_as


def _as_decided(neutral: Advice, true: Advice) -> Advice:
    """With the verdict of the true reading."""
    weighed = neutral.weighed._replace(verdict=true.verdict, in_place=true.in_place, conflict=true.conflict)
    return replace(neutral, weighed=weighed)


def _decided(definitions: Definitions, reading: Reading, decision: Decision) -> Decision:
    """The same places, told from the neutral reading."""
    by_id: Mapping[str, Advice] = {one.device.id: one for one in reading.advices}
    again = Chooser(definitions, reading, decision.day)

    def place(one: PageOption | None) -> PageOption | None:
        return None if one is None else again.option(by_id[one.device], one.living)

    start, prepare, leave = (place(one) for one in decision.places)
    missing = [one for one in definitions.rules.silence.of if isinstance(reading.view.value(one), Blank)]
    return replace(
        decision,
        places=(start, prepare, leave),
        silent_for=tuple(missing) if decision.silent_for else (),
        unsaid=tuple(replace(one, advice=by_id[one.advice.device.id]) for one in decision.unsaid),
        chooser=again,
    )
