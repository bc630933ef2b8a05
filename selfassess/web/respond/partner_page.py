"""The page for a partner abroad, in English or in French: read on the screen by the file's owner, taken away as a PDF.

Never a part of the report: it is handed to somebody who must not get the rest.
"""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, render_template
from werkzeug.wrappers import Response as Answer

from selfassess.core.definition.edition import Edition
from selfassess.core.definition.partner_texts import PartnerLanguage
from selfassess.core.report.partner_page import as_abroad
from selfassess.core.report.report import Report
from selfassess.store.models import Submission
from selfassess.web.definitions import library
from selfassess.web.files.opened_file import File, current_file
from selfassess.web.french import today
from selfassess.web.report import delivery
from selfassess.web.report.visibility import shared

LANGUAGE = "/<any(en, fr):language>"
blueprint = Blueprint("abroad", __name__, url_prefix="/dossier/<file:file>/partenaire")


@blueprint.get("")
@blueprint.get(LANGUAGE)
def page(language: PartnerLanguage = "en") -> str:
    file, told = current_file(), {}
    report = _page(file, language)
    if report is not None:
        found = way(file, language)
        told = {"way": found, "ready": found.ready(report), "report": report}
    return render_template("report/abroad.html", file=file, language=language, **told)


@blueprint.post(f"{LANGUAGE}/<fingerprint>")
def prepare(language: PartnerLanguage, fingerprint: str) -> Answer:
    return way(current_file(), language).prepare(fingerprint)


@blueprint.get(f"{LANGUAGE}/<fingerprint>.pdf")
def pdf(language: PartnerLanguage, fingerprint: str) -> Answer:
    return way(current_file(), language).pdf(fingerprint)


@blueprint.get(f"{LANGUAGE}/<fingerprint>")
def waiting(language: PartnerLanguage, fingerprint: str) -> Answer | str:
    file = current_file()
    return way(file, language).waiting(fingerprint, "report/abroad_waiting.html", file=file, language=language)


def way(file: File, language: PartnerLanguage) -> delivery.Delivery:
    return delivery.Delivery(
        file.submission,
        lambda ago: _page(file, language, ago),
        lambda ago: found.fingerprint if (found := _page(file, language, ago)) else None,
        page="abroad.page",
        prefix="abroad.",
        place={"language": language},
        keeps=lambda kept: kept.abroad == language,
    )


def _page(file: File, language: PartnerLanguage, days_ago: int = 0) -> Report | None:
    return page_of(file.submission, file.edition, today() - timedelta(days=days_ago), language)


def page_of(submission: Submission, edition: Edition, day: date, language: PartnerLanguage = "en") -> Report | None:
    """The page of a file as its owner sees it on that day; None with too little to say."""
    report = shared(submission, edition, day)
    answers = report.origin.answers if report.origin else {}
    place = answers.get(edition.questionnaire.territory.id) or {}
    departement = library().directory.departements.get(place.get("departement", ""))
    return as_abroad(library().definitions, report, departement, language)
