"""`/chiffres`: what the site is used for, by quarter, for anyone. Nothing of it leads to a file.

Every number is rounded down to a multiple of STEP, and stands for as many others; totals are sums of what is shown,
and add nothing to it; quarters are shown once they have ended, and never change. So no count under STEP is shown, nor
can be had by subtracting, from this page or from two of its days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from flask import render_template

from selfassess.core.answers.in_words import MONTHS, listed
from selfassess.store.models import MonthCount
from selfassess.store.submissions import PAUSE
from selfassess.store.usage import counted
from selfassess.web.french import today
from selfassess.web.public.pages import blueprint

STEP = 5
LEAST_TIMED = 10  # files for a median
QUARTERS = 4


@dataclass(frozen=True)
class UsageLine:
    """`name`: a quarter, or all; `minutes`: the median, rounded to STEP, None when too few were timed; `without`: its
    months that were not counted."""

    name: str
    begun: int
    completed: int
    sent: int
    minutes: int | None
    without: str = ""


@blueprint.get("/chiffres")
def usage() -> str:
    quarters = _ended_quarters(today())
    months = counted(quarters[0][0])
    lines = [line for names in quarters if (line := _of_quarter(names, months))]
    return render_template(
        "pages/usage.html", lines=lines, total=_total(lines, months, quarters), step=STEP, least=LEAST_TIMED,
        pause=int(PAUSE.total_seconds() // 60), first=_next_quarter(today()),
    )  # fmt: skip  # one thing a line would say less


def rounded(count: int) -> int:
    return count - count % STEP


def _ended_quarters(day: date) -> list[tuple[str, str, str]]:
    """The months of the last ones, in order: « 2026-07 », …"""
    last = day.year * 4 + (day.month - 1) // 3  # of this quarter, which has not ended
    return [_months(number) for number in range(last - QUARTERS, last)]


def _months(quarter: int) -> tuple[str, str, str]:
    year, place = divmod(quarter, 4)
    one, two, three = (f"{year}-{place * 3 + month:02}" for month in (1, 2, 3))
    return one, two, three


def _of_quarter(names: Sequence[str], months: Iterable[MonthCount]) -> UsageLine | None:
    """None when none of its months was counted."""
    found = [one for one in months if one.month in names]
    if not found:
        return None
    without = [_name(one) for one in names if one not in {each.month for each in found}]
    year = names[0][:4]
    return UsageLine(
        name=f"{_name(names[0]).capitalize()} à {_name(names[-1])} {year}",
        begun=rounded(sum(one.begun for one in found)),
        completed=rounded(sum(one.completed for one in found)),
        sent=rounded(sum(one.sent for one in found)),
        minutes=_median([minute for one in found for minute in one.minutes]),
        without=listed(without),
    )


def _total(lines: Sequence[UsageLine], months: Iterable[MonthCount], quarters: Iterable[Sequence[str]]) -> UsageLine:
    shown = {name for names in quarters for name in names}
    minutes = [minute for one in months if one.month in shown for minute in one.minutes]
    sums = (sum(one.begun for one in lines), sum(one.completed for one in lines), sum(one.sent for one in lines))
    return UsageLine("Ensemble", *sums, _median(minutes))


def _median(minutes: Sequence[int]) -> int | None:
    if rounded(len(minutes)) < LEAST_TIMED:
        return None
    return max(STEP, STEP * round(median(minutes) / STEP))


def _name(month: str) -> str:
    return MONTHS[int(month[5:]) - 1]


def _next_quarter(day: date) -> str:
    """When the first numbers come, for a site that has none: « janvier 2027 »."""
    year, month = divmod(day.year * 12 + (day.month - 1) // 3 * 3 + 3, 12)
    return f"{MONTHS[month]} {year}"
