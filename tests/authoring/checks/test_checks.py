"""Broken definition files that would break a page: refused as they are read, each where it stands.

`¤` in what is written marks where the fault must be told: its line and column. The faults of a list, in the order of
each file, are made together, and nothing else is told.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from random import Random
from typing import get_args

import pytest

from selfassess.authoring.explore.random_files import Generator
from selfassess.content.cases import load_cases
from selfassess.content.catalogue import load
from selfassess.content.editions import following, new_edition
from selfassess.content.exploring import load_exploring, load_invariants
from selfassess.content.reader import FaultyError
from selfassess.core.answers.answers import read
from selfassess.core.definition.device import Device
from selfassess.core.definition.report_texts import (
    ByCode,
    CategoryVerdictTexts,
    DeviceVerdictTexts,
    FoodTexts,
    HorizonTexts,
    ScopeTexts,
)
from selfassess.core.definition.verdicts import CategoryVerdict, Horizon, Verdict, Within
from selfassess.web.definitions import read_library
from tests.definitions import QUESTIONS, SLUG, definitions, edition

MARK = "¤"
FIRST = "2026-1"
EDITION = f"editions/{FIRST}/"
QUESTIONNAIRE, CONTRADICTIONS = f"{EDITION}questionnaire.yaml", f"{EDITION}contradictions.yaml"
MEANS, TYPOLOGY, REPORT = f"{EDITION}means.yaml", f"{EDITION}typology.yaml", "report.yaml"
EXAMPLES, DECISION, MATURITY = "examples.yaml", "decision.yaml", f"{EDITION}maturity.yaml"
Fault = tuple[str, str, str, str]  # in this file, this text becomes that one; what is told, if anything
CROSSED: list[Fault] = [
    (CONTRADICTIONS, "questions: [label, stage]", "questions: [label, ¤stages]",
     "La question « stages » n'existe pas ici. Vouliez-vous dire « stage » ?"),
    (CONTRADICTIONS, "- id: founder_started_late", "- ¤id: operational_label_early_pat",
     "La contradiction « operational_label_early_pat » est écrite deux fois."),
    (CONTRADICTIONS, "questions: [staff_days, posts]", "questions: [staff_days, ¤remains]",
     "La question « remains » n'existe pas ici."),
    (MEANS, "gap_text: \"À mener plutôt après {demand}", "¤gap_text: \"À mener plutôt après {demande}",
     "« {demande} » ne se remplit pas ici ; à cet endroit : {demand}. Vouliez-vous dire « demand » ?"),
    (QUESTIONNAIRE, "      - id: place\n", "      - ¤id: territory\n", "La page « territory » est écrite deux fois."),
    ("devices/leader.yaml", "summary: \"LEADER est", "¤summary: \"{aect} est",
     "« {aect} » ne se remplit pas ici : écrivez-le sans accolades."),
    (QUESTIONNAIRE, "title: Le territoire et ses voisins", "¤title: \"Le territoire et {voisins}\"",
     "« {voisins} » ne se remplit pas ici : écrivez-le sans accolades."),
    (QUESTIONNAIRE, "clause: \"votre territoire est urbain\"", "¤clause: \"Votre territoire est urbain.\"",
     "Une clause se lit au milieu d'une phrase : ni majuscule au début, ni point à la fin."),
    (QUESTIONNAIRE, "- {id: rural, text: Rural, clause: \"votre territoire est rural\"}", "- ¤{id: rural, text: Rural}",
     "« rural » est lue par une règle et n'a pas de « clause » : "
     "écrivez ce qu'une raison en dit, par exemple « votre territoire est rural »."),
    (QUESTIONNAIRE, "  - id: pat\n", "  - ¤id: territory\n", "La partie « territory » est écrite deux fois."),
    (QUESTIONNAIRE, 'desk: "Le PAT est-il reconnu par', '¤desk: "Votre PAT est-il reconnu par',
     "Ce texte se lit aussi au réseau, où l'on parle du territoire : donnez-en la forme « desk », sans « vous »."),
    (REPORT, "  lead: \"Projet", "  ¤lead: \"{pat} Projet",
     "« {pat} » ne se remplit pas ici : écrivez-le sans accolades."),
    (REPORT, "  still: \"Il resterait un écart sur : {axes}.", "  ¤still: \"Il resterait un écart sur : {axes.",
     "Une accolade manque ou est de trop : ce qui se remplit s'écrit « {mot} »."),
    (REPORT, "- id: no_rank\n", "- ¤id: study_2019\n", "Le bloc « study_2019 » est écrit deux fois."),
    (REPORT, "  dimensions: [stage, ", "  ¤dimensions: [",
     "La source de « stage » dit que c'est à nous : ajoutez-le ici."),
    (REPORT, "  questions: [posts, ", "  questions: [posts, ¤postes, ",
     "« postes » n'existe pas. Vouliez-vous dire « posts » ?"),
    (REPORT, "- {id: brake_language,", "- {¤id: brake_time,", "La phrase « brake_time » est écrite deux fois."),
    (REPORT, "text: \"L'axe que vous voulez nourrir, « {axis_to_feed}", "¤text: \"L'axe, « axis_to_feed}",
     "Une accolade manque ou est de trop : ce qui se remplit s'écrit « {mot} »."),
    (REPORT, "{text} s'achève en {year}", "{text} s'achève en {annee}", ""),
    (REPORT, "  programme_ending: \"", "  ¤programme_ending: \"",
     "« {annee} » ne se remplit pas ici ; à cet endroit : {text}, {year}."),
    (EXAMPLES, "sources: [marimunt]", "sources: [¤marimont]",
     "La source « marimont » n'est pas dans sources.yaml. Vouliez-vous dire « marimunt » ?"),
    (EXAMPLES, "departement: \"82\"\n", "¤departement: \"8\"\n",
     "L'annuaire n'a pas de « departement » de code « 8 »."),
    (EXAMPLES, "type: pnr\n", "¤type: pn\n",
     "Le type de structure « pn » n'existe dans aucune édition. Vouliez-vous dire « pnr » ?"),
    (EXAMPLES, "devices: [anim]\n    years", "devices: [¤animation]\n    years",
     "Le dispositif « animation » n'existe pas. Vouliez-vous dire « anim » ?"),
    (EXAMPLES, "{question: label, in: [level2]}", "{question: label, ¤in: [level9]}",
     "« level9 » n'est pas une réponse de « label » que l'on puisse tester. Vouliez-vous dire « level2 » ?"),
    (EXAMPLES, "- id: longwy\n", "- ¤id: saint_flour\n",
     "L'identifiant « saint_flour » est déjà pris. Choisissez-en un autre."),
    ("devices/cd_bilat.yaml", "convention\", types: [public_body, other]}",
     "convention\", ¤types: [public_body, others]}",
     "Le type de structure « others » n'existe dans aucune édition. Vouliez-vous dire « other » ?"),
    (DECISION, "of: [stage, staff_days, objectives,", "of: [stage, staff_days, ¤objective,",
     "La question « objective » n'existe pas ici. Vouliez-vous dire « objectives » ?"),
    (DECISION, "at_least: 3", "¤at_least: 5", "« of » n'a que 4 question(s) : aucune option ne serait jamais donnée."),
    (DECISION, "{question: political_will, in: [no_will]}", "{question: political_will, ¤in: [no_wil]}",
     "« no_wil » n'est pas une réponse de « political_will » que l'on puisse tester. Vouliez-vous dire « no_will » ?"),
    (DECISION, "no_application_first: {reading: trop_tot}", "no_application_first: {¤reading: trop_top}",
     "La lecture « trop_top » n'existe pas. Vouliez-vous dire « trop_tot » ?"),
    (DECISION, "full: {question: load,", "full: {¤question: laod,",
     "La question « laod » n'existe pas ici. Vouliez-vous dire « load » ?"),
    (DECISION, "going_on: {question: state,", "¤going_on: {question: state, field: type,",
     "« field » et « place » ne vont pas avec la question « state »."),
    (DECISION, "seated: {question: leads,", "seated: {¤question: lead,",
     "La question « lead » n'existe pas ici. Vouliez-vous dire « leads » ?"),
    (DECISION, "in: [instance, plan, axis,", "¤in: [instance, plan, axes,",
     "« axes » n'est pas une réponse de « remains » que l'on puisse tester. Vouliez-vous dire « axis » ?"),
    (DECISION, "read_as: carried}", "¤read_as: carry}",
     "« carry » n'est pas une réponse de « political_will ». Vouliez-vous dire « carried » ?"),
    (DECISION, "{question: brakes, read_as: no_brake}", "{¤question: brake, read_as: no_brake}",
     "La question « brake » n'existe pas ici. Vouliez-vous dire « brakes » ?"),
    (DECISION, "  lag: \"votre Pays", "  ¤lagg: \"votre Pays",
     "La question « lagg » n'existe pas ici. Vouliez-vous dire « lag » ?"),
    (MATURITY, "{when: {question: stage, at_least: 3}", "{¤when: {question: political_will, at_least: 1}",
     "« political_will » est lue ici, et la version pour les élus ne doit pas en dépendre."),
    (EXAMPLES, "code: C54323\n", "¤code: C54999\n", "L'annuaire n'a pas de « code » de code « C54999 »."),
]  # fmt: skip

UNSOURCED: list[Fault] = [
    ("devices/delice.yaml", "sources: [synthese, S53b]\n", "", "Il manque la clé « sources »."),
    ("devices/cglu.yaml", "sources: [synthese, S58]\n", "¤sources: []\n",
     "Il faut au moins 1 élément(s) ici, il y en a 0."),
    ("devices/leader.yaml", "- when: {question: lag, in: [member]}\n", "- ¤when: {question: lag, in: [member]}\n",
     "Dites d'où vient cette condition d'accès : « sources », ou « ours: true » quand nous la déduisons."),
    ("devices/leader.yaml", "    sources: [S39, FC5]\n", "", ""),
    (EXAMPLES, "- id: longwy\n    territory: Longwy\n    code: C54323\n    devices: [anim]\n"
     "    text: \"Longwy a commencé par des projections, avec le festival ALIMENTERRE.\"\n"
     "    line: \"Longwy a commencé par des projections.\"\n    doubt: Page sans date.\n    sources: [S51]\n",
     "- ¤id: longwy\n    territory: Longwy\n    code: C54323\n    devices: [anim]\n    text: \"Longwy.\"\n",
     "Il manque la clé « sources »."),
    (EXAMPLES, "sources: [fives]\n", "¤sources: []\n", "Il faut au moins 1 élément(s) ici, il y en a 0."),
]  # fmt: skip

# Wrong by themselves: told as each file is read.
ALONE: list[Fault] = [
    (MEANS, "at: 1, text", "¤at: -1, text", "-1 est hors limites : au moins 0."),
    (MEANS, "\nfar: 2\n", "\n¤far: 0\n", "0 est hors limites : au moins 1."),
    (MEANS, "\ntotal: 3\n", "\n¤total: -3\n", "-3 est hors limites : au moins 1."),
    (MEANS, "  fit_weight: 2\n", "  ¤fit_weight: -2\n", "-2 est hors limites : au moins 0."),
    (QUESTIONNAIRE, "{single: 10,", "{¤single: -10,", "-10 est hors limites : au moins 1."),
    (QUESTIONNAIRE, "title: Votre territoire\n", "¤title: \" \"\n", "Ce texte est vide."),
    (QUESTIONNAIRE, "floor: 10000,", "¤floor: -1,", "-1 est hors limites : au moins 0."),
    (QUESTIONNAIRE, "- id: axes\n            kind: multiple\n", "- id: axes\n            ¤kind: number\n",
     "« number » n'est pas admis : choisissez parmi single, multiple, ranked, territory, list."),
    (CONTRADICTIONS, "in: [level2]}, {question: stage, at_most: 1}",
     "in: [level2]}, ¤{question: stage, at_least: 3, at_most: 1}",
     "« at_least » est plus grand que « at_most » : aucune réponse ne convient."),
    (TYPOLOGY, "without_it, place: 1, in: [less_rich]", "without_it, ¤place: -1, in: [less_rich]",
     "-1 est hors limites : au moins 1."),
    (TYPOLOGY, "when: {question: without_it, place: 2, in: [less_rich]}",
     "¤when: {question: without_it, place: 2, at_least: 1}",
     "« place » va avec « in », et dit le rang d'une réponse classée."),
    ("devices/erasmus.yaml", "catalyst: [1, 3]", "¤catalyst: [5, 2]",
     "Ces deux nombres vont du plus petit au plus grand."),
    ("devices/delice.yaml", "points: -2, when: {question: profile, in: [rural]}",
     "¤points: 0, when: {question: profile, in: [rural]}",
     "0 point ne compte pas : donnez des points, ou retirez l'indice."),
    ("devices/anim.yaml", "points: 1, when: {question: local_partners,",
     "¤points: -1, when: {question: local_partners,", "-1 est hors limites : au moins 1."),
    ("devices/cd_cle.yaml", "catalyst: [1, 3]", "catalyst: [¤-1, 3]", "-1 est hors limites : au moins 0."),
    (REPORT, "\n  places:\n", "\n  ¤places:\n", "Il manque la clé « verify »."),
    (REPORT, "    verify: À", "    ¤verifier: À",
     "La clé « verifier » n'est pas connue ici. Vouliez-vous dire « verify » ?"),
    (REPORT, "\npage_one:\n", "\n¤page_one:\n", "Il manque la clé « estimate »."),
    (REPORT, "  estimate: \"Jours et montants", "  ¤estimates: \"Jours et montants",
     "La clé « estimates » n'est pas connue ici. Vouliez-vous dire « estimate » ?"),
    ("devices/anim.yaml", "season: [6, 6]", "season: [¤13, 6]", "13 est hors limites : au plus 12."),
    ("devices/cd_ficol.yaml", "season: [1, 9]", "season: [¤0, 9]", "0 est hors limites : au moins 1."),
    (DECISION, "living:\n  food: {question: food_content, in: [one_aspect, cross]}\n", "¤living:\n",
     "Il manque la clé « food »."),
    ("sources.yaml", "url: \"https://rnpat.fr/?p=2207\"", "¤url: \"www.rnpat.fr/?p=2207\"",
     "Une adresse commence par « https:// » et ne contient pas d'espace."),
    (EXAMPLES, "- id: avignon\n", "- ¤id: avignon\n    type: commune\n",
     "Avec un code officiel, le type et le département viennent de l'annuaire : retirez-les."),
]  # fmt: skip

# Wrong with the rest of their edition.
TOGETHER: list[Fault] = [
    (CONTRADICTIONS, "{question: stage, at_most: 1}]}", "{question: stage, ¤at_most: 9}]}",
     "« stage » ne va que jusqu'à 6 : la condition serait toujours vraie."),
    (CONTRADICTIONS, "{question: staff_days, in: [over_80]}", "{¤question: actions, at_least: 1}",
     "« actions » se lit par « some: actions »."),
    (MEANS, "at: 1, text", "¤at: 4, text", "L'échelle « time » va de 0 à 3."),
    (MEANS, "short: [moins de 2 000 €, ", "¤short: [",
     "« short » dit chaque degré de l'échelle : 4 textes, pas 3."),
    (MEANS, "gap_from: 2", "¤gap_from: 3", "L'échelle « language » va de 0 à 2."),
    (MEANS, "edges: [10000, 50000,", "¤edges: [50000, 10000,", "Chaque limite est plus haute que la précédente."),
    (MEANS, "state_question: state\n", "¤state_question: stage\n", "Cette question doit appartenir à une action."),
    (MEANS, "objectives_question: objectives\n", "¤objectives_question: nowhere\n",
     "« nowhere » n'est pas une question à plusieurs réponses, hors des actions."),
    (QUESTIONNAIRE, "seconds: {single: 10, multiple: 12, ranked: 20,", "¤seconds: {single: 10, multiple: 12,",
     "Il manque le temps d'une question « ranked »."),
    (QUESTIONNAIRE, "floor: 50000,", "¤floor: 10000,", "Chaque tranche commence plus haut que la précédente."),
    (TYPOLOGY, "leaning_from: 2", "¤leaning_from: 5", "« leaning_from » dépasse « threshold », 4."),
    (TYPOLOGY, "showcase_device: {question: device, in: [", "showcase_device: {question: device, in: [mufpp, ",
     ""),
    (TYPOLOGY, "showcase, mufpp, delice, c40, cglu]}\n", "showcase, ¤mufpp, delice, c40, cglu]}\n",
     "« mufpp » est écrit deux fois dans cette liste."),
    ("devices/erasmus.yaml", "catalyst: [1, 3]", "¤catalyst: [1, 9]", "L'échelle des étapes va de 0 à 6."),
]  # fmt: skip


CIRCLE: list[Fault] = [
    (TYPOLOGY, "food_action: {question: food_content, in: [one_aspect, cross]}\n  candidate:",
     "¤food_action: {is: candidate}\n  ¤candidate:", "La condition « food_action » se lit elle-même."),
    (TYPOLOGY, "- {is: food_action}\n      - {question: state", "- {is: food_action}\n      - {question: state",
     "La condition « candidate » se lit elle-même."),
]  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("cases")
    shutil.copytree(QUESTIONS / SLUG, tmp_path / "questions" / SLUG, ignore=ignored)
    return tmp_path / "questions"


def broken(root: Path, faults: list[Fault]) -> list[str]:
    """Make the faults; what must then be told, sorted. Without a mark, under the comments at the head."""
    for file, old, new, _ in faults:
        path = root / SLUG / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1, (old, text.count(old))
        path.write_text(text.replace(old, new), "utf-8")
    expected = []
    for file in dict.fromkeys(file for file, *_ in faults):
        path = root / SLUG / file
        lines, places = path.read_text("utf-8").splitlines(), []
        for at, line in enumerate(lines):
            places += [(at + 1, mark.start() + 1 - turn) for turn, mark in enumerate(re.finditer(MARK, line))]
        path.write_text("\n".join(lines).replace(MARK, "") + "\n", "utf-8")
        messages = [message for name, _, _, message in faults if name == file and message]
        head = next(at for at, line in enumerate(lines, 1) if not line.startswith("#"))
        for (line, column), message in zip(places or [(head, 1)], messages, strict=True):
            expected.append(f"{SLUG}/{file}:{line}:{column}: {message}")
    return sorted(expected)


def told(root: Path) -> list[str]:
    with pytest.raises(FaultyError) as caught:
        load(root, SLUG)
    return sorted(str(problem) for problem in caught.value.problems)


@pytest.mark.usefixtures("read_once")
@pytest.mark.parametrize(
    "faults",
    [CROSSED, UNSOURCED, ALONE, TOGETHER, CIRCLE],
    ids=["read together", "without a source", "wrong alone", "wrong together", "in a circle"],
)
def test_what_would_break_a_page_is_told_where_it_is(faults: list[Fault], root: Path) -> None:
    expected = broken(root, faults)
    assert told(root) == expected


@pytest.mark.usefixtures("read_once")
def test_a_code_that_the_directory_has_not_is_told(root: Path) -> None:
    faults: list[Fault] = [
        (QUESTIONNAIRE, 'directory: ["epci:métropole"]', 'directory: [¤"epci:metropole"]',
         "Aucune collectivité de l'annuaire n'est « epci:metropole ». Vouliez-vous dire « epci:métropole » ?"),
        ("devices/erasmus.yaml", "eligible: []\n", "eligible:\n  - {when: {question: territory, field: departement, "
         "in: [\"75\", ¤\"7\"]}, text: Paris., otherwise: Rien., ours: true}\n",
         "L'annuaire n'a pas de « departement » de code « 7 »."),
        ("devices/delice.yaml", "eligible:\n", "eligible:\n  - {when: {question: territory, field: code, "
         "in: [C75056, ¤\"75056\"]}, text: Paris., otherwise: Rien., ours: true}\n",
         "L'annuaire n'a pas de « code » de code « 75056 »."),
    ]  # fmt: skip
    expected = broken(root, faults)
    with pytest.raises(FaultyError) as caught:
        read_library(root)
    assert sorted(str(problem) for problem in caught.value.problems) == expected


@pytest.mark.usefixtures("read_once")
def test_a_device_in_a_file_named_otherwise_is_told(root: Path) -> None:
    folder = root / SLUG / "devices"
    shutil.copy(folder / "delice.yaml", folder / "ecoles.yml")
    shutil.copy(folder / "delice.yaml", folder / ".delice.yaml.swp")
    message = "Ce fichier n'est pas lu : le nom d'un dispositif finit par « .yaml ». Renommez-le ou retirez-le."
    assert told(root) == [f"{SLUG}/devices/ecoles.yml:1:1: {message}"]


@pytest.mark.usefixtures("read_once")
def test_what_nothing_reads_is_told(root: Path) -> None:
    """Its author would believe that it counts."""
    editions = root / SLUG / "editions"
    (editions / "2027-1.yaml").write_text("edition: 2027-1\n", "utf-8")
    (editions / FIRST / "contradiction.yaml").write_text("contradictions: []\n", "utf-8")
    (editions / FIRST / "means.yaml~").write_text("", "utf-8")
    first, second = told(root)
    assert first.startswith(f"{SLUG}/{EDITION}contradiction.yaml:1:1: Rien ne lit ce fichier : une édition a cases, ")
    assert second.startswith(f"{SLUG}/editions/2027-1.yaml:1:1: Ce fichier n'est pas lu : une édition est un dossier.")
    (editions / FIRST / "cases").mkdir()
    (editions / FIRST / "cases" / "nouveaux.yml").write_text("[]\n", "utf-8")
    with pytest.raises(FaultyError) as caught:
        load_cases(root, SLUG, definitions().editions[FIRST])
    assert [one.file for one in caught.value.problems] == [f"{SLUG}/{EDITION}cases/nouveaux.yml"]


@pytest.mark.usefixtures("read_once")
def test_what_is_no_folder_or_no_file_is_told(root: Path) -> None:
    folder = root / SLUG / "devices"
    (folder / "sub.yaml").mkdir()
    assert told(root) == [f"{SLUG}/devices/sub.yaml:1:1: Fichier illisible : il ne s'ouvre pas."]
    shutil.rmtree(folder)
    assert f"{SLUG}/devices:1:1: Ce dossier manque." in told(root)


@pytest.mark.usefixtures("read_once")
def test_a_draft_is_read_with_its_invariants_before_it_is_published(root: Path) -> None:
    draft = following(definitions().editions)
    folder = new_edition(root / SLUG / "editions", definitions().editions, draft, edition().id)
    for name, old, new in (
        (
            "questionnaire.yaml",
            "- {id: renown,",
            "- {id: trained, text: Agents formés, clause: laisse des agents formés}\n{0}- {id: renown,",
        ),
        ("invariants.yaml", "{device: leader, verdict", "{device: leadr, verdict"),
    ):
        text = (folder / name).read_text("utf-8")
        line = next(line for line in text.splitlines() if old in line)
        indent = " " * (len(line) - len(line.lstrip()))
        (folder / name).write_text(text.replace(old, new.replace("{0}", indent), 1), "utf-8")
    known = load(root, SLUG)
    message = "Le dispositif « leadr » n'existe pas. Vouliez-vous dire « leader » ?"
    with pytest.raises(FaultyError) as caught:
        load_invariants(root, known, known.editions[draft])
    (fault,) = caught.value.problems
    assert (fault.file, fault.message) == (f"{SLUG}/editions/{draft}/invariants.yaml", message)
    with pytest.raises(FaultyError) as caught:
        load_exploring(root, known, known.editions[draft])
    weight, invariant = sorted(caught.value.problems, reverse=True)
    assert (weight.file, weight.message) == (
        f"{SLUG}/plausible.yaml", "Il manque le poids de « trained » (0 s'il ne sort jamais)."
    )  # fmt: skip
    assert invariant == fault
    plausible = root / SLUG / "plausible.yaml"
    plausible.write_text(plausible.read_text("utf-8").replace("renown: 17,", "renown: 17, trained: 1000000,"), "utf-8")
    model, _ = load_exploring(root, known, known.current)  # one file serves both
    for at in range(20):
        answers = Generator(known, known.current, model).plausible(Random(at))  # noqa: S311
        assert read(known.current.questionnaire, answers)[1] == []


def test_every_code_of_the_engine_has_its_text() -> None:
    groups: list[tuple[type[ByCode], tuple[str, ...]]] = [
        (DeviceVerdictTexts, (*get_args(Verdict), "in_place", "young", "over")),
        (CategoryVerdictTexts, get_args(CategoryVerdict)),
        (HorizonTexts, get_args(Horizon)),
        (FoodTexts, get_args(Device.model_fields["food"].annotation)),
        (ScopeTexts, get_args(Device.model_fields["scope"].annotation)),
    ]
    for group, codes in groups:
        assert set(group.model_fields) == set(codes), group
    assert {span for span, _ in definitions().texts.words.within.spans} == set(get_args(Within))
