"""Contradictions and missing answers, each with the way to its field for whoever may change it now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from selfassess.core.answers.in_words import Quote, answer_text
from selfassess.core.definition.condition import Ref
from selfassess.core.reading.reading import Reading, read_file
from selfassess.core.review.acts import SENT
from selfassess.web.definitions import library
from selfassess.web.files.answer_names import question_named
from selfassess.web.files.opened_file import File
from selfassess.web.respond.editable import as_sent, editing
from selfassess.web.respond.journey import BACK_TO_CHECK, BACK_TO_GAPS, Journey

CHOOSE, ANSWER, SURER, AGAIN = "Choisir", "Répondre", "Préciser", "Revoir"


@dataclass(frozen=True)
class FieldLink:
    """To one answer: what is done there, of which question (and action), the address."""

    act: str
    name: str
    href: str


@dataclass(frozen=True)
class NamedAnswer:
    """An answer that is named: its question, what it is now (None: nothing yet), the way when it may be changed."""

    name: str
    answer: str | None
    way: FieldLink | None


@dataclass(frozen=True)
class Contradiction:
    """Answers that do not go together."""

    text: str
    fields: list[NamedAnswer]


class FieldLinks:
    """From an answer to its field; `back` is where that page returns (a key of `BACK`).

    `items`: the ids of those that a report quotes by position; the file's own unless told.
    """

    def __init__(self, journey: Journey, back: str, items: Sequence[str] | None = None) -> None:
        self.journey, self.back, self.may = journey, back, editing(journey.file)
        self.items = journey.items if items is None else items

    def quoted(self, quote: Quote) -> FieldLink | None:
        """To an answer that a report quotes."""
        return self.to(quote.ref(self.items))

    def to(self, ref: Ref) -> FieldLink | None:
        """None when it may not be changed now, or is asked no longer, or its item was taken away."""
        journey, key = self.journey, self.journey.questionnaire.key(ref)
        if not self.may.allows(key):
            return None
        if ref in journey.view.disputed and journey.file.may("choose"):
            return FieldLink(CHOOSE, self._name(key), url_for("respond.choose", key=key, retour=self.back))
        href = journey.url_of(ref, retour=self.back)
        if href is None:
            return None
        given = journey.view.option(ref)
        act = SURER if any(one.unknown for one in given) else AGAIN if answer_text(journey.view, ref) else ANSWER
        return FieldLink(act, self._name(key), href)

    def field(self, ref: Ref) -> NamedAnswer:
        name = self._name(self.journey.questionnaire.key(ref))
        return NamedAnswer(name, answer_text(self.journey.view, ref), self.to(ref))

    def _name(self, key: str) -> str:
        return question_named(self.journey.questionnaire, self.journey.file.submission.answers, key)


def reported(file: File) -> FieldLinks:
    """From what the report of the file names: as sent once it is sent, though its items may have changed since."""
    sent = as_sent(file) if file.submission.state in SENT else None
    return FieldLinks(Journey(file), BACK_TO_GAPS, None if sent is None else tuple(sent.view.positions))


def reading_of(journey: Journey) -> Reading:
    return read_file(journey.file.edition, library().definitions, journey.file.answers, journey.view.disputed)


def doubts(journey: Journey, reading: Reading | None = None) -> list[Contradiction]:
    """The contradictions of the answers as they are now."""
    ways, found = FieldLinks(journey, BACK_TO_CHECK), reading or reading_of(journey)
    return [Contradiction(one.text, [ways.field(ref) for ref in one.refs]) for one in found.conflicts]


def missing(journey: Journey, reading: Reading) -> list[NamedAnswer]:
    """The questions asked that say nothing; those that wait for a choice between two services are told apart."""
    ways = FieldLinks(journey, BACK_TO_CHECK)
    return [ways.field(ref) for ref in reading.missing if ref not in journey.view.disputed]
