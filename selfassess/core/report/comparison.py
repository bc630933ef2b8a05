"""Two readings of one territory side by side: its own a year apart, or the same with one answer changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from selfassess.core.answers.changes import Change
from selfassess.core.answers.in_words import counted
from selfassess.core.definition.condition import Ref, questions_of
from selfassess.core.definition.edition import Edition
from selfassess.core.definition.report_texts import ComparisonTexts
from selfassess.core.definition.typography import NBSP
from selfassess.core.definition.typology import Maturity, Typology
from selfassess.core.explanation.sentence import Why
from selfassess.core.report.report import CategoryPart, DimensionPart, Report

ITEMS = ("added", "removed")  # kinds of change that concern whatever is read on an item


@dataclass(frozen=True)
class ComparisonLine:
    """`before`, `after`: None where an edition does not read it. `answers`: those behind the difference."""

    title: str
    before: str | None
    after: str | None
    answers: tuple[Change, ...] = ()

    @property
    def changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Comparison:
    headline: ComparisonLine
    categories: tuple[ComparisonLine, ...]
    maturity: tuple[ComparisonLine, ...]
    service: ComparisonLine
    devices: tuple[ComparisonLine, ...]
    answers: tuple[Change, ...]
    same_edition: bool

    @property
    def changed(self) -> tuple[ComparisonLine, ...]:
        return tuple(one for one in (*self.categories, *self.maturity, self.service, *self.devices) if one.changed)


@dataclass(frozen=True)
class TrialComparison:
    """The same answers but one. `first`: what page one says, moved or not; the others: only what moves."""

    first: tuple[ComparisonLine, ...]
    categories: tuple[ComparisonLine, ...]
    devices: tuple[ComparisonLine, ...]
    profile: tuple[ComparisonLine, ...]

    @property
    def changed(self) -> tuple[ComparisonLine, ...]:
        return tuple(one for one in (*self.first, *self.categories, *self.devices, *self.profile) if one.changed)


def tried(texts: ComparisonTexts, before: Report, after: Report, edition: Edition) -> TrialComparison:
    """What one changed answer moves, down to the verdict of each device. Both reports are of `edition`."""
    alone = ChangesBehind(edition, ())
    facts = zip(_facts(texts, before), _facts(texts, after), strict=True)
    pairs = [
        ComparisonLine((new or old).title, _figures(texts, old), _figures(texts, new))
        for old, new in _pairs(before.categories, after.categories)
    ]
    devices = [
        ComparisonLine(new.short, old.verdict_text, new.verdict_text)
        for old, new in _pairs(before.devices, after.devices)
    ]
    profile = [
        *_maturity(texts, before, after, alone),
        ComparisonLine(texts.service, _situation(before), _situation(after)),
    ]
    return TrialComparison(
        first=tuple(ComparisonLine(title, one, other) for (title, one), (_, other) in facts),
        categories=tuple(one for one in pairs if one.changed),
        devices=tuple(one for one in devices if one.changed),
        profile=tuple(one for one in profile if one.changed),
    )


def _facts(texts: ComparisonTexts, report: Report) -> Iterator[tuple[str, str]]:
    """What page one says, line by line."""
    head = report.page_one.headline
    yield texts.headline, head.title
    yield texts.others, ", ".join(head.secondary) or texts.no_other
    yield texts.certainty, " ".join(filter(None, (head.confidence_text, head.provisional)))
    principal = next((one for one in report.categories if one.principal and one.low is not None), None)
    yield texts.margin, _margin(texts, principal) if principal else texts.no_points
    open_ = any(one.threshold is None and one.verdict == "undecided" for one in report.categories)
    named = ", ".join(filter(None, (report.reading_title, head.mention)))
    yield texts.remainder, named or (texts.not_settled if open_ else texts.not_concerned)
    for at, slot in enumerate(report.page_one.slots, 1):
        yield f"{texts.option}{NBSP}{at}", f"{slot.place}{NBSP}: {slot.title or slot.text}"


def _margin(texts: ComparisonTexts, part: CategoryPart) -> str:
    over = (part.low or 0) - (part.threshold or 0)
    return texts.above.format(points=counted(over, "point")) if over > 0 else texts.at_threshold


def _figures(texts: ComparisonTexts, part: CategoryPart | None) -> str | None:
    """« Retenue, 6 points »: the verdict with its points, an interval while answers are missing."""
    if part is None or part.low is None or part.high is None:
        return _verdict(part)
    points = counted(part.high, "point")
    if part.low != part.high:
        points = texts.span.format(low=part.low, high=points)
    return f"{part.verdict_text}, {points}{texts.equal if part.equal else ''}"


def _situation(report: Report) -> str:
    return " ".join(filter(None, (report.service.title, report.service.integration)))


def compare(
    texts: ComparisonTexts,
    before: Report,
    after: Report,
    changes: Sequence[Change],
    edition: Edition,
    *,
    desk: bool = False,
) -> Comparison:
    """`edition` is the one of `after`; `changes` are the answers that differ (`core.answers.changes`).

    `desk`: said of the territory, to the network that reads both.
    """
    told = told_once(changes)
    basis = ChangesBehind(edition, told)
    return Comparison(
        headline=ComparisonLine("", _headline(before, desk=desk), _headline(after, desk=desk)),
        categories=tuple(_categories(before, after, basis)),
        maturity=tuple(_maturity(texts, before, after, basis)),
        service=ComparisonLine(
            texts.service,
            before.service.title,
            after.service.title,
            basis.of(_case_questions(edition.typology)),
        ),
        devices=tuple(_devices(texts, before, after, basis, desk=desk)),
        answers=told,
        same_edition=before.edition == after.edition,
    )


def _headline(report: Report, *, desk: bool) -> str:
    head = report.page_one.headline
    return head.desk.title if desk and head.desk else head.title


def told_once(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Answers only: no comment, no new label; of an item that is new or gone, that it is so says enough."""
    whole = {Ref.of(one.key).item for one in changes if one.kind in ITEMS}
    return tuple(
        change
        for change in changes
        if change.kind in ITEMS or (change.kind not in {"comment", "renamed"} and Ref.of(change.key).item not in whole)
    )


@dataclass(frozen=True)
class ChangesBehind:
    """The answers that differ, asked for what they bear on."""

    edition: Edition
    changes: tuple[Change, ...]

    def of(self, questions: Iterable[str]) -> tuple[Change, ...]:
        """The changes among the answers to these questions; an item new or gone counts for all questions on items."""
        wanted = set(questions)
        on_items = bool(wanted & {*self.edition.questionnaire.items, self.edition.questionnaire.group.id})
        answers = {one.key for one in self.changes if one.kind not in ITEMS and Ref.of(one.key).question in wanted}
        return tuple(one for one in self.changes if one.key in answers or (on_items and one.kind in ITEMS))

    def behind(self, *reasons: Why | None) -> tuple[Change, ...]:
        return self.of(quote.question for one in reasons if one is not None for quote in one.quotes)


def _categories(before: Report, after: Report, basis: ChangesBehind) -> Iterator[ComparisonLine]:
    every: list[Why | None] = []
    for old, new in _pairs(before.categories, after.categories):
        said = [why for part in (old, new) if part for why in (part.gate, *part.reasons, *part.missing)]
        every += said
        if (new or old).threshold is None:  # the remainder, listed last: it rests on what the others are not
            said = every
        yield ComparisonLine((new or old).title, _verdict(old), _verdict(new), basis.behind(*said))


def _verdict(part: CategoryPart | None) -> str | None:
    return part.verdict_text if part else None


def _maturity(texts: ComparisonTexts, before: Report, after: Report, basis: ChangesBehind) -> Iterator[ComparisonLine]:
    read_from = _dimension_questions(basis.edition.maturity)
    for old, new in _pairs(before.maturity, after.maturity):
        part = new or old
        read = basis.of(read_from.get(part.id, ()))
        yield ComparisonLine(part.title, _figure(texts, old), _figure(texts, new), read)


def _figure(texts: ComparisonTexts, part: DimensionPart | None) -> str | None:
    if part is None:
        return None
    level = str(part.low)
    if part.low != part.high:
        level = texts.level_span.format(low=part.low, high=part.high)
    return texts.level.format(level=level, top=part.top)


def _devices(
    texts: ComparisonTexts, before: Report, after: Report, basis: ChangesBehind, *, desk: bool
) -> Iterator[ComparisonLine]:
    """The options of page one. A device leaves its place for what is said of it, or of what takes the place. An empty
    place speaks to the territory: the desk is told that nothing is there."""
    for at, slots in enumerate(zip(before.page_one.slots, after.page_one.slots, strict=True), 1):
        named = {slot.device for slot in slots}
        devices = [one for report in (before, after) for one in report.devices if one.id in named]
        one, other = (f"{slot.place}{NBSP}: {slot.title or (texts.no_other if desk else slot.text)}" for slot in slots)
        yield ComparisonLine(
            f"{texts.option}{NBSP}{at}", one, other, basis.behind(*(why for part in devices for why in part.reasons))
        )


def _pairs(before: Iterable[Any], after: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Parts of the same id, in the order of `after`; None where there is none."""
    one, other = ({part.id: part for part in parts} for parts in (before, after))
    for name in dict.fromkeys((*other, *one)):
        yield one.get(name), other.get(name)


def _dimension_questions(maturity: Maturity) -> dict[str, frozenset[str]]:
    return {one.id: questions_of(level.when for level in one.levels) for one in maturity.dimensions}


def _case_questions(typology: Typology) -> frozenset[str]:
    return questions_of(case.when for case in typology.ri_cases)
