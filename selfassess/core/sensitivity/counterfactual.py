"""What would change a device's verdict: the fewest answers to raise, tried on the engine itself, or what bars it.

Kinds (V10): *levier* (means) and *charge* (the readings' own questions) are searched; *etape* is the first stage from
which the verdict betters, or bars like *souhait* and *aucun*, which are said with the answers that bar; *question*
names the answers missing to settle the verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations, product
from typing import Literal, NamedTuple

from selfassess.core.answers.answers import Findings, View
from selfassess.core.answers.path import prune
from selfassess.core.definition.condition import (
    Blank,
    Ref,
    because,
    evaluate,
    questions_of,
)
from selfassess.core.definition.edition import Edition
from selfassess.core.definition.questionnaire import Option
from selfassess.core.definition.verdicts import VERDICTS, Verdict
from selfassess.core.reading.available_means import AvailableMeans, gather, raised
from selfassess.core.reading.profile import Profile, profile
from selfassess.core.reading.reading import Reading
from selfassess.core.reading.recommendation import Advice, WeighedDevice, weigh
from selfassess.core.reading.usefulness import Reason

Kind = Literal["levier", "charge", "etape", "souhait", "aucun", "question"]
MOST_MOVES = 3


class Move(NamedTuple):
    """One answer raised: its question, the option given (None: unanswered or not known), the option instead."""

    question: str
    before: str | None
    after: str


@dataclass(frozen=True)
class Counterfactual:
    """`moves` lead to `verdict` and are as few as can be; without moves, `refs` are the answers that bar or miss."""

    kind: Kind
    moves: tuple[Move, ...] = ()
    verdict: Verdict | None = None
    refs: tuple[Ref, ...] = ()


@dataclass
class Trial:
    """The same file with some answers raised; what was computed once serves every device."""

    reading: Reading
    _facts: dict[tuple[Move, ...], AvailableMeans] = field(default_factory=dict)
    _found: dict[tuple[Move, ...], tuple[Profile, Findings | None]] = field(default_factory=dict)
    _weighed: dict[tuple[str, tuple[Move, ...]], WeighedDevice] = field(default_factory=dict)
    _tried: dict[tuple[str, tuple[Move, ...]], WeighedDevice] = field(default_factory=dict)

    @property
    def edition(self) -> Edition:
        return self.reading.edition

    @cached_property
    def whole(self) -> frozenset[str]:
        """The questions that links, actions and objectives are read from, or that say which questions are asked."""
        typology, questions = self.edition.typology, self.edition.questionnaire.every.values()
        practice, ranking = self.edition.means.practice, self.edition.means.ranking
        signs = [sign.when for category in typology.categories for sign in category.evidence]
        gates = [category.gate for category in typology.categories]
        shown = [one.asked_when for one in questions if one.asked_when is not None]
        living = [rule for one in self.reading.advices[:1] for rule in one.facts.living.in_use]
        used = [*living, practice.known, *(one.when for one in practice.dormant)]
        read = questions_of([*typology.conditions.values(), *signs, *gates, *shown, *used])
        return read | {ranking.objectives_question}

    @cached_property
    def readings(self) -> frozenset[str]:
        """The questions that the readings of the remainder are read from."""
        return questions_of([one.when for one in self.edition.typology.remainder.readings if one.when is not None])

    @cached_property
    def levers(self) -> frozenset[str]:
        """The questions that say what means there are, and can be changed in time."""
        means = self.edition.means
        return means.floor_read.union(*(means.read[axis.id] for axis in means.axes if axis.counterfactual == "levier"))

    def verdict(self, advice: Advice, moves: tuple[Move, ...]) -> Verdict:
        return self.weighed(advice, moves).verdict

    def weighed(self, advice: Advice, moves: tuple[Move, ...]) -> WeighedDevice:
        """The reading of a device once these answers are raised, by the engine."""
        already = self._tried.get((advice.device.id, moves))
        if already is not None:
            return already
        facts = self.facts(advice, moves)
        readers = (self.whole, self.readings, advice.device.reads)
        read = tuple(move for move in moves if any(move.question in questions for questions in readers))
        key = (advice.device.id, read)
        same = self._weighed.get(key) if read else advice.weighed
        found = weigh(facts, advice.device, same)
        self._weighed[key] = self._tried[advice.device.id, moves] = found
        return found

    def facts(self, advice: Advice, moves: tuple[Move, ...]) -> AvailableMeans:
        """What devices are weighed on once these answers are raised."""
        if moves not in self._facts:
            self._facts[moves] = self._read(advice.facts, moves)
        return self._facts[moves]

    def _read(self, facts: AvailableMeans, moves: tuple[Move, ...]) -> AvailableMeans:
        """Only what the moves may change is read again."""
        edition, base = self.edition, self.reading.view
        answers = {**base.answers, **{one.question: one.after for one in moves}}
        moved = frozenset(one.question for one in moves)
        if moved & self.whole:
            view = View(edition.questionnaire, prune(edition.questionnaire, answers), edition.typology.conditions)
            return gather(edition.means, facts.living, view, profile(edition.typology, view))
        view = View(edition.questionnaire, answers, edition.typology.conditions, findings=base.findings)
        heard = tuple(one for one in moves if one.question in self.readings)
        if not heard:
            return raised(facts, view, None, moved)
        if heard not in self._found:
            found = profile(edition.typology, view, placed=self.reading.profile.placed)
            self._found[heard] = found, view.findings
        found, view.findings = self._found[heard]
        return raised(facts, view, found, moved)

    def raised(self, question: str) -> list[Move]:
        """The answers above the present one, the nearest first; none for a question that is not for changing."""
        return self.above(question) if self.edition.questionnaire.questions[question].changeable else []

    def above(self, question: str) -> list[Move]:
        """The answers above the present one, of whatever question with levels."""
        definition = self.edition.questionnaire.questions[question]
        value = self.reading.view.value(question)
        if not definition.is_single or value is Blank.HIDDEN:
            return []
        given = None if value is Blank.UNKNOWN else str(value)
        present = -1 if given is None else _level(definition.by_option[given])
        options = sorted((one for one in definition.options if _level(one) > present), key=_level)
        # Several answers of one level say the same of means: the first stands for them.
        firsts = {one.level: one for one in reversed(options)}
        return [Move(question, given, one.id) for one in sorted(firsts.values(), key=_level)]


def _level(option: Option) -> int:
    return -1 if option.level is None else option.level


def counterfactual(trial: Trial, advice: Advice) -> Counterfactual | None:
    """What would better that verdict; None for a device that is « maintenant » already."""
    if advice.verdict == "maintenant":
        return None
    against = [one for one in advice.reasons if one.favourable == "against"]
    barred = any(one.kind in BARRING for one in against)
    if advice.verdict == "a_verifier" or (advice.verdict == "a_preparer" and not barred):
        missing = tuple(
            ref for one in advice.reasons if one.decides and one.favourable == "unknown" for ref in one.refs
        )
        doubtful = tuple(ref for one in advice.reasons if one.kind in {"door", "in_place"} for ref in one.refs)
        known = trial.edition.questionnaire.every  # a device may ask what this edition never did
        wanted = dict.fromkeys(ref for ref in (doubtful if advice.conflict else missing) if ref.question in known)
        return Counterfactual("question", refs=tuple(wanted))
    if advice.verdict == "non_ouvert":
        return Counterfactual("aucun", refs=_of(one for one in against if one.kind == "door"))
    found = _search(trial, advice) or _stage(trial, advice)
    if found is not None:
        return found
    kinds = {axis.id: axis.counterfactual for axis in trial.edition.means.axes}
    bars: tuple[tuple[Kind, str], ...] = (("souhait", "nothing"), ("aucun", "gap"), ("etape", "gap"))
    for kind, barring in bars:
        if any(one.kind == barring and (barring != "gap" or kinds[one.axis or ""] == kind) for one in against):
            only = {"nothing"} if kind == "souhait" else BARRING
            return Counterfactual(kind, refs=_of(one for one in against if one.kind in only))
    return Counterfactual("aucun", refs=_of(one for one in against if one.kind in BARRING))


BARRING = {"gap", "lead", "closed", "nothing"}


def _of(reasons: Iterable[Reason]) -> tuple[Ref, ...]:
    return tuple(dict.fromkeys(ref for one in reasons for ref in one.refs))


def _stage(trial: Trial, advice: Advice) -> Counterfactual | None:
    """The first stage from which the verdict betters, all else equal, whatever the stage after it."""
    for gap in advice.gaps:
        if gap.axis.counterfactual != "etape":
            continue
        moves = trial.above(gap.axis.question)
        verdicts = [_better(trial, advice, (one,), doubt=True) for one in moves]
        first = next((at for at in range(len(moves)) if all(verdicts[at:])), None)
        if first is not None:
            return Counterfactual("etape", (moves[first],), verdicts[first])
    return None


def _search(trial: Trial, advice: Advice) -> Counterfactual | None:
    """One answer raised, then two, then three: the first set that betters the verdict, by the least rise.

    More means never lower what is sure of a verdict (V11): a set of questions is looked into only if raising each to
    the top helps, and a question is in every set when raising all the others, whatever closes it, does not help.
    """
    choices = [moves for question in _levers(trial, advice) if (moves := trial.raised(question))]
    means = all(one[0].question not in trial.readings for one in choices)
    if means and not _may_help(trial, advice, choices):
        return None
    needed = [
        one for one in choices if not _may_help(trial, advice, [two for two in choices if two is not one], closed=False)
    ]
    others = [one for one in choices if one not in needed]
    for count in range(max(1, len(needed)), min(MOST_MOVES, len(choices)) + 1):
        sets = [sorted([*needed, *few], key=choices.index) for few in combinations(others, count - len(needed))]
        helpful = [_enough(trial, advice, few) for few in sets if _may_help(trial, advice, few)]
        for chosen in _by_rise(helpful):
            verdict = _better(trial, advice, chosen)
            if verdict is not None:
                charge = any(one.question not in trial.levers for one in chosen)
                return Counterfactual("charge" if charge else "levier", chosen, verdict)
    return None


def _may_help(trial: Trial, advice: Advice, choices: Iterable[Sequence[Move]], *, closed: bool = True) -> bool:
    """Is the verdict better for sure with all of these at the top? If not, no part of them betters it. Not `closed`:
    as if no reading closed heavy devices, for a reading may close again what more of its answers opened."""
    moves = tuple(one[-1] for one in choices)
    found = trial.weighed(advice, moves)
    if not closed:
        found = weigh(replace(trial.facts(advice, moves), closures=()), advice.device, found)
    return VERDICTS.index(found.bounds[0]) < VERDICTS.index(advice.verdict)


def _enough(trial: Trial, advice: Advice, few: list[list[Move]]) -> list[list[tuple[int, Move]]]:
    """Each question's answers that may help when the others are at the top, with the rise each asks."""
    return [
        [
            (rise, move)
            for rise, move in enumerate(moves)
            if _may_help(trial, advice, [*few[:at], [move], *few[at + 1 :]])
        ]
        for at, moves in enumerate(few)
    ]


def _better(trial: Trial, advice: Advice, moves: tuple[Move, ...], *, doubt: bool = False) -> Verdict | None:
    """The verdict after these moves if it is better; one that is in doubt only where that is wanted (a stage asks
    for answers that were not asked)."""
    verdict = trial.verdict(advice, moves)
    better = (doubt or verdict != "a_verifier") and VERDICTS.index(verdict) < VERDICTS.index(advice.verdict)
    return verdict if better else None


def _by_rise(sets: Sequence[Sequence[Sequence[tuple[int, Move]]]]) -> Iterator[tuple[Move, ...]]:
    """Every way of choosing one move on each question of a set, those that ask the least rise first."""
    found = [
        (sum(rise for rise, _ in chosen), at, tuple(move for _, move in chosen))
        for at, few in enumerate(sets)
        for chosen in product(*few)
    ]
    return (moves for _, _, moves in sorted(found, key=lambda one: one[:2]))


def _levers(trial: Trial, advice: Advice) -> list[str]:
    """The questions that what bars this device is read from: means it lacks, the lead's floor, what closes it."""
    facts, device = advice.facts, advice.device
    refs: list[Ref] = []
    for gap in advice.gaps:
        if gap.axis.counterfactual == "levier":
            refs += gap.refs
            for cap in gap.axis.caps:  # one may bind only once the rest is raised
                if cap.at < gap.demand and evaluate(cap.when, facts.view) is not False:
                    refs += because(cap.when, facts.view)
    if device.lead and facts.lead_floor is not False:
        refs.extend(facts.lead_refs)
    for one in facts.closures:
        if one.truth is not False and device.demands.get(one.axis, 0) >= one.from_:
            refs.extend(one.refs)
    questions = trial.edition.questionnaire.questions
    return [name for name in dict.fromkeys(ref.question for ref in refs if ref.item is None) if name in questions]
