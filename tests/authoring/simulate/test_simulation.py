"""A change of rules, file by file: what moves, and the rules that moved it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from selfassess.authoring.simulate.rule_changes import (
    ABSENT,
    Side,
    differences,
    undone,
)
from selfassess.authoring.simulate.simulation import Simulation, left_aside, outcome
from selfassess.content.catalogue import load
from selfassess.core.definition.device import Device
from tests.core.report import files
from tests.definitions import SLUG, definitions, edition
from tests.definitions import files as any_file
from tests.editions import REMOVED, SECOND, renewed, second_edition

HERE = Side(edition(), definitions())
TYPOLOGY = f"editions/{SECOND}/typology.yaml"
OTHER = (  # an evidence of another weight, a threshold, a device that demands more
    (TYPOLOGY, "threshold: 4", "threshold: 5"),
    (f"editions/{SECOND}/means.yaml", "far: 2", "far: 3"),
)


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Side:
    root = renewed(second_edition(tmp_path_factory.mktemp("later"), published=False, edits=OTHER))
    known = load(root, SLUG)
    return Side(known.editions[SECOND], known)


def with_devices(side: Side, devices: Sequence[Device]) -> Side:
    return replace(side, definitions=replace(side.definitions, devices=tuple(devices)))


def paths(one: Side, other: Side) -> set[str]:
    return {" / ".join(rule.path) for rule in differences(one, other)}


def test_nothing_differs_from_itself() -> None:
    assert differences(HERE, HERE) == ()


@pytest.mark.usefixtures("read_once")
def test_words_are_no_rules(tmp_path: Path) -> None:
    edits = ((f"editions/{SECOND}/questionnaire.yaml", "short: Frontière", "short: Borne"),
             (TYPOLOGY, 'text: "', 'text: "Autrement : '))  # fmt: skip
    known = load(second_edition(tmp_path, published=False, edits=edits), SLUG)
    assert paths(HERE, Side(known.editions[SECOND], known)) == set()


def test_rules_are_named_by_file_keys_and_ids(later: Side) -> None:
    found = paths(HERE, later)
    assert found >= {
        "questionnaire.yaml / border / options / near",
        "questionnaire.yaml / border / options / close",
        f"questionnaire.yaml / {REMOVED}",
        "questionnaire.yaml / port",
        "typology.yaml / threshold",
        "means.yaml / far",
        "devices/jum_neuf.yaml / eligible",
    }
    assert not {one for one in found if "jum_neuf" in one and "eligible" not in one}


def test_undone_one_by_one_then_all(later: Side) -> None:
    rules = differences(HERE, later)
    for rule in rules:
        left = differences(HERE, undone(later, HERE, [rule]))
        assert {one.path for one in left} == {one.path for one in rules} - {rule.path}
    assert differences(HERE, undone(later, HERE, rules)) == ()


def test_a_device_added_or_gone() -> None:
    fewer = with_devices(HERE, HERE.devices[1:])
    gone = differences(HERE, fewer)
    assert [(one.path, one.after) for one in gone] == [((f"devices/{HERE.devices[0].id}.yaml",), ABSENT)]
    assert undone(fewer, HERE, gone) == HERE
    added = differences(fewer, HERE)
    assert undone(HERE, fewer, added) == fewer


def swapped(side: Side) -> Side:
    """The first two categories change places."""
    typology = side.edition.typology
    first, second, *others = typology.categories
    moved = typology.model_copy(update={"categories": (second, first, *others)})
    return replace(side, edition=replace(side.edition, typology=moved))


def test_an_order_is_a_rule() -> None:
    after = swapped(HERE)
    (rule,) = differences(HERE, after)
    assert rule.path == ("typology.yaml", "categories", "(ordre)")
    assert undone(after, HERE, [rule]).edition.typology == HERE.edition.typology


@cache
def heavier() -> tuple[Side, str]:
    """The device that starts most files, with a demand on time out of reach; its id."""
    device = next(one for one in HERE.devices if one.id == "erasmus")
    axis = next(iter(device.demands))
    other = device.model_copy(update={"demands": {**device.demands, axis: device.demands[axis] + 2}})
    return with_devices(HERE, [other if one is device else one for one in HERE.devices]), device.id


def test_each_move_names_its_rule() -> None:
    after, device = heavier()
    simulation = Simulation(HERE, after)
    assert len(simulation.rules) == 1
    moves = simulation.moves(files.FILES["full"])
    assert ("device", device) in {one.key for one in moves}
    assert {one.rules for one in moves} == {(0,)}
    assert not any(one.together for one in moves)


def test_two_rules_that_each_suffice_are_named_together() -> None:
    after, device = heavier()
    closed = [
        one.model_copy(update={"objectives": {}, "fit": (), "asset": ()}) if one.id == device else one
        for one in after.devices
    ]
    simulation = Simulation(HERE, with_devices(after, closed))
    named = [rule.path[1] for rule in simulation.rules]
    move = next(one for one in simulation.moves(files.FILES["full"]) if one.key == ("device", device))
    assert move.together
    assert "demands" in {named[at] for at in move.rules}
    assert len(move.rules) > 1
    assert undo(simulation, move.rules, files.FILES["full"]).get(move.key) == move.before
    for at in move.rules:  # none of them can be spared
        rest = tuple(one for one in move.rules if one != at)
        assert undo(simulation, rest, files.FILES["full"]).get(move.key) != move.before


def undo(simulation: Simulation, rules: tuple[int, ...], answers: dict[str, Any]) -> dict[Any, Any]:
    side = undone(simulation.after, simulation.before, [simulation.rules[at] for at in rules])
    return dict(outcome(side, answers))


def test_answers_the_later_edition_does_not_know_are_named(later: Side) -> None:
    assert set(left_aside(later, {**files.WHOLE, "border": "near"})) == {"border", REMOVED}


@settings(max_examples=15)
@given(any_file())
def test_any_file_moves_only_by_the_rules_that_changed(answers: dict[str, Any]) -> None:
    after, _ = heavier()
    for move in Simulation(HERE, after).moves(answers):
        assert move.rules == (0,)
        assert move.key[0] in {"device", "page_one"}
    assert Simulation(HERE, HERE).moves(answers) == ()
