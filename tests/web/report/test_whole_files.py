"""Ten thousand whole files, from their answers to the last line of their documents (`make long`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask, current_app

from selfassess.web.report import document_file
from selfassess.web.report.presentation import context
from tests.authoring.explore.test_random_files import KINDS, explorer
from tests.core.documents.test_documents import faults as unsound
from tests.core.report import files
from tests.definitions import definitions
from tests.pages import FAULTS_OF_TEXT
from tests.web.report import sound
from tests.web.report.test_document_file import paragraphs, read

FILES, CHUNK = 10_000, 500
# One « à demander » a page: what was not read is gathered there.
TO_ASK = re.compile(r"À demander")


def faults(kind: str, at: int) -> Iterator[str]:
    """Broken invariants of the file, and what is wrong in the words of its report and of its documents."""
    checker = explorer().checker
    yield from (
        f"{one.invariant.id} {one.about}" for one in checker.broken(checker.read(explorer().answers(kind, at)), at)
    )
    report = files.report(f"{kind}_{at}")
    template = current_app.jinja_env.get_template("report/print.html")
    told = {**context(report), "method": "", "verify": "", "paper": True, "density": "", "page_one_only": False}
    page = template.render(told)
    yield from sound.of_text(page)
    if len(TO_ASK.findall(page.split("rp-page-one")[1].split("</section>")[0])) > 1:
        yield "page one asks twice"
    made = document_file.documented(report, definitions())
    assert made.documents is not None
    yield from unsound(made.documents.declared)
    written = document_file.render(made, definitions())
    for line in (one.strip() for block in paragraphs([read(written)]) for one in block.splitlines()):
        yield from (f"{what}: {line}" for pattern, what in FAULTS_OF_TEXT if pattern.search(line))


@pytest.mark.long
@pytest.mark.parametrize("start", range(0, FILES // len(KINDS), CHUNK))
@pytest.mark.parametrize("kind", KINDS)
def test_whole_files_are_sound(kind: str, start: int, drawing_app: Flask) -> None:
    with drawing_app.app_context():
        found = [f"{kind} {at}: {one}" for at in range(start, start + CHUNK) for one in faults(kind, at)]
    assert found == []
