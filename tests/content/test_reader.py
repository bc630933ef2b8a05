"""Broken definition files: every fault at once, in the author's words, with file, line and column."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field

from selfassess.authoring.checks.condition_checks import CheckedEdition
from selfassess.content.cases import load_cases
from selfassess.content.catalogue import load
from selfassess.content.reader import Document, FaultyError, read_document, validate
from selfassess.core.definition.questionnaire import Option
from selfassess.core.definition.typography import NBSP, typeset
from tests.definitions import QUESTIONS, SLUG, definitions, edition
from tests.fixtures.waiting import at_once

Broken = Callable[..., list[str]]


@pytest.fixture
def broken(tmp_path: Path, read_once: None) -> Broken:
    """Copy the real definitions, replace a text in one file, and give the faults found."""

    def change(file: str, old: str, new: str, times: int = 1) -> list[str]:
        root = tmp_path / "questions"
        shutil.copytree(QUESTIONS / SLUG, root / SLUG, ignore=shutil.ignore_patterns("cases"))
        path = root / SLUG / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, times), "utf-8")
        with pytest.raises(FaultyError) as caught:
            load(root, SLUG)
        return [str(problem) for problem in caught.value.problems]

    return change


TYPOLOGY = "editions/2026-1/typology.yaml"
QUESTIONNAIRE = "editions/2026-1/questionnaire.yaml"


def only(problems: list[str], place: str, sentence: str) -> None:
    assert len(problems) == 1, problems
    assert problems[0].startswith(f"{SLUG}/{place}:"), problems[0]
    assert sentence in problems[0], problems[0]
    line, column = problems[0].removeprefix(f"{SLUG}/{place}:").split(":")[:2]
    assert int(line) >= 1
    assert int(column) >= 1


def test_unknown_key_with_a_suggestion(broken: Broken) -> None:
    found = broken(QUESTIONNAIRE, "changeable: true", "changeble: true")
    only(found, QUESTIONNAIRE, "La clé « changeble » n'est pas connue ici. Vouliez-vous dire « changeable » ?")


def test_duplicate_key(broken: Broken) -> None:
    found = broken(
        QUESTIONNAIRE,
        "            short: Étape du PAT\n",
        "            short: Étape\n            short: Étape du PAT\n",
    )
    only(found, QUESTIONNAIRE, "La clé « short » est écrite deux fois")


def test_unknown_question_in_a_condition(broken: Broken) -> None:
    found = broken(TYPOLOGY, "{question: stage, at_least: 4}", "{question: stages, at_least: 4}")
    only(found, TYPOLOGY, "La question « stages » n'existe pas ici. Vouliez-vous dire « stage » ?")


def test_unknown_option_in_a_condition(broken: Broken) -> None:
    found = broken(TYPOLOGY, "in: [renown]", "in: [renowned]")
    only(found, TYPOLOGY, "« renowned » n'est pas une réponse de « remains » que l'on puisse tester.")


def test_unknown_form_of_condition(broken: Broken) -> None:
    found = broken(TYPOLOGY, "tie_break: {question:", "tie_break: {quand:")
    only(found, TYPOLOGY, "Condition inconnue : elle commence par une de ces clés")


def test_reach_that_differs(broken: Broken) -> None:
    found = broken(TYPOLOGY, "id: st_during, facet: conduct, weight: 1", "id: st_during, facet: trace, weight: 1")
    only(found, TYPOLOGY, "« structuration » atteint 6 points, il en faut 7 comme aux autres.")


def test_negation_of_a_question_that_may_not_be_asked(broken: Broken) -> None:
    found = broken(TYPOLOGY, ', hidden_ok: "Le premier terme suppose déjà la question posée."', "")
    only(found, TYPOLOGY, "« not » porte sur « gave_time », qui n'est pas toujours posée")


def test_question_nothing_reads(broken: Broken) -> None:
    leader = (QUESTIONS / SLUG / "devices/leader.yaml").read_text("utf-8")
    found = broken(
        "devices/leader.yaml", leader, re.sub(r"question: lag, in: \[\w+\]", "question: profile, in: [rural]", leader)
    )
    asking = CheckedEdition(definitions(), edition()).newest
    assert [one.split(":")[0] for one in found] == [f"{SLUG}/editions/{one.id}/questionnaire.yaml" for one in asking]
    assert all("La question « lag » n'est lue par rien" in one for one in found)


def test_visibility_that_reads_its_own_page(broken: Broken) -> None:
    found = broken(
        QUESTIONNAIRE,
        "asked_when: {question: profile, in: [periurban, rural, mixed]}",
        "asked_when: {question: objectives, in: [finance]}",
    )
    only(found, QUESTIONNAIRE, "« asked_when » ne lit que des questions des pages précédentes, pas « objectives ».")


def test_unknown_source_and_statement(broken: Broken) -> None:
    found = broken(TYPOLOGY, "study: [outreach_legitimacy]", "study: [outreach_legitimate]")
    only(
        found,
        TYPOLOGY,
        "L'énoncé « outreach_legitimate » n'est pas dans study.yaml. Vouliez-vous dire « outreach_legitimacy » ?",
    )


def test_statement_nothing_uses(broken: Broken) -> None:
    found = broken(
        "study.yaml", "statements:\n", 'statements:\n  - {id: orphan, place: "Nulle part", text: "Une phrase."}\n'
    )
    only(found, "study.yaml", "L'énoncé « orphan » de l'étude n'est utilisé nulle part.")


def test_device_file_named_otherwise(broken: Broken) -> None:
    found = broken("devices/leader.yaml", "id: leader\n", "id: leaders\n")
    only(found, "devices/leader.yaml", "L'identifiant « leaders » doit être le nom du fichier, « leader ».")


def test_all_faults_at_once(broken: Broken) -> None:
    """One edit, three faults of three kinds, each with its line."""
    found = broken(
        TYPOLOGY,
        "threshold: 4\nleaning_from: 2\n",
        "threshold: quatre\nleaning: 2\n",
    )
    assert [one.split(": ", 1)[1] for one in found] == [
        "Il manque la clé « leaning_from ».",
        "Un nombre entier est attendu, pas « quatre ».",
        "La clé « leaning » n'est pas connue ici. Vouliez-vous dire « leaning_from » ?",
    ]


@pytest.mark.usefixtures("read_once")
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: [1, 2\nb: 3\n", "YAML mal formé"),
        ("a: b: c\n", "un deux-points de trop"),
        ("\ta: 1\n", "une tabulation sert de retrait"),
        ("a: &x 1\nb: *x\n", "Les ancres et alias YAML (& et *) ne sont pas admis."),
        ("&x a: 1\n", "Une clé doit être un mot simple."),
        ("{[a, {b: c}]: {d: [e]}, f: 1}\n", "Une clé doit être un mot simple."),
        ("a: 1\n---\nb: 2\n", "« --- » commence un deuxième document"),
        ("- a: 1\nb: 2\n", "le retrait de cette ligne"),
        ("", "Le fichier est vide."),
        ("- 1\n", "Un bloc de clés est attendu"),
    ],
)
def test_yaml_that_is_not_what_is_expected(tmp_path: Path, text: str, sentence: str) -> None:
    root = tmp_path / "questions"
    shutil.copytree(QUESTIONS / SLUG, root / SLUG, ignore=shutil.ignore_patterns("cases"))
    (root / SLUG / "report.yaml").write_text(text, "utf-8")
    with pytest.raises(FaultyError) as caught:
        load(root, SLUG)
    assert any(sentence in str(problem) for problem in caught.value.problems), caught.value.problems


MANY = [f"k{at}: 1" for at in range(60_000)]


def read_whole(path: Path) -> Document:
    document = read_document(path, path.parent)
    if not document.problems:
        validate(document, Option)
    return document


@pytest.mark.parametrize(
    ("text", "told", "sentence"),
    [
        (f"id: {'9' * 5000}\n", 1, "1:1: Ce nombre a plus de 15 chiffres."),
        (f"id: a\nlevel: -{'9' * 5000}\n", 1, "2:1: Ce nombre a plus de 15 chiffres."),
        ("\n".join(MANY), 1, "fichier trop grand"),
        (f"{{{', '.join(MANY[:30_000])}}}", 1, "plus de 12000 valeurs"),
        ("\n".join(MANY[:5000]), 101, "Et 4902 autres fautes dans ce fichier."),
        ("k: 1\n" * 5000, 101, "Et 4899 autres fautes dans ce fichier."),
        (f"id: {'[' * 5000}{']' * 5000}", 1, "1:54: YAML mal formé : plus de 50 niveaux sont imbriqués."),
        ("id: &a 1\ntext: &a 2\n", 2, "Les ancres et alias YAML (& et *) ne sont pas admis."),
        (f"id: {'a' * 450_000}\n", 1, "Il manque la clé « text »."),
        (f"{'k' * 1000}: 1\n", 3, "n'est pas connue ici."),
        ("id: []\ntext: {}\nlevel: {a: 1}\n", 3, "Un texte est attendu, pas « [] »."),
    ],
    ids=lambda one: str(one)[:20],
)
def test_a_file_without_measure_is_told_at_once(tmp_path: Path, text: str, told: int, sentence: str) -> None:
    path = tmp_path / "option.yaml"
    path.write_text(text, "utf-8")
    document = at_once(lambda: read_whole(path), 5)
    assert len(document.problems) == told
    assert any(sentence in str(one) for one in document.problems)
    assert max(len(str(one)) for one in document.problems) < 300


@pytest.mark.parametrize(
    ("case", "told", "sentence"),
    [
        ("answers: {territory: {name: x, type: []}}, expect: {}", 1, "1:44: answers.territory.type"),
        ('answers: {territory: {name: x, "²": 1}}, expect: {}', 1, "1:44: answers.territory.²"),
        (f"answers: {{stage: {'9' * 5000}}}, expect: {{}}", 1, "Ce nombre a plus de 15 chiffres."),
        ("answers: {}, expect: {devices: 5}", 1, "donnent un verdict par identifiant"),
        (f"answers: {{{', '.join(MANY[:4000])}}}, expect: {{}}", 101, "Et 3900 autres fautes dans ce fichier."),
    ],
    ids=["type", "figure", "digits", "expect", "keys"],
)
def test_a_case_that_cannot_be_read_is_told(tmp_path: Path, case: str, told: int, sentence: str) -> None:
    folder = tmp_path / SLUG / "editions" / edition().id / "cases"
    folder.mkdir(parents=True)
    (folder / "few.yaml").write_text(f"- {{name: a, {case}}}\n", "utf-8")
    with pytest.raises(FaultyError) as caught:
        load_cases(tmp_path, SLUG, edition())
    assert len(caught.value.problems) == told
    assert any(sentence in str(one) for one in caught.value.problems)


@pytest.mark.usefixtures("read_once")
def test_bytes_that_are_not_text(tmp_path: Path) -> None:
    root = tmp_path / "questions"
    shutil.copytree(QUESTIONS / SLUG, root / SLUG, ignore=shutil.ignore_patterns("cases"))
    (root / SLUG / "report.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FaultyError, match="n'est pas écrit en UTF-8"):
        load(root, SLUG)


def test_typography_is_set_and_stays_set() -> None:
    once = typeset("L'étude dit : « c'est 1 500 € », n'est-ce pas ?")
    assert once == f"L’étude dit{NBSP}: «{NBSP}c’est 1\u202f500{NBSP}€{NBSP}», n’est-ce pas{NBSP}?"
    assert typeset(once) == once
    assert typeset("4 points sur 7, en 12 mois") == f"4{NBSP}points sur 7, en 12{NBSP}mois"


OPTION = "- {id: renown, text: Notoriété}\n"
TYPED = {  # what one types, and the only fault told
    "- {id: trained, text: Des agents formés, en langue}": ":4:42: La clé « en langue » n'est pas connue ici. Si c'est",
    "- {id: trained, level: 1,5, text: Des agents}": ":4:26: La clé « 5 » n'est pas connue ici. Un nombre s'écrit sans",
    "- {id: trained, text: Formés : en langue}": "4:30: YAML mal formé : il manque une virgule",
    '- {id: trained, text: "Des agents formés}': "un guillemet ou un crochet n'est pas refermé. La faute peut être",
    "- {id: trained, text: Des agents formés": "La faute peut être plus haut : voyez depuis la ligne 4.",
    "- {id: formés, text: Des agents formés}": "4:4: « formés » n'est pas un identifiant",
    "- {id: trained, text: % des agents}": "un texte qui commence par ce signe se met entre guillemets doubles",
    "- {id: trained, text: * Des agents}": "un texte qui commence par « * » se met entre guillemets doubles",
    " - {id: trained, text: Des agents formés}": "4:2: YAML mal formé : le retrait de cette ligne",
}


@pytest.mark.parametrize("line", TYPED)
def test_a_slip_is_told_once_where_it_is(line: str, tmp_path: Path) -> None:
    path = tmp_path / "options.yaml"
    path.write_text(f"options:\n{OPTION}{OPTION.replace('renown', 'peer')}{line}\n{OPTION}", "utf-8")
    document = read_document(path, tmp_path)
    if not document.problems:
        validate(document, dict[str, Annotated[tuple[Option, ...], Field(min_length=1)]])
    (problem,) = document.problems
    assert TYPED[line] in str(problem)


@pytest.mark.parametrize(
    ("text", "place", "letter"),
    [
        ('a: b\nc: "x\x0by"\n', "2:6", "000B"),  # a line end of Word
        ("a: |\n  un\n  de\x07ux\n", "3:5", "0007"),
        ("a: b\nc: un\u202edeux\n", "2:6", "202E"),
        ('a: [b, "c\\u0000"]\n', "1:8", "0000"),
        ('a: "\\ud83c"\n', "1:1", "D83C"),
    ],
)
def test_a_letter_that_no_page_shows_is_told_where_it_is(text: str, place: str, letter: str, tmp_path: Path) -> None:
    path = tmp_path / "options.yaml"
    path.write_text(text, "utf-8")
    (problem,) = read_document(path, tmp_path).problems
    assert str(problem) == f"options.yaml:{place}: Ce texte contient un caractère invisible (U+{letter}) : retirez-le."
