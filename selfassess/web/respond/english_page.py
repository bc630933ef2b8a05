"""The page in English for a partner abroad: read on the screen by the file's owner, taken away as a PDF.

Never a part of the report: it is handed to somebody who must not get the rest.
"""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, render_template
from werkzeug.wrappers import Response as Answer

from selfassess.core.definition.edition import Edition
from selfassess.core.report.partner_page import as_abroad
from selfassess.core.report.report import Report
from selfassess.store.models import Submission
from selfassess.web.definitions import library
from selfassess.web.files.opened_file import File, current_file
from selfassess.web.french import today
from selfassess.web.report import delivery
from selfassess.web.report.visibility import shared

blueprint = Blueprint("abroad", __name__, url_prefix="/dossier/<file:file>/partenaire")


@blueprint.get("")
def page() -> str:
    file, told = current_file(), {}
    report = _page(file)
    if report is not None:
        found = way(file)
        told = {"way": found, "ready": found.ready(report), "report": report}
    return render_template("report/abroad.html", file=file, **told)


@blueprint.post("/<fingerprint>")
def prepare(fingerprint: str) -> Answer:
    return way(current_file()).prepare(fingerprint)


@blueprint.get("/<fingerprint>.pdf")
def pdf(fingerprint: str) -> Answer:
    return way(current_file()).pdf(fingerprint)


@blueprint.get("/<fingerprint>")
def waiting(fingerprint: str) -> Answer | str:
    file = current_file()
    return way(file).waiting(fingerprint, "report/abroad_waiting.html", file=file)


def way(file: File) -> delivery.Delivery:
    return delivery.Delivery(
        file.submission,
        lambda ago: _page(file, ago),
        lambda ago: found.fingerprint if (found := _page(file, ago)) else None,
        page="abroad.page",
        prefix="abroad.",
        keeps=lambda kept: kept.abroad,
    )


def _page(file: File, days_ago: int = 0) -> Report | None:
    return page_of(file.submission, file.edition, today() - timedelta(days=days_ago))


def page_of(submission: Submission, edition: Edition, day: date) -> Report | None:
    """The page of a file as its owner sees it on that day; None with too little to say."""
    report = shared(submission, edition, day)
    answers = report.origin.answers if report.origin else {}
    place = answers.get(edition.questionnaire.territory.id) or {}
    return as_abroad(library().definitions, report, library().directory.departements.get(place.get("departement", "")))
