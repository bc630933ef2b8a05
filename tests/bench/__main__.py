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

from selfassess.core.compose import build
from selfassess.core.counterfactual import Trial, counterfactual
from selfassess.core.path import minutes
from selfassess.core.reading import read_file
from tests.bench.drawings import drawings, worker
from tests.bench.journey import HttpWalker
from tests.bench.saying import say
from tests.bench.servers import ROOT, Server, serve
from tests.definitions import definitions, described_action, edition, every_path, lengths_of
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
    reading = read_file(edition(), definitions().devices, answers)
    done = time.process_time()
    trial = Trial(reading)
    for advice in reading.advices:
        counterfactual(trial, advice)
    tried = time.process_time()
    build(definitions(), reading, answers, {}, DAY)
    return done - began, tried - done, time.process_time() - tried


def readings() -> None:
    """CPU of one file read, of what would change each of its devices, and of its report with every reason: for each
    file the least of three runs, since what else the machine does is no part of it."""
    from tests.core.test_exploring import KINDS, explorer

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


def _floor_run(base: str, pages: int) -> None:
    with httpx.Client(base_url=base, follow_redirects=True) as client:
        page = client.get("/start")
        for _ in range(pages):
            key = page.url.path.split("/")[1]
            page = client.post(page.url.path, data={"key": key, "q0": "1", "q1": "2", "q2": "3", "q3": "4"})


def _cost(server: Server, run: Any) -> float:
    """CPU milliseconds of the server for one run, over `RUNS` of them."""
    before = server.cpu()
    for _ in range(RUNS):
        run()
    return (server.cpu() - before) * 1000 / RUNS


def _visit(base: str) -> tuple[int, list[str]]:
    """One respondent's run: how many pages were sent, and the HTML of every page read."""
    with HttpWalker(base) as walker:
        walker.journey(profiles.INTERCOMMUNAL)
        return walker.posts, walker.pages


def runs() -> None:
    """A respondent's whole run against the floor with as many pages, in turn, in the same rounds."""
    with tempfile.TemporaryDirectory() as folder:
        mine = {"INSTANCE": folder}
        theirs = {"FLOOR_DB": f"{folder}/floor.db"}
        migrate = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
        subprocess.run(migrate, cwd=ROOT, check=True, env={**os.environ, **mine}, capture_output=True)
        with serve("wsgi:app", mine) as ours, serve("tests.bench.floor:app", theirs) as floor:
            posts, pages = _visit(ours.base)
            _weights(pages)
            _floor_run(floor.base, posts)
            ratios = []
            for _ in range(ROUNDS):
                least = _cost(floor, lambda: _floor_run(floor.base, posts))
                cost = _cost(ours, lambda: _visit(ours.base))
                ratios.append((cost / least, cost, least))
            ratio, cost, least = sorted(ratios)[ROUNDS // 2]
            say(f"server CPU per run of {posts} pages sent, ms", f"{cost:.0f} (floor {least:.0f})")
            say("ratio to the floor, median of rounds", f"{ratio:.1f}")
            say("memory of the server, MiB (2 workers)", f"{ours.memory():.0f} (floor {floor.memory():.0f})")


def _weights(pages: list[str]) -> None:
    sizes = sorted(len(text.encode()) for text in pages)
    packed = sorted(len(gzip.compress(text.encode())) for text in pages)
    say("HTML page, KiB", f"median {statistics.median(sizes) / 1024:.1f}, heaviest {sizes[-1] / 1024:.1f}")
    say("HTML page gzipped, KiB", f"median {statistics.median(packed) / 1024:.1f}, heaviest {packed[-1] / 1024:.1f}")
    static = {name: (ROOT / "static" / name).stat().st_size / 1024 for name in ("app.css", "app.js")}
    say("styles and script, KiB", ", ".join(f"{name} {size:.0f}" for name, size in static.items()))


if __name__ == "__main__":
    parts = {part.__name__: part for part in (paths, loading, readings, drawings, worker, runs)}
    for name in sys.argv[1:] or parts:
        parts[name]()
