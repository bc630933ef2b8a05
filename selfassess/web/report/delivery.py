"""The way to the PDF of a report: asked for, waited for, fetched; one for each kind of visitor.

Looking at a report writes nothing. Asking for its PDF stores it under its fingerprint, for that file, and queues it.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from io import BytesIO
from typing import Any

from flask import Response, abort, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as Answer

from selfassess.core.definition.edition import Edition
from selfassess.core.report.report import Report
from selfassess.core.report.shapes import ReportLabel, read_label
from selfassess.store.database import db
from selfassess.store.models import StoredReport, Submission
from selfassess.store.reports import COMING, FAILED, READY, REPLACED, ask, fetched, find, find_whole, state_of
from selfassess.web import throttle
from selfassess.web.definitions import library
from selfassess.web.files.opened_file import File
from selfassess.web.french import now, today
from selfassess.web.queue import is_to_draw, queue_up, worker_is_alive
from selfassess.web.report import document_file
from selfassess.web.report.pdf import template_version
from selfassess.web.report.presentation import context
from selfassess.web.settings import REPORTS, settings

HELD = 3.0  # seconds an answer is held back, so that a PDF is usually there at the first click
GLANCE = 0.1
MOST_HELD = 2  # threads that wait so at once: the others answer pages
LONGEST_NAME = 60
# How the file is named: a report, or its page for a partner abroad.
NAMED = {"": "PAT et international", "en": "Local food project", "fr": "Projet alimentaire territorial"}
FOR_ELUS = " - pour les élus"  # after it, of a version for élus
DAYS_AGO = (0, 1)  # yesterday's report counts: midnight may just have passed
TODAY = (0,)


@dataclass(frozen=True)
class Delivery:
    """`report(days_ago)` is what this visitor sees, None for nothing; `seen(days_ago)`, its fingerprint, told without
    the report where it can be. `keeps(label)`: one they asked for earlier stays theirs; None: only what they see now.

    `page` is the endpoint where it is read, `prefix` begins those of its PDF, `place` their arguments.
    """

    submission: Submission
    report: Callable[[int], Report | None]
    seen: Callable[[int], str | None]
    page: str
    prefix: str
    place: Mapping[str, Any] = field(default_factory=dict)
    keeps: Callable[[ReportLabel], bool] | None = None
    days: tuple[int, ...] = DAYS_AGO

    @property
    def home(self) -> str:
        return url_for(self.page, **self.place)

    def address(self, step: str, fingerprint: str) -> str:
        """Of `pdf`, `odt`, `prepare` or `waiting`."""
        return url_for(self.prefix + step, fingerprint=fingerprint, **self.place)

    def told(self) -> dict[str, object]:
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
        stored = find_whole(fingerprint, self.submission.id)
        if stored is not None and _drawn(stored):
            label = read_label(stored.report)
            if self._theirs(stored, label):
                return _sent(stored, label)
        stored = self._asked(fingerprint)
        if stored is None:
            return redirect(self.home, 303)
        _held(stored)
        stored = find_whole(fingerprint, self.submission.id)
        if stored is None or not _servable(stored):
            return redirect(self.address("waiting", fingerprint), 303)
        return _sent(stored, read_label(stored.report))

    def odt(self, fingerprint: str) -> Answer:
        """The documents to edit, as kept with what they see now. An earlier report, or one kept without any, leads back
        to its page."""
        report = self._current(fingerprint)
        if report is None and find(fingerprint, self.submission.id) is None:
            abort(404)
        if report is None or report.documents is None:
            return redirect(self.home, 303)
        return attached(
            document_file.render(report, library().definitions),
            document_file.MIMETYPE,
            document_file.NAMED,
            report,
            "odt",
        )

    def waiting(self, fingerprint: str, template: str, **told: object) -> Answer | str:
        """What is happening to the PDF. Works without JavaScript: one button asks again."""
        script = request.accept_mimetypes.best == "application/json"  # what the page's script asks
        stored = find(fingerprint, self.submission.id)
        if stored is None and not self._sees(fingerprint):
            abort(404)
        if stored is None or not self._theirs(stored):  # for the script, nothing to wait for: it reads this page again
            return _told("ready") if script else redirect(self.home, 303)
        state = READY if _servable(stored) else stored.state
        if state in COMING and not worker_is_alive():
            state = "absent"
        return (
            _told(state)
            if script
            else render_template(template, way=self, fingerprint=fingerprint, state=state, **told)
        )

    def _asked(self, fingerprint: str) -> StoredReport | None:
        """The stored report, queued if it was not; None when they see another by now."""
        stored, version = find(fingerprint, self.submission.id), template_version()
        if stored is None:
            throttle.count_demand(REPORTS, self.home)
            report = self._current(fingerprint) or abort(404)
            stored = ask(fingerprint, report.model_dump_json(), self.submission.id, version, now())
        elif self._theirs(stored):
            if is_to_draw(stored, version):
                throttle.count_demand(REPORTS, self.home)
                queue_up(stored, version)
        else:
            return None
        return stored

    def _theirs(self, stored: StoredReport, label: ReportLabel | None = None) -> bool:
        """May they have that report of the file? Told from what is stored, without making it again."""
        if self.keeps is None:
            return self._sees(stored.fingerprint)
        kept = label or read_label(stored.report)
        return self.keeps(kept) and kept.review in {None, "validated"}

    def _sees(self, fingerprint: str) -> bool:
        return any(self.seen(ago) == fingerprint for ago in self.days)

    def _current(self, fingerprint: str) -> Report | None:
        return next((self.report(ago) for ago in self.days if self.seen(ago) == fingerprint), None)


def of_elus(
    file: File, version: Callable[[Submission, Edition, date], Report | None], *, page: str, prefix: str
) -> Delivery:
    """The way to a version for élus, only as it is now. Its fingerprint is that of what it says: it is made to tell."""

    @cache
    def report(ago: int) -> Report | None:
        return version(file.submission, file.edition, today() - timedelta(days=ago))

    def seen(ago: int) -> str | None:
        return found.fingerprint if (found := report(ago)) else None

    return Delivery(file.submission, report, seen, page=page, prefix=prefix)


def _told(state: str) -> Response:
    return Response(f'{{"state": "{state}"}}', mimetype="application/json")


def _drawn(stored: StoredReport) -> bool:
    """There is nothing to ask for: drawn with the present templates, or they fail where former ones did not."""
    return _servable(stored) and stored.state != REPLACED and stored.template_version == template_version()


def _servable(stored: StoredReport) -> bool:
    """Ready; or drawn once with former templates, and not since."""
    return stored.state == READY or (stored.state in {FAILED, REPLACED} and stored.pdf is not None)


def _held(stored: StoredReport) -> None:
    """Wait a little for the PDF, as long as somebody is there to make it, and few others wait so."""
    deadline = time.monotonic() + HELD
    with _place() as free:
        while free and worker_is_alive() and time.monotonic() < deadline:
            db.session.commit()  # ends the reading transaction, so that the next one sees what the worker wrote
            if state_of(stored) not in COMING:
                return
            time.sleep(GLANCE)


@contextmanager
def _place() -> Iterator[bool]:
    """One of the few threads that may wait, of all the processes of this machine; False when none is free."""
    folder = settings().instance
    for number in range(MOST_HELD):
        lock = os.open(folder / f"held.{number}", os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        try:
            yield True
        finally:
            os.close(lock)  # lets it go too
        return
    yield False


def _sent(stored: StoredReport, label: ReportLabel) -> Answer:
    what = NAMED[label.abroad] + (FOR_ELUS if label.elected else "")
    fetched(stored, now())
    return attached(stored.pdf or b"", "application/pdf", what, label, "pdf")


def attached(content: bytes, kind: str, what: str, report: Report | ReportLabel, ending: str) -> Answer:
    """A file to keep, named after what it is, its territory and its day."""
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
