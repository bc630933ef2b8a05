"""Files that are no territory's: set aside by the network, and back; deleted by whoever runs the site."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from selfassess.core.review.acts import FACILITATOR, SUBMITTED
from selfassess.store.database import db
from selfassess.store.models import Event, Link, Mail, StoredReport, Submission
from selfassess.store.submissions import find_link
from tests.apart import visitor
from tests.desk import a_facilitator, a_file, a_network, a_sent_file, hold, log_in
from tests.fixtures.stores import BOTH
from tests.web.profiles import EARLY
from tests.web.respond.handover import fresh
from tests.web.walker import Walker

pytestmark = pytest.mark.stores(*BOTH)

ASIDE = "Mettre de côté comme indésirable"
BACK = "Remettre le dossier dans la liste"


def place(name: str) -> dict[str, Any]:
    return {**EARLY, "territory": {"name": name, "type": "petr", "departement": "76", "population": 50_000}}


@pytest.fixture
def files(app: Flask) -> tuple[int, int, str]:
    """A good file and a bad one, and what opens the bad one."""
    with app.app_context():
        network = a_network()
        a_facilitator(network)
        good, _ = a_sent_file(network, place("PETR du Pays de Bray"))
        bad, token = a_sent_file(network, place("Gagnez un téléphone"))
        return good.id, bad.id, token


def desk(app: Flask) -> Walker:
    walker = visitor(app)
    with app.app_context():
        from selfassess.store.models import Facilitator

        log_in(walker.client, db.session.scalars(select(Facilitator)).one())
    return walker


def listed(walker: Walker, query: str = "") -> list[str]:
    walker.get(f"/reseau{query}")
    return [one.text(deep=False).strip() for one in walker.page.css("table th[scope=row] a")]


def exported(walker: Walker, query: str = "") -> list[str]:
    told = walker.client.get(f"/reseau/export/dossiers.csv{query}", buffered=True).data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(told), delimiter=";"))
    return [row[rows[0].index("Territoire")] for row in rows[1:]]


def press(walker: Walker, app: Flask, file: int, words: str) -> None:
    walker.get(f"/reseau/dossiers/{fresh(app, file).reference}")
    found = [one for one in walker.page.css("main form, aside form") if words in one.css_first("button").text()]
    walker.post(
        str(found[0].attributes["action"]),
        walker.form(f"form[action='{found[0].attributes['action']}']").values,
    )


def test_set_aside_and_taken_back(app: Flask, files: tuple[int, int, str]) -> None:
    _, bad, token = files
    walker, territory = desk(app), visitor(app)
    hold(territory.client, token)
    territory.get("/dossier")
    before = territory.text
    names = ["Gagnez un téléphone", "PETR du Pays de Bray"]
    assert sorted(listed(walker)) == names
    assert "Indésirables" not in walker.text
    assert "2 dossiers sont arrivés" in walker.text.replace("\u00a0", " ")

    press(walker, app, bad, ASIDE)
    assert "mis de côté" in walker.text
    assert fresh(app, bad).aside
    assert fresh(app, bad).state == SUBMITTED
    assert listed(walker) == exported(walker) == names[1:]
    assert "Tous (1)" in walker.text
    assert "Indésirables (1)" in walker.text
    assert "1 dossier est arrivé" in walker.text.replace("\u00a0", " ")
    assert listed(walker, "?etat=submitted") == names[1:]
    assert listed(walker, "?recherche=gagnez") == []
    assert listed(walker, "?etat=aside") == exported(walker, "?etat=aside") == names[:1]
    assert "État : Indésirables" in walker.text
    assert [one["state"] for one in json.loads(walker.client.get("/reseau/export.json", buffered=True).data)["files"]]

    territory.get("/dossier")  # nothing there says so
    assert territory.text == before
    territory.get("/dossier/historique")
    assert "indésirable" not in territory.text

    press(walker, app, bad, BACK)
    assert not fresh(app, bad).aside
    assert sorted(listed(walker)) == names
    walker.get(f"/reseau/dossiers/{fresh(app, bad).reference}")
    told = [one.text() for one in walker.page.css(".app-timeline__text")]
    assert told == ["Dossier envoyé au réseau", "Dossier mis de côté comme indésirable", "Dossier remis dans la liste"]


def test_all_set_aside_is_not_nothing_received(app: Flask, files: tuple[int, int, str]) -> None:
    walker = desk(app)
    for file in files[:2]:
        press(walker, app, file, ASIDE)
    assert listed(walker) == []
    assert "encore arrivé" not in walker.text
    walker.click("Indésirables (2)")
    assert len(walker.page.css("table th[scope=row] a")) == 2


def test_two_tabs(app: Flask, files: tuple[int, int, str]) -> None:
    """Somebody did it meanwhile: told, and nothing twice."""
    one, other = desk(app), desk(app)
    reference = fresh(app, files[1]).reference
    for walker in (one, other):
        walker.get(f"/reseau/dossiers/{reference}")
    action = next(str(one.attributes["action"]) for one in other.page.css("aside form") if ASIDE in one.text())
    old = other.form(f"form[action='{action}']")
    press(one, app, files[1], ASIDE)
    press(one, app, files[1], BACK)
    other.post(action, old.values)
    assert other.response.status_code in {200, 409}
    assert not fresh(app, files[1]).aside


def test_its_messages_and_exports_leave_it_out(app: Flask, files: tuple[int, int, str]) -> None:
    """Until it is sent again, which makes it another one to read."""
    _, bad, token = files
    press(desk(app), app, bad, ASIDE)
    runner = app.test_cli_runner()
    usual, aside = (
        runner.invoke(args=["submissions", "export", "--format", "csv", *more]).stdout_bytes.decode()
        for more in ([], ["--aside"])
    )
    assert ("Bray" in usual, "Gagnez" in usual) == (True, False)
    assert ("Bray" in aside, "Gagnez" in aside) == (False, True)
    territory = visitor(app)
    hold(territory.client, token)
    with app.app_context():
        before = db.session.scalar(select(func.count(Mail.id)))
    territory.get("/dossier/retrait")
    territory.send(territory.form("main form"), None)
    with app.app_context():
        assert db.session.scalar(select(func.count(Mail.id))) == before
    territory.send(territory.form("form[action*=reouvrir]"), None)
    assert not fresh(app, bad).aside


def test_a_command_deletes_a_file(app: Flask) -> None:
    runner = app.test_cli_runner()
    with app.app_context():
        network = a_network()
        a_facilitator(network)
        sent, token = a_sent_file(network, place("Gagnez un téléphone"))
        kept, _ = a_file(EARLY)
        reference, other = sent.reference, kept.reference
    for answer in ("non\n", "\n"):
        told = runner.invoke(args=["submissions", "delete", reference], input=answer)
        assert told.exit_code == 2
        assert "Gagnez un téléphone, envoyé" in told.output
    assert runner.invoke(args=["submissions", "delete", reference], input="").exit_code == 1  # nobody to ask
    told = runner.invoke(args=["submissions", "delete", reference.lower()], input="oui\n")
    assert told.exit_code == 0
    assert f"Supprimé : {reference}" in told.output.replace("\u00a0", " ")
    with app.app_context():
        assert list(db.session.scalars(select(Submission.reference))) == [other]
        gone = find_link(token)
        assert gone is not None
        assert gone.submission is None
        for model in (Mail, StoredReport):
            assert db.session.scalar(select(func.count()).select_from(model)) == 0
        assert not db.session.scalar(select(func.count(Event.id)).where(Event.role == FACILITATOR))
        left = select(func.count()).select_from(Link).where(Link.submission_id.is_not(None))
        assert db.session.scalar(left) == 1
    again = runner.invoke(args=["submissions", "delete", reference, "--yes"])
    assert again.exit_code == 2
    assert "Aucun dossier" in again.output
    assert runner.invoke(args=["submissions", "delete", other, "--yes"]).exit_code == 0
