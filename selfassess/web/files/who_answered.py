"""Who answered what in a file, by role: read from what is stored, as the report and the pages show it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from selfassess.core.answers.items import Answers, addresses, items_of
from selfassess.core.answers.two_roles import CHOSEN, RoleAnswer, SharedAnswer, held
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.questionnaire import Questionnaire
from selfassess.core.report.two_services import RoleDifference, RoleStatement, Services
from selfassess.core.review.acts import RESPONDENT
from selfassess.store.database import db
from selfassess.store.models import Event, Submission
from selfassess.web.files.opened_file import COORDINATION

ANOTHER = "Un autre service"
Names = Mapping[tuple[str, str], str]  # (key, role) → how who answered is named


def services_of(submission: Submission, questionnaire: Questionnaire) -> Services:
    """Empty when one role only answered."""
    if not submission.voices and set(submission.authors.values()) <= {RESPONDENT}:
        return Services()
    keys = {ref: questionnaire.key(ref) for ref in addresses(questionnaire, submission.answers)}
    there = answered(questionnaire, submission.answers)
    given = {ref: submission.authors.get(questionnaire.key(ref), RESPONDENT) for ref in there}
    heard = {who for entry in submission.voices.values() for who in entry if who != CHOSEN}
    if len(heard | set(given.values())) < 2:
        return Services()
    names = names_of(submission)
    authors = {ref: name(names, keys[ref], who) for ref, who in given.items() if ref in keys}
    found = []
    for ref, key in keys.items():
        if key in submission.voices:
            one = held(None, "", None, submission.voices[key])
            said = tuple(
                RoleStatement(who, name(names, key, who), voice.value, voice.comment) for who, voice in ordered(one)
            )
            found.append(RoleDifference(ref, said, one.chosen))
    return Services(authors, tuple(found), COORDINATION)


def ordered(one: SharedAnswer) -> list[tuple[str, RoleAnswer]]:
    """The voices of a question, the respondent's first."""
    return sorted(one.voices.items(), key=lambda pair: (pair[0] != RESPONDENT, pair[0]))


def names_of(submission: Submission) -> Names:
    """How each role that answered a question is named: as its link said when it did."""
    found: dict[tuple[str, str], str] = {}
    asked = select(Event.role, Event.actor, Event.data).where(
        Event.submission_id == submission.id, Event.kind == "answer", Event.role != RESPONDENT
    )
    for role, actor, data in db.session.execute(asked.order_by(Event.id)):
        found.update({(key, role): actor for key in data.get("questions", ()) if actor})
    return found


def name(names: Names, key: str, role: str) -> str:
    return names.get((key, role)) or (COORDINATION if role == RESPONDENT else ANOTHER)


def answered(questionnaire: Questionnaire, answers: Answers) -> list[Ref]:
    """The answers that are there; the group only when it says that there is none."""
    group = questionnaire.group.id
    found = [Ref(question) for question in answers if question != group or not answers[group]]
    for item, given in items_of(questionnaire, answers).items():
        found += [Ref(question, item) for question in given if question in questionnaire.items]
    return found
