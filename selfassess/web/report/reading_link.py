"""The reader's side: a link opens one report, and nothing else of the file."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from selfassess.core.review.acts import READER, may
from selfassess.store.submissions import find_link
from selfassess.web import throttle
from selfassess.web.errors import Problem
from selfassess.web.files.open_links import remember
from selfassess.web.files.opened_file import File, current_reading
from selfassess.web.french import today
from selfassess.web.report import delivery
from selfassess.web.report.submission_record import has_elected_version
from selfassess.web.report.visibility import lent, lent_for_elus, lent_print
from selfassess.web.settings import RESUMES

blueprint = Blueprint("reader", __name__)


@blueprint.get("/lire/<token>")
def open(token: str) -> Answer:
    """What else is open on this computer stays so, the same file to fill in included."""
    link = find_link(token)
    if link is None or link.role != READER:
        throttle.count_demand(RESUMES)
        raise Problem("no_link")
    if link.revoked_at is not None:
        raise Problem("revoked")
    if link.submission is None:
        raise Problem("deleted")
    if not may("read_report", READER, link.submission.state):
        raise Problem("withdrawn")
    remember(link.submission.reference, READER, token)
    return redirect(url_for("reader.report", file=link.submission.reference), 303)


@blueprint.get("/lecture/<file:file>")
def report() -> str:
    file = current_reading()
    if not (file.whole or has_elected_version(file.submission)):
        raise Problem("no_elected")
    return render_template("reader/report.html", file=file, **way(file).told())


@blueprint.post("/lecture/<file:file>/rapport/<fingerprint>")
def prepare(fingerprint: str) -> Answer:
    return way(current_reading()).prepare(fingerprint)


@blueprint.get("/lecture/<file:file>/rapport/<fingerprint>.pdf")
def pdf(fingerprint: str) -> Answer:
    return way(current_reading()).pdf(fingerprint)


@blueprint.get("/lecture/<file:file>/rapport/<fingerprint>.odt")
def odt(fingerprint: str) -> Answer:
    return way(current_reading()).odt(fingerprint)


@blueprint.get("/lecture/<file:file>/rapport/<fingerprint>")
def waiting(fingerprint: str) -> Answer | str:
    file = current_reading()
    return way(file).waiting(fingerprint, "reader/waiting.html", file=file, elected=not file.whole)


def way(file: File) -> delivery.Delivery:
    """Only what the report is now: an earlier one is no longer shared. The version that the link was given for."""
    if not file.whole:
        return delivery.of_elus(file, lent_for_elus, page="reader.report", prefix="reader.")
    return delivery.Delivery(
        file.submission,
        lambda ago: lent(file.submission, file.edition, today() - timedelta(days=ago)),
        lambda ago: lent_print(file.submission, file.edition, today() - timedelta(days=ago)),
        page="reader.report",
        prefix="reader.",
    )
