"""The PDF of a standard report: its cost beside the same page printed by Chromium, memory and pace of the worker.

The standard report is that of an intercommunality with a foodless twinning and one project. CPU is that of the
processes that work, user and system; memory is the highest resident size each drawing process reached.
"""

from __future__ import annotations

import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pikepdf
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Page, sync_playwright

from selfassess.core.report.report import Report
from selfassess.store import reports
from selfassess.store.database import db
from selfassess.store.models import StoredReport
from selfassess.store.submissions import start
from selfassess.web.app import create_app
from selfassess.web.french import now
from selfassess.web.report import pdf
from selfassess.web.settings import Settings
from tests.authoring.explore.test_random_files import PLAUSIBLE
from tests.bench.saying import say
from tests.bench.servers import ROOT, children, cpu_of
from tests.core.report import files
from tests.definitions import SLUG, edition
from tests.fixtures.browser import launch

STANDARD = "twinning_and_project"
DAY = date(2026, 11, 23)
ROUNDS, WARM, OTHERS = 9, 2, 20
CROWD, PROCESSES = 60, 2
PATIENCE = 600.0


def _report(at: int) -> Report:
    """The same file on another day: other dates, another fingerprint."""
    return files.report_of(files.FILES[STANDARD], day=DAY + timedelta(days=at))


def app_in(folder: str) -> Flask:
    return create_app(Settings(database_url=f"sqlite:///{folder}/b.sqlite", secret_key="bench",
                               questions=ROOT / "questions", instance=Path(folder)))  # fmt: skip


def drawings() -> None:
    """CPU of a report drawn warm, and of the same HTML printed by a Chromium already open, in turn."""
    with tempfile.TemporaryDirectory() as folder, app_in(folder).app_context(), sync_playwright() as browsers:
        chromium = launch(browsers)
        tab = chromium.new_page()
        ours, theirs = [], []
        for at in range(ROUNDS + WARM):
            report = _report(at)
            sheet = Path(folder) / "report.html"
            sheet.write_text(_for_chromium(pdf.laid_out(report)[0]), encoding="utf-8")
            drawn = cost(report)
            least = _of_browser(partial(_printed, tab, sheet.as_uri()))
            if at >= WARM:
                ours.append(drawn)
                theirs.append(least)
        made = pdf.render(report)
        chromium.close()
        others = [cost(files.report(f"{PLAUSIBLE}_{at}")) for at in range(OTHERS)]
    ratios = sorted(one / least for one, least in zip(ours, theirs, strict=True))
    with pikepdf.open(io.BytesIO(made)) as file:
        pages = len(file.pages)
    say("PDF, CPU s a report, warm", f"median {statistics.median(ours):.2f}, least {min(ours):.2f}")
    say("PDF, CPU s, each another territory", f"median {statistics.median(others):.2f} ({OTHERS} reports)")
    say("same HTML, Chromium, CPU s, warm", f"median {statistics.median(theirs):.2f}, least {min(theirs):.2f}")
    say("ratio to Chromium, median of rounds", f"{statistics.median(ratios):.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})")
    say("PDF, pages and KiB", f"{pages} pages, {len(made) / 1024:.0f} KiB")


def cost(report: Report) -> float:
    began = time.process_time()
    pdf.render(report)
    return time.process_time() - began


def _for_chromium(html: str) -> str:
    sheet = (ROOT / "static/print.css").read_text(encoding="utf-8")
    sheet = sheet.replace("static:", f"{(ROOT / 'static').as_uri()}/")
    return html.replace("</head>", f"<style>{sheet}</style></head>")


def _printed(tab: Page, address: str) -> None:
    tab.goto(address)
    tab.pdf(tagged=True, outline=True, prefer_css_page_size=True, print_background=True)


def _of_browser(act: Callable[[], None]) -> float:
    """CPU seconds of every process of the browser, and of none of ours."""
    before = sum(map(cpu_of, children(os.getpid())))
    act()
    return sum(map(cpu_of, children(os.getpid()))) - before


def worker() -> None:
    """Reports a minute of the real worker with two drawing processes, and the most memory each one took."""
    with tempfile.TemporaryDirectory() as folder, app_in(folder).app_context():
        upgrade()
        for at in range(CROWD):
            report, owner = _report(at), start(SLUG, edition().id, f"bench{at}", now()).id  # one of each file waits
            reports.ask(report.fingerprint, report.model_dump_json(), owner, pdf.template_version(), now())
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "--processes", str(PROCESSES)]
        mine = {**os.environ, "INSTANCE": folder, "DATABASE_URL": f"sqlite:///{folder}/b.sqlite", "SECRET_KEY": "bench"}
        process = subprocess.Popen(command, cwd=ROOT, env=mine, stderr=subprocess.DEVNULL)
        try:
            _until_drawn(2 * PROCESSES)  # warm
            began, left = time.monotonic(), _left()
            _until_drawn(CROWD)
            pace = left / (time.monotonic() - began) * 60
            drawing = sorted(children(process.pid), key=lambda pid: _memory(pid, "status", "VmHWM:"))[-PROCESSES:]
            peaks = [_memory(pid, "status", "VmHWM:") for pid in drawing]
            shares = [_memory(pid, "smaps_rollup", "Pss:") for pid in drawing]
        finally:
            process.terminate()
            process.wait(20)
            db.session.remove()
            db.engine.dispose()
    say(f"PDF a minute, {PROCESSES} processes that draw", f"{pace:.0f} ({CROWD} reports)")
    say("memory of a process that draws, MiB at most", ", ".join(f"{one:.0f}" for one in peaks))
    say("likewise, shared pages divided, MiB", ", ".join(f"{one:.0f}" for one in shares))


def _left() -> int:
    db.session.rollback()
    return db.session.query(StoredReport).filter(StoredReport.state != "ready").count()


def _until_drawn(count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while CROWD - _left() < count:
        if time.monotonic() > deadline:
            raise RuntimeError("the worker draws nothing")
        time.sleep(0.1)


def _memory(pid: int, file: str, name: str) -> float:
    """MiB, from a line of /proc/<pid>/<file>."""
    rows = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    return next(int(row.split()[1]) for row in rows if row.startswith(name)) / 1024
