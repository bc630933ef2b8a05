"""The application, for tests of what it keeps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_migrate import upgrade

from tests.web.conftest import MakeApp, app, empty_database, make_app  # noqa: F401  fixtures


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, make_app: MakeApp) -> Iterator[Flask]:  # noqa: F811  the fixture
    """The application on an empty database of each kind, its context open."""
    app = make_app("" if request.param == "sqlite" else request.getfixturevalue("postgres_emptied"))  # noqa: F811
    with app.app_context():
        upgrade()
        yield app
