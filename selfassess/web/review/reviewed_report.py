"""The report of a file at the network's desk: as declared, with its own reading beside, validated or not yet."""

from __future__ import annotations

from flask import render_template
from werkzeug.wrappers import Response as Answer

from selfassess.store.models import Submission
from selfassess.web.files.desk import current_facilitator, sent_file
from selfassess.web.french import french
from selfassess.web.report import delivery
from selfassess.web.report.visibility import reviewed
from selfassess.web.review import blueprint


@blueprint.get("/dossiers/<reference>/rapport")
def report(reference: str) -> str:
    found = sent_file(reference)
    return render_template("review/report.html", **_desk(found), **way(found).told())


@blueprint.post("/dossiers/<reference>/rapport/<fingerprint>")
def report_prepare(reference: str, fingerprint: str) -> Answer:
    return way(sent_file(reference)).prepare(fingerprint)


@blueprint.get("/dossiers/<reference>/rapport/<fingerprint>.pdf")
def report_pdf(reference: str, fingerprint: str) -> Answer:
    return way(sent_file(reference)).pdf(fingerprint)


@blueprint.get("/dossiers/<reference>/rapport/<fingerprint>.odt")
def report_odt(reference: str, fingerprint: str) -> Answer:
    return way(sent_file(reference)).odt(fingerprint)


@blueprint.get("/dossiers/<reference>/rapport/<fingerprint>")
def report_waiting(reference: str, fingerprint: str) -> Answer | str:
    found = sent_file(reference)
    return way(found).waiting(fingerprint, "review/report_waiting.html", **_desk(found))


def _desk(submission: Submission) -> dict[str, object]:
    named = french(f"{submission.name} ({submission.reference})")
    return {"me": current_facilitator(), "submission": submission, "named": named}


def way(submission: Submission) -> delivery.Delivery:
    return delivery.Delivery(
        submission,
        lambda ago: reviewed(submission),
        lambda ago: reviewed(submission).fingerprint,
        page="review.report",
        prefix="review.report_",
        place={"reference": submission.reference},
        days=delivery.TODAY,  # what was sent does not change with the day
    )
