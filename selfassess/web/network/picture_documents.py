"""« Le réseau » as documents to hand over: a PDF of eight pages at the most, and an ODT to edit."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from flask import redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from selfassess.content.directory import OUTLINE_FRAME
from selfassess.core.network.picture import PictureGroup, grid_of
from selfassess.core.report.blocks import DocumentBlock, Drafts, Paragraph, Span, Table
from selfassess.web.french import clean, day, french
from selfassess.web.network import blueprint
from selfassess.web.network.picture import BOX, Portrait, portrait
from selfassess.web.report import document_file, pdf
from selfassess.web.settings import REPORTS
from selfassess.web.throttle import count_demand

TITLE = "Le réseau"
MOST_NAMED = 60  # territories that documents name; of more they tell how many, and the workbook has the names
MOST_PAGES = 8
BARS = 20  # widths that the style sheet knows
MOST_LETTERS = 20_000  # of names in full: more never hold
IN_FULL, BY_NUMBER, COUNTED = "names", "numbers", "counts"  # how the territories of a row are told
ELSEWHERE = "Les noms des territoires de chaque ligne sont dans le classeur du réseau."
UNTOLD = "moins de cinq, ou caché"
COLUMNS = {"2": ("11cm", "6cm"), "3": ("6.5cm", "2cm", "8.5cm")}  # widths in the ODT, by how many there are


@blueprint.get("/portrait.pdf")
def picture_pdf() -> Response:
    seen = portrait()
    if not seen.total or seen.too_few:
        return redirect(_page(seen), 303)
    count_demand(REPORTS, _page(seen))
    return _attached(seen, pdf.drawn(on_paper(seen), MOST_PAGES), "application/pdf", "pdf")


@blueprint.get("/portrait.odt")
def picture_odt() -> Response:
    seen = portrait()
    if not seen.total or seen.too_few:
        return redirect(_page(seen), 303)
    return _attached(seen, as_odt(seen), document_file.MIMETYPE, "odt")


def _page(seen: Portrait) -> str:
    return url_for("network.picture", **seen.address())


def _attached(seen: Portrait, made: bytes, kind: str, ending: str) -> Response:
    name = f"{TITLE} - {'à diffuser - ' if seen.to_give else ''}{seen.on}.{ending}"
    return send_file(BytesIO(made), kind, as_attachment=True, download_name=name, etag=False)


def _named(seen: Portrait) -> bool:
    return not seen.to_give and seen.total <= MOST_NAMED


def on_paper(seen: Portrait) -> Iterator[str]:
    """The text of the PDF, from the fullest way to tell who is in each row: the first that holds is kept."""
    named, rows = _named(seen), (row for part in seen.parts for group in part.groups for row in group.rows)
    short = sum(len(one.name) for row in rows for one in row.files) <= MOST_LETTERS
    for way in ((IN_FULL,) * short + (BY_NUMBER,)) * named + (COUNTED,):
        yield render_template(
            "network/print.html",
            seen=seen,
            networks=_networks(seen),
            named=named,
            way=way,
            elsewhere=french(ELSEWHERE),
            untold=UNTOLD,
            numbers={one.reference: at for at, one in enumerate(seen.files, 1)},
            grid=grid_of,
            frame=OUTLINE_FRAME,
            box=BOX,
            bar=lambda group, row: -(-BARS * (row.count or 0) // (group.most or 1)),
        )


def _networks(seen: Portrait) -> str:
    return ", ".join(one.name for one in seen.me.networks)


def as_odt(seen: Portrait) -> bytes:
    """Headings and tables of a document to edit; the map is its table of départements."""
    named = _named(seen)
    told = [*seen.about] if named or seen.to_give else [*seen.about, french(ELSEWHERE)]
    blocks: list[DocumentBlock] = [_said("heading1", TITLE), _said("lead", str(clean(_networks(seen))))]
    blocks += [_said("text", one) for one in told]
    for part in seen.parts:
        groups = [one for one in part.groups if one.rows]
        if groups:
            blocks.append(_said("heading2", french(part.title)))
        for group in groups:
            blocks.append(_said("heading3", french(group.title)))
            if group.about:
                blocks.append(_said("intro", french(group.about)))
            blocks.append(_table(group, named=named))
    foot = ["Boussole PAT–International", day(seen.on), *(["Version à diffuser"] if seen.to_give else [])]
    made = Drafts(TITLE, str(clean(_networks(seen))), (Span(" · ".join(foot)),), (tuple(blocks),), (0,))
    return document_file.written(made, seen.on.isoformat(), COLUMNS)


def _said(kind: str, text: str) -> Paragraph:
    return Paragraph(kind, (Span(text),))


def _table(group: PictureGroup, *, named: bool) -> Table:
    head = ("Ligne", "Combien", "Territoires") if named else ("Ligne", "Combien de territoires")
    rows = []
    for row in group.rows:
        cells = [(french(row.label),), (UNTOLD if row.count is None else str(row.count),)]
        if named:
            cells.append((", ".join(str(clean(one.name)) for one in row.files),))
        rows.append(tuple(cells))
    return Table(french(group.title), head, tuple(rows))
