"""Pictures of the report: data → coordinates. The drawing is in templates/report/pictures/*.svg.

Units are those of the viewBox, 320 wide: one picture is as wide as half a column on paper, or a telephone.
Every picture carries its figures as text and in its `title`; the same figures are in a table beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from selfassess.core.report import CategoryPart, DimensionPart, Report

WIDTH = 320
INSET = 10  # left and right of a scale
NBSP = "\u00a0"


@dataclass(frozen=True)
class Bar:
    """An interval on a scale: x of its ends, of the threshold, of the ticks; hatching where it is unsure."""

    start: float
    low: float
    high: float
    end: float
    threshold: float | None
    ticks: tuple[tuple[int, float], ...]
    hatch: tuple[float, ...]


@dataclass(frozen=True)
class Row:
    """One category or dimension: what is written about it, and its bar (None: no points)."""

    title: str
    figure: str
    verdict: str
    state: str
    strong: bool
    bar: Bar | None


@dataclass(frozen=True)
class Picture:
    title: str
    rows: tuple[Row, ...]
    told: str


@dataclass(frozen=True)
class Map:
    families: tuple[Picture, ...]
    remainder: Picture
    rows: tuple[Row, ...]
    threshold: int
    reach: int


def points(low: int, high: int, top: int, noun: str = "") -> str:
    """« 5 sur 7 », « entre 2 et 5 sur 7 »: the same words in the picture, its title and the table."""
    said = str(low) if low == high else f"entre {low} et {high}"
    return f"{said}{noun} sur{NBSP}{top}"


def scale(low: int, high: int, top: int, threshold: int | None = None) -> Bar:
    width = WIDTH - 2 * INSET

    def at(value: float) -> float:
        return round(INSET + width * value / top, 1)

    first, last = at(low), at(high)
    hatch = tuple(round(first + 5 * step, 1) for step in range(1, int((last - first - 1) // 5) + 1))
    return Bar(
        start=at(0),
        low=first,
        high=last,
        end=at(top),
        threshold=None if threshold is None else at(threshold),
        ticks=tuple((value, at(value)) for value in range(top + 1)),
        hatch=hatch,
    )


def typology(report: Report) -> Map:
    """The map: one picture per family, one for what lies outside both."""
    head = any(one.principal for one in report.categories)
    families = []
    rows: list[Row] = []
    for family, title in report.families.items():
        found = tuple(_category(one, one.principal) for one in report.categories if one.family == family)
        rows.extend(found)
        families.append(Picture(title=title, rows=found, told=_told(title, found)))
    outside = tuple(
        _category(one, one.principal or (not head and one.verdict == "assigned"), report.reading_title)
        for one in report.categories
        if one.family is None
    )
    scored = [one for one in report.categories if one.threshold is not None and one.reach is not None]
    return Map(
        families=tuple(families),
        remainder=Picture(title="Hors des deux familles", rows=outside, told=_told("Hors des deux familles", outside)),
        rows=(*rows, *outside),
        threshold=scored[0].threshold or 0,
        reach=scored[0].reach or 0,
    )


def _category(one: CategoryPart, strong: bool, reading: str | None = None) -> Row:
    if one.low is None or one.high is None or one.reach is None:
        figure = "sans points"
        if one.verdict == "assigned" and reading:
            figure = f"lecture{NBSP}: {reading[0].lower()}{reading[1:]}"
        return Row(one.title, figure, one.verdict_text, one.verdict, strong, None)
    bar = scale(one.low, one.high, one.reach, one.threshold)
    return Row(one.title, points(one.low, one.high, one.reach), one.verdict_text, one.verdict, strong, bar)


def maturity(report: Report) -> Picture:
    """Bars from 0 to the top level, one per dimension; hatched between low and high when answers are missing."""
    rows = tuple(_dimension(one) for one in report.maturity)
    return Picture(title="Profil du PAT", rows=rows, told=_told("Profil du PAT", rows))


def _dimension(one: DimensionPart) -> Row:
    bar = scale(one.low, one.high, one.top)
    state = "assigned" if one.low == one.high else "undecided"
    return Row(one.title, points(one.low, one.high, one.top), one.text, state, False, bar)


def _told(title: str, rows: tuple[Row, ...]) -> str:
    """The picture in words, for its `title`: every figure it shows."""
    said = []
    for row in rows:
        parts = [row.figure] if row.verdict.endswith(".") else [row.verdict.lower(), row.figure]
        if row.strong:
            parts.append("lecture principale")
        said.append(f"{row.title}{NBSP}: {', '.join(parts)}")
    return f"{title}. {'. '.join(said)}."
