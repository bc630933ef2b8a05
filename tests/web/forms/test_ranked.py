"""Boxes that one ticks, then ranks, with and without a script; kinds found by opening their family."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import expect

from selfassess.store.database import db
from selfassess.store.models import Submission
from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.server import Serve
from tests.web.respond.test_group import add
from tests.web.walker import Walker

OBJECTIVES = "/dossier/objectives/objectives"
RANKS = "Donnez un rang différent à chaque réponse cochée, 1er pour la plus importante."


def answers(app: Flask) -> dict[str, object]:
    with app.app_context():
        return db.session.query(Submission).one().answers


@pytest.mark.parametrize(
    ("ticked", "ranks", "kept"),
    [
        (["funders", "train"], ["2", "1"], ["train", "funders"]),
        (["funders", "train"], ["3", "1"], ["train", "funders"]),
        (["funders"], [""], ["funders"]),
        (["no_objective"], [], ["no_objective"]),
        (["funders", "train"], ["1", ""], None),
        (["funders", "train"], ["1", "1"], None),
        (["funders", "train"], ["1", "x"], None),
    ],
)
def test_the_order_is_the_one_of_the_ranks(
    app: Flask, walker: Walker, ticked: list[str], ranks: list[str], kept: list[str] | None
) -> None:
    walker.start()
    walker.get(OBJECTIVES)
    form = walker.form()
    form.fill("objectives", ticked)
    for one, rank in zip(ticked, ranks, strict=False):
        form.values[f"objectives-rank-{one}"] = rank
    walker.send(form)
    assert answers(app).get("objectives") == kept
    if kept is None:
        assert walker.errors == [RANKS]
        assert sorted(walker.form().values.getlist("objectives")) == sorted(ticked)
        assert walker.form().values["objectives-rank-funders"] == ranks[0]
    else:
        walker.get(OBJECTIVES)
        assert sorted(walker.form().values.getlist("objectives")) == sorted(kept)
        if len(kept) > 1:
            assert [walker.form().values[f"objectives-rank-{one}"] for one in kept] == ["1", "2"]


@pytest.mark.parametrize("script", [True, False])
def test_ticked_then_ranked_in_a_browser(
    app: Flask, serve: Serve, new_page: NewPage, audit: Audit, script: bool
) -> None:
    page = new_page(base_url=serve(app), viewport={"width": 320, "height": 700}, java_script_enabled=script)
    page.goto("/")
    page.get_by_role("button", name="Commencer", exact=True).click()
    page.get_by_role("link", name="Choisir vos objectifs").click()
    boxes = [
        page.get_by_role("checkbox", name=one)
        for one in ("Prendre du recul, se comparer", "Financer des actions nouvelles")
    ]
    places = [page.get_by_label(re.compile(f"Rang de\u00a0: {one}")) for one in ("Prendre du recul", "Financer des")]
    expect(places[0]).to_be_hidden()
    for box in boxes:
        box.check()
    if script:
        expect(places[1]).to_have_value("2")
        places[1].select_option("1")
        expect(places[0]).to_have_value("2")  # two never share one
        audit(page)
    else:
        places[0].select_option("2")
        places[1].select_option("1")
    where = page.url
    page.get_by_role("button", name="Enregistrer et quitter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos réponses sont enregistrées")
    assert answers(app) == {"objectives": ["finance", "compare"]}
    if script:
        page.goto(where)
        page.get_by_role("checkbox", name="Financer des actions nouvelles").uncheck()
        expect(page.get_by_label(re.compile("Rang de\u00a0: Prendre du recul"))).to_have_value("1")
        page.get_by_label("Rien pour l’instant").check()
        expect(page.get_by_label(re.compile("Rang de\u00a0: Prendre du recul"))).to_be_hidden()


def test_a_kind_of_action_is_found_in_its_family(
    app: Flask, serve: Serve, new_page: NewPage, audit: Audit, walker: Walker
) -> None:
    walker.start()
    item = add(walker, "Jumelage A")
    walker.get("/dossier")
    page = new_page(base_url=serve(app), viewport={"width": 320, "height": 700}, java_script_enabled=False)
    page.goto("/" + walker.private_link.partition("//")[2].partition("/")[2])
    page.goto(f"/dossier/actions/{item}/what")
    page.get_by_label("Pacte de Milan").wait_for(state="hidden")
    page.get_by_text("Réseaux internationaux", exact=True).click()
    page.get_by_label("Pacte de Milan").check()
    page.get_by_role("button", name="Enregistrer et quitter").click()
    page.goto(f"/dossier/actions/{item}/what")
    expect(page.get_by_label("Pacte de Milan")).to_be_visible()  # the family of what is chosen is open
    expect(page.get_by_label("Eurocities")).to_be_visible()
    expect(page.get_by_label("Interreg Europe")).to_be_hidden()
    expect(page.get_by_label("Je ne sais pas").first).to_be_visible()
