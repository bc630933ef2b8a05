"""A second edition beside the real one, in a folder of its own: a question removed, an option renamed, one added."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from tests.definitions import QUESTIONS, SLUG, edition

FIRST, SECOND = edition().id, "2027-1"
REMOVED, RENAMED, ADDED = "follow_up", ("near", "close"), "port"
PORT = """\
          - id: port
            kind: single
            short: Port
            text: Votre territoire a-t-il un port ?
            desk: Le territoire a-t-il un port ?
            why: Un port ouvre des liens anciens avec d'autres rives.
            source: Question d'essai
            options:
              - {id: sea_port, text: Un port de mer, clause: votre territoire a un port de mer}
              - {id: no_port, text: Aucun port, clause: votre territoire n'a pas de port}
"""
Edits = Iterable[tuple[str, str, str]]  # a file under the questionnaire's folder, what it says, what it says instead


def second_edition(folder: Path, *, published: bool, edits: Edits = ()) -> Path:
    """The definitions with SECOND as well, and these edits made everywhere they apply."""
    root = folder / "questions"
    shutil.copytree(QUESTIONS, root, ignore=shutil.ignore_patterns("published.lock"))
    editions = root / SLUG / "editions"
    shutil.copytree(editions / FIRST, editions / SECOND)
    main = f"editions/{SECOND}/questionnaire.yaml"
    said = f"published: {'true' if published else 'false'}"
    edit(root, [(main, f"edition: {FIRST}", f"edition: {SECOND}"), (main, "published: true", said), *edits])
    return root


def all_published(folder: Path) -> Path:
    """The definitions without a draft: each that is one on disk is published."""
    root = folder / "questions"
    shutil.copytree(QUESTIONS, root, ignore=shutil.ignore_patterns("published.lock"))
    for path in (root / SLUG / "editions").glob("*/questionnaire.yaml"):
        path.write_text(path.read_text("utf-8").replace("published: false", "published: true"), "utf-8")
    return root


def edit(root: Path, edits: Edits) -> None:
    for name, before, after in edits:
        path = root / SLUG / name
        text = path.read_text("utf-8")
        assert before in text, (name, before)
        path.write_text(text.replace(before, after), "utf-8")


def device_copied(root: Path, name: str, copy: str) -> None:
    """The device `name` under another id, decided as it is."""
    devices, documents = root / SLUG / "devices", root / SLUG / "documents.yaml"
    same = (devices / f"{name}.yaml").read_text("utf-8")
    (devices / f"{copy}.yaml").write_text(same.replace(f"id: {name}\n", f"id: {copy}\n", 1), "utf-8")
    decided = rf"^  {name}:\n((?:    .*\n)+)"
    text, made = re.subn(decided, rf"\g<0>  {copy}:\n\1", documents.read_text("utf-8"), count=1, flags=re.MULTILINE)
    assert made == 1
    documents.write_text(text, "utf-8")


def renewed(root: Path) -> Path:
    """What SECOND changes: REMOVED is gone, an option of `border` has another id, ADDED is asked and a device asks it.

    Devices know the ids of both editions.
    """
    home = root / SLUG
    path = home / "editions" / SECOND / "questionnaire.yaml"
    text = path.read_text("utf-8")
    text, gone = re.subn(rf"          - id: {REMOVED}\n(            .*\n)+", "", text)
    assert gone == 1
    before, after = RENAMED
    text = text.replace(f'{{id: {before}, text: "Oui, une frontière', f'{{id: {after}, text: "Oui, une frontière')
    text = text.replace("      - id: lag\n        questions:\n", f"{PORT}      - id: lag\n        questions:\n", 1)
    path.write_text(text, "utf-8")
    contradictions = home / "editions" / SECOND / "contradictions.yaml"
    kept = contradictions.read_text("utf-8").split("  - id: ")
    contradictions.write_text("  - id: ".join(one for one in kept if f"question: {REMOVED}," not in one), "utf-8")
    maturity = home / "editions" / SECOND / "maturity.yaml"
    maturity.write_text(maturity.read_text("utf-8").replace(f"question: {REMOVED}", "question: governance"), "utf-8")
    for device in (home / "devices").glob("*.yaml"):
        said = "".join(
            line for line in device.read_text("utf-8").splitlines(True) if f"question: {REMOVED}," not in line
        )
        device.write_text(said.replace(f"[adjacent, {before}, ", f"[adjacent, {before}, {after}, "), "utf-8")
    door = "eligible:\n  - when: {question: port, in: [sea_port]}\n    text: Le territoire a un port.\n"
    door += "    otherwise: Réservé aux territoires qui ont un port.\n    ours: true\n"
    jumelage = home / "devices" / "jum_neuf.yaml"
    jumelage.write_text(jumelage.read_text("utf-8").replace("eligible:\n", door, 1), "utf-8")
    return root
