"""The application, for tests of what it keeps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.web.conftest import app, empty_database, empty_postgres, make_app  # noqa: F401  fixtures


@pytest.fixture
def store(app: Flask) -> Iterator[Flask]:  # noqa: F811  the fixture
    """The application on an empty database, its context open."""
    with app.app_context():
        yield app
