"""What people paste is kept as they saw it, whatever the field."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from selfassess.store.database import db
from selfassess.store.models import Submission
from tests.definitions import ROOT, edition
from tests.desk import a_facilitator, a_network, a_sent_file, log_in
from tests.web import profiles
from tests.web.walker import Walker

FAULT = json.loads((ROOT / "tests/faults/09_line_breaks_that_glue_words.json").read_text("utf-8"))
GROUP = profiles.GROUP


def stored(app: Flask) -> Submission:
    with app.app_context():
        found = db.session.query(Submission).one()
        db.session.expunge(found)
        return found


@pytest.mark.parametrize("case", FAULT["cases"], ids=lambda case: f"fault_{case['id']}")
def test_line_breaks_do_not_glue_words(app: Flask, walker: Walker, case: dict[str, str]) -> None:
    walker.start()
    walker.click_first_task()
    name = edition().questionnaire.territory.id
    place = {"name": case["text"], "type": "pnr", "departement": "63", "population": "from_50k"}
    item = {"label": case["text"], "device": "twinning", "food_content": "none"}
    answers = {**profiles.INTERCOMMUNAL, "border": "far", name: place, GROUP: [item]}
    comment = case["text"] if case["where"] == "a comment" else "\uf0b7\tun\x85\uf0b7\tdeux"
    walker.send(walker.answer(answers, {name: comment}))
    walker.walk(answers, GROUP, walker.url)
    kept, expected = stored(app), case["expected"] if case["where"] == "a comment" else "•\tun\n•\tdeux"
    seen = " ".join(case["expected"].split())
    assert [one["label"] for one in kept.answers[GROUP]] == [kept.answers[name]["name"]] == [seen]
    assert kept.comments == {name: expected}
    walker.get(str(walker.page.css_first("a[href*=resultat]").attributes["href"]))
    told = [one.text().partition(": ")[2] for one in walker.page.css(".rp-comment")]
    assert [one.replace("\xa0", " ") for one in told] == [expected.replace("\t", " ")]


def test_what_does_not_print_is_told_once_and_kept(app: Flask, walker: Walker) -> None:
    """Whatever is typed is saved; the page of that file that follows says what paper cannot show."""
    walker.client.literal = True
    walker.start()
    other = walker.address
    walker.get("/commencer")
    form = walker.form("form[action='/commencer']")
    walker.send(form, None)
    mine = walker.address
    walker.click_first_task()
    name = edition().questionnaire.territory.id
    place = {"name": "PETR du Val 🌾", "type": "pnr", "departement": "63", "population": "from_50k"}
    comment = "Łódź 🇹🇳 🌾, تونس, \ue123 et 1️⃣"
    form = walker.answer({name: place}, {name: comment})
    assert walker.client.post(form.action, data={**form.values, "action": "continue"}).status_code == 303
    with app.app_context():
        kept = [one for one in db.session.query(Submission) if one.comments]
        assert [(one.answers[name]["name"], one.comments) for one in kept] == [(place["name"], {name: comment})]
    told = "Ces caractères ne s’impriment pas : 🌾, 🇹🇳, U+E123, 1️⃣. Ils sont gardés ; dans le PDF, on lit « [?] »."
    assert "s’imprim" not in walker.get(other).text()
    assert told in " ".join(walker.get(mine).css_first(".app-file").text().split())
    assert "s’imprim" not in walker.get(mine).text()


def test_what_a_network_writes_is_told_alike(app: Flask) -> None:
    with app.app_context():
        network = a_network()
        log_in((walker := Walker(app)).client, a_facilitator(network))
        sent, _ = a_sent_file(network, {"territory": {"name": "Pays de Bray"}})
        reference = sent.reference
    walker.get(f"/reseau/dossiers/{reference}")
    form = walker.form("form[action$='/commenter']")
    form.fill("text", "Bravo 👏🏽 !")
    walker.send(form, None)
    assert "Ce caractère ne s’imprime pas : 👏🏽. Il est gardé" in " ".join(walker.page.text().split())
    assert "Bravo 👏🏽" in walker.text
