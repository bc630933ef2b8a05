"""Commands of who runs the site: what they say of a database that is not ready, and the address they print."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from selfassess.content.schemas import FOLDER
from selfassess.store.database import UncertainError, db
from selfassess.web.commands.groups import told_of_the_database
from selfassess.web.settings import HERE, Settings
from tests.definitions import QUESTIONS
from tests.web.conftest import MakeApp

READY = ".venv/bin/flask --app wsgi db upgrade"
COMMANDS = (
    "network add Essai",
    "network close Essai",
    "facilitator add a@reseau.example --label Animation --network Essai",
    "facilitator deactivate a@reseau.example",
    "administrator add a@site.example",
    "submissions purge",
    "submissions export --format csv",
    "submissions replay",
    "questions simulate --after 2026-1",
    "worker",
)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_on_an_empty_database_a_command_says_what_to_do(
    make_app: MakeApp, tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    empty = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    app = make_app(empty if kind == "sqlite" else request.getfixturevalue("postgres_database"))
    for command in COMMANDS:
        done = app.test_cli_runner().invoke(args=command.split())
        assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1), (command, done.output)
        assert READY in done.stderr, command
    with app.app_context():
        db.engine.dispose()


def test_a_database_out_of_reach_is_said(make_app: MakeApp) -> None:
    app = make_app("postgresql+psycopg://127.0.0.1:1/nothing")
    done = app.test_cli_runner().invoke(args=["network", "add", "Essai"])
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1), done.output
    assert "ne répond pas (OperationalError)" in done.stderr


def test_a_damaged_database_is_said(make_app: MakeApp, tmp_path: Path) -> None:
    file = tmp_path / "damaged.sqlite"
    file.write_bytes(b"no database" * 1000)
    done = make_app(f"sqlite:///{file}").test_cli_runner().invoke(args=["network", "add", "Essai"])
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1), done.output
    assert "ne répond pas (DatabaseError)" in done.stderr


def test_a_command_whose_outcome_is_unknown_is_not_told_as_undone(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    with app.app_context(), pytest.raises(SystemExit), told_of_the_database():
        raise UncertainError("AdminShutdown")
    told = capsys.readouterr().err
    assert "peut-être pas" in told
    assert "Rien n’a été enregistré" not in told


def test_the_address_printed_is_the_one_that_is_served(tmp_path: Path) -> None:
    """PUBLIC_URL, else PORT, else what the running site wrote in its instance."""

    def address(**given: str) -> str:
        return Settings.from_environment({"INSTANCE": str(tmp_path), "SECRET_KEY": "k", **given}).public_url

    assert address() == HERE
    assert address(PORT="8123") == "http://127.0.0.1:8123"
    (tmp_path / "served").write_text("https://boussole.example/")
    assert address() == "https://boussole.example"
    assert address(PORT="8123") == "http://127.0.0.1:8123"
    assert address(PORT="8123", PUBLIC_URL="https://autre.example") == "https://autre.example"


def test_schemas_are_written_where_asked_or_nothing_is_hidden(app: Flask, tmp_path: Path) -> None:
    done = app.test_cli_runner().invoke(args=["questions", "schema", "--output", str(tmp_path / "made")])
    assert (done.exit_code, done.stderr) == (0, "")
    assert {path.name for path in (tmp_path / "made").iterdir()} == {
        path.name for path in (QUESTIONS / FOLDER).iterdir()
    }
    (tmp_path / "file").touch()
    done = app.test_cli_runner().invoke(args=["questions", "schema", "--output", str(tmp_path / "file" / "inside")])
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1), done.output
