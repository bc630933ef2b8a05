"""Why a category is what it is: one set of sentences, on the screen, in the PDF and in `evaluate`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from selfassess.core.answers import answers
from selfassess.core.reading.reading import read_file
from selfassess.web.report.presentation import told_on_sheets
from tests.core.report import files
from tests.definitions import definitions, edition, json_of
from tests.web.report.sound import pages, plain
from tests.web.report.test_result import opened

NAMES = ["early", "full", "longest", "nothing", "petr_four_actions", "twinning_and_project", "unknown"]


def evaluated(name: str) -> dict[str, Any]:
    found, _ = answers.read(edition().questionnaire, files.FILES[name])
    return json_of(read_file(edition(), definitions(), found))


def sentences(told: dict[str, Any]) -> tuple[set[frozenset[str]], set[frozenset[str]]]:
    """(reasons, what each category hangs on or would settle it): each as said, and as quoted in an annex."""
    parts = told["categories"].values()
    reasons = [one for part in parts for one in [*filter(None, [part.get("gate")]), *part["reasons"]]]
    return (
        {frozenset(plain(one[form]) for form in ("text", "exact") if one[form]) for one in reasons},
        {frozenset([plain(" ".join(part["outlook"]))]) for part in parts if part["outlook"]},
    )


def shown(html: str) -> tuple[set[str], set[str]]:
    """The same, read from the page."""
    page = HTMLParser(html)
    whys = page.css(".rp-category-part .rp-why")
    for one in whys:
        for beside in one.css(".rp-points, .rp-from"):
            beside.decompose()
    return {one.text() for one in whys}, {one.text() for one in page.css(".rp-standing")}


@pytest.mark.parametrize("name", NAMES)
def test_screen_pdf_and_evaluate_say_the_same(name: str, app: Flask, draw: Callable[[str], Path]) -> None:
    told = sentences(evaluated(name))
    screen = shown(opened(app, given=files.FILES[name]).response.text)
    printed = plain(" ".join(line for page in pages(draw(name)) for line in page))
    for said, seen in zip(told, screen, strict=True):
        sight = {plain(one) for one in seen}
        assert sight <= frozenset().union(*said)
        assert [forms for forms in said if not sight & forms] == []
        assert [forms for forms in said if not any(one in printed for one in forms) and name != "longest"] == []
    assert told[0]


def test_a_provisional_reading_names_its_question_and_action(app: Flask) -> None:
    """The strongest link may be overtaken: page one says by which, and which answer of which action would say so."""
    late = {key: one for key, one in files.SHOWCASE.items() if key not in ("without_it", "remains")}
    weak = {
        **files.PROJECT,
        "remains": ["instance"],
        "gave_time": ["ri_time"],
        "device": "other_frame",
        "start": "after_plan",
    }
    found = files.report_of({**files.WHOLE, "actions": [weak, late]}).page_one.headline
    assert found.confidence == "moyenne"
    assert plain(found.confidence_text) == plain(
        "Il manque deux réponses. Deux lectures se tiennent de près : celle-ci, et "
        "« Vos actions n'ont pas encore changé votre PAT »."
    )
    assert plain(found.provisional or "") == plain(
        "Lecture provisoire : « L'international enrichit un PAT qui tient sans lui » et « L'international fait surtout "
        "connaître ce que vous menez » peuvent passer devant, selon les réponses à « Sans cette action » et "
        "« Ce qui en reste » pour « Pacte de Milan »."
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_sheet_gives_one_reason_for_the_same_answers(name: str) -> None:
    """Two doors that one answer opens read as one sentence said twice; the second is in annex 2."""
    for told in told_on_sheets(files.report(name)).values():
        quoted = [why.quotes for why in told if why.side == "for" and why.quotes]
        rests = [tuple((quote.question, quote.item) for quote in quotes) for quotes in quoted]
        assert len(rests) == len(set(rests))
