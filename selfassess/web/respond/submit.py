"""The hand-over: sending a file to a network, its receipt, taking it back, opening it again; a copy to another one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Update, delete, update
from werkzeug.wrappers import Response

from selfassess.core.answers.typed import line
from selfassess.core.definition.condition import Ref
from selfassess.core.review.acts import CLARIFICATION, DRAFT, SENT, SUBMITTED, VALIDATED, WITHDRAWN
from selfassess.store.acts import NotOpenError, Outcome, perform
from selfassess.store.database import NotSavedError
from selfassess.store.models import Event, Facet, Link, Network, Submission
from selfassess.store.networks import open_networks
from selfassess.store.submissions import events, relatives, taking_back
from selfassess.store.territories.copies import AlreadyThereError, copy
from selfassess.web import throttle
from selfassess.web.definitions import library
from selfassess.web.errors import Problem
from selfassess.web.files.opened_file import File, current_file
from selfassess.web.french import french, now, several
from selfassess.web.mail import outbox
from selfassess.web.mail.address_faults import address_fault
from selfassess.web.report.submission_record import declaration, own_place
from selfassess.web.respond import blueprint
from selfassess.web.respond.editable import as_sent
from selfassess.web.respond.journey import BACK_TO_CHECK, Journey
from selfassess.web.respond.missing_answers import doubts

EVERYWHERE = "France entière"
MOST_A_DAY = 5  # sendings of one file: each writes to people
NOT_SENT = french("Votre dossier n'a pas pu être envoyé. Attendez une minute, puis recommencez.")


@dataclass(frozen=True)
class RegionNetworks:
    """Networks under one heading: those of a region, or of the whole country. `own`: the territory's."""

    title: str
    networks: list[Network]
    own: bool


TOLD = {
    DRAFT: "brouillon, à envoyer de nouveau",
    SUBMITTED: "le réseau le lit",
    CLARIFICATION: "le réseau demande des précisions",
    VALIDATED: "relu",
    WITHDRAWN: "retiré",
}


@dataclass(frozen=True)
class Sending:
    """A file, or a copy of it, as its territory follows it: to whom, where it stands. `there`: a network has it."""

    submission: Submission
    state: str
    there: bool


@dataclass(frozen=True)
class SendingSummary:
    """What was sent, counted, at each sending since the first to this network."""

    answers: int
    asked: int
    comments: int
    sendings: list[Event]


@blueprint.get("/dossier/<file:file>/envoyer")
def sending() -> ResponseReturnValue:
    file = current_file()
    if file.submission.state != DRAFT:
        return redirect(url_for("respond.receipt" if file.submission.state in SENT else "respond.tasks"), 303)
    return _page(file, email=file.submission.email or "")


@blueprint.post("/dossier/<file:file>/envoyer")
def send() -> ResponseReturnValue:
    """Sent twice (a double click, two tabs), it makes one sending: the second leads to the receipt too."""
    file, found = current_file(), networks(current_file())
    email = line(request.form.get("email", ""))
    chosen = request.form.get("network", "")
    network = next((one for region in found for one in region.networks if str(one.id) == chosen), None)
    errors = list(_faults(network, email))
    if file.submission.state == DRAFT and errors:
        return _page(file, errors, email, chosen), 422
    try:
        if file.submission.state == DRAFT and (minutes := throttle.minutes_left(throttle.SENDING, email)):
            return _page(file, [{"href": "#envoi", "text": _too_many(minutes)}], email, chosen), 429
        if network is not None:
            perform(file.submission, "send", file.actor, now(), lambda one: _sent(file, network, email))
    except NotOpenError:
        pass  # sent already, from another tab
    except NotSavedError:
        return _page(file, [{"href": "#envoi", "text": NOT_SENT}], email, chosen), 503
    return redirect(url_for("respond.receipt"), 303)


def _too_many(minutes: int) -> str:
    told = "Trop d'envois viennent de partir de cette connexion, ou vers cette adresse : chacun écrit à des personnes."
    return french(f"{told} Gardez cette page ouverte et recommencez dans {several(minutes, 'minute')}.")


def _faults(network: Network | None, email: str) -> Iterator[dict[str, str]]:
    if network is None:
        yield {"href": "#network", "text": "Choisissez un réseau."}
    if email and (fault := address_fault(email)):
        yield {"href": "#email", "text": fault}


def _sent(file: File, network: Network, email: str) -> Outcome:
    """What the act writes. A territory without a name is not sent: the network must know whose file it is."""
    if not named(file):
        raise Problem("no_territory")
    at = now()
    _not_too_often(file.submission, at)
    changed = (file.submission.email or "") != email
    made = declaration(file.submission, file.edition, "send", at, network_id=network.id, email=email or None)

    def rows(event: Event) -> Iterator[object]:
        yield from made.rows(event)
        if changed:
            yield _forgotten(file.submission, at)
        yield from outbox.to_respondent(file.submission, "receipt", event)
        yield from outbox.to_network(file.submission, "arrived", event)

    values = {**made.values, "completed_at": file.submission.completed_at or at}
    return Outcome({"network": network.name}, values, rows)


def _not_too_often(submission: Submission, at: datetime) -> None:
    """Whatever the network."""
    sent = [one for one in events(submission) if one.kind in {"send", "send_too"} and at - one.at < timedelta(days=1)]
    if len(sent) >= MOST_A_DAY:
        raise Problem("sent_too_often")


def _forgotten(submission: Submission, at: datetime) -> Update:
    """The links of messages already sent: the address was wrong, or is no longer the one to trust."""
    mailed = (Link.submission_id == submission.id, Link.mail_id.is_not(None), Link.revoked_at.is_(None))
    return update(Link).where(*mailed).values(revoked_at=at).execution_options(synchronize_session=False)


def named(file: File) -> bool:
    """Does the file say which territory it is about?"""
    return bool(file.territory)


def region_of(file: File) -> str:
    """The region of the territory, empty when it is not known."""
    departement, code = (str(file.place.get(part, "")) for part in ("departement", "code"))
    return library().directory.region(departement, code)


def networks(file: File, without: Collection[int | None] = ()) -> list[RegionNetworks]:
    """Those a file can be sent to: the territory's own region first, then the whole country, then the others."""
    own, groups = region_of(file), dict[str, list[Network]]()
    for one in (one for one in open_networks() if one.id not in without):
        groups.setdefault(one.region, []).append(one)
    order = sorted(groups, key=lambda region: (region != own or not own, region != "", region))
    return [RegionNetworks(region or EVERYWHERE, groups[region], bool(region) and region == own) for region in order]


def _page(file: File, errors: list[dict[str, str]] | None = None, email: str = "", chosen: str = "") -> str:
    journey = Journey(file)
    territory, regions = file.questionnaire.territory.id, networks(file)
    every = [one for region in regions for one in region.networks]
    return render_template(
        "respond/send.html",
        file=file,
        regions=regions,
        only=every[0] if len(every) == 1 else None,
        named=named(file),
        territory_href=journey.url_of(Ref(territory), retour=BACK_TO_CHECK),
        missing=len(journey.unanswered),
        doubts=len(doubts(journey)),
        email=email,
        chosen=chosen,
        errors=errors or [],
        wrong={one["href"][1:]: one["text"] for one in errors or []},
    )


@blueprint.get("/dossier/<file:file>/envoi")
def receipt() -> ResponseReturnValue:
    file = current_file()
    if file.submission.state not in SENT:
        return redirect(url_for("respond.sending" if file.submission.state == DRAFT else "respond.tasks"), 303)
    return render_template("respond/sent.html", file=file, kept=_kept(file), others=_others(file), sent=_sendings(file))


def _kept(file: File) -> SendingSummary:
    sent = as_sent(file)
    assert sent is not None  # noqa: S101  sent files have a revision
    given = [key for key in sent.asked if sent.raw(key) is not None]
    past = [one for one in events(file.submission) if one.kind in {"send", "resubmit"}]
    first = max(at for at, one in enumerate(past) if one.kind == "send")
    return SendingSummary(len(given), len(sent.asked), len(sent.comments), past[first:])


@blueprint.get("/dossier/<file:file>/retrait")
def withdrawal() -> ResponseReturnValue:
    file = current_file()
    if file.submission.state == WITHDRAWN:
        return redirect(url_for("respond.tasks"), 303)
    if not file.may("withdraw"):
        raise Problem("not_open")
    return render_template("respond/withdraw.html", file=file)


@blueprint.post("/dossier/<file:file>/retrait")
def withdraw() -> Response:
    file = current_file()
    network = file.submission.network

    def make(submission: Submission) -> Outcome:
        tell = {"network": network.name if network else ""}
        links = taking_back(submission, now())
        return Outcome(tell, rows=lambda event: [*outbox.to_network(submission, "withdrawn", event), links])

    try:
        perform(file.submission, "withdraw", file.actor, now(), make)
    except NotOpenError as error:
        if error.state not in {WITHDRAWN, DRAFT}:
            raise Problem("not_open") from None
    return redirect(url_for("respond.tasks"), 303)


@blueprint.post("/dossier/<file:file>/reouvrir")
def restart() -> Response:
    """A withdrawn file is a draft again: answers are kept, and nothing of the network it was sent to."""
    file = current_file()
    nothing = {**dict.fromkeys(("network_id", "declared", "sent_at", "assigned_id")), "aside": False}

    def make(submission: Submission) -> Outcome:
        return Outcome({}, nothing, lambda event: [delete(Facet).where(Facet.submission_id == submission.id)])

    try:
        perform(file.submission, "restart", file.actor, now(), make)
    except NotOpenError as error:
        if error.state != DRAFT:
            raise Problem("not_open") from None
    return redirect(url_for("respond.tasks"), 303)


@blueprint.get("/dossier/<file:file>/envois")
def sendings() -> ResponseReturnValue:
    """« Vos envois »: every network that has the file, and another one to send a copy to. One page for all copies."""
    file = current_file()
    first = _sendings(file)[0].submission
    if first.id != file.submission.id:
        return redirect(url_for("respond.sendings", file=first.reference), 303)
    return _sendings_page(file)


@blueprint.post("/dossier/<file:file>/envois")
def send_too() -> ResponseReturnValue:
    """A copy of the file as it was last sent, frozen, to one more network. Sent twice, it makes one."""
    file, regions = current_file(), _others(current_file())
    if not file.may("send_too"):
        raise Problem("not_open")
    chosen = request.form.get("network", "")
    known = (one for region in regions for one in region.networks)
    network = next((one for one in known if str(one.id) == chosen), None)
    if network is None:
        if not regions or chosen in {str(one.submission.network_id) for one in _sendings(file) if one.there}:
            return redirect(url_for("respond.sendings"), 303)  # the same form, sent twice
        return _sendings_page(file, [{"href": "#network", "text": "Choisissez un réseau."}]), 422
    if minutes := throttle.minutes_left(throttle.SENDING, file.submission.email or ""):
        return _sendings_page(file, [{"href": "#envoi", "text": _too_many(minutes)}], chosen), 429
    try:
        with suppress(AlreadyThereError):
            perform(file.submission, "send_too", file.actor, now(), lambda one: _sent_too(file, network))
    except NotOpenError:
        raise Problem("not_open") from None
    except NotSavedError:
        return _sendings_page(file, [{"href": "#envoi", "text": NOT_SENT}], chosen), 503
    return redirect(url_for("respond.sendings"), 303)


def _sent_too(file: File, network: Network) -> Outcome:
    at, original = now(), file.submission
    _not_too_often(original, at)
    place = own_place(original, file.edition)

    def rows(event: Event) -> Iterator[object]:
        made, sent = copy(original, network, place, file.actor, at)
        yield from outbox.to_respondent(made, "receipt", sent)
        yield from outbox.to_network(made, "arrived", sent)

    return Outcome({"network": network.name}, rows=rows)


def _sendings(file: File) -> list[Sending]:
    """The file, then its copies as they were sent."""
    every = relatives(file.submission.reference)
    return [Sending(one, french(TOLD[one.state]), one.state in SENT) for one in every if one.state in TOLD]


def _others(file: File) -> list[RegionNetworks]:
    """The networks that do not have it; none while it may not be sent to another."""
    if not file.may("send_too"):
        return []
    return networks(file, {one.submission.network_id for one in _sendings(file) if one.there})


def _sendings_page(file: File, errors: list[dict[str, str]] | None = None, chosen: str = "") -> str:
    regions = _others(file)
    every = [one for region in regions for one in region.networks]
    return render_template(
        "respond/sendings.html",
        file=file,
        sent=_sendings(file),
        regions=regions,
        only=every[0] if len(every) == 1 else None,
        chosen=chosen,
        errors=errors or [],
        wrong={one["href"][1:]: one["text"] for one in errors or []},
    )
