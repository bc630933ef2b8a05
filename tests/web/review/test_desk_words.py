"""The desk speaks of the territory: of its pages, only what speaks to the facilitator says « vous »."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from selfassess.authoring.checks.cross_checks import YOU
from tests.apart import visitor
from tests.core.report import files
from tests.desk import a_facilitator, a_network, a_sent_file, log_in
from tests.web.profiles import RURAL
from tests.web.review.test_network_leads import PLACE

# Where a page says what was asked, answered or read of a territory.
OF_THEM = (
    "#lecture ~ p", "#doutes ~ p", "#doutes ~ ul", "#reponses ~ .govuk-task-list a", ".app-answer__question",
    ".app-answer__value", ".app-fold__summary", ".app-group", ".govuk-checkboxes__label", ".govuk-checkboxes__hint",
    ".app-choice legend", ".app-choice [id$=-told]", ".app-answers__onward",
)  # fmt: skip
FILE = {**RURAL, "territory": PLACE}
CLASH = {**FILE, "stage": "s1", "label": "level2", "twinnings": ["no_twinning"], "actions": [
    {"label": "Jumelage avec Rain", "device": "twinning", "food_content": "one_aspect", "state": "ongoing",
     "leads": "other_alone", "start": "after_plan", "without_it": ["less_known"],
     "remains": ["renown", "peer"]}]}  # fmt: skip


def said(page: HTMLParser) -> Iterator[str]:
    for place in OF_THEM:
        yield from (" ".join(one.text().split()) for one in page.css(place))


@pytest.mark.parametrize(
    "answers", [CLASH, FILE, *({**files.FILES[one], "territory": PLACE} for one in ("early", "unknown", "paused"))]
)
def test_what_it_says_of_a_territory_never_says_you(app: Flask, answers: dict[str, Any]) -> None:
    with app.app_context():
        network = a_network()
        sent, _ = a_sent_file(network, answers)
        desk = visitor(app)
        log_in(desk.client, a_facilitator(network))
        url = f"/reseau/dossiers/{sent.reference}"
        desk.get(url)
        parts = [str(one.attributes["href"]) for one in desk.page.css("#reponses ~ .govuk-task-list a")]
        assert len(parts) > 5
        for address in (url, *parts, f"{url}/lecture", f"{url}/precisions"):
            found = list(said(desk.get(address)))
            assert found, address
            assert [one for one in found if YOU.search(one)] == [], address
        assert not YOU.search(desk.get(f"{url}/valider").css_first("main strong").parent.text())
        desk.get(f"{url}/rapport")
        assert "s’adresse à lui" in desk.text
