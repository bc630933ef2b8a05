"""The documents as LibreOffice sets them: the note on one page, each part on its own, nothing left behind."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask

from selfassess.core.report.report import Report
from selfassess.web.report import document_file
from tests.authoring.explore.test_random_files import PLAUSIBLE, UNIFORM
from tests.core.documents.test_documents import DEVICES, STRUCTURES, about
from tests.core.report import files
from tests.core.report.reviewed import reviewed
from tests.definitions import definitions

RANDOM = 40
HEADS = ("Note à l’exécutif", "Projet de d", "Séance, annexe et points de droit")
MOST_OF_ACT, MOST_OF_SESSION = 2, 3  # pages
ACTION = "Échanges de pratiques avec la ville et le lycée agricole de Gand, Belgique"


def devices() -> Iterator[tuple[str, Report]]:
    for at, device in enumerate(DEVICES):
        for structure in dict.fromkeys(("commune", "association", STRUCTURES[at % len(STRUCTURES)])):
            yield f"{device}-{structure}", about(structure, device)
            yield f"{device}-{structure}-alive", about(structure, device, ACTION)


def networks() -> Iterator[tuple[str, Report]]:
    for name in ("early", "longest", "metropole"):
        for kind in ("changed", "longest", "confirmed"):
            yield f"{name}-{kind}", reviewed(name, kind)


SETS: dict[str, Callable[[], Iterator[tuple[str, Report]]]] = {
    "devices": devices,
    "files": lambda: ((name, files.report(name)) for name in sorted(files.FILES)),
    "networks": networks,
    "random": lambda: (
        (f"{kind}_{at}", files.report(f"{kind}_{at}")) for kind in (UNIFORM, PLAUSIBLE) for at in range(RANDOM)
    ),
}


def faults(name: str, path: Path) -> Iterator[str]:
    """What is wrong in the pages of a file that LibreOffice set."""
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    pages = [" ".join(page.split()) for page in done.stdout.split("\f")[:-1]]
    starts = [next((at for at, page in enumerate(pages) if head in page), len(pages)) for head in HEADS]
    note, act, session = (end - at for at, end in pairwise([*starts, len(pages)]))
    if note != 1:
        yield f"{name}: the note takes {note} pages"
    if act > MOST_OF_ACT or session > MOST_OF_SESSION:
        yield f"{name}: the act takes {act} pages, what stands after it {session}"


@pytest.mark.long
@pytest.mark.parametrize("kind", SETS)
def test_the_note_holds_on_one_page(kind: str, drawing_app: Flask, tmp_path: Path) -> None:
    with drawing_app.app_context():
        names = [name for name, report in SETS[kind]() if _written(tmp_path / f"{name}.odt", report)]
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    made = [f"{name}.odt" for name in names]
    subprocess.run(
        ["soffice", home, "--headless", "--convert-to", "pdf", *made], cwd=tmp_path, check=True, capture_output=True
    )
    assert [fault for name in names for fault in faults(name, tmp_path / f"{name}.pdf")] == []


def _written(path: Path, report: Report) -> bool:
    return path.write_bytes(document_file.render(report, definitions())) > 0
