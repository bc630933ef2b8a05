"""Who answered what in a file, by role: read from what is stored, as the report and the pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from selfassess.core.answers.answers import ITEM_ID
from selfassess.core.answers.two_roles import CHOSEN, Held, held
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.questionnaire import Questionnaire
from selfassess.core.report.two_services import Difference, Said, Services
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
    keys = answered(questionnaire, submission.answers)
    given = {key: submission.authors.get(key, RESPONDENT) for key in keys}
    heard = {who for entry in submission.voices.values() for who in entry if who != CHOSEN}
    if len(heard | set(given.values())) < 2:
        return Services()
    names, refs = names_of(submission), references(questionnaire, submission.answers)
    authors = {refs[key]: name(names, key, who) for key, who in given.items() if key in refs}
    found = []
    for key, entry in submission.voices.items():
        if key in refs:
            one = held(None, "", None, entry)
            said = tuple(Said(who, name(names, key, who), voice.value, voice.comment) for who, voice in ordered(one))
            found.append(Difference(refs[key], said, one.chosen))
    order = {ref: at for at, ref in enumerate(refs.values())}
    return Services(authors, tuple(sorted(found, key=lambda one: order[one.ref])), COORDINATION)


def ordered(one: Held) -> list[tuple[str, Any]]:
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


def references(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> dict[str, Ref]:
    """Every key a file may have, in order, and where the engine finds it."""
    group, found = questionnaire.group.id, dict[str, Ref]()
    for question in questionnaire.questions:
        found[question] = Ref(question=question)
        for at, item in enumerate(answers.get(group) or [] if question == group else []):
            found.update({f"{group}.{item[ITEM_ID]}.{one}": Ref(question=one, item=at) for one in questionnaire.items})
    return found


def answered(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> list[str]:
    """The keys with an answer; the group's only when it says that there is none."""
    group = questionnaire.group.id
    found = [key for key in answers if key != group or not answers[key]]
    for item in answers.get(group) or []:
        found += [f"{group}.{item[ITEM_ID]}.{one}" for one in item if one in questionnaire.items]
    return found
