"""The files of one territory: from year to year, side by side, and put together or apart by its network.

Apart: it has pages of its own; the page of a file only shows its list.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from selfassess.core.answers.changes import Change, changes
from selfassess.core.report import comparison
from selfassess.core.review.acts import SENT
from selfassess.store.acts import Outcome
from selfassess.store.database import db
from selfassess.store.models import Submission
from selfassess.store.territories.same_place import NearbyPlace, nearby, of_same_place
from selfassess.web.definitions import library
from selfassess.web.files.desk import current_facilitator, network_ids
from selfassess.web.files.timeline import TimelineLine
from selfassess.web.french import day_of, french_day
from selfassess.web.report.submission_record import declared_report, own_place, revisions
from selfassess.web.report.wording import in_french
from selfassess.web.review import blueprint
from selfassess.web.review.acts import attempt, file_url, show
from selfassess.web.review.form_input import FormInput
from selfassess.web.review.network_reading import own_reading
from selfassess.web.review.state_labels import STATES, StateLabel
from selfassess.web.review.submitted_file import SubmittedFile, asked_of_them, opened, read, snapshot


@dataclass(frozen=True)
class YearFile:
    """A file of the territory. `mine`: the one whose page this is; `last`: the one that counts take."""

    reference: str
    year: int
    sent_at: datetime
    name: str
    reading: str
    state: StateLabel
    href: str
    compare: str
    mine: bool
    last: bool


def files_by_year(sent: SubmittedFile) -> list[YearFile]:
    """The files of the territory, the last sent first."""
    found, mine = of_same_place(sent.submission), sent.submission
    return [
        YearFile(
            reference=one.reference,
            year=day_of(one.sent_at).year,
            sent_at=one.sent_at,
            name=one.name,
            reading=one.reading,
            state=STATES[one.state],
            href=url_for("review.file", reference=one.reference),
            compare=url_for("review.compare_years", reference=mine.reference, other=one.reference),
            mine=one.id == mine.id,
            last=at == 0,
        )
        for at, one in enumerate(found)
        if one.sent_at is not None
    ]


@blueprint.get("/dossiers/<reference>/comparer/<other>")
def compare_years(reference: str, other: str) -> str:
    """Two files of one territory as they were declared, the older first, whichever page this was asked from."""
    sent = opened(reference)
    found = next((one for one in of_same_place(sent.submission) if one.reference == other != reference), None)
    if found is None:
        abort(404)
    old, new = sorted((sent.submission, found), key=lambda one: (one.sent_at or one.created_at, one.id))
    both = [(one, own_reading(read(one))) for one in (old, new)]
    edition = library().definitions.editions.get(new.edition)
    texts = library().definitions.texts.comparison
    before, after = in_french(declared_report(old)), in_french(declared_report(new))
    differing = _differing(old, new)
    return render_template(
        "review/compare.html",
        me=current_facilitator(),
        sent=sent,
        both=both,
        found=edition and comparison.compare(texts, before, after, differing or [], edition, desk=True),
        known=differing is not None,
        before=french_day(before.day),
        after=french_day(after.day),
        back_href=file_url(sent),
    )


def _differing(old: Submission, new: Submission) -> list[Change] | None:
    """The answers that differ, said of the territory; None when this site no longer has the edition of one."""
    editions = library().definitions.editions
    if old.edition not in editions or new.edition not in editions:
        return None
    before, after = (snapshot(revisions(one)[-1], editions[one.edition]) for one in (old, new))
    return [
        replace(one, question=asked_of_them((after if after.ref(one.key) else before).question(one.key)))
        if one.question
        else one
        for one in changes(before, after)
    ]


@blueprint.get("/dossiers/<reference>/territoire")
def territory(reference: str) -> str:
    return _territory_page(opened(reference), FormInput(MultiDict()), None)


def _territory_page(sent: SubmittedFile, typed: FormInput, lines: list[TimelineLine] | None) -> str:
    moved = sent.submission.place != own_place(sent.submission, sent.edition)
    told = {"years": files_by_year(sent), "moved": moved, "nearby": _nearby(sent)}
    return show("review/territory.html", sent, typed, lines, **told)


def _nearby(sent: SubmittedFile) -> list[NearbyPlace]:
    return nearby(sent.submission, str(sent.now.view.territory.get("departement", "")))


@blueprint.post("/dossiers/<reference>/territoire")
def join_place(reference: str) -> ResponseReturnValue:
    """Of two files of one network whose places differ, this one goes with the other; or it is the answer of a
    territory that was expected under another name."""
    sent, typed = opened(reference), FormInput(request.form)
    chosen = next((one for one in _nearby(sent) if one.place == typed.posted.get("place")), None)
    if typed.posted.get("other", "").strip() or chosen is None:
        other = _named(sent, typed)
        chosen = NearbyPlace(other.place, other.name, other.reference) if other else None
    if chosen is None:
        return _territory_page(sent, typed, None), 422
    place, told = chosen.place, f"{chosen.name} ({chosen.reference or 'attendu'})"

    def make(found: Submission, at: datetime) -> Outcome:
        return Outcome({"before": found.place, "after": place}, {"place": place})

    return attempt(sent, typed, "join_place", {"to": told}, _territory_page, make=make)


def _named(sent: SubmittedFile, typed: FormInput) -> Submission | None:
    """The file of the reference typed, if this one may go with it; otherwise `typed` says why not."""
    told = "".join(typed.posted.get("other", "").split()).upper()
    mine = (Submission.network_id.in_(network_ids()), Submission.state.in_(SENT))
    found = db.session.scalar(select(Submission).where(Submission.reference == told, *mine)) if told else None
    fault = ""
    if not told:
        fault = "Choisissez un territoire, ou écrivez la référence d'un dossier, par exemple PAT-7K3M-9Q2X."
    elif found is None:
        fault = "Vos réseaux n'ont pas de dossier de cette référence : vérifiez-la dans la liste des dossiers."
    elif found.id == sent.submission.id:
        fault = "C'est la référence de ce dossier : écrivez celle de l'autre."
    elif found.network_id != sent.submission.network_id:
        fault = "Ce dossier a été envoyé à un autre réseau : seuls des dossiers du même réseau vont ensemble."
    elif not found.place:
        fault = "Le territoire de ce dossier n'est pas encore connu : recommencez dans quelques minutes."
    elif found.place == sent.submission.place:
        fault = "Ces deux dossiers sont déjà du même territoire."
    if fault:
        typed.wrong("other", fault)
        return None
    return found


@blueprint.post("/dossiers/<reference>/territoire/detacher")
def leave_place(reference: str) -> ResponseReturnValue:
    """Back to the territory that its own answers say."""
    sent, typed = opened(reference), FormInput(request.form)

    def make(found: Submission, at: datetime) -> Outcome:
        own = own_place(found, sent.edition)
        return Outcome({"before": found.place, "after": own}, {"place": own})

    return attempt(sent, typed, "leave_place", {}, _territory_page, make=make)
