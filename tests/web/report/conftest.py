"""Reports as tests meet them: drawn once per process, and an application that holds a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from selfassess.core.answers.items import ITEM_ID
from selfassess.core.review.acts import RESPONDENT
from selfassess.store.database import db
from selfassess.store.models import StoredReport
from selfassess.store.submissions import Change, change, start
from selfassess.web.app import create_app
from selfassess.web.commands.worker import draw_next
from selfassess.web.french import now
from selfassess.web.report import pdf
from tests import desk
from tests.core.report import files
from tests.definitions import SLUG, edition
from tests.web.conftest import read_once, settings_for

Both = Callable[[str], tuple[str, bytes]]
Draw = Callable[[str], bytes]
Hold = Callable[..., str]


@pytest.fixture(scope="session")
def drawing_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application without a database of its own: enough to draw."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("selfassess.web.app.read_library", read_once)
        made = create_app(settings_for(tmp_path_factory.mktemp("drawing")))
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def both(drawing_app: Flask) -> Both:
    """`both(name)`: the HTML that the PDF of a file is drawn from, and the PDF."""

    @cache
    def make(name: str) -> tuple[str, bytes]:
        report = files.report(name)
        with drawing_app.app_context():
            html, laid = pdf.laid_out(report)
            return html, pdf.write(report, laid)

    return make


@pytest.fixture(scope="session")
def document(both: Both) -> Callable[[str], str]:
    """`document(name)`: the HTML that the PDF of a file is drawn from."""
    return lambda name: both(name)[0]


@pytest.fixture(scope="session")
def draw(both: Both, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """`draw(name)`: path of the PDF of a file of tests/core/report/files.py."""
    folder = tmp_path_factory.mktemp("pdf")

    def make(name: str) -> Path:
        path = folder / f"{name}.pdf"
        if not path.exists():
            path.write_bytes(both(name)[1])
        return path

    return make


def hold(app: Flask, token: str, given: dict[str, Any], comments: dict[str, str] | None = None) -> None:
    """Store a file opened by `token`. Comments of items are by index here, by item id in the database."""
    group = edition().questionnaire.group.id
    items = [{**one, ITEM_ID: f"i{index}"} for index, one in enumerate(given.get(group) or [])]
    answers = {**given, group: items} if group in given else dict(given)
    told = {re.sub(rf"^{group}\.(\d+)\.", rf"{group}.i\1.", key): text for key, text in (comments or {}).items()}
    with app.app_context():
        made = start(SLUG, edition().id, token, now())
        change(made, lambda _: Change(answers, told, "save"), RESPONDENT, now())
        db.session.remove()


def enter(client: Any, token: str) -> Any:
    """The client holds that file from now on."""
    desk.hold(client, token)
    return client


@pytest.fixture
def no_worker_needed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked for is drawn while its answer is held back, in this process; gives what was drawn or tried."""
    tried: list[str] = []

    def draw(stored: StoredReport) -> None:
        while draw_next():
            tried.append(stored.fingerprint)

    monkeypatch.setattr("selfassess.web.report.delivery._held", draw)
    return tried
