"""The application, for tests of what it keeps."""

from tests.web.conftest import app, empty_database, make_app  # noqa: F401  fixtures
