"""What is written for developers is true: the table of rooms, and every path that is named."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.definitions import ROOT

PACKAGE = ROOT / "selfassess"
WRITTEN = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md")
NOTHING = "nothing"
NOT_HERE = re.compile(r"instance\b|\.venv\b|/|.*<")  # made on the machine it is for, an address of the site, an example


def rooms() -> list[str]:
    """The folders of the package that hold modules, `__init__.py` aside."""
    holders = {path.parent for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"}
    return sorted(str(path.relative_to(PACKAGE)) for path in holders)


def imported(path: Path) -> Iterator[str]:
    """The rooms that a module imports, each by its folder."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("selfassess"):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.startswith("selfassess")]
        else:
            continue
        for name in names:
            steps = name.split(".")[1:]
            ways = ("/".join(steps[:end]) for end in range(len(steps), 0, -1))
            yield next(way for way in ways if (PACKAGE / way).is_dir())


def imports_of(room: str) -> set[str]:
    """As the table says them: rooms under the same folder by their own name, others by their first folder."""
    top = room.split("/")[0]
    found = {name for path in (PACKAGE / room).glob("*.py") for name in imported(path)} - {room}
    return {name if name.split("/")[0] == top else name.split("/")[0] for name in found}


def table() -> dict[str, set[str]]:
    """Of ARCHITECTURE.md: room → what it is said to import."""
    found = {}
    for line in (ROOT / "ARCHITECTURE.md").read_text("utf-8").splitlines():
        if row := re.fullmatch(r"\| `([a-z/]+)` \| [^|]+ \| ([^|]+) \|", line):
            found[row[1]] = set(re.findall(r"`([a-z/]+)`", row[2]))
            assert found[row[1]] or row[2] == NOTHING, line
    return found


def test_the_table_has_every_room_and_no_other() -> None:
    assert sorted(table()) == rooms()


@pytest.mark.parametrize("room", rooms())
def test_the_table_says_what_a_room_imports(room: str) -> None:
    found = imports_of(room)
    row = ", ".join(f"`{name}`" for name in sorted(found))
    assert found == table()[room], f"ARCHITECTURE.md: the row of {room} should end with: {row}"


def paths(text: str) -> Iterator[str]:
    """What is quoted or linked and looks like the path of a file or a folder."""
    for quoted in [*re.findall(r"`([^`\n]+)`", text), *re.findall(r"\]\(([^)#]+)\)", text)]:
        known_end = re.search(r"\.(py|md|yaml|html|css|json|toml|txt|lock|sh)$", quoted)
        if re.fullmatch(r"[\w.…*<>/-]+", quoted) and ("/" in quoted.strip("/") or known_end):
            yield quoted


def stands(name: str) -> bool:
    """From the root or from the package; « …/ »: in some folder of `questions`."""
    if name.startswith("…/"):
        return any((ROOT / "questions").rglob(name.removeprefix("…/").rstrip("/")))
    return any(any(top.glob(name.rstrip("/"))) for top in (ROOT, PACKAGE))


@pytest.mark.parametrize("name", WRITTEN)
def test_every_path_that_is_named_is_there(name: str) -> None:
    named = [one for one in paths((ROOT / name).read_text("utf-8")) if not NOT_HERE.match(one)]
    assert named
    assert [one for one in named if not stands(one)] == []


def test_every_name_that_contributing_quotes_is_in_the_code() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    names = set(re.findall(r"`(?:\w+\.)?(\w+)`", text))
    sources = [*PACKAGE.rglob("*.py"), *(ROOT / "templates").rglob("*.html"), *(ROOT / "questions").rglob("*.yaml")]
    words = {
        word
        for path in [*sources, *(ROOT / "tests").rglob("*.py")]
        for word in re.findall(r"\w+", path.read_text("utf-8"))
    }
    assert names
    assert names <= words, f"CONTRIBUTING.md names what is gone: {sorted(names - words)}"
