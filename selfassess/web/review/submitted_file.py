"""A file as the desk reads it: what was sent, never what the territory is writing meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from flask import url_for

from selfassess.core.answers.changes import Change
from selfassess.core.answers.items import LABEL
from selfassess.core.answers.revision import Snapshot
from selfassess.core.answers.two_roles import BOTH, CHOSEN
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.edition import Edition
from selfassess.core.definition.questionnaire import Question, Section
from selfassess.core.report.report import Report
from selfassess.core.report.shapes import read_report
from selfassess.core.review.acts import (
    CONTRIBUTOR,
    DECLARES,
    FACILITATOR,
    Remark,
    Review,
    may,
    review,
)
from selfassess.store.acts import entries
from selfassess.store.models import Event, Revision, Submission
from selfassess.store.submissions import events
from selfassess.web.files.answer_names import section_of
from selfassess.web.files.desk import edition_of, sent_file
from selfassess.web.files.opened_file import COORDINATION
from selfassess.web.files.timeline import TimelineLine, lines
from selfassess.web.french import french
from selfassess.web.report.submission_record import declared_report, revisions
from selfassess.web.review import blueprint

OTHER_SERVICE = "Autre service"


@dataclass(frozen=True)
class SubmittedAnswer:
    """One answer. `voices`: (who, answer, comment) where two services answered differently; `open`: to be chosen;
    `outcome`: what became of it."""

    key: str
    text: str
    value: str | None
    author: str
    comment: str
    voices: tuple[tuple[str, str | None, str], ...]
    open: bool
    outcome: str
    remarks: tuple[Remark, ...]
    corrected: datetime | None = None


@dataclass
class AnswerGroup:
    """Answers under one name: those of an item, or of the section itself (no `title`, no `key`)."""

    title: str = ""
    key: str = ""
    rows: list[SubmittedAnswer] = field(default_factory=list)


@dataclass
class SubmittedSection:
    """A section of the questionnaire, with the questions asked in it."""

    section: Section
    blocks: list[AnswerGroup] = field(default_factory=list)

    @property
    def rows(self) -> list[SubmittedAnswer]:
        return [row for block in self.blocks for row in block.rows]

    @property
    def unanswered(self) -> int:
        return sum(row.value is None and not row.open for row in self.rows)

    @property
    def remarks(self) -> int:
        return sum(len(row.remarks) for row in self.rows)


@dataclass(frozen=True)
class SubmittedFile:
    """`submission` is only for its state and its columns: its answers may be under way."""

    submission: Submission
    edition: Edition
    events: list[Event]
    revisions: list[Revision]

    @cached_property
    def declared_by(self) -> dict[int, int]:
        """The event that wrote each revision, by id: each is written with one, in the same transaction."""
        wrote = [one.id for one in self.events if one.kind in DECLARES]
        return dict(zip((one.id for one in self.revisions), wrote, strict=True))

    @cached_property
    def now(self) -> Snapshot:
        return snapshot(self.revisions[-1], self.edition)

    @cached_property
    def review(self) -> Review:
        return review(entries(self.events))

    @cached_property
    def report(self) -> Report:
        return declared_report(self.submission)

    @property
    def title(self) -> str:
        """The declared reading, said of the territory."""
        return title_at_desk(self.report)

    @cached_property
    def moved(self) -> tuple[str, str] | None:
        """The titles of the declared reading before and after the last sending, when it is not the same."""
        sendings = [one for one in self.revisions if one.kind != "correct"][-2:]
        titles = [title_at_desk(read_report(one.report)) for one in sendings]
        return (titles[0], titles[1]) if len(set(titles)) == 2 else None

    @cached_property
    def corrections(self) -> dict[str, datetime]:
        """When the network last corrected the text of a key, since the file was sent to it."""
        first = max((one.id for one in self.events if one.kind == "send"), default=0)
        return {one.data["key"]: one.at for one in self.events if one.kind == "correct" and one.id > first}

    @property
    def territory(self) -> str:
        return self.submission.name or "Territoire non renseigné"

    @property
    def name(self) -> str:
        """What the file is called in the titles of pages."""
        return f"{self.territory} ({self.submission.reference})"

    def may(self, act: str) -> bool:
        return may(act, FACILITATOR, self.submission.state, copied=self.copied)

    @property
    def copied(self) -> bool:
        """Is it the frozen copy of a file sent to another network?"""
        return self.submission.twin_of is not None

    @cached_property
    def parts(self) -> list[SubmittedSection]:
        """The sections with a question asked, in order."""
        questionnaire = self.edition.questionnaire
        found = {section.id: SubmittedSection(section) for section in questionnaire.sections}
        blocks: dict[tuple[str, str | None], AnswerGroup] = {}
        for key in self.now.asked:
            section, item = section_of(questionnaire, key), Ref.of(key).item
            if section is None:
                continue
            place = (section.id, item)
            if place not in blocks:
                label = questionnaire.key(Ref(LABEL, item))
                blocks[place] = AnswerGroup(self.now.item(key), label) if item else AnswerGroup()
                found[section.id].blocks.append(blocks[place])
            blocks[place].rows.append(self.row(key))
        return [part for part in found.values() if part.blocks]

    def row(self, key: str) -> SubmittedAnswer:
        voices = tuple((self.role_named(key, one.role), one.text, one.comment) for one in self.now.said(key))
        return SubmittedAnswer(
            key=key,
            text=asked_of_them(self.now.question(key)),
            value=self.now.text(key),
            author=self.author(key),
            comment=self.now.comments.get(key, ""),
            voices=voices,
            open=self.now.open(key),
            outcome=self._outcome(key),
            remarks=tuple(one for one in self.review.remarks if one.key == key),
            corrected=self.corrections.get(key),
        )

    def _outcome(self, key: str) -> str:
        chosen = (self.now.voices.get(key) or {}).get(CHOSEN)
        if chosen == BOTH:
            return "Les deux services donnent maintenant la même réponse."
        return french(f"Réponse retenue : celle de « {self.role_named(key, chosen)} ».") if chosen else ""

    def author(self, key: str) -> str:
        """Who answered, when it was not the coordination alone."""
        role = self.now.authors.get(key)
        return self.role_named(key, role) if role and CONTRIBUTOR in self.now.authors.values() else ""

    def role_named(self, key: str, role: str) -> str:
        """A role as it is shown: a contributor, by what its link says it is."""
        if role != CONTRIBUTOR:
            return COORDINATION
        return self._contributors.get(key) or next(iter(self._contributors.values()), OTHER_SERVICE)

    @cached_property
    def _contributors(self) -> dict[str, str]:
        answered = (one for one in self.events if one.role == CONTRIBUTOR and one.actor)
        return {key: one.actor for one in answered for key in one.data.get("questions", ())}

    def href(self, key: str) -> str:
        """Where an answer, or an item, is read."""
        section = section_of(self.edition.questionnaire, key)
        reference = self.submission.reference
        if section is None:
            return url_for("review.file", reference=reference)
        return url_for("review.section", reference=reference, section=section.id, _anchor=key)

    @property
    def open_keys(self) -> list[str]:
        """Where two services wait for a choice."""
        return [key for key in self.now.asked if self.now.open(key)]

    @property
    def timeline(self) -> list[TimelineLine]:
        """All that happened since the file was sent, oldest first."""
        return lines(self.events, self.edition, FACILITATOR, self.now.answers)

    @property
    def last_line(self) -> list[TimelineLine]:
        return self.timeline[-1:]

    def lines_of(self, events: Iterable[Event]) -> list[TimelineLine]:
        """The lines of the timeline that tell these events."""
        wanted = {one.id for one in events}
        first = next((one.id for one in reversed(self.events) if one.kind == "send"), 0)
        kept = [one for one in self.events if one.id in wanted or one.id == first]
        found = lines(kept, self.edition, FACILITATOR, self.now.answers)
        return found if first in wanted else found[1:]

    def answers_named(self, changes: list[Change]) -> Iterator[tuple[Change, str]]:
        """Each change with who answered."""
        return ((one, self.role_named(one.key, one.author) if one.author else "") for one in changes)


def asked_of_them(question: Question) -> str:
    """A question, said of the territory."""
    return question.desk or question.text


def title_at_desk(report: Report) -> str:
    """The reading of a report, said of the territory."""
    head = report.page_one.headline
    return french(head.desk.title if head.desk else head.title)


def opened(reference: str) -> SubmittedFile:
    """The file of that reference, if it was sent to one of their networks; otherwise an unknown address."""
    return read(sent_file(reference))


def read(submission: Submission) -> SubmittedFile:
    return SubmittedFile(submission, edition_of(submission), events(submission), revisions(submission))


def snapshot(revision: Revision, edition: Edition) -> Snapshot:
    return Snapshot(
        edition, revision.answers, revision.comments, revision.authors, revision.voices, tuple(revision.asked)
    )


@blueprint.app_template_filter("instant")
def instant(text: str) -> datetime:
    """What `core.review.acts` keeps as text."""
    return datetime.fromisoformat(text)
