"""The database: SQLite in WAL by default, or PostgreSQL. `writing()` is the only way to write."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import psycopg
from alembic.script import ScriptDirectory
from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    ColumnElement,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Result,
    event,
    func,
    inspect,
    literal,
    make_url,
    select,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

PRIVATE, OTHERS = 0o600, 0o077
BESIDE = ("-wal", "-shm", "-journal")
BUSY, PATIENCE = 5000, 500  # ms: for who must write, and for what can be done later
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # what a page said it saved is on the disk
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",  # a file deleted by its author leaves no trace in the free pages
)
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
READ_ONLY = "25006"  # PostgreSQL's codes, which its driver counts among faults of ours
NO_SUCH_TABLE, NO_SUCH_COLUMN = "42P01", "42703"

log = logging.getLogger(__name__)


class WriteError(Exception):
    """A write that is not known to be kept. `args`: the name of the database's own fault."""


class NotSavedError(WriteError):
    """The database refused a write (disk full, locked, read-only): nothing of it was kept."""


class UncertainError(WriteError):
    """The connection dropped while the write was being confirmed: it may be kept, or not."""


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:

    class Model(Base):
        __abstract__ = True

else:
    Model = db.Model


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, kept as UTC without zone, so that both databases give back the same."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def address(url: str) -> str:
    """`url` with the driver we use: hosting services say postgres://, SQLAlchemy wants psycopg named."""
    found = make_url(url.replace("postgres://", "postgresql://", 1))
    if found.drivername == "postgresql":
        found = found.set(drivername="postgresql+psycopg")
    return found.render_as_string(hide_password=False)


def engine_options(url: str) -> dict[str, object]:
    """Answers are parameters: they never appear in a message. Far databases may have closed a connection."""
    return {"hide_parameters": True, "pool_pre_ping": not url.startswith("sqlite")}


def prepare(engine: Engine) -> None:
    """Settings of each connection; SQLite: a write transaction that takes its lock at once."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "do_connect", _ours_alone)
        event.listen(engine, "connect", _open)
        event.listen(engine, "begin", _begin)
    else:
        event.listen(engine, "connect", _open_postgresql)


def _ours_alone(dialect: object, record: object, arguments: Sequence[str], options: object) -> None:
    keep_private(Path(arguments[0]))


def keep_private(path: Path) -> None:
    """A file, and those SQLite makes beside it, for the site's own account only, whatever the folder lets others do.

    A database that is there is never opened here: closing it would let go of every lock that this process has on it
    (POSIX), and another process could then take its journal away from under it.
    """
    if str(path).startswith((":memory:", "file:")):  # no name of a file
        return
    with suppress(OSError):  # there already, a disk that is full: whoever writes there will say so
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE))
    for file in (path, *(path.with_name(path.name + end) for end in BESIDE)):
        with suppress(OSError):
            if file.stat().st_mode & OTHERS:
                file.chmod(PRIVATE)


def wipe() -> bool:
    """SQLite: what was deleted leaves the journal too; from the database, `secure_delete` has wiped it. False while
    somebody is reading: to try again later."""
    if db.engine.dialect.name != "sqlite":
        return True
    db.session.commit()  # what this session was reading
    with suppress(DBAPIError, sqlite3.Error), db.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        try:
            raw.execute(f"PRAGMA busy_timeout={PATIENCE}").close()
            return bool(raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)
        finally:
            raw.execute(f"PRAGMA busy_timeout={BUSY}").close()
    return False


def _open(connection: sqlite3.Connection, record: object) -> None:
    connection.isolation_level = None  # `_begin` decides, not the driver
    for pragma in (*PRAGMAS, f"PRAGMA busy_timeout={BUSY}"):
        connection.execute(pragma).close()


def _open_postgresql(connection: psycopg.Connection, record: object) -> None:
    """A transaction that never ends is not waited for: by then, threads of the site would all be waiting."""
    connection.autocommit = True  # a setting made in a transaction would go with it
    connection.execute(f"SET lock_timeout = {BUSY}")
    connection.autocommit = False


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def clock() -> datetime:
    """This instant, by the one clock that all the machines of a site go by: that of the database."""
    if db.engine.dialect.name == "sqlite":  # of one machine
        return datetime.now(UTC)
    return cast(datetime, db.session.scalar(select(its_clock()))).astimezone(UTC)


def its_clock() -> ColumnElement[datetime]:
    """The same, to be asked with something else."""
    if db.engine.dialect.name == "sqlite":
        return literal(datetime.now(UTC), UtcDateTime())
    return func.clock_timestamp(type_=DateTime(timezone=True))


@contextmanager
def writing() -> Iterator[Session]:
    """One transaction that writes: all of it is kept, or nothing (`NotSavedError`); when nobody knows,
    `UncertainError`."""
    session, confirming = db.session(), False
    session.commit()  # a transaction that has read could not become one that writes
    try:
        session.connection(execution_options={"writes": True})
        yield session
        session.flush()
        confirming = True
        session.commit()
    except DBAPIError as error:
        undo()
        name = type(error.orig).__name__
        if confirming and not surely_undone(error.orig):
            log.warning("A write failed while it was confirmed (%s).", name)
            raise UncertainError(name) from error
        if isinstance(error, OperationalError) or _code(error.orig) == READ_ONLY:
            log.warning("A write failed (%s).", name)
            raise NotSavedError(name) from error
        raise  # a rule of the data, which whoever writes expects
    except BaseException:
        undo()
        raise


def _code(error: object) -> str:
    """What the database says happened: PostgreSQL's five letters, SQLite's name."""
    return getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None) or ""


def rule_broken(error: IntegrityError) -> str:
    """The constraint that a write would have broken, by its name (`uq_submission_reference`). SQLite names columns,
    and no foreign key: « fk »."""
    named = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if named:
        return str(named)
    what, _, places = str(error.orig).partition(" constraint failed")
    if what == "FOREIGN KEY":
        return "fk"
    table, columns = places.lstrip(": ").split(".")[0], [one.split(".")[-1] for one in places.split(", ")]
    known = Base.metadata.tables.get(table)
    if known is not None and {one.name for one in known.primary_key} == set(columns):
        return f"pk_{table}"
    kind = "uq" if what == "UNIQUE" else "ck"
    return "_".join((kind, table, *columns))


def surely_undone(error: object) -> bool:
    """Did the database answer « no » to a commit, rather than not answer?"""
    code = _code(error)
    if code.startswith("SQLITE_"):
        return not code.startswith("SQLITE_IOERR")
    return bool(code) and not code.startswith(("08", "57P"))  # the connection, or the server, went away


def lacks_a_migration(error: DBAPIError) -> bool:
    """Is it for want of a table, or of a column? (SQLite counts these among its own faults.)"""
    return _code(error.orig) in (NO_SUCH_TABLE, NO_SUCH_COLUMN)


def answered_no(error: Exception) -> bool:
    """Did the database refuse a write (disk full, locked, read-only), rather than not answer?"""
    return isinstance(error, NotSavedError) and bool(_code(getattr(error.__cause__, "orig", None)))


def undo() -> None:
    """What is not committed is not kept; a connection that dropped is given up, and that is no fault of its own."""
    try:
        db.session.rollback()
    except SQLAlchemyError:
        let_go()


def let_go(error: BaseException | None = None) -> None:
    """The end of a request, or of a task: its connection goes back, or away when it dropped meanwhile. Never raises:
    what was said to be kept is committed by then, and an error here would escape the pages that tell of errors.
    """
    try:
        db.session.remove()
    except Exception as fault:
        log.warning("A connection to the database was lost (%s).", type(fault.__cause__ or fault).__name__)
        with suppress(Exception):
            db.session().invalidate()
        db.session.registry.clear()


def is_up_to_date() -> bool:
    """Has it every table and column? Raises SQLAlchemyError when it cannot be asked."""
    found = inspect(db.engine)
    kept = {table: {one["name"] for one in found.get_columns(table)} for table in found.get_table_names()}
    return all(
        {one.name for one in table.columns} <= kept.get(name, set()) for name, table in db.metadata.tables.items()
    )


@cache
def known_migrations() -> tuple[str, ...]:
    """Those of this program, the first one first. In an application context."""
    script = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    return tuple(one.revision for one in script.walk_revisions())[::-1]


def rows_touched(result: Result[*tuple[object, ...]]) -> int:
    """How many rows an UPDATE or a DELETE has touched."""
    return cast(CursorResult[*tuple[object, ...]], result).rowcount
