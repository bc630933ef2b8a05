"""`python -m tests.bench.lists [count…]`: the network's list with that many files (10,000), on both databases."""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import event, insert, text
from sqlalchemy.engine import Connection

from selfassess.core.definition.typography import fold
from selfassess.core.reading import list_filters as kinds
from selfassess.core.review.acts import SENT
from selfassess.store.database import db, writing
from selfassess.store.file_list import tally_all
from selfassess.store.models import Event, Facet, Facilitator, Look, Network, Submission
from selfassess.store.submissions import new_reference
from selfassess.web.app import create_app
from selfassess.web.french import now
from selfassess.web.settings import ROOT, Settings
from tests.definitions import SLUG, definitions, edition
from tests.desk import a_facilitator, a_network, log_in
from tests.fixtures.postgres import PrivateServer
from tests.web.profiles import RURAL

VISITS, SAVES = 15, 12
PAGES = {
    "first page": "/reseau",
    "sent, oldest first": "/reseau?tri=envoi-ancien",
    "by name": "/reseau?tri=nom",
    "one word": "/reseau?recherche=etangs+12",
    "no such name": "/reseau?recherche=nulle+part",
    "state": "/reseau?etat=clarification",
    "three filters": "/reseau?structure=petr&categorie=structuration&region=Bretagne",
    "what is new": "/reseau?nouveau=oui",
}


def seed(count: int, chance: random.Random) -> Facilitator:
    """A network with that many files, a second with a tenth of it; who follows the first has looked at half."""
    mine, other = a_network("Réseau fictif"), a_network("Autre réseau fictif")
    me = a_facilitator(mine)
    for network, files in ((mine, count), (other, count // 10)):
        for start in range(0, files, 2000):
            _files(network, me, min(2000, files - start), chance)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return me


def _files(network: Network, me: Facilitator, count: int, chance: random.Random) -> None:
    with writing() as session:
        made = [_submission(network, chance) for _ in range(count)]
        ids = list(session.scalars(insert(Submission).returning(Submission.id, sort_by_parameter_order=True), made))
        session.execute(insert(Facet), [row for one in ids for row in _facets(one, chance)])
        session.execute(insert(Event), [row for one, row in zip(ids, made, strict=True) for row in _events(one, row)])
        looks = [{"facilitator_id": me.id, "submission_id": one, "at": now()} for one in ids if chance.random() < 0.5]
        session.execute(insert(Look), looks)


def _submission(network: Network, chance: random.Random) -> dict[str, Any]:
    at = now() - timedelta(minutes=chance.randrange(500_000))
    reference, name = new_reference(), f"{chance.choice(['PETR des Étangs', 'Val', 'Saint-Écrin'])} {chance.random()}"
    return {
        "reference": reference,
        "questionnaire": SLUG,
        "edition": edition().id,
        "state": chance.choice(SENT),
        "answers": RURAL,
        "created_at": at,
        "acts": 1,
        "network_id": network.id,
        "sent_at": at,
        "moved_at": at + timedelta(minutes=chance.randrange(5000)),
        "name": name,
        "search": fold(f"{name} {reference}"),
        "reading": "Structuration",
    }


def _facets(submission: int, chance: random.Random) -> list[dict[str, Any]]:
    questionnaire, typology = edition().questionnaire, edition().typology
    filtering = [one for one in questionnaire.every.values() if one.filter]
    regions = ["Bretagne", "Normandie", "Occitanie", "Grand Est"]
    found = {
        (kinds.REGION, chance.choice(regions)),
        (kinds.STRUCTURE, chance.choice(questionnaire.territory.types).id),
        (kinds.CASE, chance.choice(typology.ri_cases).id),
        *((kinds.CATEGORY, one.id) for one in chance.sample(typology.categories, 2)),
        *((kinds.DEVICE, one.id) for one in chance.sample(definitions().devices, 3)),
        *((kinds.QUESTION + one.id, chance.choice(one.options).id) for one in filtering),
    }
    return [{"submission_id": submission, "kind": kind, "value": value} for kind, value in found]


def _events(submission: int, row: dict[str, Any]) -> list[dict[str, Any]]:
    saves = [(row["created_at"], "answer")] * SAVES
    return [
        {"submission_id": submission, "at": at, "role": "respondent", "kind": kind, "data": {}}
        for at, kind in (*saves, (row["moved_at"], "send"))
    ]


def visit(app: Flask, client: FlaskClient, path: str) -> str:
    """Milliseconds (median and longest) of a page, those of this process's processor, and how many queries it makes."""
    queries: list[str] = []

    def count(connection: Connection, cursor: Any, statement: str, *more: Any) -> None:
        queries.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", count)
    times, busy = [], []
    for _ in range(VISITS):
        queries.clear()
        start, began = time.perf_counter(), time.process_time()
        response = client.get(path)
        times.append((time.perf_counter() - start) * 1000)
        busy.append((time.process_time() - began) * 1000)
        assert response.status_code == 200, response.status_code
    with app.app_context():
        event.remove(db.engine, "before_cursor_execute", count)
    spent = f"processor {statistics.median(busy):.0f}"
    return f"{statistics.median(times):6.0f} ms, longest {max(times):.0f}, {spent}; {len(queries)} queries"


def measure(url: str, count: int, folder: Path) -> None:
    settings = Settings(database_url=url, secret_key="bench", questions=ROOT / "questions", instance=folder)
    app = create_app(settings)
    with app.app_context():
        upgrade()
        me = seed(count, random.Random(3))  # noqa: S311
        tally_all(now())  # as the worker does every hour
        client = app.test_client()
        log_in(client, me)
    for name, path in PAGES.items():
        print(f"{db_name(url)}, {count} files, {name:<20} {visit(app, client, path)}", flush=True)
    page = client.get("/reseau").text
    for _ in range(min(30, count // 20 - 1)):
        path = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
        page = client.get(path).text
    print(f"{db_name(url)}, {count} files, {'page 31':<20} {visit(app, client, path)}", flush=True)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def db_name(url: str) -> str:
    return url.split(":")[0].split("+")[0]


def main(counts: list[int]) -> None:
    for count in counts:
        with tempfile.TemporaryDirectory() as home:
            measure(f"sqlite:///{home}/bench.sqlite", count, Path(home))
            with PrivateServer() as server:
                measure(server.url.render_as_string(False), count, Path(home))


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or [10_000])
