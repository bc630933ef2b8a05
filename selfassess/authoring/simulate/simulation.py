"""What a change of rules moves: one file read before and after, and for each move, the rules that made it.

A rule made a move when, undone alone, it undoes it. When none does alone, the fewest that undo it together are looked
for, one after the other. The engine is today's on both sides: only definitions are compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from selfassess.authoring.simulate.rule_changes import (
    ABSENT,
    FOLDER,
    ORDER,
    QUESTIONS,
    Rule,
    Side,
    differences,
    undone,
)
from selfassess.core.answers.answers import View, read
from selfassess.core.answers.items import Answers, without_ids
from selfassess.core.answers.path import prune
from selfassess.core.definition.questionnaire import Question
from selfassess.core.reading.decision import Decision, decide
from selfassess.core.reading.maturity import DimensionLevel, maturity
from selfassess.core.reading.reading import Reading, read_file

Key = tuple[str, ...]
Outcome = Mapping[Key, object]
MOST_KEPT = 400  # sets of rules undone, kept from one file to the next
MATURITY, MEANS = "maturity.yaml", "means.yaml"
MOST_TOGETHER = 60  # rules among which the fewest are looked for


@dataclass(frozen=True)
class Move:
    """`key` says of what: ("principal",), ("device", id)… `rules`: positions in `Simulation.rules`; `together`: none
    of them undoes it alone. No rule at all: the move could not be undone."""

    key: Key
    before: object
    after: object
    rules: tuple[int, ...]
    together: bool


@dataclass
class Simulation:
    """Two sides compared, and files read with each."""

    before: Side
    after: Side
    rules: tuple[Rule, ...] = ()
    _sides: dict[frozenset[int], Side | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rules = differences(self.before, self.after)

    def moves(self, given: Answers) -> tuple[Move, ...]:
        """What differs in the reading of these answers (as stored, or as `evaluate` reads them)."""
        answers = without_ids(given)
        before, after = outcome(self.before, answers), outcome(self.after, answers)
        moved = [key for key in dict.fromkeys((*before, *after)) if before.get(key) != after.get(key)]
        if not moved:
            return ()
        given = given_options(answers)
        able = [at for at, rule in enumerate(self.rules) if any(may_move(rule, key, given) for key in moved)]
        alone = {at: self._undone(frozenset({at}), answers, moved) for at in able}
        causes = {
            key: tuple(at for at, found in alone.items() if found is not None and found.get(key) == before.get(key))
            for key in moved
        }
        left = [key for key in moved if not causes[key]]
        fewest = self._fewest(answers, before, left, able) if left else ()
        return tuple(
            Move(key, before.get(key), after.get(key), causes[key] or fewest, not causes[key]) for key in moved
        )

    def _fewest(self, answers: Answers, before: Outcome, keys: Sequence[Key], able: Sequence[int]) -> tuple[int, ...]:
        """Rules that undo these moves together; none of them can be spared. () when all of them do not."""

        def undo(rules: frozenset[int]) -> bool:
            found = self._undone(rules, answers, keys)
            return found is not None and all(found.get(key) == before.get(key) for key in keys)

        wanted = frozenset(able)
        if not undo(wanted):
            return ()
        for at in able if len(able) <= MOST_TOGETHER else ():
            if undo(wanted - {at}):
                wanted -= {at}
        return tuple(sorted(wanted))

    def _undone(self, rules: frozenset[int], answers: Answers, keys: Sequence[Key]) -> Outcome | None:
        """The reading with these rules as they were; None when they do not part from the others."""
        if rules not in self._sides:
            if len(self._sides) >= MOST_KEPT:
                self._sides.pop(next(iter(self._sides)))
            self._sides[rules] = self._build(rules)
        side = self._sides[rules]
        try:
            return None if side is None else outcome(side, answers, keys)
        except (LookupError, StopIteration):
            return None

    def _build(self, rules: frozenset[int]) -> Side | None:
        try:
            return undone(self.after, self.before, [self.rules[at] for at in sorted(rules)])
        except (ValueError, LookupError, StopIteration):
            return None


def given_options(answers: Answers) -> dict[str, frozenset[str]]:
    """What is answered to each question, on whichever item."""
    found: dict[str, set[str]] = {}
    for name, value in answers.items():
        items = value if isinstance(value, list) and any(isinstance(one, Mapping) for one in value) else ()
        for question, said in (pair for one in items for pair in one.items()) if items else ((name, value),):
            found.setdefault(question, set()).update(map(str, said) if isinstance(said, list) else [str(said)])
    return {name: frozenset(said) for name, said in found.items()}


def may_move(rule: Rule, key: Key, given: Mapping[str, frozenset[str]]) -> bool:
    """Could that rule move that part of the reading of these answers? True wherever it is not sure."""
    file, *steps = rule.path
    if file.startswith(FOLDER):
        return key[0] == "page_one" or key == ("device", file.removeprefix(FOLDER).removesuffix(".yaml"))
    if file in QUESTIONS:
        return _touches(rule, steps, given)
    if key[0] == "maturity":
        return file == MATURITY and (len(steps) < 2 or steps[1] in {ORDER, key[1]})
    if file == MATURITY:
        return False
    return file != MEANS or key[0] in {"device", "page_one"}


def _touches(rule: Rule, steps: Sequence[str], given: Mapping[str, frozenset[str]]) -> bool:
    """A question that came or went, or one of its options, is nothing to who did not answer it."""
    whole = rule.after if rule.before is ABSENT else rule.before if rule.after is ABSENT else None
    if len(steps) == 1 and isinstance(whole, Question) and whole.asked_when is None:
        return steps[0] in given
    if len(steps) > 2 and steps[1] == "options" and steps[2] != ORDER:
        return steps[2] in given.get(steps[0], ())
    return True


def outcome(side: Side, answers: Answers, keys: Sequence[Key] = ()) -> Outcome:
    """All that is compared of a reading, these keys at least when there are some; answers the edition does not know
    are left aside."""
    questionnaire = side.edition.questionnaire
    kept, _ = read(questionnaire, answers)
    if keys and all(key[0] == "maturity" for key in keys):  # nothing else is worth reading again
        view = View(questionnaire, prune(questionnaire, kept), side.edition.typology.conditions)
        return _levels(maturity(side.edition.maturity, view))
    reading = read_file(side.edition, side.definitions, kept)
    return as_ids(reading, decide(side.definitions, reading, side.definitions.rules.day))


def as_ids(reading: Reading, decision: Decision) -> dict[Key, object]:
    """A reading as ids, by what they are of."""
    found, remainder = reading.profile, reading.edition.typology.remainder.id
    return {
        ("principal",): found.principal or (remainder if found.remainder == "assigned" else None),
        ("equal",): tuple(found.equal),
        ("secondary",): tuple(found.order[1:]),
        ("leaning",): found.leaning,
        ("provisional",): tuple(one.category.id for one in found.provisional_by),
        ("confidence",): found.confidence,
        ("reading",): found.reading.id if found.reading else None,
        ("mention",): found.mention.id if found.mention else None,
        **{("category", one.category.id): one.verdict for one in found.placed},
        ("category", remainder): found.remainder,
        **_levels(reading.maturity),
        ("ri_case",): reading.ri_case.id if reading.ri_case else None,
        ("ri_integration",): reading.ri_integration.id if reading.ri_integration else None,
        **{("device", one.device.id): (one.verdict, one.in_place) for one in reading.advices},
        **{("page_one", str(at)): one.device if one else None for at, one in enumerate(decision.places, 1)},
    }


def _levels(rungs: Sequence[DimensionLevel]) -> dict[Key, object]:
    return {("maturity", rung.dimension): (rung.low, rung.high) for rung in rungs}


def left_aside(side: Side, given: Answers) -> tuple[str, ...]:
    """The questions whose answer that edition does not know, each once."""
    _, faults = read(side.edition.questionnaire, without_ids(given))
    return tuple(dict.fromkeys(one.path.removeprefix("answers.") for one in faults))
