"""Broken definition files that would break a page: refused as they are read, each where it stands.

`¤` in what is written marks where the fault must be told: its line and column. The faults of a list, in the order of
each file, are made together, and nothing else is told.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from selfassess.content.catalogue import load
from selfassess.content.reader import FaultyError
from tests.definitions import QUESTIONS, SLUG

MARK = "¤"
EDITION = "editions/2026-1/"
QUESTIONNAIRE, CONTRADICTIONS = f"{EDITION}questionnaire.yaml", f"{EDITION}contradictions.yaml"
REPORT = "report.yaml"
Fault = tuple[str, str, str, str]  # in this file, this text becomes that one; what is told
CROSSED: list[Fault] = [
    (CONTRADICTIONS, "questions: [label, stage]", "questions: [label, ¤stages]",
     "La question « stages » n'existe pas ici. Vouliez-vous dire « stage » ?"),
    (CONTRADICTIONS, "- id: founder_started_late", "- ¤id: operational_label_early_pat",
     "La contradiction « operational_label_early_pat » est écrite deux fois."),
    (CONTRADICTIONS, "questions: [staff_days, posts]", "questions: [staff_days, ¤remains]",
     "La question « remains » n'existe pas ici."),
    (QUESTIONNAIRE, "      - id: place\n", "      - ¤id: territory\n", "La page « territory » est écrite deux fois."),
    (QUESTIONNAIRE, "  - id: pat\n", "  - ¤id: territory\n", "La partie « territory » est écrite deux fois."),
    (REPORT, "- id: no_rank\n", "- ¤id: study_2019\n", "Le bloc « study_2019 » est écrit deux fois."),
    (REPORT, "- {id: brake_language,", "- {¤id: brake_time,", "La phrase « brake_time » est écrite deux fois."),
]  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("directory", "cases")
    shutil.copytree(QUESTIONS / SLUG, tmp_path / "questions" / SLUG, ignore=ignored)
    return tmp_path / "questions"


def broken(root: Path, faults: list[Fault]) -> list[str]:
    """Make the faults; what must then be told, sorted by file and place."""
    for file, old, new, _ in faults:
        path = root / SLUG / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1, (old, text.count(old))
        path.write_text(text.replace(old, new), "utf-8")
    expected = []
    for file in dict.fromkeys(file for file, *_ in faults):
        path = root / SLUG / file
        lines, places = path.read_text("utf-8").splitlines(), {}
        for at, line in enumerate(lines):
            while MARK in lines[at]:
                column = lines[at].index(MARK)
                lines[at] = lines[at].replace(MARK, "", 1)
                places[at + 1, column + 1] = line
        path.write_text("\n".join(lines) + "\n", "utf-8")
        messages = [message for name, _, _, message in faults if name == file]
        assert len(messages) == len(places), file
        expected.append((file, sorted(places), messages))
    return [f"{SLUG}/{file}:{line}:{column}: {message}" for file, places, messages in expected
            for (line, column), message in zip(places, messages, strict=True)]  # fmt: skip


def told(root: Path) -> list[str]:
    with pytest.raises(FaultyError) as caught:
        load(root, SLUG)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.usefixtures("read_once")
def test_what_only_breaks_once_read_together_is_told(root: Path) -> None:
    expected = broken(root, CROSSED)
    assert sorted(told(root)) == sorted(expected)
