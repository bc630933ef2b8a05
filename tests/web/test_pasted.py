"""What people paste is kept as they saw it, whatever the field."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from selfassess.store.database import db
from selfassess.store.models import Submission
from tests.definitions import ROOT, edition
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
    answers = {**profiles.INTERCOMMUNAL, name: place, GROUP: [item]}
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
