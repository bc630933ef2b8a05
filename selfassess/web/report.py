"""The result on screen, and its PDF: asked for, waited for, fetched.

Looking at the result writes nothing. Asking for the PDF stores the report under its fingerprint and queues it.
Only the browser that holds the file reaches its PDF: any other fingerprint is an unknown address.
"""

from __future__ import annotations

import time
from datetime import date, timedelta
from io import BytesIO

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as Answer

from selfassess.core.compose import build
from selfassess.core.reading import Edition, read_file
from selfassess.core.report import Report
from selfassess.store.database import db
from selfassess.store.models import StoredReport, Submission
from selfassess.store.reports import ask, find
from selfassess.web import tasks
from selfassess.web.body import context
from selfassess.web.current import ITEM_ID, File, current_file, plain
from selfassess.web.language import now, today
from selfassess.web.library import library
from selfassess.web.pages import worker_is_alive

blueprint = Blueprint("report", __name__, url_prefix="/dossier")
HELD = 3.0  # seconds an answer is held back, so that a PDF is usually there at the first click
GLANCE = 0.1
LONGEST_NAME = 60


@blueprint.get("/resultat")
def result() -> str:
    file = current_file()
    report = report_of(file)
    stored = find(report.fingerprint, file.submission.id)
    return render_template(
        "report/screen.html",
        file=file,
        pdf=url_for("report.pdf", fingerprint=report.fingerprint),
        ready=stored is not None and stored.state == "ready",
        density="",
        **context(report),
    )


@blueprint.post("/rapport/<fingerprint>")
def prepare(fingerprint: str) -> Answer:
    """« Préparer le PDF », and « Vérifier si le PDF est prêt »."""
    _held(_asked(current_file(), fingerprint))
    return _next(fingerprint)


@blueprint.get("/rapport/<fingerprint>.pdf")
def pdf(fingerprint: str) -> Answer:
    """The file when it is ready; otherwise it is asked for, and the answer is the waiting page."""
    stored = _asked(current_file(), fingerprint)
    if not _servable(stored):
        _held(stored)
    if not _servable(stored):
        return redirect(url_for("report.waiting", fingerprint=fingerprint), 303)
    return _sent(stored)


@blueprint.get("/rapport/<fingerprint>")
def waiting(fingerprint: str) -> Response | str:
    """What is happening to the PDF. Works without JavaScript: one button asks again."""
    file = current_file()
    stored = _mine(file, fingerprint)
    if stored is None:
        abort(404)
    tasks.rescue(now())
    db.session.refresh(stored)
    state = "ready" if _servable(stored) else stored.state
    if state != "ready" and state != "failed" and not worker_is_alive():
        state = "absent"
    if request.accept_mimetypes.best == "application/json":  # what the page's script asks
        return Response(f'{{"state": "{state}"}}', mimetype="application/json")
    return render_template("report/waiting.html", file=file, fingerprint=fingerprint, state=state)


def report_of(file: File, days_ago: int = 0) -> Report:
    """The report of the file as it stands, today in Paris."""
    return computed(file.submission, file.edition, today() - timedelta(days=days_ago))


def computed(submission: Submission, edition: Edition, day: date) -> Report:
    """The report of a file's present answers and comments, dated `day`. The only door to `compose.build`."""
    definitions = library().definitions
    answers = plain(edition.questionnaire, submission.answers)
    reading = read_file(edition, definitions.devices, answers)
    return build(definitions, reading, answers, comments_of(submission, edition), day)


def comments_of(submission: Submission, edition: Edition) -> dict[str, str]:
    """Comments by `group.index.question`, as the report wants them: they are kept by the id of the item."""
    group = edition.questionnaire.group.id
    items = submission.answers.get(group) or []
    places = {f"{group}.{item.get(ITEM_ID)}.": f"{group}.{index}." for index, item in enumerate(items)}
    found = {}
    for key, text in submission.comments.items():
        prefix = next((one for one in places if key.startswith(one)), None)
        found[key if prefix is None else places[prefix] + key.removeprefix(prefix)] = text
    return found


def _mine(file: File, fingerprint: str) -> StoredReport | None:
    """A stored report of this file."""
    return find(fingerprint, file.submission.id)


def _current(file: File, fingerprint: str) -> Report | None:
    """The report of the file if it has that fingerprint; yesterday's counts, midnight may just have passed."""
    return next((one for one in (report_of(file, ago) for ago in (0, 1)) if one.fingerprint == fingerprint), None)


def _asked(file: File, fingerprint: str) -> StoredReport:
    """The stored report, queued if it was not; 404 when the fingerprint is none of this file's."""
    stored = _mine(file, fingerprint)
    version = tasks.template_version()
    if stored is None:
        report = _current(file, fingerprint)
        if report is None:
            abort(404)
        stored = ask(fingerprint, report.model_dump_json(), file.submission.id, version, now())
        tasks.send()
    else:
        tasks.queue_up(stored, version)
    return stored


def _servable(stored: StoredReport) -> bool:
    """Ready; or drawn once with former templates, and not since."""
    return stored.state == "ready" or (stored.state == "failed" and stored.pdf is not None)


def _held(stored: StoredReport) -> None:
    """Wait a little for the PDF, as long as somebody is there to make it."""
    deadline = time.monotonic() + HELD
    while True:
        db.session.commit()  # ends the reading transaction, so that the next one sees what the worker wrote
        db.session.refresh(stored, ["state"])
        if stored.state not in {"queued", "rendering"} or time.monotonic() > deadline or not worker_is_alive():
            return
        time.sleep(GLANCE)


def _next(fingerprint: str) -> Answer:
    return redirect(url_for("report.waiting", fingerprint=fingerprint), 303)


def _sent(stored: StoredReport) -> Answer:
    report = Report.model_validate_json(stored.report)
    name = f"PAT et international - {report.territory[:LONGEST_NAME].strip()} - {report.day}.pdf"
    return send_file(
        BytesIO(stored.pdf or b""),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=name.replace("/", "-"),
        etag=False,
    )
