"""Contradictions and missing answers, each with the way to its field for whoever may change it now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from selfassess.core.answers.answers import ITEM_ID
from selfassess.core.answers.in_words import answer_text
from selfassess.core.definition.condition import Ref
from selfassess.core.reading.reading import Reading, read_file
from selfassess.core.review.acts import SENT
from selfassess.web.files.answer_names import question_named
from selfassess.web.files.opened_file import File
from selfassess.web.library import library
from selfassess.web.respond.editable import as_sent, editing
from selfassess.web.respond.journey import BACK_TO_CHECK, BACK_TO_GAPS, Journey
from selfassess.web.respond.merge import comment_key

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
    """From a question, and the place of its item, to its field; `back` is where that page returns (a key of `BACK`).

    `items`: the stored items those places count; the file's own unless told.
    """

    def __init__(self, journey: Journey, back: str, items: Sequence[Mapping[str, object]] | None = None) -> None:
        self.journey, self.back, self.may = journey, back, editing(journey.file)
        self.items = [str(one[ITEM_ID]) for one in (journey.items if items is None else items)]

    def to(self, question: str, item: int | None) -> FieldLink | None:
        """None when it may not be changed now, or is asked no longer."""
        journey, ref = self.journey, self._now(question, item)
        key = self._key(question, item)
        if ref is None or not self.may.allows(key):
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
        key = self._key(ref.question, ref.item)
        return NamedAnswer(self._name(key), answer_text(self.journey.view, ref), self.to(ref.question, ref.item))

    def trial(self, question: str, item: int | None) -> str | None:
        """The address where another answer may be tried; None when the question is asked no longer."""
        ref = self._now(question, item)
        if ref is None or question == self.journey.group.id or self.journey.url_of(ref) is None:
            return None
        return url_for("respond.what_if", question=question, item=None if item is None else self.items[item])

    def _key(self, question: str, item: int | None) -> str:
        return comment_key(self.journey.questionnaire, question, None if item is None else self.items[item])

    def _name(self, key: str) -> str:
        return question_named(self.journey.questionnaire, self.journey.file.submission.answers, key)

    def _now(self, question: str, item: int | None) -> Ref | None:
        """Where the answer stands in the file as it is; None for an item taken away since."""
        if item is None:
            return Ref(question=question)
        known = self.journey.item_ids
        return Ref(question=question, item=known.index(self.items[item])) if self.items[item] in known else None


def reported(file: File) -> FieldLinks:
    """From what the report of the file names: as sent once it is sent, though its items may have changed since."""
    journey = Journey(file)
    sent = as_sent(file) if file.submission.state in SENT else None
    return FieldLinks(journey, BACK_TO_GAPS, None if sent is None else sent.answers.get(journey.group.id) or [])


def reading_of(journey: Journey) -> Reading:
    devices = library().definitions.devices
    return read_file(journey.file.edition, devices, journey.file.answers, journey.view.disputed)


def doubts(journey: Journey, reading: Reading | None = None) -> list[Contradiction]:
    """The contradictions of the answers as they are now."""
    ways, found = FieldLinks(journey, BACK_TO_CHECK), reading or reading_of(journey)
    return [Contradiction(one.text, [ways.field(ref) for ref in one.refs]) for one in found.conflicts]


def missing(journey: Journey, reading: Reading) -> list[NamedAnswer]:
    """The questions asked that say nothing; those that wait for a choice between two services are told apart."""
    ways = FieldLinks(journey, BACK_TO_CHECK)
    return [ways.field(ref) for ref in reading.missing if ref not in journey.view.disputed]
