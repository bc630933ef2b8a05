"""Examples beside a device: who is like whom, never oneself, none rather than an empty line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from selfassess.content.directory import Directory
from selfassess.core.answers.answers import View
from selfassess.core.definition.examples import PlacedExample
from selfassess.core.definition.typography import NBSP
from selfassess.core.explanation.neighbours import ExamplePart, examples_of
from selfassess.web.forms.territory_answer import answer_for
from tests.core.report.files import report_of
from tests.definitions import QUESTIONS, SLUG, definitions, edition

DIRECTORY = Directory.load(QUESTIONS / SLUG / "directory")
QUESTION = edition().questionnaire.territory
EXAMPLES = {one.example.id: one.example for one in definitions().examples}
NO_LINK = definitions().texts.examples.no_pat_link
# Those of which no link with a PAT was read: X2 and X19 to X24 of what was gathered.
UNLINKED = {"dordogne", "thorey_lyautey", "ille_et_vilaine", "hauts_de_seine", "mayotte", "matheysine", "lille"}


def official(name: str, kind: str = "") -> dict[str, Any]:
    """The answer of the authority that comes first for a name."""
    place = next(one for one in DIRECTORY.search(name) if one.kind == kind or not kind)
    given = answer_for(QUESTION, DIRECTORY, place.code)
    assert given is not None
    return {QUESTION.id: given}


def shown(answers: dict[str, Any], device: str) -> tuple[ExamplePart, ...]:
    return examples_of(definitions(), View(edition().questionnaire, answers), device)


def texts(answers: dict[str, Any], device: str) -> str:
    return " ".join(one.text for one in shown(answers, device))


@pytest.mark.parametrize(
    ("name", "kind", "device", "never"),
    [
        ("Montpellier Méditerranée Métropole", "métropole", "cd_bilat", "Montpellier"),
        ("Montpellier", "commune", "cd_bilat", "Montpellier"),
        ("Montpellier Méditerranée Métropole", "métropole", "cd_cle", "Montpellier"),
        ("Montpellier", "commune", "mufpp", "Montpellier"),
        ("Grenoble", "commune", "horizon", "Grenoble"),
        ("Grenoble-Alpes-Métropole", "métropole", "cd_cle", "Grenoble"),
        ("Bordeaux", "commune", "eurocities", "Bordeaux"),
        ("Bordeaux Métropole", "métropole", "horizon", "Bordeaux"),
        ("Dijon Métropole", "métropole", "mufpp", "Dijon"),
        ("Nantes", "commune", "rayon", "Nantes"),
        ("Métropole de Lyon", "métropole", "urb_part", "Lyon"),
        ("Grand Avignon", "", "horizon", "Avignon"),
        ("Saint-Brieuc Armor Agglomération", "", "leader", "Saint-Brieuc"),
        ("Dordogne", "département", "horizon", "Dordogne"),
        ("Région d'Audruicq", "communauté de communes", "int_a", "Audruicq"),
    ],
)
def test_nobody_is_shown_oneself(name: str, kind: str, device: str, never: str) -> None:
    told = texts(official(name, kind), device)
    assert never not in told.replace("projet", "")
    everybody = " ".join(one.text for one in EXAMPLES.values() if device in one.devices)
    assert never in everybody, "an example to be left out, or the test says nothing"


def test_a_name_typed_by_hand_is_oneself_too() -> None:
    place = {"name": "PETR du PAYS de Saint Brieuc", "type": "petr", "departement": "22"}
    assert "Saint-Brieuc" not in texts({QUESTION.id: place}, "leader")


def test_what_is_shared_is_said() -> None:
    """A métropole of the same size in the same region; a small town of the same département."""
    (first, *_) = shown(official("Métropole de Lyon", "métropole"), "horizon")
    assert first.text.startswith("Grenoble-Alpes Métropole")
    assert "métropole" in first.alike
    assert "dans votre région" in first.alike
    (first, *_) = shown(official("Valbonne", "commune"), "urb_part")
    assert first.text.startswith("Mouans-Sartoux")
    band = next(one.text for one in QUESTION.bands if one.floor == 10000)
    assert first.alike == f"Comme vous{NBSP}: commune, {band[0].lower()}{band[1:]}, dans votre département."


def test_answers_are_traits_too() -> None:
    """An axis to feed and the structure; the axis alone is too little."""
    rennes = official("Rennes Métropole", "métropole")
    wanted = {**rennes, "axis_to_feed": "feed_canteens", "stage": "s4"}
    assert "la restauration collective" in shown(wanted, "cd_bilat")[0].alike
    beauce = {QUESTION.id: {"name": "Beauce", "type": "association"}, "axis_to_feed": "feed_canteens", "stage": "s4"}
    assert [one.alike for one in shown(beauce, "cd_bilat")] == [""]


def test_a_country_in_mind_is_a_trait() -> None:
    """Asked by the newest edition only; in another, the same file shares nothing."""
    first, *_, newest = [one.questionnaire for one in definitions().editions.values()]
    given = {**official("Rennes Métropole", "métropole"), "wish": ["senegal"], "stage": "s4", "actions": []}
    (one,) = examples_of(definitions(), View(newest, given), "cd_bilat")
    assert "un pays en vue, le Sénégal" in one.alike
    (one,) = examples_of(definitions(), View(first, given), "cd_bilat")
    assert "Sénégal" not in one.alike


def test_far_sizes_are_never_alike() -> None:
    """Two bands apart: a village and a city of the same region are communes, and not alike."""
    lyon = next(one for one in definitions().examples if one.example.id == "lyon")
    village = official("Chamelet", "commune")
    assert village[QUESTION.id]["departement"] == lyon.departement
    assert not any(one.alike for one in shown(village, "urb_part"))


def test_the_nearest_comes_first() -> None:
    """More shared traits before fewer: Nantes would come first by its place in the file, Bordeaux shares an axis."""
    toulouse = {**official("Toulouse Métropole", "métropole"), "axis_to_feed": "feed_governance", "stage": "s4"}
    assert [one.text.split(" ")[0] for one in shown(toulouse, "horizon")] == ["Bordeaux", "Grenoble-Alpes"]


def neighbour(placed: PlacedExample) -> dict[str, Any]:
    """Another territory of the same structure, size and département."""
    kind = QUESTION.type_of(placed.rows)
    held = {"name": "Ailleurs", "population": placed.population, "departement": placed.departement}
    return {QUESTION.id: {key: one for key, one in held.items() if one} | ({"type": kind.id} if kind else {})}


@pytest.mark.parametrize("placed", definitions().examples, ids=lambda one: one.example.id)
def test_only_what_has_a_link_with_a_pat_is_alike(placed: PlacedExample) -> None:
    """Beside the closest reader there can be; an example without a link says so. None of them names its reader."""
    alone = replace(definitions(), examples=(placed,))
    view = View(edition().questionnaire, neighbour(placed))
    for device in placed.example.devices:
        (one,) = examples_of(alone, view, device)
        assert one.text.endswith(NO_LINK) == placed.example.no_pat_link
        assert bool(one.alike) == (bool(placed.rows) and not placed.example.no_pat_link)


def test_what_was_read_without_a_link_comes_last() -> None:
    assert {name for name, one in EXAMPLES.items() if one.no_pat_link} >= UNLINKED
    (only,) = shown(official("Essonne", "département"), "cd_bilat")
    assert only.text.startswith("Montpellier"), "the three départements of cd_bilat are nearer"


def test_an_example_of_the_directory_tells_its_place() -> None:
    placed = {one.example.id: one for one in definitions().examples}
    assert placed["mouans_sartoux"].rows == ("commune", "commune:commune")
    assert placed["mouans_sartoux"].departement == "06"
    assert {"06", "13", "83", "04", "05", "84"} == set(placed["mouans_sartoux"].region)
    assert placed["midi_quercy"].population is None
    for one in placed.values():
        assert one.example.code is None or one.rows, one.example.id


@pytest.mark.parametrize("device", [one.id for one in definitions().devices])
def test_the_sheet_of_each_device(device: str) -> None:
    """What is beside it is for it, with its sources in the list of the report; nothing at all when nothing is known."""
    known = [one for one in EXAMPLES.values() if device in one.devices]
    (part,) = [
        one for one in report_of(official("Rennes", "commune"), {}, date(2026, 11, 29)).devices if one.id == device
    ]
    assert bool(part.examples) == bool(known)
    for one in part.examples:
        assert any(one.text.startswith(example.text) for example in known)
        assert set(one.sources) <= set(definitions().sources)
