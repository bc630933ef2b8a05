"""The repeated group: added, named, removed, none, not known; two tabs on it."""

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


def test_not_known_yet_is_no_answer_and_takes_back_none(app: Flask, walker: Walker) -> None:
    walker.start()
    for choice, kept in (("unknown", None), ("none", []), ("unknown", None)):
        walker.get(LIST)
        form = walker.form()
        form.fill(profiles.GROUP, choice)
        walker.send(form)
        assert walker.path != LIST
        assert items(app) == kept


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
    assert profiles.GROUP not in walker.form().values  # that all are there is for whoever fills in to say
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


def test_one_too_many_added_elsewhere_is_told_and_its_name_given_back(app: Flask, walker: Walker) -> None:
    walker.start()
    for number in range(3):
        add(walker, f"Action {number}")
    walker.get(LIST)
    stale = walker.form()
    walker.get(ADD)
    late = walker.form()
    add(walker, "Action 3")
    late.fill("label", "Festival des cantines à Namur, Belgique")
    walker.send(late)
    assert walker.response.status_code == 409
    assert "n’a pas été ajoutée" in walker.heading
    assert "Festival des cantines à Namur, Belgique" in walker.page.css_first("main").html
    stale.fill(profiles.GROUP, "add")
    walker.send(stale)
    assert walker.response.status_code == 409
    assert "contient déjà 4 actions" in walker.text.replace("\u00a0", " ")
    assert [one["label"] for one in items(app) or []] == [f"Action {number}" for number in range(4)]


@pytest.mark.parametrize(("choice", "kept"), [("stored", "Jumelage avec Brême"), ("", "Jumelage avec Essen")])
def test_a_name_given_elsewhere_is_not_overwritten_unseen(app: Flask, walker: Walker, choice: str, kept: str) -> None:
    walker.start()
    first = add(walker, "Jumelage")
    address = f"/dossier/actions/{first}/nom"
    walker.get(address)
    mine = walker.form()
    walker.get(address)
    theirs = walker.form()
    theirs.fill("label", "Jumelage avec Brême")
    walker.send(theirs)
    mine.fill("label", "Jumelage avec Essen")
    walker.send(mine)
    assert walker.response.status_code == 409
    assert "Jumelage avec Brême" in walker.text
    assert "Jumelage avec Essen" in walker.text
    assert [one["label"] for one in items(app) or []] == ["Jumelage avec Brême"]
    walker.send(walker.form())
    assert walker.errors, "nothing is chosen for them"
    form = walker.form()
    form.fill("keep-label", choice or next(one for one in form.offered["keep-label"] if one != "stored"))
    walker.send(form)
    assert walker.path == LIST
    assert [one["label"] for one in items(app) or []] == [kept]


def test_the_name_of_an_item_just_added_is_not_overwritten_unseen(app: Flask, walker: Walker) -> None:
    """The form that added it, sent again by going back, once somebody else renamed it."""
    walker.start()
    walker.get(ADD)
    form = walker.form()
    form.fill("label", "Jumelage")
    walker.send(form)
    item = walker.path.split("/")[3]
    walker.get(f"/dossier/actions/{item}/nom")
    other = walker.form()
    other.fill("label", "Jumelage avec Brême")
    walker.send(other)
    form.fill("label", "Jumelage avec Essen")
    walker.send(form)
    assert walker.response.status_code == 409
    assert [one["label"] for one in items(app) or []] == ["Jumelage avec Brême"]


@pytest.mark.parametrize("elsewhere", ["renamed", "answered", "commented"])
def test_what_was_written_elsewhere_is_not_removed_unseen(app: Flask, walker: Walker, elsewhere: str) -> None:
    walker.start()
    first = add(walker, "Jumelage")
    walker.get(f"/dossier/actions/{first}/retirer")
    stale = walker.form("form")
    walker.get(f"/dossier/actions/{first}/{'nom' if elsewhere == 'renamed' else 'what'}")
    form = walker.form() if elsewhere == "renamed" else walker.answer(profiles.TWINNING | {"label": None})
    if elsewhere == "renamed":
        form.fill("label", "Jumelage avec Brême")
    elif elsewhere == "commented":
        form.fill("device-comment", "Depuis 1987.")
    walker.send(form)
    for at in range(2):  # read again, it is removed
        walker.send(stale if at == 0 else walker.form("#retirer"), None)
        assert [one["_id"] for one in items(app) or []] == ([first] if at == 0 else [])
        if at == 0:
            assert walker.response.status_code == 409
            assert "a changé" in walker.errors[0]
    assert walker.path == LIST


def test_none_said_elsewhere_is_not_overwritten_unseen(app: Flask, walker: Walker) -> None:
    walker.start()
    walker.get(ADD)
    late = walker.form()
    walker.get(LIST)
    form = walker.form()
    form.fill(profiles.GROUP, "none")
    walker.send(form)
    late.fill("label", "Jumelage avec Essen")
    walker.send(late)
    assert walker.response.status_code == 409
    assert "Aucune action" in walker.errors[0]
    assert items(app) == []
    form = walker.form()
    assert form.values["label"] == "Jumelage avec Essen"
    walker.send(form)  # told, they go on
    assert [one["label"] for one in items(app) or []] == ["Jumelage avec Essen"]
