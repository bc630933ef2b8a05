"""The repeated group: added, named, removed, none; two tabs on it."""

from __future__ import annotations

import pytest
from flask import Flask

from selfassess.store.database import db
from selfassess.store.models import Event, Submission
from tests.web import profiles
from tests.web.walker import Walker

LIST, ADD = "/dossier/actions/actions", "/dossier/actions/ajouter"


def items(app: Flask) -> list[dict[str, object]] | None:
    with app.app_context():
        found = db.session.query(Submission).one().answers.get(profiles.GROUP)
        return found if found is None else list(found)


def add(walker: Walker, label: str) -> str:
    """Add an item and come back to the list; its id."""
    walker.get(ADD)
    form = walker.form()
    form.fill("label", label)
    walker.send(form)
    return walker.path.split("/")[3]


def test_none_is_an_answer(app: Flask, walker: Walker) -> None:
    walker.start()
    walker.get(LIST)
    walker.send(walker.form())
    assert walker.response.status_code == 422
    form = walker.form()
    form.fill(profiles.GROUP, "none")
    walker.send(form)
    assert walker.path != LIST
    assert items(app) == []
    walker.get(LIST)
    assert walker.form().values[profiles.GROUP] == "none"


def test_a_name_is_needed(walker: Walker) -> None:
    walker.start()
    walker.get(ADD)
    walker.send(walker.form())
    assert walker.response.status_code == 422
    assert walker.errors == ["Donnez un nom à cette action."]


def test_added_twice_by_a_double_click_is_there_once(app: Flask, walker: Walker) -> None:
    walker.start()
    walker.get(ADD)
    form = walker.form()
    form.fill("label", "Jumelage avec Essen")
    walker.send(form)
    first = walker.path
    walker.send(form)
    assert walker.path == first
    assert len(items(app) or []) == 1


def test_ids_stay_when_another_is_removed(app: Flask, walker: Walker) -> None:
    walker.start()
    first, second = add(walker, "Jumelage A"), add(walker, "Jumelage B")
    walker.get(f"/dossier/actions/{second}/what")
    walker.send(walker.answer(profiles.TWINNING | {"label": None}))
    walker.get(LIST)
    walker.click("Retirer : Jumelage A")
    walker.send(walker.form("form"), None)
    assert walker.path == LIST
    assert [one["_id"] for one in items(app) or []] == [second]
    walker.get(f"/dossier/actions/{second}/what")
    assert walker.form().values["device"] == "twinning"
    walker.get(f"/dossier/actions/{first}/what")
    assert walker.response.status_code == 410
    assert "retirée" in walker.text


def test_an_item_removed_in_another_tab_loses_nothing_else(app: Flask, walker: Walker) -> None:
    walker.start()
    first = add(walker, "Jumelage A")
    walker.get(f"/dossier/actions/{first}/what")
    form = walker.answer(profiles.TWINNING | {"label": None})
    walker.get(f"/dossier/actions/{first}/retirer")
    walker.send(walker.form("form"), None)
    assert items(app) is None  # a question to answer again, not « none »
    walker.send(form)
    assert walker.response.status_code == 410


def test_renamed(app: Flask, walker: Walker) -> None:
    walker.start()
    add(walker, "Jumelage A")
    walker.get(LIST)
    walker.click("Renommer : Jumelage A")
    form = walker.form()
    assert form.values["label"] == "Jumelage A"
    form.fill("label", "Jumelage avec Essen, Allemagne")
    walker.send(form)
    assert walker.path == LIST
    assert "Jumelage avec Essen, Allemagne" in walker.text
    with app.app_context():
        kinds = [one.kind for one in db.session.query(Event).order_by(Event.id)]
    assert kinds == ["start", "add_item", "rename_item"]


def test_no_more_than_the_most(app: Flask, walker: Walker) -> None:
    walker.start()
    for number in range(4):
        add(walker, f"Action {number}")
    walker.get(ADD)
    assert walker.path == LIST
    assert "Vous avez atteint" in walker.text
    walker.send(walker.form())
    assert walker.path != LIST
    assert len(items(app) or []) == 4


def test_a_comment_on_an_item_goes_with_it(app: Flask, walker: Walker) -> None:
    walker.start()
    first = add(walker, "Jumelage A")
    walker.get(f"/dossier/actions/{first}/what")
    walker.send(walker.answer({"device": "twinning", "food_content": "none"}, {"device": "Depuis 1974"}))
    with app.app_context():
        assert db.session.query(Submission).one().comments == {f"actions.{first}.device": "Depuis 1974"}
    walker.get(f"/dossier/actions/{first}/retirer")
    walker.send(walker.form("form"), None)
    with app.app_context():
        assert db.session.query(Submission).one().comments == {}


@pytest.mark.parametrize("tail", ["what", "nom", "retirer"])
def test_an_unknown_item_is_a_page(walker: Walker, tail: str) -> None:
    walker.start()
    walker.get(f"/dossier/actions/ffffffffffff/{tail}")
    assert walker.response.status_code == 410
    walker.get(f"/dossier/pat/ffffffffffff/{tail}")
    assert walker.response.status_code in {404, 410}


def test_added_from_the_check_page_comes_back_to_it(walker: Walker) -> None:
    walker.start()
    walker.walk(profiles.EARLY, profiles.GROUP)
    words = "Quelles actions internationales votre territoire mène-t-il ou a-t-il menées ?"
    walker.click(f"Modifier : {words}")
    form = walker.form()
    form.fill(profiles.GROUP, "add")
    walker.send(form)
    form = walker.form()
    form.fill("label", profiles.PROJECT["label"])
    walker.send(form)
    answers = {**profiles.INTERCOMMUNAL, **{key: value for key, value in profiles.PROJECT.items() if key != "label"}}
    opened = []
    while walker.path != "/dossier/verifier":
        opened.append(walker.path.split("/")[-1])
        walker.send(walker.answer(answers))
    assert opened == ["what", "how", "effect", "context", "benefits"]
    assert "sans réponse" not in walker.text
