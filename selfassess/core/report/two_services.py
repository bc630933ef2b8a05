"""What a report says of two services that answered one file: who answered what, and where they differed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from selfassess.core.answers.answers import View
from selfassess.core.answers.in_words import DISPUTED, UNANSWERED, answer_alone, counted, item_name, quote
from selfassess.core.answers.path import steps
from selfassess.core.answers.two_roles import BOTH
from selfassess.core.answers.typed import printed, printed_lines
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.edition import Definitions
from selfassess.core.definition.questionnaire import Questionnaire
from selfassess.core.definition.report_texts import DifferenceTexts
from selfassess.core.definition.typography import NBSP
from selfassess.core.explanation.sentence import Why
from selfassess.core.reading.reading import Reading
from selfassess.core.report.report import (
    AnswerRow,
    Conflict,
    DifferencePart,
    ServicesPart,
    SidePart,
)

NAME = "name"  # of a territory, in its answer


@dataclass(frozen=True)
class RoleStatement:
    """What one role said, and how it is named."""

    role: str
    who: str
    value: Any
    comment: str


@dataclass(frozen=True)
class RoleDifference:
    """A question two roles answered differently. `chosen`: the role whose answer stands, BOTH, None while it waits."""

    ref: Ref
    said: tuple[RoleStatement, ...]
    chosen: str | None


@dataclass(frozen=True)
class Services:
    """Empty when one role only answered. `authors`: who gave each answer that stands, as they are named; `usual`:
    the one that is not named answer by answer.
    """

    authors: Mapping[Ref, str] = field(default_factory=dict)
    differences: tuple[RoleDifference, ...] = ()
    usual: str = ""

    @property
    def disputed(self) -> frozenset[Ref]:
        return frozenset(one.ref for one in self.differences if one.chosen is None)

    def without(self, ref: Ref) -> Services:
        """As if one role only had answered that question."""
        return replace(self, differences=tuple(one for one in self.differences if one.ref != ref))

    def unnamed(self, kept_back: Collection[str]) -> Services:
        """Where they still differ, without who said what, less the questions kept back."""
        waiting = [one for one in self.differences if one.chosen is None and one.ref.question not in kept_back]
        return Services(differences=tuple(replace(one, said=()) for one in waiting))

    def as_printed(self) -> Services:
        """With what people typed as a report shows it."""
        return Services(
            {ref: printed(who) for ref, who in self.authors.items()},
            tuple(replace(one, said=tuple(map(_printed, one.said))) for one in self.differences),
            printed(self.usual),
        )

    def asked(self, view: View) -> Services:
        """What concerns the questions asked: the rest is shown nowhere."""
        refs = {ref for step in steps(view) for ref in step.refs}
        return Services(
            {ref: who for ref, who in self.authors.items() if ref in refs},
            tuple(one for one in self.differences if one.ref in refs),
            self.usual,
        )

    def told(self, items: Sequence[str]) -> Any:
        """What a fingerprint covers, items by their position among `items`; None when there is nothing to show."""
        if not self:
            return None
        authors = sorted([*_placed(ref, items, -1), who] for ref, who in self.authors.items())
        said = [
            [*_placed(differing.ref, items), differing.chosen, [[s.who, s.value, s.comment] for s in differing.said]]
            for differing in self.differences
        ]
        return [authors, said]

    def kept(self, items: Sequence[str]) -> Any:
        """All of it as JSON can say it, items by their position; None when empty."""
        if not self:
            return None
        return {
            "usual": self.usual,
            "authors": [[*_placed(ref, items), who] for ref, who in self.authors.items()],
            "differences": [
                [
                    *_placed(differing.ref, items),
                    differing.chosen,
                    [[said.role, said.who, said.value, said.comment] for said in differing.said],
                ]
                for differing in self.differences
            ],
        }

    @classmethod
    def from_kept(cls, kept: Any, items: Sequence[str]) -> Services:
        """What `kept` gave."""
        if kept is None:
            return cls()
        return cls(
            {_found(question, position, items): who for question, position, who in kept["authors"]},
            tuple(
                RoleDifference(_found(question, position, items), tuple(RoleStatement(*one) for one in said), chosen)
                for question, position, chosen, said in kept["differences"]
            ),
            kept["usual"],
        )

    def __bool__(self) -> bool:
        return bool(self.authors or self.differences)


def _placed(ref: Ref, items: Sequence[str], outside: int | None = None) -> list[Any]:
    return [ref.question, outside if ref.item is None else items.index(ref.item)]


def _found(question: str, position: int | None, items: Sequence[str]) -> Ref:
    return Ref(question, None if position is None else items[position])


def _printed(one: RoleStatement) -> RoleStatement:
    value = one.value
    if isinstance(value, dict) and NAME in value:  # a territory
        value = {**value, NAME: printed(value[NAME])}
    return replace(one, who=printed(one.who), value=value, comment=printed_lines(one.comment))


def answer_or_blank(questionnaire: Questionnaire, question: str, value: Any) -> str:
    """Any answer to a question in words, stored or not."""
    return (None if value is None else answer_alone(questionnaire, question, value)) or UNANSWERED


def each_said(questionnaire: Questionnaire, one: RoleDifference) -> tuple[tuple[RoleStatement, str], ...]:
    """What each role said, in words."""
    return tuple((said, answer_or_blank(questionnaire, one.ref.question, said.value)) for said in one.said)


def outcome(texts: DifferenceTexts, one: RoleDifference) -> str:
    """What became of a difference, in a sentence."""
    if one.chosen is None:
        return texts.waiting
    if one.chosen == BOTH:
        return texts.agreed
    return texts.chosen.format(who=next(said.who for said in one.said if said.role == one.chosen))


def conflicts(texts: DifferenceTexts, reading: Reading, services: Services) -> tuple[Conflict, ...]:
    """Each difference that waits, as answers that cannot both be right."""
    return tuple(_conflict(texts, reading.view, one) for one in services.differences if one.chosen is None)


def _conflict(texts: DifferenceTexts, view: View, one: RoleDifference) -> Conflict:
    question = view.questionnaire.every[one.ref.question]
    action = "" if one.ref.item is None else f" ({item_name(view, one.ref.item)})"
    quotes = tuple(
        quote(view, one.ref).model_copy(update={"short": said.who, "action": None, "answer": text})
        for said, text in each_said(view.questionnaire, one)
    )
    text = texts.conflict.format(question=f"{question.short}{action}")
    return Conflict(text=text, answers=(Why(side="unknown", text=question.text, quotes=quotes),) if quotes else ())


def part(definitions: Definitions, reading: Reading, services: Services) -> ServicesPart | None:
    """« Deux services, un dossier »; None when one role only answered."""
    if not services:
        return None
    texts, words, view = definitions.texts.two_services, definitions.texts.differences, reading.view
    places = dict.fromkeys(definitions.study[name].place for name in texts.study)
    counts: dict[str, int] = {}
    given = [*services.authors.items(), *((one.ref, said.who) for one in services.differences for said in one.said)]
    for _, who in dict.fromkeys(given):
        counts[who] = counts.get(who, 0) + 1
    return ServicesPart(
        title=texts.title,
        paragraphs=texts.paragraphs,
        source=words.source.format(places=f"{NBSP}; ".join(places)),
        answered=tuple(
            words.answered.format(who=who, answers=counted(count, "réponse")) for who, count in counts.items()
        ),
        differences=tuple(_difference(words, view, one) for one in services.differences),
        usual=services.usual,
    )


def _difference(texts: DifferenceTexts, view: View, one: RoleDifference) -> DifferencePart:
    sides = each_said(view.questionnaire, one)
    return DifferencePart(
        question=view.questionnaire.every[one.ref.question].text,
        action=None if one.ref.item is None else item_name(view, one.ref.item),
        sides=tuple(SidePart(who=said.who, answer=text, comment=said.comment or None) for said, text in sides),
        outcome=outcome(texts, one),
        settled=one.chosen is not None,
    )


def told_row(texts: DifferenceTexts, view: View, ref: Ref, row: AnswerRow, services: Services) -> AnswerRow:
    """A row of the annex, with who answered; with both answers where two wait."""
    waiting = next((one for one in services.differences if one.ref == ref and one.chosen is None), None)
    if waiting is not None:
        said = each_said(view.questionnaire, waiting)
        told = [texts.said.format(who=one.who, answer=text) for one, text in said]
        return row.model_copy(update={"answer": " ".join([f"{DISPUTED}.", *told])})
    who = services.authors.get(ref, services.usual)
    return row if who == services.usual else row.model_copy(update={"by": who})
