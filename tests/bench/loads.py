"""What a site bears: an export of many files, pages answered while PDFs are drawn, memory after runs, its start."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

from flask_migrate import upgrade
from sqlalchemy import event, select
from sqlalchemy.engine import Connection

from selfassess.core.answers.answers import View
from selfassess.core.answers.path import steps
from selfassess.core.network.picture import picture_of
from selfassess.core.network.summary import summarised
from selfassess.core.review.acts import SUBMITTED
from selfassess.store import exporting, reports
from selfassess.store.database import db, writing
from selfassess.store.models import Event, Network, Revision, Submission, Summary
from selfassess.store.submissions import new_reference, start
from selfassess.store.territories.summaries import last_files, summed
from selfassess.web.export.export_formats import csv_of, workbook_of
from selfassess.web.french import now
from selfassess.web.network.month import followed
from selfassess.web.report import pdf
from tests.bench.drawings import _report, app_in
from tests.bench.journey import Costs, HttpWalker
from tests.bench.saying import say
from tests.bench.servers import ROOT, serve
from tests.bench.walked import Visitor
from tests.core.report import files
from tests.definitions import SLUG, definitions, edition
from tests.desk import a_network
from tests.web import profiles
from tests.web.walker import Walker

FEW, MANY = 100, 400  # files exported
RUNS, MORE = 12, 40  # respondents' runs
QUEUED = 60  # PDFs asked for while pages are asked


def exports() -> None:
    """CSV: CPU of 10,000 files, and whether memory grows with them."""
    with tempfile.TemporaryDirectory() as folder, app_in(folder).test_request_context():
        upgrade()
        peaks = {}
        for count in (FEW, MANY):
            _sent(count - len(list(db.session.scalars(exporting.every_sent()))))
            began = time.process_time()
            size = sum(map(len, csv_of(exporting.every_sent(), "dossiers")))
            busy = time.process_time() - began
            tracemalloc.start()
            for _ in csv_of(exporting.every_sent(), "dossiers"):
                pass
            peaks[count] = tracemalloc.get_traced_memory()[1] / 2**20
            tracemalloc.stop()
        began = time.process_time()
        book = len(workbook_of(exporting.every_sent()))
        written = time.process_time() - began
        networks = list(db.session.scalars(select(Network.id)))
        began = time.process_time()
        picture_of(definitions(), [followed(one) for one in summed(last_files(networks))], {})
        seen = time.process_time() - began
        db.engine.dispose()
    say("Workbook, CPU s for 10,000 files", f"{written / MANY * 10_000:.0f} ({book / MANY / 1024:.1f} KiB a file)")
    say(f"« Le réseau », CPU ms for {MANY} files", f"{seen * 1000:.0f}")
    say("CSV, CPU s for 10,000 files", f"{busy / MANY * 10_000:.0f} ({size / MANY / 1024:.1f} KiB a file)")
    say(f"CSV, most memory at work, MiB, {FEW} then {MANY} files", f"{peaks[FEW]:.1f}, {peaks[MANY]:.1f}")


def _sent(count: int) -> None:
    """Files sent to a network, each with the report kept then."""
    given, network = files.FILES["twinning_and_project"], a_network(f"Réseau {count}")
    report = files.report("twinning_and_project")
    view, short = View(edition().questionnaire, given), summarised(definitions(), edition(), report, given, "Bretagne")
    asked = [edition().questionnaire.key(ref) for step in steps(view) for ref in step.refs] if count else []
    for _ in range(count):
        with writing() as session:
            file = Submission(
                reference=new_reference(), questionnaire=SLUG, edition=edition().id, created_at=now(), answers=given,
                state=SUBMITTED, network_id=network.id, sent_at=now(), moved_at=now(), name="Val",
            )  # fmt: skip
            session.add(file)
            session.flush()
            kept = {"answers": given, "comments": {}, "authors": {}, "voices": {}, "asked": asked}
            made = Revision(submission_id=file.id, at=now(), kind="send", **kept)
            made.fingerprint, made.report = report.fingerprint, report.model_dump_json()
            session.add(made)
            session.add(Summary(submission_id=file.id, declared=short.model_dump(mode="json")))
            session.add(Event(submission_id=file.id, at=now(), role="respondent", kind="send", data={}))


def statements() -> None:
    """SQL of a respondent's run: of each request, transactions aside."""
    with tempfile.TemporaryDirectory() as folder:
        app, counts = app_in(folder), []
        with app.app_context():
            upgrade()
            engine = db.engine

        def count(connection: Connection, cursor: object, statement: str, *more: object) -> None:
            counts[-1] += statement != "BEGIN" and statement != "BEGIN IMMEDIATE"

        app.before_request(lambda: counts.append(0))
        event.listen(engine, "before_cursor_execute", count)
        app.test_client_class = Visitor
        walker = Walker(app, check=False)
        walker.start()
        walker.walk(profiles.INTERCOMMUNAL, edition().questionnaire.group.id)
        engine.dispose()
    say("SQL of a request of the wizard", f"median {statistics.median(counts):.0f}, most {max(counts)}")


def drawing() -> None:
    """A page sent and the one it leads to, while two processes draw PDFs (niced as deployed) and while none does."""
    with tempfile.TemporaryDirectory() as folder:
        mine = {"INSTANCE": folder, "DATABASE_URL": f"sqlite:///{folder}/b.sqlite", "SECRET_KEY": "bench"}
        with app_in(folder).app_context():
            upgrade()
            with serve("wsgi:app", mine) as server:
                _walls(server.base, 2)
                alone = _walls(server.base, RUNS)
                with _worker(mine):
                    beside = _walls(server.base, RUNS)
                before = server.memory()
                _walls(server.base, MORE)
                after = server.memory()
            db.session.remove()
            db.engine.dispose()
    for name, at in (("p50", 50), ("p95", 95)):
        quiet, busy = (statistics.quantiles(one, n=100)[at - 1] for one in (alone, beside))
        told = f"{quiet:.1f}; while PDFs are drawn {busy:.1f} ({busy / quiet:.1f} times)"
        say(f"page sent to next page, {name}, ms", told)
    say("memory of two web processes and their parent, MiB", f"{before:.0f}; {MORE} runs later {after:.0f}")


def _walls(base: str, runs: int) -> list[float]:
    """Milliseconds of each page sent, until the page it leads to."""
    costs = Costs(time.perf_counter)
    for _ in range(runs):
        with HttpWalker(base, costs) as walker:
            walker.journey(profiles.INTERCOMMUNAL)
    return costs.page


@contextmanager
def _worker(mine: dict[str, str]) -> Iterator[None]:
    """At work on more than it can draw meanwhile."""
    for at in range(QUEUED):
        report, owner = _report(at), start(SLUG, edition().id, f"bench{at}", now()).id
        reports.ask(report.fingerprint, report.model_dump_json(), owner, pdf.template_version(), now())
    db.session.remove()
    command = ["nice", "-n", "5", sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **mine}, stderr=subprocess.DEVNULL)
    try:
        time.sleep(8)  # started, and drawing
        yield
        if process.poll() is not None:
            raise RuntimeError("the worker has ended")
    finally:
        process.terminate()
        process.wait(20)


def starting() -> None:
    """From the command to the first page."""
    times = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            migrate = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
            subprocess.run(migrate, cwd=ROOT, check=True, env={**os.environ, "INSTANCE": folder}, capture_output=True)
            began = time.perf_counter()
            with serve("wsgi:app", {"INSTANCE": folder}):
                times.append(time.perf_counter() - began)
    say("start to first page, s", f"median {statistics.median(times):.1f}")
