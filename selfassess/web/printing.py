"""The way to the PDF of a report: asked for, waited for, fetched; one for each kind of visitor.

Looking at a report writes nothing. Asking for its PDF stores it under its fingerprint, for that file, and queues it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from flask import Response, abort, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as Answer

from selfassess.core.report import Report
from selfassess.store.database import db
from selfassess.store.models import StoredReport, Submission
from selfassess.store.reports import ask, find
from selfassess.web import odt, tasks
from selfassess.web.body import context
from selfassess.web.definitions import library
from selfassess.web.language import now
from selfassess.web.pages import worker_is_alive

HELD = 3.0  # seconds an answer is held back, so that a PDF is usually there at the first click
GLANCE = 0.1
LONGEST_NAME = 60
DAYS_AGO = (0, 1)  # yesterday's report counts: midnight may just have passed


@dataclass(frozen=True)
class Way:
    """`report(days_ago)` is what this visitor sees, None for nothing; `keeps`: one they asked for earlier stays theirs.

    `page` is the endpoint where it is read, `prefix` begins those of its PDF, `place` their arguments.
    """

    submission: Submission
    report: Callable[[int], Report | None]
    page: str
    prefix: str
    place: Mapping[str, Any] = field(default_factory=dict)
    keeps: bool = False

    @property
    def home(self) -> str:
        return url_for(self.page, **self.place)

    def address(self, step: str, fingerprint: str) -> str:
        """Of `pdf`, `odt`, `prepare` or `waiting`."""
        return url_for(self.prefix + step, fingerprint=fingerprint, **self.place)

    def told(self) -> dict[str, Any]:
        """What the page of the report reads."""
        report = self.report(0) or abort(404)
        return {
            "way": self,
            "ready": self.ready(report),
            "density": "",
            **context(report),
            "method": "" if report.trial else url_for("pages.method_of", edition=report.edition),
        }

    def ready(self, report: Report) -> bool:
        stored = find(report.fingerprint, self.submission.id)
        return stored is not None and stored.state == "ready"

    def prepare(self, fingerprint: str) -> Answer:
        """« Préparer le PDF », and « Vérifier si le PDF est prêt »."""
        stored = self._asked(fingerprint)
        if stored is None:
            return redirect(self.home, 303)
        _held(stored)
        return redirect(self.address("waiting", fingerprint), 303)

    def pdf(self, fingerprint: str) -> Answer:
        """The file when it is ready; otherwise it is asked for, and the answer is the waiting page."""
        stored = self._asked(fingerprint)
        if stored is None:
            return redirect(self.home, 303)
        if not _servable(stored):
            _held(stored)
        if not _servable(stored):
            return redirect(self.address("waiting", fingerprint), 303)
        return _sent(stored)

    def odt(self, fingerprint: str) -> Answer:
        """The documents to edit, made on the spot from what they see now; an earlier report leads back to its page."""
        report = self._current(fingerprint)
        if report is None and find(fingerprint, self.submission.id) is None:
            abort(404)
        if report is None:
            return redirect(self.home, 303)
        return _file(odt.render(report, library().definitions), odt.MIMETYPE, odt.NAMED, report, "odt")

    def waiting(self, fingerprint: str, template: str, **told: Any) -> Answer | str:
        """What is happening to the PDF. Works without JavaScript: one button asks again."""
        stored = find(fingerprint, self.submission.id)
        mine = self._current(fingerprint) is not None or self._kept(stored)
        script = request.accept_mimetypes.best == "application/json"  # what the page's script asks
        if stored is None or not mine:  # for the script, nothing to wait for: it reads this page again
            return _told("ready") if script else redirect(self.home, 303)
        tasks.rescue(now())
        db.session.refresh(stored)
        state = "ready" if _servable(stored) else stored.state
        if state != "ready" and state != "failed" and not worker_is_alive():
            state = "absent"
        return (
            _told(state)
            if script
            else render_template(template, way=self, fingerprint=fingerprint, state=state, **told)
        )

    def _asked(self, fingerprint: str) -> StoredReport | None:
        """The stored report, queued if it was not; None when they see another by now."""
        report, stored = self._current(fingerprint), find(fingerprint, self.submission.id)
        if report is None and not self._kept(stored):
            return None
        version = tasks.template_version()
        if stored is not None:
            tasks.queue_up(stored, version)
        elif report is not None:
            stored = ask(fingerprint, report.model_dump_json(), self.submission.id, version, now())
            tasks.send()
        return stored

    def _kept(self, stored: StoredReport | None) -> bool:
        """May they have a report they no longer see? One that this file never had: an unknown address."""
        if stored is None:
            abort(404)
        review = Report.model_validate_json(stored.report).review
        return self.keeps and (review is None or review.state == "validated")

    def _current(self, fingerprint: str) -> Report | None:
        return next((one for one in map(self.report, DAYS_AGO) if one and one.fingerprint == fingerprint), None)


def _told(state: str) -> Response:
    return Response(f'{{"state": "{state}"}}', mimetype="application/json")


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


def _sent(stored: StoredReport) -> Answer:
    report = Report.model_validate_json(stored.report)
    what = "Local food project" if report.abroad else "PAT et international"
    return _file(stored.pdf or b"", "application/pdf", what, report, "pdf")


def _file(content: bytes, kind: str, what: str, report: Report, ending: str) -> Answer:
    territory = " ".join(report.territory[:LONGEST_NAME].split())  # a name of a file holds on one line
    trial = "brouillon - " if report.trial else ""
    name = f"{what} - {trial}{territory} - {report.day}.{ending}"
    return send_file(
        BytesIO(content),
        mimetype=kind,
        as_attachment=True,
        download_name=name.replace("/", "-"),
        etag=False,
    )
