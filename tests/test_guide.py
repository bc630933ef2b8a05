"""The author's guide followed to the letter on a copy, then met on the site: what it says to type works."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from selfassess.authoring.checks.date_checks import due
from selfassess.authoring.proofs.proofs import prove
from selfassess.content import cases, catalogue, reader
from selfassess.content.editions import new_edition, publish
from selfassess.content.exploring import load_exploring, load_invariants
from selfassess.store.database import db
from selfassess.store.models import Submission
from selfassess.web.commands.due_command import OLD
from tests.definitions import QUESTIONS, ROOT, SLUG, definitions
from tests.guide import Gesture, Run, gestures
from tests.web.conftest import app, empty_database, empty_postgres, make_app  # noqa: F401  fixtures
from tests.web.profiles import INTERCOMMUNAL, TWINNING
from tests.web.walker import Walker

Answer = tuple[int, str]
EVERY = 32  # in the short form: one case out of so many, and those of the guide
GIVEN = {**INTERCOMMUNAL, "actions": [TWINNING]}  # no action touches food
LATER = {**GIVEN, "lag": "outside", "working_language": "english_in_team", "opening": "not_asked_yet"}  # as 2026-3 asks
GESTURES = gestures((QUESTIONS / "README.md").read_text("utf-8"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(QUESTIONS, tmp_path / "questions"))


def follow(root: Path, do: Callable[[Path, Run], Answer]) -> None:
    for gesture in GESTURES:
        for step in gesture.steps:
            if not isinstance(step, Run):
                step(root)
                continue
            code, output = do(root, step)
            told = f"{gesture.title} : {' '.join(step.arguments)}\n{output}"
            assert code == (2 if step.refuses else 0), told
            assert step.unsaid(output) == [], told


def in_short(root: Path, run: Run) -> Answer:
    """What the command does, on a few cases only: see the long form."""
    try:
        known = catalogue.load(root, SLUG)
        edition = known.editions[run.arguments[-1]] if "publish" in run.arguments else known.current
        load_exploring(root, known, edition)
        load_invariants(root, known, list(known.editions.values())[-1])
    except reader.FaultyError as error:
        return 2, str(error)
    match run.arguments:
        case ["questions", "due", "--on", day]:
            return 0, "\n".join(map(str, catalogue.placed(root, due(known, date.fromisoformat(day), OLD))))
        case ["questions", "new-edition", name]:
            new_edition(root / SLUG / "editions", known.editions, name, known.current.id)
            return 0, f"Édition {name} créée en brouillon, copiée de {known.current.id} : {root}"
        case ["questions", "publish", name]:
            assert publish(root, known, name)
            return 0, f"Édition {name} publiée. Sa structure est gardée."
    newest = list(known.editions.values())[-1]
    at_the_end = newest is known.current and newest.id not in definitions().editions
    placed = cases.load_cases(root, SLUG, newest)
    own = [one for one in placed if Path(one.file).name == "guide.yaml"]
    outcomes = cases.run_cases(known, newest, [*placed[::EVERY], *own])
    told = [f"{one.placed.case.name} : {line}" for one in outcomes for line in one.differences]
    if not told and run.refuses:
        folder = f"{SLUG}/editions/{newest.id}/cases:1:1"
        told = [f"{folder}: {gap}" for gap in cases.coverage(known, newest, outcomes)]
    if (run.refuses and run.unsaid("\n".join(told))) or at_the_end:
        readings = {one.placed.case.name: one.reading for one in outcomes if one.reading is not None}
        told += map(str, catalogue.placed(root, prove(known, newest, readings).faults))
    return (2, "\n".join(told)) if told else (0, f"{len(placed)} cas, 0 défaut.")


def test_the_guide_teaches_every_gesture() -> None:
    titles = " ".join(one.title.lower() for one in GESTURES)
    for word in (
        "texte",
        "édition",
        "réponse",
        "indice",
        "question",
        "dispositif",
        "contradiction",
        "publier",
        "contact",
    ):
        assert word in titles
    assert all(any(isinstance(step, Run) for step in one.steps) for one in GESTURES)


def test_an_order_that_is_not_understood_is_an_error() -> None:
    with pytest.raises(AssertionError):
        gestures("## 1. Un geste\n\nRemplacez tout, puis remplacez `a` par autre chose.\n\n## Aide-mémoire\n")


@pytest.mark.usefixtures("read_once")
def test_the_guide_works_and_is_met_on_the_site(root: Path, make_app: Any) -> None:  # noqa: F811
    before = make_app()
    old = Walker(before)
    old.start()
    link = old.private_link

    follow(root, in_short)

    later = make_app(before.config["SQLALCHEMY_DATABASE_URI"], questions=root)
    visitor = Walker(later)
    visitor.start()
    visitor.walk(LATER, "actions")
    assert "Une de ces actions pourrait-elle s'ouvrir à l'alimentation ?" in _plain(visitor.text)
    visitor.get("/dossier/resultat")
    assert "Réseau des villes nourricières" in _plain(visitor.text)
    assert "Une de vos actions peut s'ouvrir à l'alimentation." in _plain(visitor.text)

    kept = Walker(later)
    kept.get(link)
    kept.walk(GIVEN, "actions")
    assert "pourrait-elle s'ouvrir" not in _plain(kept.text)
    assert "Quelles actions internationales" in _plain(kept.text)
    with later.app_context():
        assert list(db.session.scalars(db.select(Submission.edition).order_by(Submission.id))) == ["2026-2", "2026-3"]


def _plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("’", "'")


def by_hand(root: Path, run: Run) -> Answer:
    """The command as the guide writes it, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *run.arguments],
        cwd=ROOT, env={**os.environ, "QUESTIONS": str(root), "INSTANCE": str(root.parent / "instance")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.mark.long
def test_the_guide_works_word_for_word(root: Path) -> None:
    follow(root, by_hand)


def test_there_is_a_gesture_to_follow() -> None:
    assert [one.title[:2] for one in GESTURES] == [f"{at}." for at in range(1, len(GESTURES) + 1)]
    assert all(isinstance(one, Gesture) for one in GESTURES)
