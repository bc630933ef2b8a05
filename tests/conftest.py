import gc
import os

from hypothesis import settings

pytest_plugins = [
    "pytester",
    "tests.fixtures.strictness",
    "tests.fixtures.postgres",
    "tests.fixtures.stores",
    "tests.fixtures.server",
    "tests.fixtures.browser",
    "tests.fixtures.accessibility",
    "tests.fixtures.pdf",
    "tests.fixtures.mail",
    "tests.fixtures.parsing",
    "tests.fixtures.logs",
]

# A test never meets the data of whoever runs it.
for name in (
    "DATABASE_URL",
    "SECRET_KEY",
    "SMTP_URL",
    "MAIL_FROM",
    "OPERATOR_MAIL",
    "PUBLIC_URL",
    "PREVIEW",
    "SETTINGS_FILE",
    "LISTEN",
    "READ_MAILS",
):
    os.environ.pop(name, None)

# Two machines of different speed, one verdict; in CI also the same examples every time.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "here")


def pytest_collection_finish() -> None:
    """What is imported stays: it is not looked through again and again for what could be freed."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
