"""A base filled by the first version (commit 68419fd) is brought up to date, row for row, on both databases."""

from __future__ import annotations

import hashlib
import lzma
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Table, inspect, literal_column, make_url, select
from sqlalchemy import table as sql_table

from selfassess.store import submissions
from selfassess.store.acts import entries
from selfassess.store.database import db, writing
from selfassess.store.models import Event, Facilitator, Link, Mail, Revision, StoredReport, Submission
from selfassess.web.commands.worker import draw_next
from selfassess.web.report.submission_record import declared_report
from selfassess.web.settings import ROOT
from tests.desk import log_in
from tests.fixtures.stores import BOTH, SQLITE
from tests.web.walker import Walker

pytestmark = pytest.mark.stores(*BOTH)

KEPT = Path(__file__).parent / "kept"
FIRST = "98e6d4b9d854b94d77ad5cf01770d4f8277d16162c77fa417567de603e0a7f5f"
NOW = datetime(2026, 12, 1, tzinfo=UTC)
# What the code of 68419fd was made to give when it filled the kept bases.
TOKENS = [*(f"kept{at:03}" for at in range(1, 40)), "copy-token"]
ACCOUNT, PASSWORD = "animation@demo.example", "kept-kept-kept-kept"


def filled(kind: str) -> str:
    """A base of each kind as 68419fd filled it: 6 files in every state, two services, reports, messages, accounts."""
    return lzma.decompress((KEPT / f"68419fd.{kind}.sql.xz").read_bytes()).decode()


def old_base(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of that base, not brought up to date."""
    if kind == SQLITE:
        path = tmp_path / "old.sqlite"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(filled(kind))
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgres_database")
    with psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(False)) as connection:
        connection.execute(filled(kind).encode())
    return url


@pytest.fixture
def old(
    kept_in: str, request: pytest.FixtureRequest, make_app: Callable[..., Flask], tmp_path: Path
) -> Iterator[Flask]:
    app = make_app(old_base(kept_in, request, tmp_path))
    with app.app_context():
        yield app


def rows(columns: dict[str, list[str]] | None = None) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table; of those columns only."""
    found = {}
    with db.engine.connect() as connection:
        for table in sorted(columns or set(inspect(db.engine).get_table_names()) - {"alembic_version"}):
            names = columns[table] if columns else [one["name"] for one in inspect(db.engine).get_columns(table)]
            listed = select(*map(literal_column, names)).select_from(sql_table(table))
            found[table] = sorted(map(tuple, connection.execute(listed)), key=repr)
    return found


def columns() -> dict[str, list[str]]:
    tables = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    return {table: [one["name"] for one in inspect(db.engine).get_columns(table)] for table in sorted(tables)}


def test_the_first_migration_is_frozen() -> None:
    assert hashlib.sha256((ROOT / "migrations/versions/0001_first.py").read_bytes()).hexdigest() == FIRST
    for one in (ROOT / "migrations/versions").glob("*.py"):
        assert "selfassess" not in one.read_text(), f"{one.name} would change with the program"


def test_a_base_of_the_first_version_is_brought_up_to_date(old: Flask) -> None:
    before, known = rows(), columns()
    assert all(before[one] for one in known), "the kept base has rows in every table"
    upgrade()
    assert rows(known) == before
    done = old.test_cli_runner().invoke(args=["db", "check"])
    assert done.exit_code == 0, done.output
    for file in db.session.scalars(select(Submission).order_by(Submission.id)):
        assert submissions.events(file)[0].kind in {"start", "preview"}
        assert entries(submissions.events(file))
    db.session.remove()  # a transaction that reads would keep PostgreSQL's tables as they are
    downgrade(revision="0001")
    assert rows() == before
    upgrade()
    assert rows(known) == before


def test_what_a_deleted_file_took_away_it_still_does(old: Flask) -> None:
    """Foreign keys outlive the copy of their table, and point where they did."""
    upgrade()
    sent = db.session.scalars(select(Submission).join(Revision, Revision.submission_id == Submission.id)).first()
    assert sent is not None
    kept = sent.id
    submissions.remove(sent)
    for model in (Event, Mail, Revision, StoredReport):
        assert not db.session.scalars(select(model).where(model.submission_id == kept)).all()
    assert db.session.scalar(select(Submission.id).limit(1)) is not None
    with pytest.raises(Exception, match=r"(?i)foreign key"), writing() as session:
        session.add(Event(submission_id=kept, at=NOW, role="r", kind="k", data={}))


def test_an_id_is_given_once(old: Flask) -> None:
    upgrade()
    for model in (Submission, Event, Mail, Revision):
        table: Table = model.__table__  # type: ignore[assignment]
        last = db.session.execute(select(table).order_by(table.c.id.desc()).limit(1)).mappings().one()
        again = {name: value for name, value in last.items() if name != "id"}
        again |= {name: "PAT-XXXX-XXXX" for name in ("handover", "reference") if name in again}
        given = []
        for _ in range(2):
            with writing() as session:
                made = session.execute(table.insert().values(again)).inserted_primary_key
                assert made is not None
                given.append(made[0])
            with writing() as session:
                session.execute(table.delete().where(table.c.id == made[0]))
        assert last["id"] < given[0] < given[1], table.name


def test_what_the_first_version_kept_is_shown_and_drawn(old: Flask) -> None:
    """The territory's page, the desk's, the exports, the replay, the worker."""
    upgrade()
    file = db.session.scalars(select(Submission).where(Submission.state == "validated").order_by(Submission.id)).first()
    assert file is not None
    reference, title = file.reference, declared_report(file).page_one.headline.title
    account = db.session.scalars(select(Facilitator).where(Facilitator.deactivated_at.is_(None))).one()
    db.session.remove()
    mine = Walker(old)
    mine.get(f"/reprendre/{next(token for token, _, found in links() if found == reference)}?vers=resultat")
    assert title in mine.text
    assert "Documents à modifier" not in mine.text, "they were not kept then"
    desk = Walker(old)
    log_in(desk.client, account)
    desk.get(f"/reseau/dossiers/{reference}")
    assert desk.response.status_code == 200
    desk.get(f"/reseau/dossiers/{reference}/rapport")
    assert title in desk.text
    assert desk.client.get("/reseau/export.json").status_code == 200
    replayed = old.test_cli_runner().invoke(args=["submissions", "replay"])
    assert "forme 1" in replayed.output
    assert replayed.exit_code == 0, "no difference without a cause"
    assert draw_next(), "a report asked for then is drawn now"
    drawn = db.session.scalars(select(StoredReport).where(StoredReport.attempts == 1, StoredReport.state == "ready"))
    assert all(one.pdf for one in drawn)


def test_links_accounts_and_files_of_the_first_version_open(old: Flask) -> None:
    upgrade()
    _opens(old)


def test_they_do_once_moved_to_the_other_database(
    old: Flask, kept_in: str, make_app: Callable[..., Flask], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """The new program copies a base of the former one as it is."""
    there = f"sqlite:///{tmp_path / 'new.sqlite'}"
    if kept_in == SQLITE:
        there = request.getfixturevalue("postgres_database")
    new, copies = make_app(there), tmp_path / "copies"
    copies.mkdir()
    done = old.test_cli_runner().invoke(args=["submissions", "backup", str(copies)])
    assert done.exit_code == 0, done.output
    done = new.test_cli_runner().invoke(args=["submissions", "restore", str(next(copies.iterdir()))])
    assert done.exit_code == 0, done.output
    _opens(new)


def _opens(site: Flask) -> None:
    with site.app_context():
        given, files = links(), {one.reference: one.state for one in db.session.scalars(select(Submission))}
        db.session.remove()
    assert len(given) == 11
    assert {reference for _, _, reference in given} == files.keys()
    assert set(files.values()) == {"draft", "clarification", "withdrawn", "validated"}
    for token, role, reference in given:
        visitor = Walker(site)
        visitor.get(f"/reprendre/{token}")
        assert visitor.response.status_code == 200
        assert visitor.address.partition("?")[0].endswith(reference), "each link opens its own file"
        assert visitor.path.startswith("/lecture" if role == "reader" else "/dossier")
    desk = Walker(site)
    desk.get("/reseau/connexion")
    form = desk.form("#login-form")
    form.fill("email", ACCOUNT)
    form.fill("password", PASSWORD)
    desk.send(form, None)
    listed = {one.attributes["href"] for one in desk.page.css("a[href^='/reseau/dossiers/']")}
    with_network = [one for one, state in files.items() if state in {"clarification", "validated"}]
    assert listed == {f"/reseau/dossiers/{one}" for one in with_network}
    for address in listed:
        desk.get(str(address))
        assert desk.response.status_code == 200


def links() -> list[tuple[str, str, str]]:
    """Those of the kept base that open something: token, role, file."""
    known = {submissions.token_hash(token): token for token in TOKENS}
    found = db.session.scalars(select(Link).where(Link.submission_id.is_not(None)).order_by(Link.created_at))
    return [(known[one.hash], one.role, one.submission.reference) for one in found if one.submission]
