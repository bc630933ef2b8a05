"""Pictures of the report: data → coordinates. The drawing is in templates/report/pictures/*.svg.

Units are those of the viewBox, 0.27 mm on paper. A picture wider than a telephone is cut in frames, side by side on
paper, one under the other on a telephone. Every picture carries its figures as text and in its `title`; the same
figures are in a table, or in a list beside it.

Apart: geometry alone; `presentation` gives the rest that a template reads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count

from selfassess.core.definition.typography import NBSP
from selfassess.core.report.report import (
    CategoryPart,
    DevicePart,
    DimensionPart,
    MatrixPart,
    Report,
    StepPart,
)
from selfassess.web.french import french_day

WIDTH = 320  # of a frame of the map
PROFILE = 240  # of the profile: beside its table, as tall as it
INSET = 10  # left and right of a scale


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
class ScaleRow:
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
    rows: tuple[ScaleRow, ...]
    told: str


@dataclass(frozen=True)
class TypologyMap:
    families: tuple[Picture, ...]
    remainder: Picture
    rows: tuple[ScaleRow, ...]
    threshold: int
    reach: int


ON_THE_MAP = {
    "assigned": "Oui",
    "undecided": "On ne sait pas".replace(" ", NBSP),
    "ruled_out": "Non",
}  # is this category the file's?
DEGREES = ("pas encore", "peu", "moyen", "beaucoup")  # by level of the profile


def points(low: int, high: int, top: int, noun: str = "") -> str:
    """« 5 sur 7 », « entre 2 et 5 sur 7 »: the same words in the picture, its title and the table."""
    said = str(low) if low == high else f"entre {low} et {high}"
    return f"{said}{noun} sur{NBSP}{top}"


def degree(low: int, high: int, top: int) -> str:
    """A level of the profile in a word; « peu ou plus », « moyen au plus » while answers are missing."""
    if top != len(DEGREES) - 1:  # an edition with other levels
        return points(low, high, top)
    if low == high:
        return DEGREES[low]
    if high == top:
        return f"{DEGREES[low]} ou plus" if low else "inconnu"
    return f"{DEGREES[low]} à {DEGREES[high]}" if low else f"{DEGREES[high]} au plus"


def scale(low: int, high: int, top: int, threshold: int | None = None, *, within: int = WIDTH) -> Bar:
    width = within - 2 * INSET

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


def typology(report: Report) -> TypologyMap:
    """The map: one picture per family, one for what lies outside both."""
    head = any(one.principal for one in report.categories)
    families = []
    rows: list[ScaleRow] = []
    for family, title in report.families.items():
        found = tuple(_category(one, one.principal) for one in report.categories if one.family == family)
        rows.extend(found)
        families.append(Picture(title=title, rows=found, told=_told(title, found)))
    outside = tuple(
        _category(category, category.principal or (not head and category.verdict == "assigned"), report.reading_title)
        for category in report.categories
        if category.family is None
    )
    scored = [one for one in report.categories if one.threshold is not None and one.reach is not None]
    return TypologyMap(
        families=tuple(families),
        remainder=Picture(title="Hors des deux familles", rows=outside, told=_told("Hors des deux familles", outside)),
        rows=(*rows, *outside),
        threshold=scored[0].threshold or 0,
        reach=scored[0].reach or 0,
    )


def _category(one: CategoryPart, strong: bool, reading: str | None = None) -> ScaleRow:
    if one.low is None or one.high is None or one.reach is None:
        figure = "sans points"
        if one.verdict == "assigned" and reading:
            figure = f"lecture{NBSP}: {reading[0].lower()}{reading[1:]}"
        return ScaleRow(one.title, figure, ON_THE_MAP[one.verdict], one.verdict, strong, None)
    bar = scale(one.low, one.high, one.reach, one.threshold)
    return ScaleRow(one.title, points(one.low, one.high, one.reach), ON_THE_MAP[one.verdict], one.verdict, strong, bar)


def maturity(report: Report) -> Picture:
    """Bars from 0 to the top level, one per dimension; hatched between low and high when answers are missing."""
    rows = tuple(_dimension(one) for one in report.maturity)
    return Picture(title="Profil du PAT", rows=rows, told=_told("Profil du PAT", rows))


def _dimension(one: DimensionPart) -> ScaleRow:
    bar = scale(one.low, one.high, one.top, within=PROFILE)
    state = "assigned" if one.low == one.high else "undecided"
    return ScaleRow(one.title, degree(one.low, one.high, one.top), one.text, state, False, bar)


def _told(title: str, rows: tuple[ScaleRow, ...]) -> str:
    """The picture in words, for its `title`: every figure it shows."""
    said = []
    for row in rows:
        parts = [row.figure] if row.verdict.endswith(".") else [row.verdict.lower(), row.figure]
        if row.strong:
            parts.append("lecture principale")
        said.append(f"{row.title}{NBSP}: {', '.join(parts)}")
    return f"{title}. {'. '.join(said)}."


HEAD, LABEL, LINE, GAP = 29, 18, 14, 4  # heights: title of a frame, of a row, line of a name, what parts two
LETTERS = 20  # of a name on one line
CLOSED = "Pas ouvert à ce jour"  # the last row: whatever the interest, the picture invites to no closed door


@dataclass(frozen=True)
class DeviceSpot:
    """One device in its cell: its name cut in lines, the y of the first; `strong`: on page one."""

    lines: tuple[str, ...]
    y: int
    verdict: str
    strong: bool


@dataclass(frozen=True)
class MatrixCell:
    title: str
    y: int
    height: int
    spots: tuple[DeviceSpot, ...]


@dataclass(frozen=True)
class MatrixColumn:
    """One frame of the matrix: the devices that ask for that much effort, a cell for each degree of interest."""

    title: str
    cells: tuple[MatrixCell, ...]
    height: int
    told: str


MatrixRows = tuple[tuple[str, tuple[tuple[DevicePart, ...], ...]], ...]


def matrix(report: Report) -> tuple[MatrixColumn, ...]:
    """Effort × interest: one frame per band of effort; rows of the same height in all."""
    part = report.matrix
    if part is None:
        return ()
    shown = {one.device for one in report.page_one.slots}
    names = {one.id: _lines(one.short, LETTERS) for one in report.devices}
    rows = matrix_rows(report, part)
    heights = [
        LABEL + max(sum(LINE * len(names[one.id]) + GAP for one in cell) for cell in row) + 5 if any(row) else LABEL + 8
        for _, row in rows
    ]
    columns = []
    for at, title in enumerate(part.efforts):
        cells, top = [], HEAD
        for (interest, row), height in zip(rows, heights, strict=True):
            spots, y = [], top + LABEL + 12
            for one in row[at]:
                spots.append(DeviceSpot(names[one.id], y, mark_of(one), one.id in shown))
                y += LINE * len(names[one.id]) + GAP
            cells.append(MatrixCell(interest, top, height, tuple(spots)))
            top += height
        told = _column_told(title, [(interest, row[at]) for interest, row in rows], part.most_effort, shown)
        columns.append(MatrixColumn(title, tuple(cells), top + 2, told))
    return tuple(columns)


def matrix_rows(report: Report, part: MatrixPart) -> MatrixRows:
    """(title, a cell per band of effort): the open devices by interest, then the others, the most useful first."""
    by_id = {one.id: one for one in report.devices}
    placed = [[[by_id[one] for one in cell] for cell in row] for row in part.cells]
    rows = [
        (interest, tuple(tuple(one for one in cell if enterable(one)) for cell in row))
        for interest, row in zip(part.interests, placed, strict=True)
    ]
    columns = [[one for cell in column for one in cell if not enterable(one)] for column in zip(*placed, strict=True)]
    closed = tuple(tuple(sorted(cell, key=lambda one: -one.relevance)) for cell in columns)
    return (*rows, (CLOSED, closed))


def enterable(one: DevicePart) -> bool:
    """Can it be entered on the report's day, or is it in use already?"""
    return one.verdict != "non_ouvert" and (one.entry == "open" or one.in_place or one.action is not None)


def mark_of(one: DevicePart) -> str:
    """The verdict its sign shows: what is possible through a door that is not open is to be prepared, or left for now
    when the door is shut for good."""
    if enterable(one) or one.verdict == "non_ouvert":
        return one.verdict
    return "pas_maintenant" if one.entry == "over" else {"maintenant": "a_preparer"}.get(one.verdict, one.verdict)


def _lines(name: str, letters: int) -> tuple[str, ...]:
    """Cut at its spaces; a word longer than a line, after its hyphens and dashes too."""
    lines: list[str] = []
    for word in name.split(" "):
        parts = [word] if len(word) <= letters else re.findall("[^-–]*[-–]|[^-–]+", word)
        for at, part in enumerate(parts):
            joined = f"{lines[-1]}{'' if at else ' '}{part}" if lines else part
            if lines and len(joined) <= letters:
                lines[-1] = joined
            else:
                lines.append(part)
    return tuple(lines)


def _column_told(
    effort: str, cells: list[tuple[str, tuple[DevicePart, ...]]], most: int, shown: set[str | None]
) -> str:
    said = []
    for title, cell in cells:
        if cell:
            listed = f"{NBSP}; ".join(_spot_told(one, most, one.id in shown) for one in cell)
            said.append(f"{title}{NBSP}: {listed}")
    return ". ".join([effort, *(said or ["Aucun dispositif"])]) + "."


def _spot_told(one: DevicePart, most: int, strong: bool) -> str:
    first = ", en première page" if strong else ""
    figures = f"effort {one.effort} sur{NBSP}{most}, intérêt {one.relevance}".replace("-", "−")
    return f"{one.short} ({one.verdict_text.lower()}, {figures}{first})"


SPAN = 220  # width of a frame of the timeline
LANE_LETTERS = 28


@dataclass(frozen=True)
class StepMark:
    """One step: its number, in the timeline and in the list beside; `lane`: which device it belongs to."""

    number: int
    x: float
    lane: int


@dataclass(frozen=True)
class TimelineFrame:
    """One frame of the timeline: a period, its last day in words, its steps."""

    title: str
    until: str
    marks: tuple[StepMark, ...]
    steps: tuple[tuple[int, StepPart], ...]
    told: str


@dataclass(frozen=True)
class Timeline:
    """`lanes`: the names of the devices, cut in lines."""

    lanes: tuple[tuple[str, ...], ...]
    spans: tuple[TimelineFrame, ...]


def timeline(report: Report) -> Timeline:
    """Steps numbered through the periods, one lane per device."""
    lanes = list(dict.fromkeys(step.title for period in report.timeline for step in period.steps))
    numbers, spans = count(1), []
    for period in report.timeline:
        until = f"jusqu’au {french_day(period.until)}" if period.until else ""
        steps = tuple((next(numbers), one) for one in period.steps)
        marks = []
        for lane, title in enumerate(lanes):
            mine = [number for number, one in steps if one.title == title]
            marks += [StepMark(number, round((at + 0.5) * SPAN / len(mine), 1), lane) for at, number in enumerate(mine)]
        said = f"{NBSP}; ".join(f"étape {number}, {one.title}" for number, one in steps) or "rien de prévu"
        told = f"{period.title}{f', {until}' if until else ''}{NBSP}: {said}."
        spans.append(TimelineFrame(period.title, until, tuple(marks), steps, told))
    return Timeline(tuple(_lines(one, LANE_LETTERS) for one in lanes), tuple(spans))


def numbered(drawn: Timeline) -> dict[tuple[str, str], tuple[int, str]]:
    """The number and the span of each step of the calendar, by its device and its words: its sheet tells it."""
    return {(one.device, one.text): (number, span.title) for span in drawn.spans for number, one in span.steps}
