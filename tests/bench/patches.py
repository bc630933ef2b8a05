"""What each change that saves time in WeasyPrint is worth: the share of a report's CPU that leaving it out adds.

One process draws with every change, and without each, in turn.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count

from selfassess.core.report.network_reading import lay
from selfassess.core.report.report import Report
from selfassess.store.database import db
from selfassess.web.report import pdf, weasyprint_patches
from tests.bench.drawings import STANDARD, app_in, cost
from tests.bench.saying import say
from tests.core.report import files, reviewed

ROUNDS, WARM = 9, 2
LETTERS = 600  # of each comment


def _prose(at: int) -> str:
    words = files.LONG_COMMENT.split()
    random.Random(at).shuffle(words)  # noqa: S311  no secret
    return " ".join(words)[:LETTERS]


def _ordinary(at: int) -> Report:
    given = {**files.FILES[STANDARD], "territory": {**files.PLACE, "name": f"Pays n° {at}", "population": 20_000 + at}}
    return files.report_of(given, {"governance": _prose(at)}, files.DAY + timedelta(days=at))


def _long(at: int) -> Report:
    """Two services, comments everywhere, a network that reads each category otherwise."""
    comments = {one: _prose(at + len(one)) for one in ("territory", "stage", "governance", "axes", "brakes")}
    services = files.SERVICES["two_services"]
    report = files.report_of(files.FILES["two_services"], comments, files.DAY + timedelta(days=at), services)
    remarks = [reviewed.remark(key, _prose(at)) for key in reviewed.keys(report)[:4]]
    said = reviewed.judged(report, _prose(at), every=True)
    return lay(report, reviewed.review_of(report, said, *remarks), reviewed.NETWORK, reviewed.DAY)


REPORTS: dict[str, Callable[[int], Report]] = {
    "a usual report": _ordinary,
    "a long one, of two services and a network": _long,
}
Switch = tuple[object, str, object, object]  # what has it, its name, without the change, with it


def _attributes() -> dict[tuple[object, str], object]:
    """Of the modules that are changed and of their classes."""
    modules = [one for name, one in sys.modules.items() if name.split(".")[0] in weasyprint_patches.WRITTEN_FOR]
    holders = [*modules, *(one for module in modules for one in vars(module).values() if isinstance(one, type))]
    return {(holder, name): value for holder in holders for name, value in vars(holder).items()}


def _switches() -> dict[str, list[Switch]]:
    """Makes every change, and tells how each is unmade and made again."""
    found: dict[str, list[Switch]] = {
        "html": [(pdf, "html", weasyprint_patches.plain_html, pdf.html)],
        "write_objects_once": [(pdf, "write_objects_once", lambda _: None, pdf.write_objects_once)],
    }

    def noted(change: Callable[[], None]) -> None:
        before = _attributes()
        change()
        found[change.__name__] = [(*at, before[at], value) for at, value in _attributes().items()
                                  if at in before and before[at] is not value]  # fmt: skip

    weasyprint_patches.QUICK = tuple(partial(noted, one) for one in weasyprint_patches.QUICK)
    pdf.warm()
    return found


def patches() -> None:
    """Every report is another one: what a change knows of a report before is what the worker would know."""
    numbers = count()
    with tempfile.TemporaryDirectory() as folder, app_in(folder).app_context():
        switches = _switches()
        without = {"": [], **{name: [name] for name in switches}, "all of them": [*switches]}
        for kind, make in REPORTS.items():
            costs: dict[str, list[float]] = {name: [] for name in without}
            for _ in range(ROUNDS + WARM):
                for name in random.sample(list(without), len(without)):
                    off = [one for change in without[name] for one in switches[change]]
                    for holder, attribute, theirs, _ours in off:
                        setattr(holder, attribute, theirs)
                    costs[name].append(cost(make(next(numbers))))
                    for holder, attribute, _theirs, ours in off:
                        setattr(holder, attribute, ours)
            _tell(kind, {name: found[WARM:] for name, found in costs.items()})
        db.engine.dispose()


def _tell(kind: str, costs: dict[str, list[float]]) -> None:
    """By the quarter of the draws that cost least: what else the machine does is no part of it."""
    low = {name: statistics.quantiles(found, n=4)[0] for name, found in costs.items()}
    median = statistics.median(costs[""])
    say(f"PDF, {kind}, CPU s, {ROUNDS} drawn", f"first quarter {low['']:.2f}, median {median:.2f}")
    for name in [*costs][1:]:
        shares = 1 - low[""] / low[name], 1 - median / statistics.median(costs[name])
        say(f"  saved by {name}", "first quarters {:.1%}, medians {:.1%}".format(*shares))
