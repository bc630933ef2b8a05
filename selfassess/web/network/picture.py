"""« Le réseau »: what it looks like, as a page. Each count leads to its files, and stands beside its picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import render_template, request

from selfassess.content.directory import OUTLINE_FRAME, outlines
from selfassess.core.network.picture import FEWEST, PicturePart, outside, picture_of
from selfassess.store.territories.expected import answered
from selfassess.store.territories.summaries import last_files, summed, uncounted
from selfassess.web.definitions import library
from selfassess.web.files.desk import at_desk
from selfassess.web.french import today
from selfassess.web.network import blueprint
from selfassess.web.network.month import followed, one_each

REVIEWED = "relue"  # `lecture`: what the network reads, of the files it has validated
BAR = 120  # the width of the longest bar
BOX = 30  # an overseas département, beside the map
SHADES = 4


@dataclass(frozen=True)
class MapArea:
    """`shade`: from 0, nobody, to SHADES. A box has no path, and stands at `x`."""

    code: str
    name: str
    count: int
    shade: int
    path: str = ""
    x: int = 0


@blueprint.get("/portrait")
def picture() -> str:
    me, known = at_desk(), library()
    networks = [one.id for one in me.networks]
    files = one_each(summed(last_files(networks)))
    reviewed = request.args.get("lecture") == REVIEWED
    shown = [followed(one, declared=not reviewed) for one in files if one.reviewed or not reviewed]
    parts = picture_of(known.definitions, shown, known.directory.departements)
    to_give = request.args.get("version") == "diffusion"
    return render_template(
        "network/picture.html",
        me=me,
        parts=outside(parts) if to_give else parts,
        areas=_areas(parts) if not to_give else [],
        frame=OUTLINE_FRAME,
        total=len(shown),
        frame_of=answered(networks),
        uncounted=uncounted(networks),
        reviewed=reviewed,
        to_give=to_give,
        too_few=to_give and len(shown) < FEWEST,
        on=today(),
        bar=lambda group, row: round(BAR * (row.count or 0) / (group.most or 1)),
        width=BAR,
        box=BOX,
    )


@cache
def _outlines(folder: Path) -> dict[str, str]:
    return outlines(folder)


def _areas(parts: Sequence[PicturePart]) -> Iterator[MapArea]:
    """Each département of the map, and a box for each overseas one that has a file."""
    known = library()
    [group] = [one for part in parts for one in part.groups if one.id == "departement"]
    counts = {one.key: one.count or 0 for one in group.rows}
    drawn = _outlines(known.root / known.definitions.slug / "directory")

    def shade(count: int) -> int:
        return -(-count * SHADES // max(group.most, SHADES)) if count else 0

    for code, path in drawn.items():
        count = counts.get(code, 0)
        yield MapArea(code, known.directory.departements[code], count, shade(count), path)
    for at, code in enumerate(code for code in counts if code not in drawn):
        yield MapArea(code, known.directory.departements.get(code, code), counts[code], shade(counts[code]), x=at * BOX)
