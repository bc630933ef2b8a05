"""Two services answered differently: both answers shown, one chosen by the respondent; both stay as the trace."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from selfassess.core.answers.in_words import DISPUTED
from selfassess.core.answers.items import addresses
from selfassess.core.answers.path import Step
from selfassess.core.answers.two_roles import BOTH
from selfassess.core.answers.two_roles import choose as chosen_of
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.structure import digest
from selfassess.core.report.two_services import RoleDifference, each_said
from selfassess.store.acts import NotOpenError, Outcome, perform
from selfassess.store.models import Submission
from selfassess.web.errors import Problem
from selfassess.web.files.answer_names import question_named, section_of
from selfassess.web.files.opened_file import current_file
from selfassess.web.french import french, now
from selfassess.web.respond import blueprint
from selfassess.web.respond.editable import editing
from selfassess.web.respond.journey import BACK, BACK_TO_CHECK, Journey, address, kept_way_back
from selfassess.web.respond.merge import (
    SEEN_LENGTH,
    ItemGoneError,
    copied,
    read,
    write,
)

MISSED = "Choisissez la réponse à garder."
MOVED = french("Une de ces réponses vient de changer. Relisez-les, puis choisissez.")


class _MovedError(Exception):
    """Somebody answered since the page was shown."""


@dataclass(frozen=True)
class ServiceAnswer:
    role: str
    who: str
    answer: str
    comment: str


@dataclass(frozen=True)
class WaitingChoice:
    """A difference that waits for a choice: its address, the question named, the section it is in."""

    href: str
    name: str
    section: str


@dataclass(frozen=True)
class AnsweredBy:
    """Who answered a question, for the check page. `both`: each answer while none is chosen; `notes`: who, and traces.

    `href`: where the respondent chooses.
    """

    both: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    href: str | None = None


def waiting(journey: Journey) -> list[WaitingChoice]:
    """The differences that wait, among the questions asked; none for who may not choose."""
    file, may = journey.file, editing(journey.file)
    if not file.may("choose"):
        return []
    answers, questionnaire = file.submission.answers, file.questionnaire
    asked = journey.services.asked(journey.view).differences
    found = [questionnaire.key(one.ref) for one in asked if one.chosen is None]
    return [
        WaitingChoice(url_for("respond.choose", key=key), question_named(questionnaire, answers, key), section.id)
        for key in found
        if may.allows(key) and (section := section_of(questionnaire, key))
    ]


def heard(journey: Journey, ref: Ref, key: str) -> AnsweredBy:
    """What the check page says of the services that answered a question; nothing when one only answered the file."""
    one = next((one for one in journey.services.differences if one.ref == ref), None)
    who = journey.services.authors.get(ref)
    by = (french(f"Répondu par : {who}"),) if who and (one or who != journey.services.usual) else ()
    if one is None:
        return AnsweredBy(notes=by)
    if one.chosen is not None:
        return AnsweredBy(
            notes=(*by, *(french(f"Autre réponse, {said} : « {text} »") for said, text in _others(journey, one)))
        )
    choice = (
        url_for("respond.choose", key=key) if journey.file.may("choose") and editing(journey.file).allows(key) else None
    )
    return AnsweredBy(both=each(journey, one), notes=(f"{DISPUTED}.",), href=choice)


def elsewhere(journey: Journey, step: Step) -> dict[str, tuple[str, ...]]:
    """By question of a page, what the other service answered while none is chosen."""
    role, found = journey.file.role, {}
    for one in journey.services.differences:
        if one.chosen is None and one.ref.item == step.item:
            found[one.ref.question] = each(journey, replace(one, said=tuple(x for x in one.said if x.role != role)))
    return found


def each(journey: Journey, one: RoleDifference) -> tuple[str, ...]:
    """Each answer of a difference, named."""
    found = []
    for said, text in each_said(journey.questionnaire, one):
        comment = f" Commentaire : {said.comment}" if said.comment else ""
        found.append(french(f"{said.who} : « {text} ».{comment}"))
    return tuple(found)


def _others(journey: Journey, one: RoleDifference) -> list[tuple[str, str]]:
    """Who said otherwise, and what, where an answer stands."""
    stands = next((said.value for said in one.said if said.role == one.chosen), None)
    said = each_said(journey.questionnaire, one) if one.chosen != BOTH else ()
    return [(who.who, text) for who, text in said if who.value != stands]


@blueprint.get("/dossier/<file:file>/choisir/<key>")
def choose(key: str) -> ResponseReturnValue:
    journey = Journey(current_file())
    difference = _difference(journey, key)
    return _page(journey, key, difference) if difference else _settled(journey, key)


@blueprint.post("/dossier/<file:file>/choisir/<key>")
def chosen(key: str) -> ResponseReturnValue:
    """Nothing is chosen against other answers than those read."""
    journey = Journey(current_file())
    file, role, seen = journey.file, request.form.get("keep", ""), request.form.get("seen", "")
    difference = _difference(journey, key)
    if difference is None:
        return _settled(journey, key)
    if not file.may("choose"):
        raise Problem("not_open")
    editing(file).ensure([key])
    if role not in {said.role for said in difference.said}:
        return _page(journey, key, difference, MISSED), 422
    try:
        perform(file.submission, "choose", file.actor, now(), lambda found: _kept(found, journey, key, role, seen))
    except _MovedError:
        journey = Journey(file)
        difference = _difference(journey, key)
        return (_page(journey, key, difference, MOVED), 409) if difference else _settled(journey, key)
    except (NotOpenError, ItemGoneError):
        raise Problem("not_open") from None
    return redirect(_way_on(Journey(file)), 303)


def _kept(submission: Submission, journey: Journey, key: str, role: str, seen: str) -> Outcome:
    """What the act writes, unless one of the answers is no more the one that was read."""
    if _seen(submission, key) != seen:
        raise _MovedError
    questionnaire, ref = journey.questionnaire, Ref.of(key)
    editing(journey.file).ensure([key])
    merged = copied(submission)
    write(questionnaire, merged, ref, chosen_of(read(questionnaire, merged, ref), role))
    at = now()
    values = {
        "answers": merged.answers,
        "comments": merged.comments,
        "authors": merged.authors,
        "voices": merged.voices,
        "version": submission.version + 1,
        "saved_at": at,
    }
    return Outcome({"key": key, "chosen": role}, values)


def _seen(submission: Submission, key: str) -> str:
    """Digest of what both said."""
    return digest(submission.voices.get(key), submission.answers.get(key))[:SEEN_LENGTH]


def _difference(journey: Journey, key: str) -> RoleDifference | None:
    """The difference that waits under that key."""
    ref = _ref(journey, key)
    return next((one for one in journey.services.differences if one.ref == ref and one.chosen is None), None)


def _ref(journey: Journey, key: str) -> Ref:
    questionnaire = journey.questionnaire
    for ref in addresses(questionnaire, journey.view.answers):
        if questionnaire.key(ref) == key:
            return ref
    raise Problem("no_question")


def _page(journey: Journey, key: str, difference: RoleDifference, error: str | None = None) -> str:
    file, ref = journey.file, difference.ref
    return render_template(
        "respond/choose.html",
        file=file,
        question=file.questionnaire.every[ref.question],
        about=journey.about(ref.item),
        sides=[
            ServiceAnswer(who.role, who.who, text, who.comment)
            for who, text in each_said(file.questionnaire, difference)
        ],
        seen=_seen(file.submission, key),
        back_href=address(_back()),
        other_href=journey.url_of(ref, **kept_way_back()),
        error=error,
        errors=[{"href": "#keep", "text": error}] if error else [],
    )


def _settled(journey: Journey, key: str) -> ResponseReturnValue:
    """Chosen meanwhile, in another tab, or both say the same now."""
    _ref(journey, key)
    return redirect(url_for("respond.check"), 303)


def _way_on(journey: Journey) -> str:
    """The page where this choice was asked for; otherwise the next difference that waits, then the check page."""
    left = waiting(journey)
    return left[0].href if left and _back() == BACK_TO_CHECK else address(_back())


def _back() -> str:
    asked = request.args.get("retour", "")
    return asked if asked in BACK else BACK_TO_CHECK
