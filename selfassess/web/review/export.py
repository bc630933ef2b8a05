"""The files of a list, out of the site: the same address as the list's, so the same files in the same order."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, request, stream_with_context
from sqlalchemy import Select

from selfassess.store.file_list import select_files
from selfassess.store.models import Submission
from selfassess.web.files.desk import network_ids
from selfassess.web.french import now, today
from selfassess.web.review import blueprint
from selfassess.web.review.export_formats import csv_of, dictionary_of, json_of
from selfassess.web.review.list_address import read_view


@blueprint.get("/export.csv")
def export_csv() -> Response:
    return _streamed(csv_of(_which()), "text/csv", f"dossiers-{today()}.csv")


@blueprint.get("/export.json")
def export_json() -> Response:
    return _streamed(json_of(_which(), now()), "application/json", f"dossiers-{today()}.json")


@blueprint.get("/dictionnaire.csv")
def dictionary() -> Response:
    return _streamed(dictionary_of(_which()), "text/csv", "dictionnaire-des-colonnes.csv")


def _which() -> Select[Submission]:
    return select_files(read_view(request.args), network_ids())


def _streamed(chunks: Iterator[bytes], kind: str, name: str) -> Response:
    response = Response(stream_with_context(chunks), content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
