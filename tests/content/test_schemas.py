"""The schemas that authors' editors read: as the models are, named by each file, and right about what is in it."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from selfassess.content.reader import read_document
from selfassess.content.schemas import DEFINITION_FILES, FOLDER, write_schemas
from tests.definitions import QUESTIONS, SLUG

NAMED = "# yaml-language-server: $schema="
KEPT = QUESTIONS / FOLDER
FILES = sorted((QUESTIONS / SLUG).rglob("*.yaml"))
MEND = "the models have changed: run « .venv/bin/flask --app wsgi questions schema », then commit what it wrote"


def kind_of(path: Path) -> str:
    (kind,) = [
        name for name, (pattern, _, _) in DEFINITION_FILES.items() if path in set((QUESTIONS / SLUG).glob(pattern))
    ]
    return kind


def faults(kind: str, data: Any) -> list[str]:
    validator = Draft202012Validator(json.loads((KEPT / f"{kind}.json").read_text("utf-8")))
    return [f"{list(fault.absolute_path)}: {fault.message}" for fault in validator.iter_errors(data)]


def test_the_schemas_kept_are_those_of_the_models(tmp_path: Path) -> None:
    written = {path.name: path.read_text("utf-8") for path in write_schemas(tmp_path)}
    kept = {path.name: path.read_text("utf-8") for path in KEPT.iterdir()}
    assert written == kept, MEND


@pytest.mark.parametrize("kind", DEFINITION_FILES)
def test_each_is_a_schema_and_says_nothing_of_our_classes(kind: str) -> None:
    schema = json.loads((KEPT / f"{kind}.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    for name, definition in schema["$defs"].items():
        assert not {"title", "description"} & set(definition), name
        assert "__" not in name, f"{name}: two models of {kind} have one name"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(QUESTIONS)))
def test_each_file_names_its_schema_and_keeps_to_it(path: Path) -> None:
    kind = kind_of(path)
    first = path.read_text("utf-8").split("\n", 1)[0]
    assert first.startswith(NAMED), f"first line: {NAMED}…/{FOLDER}/{kind}.json"
    assert (path.parent / first.removeprefix(NAMED)).resolve() == KEPT / f"{kind}.json"
    assert faults(kind, read_document(path, QUESTIONS).data) == []


def planted(file: str, change: Any) -> list[str]:
    path = QUESTIONS / SLUG / file
    data = deepcopy(read_document(path, QUESTIONS).data)
    change(data)
    return faults(kind_of(path), data)


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("devices/anim.yaml", lambda data: data.update(sumary="…")),  # a key that nothing reads
        ("devices/anim.yaml", lambda data: data.pop("summary")),
        ("devices/anim.yaml", lambda data: data.update(horizon="bientot")),
        ("devices/anim.yaml", lambda data: data["demands"].update({"Temps": 1})),  # no identifier
        ("devices/anim.yaml", lambda data: data["fit"][0].update(points=0)),
        ("devices/anim.yaml", lambda data: data["fit"][0].update(when={"question": "stage", "in_": ["s1"]})),
        ("devices/anim.yaml", lambda data: data["fit"][0].update(when={"is_": "candidate"})),
        ("report.yaml", lambda data: data["matrix"]["effort"][0].update(from_=data["matrix"]["effort"][0].pop("from"))),
        ("sources.yaml", lambda data: data["sources"][0].update(url="www.example.org")),
        ("study.yaml", lambda data: data.update(statement=[])),
    ],
)
def test_a_fault_is_seen_in_the_editor(file: str, change: Any) -> None:
    assert planted(file, lambda data: None) == []
    assert planted(file, change) != []
