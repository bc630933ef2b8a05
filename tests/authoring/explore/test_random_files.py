"""Files at random: valid, the same for the same number, every answer reached; what is wrong in their data is told."""

from __future__ import annotations

import shutil
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from selfassess.authoring.explore.answer_pairs import Pairs
from selfassess.authoring.explore.invariant_checker import InvariantChecker
from selfassess.authoring.explore.random_files import Generator
from selfassess.authoring.explore.tally import (
    MOST_EXAMPLES,
    PLAUSIBLE,
    UNIFORM,
    Explorer,
    Tally,
)
from selfassess.content.exploring import load_exploring
from selfassess.content.reader import FaultyError
from selfassess.core.answers.answers import View, read
from selfassess.core.answers.path import abandoned
from selfassess.core.definition.structure import digest
from selfassess.web.commands.exploration_run import chance
from tests.definitions import QUESTIONS, SLUG, definitions, edition

KINDS = (UNIFORM, PLAUSIBLE)
PLAUSIBLE_FILE = f"{SLUG}/plausible.yaml"
INVARIANTS_FILE = f"{SLUG}/editions/{edition().id}/invariants.yaml"


@cache
def explorer() -> Explorer:
    model, invariants = load_exploring(QUESTIONS, definitions(), edition())
    checker = InvariantChecker(definitions(), edition(), invariants.invariants)
    return Explorer(Generator(definitions(), edition(), model), checker, 1, chance)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_valid_whole_and_without_what_is_not_asked(kind: str) -> None:
    for at in range(300):
        answers = explorer().answers(kind, at)
        assert read(edition().questionnaire, answers) == (answers, [])
        assert abandoned(View(edition().questionnaire, answers)) == []


def test_a_file_is_the_same_for_its_number_whatever_was_made_before() -> None:
    made = {kind: [explorer().answers(kind, at) for at in (0, 1, 2)] for kind in KINDS}
    assert made[UNIFORM][2] == Generator(definitions(), edition()).uniform(chance("1/uniform/2"))
    assert made[PLAUSIBLE][2] == explorer().answers(PLAUSIBLE, 2)
    assert len({digest(one) for kind in KINDS for one in made[kind]}) == 6


def test_every_answer_comes_up_in_uniform_files() -> None:
    seen: set[tuple[str, str]] = set()
    for at in range(600):
        answers = explorer().answers(UNIFORM, at)
        for held in (answers, *answers.get(edition().questionnaire.group.id, ())):
            for name, value in held.items():
                seen |= {(name, one) for one in ([value] if isinstance(value, str) else value) if isinstance(one, str)}
    for question in edition().questionnaire.every.values():
        assert {(question.id, one.id) for one in question.options} <= seen


def test_plausible_files_follow_their_weights() -> None:
    model = explorer().generator.model
    assert model is not None
    posts = edition().means.axes[0].caps[0].when.question
    counts = Counter(explorer().answers(PLAUSIBLE, at).get(posts) for at in range(2000))
    few, most = list(model.by_question[posts, None].weights)[:2]
    unknown = next(one.id for one in edition().questionnaire.questions[posts].options if one.unknown)
    assert 0.12 < counts[few] / 2000 < 0.22
    assert 0.48 < counts[most] / 2000 < 0.60
    assert 0.06 < counts[unknown] / 2000 < 0.10


def test_every_pair_of_answers_is_in_a_file_or_can_be_in_none() -> None:
    pairs, held = Pairs(explorer().generator), set[Any]()
    for _, answers in pairs.files(lambda at: chance(str(at))):
        assert read(edition().questionnaire, answers)[1] == []
        held.update(pairs.held(answers))
    left = [one for one in pairs.all if one not in held]
    assert [one for one in left if pairs.forced(one) is not None] == []
    elsewhere = [
        pair for pair in left if all(question != "wish" for question, _, _ in pair)
    ]  # asked without any action
    assert 0 < len(elsewhere) < len(pairs.all) / 100


def test_no_invariant_is_broken_on_a_thousand_files() -> None:
    tally = Tally()
    for kind in KINDS:
        tally.add(explorer().files(kind, range(500)))
    assert tally.examples == []
    assert [tally.counts[kind]["files"] for kind in KINDS] == [500, 500]
    assert Tally.of(tally.as_json()) == tally


def test_a_broken_invariant_comes_with_a_small_file() -> None:
    never = explorer().checker.static[0].invariant.model_validate(
        {"id": "nobody_twins", "text": "…", "source": "…", "never": [{"question": "twinnings", "in": ["own"]}],
         "broken_by": {"engine": "none", "answers": {}}}
    )  # fmt: skip
    checker = InvariantChecker(definitions(), edition(), [never])
    tally = Explorer(explorer().generator, checker, 1, chance).files(UNIFORM, range(30))
    assert tally.breaks[never.id] > 1
    assert [one["answers"].keys() for one in tally.examples] == [{"twinnings"}]
    assert "own" in tally.examples[0]["answers"]["twinnings"]


def test_what_is_found_does_not_depend_on_which_process_ends_first() -> None:
    never = explorer().checker.static[0].invariant.model_validate(
        {"id": "nobody_twins", "text": "…", "source": "…", "never": [{"question": "twinnings", "in": ["own"]}],
         "broken_by": {"engine": "none", "answers": {}}}
    )  # fmt: skip
    tried = Explorer(explorer().generator, InvariantChecker(definitions(), edition(), [never]), 1, chance)
    chunks = [tried.files(kind, range(at, at + 10)) for kind in KINDS for at in range(0, 50, 10)]
    found = Tally()
    for one in chunks:
        found.add(one)
    for again in (chunks[::-1], [*chunks[3:], *chunks[:3]]):
        other = Tally()
        for one in again:
            other.add(one)
        assert other.as_json() == found.as_json()
    assert len(found.examples) == MOST_EXAMPLES < len([one for one in chunks if one.examples])


FAULTS = [
    (PLAUSIBLE_FILE, "  - question: profile", "  - question: profil",
     "Aucune question « profil » à tirer. Vouliez-vous dire « profile » ?"),
    (PLAUSIBLE_FILE, "urban: 20, ", "", "Il manque le poids de « urban » (0 s’il ne sort jamais)."),
    (PLAUSIBLE_FILE, "    sources: [S20]\n", "",
     "Dites d’où vient ce bloc : « sources », ou « ours: true » quand c’est notre hypothèse."),
    (PLAUSIBLE_FILE, "sources: [S20]", "sources: [S200]", "La source « S200 » n’existe pas."),
    (PLAUSIBLE_FILE, "counts: {1: 60, 2: 40}", "counts: {1: 60, 3: 40}", "« without_it » a 2 réponses au plus."),
    (PLAUSIBLE_FILE, "unknown: 8", "unknown: beaucoup", "Un nombre entier est attendu, pas « beaucoup »."),
    (INVARIANTS_FILE, "{device: leader, verdict", "{device: leadr, verdict",
     "Le dispositif « leadr » n’existe pas. Vouliez-vous dire « leader » ?"),
    (INVARIANTS_FILE, "verdict: [maintenant, a_preparer]", "verdict: [demain]", "« demain » n’est pas admis"),
    (INVARIANTS_FILE, "to: nobody_ri}", "to: personne}", "« personne » n’est pas une réponse de « ri_service »."),
    (INVARIANTS_FILE, "    per: device\n", "", "« this » ne va qu’avec « per: device »."),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "message"), FAULTS, ids=[one[3] for one in FAULTS])
def test_a_fault_in_the_data_is_told_with_its_place(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    for name in (PLAUSIBLE_FILE, INVARIANTS_FILE, f"{SLUG}/invariants.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(QUESTIONS / name, tmp_path / name)
    text = (tmp_path / file).read_text("utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(FaultyError) as raised:
        load_exploring(tmp_path, definitions(), edition())
    told = [str(one).replace("'", "’").replace("\u202f", " ").replace("\xa0", " ") for one in raised.value.problems]
    assert [one for one in told if one.startswith(f"{file}:") and message in one and ":1:1:" not in one], told
