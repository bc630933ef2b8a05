"""The files of a list, out of the site: the same address as the list's, so the same files in the same order."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from urllib.parse import urlencode

from flask import Response, abort, render_template, request, send_file, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

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
from selfassess.web.french import now, today
from selfassess.web.review.list_address import address, read_view

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
    chosen = {name: tuple(values) for name, values in request.args.lists()}
    query = f"?{urlencode(chosen, doseq=True)}" if chosen else ""
    return render_template(
        "export/exports.html",
        me=at_desk(),
        sheets=known_sheets().values(),
        chosen=chosen,
        address=address,
        too_many=too_many,
        most=MOST_FILES,
        dictionary=DICTIONARY_SLUG,
        of_sheet=lambda sheet: url_for("export.export_csv", sheet=sheet) + query,
    )


def _which() -> Select[Submission]:
    return select_files(read_view(request.args), network_ids())


def streamed(chunks: Iterator[bytes], kind: str, name: str) -> Response:
    response = Response(stream_with_context(chunks), content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
