"""A draft edition may change under the trials made on it: what is no longer an answer is put aside."""

from __future__ import annotations

from dataclasses import dataclass

from selfassess.core.answers.carry_over import carry
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.questionnaire import Question, Questionnaire
from selfassess.core.review.acts import PREVIEW, RESPONDENT
from selfassess.store.models import Submission
from selfassess.store.submissions import Change, change, events
from selfassess.web.french import now

LEFT_ASIDE = "left_aside"  # the event; its data holds the answers by key
LEFT = "left"


def fit(submission: Submission, questionnaire: Questionnaire) -> None:
    """Keep of a trial what its edition still understands. Writes only when something does not fit."""
    if _change(submission, questionnaire) is not None:
        change(submission, lambda found: _change(found, questionnaire), RESPONDENT, now())


def _change(submission: Submission, questionnaire: Questionnaire) -> Change | None:
    found = carry(questionnaire, submission.answers, submission.comments)
    if not found.left and found.comments == submission.comments:
        return None
    return Change(found.answers, found.comments, LEFT_ASIDE, {LEFT: found.left})


@dataclass(frozen=True)
class AnswerLeftAside:
    """An answer of a trial that the draft no longer knows: in words where it still has them, else by its ids."""

    question: str
    answer: str


def left_aside(submission: Submission, questionnaire: Questionnaire) -> list[AnswerLeftAside]:
    """What the changes of a draft edition put aside of a trial, oldest first."""
    if submission.state != PREVIEW:
        return []
    past = [one for one in events(submission) if one.kind == LEFT_ASIDE]
    return [_left(questionnaire, key, value) for one in past for key, value in one.data[LEFT].items()]


def _left(questionnaire: Questionnaire, key: str, value: object) -> AnswerLeftAside:
    question = questionnaire.every.get(Ref.of(key).question)
    given = value if isinstance(value, list) else [value]
    return AnswerLeftAside(question.text if question else key, " ; ".join(_words(question, one) for one in given))


def _words(question: Question | None, value: object) -> str:
    if isinstance(value, dict):
        return str(value.get("name", ""))
    option = question.by_option.get(str(value)) if question else None
    return option.text if option else str(value)
