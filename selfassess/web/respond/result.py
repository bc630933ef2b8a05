"""The result on the respondent's screen, its PDF, the decision chosen, the steps done, and the addresses to write to
when a door opens.

Only the browser that holds the file reaches them. A PDF asked for earlier stays within reach.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as Answer

from selfassess.core.answers.answers import View
from selfassess.core.answers.typed import line
from selfassess.core.reading.entry import entry
from selfassess.core.report.report import Report
from selfassess.core.report.reviewed_page import leading
from selfassess.core.review.acts import PREVIEW, RESPONDENT
from selfassess.store import alerts, step_ticks
from selfassess.store.acts import NotOpenError, Outcome, perform
from selfassess.store.models import Alert
from selfassess.store.networks import open_networks
from selfassess.web import throttle
from selfassess.web.definitions import library
from selfassess.web.errors import Problem
from selfassess.web.files.opened_file import File, current_file
from selfassess.web.french import day_of, french, now, several, today
from selfassess.web.mail import call_alerts
from selfassess.web.mail.address_faults import address_fault
from selfassess.web.report import delivery, plan_calendar
from selfassess.web.report.submission_record import has_elected_version
from selfassess.web.report.visibility import lent_for_elus, shared, shared_print
from selfassess.web.report.wording import in_french
from selfassess.web.respond.missing_answers import reported

blueprint = Blueprint("report", __name__, url_prefix="/dossier/<file:file>")
MOST_ALERTS = 20  # addresses of one file, all devices together


@dataclass(frozen=True)
class AlertForm:
    """On the sheet of a device whose door is not open: the address typed, what is wrong with it, those given."""

    typed: str
    fault: str | None
    given: list[Alert]


@blueprint.get("/resultat")
def result() -> str:
    return _page(current_file())


@blueprint.post("/resultat/prevenir")
def alert() -> ResponseReturnValue:
    """Asked twice, it is asked once."""
    file, device = current_file(), request.form.get("device", "")
    if device not in _closed_doors(file):
        raise Problem("bad_form")
    typed = line(request.form.get("email", ""))
    if fault := address_fault(typed) or _too_many(file):
        return _page(file, device, typed, fault), 422
    if minutes := throttle.minutes_left(throttle.SENDING, typed):
        told = f"Trop d'adresses viennent d'être données : recommencez dans {several(minutes, 'minute')}."
        return _page(file, device, typed, french(told)), 429
    known = call_alerts.live_calls(library().definitions, device, today())
    alerts.ask(file.submission, device, typed, known, now())
    return redirect(url_for("report.result", _anchor=f"prevenir-{device}"), 303)


@blueprint.post("/resultat/ne-plus-prevenir")
def unalert() -> Answer:
    """Taken back already: nothing more happens."""
    file, wanted = current_file(), request.form.get("alert", "")
    found = next((one for one in alerts.of_file(file.submission) if str(one.id) == wanted), None)
    if found is not None:
        call_alerts.forget(found)
    anchor = "fiches" if found is None else f"prevenir-{found.device}"
    return redirect(url_for("report.result", _anchor=anchor), 303)


@blueprint.post("/resultat/ordre-du-jour")
def agenda() -> Answer:
    """Whose decision page one puts on the agenda, once a network's reading leads."""
    file, choice = current_file(), request.form.get("choice", "")
    if file.may("agenda"):
        review = report_of(file).review
        if review is None or review.page is None or choice not in {one.id for one in review.page.agenda}:
            raise Problem("bad_form")
        if choice != review.page.chosen:
            with suppress(NotOpenError):  # reopened meanwhile: the page says so
                perform(file.submission, "agenda", file.actor, now(), lambda found: Outcome({"choice": choice}))
    return redirect(url_for("report.result", _anchor="ordre-du-jour"), 303)


@blueprint.post("/resultat/plan")
def tick() -> Answer:
    """The steps that are done. What another tab ticked since this page was read (`was`) stays as it is."""
    file, known = current_file(), {step.known_by for step, _ in plan_calendar.steps(_leading(current_file()))}
    ticked, was = set(request.form.getlist("step")), set(request.form.getlist("was"))
    step_ticks.change(file.submission, (ticked - was) & known, (was - ticked) & known, now())
    return redirect(url_for("report.result", _anchor="calendrier"), 303)


@blueprint.get("/resultat/plan.ics")
def calendar() -> Answer:
    """What is left to do, for a calendar. No answer is in it, but the steps' own words."""
    file, report = current_file(), _leading(current_file())
    made = plan_calendar.render(report, step_ticks.of_file(file.submission), file.submission.reference)
    return delivery.attached(made, plan_calendar.MIMETYPE, plan_calendar.NAMED, report, "ics")


def _leading(file: File) -> Report:
    return leading(in_french(report_of(file)))


def _page(file: File, device: str = "", typed: str = "", fault: str | None = None) -> str:
    given = alerts.of_file(file.submission)
    forms = {
        name: AlertForm(
            typed if name == device else file.submission.email or "",
            fault if name == device else None,
            [one for one in given if one.device == name],
        )
        for name in _closed_doors(file)
    }
    errors = [{"href": f"#email-{device}", "text": fault}] if fault else []
    return render_template(
        "report/screen.html",
        file=file,
        ways=reported(file),
        alerts=forms,
        errors=errors,
        chooses=file.may("agenda"),
        sends=bool(open_networks()),
        for_elus=has_elected_version(file.submission),
        ticked={step: day_of(at) for step, at in step_ticks.of_file(file.submission).items()},
        ticks=file.role == RESPONDENT and file.submission.state != PREVIEW,
        **way(file).told(),
    )


def _closed_doors(file: File) -> list[str]:
    """The devices one may ask to be told of: whoever holds the file, of those whose door is not open today. Asked once,
    of the file, and of no copy of it."""
    if file.role != RESPONDENT or file.submission.state == PREVIEW or file.copied:
        return []
    definitions, view = library().definitions, View(file.questionnaire, file.answers)
    return [one.id for one in definitions.devices if entry(definitions.doors, one, view, today()).kind != "open"]


def _too_many(file: File) -> str | None:
    if len(alerts.of_file(file.submission)) < MOST_ALERTS:
        return None
    return french(f"Ce dossier garde déjà {MOST_ALERTS} adresses : retirez-en une avant d'en donner une autre.")


@blueprint.post("/rapport/<fingerprint>")
def prepare(fingerprint: str) -> Answer:
    return way(current_file()).prepare(fingerprint)


@blueprint.get("/rapport/<fingerprint>.pdf")
def pdf(fingerprint: str) -> Answer:
    return way(current_file()).pdf(fingerprint)


@blueprint.get("/rapport/<fingerprint>.odt")
def odt(fingerprint: str) -> Answer:
    return way(current_file()).odt(fingerprint)


@blueprint.get("/rapport/<fingerprint>")
def waiting(fingerprint: str) -> Answer | str:
    file = current_file()
    return way(file).waiting(fingerprint, "report/waiting.html", file=file)


@blueprint.post("/rapport/elus")
def elected() -> Answer:
    """« Préparer le PDF pour les élus »."""
    found = elected_way(current_file())
    fingerprint = found.seen(0)
    return redirect(found.home, 303) if fingerprint is None else found.prepare(fingerprint)


@blueprint.post("/rapport/elus/<fingerprint>")
def elected_prepare(fingerprint: str) -> Answer:
    return elected_way(current_file()).prepare(fingerprint)


@blueprint.get("/rapport/elus/<fingerprint>.pdf")
def elected_pdf(fingerprint: str) -> Answer:
    return elected_way(current_file()).pdf(fingerprint)


@blueprint.get("/rapport/elus/<fingerprint>.odt")
def elected_odt(fingerprint: str) -> Answer:
    return elected_way(current_file()).odt(fingerprint)


@blueprint.get("/rapport/elus/<fingerprint>")
def elected_waiting(fingerprint: str) -> Answer | str:
    file = current_file()
    return elected_way(file).waiting(fingerprint, "report/waiting.html", file=file, elected=True)


def elected_way(file: File) -> delivery.Delivery:
    """To the version for élus, as it is now: it is given away, so a draft says that it is one."""
    return delivery.of_elus(file, lent_for_elus, page="report.result", prefix="report.elected_")


def way(file: File) -> delivery.Delivery:
    return delivery.Delivery(
        file.submission,
        lambda ago: report_of(file, ago),
        lambda ago: shared_print(file.submission, file.edition, today() - timedelta(days=ago)),
        page="report.result",
        prefix="report.",
        keeps=lambda kept: not kept.abroad,
    )


def report_of(file: File, days_ago: int = 0) -> Report:
    """The report of the file as its holder sees it today in Paris, or some days ago."""
    return shared(file.submission, file.edition, today() - timedelta(days=days_ago))
