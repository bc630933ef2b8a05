"""Answers at random, to look for what no case says: any valid file (`uniform`), or one like a real one (`plausible`).

Chance is an argument: the same chance gives the same file, whatever the process. Questions are taken in their order,
those not asked are left out, and every answer is one that `answers.read` keeps whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

from selfassess.authoring.checks.condition_checks import CheckedEdition
from selfassess.authoring.checks.every_condition import uses_of
from selfassess.authoring.explore.plausible import PERCENT, Plausible
from selfassess.core.answers.answers import ItemView, View
from selfassess.core.answers.items import Answers, items_of, without_ids
from selfassess.core.definition.condition import Ask, asks_of, evaluate
from selfassess.core.definition.edition import Definitions, Edition
from selfassess.core.definition.questionnaire import Question, QuestionKind

GAPS = (0, 0, 5, 20, 60)  # in a uniform file, the share of questions left unanswered: one of these, in hundredths
NAME = "Territoire fictif"
TYPE, DEPARTEMENT, POPULATION = "type", "departement", "population"
FIELDS = (TYPE, DEPARTEMENT, POPULATION)
T = TypeVar("T")


class Chance(Protocol):
    """What `random.Random` is to us: a number from 0 to 1, 1 left out."""

    def random(self) -> float: ...


def asks(definitions: Definitions, edition: Edition) -> Iterator[Ask]:
    """Every question tested by the rules that read a file: categories, readings, means, devices."""
    checked = CheckedEdition(definitions, edition)
    others = {
        checked.file("questionnaire"),
        checked.file("maturity"),
        checked.file("contradictions"),
        checked.shared("report"),
    }
    for use in uses_of(checked):
        if use.file not in others:
            yield from asks_of(use.condition)


@dataclass(frozen=True)
class Generator:
    """Makes files of one edition; `model` is needed for plausible ones only."""

    definitions: Definitions
    edition: Edition
    model: Plausible | None = None

    @cached_property
    def known(self) -> dict[tuple[str, str | None], frozenset[str]]:
        """What a plausible file may answer in this edition, by question and field; nothing for what is no list."""
        every = self.edition.questionnaire.every
        return {
            (name, field): frozenset(drawn(every[name], field) or ()) for name in every for field in (None, *FIELDS)
        }

    @cached_property
    def territory_values(self) -> dict[str, tuple[str | int, ...]]:
        """What tells territories apart: every type, the codes that conditions quote and one that none quotes, a
        département of every zone, populations on both sides of every limit."""
        question = self.edition.questionnaire.territory
        quoted: set[str] = set()
        limits = {band.floor for band in question.bands}
        limits |= {edge for axis in self.edition.means.axes if axis.question == question.id for edge in axis.edges}
        for ask in asks(self.definitions, self.edition):
            if ask.question == question.id and ask.field == DEPARTEMENT:
                quoted.update(ask.in_ or ())
            elif ask.question == question.id and ask.field == POPULATION:
                limits |= {ask.at_least or 0, (ask.at_most or 0) + 1}
        doors = self.definitions.doors
        of_each_zone = {frozenset(doors.by_departement.get(one, {}).items()): one for one in doors.departements.regions}
        quoted.update(of_each_zone.values())
        elsewhere = next(code for code in (f"{at:02}" for at in range(1, 96)) if code not in quoted and code != "20")
        return {
            TYPE: tuple(one.id for one in question.types),
            DEPARTEMENT: (*sorted(quoted), elsewhere),
            POPULATION: tuple(sorted({*limits, *(limit - 1 for limit in limits if limit)})),
        }

    def uniform(self, chance: Chance, forced: Mapping[str, object] | None = None) -> dict[str, object]:
        """Any valid file, each answer as likely as any other. `forced`: answers by question that are not drawn, those
        of an item going to the first."""
        return _Uniform(self, chance, forced or {}).file()

    def plausible(self, chance: Chance, given: Answers | None = None) -> dict[str, object]:
        """A file like those expected, by the weights of the model. `given`: answers that stand while they are asked;
        what they leave unsaid is drawn, and there may be more items."""
        if self.model is None:
            raise ValueError("no model of plausible files")
        return _Plausible(self, chance, self.model, given or {}).file()


def drawn(question: Question, field: str | None) -> list[str] | None:
    """What a plausible file may answer, « je ne sais pas » left out; None for a field that is not a list."""
    if not question.is_territory:
        return [one.id for one in question.options if not one.unknown]
    lists = {POPULATION: [one.id for one in question.bands], TYPE: [one.id for one in question.types]}
    return lists.get(field or "")


@dataclass
class _Maker:
    """Fills a file question by question; how one is answered is left to those below."""

    source: Generator
    chance: Chance

    def file(self) -> dict[str, object]:
        questionnaire = self.source.edition.questionnaire
        answers: dict[str, object] = {}
        view = View(questionnaire, answers, self.source.edition.typology.conditions)
        for question in questionnaire.questions.values():
            if view.asked(question.id) is False:
                continue
            draw = type(self).answer if question.form.options else OTHER_DRAWS[question.kind]
            value = draw(self, question, view)
            if value is not None:
                answers[question.id] = value
        return answers

    def items(self, group: Question, view: View) -> list[dict[str, object]] | None:
        count = self.count(group, view)
        if count is None:
            return None
        items: list[dict[str, object]] = []
        for at in range(count):
            item: dict[str, object] = {}
            items.append(item)
            one = ItemView(view, str(at), item)
            for question in self.source.edition.questionnaire.items.values():
                if one.asked(question.id) is not False:
                    value = self.answer(question, one)
                    if value is not None:
                        item[question.id] = value
        return items

    def answer(self, question: Question, view: View) -> object:
        raise NotImplementedError

    def territory(self, question: Question, view: View) -> dict[str, object] | None:
        raise NotImplementedError

    def count(self, group: Question, view: View) -> int | None:
        raise NotImplementedError

    def skipped(self) -> bool:
        """Is the next question left unanswered?"""
        raise NotImplementedError

    def below(self, most: int) -> int:
        return int(self.chance.random() * most)

    def often(self, percent: int) -> bool:
        return self.chance.random() * PERCENT < percent


# How each kind that is not made of options is drawn.
OTHER_DRAWS: dict[QuestionKind, Callable[[_Maker, Question, View], object]] = {
    "territory": lambda maker, question, view: maker.territory(question, view),
    "list": lambda maker, question, view: maker.items(question, view),
}


@dataclass
class _Uniform(_Maker):
    forced: Mapping[str, object]

    def __post_init__(self) -> None:
        self.gap = GAPS[self.below(len(GAPS))]

    def skipped(self) -> bool:
        return self.often(self.gap)

    def answer(self, question: Question, view: View) -> object:
        if question.id in self.forced and view.item in {None, "0"}:
            return self.forced[question.id]
        if self.skipped():
            return None
        options = [*question.by_option]
        first = options[self.below(len(options))]
        if question.is_single:
            return first
        if first in question.alone:
            return [first]
        others = [one for one in options if one != first and one not in question.alone]
        chosen, most = [first], min(question.max or len(options), len(others) + 1)
        for _ in range(self.below(most)):
            chosen.append(others.pop(self.below(len(others))))
        return chosen

    def territory(self, question: Question, view: View) -> dict[str, object] | None:
        forced = self.forced.get(question.id)
        wanted = forced if isinstance(forced, Mapping) else {}
        if not wanted and self.skipped():
            return None
        found: dict[str, object] = {"name": NAME}
        for name, values in self.source.territory_values.items():
            value = values[self.below(len(values))]
            if name in wanted:
                found[name] = wanted[name]
            elif not self.often(self.gap):
                found[name] = value
        return {"name": NAME, **wanted} if wanted and self._hides({question.id: found}) else found

    def _hides(self, answers: Mapping[str, object]) -> bool:
        """Would a forced answer not be asked any more?"""
        edition = self.source.edition
        view = View(edition.questionnaire, answers, edition.typology.conditions)
        return any(view.asked(one) is False for one in self.forced if one in edition.questionnaire.questions)

    def count(self, group: Question, view: View) -> int | None:
        most = group.max or 1
        if self.forced.keys() & self.source.edition.questionnaire.items.keys():
            return 1 + self.below(most)
        if self._hides({group.id: [{}]}):
            return 0
        return None if self.skipped() else self.below(most + 1)


@dataclass
class _Plausible(_Maker):
    model: Plausible
    given: Answers

    def standing(self, view: View) -> Answers:
        """What was given of the territory, or of that item."""
        if view.item is None:
            return self.given
        return items_of(view.questionnaire, without_ids(self.given)).get(view.item, {})

    def skipped(self) -> bool:
        return self.often(self.model.gap)

    def answer(self, question: Question, view: View) -> object:
        if question.id in (standing := self.standing(view)):
            return standing[question.id]
        unknown = next(iter(question.says_nothing), None)
        percent = self.chance.random() * PERCENT
        if percent < self.model.gap:
            return None
        if unknown is not None and percent < self.model.gap + self.model.unknown:
            return unknown if question.is_single else [unknown]
        weights, counts = self.drawn(question.id, None, view)
        first = self.pick(weights)
        if question.is_single:
            return first
        if first in question.alone:
            return [first]
        left = {one: weight for one, weight in weights.items() if one != first and one not in question.alone}
        chosen = [first]
        for _ in range(int(self.pick(counts)) - 1):
            if not any(left.values()):
                break
            chosen.append(self.pick(left))
            del left[chosen[-1]]
        return chosen

    def territory(self, question: Question, view: View) -> dict[str, object] | None:
        if isinstance(given := self.given.get(question.id), Mapping):
            return dict(given)
        found: dict[str, object] = {"name": NAME}
        partial = {question.id: found}
        for name in FIELDS:
            one = View(view.questionnaire, partial)  # a new one each time: what is drawn counts for what follows
            value = self.pick(self.drawn(question.id, name, one)[0])
            if name == POPULATION:
                found["band"] = value
                found[name] = self.population(question, value)
            else:
                found[name] = value
        return found

    def population(self, question: Question, band: str) -> int:
        """Somewhere in the band; the last one goes up to twice its floor."""
        floors = [one.floor for one in question.bands]
        at = next(index for index, one in enumerate(question.bands) if one.id == band)
        low, high = floors[at], floors[at + 1] if at + 1 < len(floors) else 2 * floors[at]
        return low + self.below(high - low)

    def count(self, group: Question, view: View) -> int | None:
        least = len(items_of(view.questionnaire, self.given))
        return least or None if self.skipped() else max(least, int(self.pick(self.drawn(group.id, None, view)[1])))

    def drawn(self, question: str, field: str | None, view: View) -> tuple[dict[str, int], dict[int, int]]:
        draw = self.model.by_question[question, field]
        weights, counts = draw.weights, draw.counts
        for one in draw.given:
            if evaluate(one.when, view):
                weights, counts = {**weights, **one.weights}, {**counts, **one.counts}
        known = self.source.known[question, field]
        if known and not weights.keys() <= known:  # answers of another edition
            weights = {option: weight for option, weight in weights.items() if option in known}
        return weights, counts

    def pick(self, weights: Mapping[T, int]) -> T:
        at = self.chance.random() * sum(weights.values())
        for answer, weight in weights.items():
            at -= weight
            if at < 0:
                return answer
        return next(one for one, weight in reversed(list(weights.items())) if weight)
