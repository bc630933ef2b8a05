"""The devices placed by the effort they ask for and by their interest for the territory, in bands the texts name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from selfassess.core.definition.device import Means
from selfassess.core.definition.report_texts import Band, MatrixTexts
from selfassess.core.explanation.parts import Part

if TYPE_CHECKING:
    from selfassess.core.report.report import DevicePart


class MatrixPart(Part):
    """Ids of devices by row (interest, the most first) and column (effort, the least first)."""

    efforts: tuple[str, ...]
    interests: tuple[str, ...]
    cells: tuple[tuple[tuple[str, ...], ...], ...]
    most_effort: int


def _band(bands: Sequence[Band], points: int) -> int:
    return max((at for at, one in enumerate(bands) if points >= one.from_), default=0)


def matrix_of(texts: MatrixTexts, means: Means, devices: Sequence[DevicePart]) -> MatrixPart:
    """Every device in its cell, in the order of `devices`; the row of most interest comes first."""
    rows: list[list[list[str]]] = [[[] for _ in texts.effort] for _ in texts.interest]
    for one in devices:
        rows[-1 - _band(texts.interest, one.relevance)][_band(texts.effort, one.effort)].append(one.id)
    return MatrixPart(
        efforts=tuple(one.title for one in texts.effort),
        interests=tuple(one.title for one in reversed(texts.interest)),
        cells=tuple(tuple(tuple(cell) for cell in row) for row in rows),
        most_effort=sum(len(axis.scale) - 1 for axis in means.axes if axis.effort),
    )
