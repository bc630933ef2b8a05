"""« Le réseau » as a PDF: PDF/UA-1, eight pages at the most whatever is answered, and nobody named outside."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from selfassess.core.network.picture import outside, picture_of
from selfassess.core.network.summary import DeviceSummary, FileSummary, FollowedFile
from selfassess.core.review.acts import SUBMITTED
from selfassess.store.models import Facilitator, Network
from selfassess.web.definitions import library
from selfassess.web.network.logo import made_again
from selfassess.web.network.picture import MOST_TOGETHER, Portrait
from selfassess.web.network.picture_documents import MOST_NAMED, MOST_PAGES, on_paper
from selfassess.web.report import pdf
from tests.definitions import definitions, edition
from tests.fixtures.pdf import CheckPdf, text_of
from tests.web.network.test_logo import picture

LONG_NAME = "Pôle d'équilibre territorial et rural des Hautes-Vallées & du Pays <de> Quelque-Part"

FACE = pdf.NetworkFace("Réseau d'essai", "Animation, 01 02 03 04 05", made_again(picture()))


def anybody(chance: random.Random, at: int, departements: list[str]) -> FollowedFile:
    """A territory that answers all that may be counted, at random."""
    questionnaire, typology = edition().questionnaire, edition().typology
    named = [*(name for name, one in questionnaire.every.items() if one.filter), *definitions().network.pictured]
    names = [one.id for one in typology.categories]
    flags = [chance.random() < 0.3 for _ in range(4 * len(definitions().devices))]
    reading = FileSummary(
        name=f"{LONG_NAME} {at}",
        type=chance.choice(questionnaire.territory.types).id,
        departement=departements[at % len(departements)],
        region=f"Région {at % 18}",
        edition=edition().id,
        day="2026-12-01",
        term="",
        title="",
        principal=(chance.choice(names),),
        categories=dict.fromkeys(chance.sample(names, 3), "assigned"),
        confidence="",
        maturity={
            one.id: (low := chance.randrange(4), max(low, chance.randrange(4)), 3)
            for one in edition().maturity.dimensions
        },
        case=chance.choice(typology.ri_cases).id,
        devices={
            one.id: DeviceSummary(
                verdict="", entry="", advised=flags.pop(), left=flags.pop(), alive=flags.pop(), wanted=flags.pop()
            )
            for one in definitions().devices
        },
        answers={
            name: [one.id for one in questionnaire.every[name].options if chance.random() < 0.4] for name in named
        },
    )
    return FollowedFile(f"file-{at}", reading.name, SUBMITTED, date(2026, 12, 1), reading)


def portrait(count: int, *, to_give: bool) -> Portrait:
    chance = random.Random(count)  # noqa: S311  a seed, so that it is always the same
    departements = library().directory.departements
    files = [anybody(chance, at, list(departements)) for at in range(count)]
    parts = picture_of(definitions(), files, departements)
    me = Facilitator(label="Animation")
    me.networks = [Network(name="Réseau d'essai")]
    return Portrait(
        me=me, parts=outside(parts) if to_give else parts, areas=(), files=tuple(files), offered=(), chosen={},
        reviewed=False, to_give=to_give, frame_of=(count, count), uncounted=0, on=date(2026, 12, 1),
    )  # fmt: skip  # what it is made of


@pytest.mark.parametrize(("unread", "empty"), [(0, False), (1, True), (4, True), (5, False)])
def test_two_readings_given_away_tell_nothing_of_a_few(app: Flask, unread: int, empty: bool) -> None:
    with app.app_context():
        assert replace(portrait(10, to_give=True), unread=unread).empty == empty
        assert not replace(portrait(10, to_give=False), unread=unread).empty


def test_pages_une_come_in_shares(app: Flask) -> None:
    with app.app_context():
        [whole], cut = (portrait(count, to_give=False).shares for count in (MOST_TOGETHER, MOST_TOGETHER + 1))
    assert whole == (1, "")
    assert [at for at, _ in cut] == [1, 2]
    assert cut[1][1] == f"{LONG_NAME} {MOST_TOGETHER} – {LONG_NAME} {MOST_TOGETHER}"


@pytest.mark.parametrize(("count", "to_give"), [(MOST_NAMED, False), (450, False), (450, True)])
def test_eight_pages_at_the_most_whatever_is_answered(
    app: Flask, check_pdf: CheckPdf, tmp_path: Path, count: int, to_give: bool
) -> None:
    with app.test_request_context():
        made = pdf.drawn(on_paper(portrait(count, to_give=to_give), FACE), MOST_PAGES, FACE.logo)
    check_pdf(made)
    path = tmp_path / "network.pdf"
    path.write_bytes(made)
    told = text_of(path)
    assert f"page 1/{MOST_PAGES}" in told or any(f"page 1/{pages}" in told for pages in range(1, MOST_PAGES))
    assert f"{FACE.name} Contact : {FACE.contact}".replace("'", "’") in told
    assert ("Quelque-Part" in told) == (count <= MOST_NAMED)
