"""The author's guide, read as a list of gestures, each a list of edits and commands to do exactly as written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

COMMAND = ".venv/bin/flask --app wsgi "
ANSWERS, REFUSES = "L’outil répond :", "L’outil refuse :"
REPLACE = re.compile(r"Dans `([^`]+)`, remplacez `([^`]+)` par `([^`]+)`\.")
BESIDE = re.compile(r"(?:.* )?Dans `([^`]+)`, cherchez la ligne qui contient `([^`]+)`\. Ajoutez (dessous|au-dessus) :")
CREATE = re.compile(r"Créez le fichier `([^`]+)` :")
APPEND = re.compile(r"Ajoutez à la fin de `([^`]+)` :")
ORDERS = re.compile(r"remplacez `|Ajoutez |Créez ")

Do = Callable[[Path], None]


@dataclass
class Run:
    """A command, and what it must say: each line, « … » standing for anything; exit code 2 when it refuses."""

    arguments: list[str]
    refuses: bool = False
    says: list[str] = field(default_factory=list)

    def unsaid(self, output: str) -> list[str]:
        """The announced lines that the output does not have; its typography set aside."""
        plain = _plain(output)
        patterns = {line: ".*".join(map(re.escape, _plain(line).split("…"))) for line in self.says}
        return [line for line, pattern in patterns.items() if not re.search(f"^{pattern}$", plain, re.MULTILINE)]


@dataclass
class Gesture:
    title: str
    steps: list[Do | Run] = field(default_factory=list)


def _plain(text: str) -> str:
    return re.sub("[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]", " ", text).replace("’", "'")


def gestures(text: str) -> list[Gesture]:
    """The numbered sections of the guide. A sentence that orders a change and is not understood is an error."""
    found = []
    for title, body in re.findall(
        r"^## (\d+\..*?)\n(.*?)(?=^## (?:\d+\.|Aide-mémoire))", text, re.MULTILINE | re.DOTALL
    ):
        gesture = Gesture(title)
        before = ""
        for block in re.split(r"(^```\w+\n.*?^```$)", body, flags=re.MULTILINE | re.DOTALL):
            if block.startswith("```"):
                language, content = re.match(r"```(\w+)\n(.*?)```$", block, re.DOTALL).groups()  # type: ignore[union-attr]
                _fence(gesture, language, content, before)
                before = ""
            else:
                paragraphs = [" ".join(one.split()) for one in block.split("\n\n") if one.strip()]
                before = paragraphs[-1] if paragraphs else ""
                _prose(gesture, paragraphs)
        found.append(gesture)
    return found


def _prose(gesture: Gesture, paragraphs: list[str]) -> None:
    for at, paragraph in enumerate(paragraphs):
        inline = REPLACE.fullmatch(paragraph)
        if inline:
            gesture.steps.append(_replace(*inline.groups()))
        elif ORDERS.search(paragraph) and not paragraph.startswith("-"):
            understood = at == len(paragraphs) - 1 and paragraph.endswith(" :")
            assert understood, f"{gesture.title} : {paragraph}"


def _fence(gesture: Gesture, language: str, content: str, before: str) -> None:
    if language == "console":
        assert content.startswith(COMMAND), content
        gesture.steps.append(Run(content.removeprefix(COMMAND).split()))
    elif language == "text":
        run = gesture.steps[-1]
        assert isinstance(run, Run), f"{gesture.title} : {content}"
        assert before in {ANSWERS, REFUSES}, before
        run.refuses, run.says = before == REFUSES, content.splitlines()
    else:
        gesture.steps.append(_edit(gesture, content, before))


def _edit(gesture: Gesture, content: str, before: str) -> Do:
    for pattern, edit in ((BESIDE, _beside), (CREATE, _create), (APPEND, _append)):
        order = pattern.fullmatch(before)
        if order:
            return edit(*order.groups(), content)
    raise AssertionError(f"{gesture.title} : {before!r}")


def _replace(file: str, old: str, new: str) -> Do:
    def do(root: Path) -> None:
        text = (root / file).read_text("utf-8")
        assert text.count(old) == 1, f"{file} : {text.count(old)} × {old!r}"
        (root / file).write_text(text.replace(old, new), "utf-8")

    return do


def _beside(file: str, sign: str, where: str, content: str) -> Do:
    def do(root: Path) -> None:
        lines = (root / file).read_text("utf-8").splitlines(keepends=True)
        found = [number for number, line in enumerate(lines) if sign in line]
        assert len(found) == 1, f"{file} : {len(found)} × {sign!r}"
        at = found[0] + (where == "dessous")
        (root / file).write_text("".join([*lines[:at], content, *lines[at:]]), "utf-8")

    return do


def _create(file: str, content: str) -> Do:
    def do(root: Path) -> None:
        assert not (root / file).exists(), file
        (root / file).write_text(content, "utf-8")

    return do


def _append(file: str, content: str) -> Do:
    def do(root: Path) -> None:
        with (root / file).open("a", encoding="utf-8") as end:
            end.write(content)

    return do
