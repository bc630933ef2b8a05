"""The result on the respondent's screen, and its PDF.

Only the browser that holds the file reaches them. A PDF asked for earlier stays within reach.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template
from werkzeug.wrappers import Response as Answer

from selfassess.core.report.report import Report
from selfassess.web.files.opened_file import File, current_file
from selfassess.web.french import today
from selfassess.web.report import delivery
from selfassess.web.report.visibility import shared, shared_print
from selfassess.web.respond.missing_answers import reported

blueprint = Blueprint("report", __name__, url_prefix="/dossier/<file:file>")


@blueprint.get("/resultat")
def result() -> str:
    file = current_file()
    return render_template("report/screen.html", file=file, ways=reported(file), **way(file).told())


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
