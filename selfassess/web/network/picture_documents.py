"""« Le réseau » as documents to hand over: a PDF of eight pages at the most. What is not in the page is not in them."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from flask import redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from selfassess.content.directory import OUTLINE_FRAME
from selfassess.core.network.picture import grid_of
from selfassess.web.network import blueprint
from selfassess.web.network.picture import BOX, Portrait, portrait
from selfassess.web.report import pdf
from selfassess.web.settings import REPORTS
from selfassess.web.throttle import count_demand

MOST_NAMED = 60  # territories that documents name; of more they tell how many, and the workbook has the names
MOST_PAGES = 8
MOST_LETTERS = 20_000  # of names in full: more never hold
BARS = 20  # widths that the style sheet knows
IN_FULL, BY_NUMBER, COUNTED = "names", "numbers", "counts"  # how the territories of a row are told


@blueprint.get("/portrait.pdf")
def picture_pdf() -> Response:
    seen = portrait()
    home = url_for("network.picture", **seen.address())
    if not seen.total or seen.too_few:
        return redirect(home, 303)
    count_demand(REPORTS, home)
    made = pdf.drawn(on_paper(seen), MOST_PAGES)
    name = f"Le réseau - {'à diffuser - ' if seen.to_give else ''}{seen.on}.pdf"
    return send_file(BytesIO(made), "application/pdf", as_attachment=True, download_name=name)


def on_paper(seen: Portrait) -> Iterator[str]:
    """The text of the PDF, from the fullest way to tell who is in each row: the first that holds is kept."""
    named = not seen.to_give and seen.total <= MOST_NAMED
    rows = (row for part in seen.parts for group in part.groups for row in group.rows)
    short = sum(len(one.name) for row in rows for one in row.files) <= MOST_LETTERS
    for way in ((IN_FULL,) * short + (BY_NUMBER,)) * named + (COUNTED,):
        yield render_template(
            "network/print.html",
            seen=seen,
            networks=", ".join(one.name for one in seen.me.networks),
            named=named,
            way=way,
            numbers={one.reference: at for at, one in enumerate(seen.files, 1)},
            grid=grid_of,
            frame=OUTLINE_FRAME,
            box=BOX,
            bar=lambda group, row: -(-BARS * (row.count or 0) // (group.most or 1)),
        )
