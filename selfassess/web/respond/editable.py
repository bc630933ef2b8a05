"""Which answers may be changed now: all in a draft; in a clarification, those named, those they open, and those
already changed (in an earlier one, cancelled since).

A contributor, those of its section only. Asked again in the transaction of every save: the state may have changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from selfassess.core.answers.changes import changes
from selfassess.core.answers.items import LABEL
from selfassess.core.answers.path import Step
from selfassess.core.answers.revision import Snapshot
from selfassess.core.review.acts import (
    CLARIFICATION,
    CONTRIBUTOR,
    SENT,
    WITHDRAWN,
    PastAct,
    Remark,
    Request,
    review,
    since_sent,
)
from selfassess.store.acts import entries
from selfassess.store.journal import CONFIRMED
from selfassess.store.models import Submission
from selfassess.store.submissions import Change, events
from selfassess.web.errors import Problem
from selfassess.web.files.answer_names import section_of
from selfassess.web.files.opened_file import File
from selfassess.web.report.submission_record import asked, revisions
from selfassess.web.respond.journey import Journey

ITEMS_CHANGED = {"added", "removed", "renamed"}


@dataclass(frozen=True)
class EditableAnswers:
    """`keys`: the only ones open, in a clarification; None when the state closes none."""

    file: File
    keys: frozenset[str] | None = None

    def refusal(self, key: str) -> str | None:
        """Why that answer may not be changed (a key of `errors`), or None when it may."""
        file = self.file
        if not file.may("edit"):
            return "taken_back" if file.submission.state == WITHDRAWN else "read_only"
        if file.role == CONTRIBUTOR:
            section = section_of(file.questionnaire, key)
            if section is None or not file.fills_in(section.id):
                return "not_your_section"
        return "not_named" if self.keys is not None and key not in self.keys else None

    def allows(self, key: str) -> bool:
        return self.refusal(key) is None

    def ensure(self, keys: Iterable[str]) -> None:
        """Raises the page that says why not, for the first one that may not be changed."""
        for key in keys:
            if told := self.refusal(key):
                raise Problem(told)

    def opened(self, journey: Journey, step: Step) -> Step:
        """The page with only the questions that may be changed."""
        keys = dict(zip((one.id for one in step.questions), step_keys(journey, step), strict=True))
        return replace(step, questions=tuple(one for one in step.questions if self.allows(keys[one.id])))


def step_keys(journey: Journey, step: Step) -> list[str]:
    """The keys of the questions of a page."""
    return [journey.questionnaire.key(ref) for ref in step.refs]


def editing(file: File) -> EditableAnswers:
    """What the file is open to, as it stands at this instant."""
    if file.submission.state != CLARIFICATION:
        return EditableAnswers(file)
    found, sent, now = awaited(file.submission), as_sent(file), as_it_is(file)
    opened = set(now.asked) - set(sent.asked) | changed_since(sent, now) if sent else set()
    return EditableAnswers(file, frozenset({*(found.questions if found else ()), *opened}))


def awaited(submission: Submission) -> Request | None:
    """The clarification asked for, if the file waits for one."""
    return review(past(submission)).request if submission.state == CLARIFICATION else None


def past(submission: Submission) -> list[PastAct]:
    return entries(events(submission))


def remarks_told(file: File) -> tuple[Remark, ...]:
    """The network's comments the respondent reads: those made before it asked for a clarification, or validated."""
    found = since_sent(past(file.submission)) if file.submission.state in SENT else []
    told = [at for at, one in enumerate(found) if one.kind in {"request", "validate"}]
    return review(found[: told[-1] + 1]).remarks if told else ()


def as_sent(file: File) -> Snapshot | None:
    """The file as it was last sent or corrected; None when it never was."""
    found = revisions(file.submission)
    if not found:
        return None
    one = found[-1]
    return Snapshot(file.edition, one.answers, one.comments, one.authors, one.voices, tuple(one.asked))


def as_it_is(file: File) -> Snapshot:
    one = file.submission
    return Snapshot(file.edition, one.answers, one.comments, one.authors, one.voices, asked(one, file.edition))


def changed_since(sent: Snapshot, now: Snapshot) -> set[str]:
    """The keys whose answer or comment is no more as it was sent; the group's, when its list of items has changed."""
    group = now.edition.questionnaire.group.id
    found = {one.key for one in changes(sent, now) if one.kind not in ITEMS_CHANGED}
    found.discard(group)  # its answer holds those of its items
    return found | ({group} if _names(sent) != _names(now) else set())


def _names(snapshot: Snapshot) -> dict[str, object] | None:
    """The items by id, with their names; None when the group was not answered."""
    if snapshot.answers.get(snapshot.edition.questionnaire.group.id) is None:
        return None
    return {item: given.get(LABEL) for item, given in snapshot.view.items_given.items()}


def confirmation(submission: Submission, keys: Collection[str]) -> Change | None:
    """In a clarification, a page sent again as it was says that its answers were read again."""
    if submission.state != CLARIFICATION or not keys:
        return None
    return Change(submission.answers, submission.comments, CONFIRMED, {"questions": list(keys)})


def confirmed_since(submission: Submission, event: int) -> set[str]:
    """The keys read again since that event."""
    since = (one for one in past(submission) if one.kind == CONFIRMED and one.id > event)
    return {key for one in since for key in one.data["questions"]}
