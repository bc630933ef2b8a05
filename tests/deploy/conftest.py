"""What `deploy/` holds is tried on the application as tests of the web meet it."""

from __future__ import annotations

from tests.web.conftest import app, empty_database, empty_postgres, make_app  # noqa: F401  fixtures
