"""« Le réseau » as documents to hand over: a PDF of eight pages at the most, and an ODT to edit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO

from flask import redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from selfassess.content.directory import OUTLINE_FRAME
from selfassess.core.network.picture import PictureGroup, grid_of
from selfassess.core.report.blocks import DocumentBlock, Drafts, Paragraph, Span, Table
from selfassess.store.networks import find_logo
from selfassess.store.territories.summaries import named
from selfassess.web.errors import Problem
from selfassess.web.files.desk import network_ids
from selfassess.web.french import clean, day, french
from selfassess.web.network import blueprint
from selfassess.web.network.picture import BOX, MOST_TOGETHER, Portrait, portrait
from selfassess.web.report import document_file, pdf
from selfassess.web.report.visibility import as_territories_see
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
PART = "partie"  # from 1
COLUMNS = {"2": ("11cm", "6cm"), "3": ("5cm", "2cm", "10cm")}  # widths in the ODT, by how many there are


@blueprint.get("/portrait.pdf")
def picture_pdf() -> Response:
    seen = portrait()
    if seen.empty:
        return redirect(_page(seen), 303)
    face = _face(seen)
    made = _drawn(seen, lambda: pdf.drawn(on_paper(seen, face), MOST_PAGES, face.logo if face else None))
    return _attached(seen, made, "application/pdf", "pdf")


@blueprint.get("/portrait.odt")
def picture_odt() -> Response:
    seen = portrait()
    if seen.empty:
        return redirect(_page(seen), 303)
    return _attached(seen, as_odt(seen), document_file.MIMETYPE, "odt")


@blueprint.get("/pages-une.pdf")
def pages_one() -> Response:
    """Page one of each territory as it sees it itself: the network's reading is there once validated."""
    seen = portrait()
    part = request.args.get(PART, 1, type=int)
    names = [one.reference for one in seen.files[(part - 1) * MOST_TOGETHER : part * MOST_TOGETHER]] if part > 0 else []
    found = named(network_ids(), names)
    if seen.to_give or not found:
        return redirect(_page(seen), 303)
    reports = (as_territories_see(found[one]) for one in names if one in found)
    title, day_drawn = f"Pages une – {_networks(seen)}", seen.on.isoformat()
    made = _drawn(seen, lambda: pdf.pages_one(reports, title, day_drawn))
    return _attached(seen, made, "application/pdf", "pdf", f"Pages une{f' {part}' if part > 1 else ''}")


def _drawn(seen: Portrait, draw: Callable[[], bytes]) -> bytes:
    """Counted as a report asked for; others are drawn first, and a page says so where that is long."""
    count_demand(REPORTS, _page(seen))
    try:
        return draw()
    except pdf.AtWorkError:
        raise Problem("at_work") from None


def _page(seen: Portrait) -> str:
    return url_for("network.picture", **seen.address())


def _attached(seen: Portrait, made: bytes, kind: str, ending: str, what: str = TITLE) -> Response:
    name = f"{what} - {'à diffuser - ' if seen.to_give else ''}{seen.on}.{ending}"
    return send_file(BytesIO(made), kind, as_attachment=True, download_name=name, etag=False)


def _with_names(seen: Portrait) -> bool:
    return not seen.to_give and seen.total <= MOST_NAMED


def on_paper(seen: Portrait, face: pdf.NetworkFace | None = None) -> Iterator[str]:
    """The text of the PDF, from the fullest way to tell who is in each row: the first that holds is kept."""
    with_names, rows = _with_names(seen), (row for part in seen.parts for group in part.groups for row in group.rows)
    short = sum(len(one.name) for row in rows for one in row.files) <= MOST_LETTERS
    for way in ((IN_FULL,) * short + (BY_NUMBER,)) * with_names + (COUNTED,):
        yield render_template(
            "network/print.html",
            seen=seen,
            networks=_networks(seen),
            face=face,
            named=with_names,
            way=way,
            elsewhere=french(ELSEWHERE),
            untold=UNTOLD,
            numbers={one.reference: at for at, one in enumerate(seen.files, 1)},
            grid=grid_of,
            frame=OUTLINE_FRAME,
            box=BOX,
            bar=lambda group, row: -(-BARS * (row.count or 0) // (group.most or 1)),
        )


def _face(seen: Portrait) -> pdf.NetworkFace | None:
    """Of the network, where it is one, and says more than its name."""
    if len(seen.me.networks) != 1:
        return None
    [one] = seen.me.networks
    logo = find_logo(one.logo) if one.logo else None
    return pdf.NetworkFace(one.name, one.contact, logo) if logo or one.contact else None


def _networks(seen: Portrait) -> str:
    return ", ".join(one.name for one in seen.me.networks)


def as_odt(seen: Portrait) -> bytes:
    """Headings and tables of a document to edit; the map is its table of départements."""
    with_names = _with_names(seen)
    told = [*seen.about] if with_names or seen.to_give else [*seen.about, french(ELSEWHERE)]
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
            blocks.append(_table(group, with_names=with_names))
    foot = ["Boussole PAT–International", day(seen.on), *(["Version à diffuser"] if seen.to_give else [])]
    made = Drafts(TITLE, str(clean(_networks(seen))), (Span(" · ".join(foot)),), (tuple(blocks),), (0,))
    return document_file.written(made, seen.on.isoformat(), COLUMNS)


def _said(kind: str, text: str) -> Paragraph:
    return Paragraph(kind, (Span(text),))


def _table(group: PictureGroup, *, with_names: bool) -> Table:
    head = ("Ligne", "Combien", "Territoires") if with_names else ("Ligne", "Combien de territoires")
    rows = []
    for row in group.rows:
        cells = [(french(row.label),), (UNTOLD if row.count is None else str(row.count),)]
        if with_names:
            cells.append((", ".join(str(clean(one.name)) for one in row.files),))
        rows.append(tuple(cells))
    return Table(french(group.title), head, tuple(rows))
