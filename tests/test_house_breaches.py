"""Each rule of the house is seen to fail: on a breach planted in a small package, or in a copy of ours."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests import house
from tests.definitions import ROOT
from tests.house import RULES, House, Rule

PLANTED = "planted"
Files = dict[str, str]


def chain(count: int, room: str, then: str = "") -> Files:
    """Modules of which each imports the next; the last imports `then`."""
    dotted = f"planted.{room.replace('/', '.')}"
    found = {f"{room}/m{at}.py": f"import {dotted}.m{at + 1}\n" for at in range(1, count)}
    return {**found, f"{room}/m{count}.py": f"def late():\n    import {then}\n" if then else ""}


def in_room(text: str) -> Files:
    return {"core/one.py": text}


BREACHES: list[tuple[Rule, Files, str]] = [
    (
        house.modules_are_short,
        in_room("x = 1\n" * 601),
        "planted/core/one.py:1: 601 lines, at most 600: move out what can be told apart",
    ),
    (
        house.functions_are_short,
        in_room("\ndef build():\n" + "    x = 1\n" * 40),
        "planted/core/one.py:2: `build` has 41 lines, at most 40: give a part of it a name",
    ),
    (
        house.folders_hold_few,
        {f"core/room/m{at:02}.py": "" for at in range(21)},
        "planted/core/room: 21 modules, at most 20: make a room of some of them",
    ),
    (
        house.chains_are_short,
        chain(7, "core/room"),
        "planted.core.room: a chain of 7 imports, at most 6: move down what its middle needs (planted.core.room.m1 →",
    ),
    (
        house.chains_are_short,
        {
            **chain(6, "core/upper", "planted.core.middle.m1"),
            **chain(6, "core/middle", "planted.core.lower.m1"),
            **chain(2, "core/lower"),
        },
        "planted.core: a chain of 14 imports, at most 13: move down what its middle needs (planted.core.upper.m1 →",
    ),
    (
        house.chains_are_short,
        {"store/a.py": "import planted.store.b\n", "store/b.py": "import planted.store.a\n"},
        "planted.store: a ring of imports: move down what both need (planted.store.",
    ),
    (
        house.each_module_has_two_importers,
        {
            "web/page.py": "from planted.web import part\n",
            "web/part.py": '"""A part.\n\nApart: said elsewhere."""\n',
            "web/app.py": "import planted.web.page\n",
        },
        "planted/web/page.py:1: only planted.web.app, of the same room, imports it: merge them, or say why not in a "
        "sentence of its docstring that begins with « Apart: »",
    ),
    (
        house.classes_have_one_name,
        {"core/a.py": "class Line: ...\n", "core/room/b.py": "\n\nclass Line: ...\n"},
        "planted/core/room/b.py:3: another class of core is named `Line` (planted/core/a.py:1): use a noun of the "
        "field for each",
    ),
    (
        house.modules_have_one_name,
        {"web/mail/sender.py": "", "web/sender.py": ""},
        "planted/web/sender.py:1: another module of web is named `sender` (planted/web/mail/sender.py:1): use a noun "
        "of the field for each",
    ),
    (
        house.modules_have_one_name,
        {"web/utils.py": ""},
        "planted/web/utils.py:1: `utils` says nothing of what is in it: name that",
    ),
    (
        house.pure_rooms_are_pure,
        in_room("import re\nfrom random import Random\n"),
        "planted/core/one.py:2: core imports random: give what it knows as an argument",
    ),
    (
        house.pure_rooms_are_pure,
        {"authoring/one.py": "from datetime import datetime\nstart = datetime.now()\n"},
        "planted/authoring/one.py:2: authoring reads a clock: give the day or the moment as an argument",
    ),
    (
        house.pure_rooms_are_pure,
        in_room("from datetime import date\nday = field(default_factory=date.today)\n"),
        "planted/core/one.py:2: core reads a clock: give the day or the moment as an argument",
    ),
    (
        house.pure_rooms_are_pure,
        in_room("def f(path):\n    return open(path).read()\n"),
        "planted/core/one.py:2: core calls open(): give the text as an argument",
    ),
    (
        house.signatures_have_types,
        in_room("from typing import Any\n\nRaw = Any\n\ndef f(x: list[Raw]) -> int: ...\n\ndef g() -> int: ...\n"),
        "planted: 50.0 % of signatures hold Any, at most 5 %: name the type in planted/core/one.py:5 f",
    ),
    (
        house.no_id_of_the_field_in_python,
        in_room("x = view.value('horizon')\n"),
        "planted/core/one.py:1: `horizon` is an id of the definitions: let a field of theirs say it",
    ),
    (
        house.no_id_of_the_field_in_python,
        in_room("x = Ref(question='horizon')\n"),
        "planted/core/one.py:1: `horizon` is an id of the definitions: let a field of theirs say it",
    ),
    (
        house.no_id_of_the_field_in_python,
        in_room("x = given.answers['horizon']\n"),
        "planted/core/one.py:1: `horizon` is an id of the definitions: let a field of theirs say it",
    ),
    (
        house.no_id_of_the_field_in_python,
        in_room("x = answers.get('horizon')\n"),
        "planted/core/one.py:1: `horizon` is an id of the definitions: let a field of theirs say it",
    ),
    (
        house.no_id_of_the_field_in_python,
        in_room("OURS = 'leader horizon delice'.split()\nx = device.id in OURS\n"),
        "planted/core/one.py:2: `horizon` is an id of the definitions: let a field of theirs say it",
    ),
    (
        house.exceptions_say_why,
        in_room("x = [\n  1,\n]  # fmt: skip  one a line\n"),
        "planted/core/one.py:3: remove « fmt: skip », or give its reason: « # fmt: skip  # why »",
    ),
    (
        house.exceptions_say_why,
        in_room("x: int = ''  # type: ignore[assignment]\n"),
        "planted/core/one.py:1: remove « type: ignore[assignment] », or give its reason: « # type: "
        "ignore[assignment]  # why »",
    ),
    (
        house.no_id_of_the_field_in_templates,
        {"../templates/page.html": "<p>\n{% if device.id in ('leader', 'horizon') %}{% endif %}"},
        "templates/page.html:2: `horizon` is an id of the definitions: let the view say what it means",
    ),
    (
        house.no_id_of_the_field_in_templates,
        {"../templates/page.html": "{{ answers['horizon'] }}"},
        "templates/page.html:1: `horizon` is an id of the definitions: let the view say what it means",
    ),
    (
        house.templates_are_short,
        {"../templates/page.html": "<p>é</p>\n" * 601},
        "templates/page.html:1: 6010 bytes, at most 6000: include a part of it",
    ),
    (
        house.templates_are_short,
        {"../templates/page.html": "\n" + "é" * 161},
        "templates/page.html:2: 161 characters, at most 160: break the line",
    ),
    (
        house.templates_have_no_style_nor_script,
        {"../templates/page.html": "<p>\n<b style='color: red'>"},
        "templates/page.html:2: a style in the page: write it in static/theme",
    ),
    (
        house.templates_have_no_style_nor_script,
        {"../templates/page.html": "<script>x()</script>"},
        "templates/page.html:1: a script in the page: write it in static",
    ),
    (
        house.templates_have_no_style_nor_script,
        {"../templates/page.html": "<p onclick='x()'>"},
        "templates/page.html:1: a script in an attribute: write it in static",
    ),
    (
        house.nothing_else_at_the_top,
        {"../notes.md": ""},
        "notes.md: stands at the top: put it in a folder that is there, or add it to TOP_LEVEL",
    ),
    (
        house.locks_name_no_address,
        {"../requirements.txt": "--index-url https://example.org\n", "../requirements-dev.txt": ""},
        "requirements.txt:1: an address: where packages come from is the business of each machine",
    ),
]


def plant(root: Path, files: Files) -> None:
    """Write these files of a package, each folder of it with its __init__."""
    package = root / PLANTED
    for name, text in files.items():
        path = (package / name).resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    package.mkdir(exist_ok=True)
    for folder in (package, *(path for path in package.rglob("*") if path.is_dir())):
        (folder / "__init__.py").touch()


@pytest.mark.parametrize(
    ("rule", "files", "message"), BREACHES, ids=[f"{at}-{rule.__name__}" for at, (rule, _, _) in enumerate(BREACHES)]
)
def test_a_breach_is_told(
    rule: Rule, files: Files, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path, files)
    monkeypatch.syspath_prepend(tmp_path)
    breaches = list(rule(House(tmp_path, PLANTED, frozenset({"horizon"}))))
    assert [breach for breach in breaches if breach.startswith(message)] == breaches != []


def test_each_rule_has_its_breach() -> None:
    assert {rule for rule, _, _ in BREACHES} == set(RULES)


# Contract of pyproject.toml, the module that imports, what it imports, what is told.
CONTRACTS = {
    "package": (
        "store.acts",
        "selfassess.content.folding",
        "selfassess.store.acts -> selfassess.content.folding",
    ),
    "core": ("core.reading.profile", "selfassess.core.report.dates", "reading.profile -> selfassess.core.report.dates"),
    "authoring": (
        "authoring.checks.date_checks",
        "selfassess.authoring.proofs.search",
        "date_checks -> selfassess.authoring.proofs.search",
    ),
    "authors": ("web.review.acts", "selfassess.authoring.proofs.search", "acts -> selfassess.authoring.proofs.search"),
    "web": ("web.review.acts", "selfassess.web.respond.merge", "acts -> selfassess.web.respond.merge"),
    "rings": ("content.reader", "selfassess.content.catalogue", ".reader -> .catalogue (1 import)"),
    "pages": ("core.answers.path", "flask", "selfassess.core.answers.path -> flask"),
    "paper": ("web.respond.result", "weasyprint", "selfassess.web.respond.result -> weasyprint"),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package and of its contracts."""
    shutil.copytree(ROOT / "selfassess", tmp_path / "selfassess", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize("contract", CONTRACTS)
def test_an_import_against_a_contract_is_told(contract: str, copy: Path) -> None:
    module, imported, told = CONTRACTS[contract]
    with (copy / "selfassess" / f"{module.replace('.', '/')}.py").open("a", encoding="utf-8") as file:
        file.write(f"\ndef late():\n    import {imported}\n")
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo", "--contract", contract]
    done = subprocess.run(
        command, cwd=copy, env={**os.environ, "COLUMNS": "200"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert told in done.stdout
    assert "0 kept, 1 broken" in done.stdout


def test_each_contract_has_its_breach() -> None:
    written = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    assert [one["id"] for one in written] == list(CONTRACTS)
    assert all(one["broken_contract_guidance"] for one in written)


def test_a_function_that_does_not_hold_in_one_head_is_told() -> None:
    function = "def f(x):\n" + "".join(f"    if x == {at}:\n        return {at}\n" for at in range(20))
    command = [sys.executable, "-m", "ruff", "check", "--select", "C901", "--no-cache", "-"]
    told = subprocess.run(command, cwd=ROOT, input=function, capture_output=True, text=True, check=False).stdout
    assert "`f` is too complex (21 > " in told
