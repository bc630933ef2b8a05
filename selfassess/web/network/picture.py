"""« Le réseau »: what it looks like, as a page. Each count leads to its files, and stands beside its picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request, url_for

from selfassess.content.directory import OUTLINE_FRAME, outlines
from selfassess.core.network.picture import (
    FEWEST,
    REGION,
    PictureGroup,
    PicturePart,
    PictureRow,
    narrowed,
    narrowing,
    outside,
    picture_of,
)
from selfassess.core.network.summary import FollowedFile
from selfassess.store.models import Facilitator
from selfassess.store.territories.expected import answered
from selfassess.store.territories.summaries import last_files, summed, uncounted
from selfassess.web.definitions import library
from selfassess.web.files.desk import at_desk
from selfassess.web.french import day, french, several, today
from selfassess.web.network import blueprint
from selfassess.web.network.month import followed, one_each

REVIEWED = "relue"  # `lecture`: what the network reads, of the files it has validated
TO_GIVE = "diffusion"  # `version`: without any name
DECLARED = "C'est ce que les territoires déclarent."
UNRANKED = "Rien n'est classé : les territoires sont dans l'ordre alphabétique, les lignes dans celui du questionnaire."
HIDDEN = (
    "Aucun territoire n'est nommé. Un compte de moins de cinq est caché, et avec lui ceux que le total ferait deviner ;"
    " les départements n'y sont pas."
)
MOST_TOGETHER = 50  # pages une in one file: a twentieth of a second each
BAR = 120  # the width of the longest bar
BOX = 30  # an overseas département, beside the map
SHADES = 4
MOST_NAMED = 500  # beyond, counts lead to the list: ten thousand names a row are no page


@dataclass(frozen=True)
class MapArea:
    """`shade`: from 0, nobody, to SHADES. A box has no path, and stands at `x`."""

    code: str
    name: str
    count: int
    shade: int
    path: str = ""
    x: int = 0


@dataclass(frozen=True)
class Portrait:
    """The picture that an address asks for. `offered`: by what it may be narrowed; `chosen`: the row kept of each.
    Outside the network nothing is narrowed: two counts, one within the other, would tell what is hidden."""

    me: Facilitator
    parts: tuple[PicturePart, ...]
    areas: tuple[MapArea, ...]
    files: tuple[FollowedFile, ...]
    offered: tuple[PictureGroup, ...]
    chosen: dict[str, str]
    reviewed: bool
    to_give: bool
    frame_of: tuple[int, int]
    uncounted: int
    on: date
    unread: int = 0  # territories whose reading is not validated, where the validated ones alone are counted

    @property
    def total(self) -> int:
        return len(self.files)

    @property
    def too_few(self) -> bool:
        return self.to_give and self.total < FEWEST

    @property
    def would_tell(self) -> bool:
        """Beside what is declared, given away too, what the network reads would tell of those few not read yet."""
        return self.to_give and 0 < self.unread < FEWEST

    @property
    def empty(self) -> bool:
        return not self.total or self.too_few or self.would_tell

    @property
    def kept(self) -> list[str]:
        """What is chosen, in words."""
        return [row.label for group in self.offered for row in group.rows if self.chosen.get(group.id) == row.key]

    @property
    def about(self) -> list[str]:
        """What is counted and how, in sentences: the same on the page and in documents."""
        answering, expected = self.frame_of
        awaited = several(expected, "territoire attendu", "territoires attendus")
        within = f" ; {answering} des {awaited} ont répondu" if expected else ""
        whose = "Seules comptent les lectures validées par le réseau." if self.reviewed else DECLARED
        said = [
            f"{several(self.total, 'territoire')}, au {day(self.on)}, chacun par son dernier dossier{within}. {whose}"
        ]
        if self.chosen:
            said.append(f"Seulement : {', '.join(self.kept)}.")
        return [french(one) for one in (*said, HIDDEN if self.to_give else UNRANKED)]

    @property
    def shares(self) -> list[tuple[int, str]]:
        """The files that pages une come in: from 1, and which territories each has where there are several."""
        cut = [self.files[at : at + MOST_TOGETHER] for at in range(0, self.total, MOST_TOGETHER)]
        if self.to_give or len(cut) < 2:
            return [] if self.to_give else [(1, "") for _ in cut]
        return [(at, f"{one[0].name} – {one[-1].name}") for at, one in enumerate(cut, 1)]

    def address(self, **changed: object) -> dict[str, Any]:
        """The arguments of another picture, told from those of this one."""
        told = {"lecture": REVIEWED if self.reviewed else "", "version": TO_GIVE if self.to_give else "", **changed}
        narrowed_by = {} if told["version"] else self.chosen
        return {name: value for name, value in {**narrowed_by, **told}.items() if value}


def portrait() -> Portrait:
    """Of the files that the account logged in follows."""
    me, known = at_desk(), library()
    networks = [one.id for one in me.networks]
    reviewed, to_give = request.args.get("lecture") == REVIEWED, request.args.get("version") == TO_GIVE
    every = one_each(summed(last_files(networks)))
    files = [followed(one, declared=not reviewed) for one in every if one.reviewed or not reviewed]
    parts = picture_of(known.definitions, files, known.directory.departements)
    offered = () if to_give else narrowing(known.definitions, parts)
    chosen = {one.id: value for one in offered if (value := request.args.get(one.id))}
    if chosen:
        files = narrowed(offered, files, chosen)
        parts = picture_of(known.definitions, files, known.directory.departements)
    return Portrait(
        me=me,
        parts=outside(parts) if to_give else parts,
        areas=() if to_give else tuple(_areas(parts)),
        files=tuple(files),
        offered=offered,
        chosen=chosen,
        reviewed=reviewed,
        to_give=to_give,
        frame_of=_frame_of(networks, chosen),
        uncounted=uncounted(networks),
        on=today(),
        unread=len(every) - len(files) if reviewed and to_give else 0,
    )


def _frame_of(networks: list[int], chosen: dict[str, str]) -> tuple[int, int]:
    """Who answered of who is expected; within a region too. What else may be chosen is known of who answered alone."""
    if not set(chosen) <= {REGION}:
        return 0, 0
    region_of, region = library().directory.region, chosen.get(REGION)
    return answered(networks, lambda one: region in (None, region_of(one.departement, one.place)))


@blueprint.get("/portrait")
def picture() -> str:
    seen = portrait()
    return render_template(
        "network/picture.html",
        me=seen.me,
        seen=seen,
        frame=OUTLINE_FRAME,
        bar=lambda group, row: round(BAR * (row.count or 0) / (group.most or 1)),
        width=BAR,
        listed=partial(_listed, seen, url_for("review.queue")),
        file=cache(lambda reference: url_for("review.file", reference=reference)),
        box=BOX,
        reading=REVIEWED,
        giving=TO_GIVE,
        most_named=MOST_NAMED,
    )


def _listed(seen: Portrait, desk: str, group: PictureGroup, row: PictureRow) -> str:
    """The address of the list of its files: lists know the declared reading alone, and nothing leaves the network."""
    chosen = {**seen.chosen, group.id: row.key}
    return "" if seen.reviewed or seen.to_give else f"{desk}?{urlencode(chosen)}"


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
