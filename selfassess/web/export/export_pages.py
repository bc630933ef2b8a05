"""The files of a list, out of the site: the same address as the list's, so the same files in the same order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from urllib.parse import urlencode

from flask import Response, abort, render_template, request, send_file, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from selfassess.store import exporting
from selfassess.store.file_list import select_files
from selfassess.store.models import Submission
from selfassess.web.export import blueprint
from selfassess.web.export.export_formats import (
    DICTIONARY_SLUG,
    MOST_FILES,
    TooManyError,
    csv_of,
    dictionary_csv,
    json_of,
    known_sheets,
    workbook_of,
)
from selfassess.web.files.desk import at_desk, network_ids
from selfassess.web.french import french, now, today
from selfassess.web.review.list_address import EARLIER, YES, address, read_address, read_view

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A_FILE = {"book": 900, "sheet": 1_000, "data": 4_200}  # octets a file, of the demonstration; the heaviest sheet


@blueprint.get("/export.xlsx")
def workbook() -> ResponseReturnValue:
    at_desk()
    try:
        made = workbook_of(_which())
    except TooManyError as error:
        return _page(too_many=error.count), 413
    return send_file(BytesIO(made), WORKBOOK, as_attachment=True, download_name=f"dossiers-{today()}.xlsx")


@blueprint.get("/export/<sheet>.csv")
def export_csv(sheet: str) -> Response:
    at_desk()
    if sheet == DICTIONARY_SLUG:
        return streamed(dictionary_csv(), "text/csv", f"{DICTIONARY_SLUG}.csv")
    if sheet not in known_sheets():
        abort(404)
    return streamed(csv_of(_which(), sheet), "text/csv", f"{sheet}-{today()}.csv")


@blueprint.get("/export.json")
def export_json() -> Response:
    return streamed(json_of(_which(), now()), "application/json", f"dossiers-{today()}.json")


@blueprint.get("/export")
def exports() -> str:
    """What may be taken away, of the list that the address names."""
    return _page()


def _page(too_many: int = 0) -> str:
    told, mine = read_address(request.args), network_ids()
    query = f"?{urlencode(told.chosen, doseq=True)}" if told.chosen else ""
    count = exporting.count(select_files(told.view, mine))
    others = exporting.count(select_files(replace(told.view, earlier=not told.view.earlier), mine))
    return render_template(
        "export/exports.html",
        me=at_desk(),
        sheets=known_sheets().values(),
        chosen=told.chosen,
        criteria=[words for (name, _), words in told.criteria.items() if name != EARLIER],
        notices=told.notices,
        address=address,
        count=count,
        earlier=abs(others - count),
        with_earlier=told.view.earlier,
        other_years=dict(told.chosen, **{EARLIER: "" if told.view.earlier else YES}),
        weights={name: weight(count * each) for name, each in A_FILE.items()},
        too_many=too_many or (count if count > MOST_FILES else 0),
        most=MOST_FILES,
        dictionary=DICTIONARY_SLUG,
        of_sheet=lambda sheet: url_for("export.export_csv", sheet=sheet) + query,
    )


def weight(octets: int) -> str:
    """Roughly, before it is made."""
    hundreds = round(octets / 100_000)
    if hundreds < 1:
        return french("moins de 100 ko")
    return french(f"environ {hundreds}00 ko" if hundreds < 10 else f"environ {round(octets / 1_000_000)} Mo")


def _which() -> Select[Submission]:
    return select_files(read_view(request.args), network_ids())


def streamed(chunks: Iterator[bytes], kind: str, name: str) -> Response:
    response = Response(stream_with_context(chunks), content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
