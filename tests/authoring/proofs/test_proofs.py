"""Broken definition files that only a search over answers can tell, each with its exact message.

`¤` in what is written marks where the fault must be told: its line and column.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from selfassess.authoring.proofs.proofs import prove
from selfassess.content.catalogue import load, placed
from tests.definitions import QUESTIONS, SLUG
from tests.editions import device_copied

MARK = "¤"
FIRST = "2026-1"
EDITION = f"editions/{FIRST}/"
TYPOLOGY, QUESTIONNAIRE, MATURITY = f"{EDITION}typology.yaml", f"{EDITION}questionnaire.yaml", f"{EDITION}maturity.yaml"
MEANS, CONTRADICTIONS, REPORT = f"{EDITION}means.yaml", f"{EDITION}contradictions.yaml", "report.yaml"


@dataclass(frozen=True)
class Fault:
    """In `file`, the first `old` after the text `after` becomes `new`; `message` is what the author then reads.
    `also`: other changes of the same file that make the fault."""

    name: str
    file: str
    old: str
    new: str
    message: str
    after: str = ""
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Found:
    faults: tuple[str, ...]
    unproved: tuple[str, ...]
    places: dict[str, str]


# A question never asked makes false all that reads it: it is told first, and alone.
PATHS = (
    Fault(
        "question_never_asked",
        QUESTIONNAIRE,
        "asked_when: {question: profile, in: [periurban, rural, mixed]}",
        "¤asked_when: {all: [{question: profile, in: [rural]}, {question: profile, in: [mixed]}]}",
        "La question « lag » n'est jamais posée : aucune réponse ne remplit « asked_when ».",
    ),
    Fault(
        "question_always_asked",
        QUESTIONNAIRE,
        "asked_when: {question: stage, at_least: 1}",
        "¤asked_when: {question: profile, in: [urban, periurban, rural, mixed]}",
        "La question « label » est toujours posée : « asked_when » ne sert à rien, retirez-le.",
        after="id: label",
    ),
)
TWIN = Fault(
    "two_devices_alike",
    "devices/delice_bis.yaml",
    "id: delice_bis\n",
    "¤id: delice_bis\n",
    "Rien ne distingue « delice_bis » de « delice » : mêmes verdicts et mêmes points, quelles que soient les réponses.",
)
OTHERS = (
    TWIN,
    Fault(
        "condition_never_true",
        REPORT,
        "when: {question: brakes, in: [brake_local]}",
        "¤when: {all: [{question: brakes, in: [brake_local]}, {question: brakes, in: [no_brake]}]}",
        "Cette condition n'est jamais vraie : aucune réponse ne la remplit.",
    ),
    Fault(
        "condition_never_false",
        REPORT,
        "when: {question: brakes, in: [brake_start]}",
        "¤when: {question: posts, at_least: 0}",
        "Cette condition n'est jamais fausse : toutes les réponses la remplissent, elle ne trie rien.",
    ),
    Fault(
        "option_never_given_while_asked",
        CONTRADICTIONS,
        "when: {all: [{question: label, in: [level2]}, {question: stage, at_most: 1}]}",
        "when: {all: [{question: label, in: [level2]}, {question: stage, in: [¤s0, s1]}]}",
        "La réponse « s0 » de « stage » ne change rien à cette condition : elle n'y compte jamais.",
    ),
    Fault(
        "contradiction_never_there",
        CONTRADICTIONS,
        "when: {all: [{question: staff_days, in: [over_80]}, {question: posts, in: [under_half]}]}",
        "¤when: {all: [{question: staff_days, in: [over_80]}, {question: staff_days, in: [under_5]}]}",
        "La contradiction « many_days_few_posts » n'apparaît jamais : aucune réponse ne la remplit.",
    ),
    Fault(
        "sign_behind_a_closed_gate",
        TYPOLOGY,
        "when: {question: start, in: [before_any]}",
        "¤when: {question: start, in: [during]}",
        "L'indice « pr_before_any » ne compte jamais : la porte de « preexistant » est fermée quand il est vrai.",
        after="id: pr_before_any",
    ),
    Fault(
        "sign_that_sorts_nothing",
        TYPOLOGY,
        "when: {question: start, in: [during]}",
        "¤when: {question: state, in: [ongoing, ended_recent, ended_old]}",
        "L'indice « st_during » est vrai chaque fois que la porte de « structuration » est ouverte.",
        after="id: st_during",
    ),
    Fault(
        "favourable_sign_that_lowers",
        TYPOLOGY,
        "when: {question: remains, in: [renown]}",
        "¤when: {question: remains, in: [renown]}",
        "L'indice « ra_renown » est favorable, et retire pourtant des points à « rayonnement » : répondre « renown » à "
        "« remains », au lieu de « post », en fait perdre.",
        after="id: ra_renown",
        also=(
            (
                "id: ra_concrete, facet: counter, weight: -1, when: {question: remains, in: [axis,",
                "id: ra_concrete, facet: counter, weight: -3, when: {question: remains, in: [renown, axis,",
            ),
        ),
    ),
    Fault(
        "case_taken_by_those_before",
        TYPOLOGY,
        "when: {question: ri_role, in: [supports]}",
        "when: {question: ri_role, in: [supports, leads_informed, leads_associated, leads_together]}",
        "Le cas « direction » n'est jamais retenu : ceux qui le précèdent prennent toutes ses réponses.",
        also=(
            (
                "when: {question: ri_role, in: [leads_informed, leads_associated, leads_together]}",
                "¤when: {question: ri_role, in: [leads_informed, leads_associated, leads_together]}",
            ),
        ),
    ),
    Fault(
        "reading_taken_by_those_before",
        TYPOLOGY,
        "- {question: load, in: [full]}",
        "- {all: [{question: load, in: [full]}, {question: stage, at_most: 1}]}",
        "La lecture « deja_charge » n'est jamais donnée : celles qui la précèdent prennent toutes ses réponses.",
        also=(
            ("- {question: load, in: [if_removed]}", "- {question: stage, at_most: 1}"),
            ("- id: deja_charge", "- ¤id: deja_charge"),
        ),
    ),
    Fault(
        "closes_nothing",
        TYPOLOGY,
        "closes: {axis: time, from: 2,",
        "¤closes: {axis: time, from: 4,",
        "La lecture « deja_charge » ne ferme rien : aucun dispositif ne demande « time » à 4 ou plus.",
    ),
    Fault(
        "never_sure",
        TYPOLOGY,
        "strong_margin: 2",
        "¤strong_margin: 4",
        "Aucune lecture n'est de confiance « forte » : aucune catégorie n'atteint 8 points.",
    ),
    Fault(
        "never_leaning",
        TYPOLOGY,
        "leaning_from: 2",
        "¤leaning_from: 4",
        "Le résultat ne « penche » jamais : aucune catégorie encore indécise n'a 4 points sûrs.",
    ),
    Fault(
        "level_never_reached",
        MATURITY,
        "when: {question: stage, at_least: 5}",
        "¤when: {question: stage, at_most: 2}",
        "Le niveau 3 de « stage » n'est jamais atteint : aucune réponse ne le remplit en même temps que les niveaux "
        "d'avant.",
    ),
    Fault(
        "cap_that_lowers_nothing",
        MEANS,
        "- {when: {question: posts, in: [half_to_one]}, at: 2,",
        "- ¤{when: {question: posts, in: [half_to_one]}, at: 3,",
        "Ce plafond n'abaisse jamais « Temps » : aucune réponse ne le dépasse quand il s'applique.",
    ),
    Fault(
        "gap_nobody_has",
        MEANS,
        "far: 2",
        "¤far: 7",
        "« far » n'est jamais atteint : il ne manque jamais 7 niveaux à un dispositif.",
    ),
    Fault(
        "points_no_device_has",
        MEANS,
        "enough_fit: 2",
        "¤enough_fit: 4",
        "« enough_fit » n'est jamais atteint : aucun dispositif n'a 4 points de « fit ».",
    ),
    Fault(
        "objective_nobody_serves",
        QUESTIONNAIRE,
        "- {id: no_objective,",
        "- {¤id: shine, text: Briller, clause: vous voulez briller}\n              - {id: no_objective,",
        "L'objectif « shine » n'est servi par aucun dispositif.",
    ),
    Fault(
        "verdict_nobody_gets",
        "devices/anim.yaml",
        "verdicts_expected: [maintenant]",
        "verdicts_expected: [maintenant, ¤non_ouvert]",
        "Le verdict « non_ouvert » est déclaré, mais aucune réponse ne le donne.",
    ),
    Fault(
        "verdict_not_declared",
        "devices/rayon.yaml",
        "verdicts_expected: [maintenant, a_preparer, a_verifier, pas_maintenant]",
        "¤verdicts_expected: [maintenant, a_preparer, a_verifier]",
        "Le verdict « pas_maintenant » n'est pas déclaré, et des réponses le donnent : territory: commune, 0 ; "
        "stage: s0.",
    ),
    Fault(
        "point_behind_a_closed_door",
        "devices/int_micro.yaml",
        "when: {question: profile, in: [rural]}",
        "¤when: {question: border, in: [far]}",
        "Ce point ne compte jamais : le dispositif n'est pas ouvert quand il est vrai.",
    ),
    Fault(
        "point_that_closes_a_door",
        "devices/int_a.yaml",
        "when: {question: profile, in: [urban]}",
        "¤when: {question: border, in: [near, far]}",
        "Ce point favorable ferme une porte : répondre « far » à « border », au lieu de « adjacent », rend le "
        "dispositif inaccessible.",
    ),
    Fault(
        "means_that_lower",
        "devices/leader.yaml",
        "- when: {not: {question: lag, in: [outside]}, hidden_ok: ",
        "- when: {all: [{question: budget, at_most: 2}, {not: {question: lag, in: [outside]}, hidden_ok: ",
        "Répondre plus haut à « budget » fait baisser le verdict de « leader ».",
        also=(
            ('2026-1 ne le lui demande pas."}', '2026-1 ne le lui demande pas."}]}'),
            ("demands: {time: 1, budget: 1", "demands: {time: 1, ¤budget: 1"),
        ),
    ),
)
THRESHOLD = Fault(
    "category_nobody_gets",
    TYPOLOGY,
    "facets: {effect: 3, trace: 2, conduct: 2}\n",
    "facets: {effect: 3, trace: 2, conduct: 2}\n",
    "La catégorie « echanges » n'est jamais attribuée : aucune réponse n'atteint le seuil de 8 points.",
    also=(("threshold: 4", "threshold: 8"), ("- id: echanges", "- ¤id: echanges")),
)
UNSETTLED = Fault(
    "too_large_to_settle",
    REPORT,
    "when: {question: brakes, in: [brake_image]}",
    "¤when: {all: [{some: actions, where: {question: device, in: [horizon]}}, {some: actions, where: {question: "
    "gave_time, in: [ri_time]}}, {some: actions, where: {question: without_it, in: [same]}}, {some: actions, where: "
    "{all: [{question: remains, in: [axis]}, {question: remains, in: [nothing]}]}}]}",
    "Non démontré, après",
)


def put(root: Path, fault: Fault) -> None:
    """Make a fault in a copy of the definitions, its marks left in."""
    path = root / SLUG / fault.file
    text = path.read_text("utf-8")
    for old, new, after in ((fault.old, fault.new, fault.after), *((*one, "") for one in fault.also)):
        start = text.index(after)
        at = text.index(old, start)
        text = f"{text[:at]}{new.replace(MARK, f'{MARK}{fault.name}{MARK}')}{text[at + len(old) :]}"
    path.write_text(text, "utf-8")


def take_marks(root: Path) -> dict[str, str]:
    """The place of each mark, taken out of the files: « file:line:column » by fault."""
    places = {}
    for path in (root / SLUG).rglob("*.yaml"):
        lines = path.read_text("utf-8").split("\n")
        for at in range(len(lines)):
            while MARK in lines[at]:
                before, name, rest = lines[at].split(MARK, 2)
                places[name] = f"{path.relative_to(root)}:{at + 1}:{len(before) + 1}"
                lines[at] = before + rest
        path.write_text("\n".join(lines), "utf-8")
    return places


@cache
def found(faults: Sequence[Fault]) -> Found:
    """What is said of a copy of the real definitions, with these faults."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(QUESTIONS / SLUG, root / SLUG, ignore=shutil.ignore_patterns("cases"))
        later_are_drafts(root)
        if TWIN in faults:
            device_copied(root, "delice", "delice_bis")
        for fault in faults:
            put(root, fault)
        places = take_marks(root)
        definitions = load(root, SLUG)
        proofs = prove(definitions, definitions.current, {})
        told = tuple(str(one) for one in placed(root, proofs.faults))
        unproved = tuple(str(one) for one in placed(root, proofs.unproved))
        return Found(told, unproved, places)


def later_are_drafts(root: Path) -> None:
    """What is shared is proved with the current edition: here FIRST, where the faults are."""
    for path in (root / SLUG / "editions").glob("*/questionnaire.yaml"):
        if path.parent.name != FIRST:
            path.write_text(path.read_text("utf-8").replace("published: true", "published: false"), "utf-8")


def expected(fault: Fault, places: dict[str, str]) -> str:
    return f"{places[fault.name]}: {fault.message}"


@pytest.mark.parametrize("fault", PATHS, ids=lambda one: one.name)
def test_question_never_or_always_asked(fault: Fault) -> None:
    said = found(PATHS)
    assert expected(fault, said.places) in said.faults


@pytest.mark.parametrize("fault", OTHERS, ids=lambda one: one.name)
def test_fault_told_where_it_is(fault: Fault) -> None:
    said = found((*OTHERS, UNSETTLED))
    assert expected(fault, said.places) in said.faults


def test_category_nobody_gets() -> None:
    said = found((THRESHOLD,))
    assert expected(THRESHOLD, said.places) in said.faults


def test_nothing_else_is_told() -> None:
    for faults, extra in ((PATHS, ()), (OTHERS, (UNSETTLED,))):
        said = found((*faults, *extra))
        assert sorted(said.faults) == sorted(expected(one, said.places) for one in faults)


def test_what_the_search_cannot_settle_is_said_and_is_no_fault() -> None:
    said = found((*OTHERS, UNSETTLED))
    assert len(said.unproved) == 1
    message = r"Non démontré, après \d+ essais : Cette condition n'est jamais vraie : aucune réponse ne la remplit\."
    assert re.fullmatch(f"{re.escape(said.places[UNSETTLED.name])}: {message}", said.unproved[0])


@pytest.mark.long
@pytest.mark.parametrize("fault", [*PATHS, *OTHERS], ids=lambda one: one.name)
def test_each_fault_alone(fault: Fault) -> None:
    said = found((fault,))
    assert said.faults == (expected(fault, said.places),)
    assert said.unproved == ()
