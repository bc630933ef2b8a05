"""The house keeps its shape: import direction, size budgets, no domain id in Python, no word of another kind."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.definitions import ROOT, definitions, edition

PACKAGE = ROOT / "selfassess"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
MOST_MODULE, MOST_FUNCTION, MOST_TEMPLATE = 600, 80, 200
# Longer than the budget, with the reason. Empty is best.
ALLOWED: dict[str, str] = {}
MAY_IMPORT = {
    "core": {"core", "authoring"},
    "content": {"content", "core", "authoring"},
    "store": {"store", "core"},
    "authoring": {"authoring", "core"},
    "web": {"web", "content", "core", "store", "authoring"},
}
PURE = {"pydantic", "pydantic_core"}
NOT_PURE = {"os", "io", "pathlib", "time", "uuid", "random", "secrets", "socket", "subprocess", "logging", "gettext"}
TOP_LEVEL = {
    "pyproject.toml", "wsgi.py", "selfassess", "questions", "templates", "static", "migrations", "tests", "README.md",
    "Makefile", "LICENSE", "CHANGELOG.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "requirements.txt",
    "requirements-dev.txt", "deploy", "instance", "instance-demo",
}  # fmt: skip
# Ids that are also keys of our own models (a device file's `objectives`, an evidence's `state`…) and words of the
# trade: finding one in Python says nothing. Structure types are left out: the directory names them too.
PLAIN_WORDS = {
    "axes", "benefits", "departement", "device", "instance", "kind", "label", "link", "none", "nothing", "objectives",
    "start", "state", "territory", "unknown",
}  # fmt: skip


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_one_way(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for name in imports(path):
        if name.startswith("selfassess."):
            assert name.split(".")[1] in MAY_IMPORT.get(room, set()), f"{room} imports {name}"
        elif room == "core":
            top = name.split(".")[0]
            assert top in PURE or (top in _standard() and top not in NOT_PURE), f"core imports {name}"
        if name.split(".")[0] == "weasyprint":
            assert path.name in {"pdf.py", "weasyprint_patches.py"}
        if name.split(".")[0] in {"flask", "werkzeug"}:
            assert room in {"web", "store"}


def _standard() -> set[str]:
    return set(sys.stdlib_module_names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_and_functions_keep_to_their_size(path: Path) -> None:
    text = path.read_text("utf-8")
    name = str(path.relative_to(ROOT))
    assert len(text.splitlines()) <= MOST_MODULE or name in ALLOWED
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= MOST_FUNCTION or f"{name}:{node.name}" in ALLOWED, f"{node.name}: {length} lines"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_keep_to_their_size(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MOST_TEMPLATE


def domain_ids() -> set[str]:
    found = {device.id for device in definitions().devices}
    for question in edition().questionnaire.every.values():
        found |= {question.id, *(option.id for option in question.options)}
    typology = edition().typology
    found |= {category.id for category in typology.categories} | {typology.remainder.id}
    found |= {rule.id for rule in typology.remainder.readings} | {case.id for case in typology.ri_cases}
    found |= {kind.id for kind in edition().means.kinds} | set(typology.conditions)
    found |= {sign.id for category in typology.categories for sign in category.evidence}
    return found - PLAIN_WORDS


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_domain_id_is_a_literal_in_python(path: Path) -> None:
    ids, tree = domain_ids(), ast.parse(path.read_text("utf-8"))
    blanks = {
        id(one)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for one in call.args
        if getattr(call.func, "id", "") == "Blanks"
    }  # fmt: skip  names of what fills a text, not of a question
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in blanks:
            assert node.value not in ids, f"line {node.lineno}: {node.value}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_domain_id_is_a_literal_in_templates(path: Path) -> None:
    ids = domain_ids()
    for statement in re.findall(r"\{[{%](.*?)[%}]\}", path.read_text("utf-8"), flags=re.S):
        for literal in re.findall(r"""["']([a-z0-9_]+)["']""", statement):
            assert literal not in ids, literal


def test_nothing_else_stands_at_the_top() -> None:
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".") and path.name != "__pycache__"}
    assert found <= TOP_LEVEL


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert {path.stem for path in MODULES} & {"utils", "helpers", "common", "manager", "misc"} == set()


def test_the_locks_name_no_address() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert "://" not in (ROOT / name).read_text("utf-8")


def test_templates_carry_no_inline_style_or_script() -> None:
    for path in TEMPLATES:
        text = path.read_text("utf-8")
        assert not re.search(r"\sstyle\s*=", text), path
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path
        assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), path
