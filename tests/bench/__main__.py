"""`make bench`: figures, as ratios in one run where there is something to compare with. Nothing passes or fails."""

from __future__ import annotations

import gc
import gzip
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from typing import Any

import httpx
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from selfassess.core.answers.path import minutes
from selfassess.core.reading.reading import read_file
from selfassess.core.sensitivity.counterfactual import Trial, counterfactual
from tests.bench.asking import asking
from tests.bench.drawings import drawings, worker
from tests.bench.journey import Costs, HttpWalker
from tests.bench.lists import lists
from tests.bench.loads import drawing, exports, starting, statements
from tests.bench.patches import patches
from tests.bench.saying import say
from tests.bench.servers import ROOT, serve
from tests.bench.walked import walked
from tests.definitions import definitions, described_action, edition, every_path, lengths_of, report_on
from tests.web import profiles

DAY = date(2026, 11, 22)
ROUNDS, RUNS, READINGS = 3, 8, 500
TIMES = 3  # a file is read, and the least time kept


def paths() -> None:
    lengths = [lengths_of(one)[0] for one in every_path([])]
    full = max(lengths_of(one)[0] for one in every_path([described_action()] * 4))
    per_item = len(edition().questionnaire.item.questions)
    say("shortest path, questions", str(min(lengths)))
    say("longest path without action, questions", str(max(lengths)))
    say("longest path with 4 actions, questions", f"{full} + 4 x {per_item} = {full + 4 * per_item}")
    asked = [one for one in edition().questionnaire.questions.values() if one.kind != "list"]
    for items in (0, 1, 4):
        say(f"announced time, at most, {items} action(s)", f"{minutes(edition().questionnaire, asked, items)} min")


def _spread(name: str, times: list[float]) -> None:
    times.sort()
    say(name, f"median {statistics.median(times):.1f}, p99 {times[int(len(times) * 0.99)]:.1f}")


def _reading(answers: dict[str, Any]) -> tuple[float, float, float]:
    """CPU seconds of a file read, of what would change each of its devices, of its report."""
    began = time.process_time()
    reading = read_file(edition(), definitions(), answers)
    done = time.process_time()
    trial = Trial(reading)
    for advice in reading.advices:
        counterfactual(trial, advice)
    tried = time.process_time()
    report_on(reading, answers, DAY)
    return done - began, tried - done, time.process_time() - tried


def readings() -> None:
    """CPU of one file read, of what would change each of its devices, and of its report with every reason: for each
    file the least of three runs, since what else the machine does is no part of it."""
    from tests.authoring.explore.test_random_files import KINDS, explorer

    explorer()
    gc.freeze()  # as wsgi.py does
    read, searched, written = [], [], []
    for at in range(READINGS):
        for kind in KINDS:
            answers = explorer().answers(kind, at)
            runs = [_reading(answers) for _ in range(TIMES)]
            for times, least in zip((read, searched, written), map(min, zip(*runs, strict=True)), strict=True):
                times.append(least * 1000)
    count = f"{len(definitions().devices)} devices, {len(read)} files, CPU ms, least of {TIMES}"
    _spread(f"file read, {count}", read)
    _spread("what would change its devices", searched)
    _spread("report: all of that again, with its sentences", written)


def loading() -> None:
    code = "from tests.definitions import definitions; definitions()"
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    say("definitions read and checked, s (whole process)", f"{time.perf_counter() - began:.1f}")


def _floor_run(base: str, costs: Costs) -> None:
    with httpx.Client(base_url=base, follow_redirects=True) as client:
        with costs.of(costs.start):
            page = _floor_send(client, client.get("/"))
        while not page.url.path.endswith("/review"):
            with costs.of(costs.page):
                page = _floor_send(client, page)
        with costs.of(costs.result):
            client.get(page.url.path.replace("/review", "/result"))


def _floor_send(client: httpx.Client, page: httpx.Response) -> httpx.Response:
    """Its form, the third level everywhere."""
    form = HTMLParser(page.text).css_first("form")
    values = {one.attributes["name"] or "": one.attributes["value"] for one in form.css("input[type=hidden]")}
    values |= {one.attributes["name"] or "": "L3" for one in form.css("input[type=radio]")}
    answer = client.post(form.attributes.get("action") or page.url.path, data=values)
    return answer.raise_for_status()


def _visit(base: str, costs: Costs) -> list[str]:
    """One respondent's run: the HTML of every page read."""
    with HttpWalker(base, costs) as walker:
        walker.journey(profiles.INTERCOMMUNAL)
        return walker.pages


def runs() -> None:
    """A respondent's whole run against the floor's, in turn, in the same rounds: to start, a page sent, the result."""
    with tempfile.TemporaryDirectory() as folder:
        mine = {"INSTANCE": folder}
        theirs = {"FLOOR_DB": f"{folder}/floor.db"}
        migrate = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
        subprocess.run(migrate, cwd=ROOT, check=True, env={**os.environ, **mine}, capture_output=True)
        with serve("wsgi:app", mine) as ours, serve("tests.bench.floor:app", theirs) as floor:
            _weights(_visit(ours.base, Costs(ours.cpu)))
            _floor_run(floor.base, Costs(floor.cpu))
            rounds = []
            for _ in range(ROUNDS):
                least, cost = Costs(floor.cpu), Costs(ours.cpu)
                for _ in range(RUNS):
                    _floor_run(floor.base, least)
                    _visit(ours.base, cost)
                rounds.append((cost, least))
            for name in ("start", "page", "result"):
                _beside(name, rounds)
            say("memory of the server, MiB (2 workers)", f"{ours.memory():.0f} (floor {floor.memory():.0f})")


def _beside(name: str, rounds: list[tuple[Costs, Costs]]) -> None:
    """Medians of each round, and the median of the rounds."""
    told = {"start": "to start", "page": "a page sent, and the one it leads to", "result": "the result"}[name]
    pairs = [[statistics.median(getattr(one, name)) for one in pair] for pair in rounds]
    cost, least = sorted(pairs, key=lambda pair: pair[0] / pair[1])[len(pairs) // 2]
    ratios = sorted(ours / floor for ours, floor in pairs)
    say(f"server CPU, {told}, ms", f"{cost:.1f} (floor {least:.1f})")
    say(
        "  ratio to the floor, median of rounds",
        f"{ratios[len(ratios) // 2]:.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})",
    )


def _weights(pages: list[str]) -> None:
    sizes = sorted(len(text.encode()) for text in pages)
    packed = sorted(len(gzip.compress(text.encode())) for text in pages)
    say("HTML page, KiB", f"median {statistics.median(sizes) / 1024:.1f}, heaviest {sizes[-1] / 1024:.1f}")
    say("HTML page gzipped, KiB", f"median {statistics.median(packed) / 1024:.1f}, heaviest {packed[-1] / 1024:.1f}")
    static = {name: (ROOT / "static" / name).stat().st_size / 1024 for name in ("app.css", "app.js")}
    say("styles and script, KiB", ", ".join(f"{name} {size:.0f}" for name, size in static.items()))


if __name__ == "__main__":
    every = (
        paths, loading, starting, readings, drawings, patches, worker, runs, statements, drawing, asking, lists,
        exports, walked,
    )  # fmt: skip
    parts = {part.__name__: part for part in every}
    for name in sys.argv[1:] or parts:
        parts[name]()
