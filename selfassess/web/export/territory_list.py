"""The list of expected territories, as CSV: with the titles by which « Importer une liste » reads it again."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response

from selfassess.store.territories import expected
from selfassess.web.definitions import library
from selfassess.web.export import blueprint
from selfassess.web.export.export_formats import BOM, csv_line
from selfassess.web.export.export_pages import streamed
from selfassess.web.files.desk import network_of_address
from selfassess.web.french import today

TITLES = ("Nom", "Département", "Code officiel", "Type de structure", "Habitants")


@blueprint.get("/territoires.csv")
def territory_list() -> Response:
    return streamed(_lines(network_of_address().id), "text/csv", f"territoires-attendus-{today()}.csv")


def _lines(network_id: int) -> Iterator[bytes]:
    told = library().definitions.network.public_list.told
    names = {one.id: one.text for one in library().definitions.current.questionnaire.territory.types}
    yield csv_line([*TITLES, *told.values()], BOM)
    for one in expected.of_network(network_id):
        said = [str(one.told.get(question, "")) for question in told]
        yield csv_line([one.name, one.departement, one.code, names.get(one.type, one.type), one.population, *said])
