"""One territory, one row: its files from year to year, side by side at the desk, put together or apart by hand."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from selfassess.authoring.checks.cross_checks import YOU
from selfassess.core.review.acts import SUBMITTED
from selfassess.store.acts import perform
from selfassess.store.database import db, writing
from selfassess.store.file_list import is_last
from selfassess.store.models import Submission
from selfassess.store.submissions import events
from selfassess.store.territories.expected import NewExpected, answered, expect
from selfassess.store.territories.summaries import last_files
from selfassess.web.french import day_of, now
from selfassess.web.report.submission_record import declaration
from tests.apart import visitor
from tests.core.report import files
from tests.definitions import edition
from tests.desk import COORDINATOR, a_facilitator, a_network, a_sent_file, log_in
from tests.fixtures.stores import BOTH
from tests.web.profiles import RURAL
from tests.web.walker import Walker

pytestmark = pytest.mark.stores(*BOTH)

PLACE = {"name": "PETR du Pays de Brai", "type": "petr", "departement": "76", "band": "from_50k", "population": 50000}
RENAMED = {**PLACE, "name": "Syndicat du Grand Brai"}
LAST_YEAR: dict[str, Any] = {**RURAL, "territory": PLACE}
YEAR = timedelta(days=365)
COMPARED = "main table, main h3, main h3 + p, .app-compared, main p:has(> strong)"


class Scene:
    """A territory's file of last year and of this one, another territory's, and the desk of their network."""

    def __init__(self, app: Flask) -> None:
        self.network, self.elsewhere = a_network(), a_network("Réseau d’ailleurs")
        self.old, _ = a_sent_file(self.network, LAST_YEAR, at=now() - YEAR)
        self.new, _ = a_sent_file(self.network, {**files.FILES["twinning_and_project"], "territory": PLACE})
        self.renamed, _ = a_sent_file(self.network, {**RURAL, "territory": RENAMED}, at=now() - 2 * YEAR)
        self.theirs, _ = a_sent_file(self.elsewhere, LAST_YEAR)
        self.walker = visitor(app)
        log_in(self.walker.client, a_facilitator(self.network, self.elsewhere))

    def get(self, of: Submission, way: str = "") -> Walker:
        self.walker.get(f"/reseau/dossiers/{of.reference}{way}")
        return self.walker

    def years(self, of: Submission) -> str:
        page = self.get(of).page.css_first("section[aria-labelledby=annees]")
        assert page is not None
        return " ".join(page.text().split())

    def send(self, of: Submission, other: str) -> Walker:
        form = self.get(of, "/territoire").form("#formulaire form")
        form.fill("other", other)
        self.walker.send(form, None)
        db.session.expire_all()
        return self.walker


@pytest.fixture
def scene(app: Flask) -> Any:
    with app.app_context():
        yield Scene(app)


def test_a_file_shows_the_others_of_its_territory(scene: Scene) -> None:
    told = scene.years(scene.old)
    assert scene.new.reference in told
    assert "Ce dossier n’est pas le dernier." in told
    for other in (scene.renamed, scene.theirs):  # another place; another network, though of this account too
        assert other.reference not in told
    told = scene.years(scene.new)
    assert "n’est pas le dernier" not in told
    assert f"{day_of(now() - YEAR).year} : {PLACE['name']}" in told
    scene.walker.click("Comparer avec ce dossier (" + scene.old.reference + ")")
    assert scene.walker.heading == "Deux dossiers de ce territoire, côte à côte"
    assert scene.get(scene.new, f"/comparer/{scene.renamed.reference}").response.status_code == 404
    assert scene.get(scene.new, f"/comparer/{scene.new.reference}").response.status_code == 404


@pytest.mark.parametrize("name", ["early", "unknown", "paused"])
def test_the_comparison_is_the_same_from_either_file_and_never_says_you(app: Flask, name: str) -> None:
    with app.app_context():
        network = a_network()
        old, _ = a_sent_file(network, LAST_YEAR, at=now() - YEAR)
        new, _ = a_sent_file(network, {**files.FILES[name], "territory": PLACE})
        walker = visitor(app)
        log_in(walker.client, a_facilitator(network))
        seen = []
        for one, other in ((old, new), (new, old)):
            walker.get(f"/reseau/dossiers/{one.reference}/comparer/{other.reference}")
            seen.append([" ".join(part.text().split()) for part in walker.page.css(COMPARED)])
        assert seen[0] == seen[1]
        assert len(walker.page.css("main table")) == 4
        assert "(change)" in "".join(seen[0])
        assert [one for one in seen[0] if YOU.search(one)] == []


def test_exports_tell_the_last_of_a_territory(scene: Scene) -> None:
    lines = scene.walker.client.get("/reseau/export/dossiers.csv?anciens=oui").text.lstrip("\ufeff").splitlines()
    rows = list(csv.DictReader(lines, delimiter=";"))
    told = {row["Référence"]: row["Dernier du territoire"] for row in rows}
    wanted = {scene.old: "non", scene.new: "oui", scene.renamed: "oui", scene.theirs: "oui"}
    assert told == {one.reference: last for one, last in wanted.items()}
    files = json.loads(scene.walker.client.get("/reseau/export.json?anciens=oui").text)["files"]
    assert {one["reference"]: one["last_of_territory"] for one in files} == {
        one.reference: last == "oui" for one, last in wanted.items()
    }


def test_a_renamed_structure_is_put_with_its_files_and_back(scene: Scene) -> None:
    walker = scene.send(scene.renamed, scene.old.reference.lower())
    assert "Le dossier est rattaché" in walker.text
    assert scene.new.reference in scene.years(scene.renamed)
    assert scene.renamed.reference in scene.years(scene.new)
    assert len(db.session.scalars(last_files([scene.network.id])).all()) == 1
    done = events(scene.renamed)[-1]
    assert (done.kind, done.data["to"], done.data["after"]) == (
        "join_place",
        f"{PLACE['name']} ({scene.old.reference})",
        scene.old.place,
    )
    # A correction or an answer sent again leaves it there.
    again = db.session.get_one(Submission, scene.renamed.id)
    made = declaration(again, edition(), "resubmit", now())
    assert made.values["place"] == scene.old.place
    assert declaration(again, edition(), "send", now()).values["place"] == done.data["before"]
    walker.get(f"/reseau/dossiers/{again.reference}/territoire")
    walker.send(walker.form("form[action$=detacher]"), None)
    assert "Le dossier est détaché" in walker.text
    db.session.expire_all()
    assert db.session.get_one(Submission, again.id).place == done.data["before"]
    assert len(db.session.scalars(last_files([scene.network.id])).all()) == 2


def test_a_territory_expected_under_another_name_has_answered(scene: Scene) -> None:
    wanted = NewExpected("E200000001", "Pays de Brai (PETR)", departement="76")
    far = NewExpected("E200000002", "Ailleurs", departement="01")
    expect(scene.network.id, [wanted, far], now())
    assert answered([scene.network.id]) == (0, 2)
    form = scene.get(scene.old, "/territoire").form("#formulaire form")
    assert form.offered["place"] == [wanted.place, scene.renamed.place]  # of the same département, the silent first
    form.fill("place", wanted.place)
    scene.walker.send(form, None)
    assert answered([scene.network.id]) == (1, 2)
    scene.get(scene.old, "/territoire")
    assert "Pays de Brai (PETR) (attendu)" in scene.get(scene.old).text


def test_only_files_of_one_network_go_together(scene: Scene) -> None:
    for typed, told in (
        ("", "ou écrivez la référence d’un dossier"),
        ("PAT-2222-2222", "n’ont pas de dossier de cette référence"),
        (scene.renamed.reference, "C’est la référence de ce dossier"),
        (scene.theirs.reference, "seuls des dossiers du même réseau vont ensemble"),
    ):
        walker = scene.send(scene.renamed, typed)
        assert walker.response.status_code == 422, typed
        assert told in walker.text.replace("\u00a0", " "), typed
    assert "déjà du même territoire" in scene.send(scene.old, scene.new.reference).text
    assert events(scene.renamed)[-1].kind == "send"


def test_what_is_set_aside_or_withdrawn_is_of_no_year(scene: Scene) -> None:
    with writing():
        db.session.get_one(Submission, scene.new.id).aside = True
    assert "Votre réseau n’a que celui-ci." in scene.years(scene.old)
    assert scene.old.reference in scene.years(scene.new)
    with writing():
        db.session.get_one(Submission, scene.new.id).aside = False
    perform(db.session.get_one(Submission, scene.new.id), "withdraw", COORDINATOR, now())
    assert db.session.get_one(Submission, scene.old.id).state == SUBMITTED
    assert scene.new.reference not in scene.years(scene.old)


def test_the_last_of_ten_thousand_is_told_by_the_index_of_places(scene: Scene) -> None:
    asked = select(Submission.id).where(Submission.network_id == scene.network.id, is_last())
    if db.engine.dialect.name == "postgresql":  # which reads so few files whole
        assert len(db.session.scalars(asked).all()) == 2
        return
    whole = str(asked.compile(db.engine, compile_kwargs={"literal_binds": True}))
    steps = [row[-1] for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {whole}"))]
    assert any("submission_1 USING INDEX ix_submission_network_place" in one for one in steps), steps
