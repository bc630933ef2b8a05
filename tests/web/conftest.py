"""The application as tests meet it: its own database, the definitions read once for all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import make_url

from selfassess.store.database import db
from selfassess.web.app import create_app
from selfassess.web.definitions import read_library
from selfassess.web.settings import ROOT, Settings
from tests.fixtures.postgres import database_like
from tests.fixtures.stores import SQLITE
from tests.visitor import Visitor
from tests.web.walker import Walker

MakeApp = Callable[..., Flask]
read_once = cache(read_library)
_COMPILED: dict[tuple[str, str], object] = {}


class CompiledOnce(BytecodeCache):
    """A template whose text was compiled for one application is not compiled again for the next."""

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = _COMPILED.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        _COMPILED[bucket.key, bucket.checksum] = bucket.code


def settings_for(folder: Path, url: str = "") -> Settings:
    url = url or f"sqlite:///{folder / 'test.sqlite'}"
    """Every page is there, those that only a setting opens too."""
    return Settings(database_url=url, secret_key="tests", questions=ROOT / "questions", instance=folder, preview=True,
                    read_mails=True)  # fmt: skip


def brought_up_to_date(folder: Path, url: str = "") -> None:
    """Make its tables by the migrations."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("selfassess.web.app.read_library", read_once)
        app = create_app(settings_for(folder, url))
    with app.app_context():
        upgrade()
        db.engine.dispose()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file brought up to date by the migrations."""
    folder = tmp_path_factory.mktemp("empty")
    brought_up_to_date(folder)
    return folder / "test.sqlite"


@pytest.fixture(scope="session")
def empty_postgres(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Name of a PostgreSQL database brought up to date by the migrations: to be copied, not to be used."""
    with database_like("template0", postgres_url) as url:
        brought_up_to_date(tmp_path_factory.mktemp("empty"), url)
        yield str(make_url(url).database)


@pytest.fixture
def make_app(
    request: pytest.FixtureRequest,
    kept_in: str,
    tmp_path: Path,
    empty_database: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MakeApp]:
    """`make_app()` is an application on an empty database of its own; `make_app(url)` on the one named."""
    monkeypatch.setattr("selfassess.web.app.read_library", read_once)
    made: list[Flask] = []
    databases = ExitStack()

    def empty(folder: Path) -> str:
        if kept_in == SQLITE:
            shutil.copy(empty_database, folder / "test.sqlite")
            return ""
        template, server = map(request.getfixturevalue, ("empty_postgres", "postgres_url"))
        return databases.enter_context(database_like(template, server))

    def make(url: str = "", **changes: object) -> Flask:
        folder = tmp_path / f"app{len(made)}"
        folder.mkdir()
        settings = settings_for(folder, url or empty(folder))
        app = create_app(Settings(**{**vars(settings), **changes}))  # type: ignore[arg-type]
        app.jinja_env.bytecode_cache = CompiledOnce()
        app.test_client_class = Visitor
        made.append(app)
        return app

    with databases:
        yield make
        for app in made:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    return make_app()


@pytest.fixture
def walker(app: Flask) -> Walker:
    """A visitor without JavaScript; every page it gets is audited."""
    return Walker(app)
