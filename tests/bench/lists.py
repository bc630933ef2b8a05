"""The network's list with 100 and 10,000 files, in turn, on both databases; `python -m tests.bench.lists 100000` says
those of that many beside those of 100.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import event, insert, text
from sqlalchemy.engine import Connection

from selfassess.core.definition.typography import fold
from selfassess.core.network.picture import facets_of
from selfassess.core.network.summary import FileSummary
from selfassess.core.review.acts import SENT
from selfassess.store.database import db, writing
from selfassess.store.file_list import tally_all
from selfassess.store.models import Event, Facet, Facilitator, Look, Network, Submission, Summary
from selfassess.store.submissions import new_reference
from selfassess.web.app import create_app
from selfassess.web.french import now
from selfassess.web.settings import ROOT, Settings
from tests.bench.saying import say
from tests.definitions import SLUG, definitions, edition
from tests.desk import a_facilitator, a_network, a_sent_file, log_in
from tests.fixtures.postgres import PrivateServer
from tests.web.profiles import EARLY, INTERCOMMUNAL, RURAL

VISITS, SAVES, DEEP = 15, 12, 30
PAGES = {
    "first page": "/reseau",
    "sent, oldest first": "/reseau?tri=envoi-ancien",
    "by name": "/reseau?tri=nom",
    "one word": "/reseau?recherche=etangs+12",
    "no such name": "/reseau?recherche=nulle+part",
    "state": "/reseau?etat=clarification",
    "three filters": "/reseau?type=petr&categories=structuration&region=Bretagne",
    "what is new": "/reseau?nouveau=oui",
    "le réseau": "/reseau/portrait",
    "ce mois-ci": "/reseau/mois",
}


def seed(count: int, chance: random.Random) -> Facilitator:
    """A network with that many files, a second with a tenth of it; who follows the first has looked at half."""
    mine, other = a_network("Réseau fictif"), a_network("Autre réseau fictif")
    me = a_facilitator(mine)
    bases = _bases(a_network("Réseau des modèles"))
    for network, files in ((mine, count), (other, count // 10)):
        for start in range(0, files, 2000):
            _files(network, me, min(2000, files - start), chance, bases)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return me


def _bases(network: Network) -> list[FileSummary]:
    """Real files in short, one for each region here."""
    regions = {"Bretagne": "35", "Normandie": "76", "Occitanie": "31", "Grand Est": "67"}
    rural = {**RURAL, "territory": {"name": "Val", "type": "petr", "departement": "76", "population": 60000}}
    made = [a_sent_file(network, one)[0].id for one in (rural, EARLY, INTERCOMMUNAL)]
    kept = [db.session.get_one(Summary, one).declared for one in made]
    return [
        FileSummary.model_validate({**one, "region": region, "departement": code})
        for one in kept
        for region, code in regions.items()
    ]


def _files(network: Network, me: Facilitator, count: int, chance: random.Random, bases: list[FileSummary]) -> None:
    with writing() as session:
        made = [_submission(network, chance) for _ in range(count)]
        ids = list(session.scalars(insert(Submission).returning(Submission.id, sort_by_parameter_order=True), made))
        read = [chance.choice(bases) for _ in ids]
        facets = {id(one): _facets(0, one) for one in bases}
        for one, base in zip(ids, read, strict=True):
            session.execute(insert(Facet), [{**row, "submission_id": one} for row in facets[id(base)]])
        short = [
            {"submission_id": one, "declared": {**base.model_dump(mode="json"), "name": row["name"]}}
            for one, base, row in zip(ids, read, made, strict=True)
        ]
        session.execute(insert(Summary), short)
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
        "place": reference.lower(),
        "reading": "Structuration",
    }


def _facets(submission: int, base: FileSummary) -> list[dict[str, Any]]:
    return [
        {"submission_id": submission, "kind": kind, "value": value} for kind, value in facets_of(definitions(), base)
    ]


def _events(submission: int, row: dict[str, Any]) -> list[dict[str, Any]]:
    saves = [(row["created_at"], "answer")] * SAVES
    return [
        {"submission_id": submission, "at": at, "role": "respondent", "kind": kind, "data": {}}
        for at, kind in (*saves, (row["moved_at"], "send"))
    ]


@dataclass(frozen=True)
class Visit:
    """Milliseconds of a page (whole, and of this process's processor), and the queries it makes."""

    whole: float
    busy: float
    queries: int


def visit(site: Site, path: str) -> Visit:
    queries: list[str] = []

    def count(connection: Connection, cursor: Any, statement: str, *more: Any) -> None:
        if statement != "BEGIN":
            queries.append(statement)

    event.listen(site.engine, "before_cursor_execute", count)
    start, began = time.perf_counter(), time.process_time()
    response = site.client.get(path)
    whole, busy = time.perf_counter() - start, time.process_time() - began
    event.remove(site.engine, "before_cursor_execute", count)
    if response.status_code != 200:
        raise RuntimeError(f"{path}: {response.status_code}")
    return Visit(whole * 1000, busy * 1000, len(queries))


class Site:
    """A site with so many files in a network, and a browser of who follows it."""

    def __init__(self, url: str, count: int, folder: Path) -> None:
        settings = Settings(database_url=url, secret_key="bench", questions=ROOT / "questions", instance=folder)
        self.app = create_app(settings)
        with self.app.app_context():
            upgrade()
            me = seed(count, random.Random(3))  # noqa: S311
            tally_all(now())  # as the worker does every hour
            self.engine = db.engine
            self.client = self.app.test_client()
            log_in(self.client, me)
        self.deep = self._deep(min(DEEP, count // 20 - 1))

    def _deep(self, pages: int) -> str:
        path = "/reseau"
        for _ in range(pages):
            page = self.client.get(path).text
            path = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
        return path

    def close(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


def compare(url: str, more: str, counts: tuple[int, int], folder: Path) -> None:
    """Each page at the least and at the most, in turn: medians, and their ratio."""
    least, most = (Site(one, count, folder) for one, count in zip((url, more), counts, strict=True))
    for name, path in {**PAGES, f"page {DEEP + 1}": ""}.items():
        few, many = [], []
        for _ in range(VISITS):
            few.append(visit(least, path or least.deep))
            many.append(visit(most, path or most.deep))
        whole, before = (statistics.median([one.whole for one in some]) for some in (many, few))
        busy, busy_before = (statistics.median([one.busy for one in some]) for some in (many, few))
        say(
            f"list, {db_name(url)}, {counts[1]} files, {name}, ms",
            f"{whole:.0f} ({counts[0]}: {before:.0f}, ratio {whole / before:.1f}); "
            f"CPU {busy:.0f} (ratio {busy / busy_before:.1f}); {max(one.queries for one in many)} queries",
        )
    least.close()
    most.close()


def db_name(url: str) -> str:
    return url.split(":")[0].split("+")[0]


def lists(most: int = 10_000) -> None:
    with tempfile.TemporaryDirectory() as home:
        compare(f"sqlite:///{home}/few.sqlite", f"sqlite:///{home}/many.sqlite", (100, most), Path(home))
        with PrivateServer() as few, PrivateServer() as many:
            compare(*(one.url.render_as_string(False) for one in (few, many)), (100, most), Path(home))


if __name__ == "__main__":
    lists(*map(int, sys.argv[1:]))
