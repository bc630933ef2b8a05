"""All that is kept, as one file that either database gives and takes: consistent while the site serves.

The file is xz; its lines are JSON. First a header (`BackupHeader`), then the rows of each table in the order of the
header, those that others refer to first, each an array of the columns named there; last, the SHA-256 of all lines
before. Tables are those found in the database, not those of the program: a database still to be brought up to date is
copied as it is. PDF files are left out: a copy is seven times smaller, and each is drawn again when somebody asks.
Everything is streamed: memory does not grow with the site.
"""

from __future__ import annotations

import json
import lzma
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256
from itertools import islice
from typing import IO

from sqlalchemy import Date, DateTime, LargeBinary, MetaData, Table, Text, func, select, text, update
from sqlalchemy.engine import Connection

from selfassess.store.database import BUSY, PATIENCE, db, writing
from selfassess.store.models import StoredReport
from selfassess.store.reports import READY, REPLACED

FORMAT = "boussole-backup 1"
XZ = b"\xfd7zXZ"  # what files of that kind begin with
PRESET = 1  # of xz: 13 kB for a report of 350 kB; gzip, no faster, gives 60 to 80
FEW, MANY = 5, 500  # rows read together: where there is text without a limit (a report, 400 kB), and elsewhere
BATCH = 2 * 1024 * 1024  # bytes of lines written together
OF_ALEMBIC = "alembic_version"
OTHERS = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"""  # the kind of process of another account is not told

Value = object  # of a column: text, number, truth, instant, day, JSON, or nothing


class NotABackupError(Exception):
    """A file that `write_backup` has not written, or in a form to come."""


class DamagedBackupError(Exception):
    """A file cut short, or changed since it was written."""


class NotEmptyError(Exception):
    """Rows are there already."""


@dataclass(frozen=True)
class BackupHeader:
    """`version` of the program, `migration` of its database, `at` in UTC. By table: `columns`, and how many `rows`.

    `last_ids`: the last one given, by table where none is ever given twice.
    """

    version: str
    migration: str
    at: str
    columns: dict[str, list[str]]
    rows: dict[str, int]
    last_ids: dict[str, int]


def write_backup(into: IO[bytes], version: str, at: datetime) -> BackupHeader:
    """Write all rows as they are at one instant. Raises OSError, SQLAlchemyError."""
    with _snapshot() as connection, lzma.open(into, "wb", preset=PRESET) as out:
        tables = _tables(connection)
        header = BackupHeader(
            version,
            migration_of(connection),
            at.isoformat(timespec="seconds"),
            {one.name: [column.name for column in one.columns if _is_kept(column.type)] for one in tables},
            {one.name: _count(connection, one) for one in tables},
            _last_ids(connection, tables),
        )
        digest = sha256()
        for line in _lines(connection, header, tables):
            digest.update(line)
            out.write(line)
        out.write(_line({"sha256": digest.hexdigest()}))
    return header


def read_header(file: IO[bytes]) -> BackupHeader:
    """Raises NotABackupError, DamagedBackupError. The file is left where it began."""
    begins = file.read(len(XZ))
    file.seek(0)
    if begins != XZ:
        raise NotABackupError
    with _reading(file) as lines:
        return _header(next(lines))


def check_backup(file: IO[bytes]) -> None:
    """Read it whole, and compare with what it says of itself. Raises as `read_header`."""
    with _reading(file) as lines:
        first = next(lines)
        digest, left = sha256(first), sum(_header(first).rows.values())
        for line in lines:
            if left < 0:
                raise DamagedBackupError  # something follows the digest
            if left == 0 and json.loads(line) != {"sha256": digest.hexdigest()}:
                raise DamagedBackupError
            digest.update(line)
            left -= 1
        if left >= 0:
            raise DamagedBackupError


def load_backup(file: IO[bytes]) -> None:
    """Write the rows of a checked file into an empty database at the same migration: all of them, or none.

    Raises NotEmptyError, and as `writing`.
    """
    with writing() as session, _reading(file) as lines:
        header, connection = _header(next(lines)), session.connection()
        tables = {one.name: one for one in _tables(connection)}
        _lock(connection, tables.values())
        if not _is_empty(connection, tables.values()):
            raise NotEmptyError
        for name, columns in header.columns.items():
            _insert(connection, tables[name], columns, islice(lines, header.rows[name]))
        _give_no_id_twice(connection, tables.values(), header.last_ids)
        drawn_again = update(StoredReport).where(StoredReport.state == READY, StoredReport.pdf.is_(None))
        session.execute(drawn_again.values(state=REPLACED).execution_options(synchronize_session=False))


def is_empty() -> bool:
    """Is there no row in any table, if there are tables?"""
    with db.engine.connect() as connection:
        return _is_empty(connection, _tables(connection))


def is_used_by_others() -> bool:
    """Has another program this database open, were it doing nothing with it? Only outside any transaction."""
    db.session.remove()
    db.engine.dispose()
    if db.engine.dialect.name == "sqlite":
        return not _is_ours_alone()
    for _ in range(10):  # connections just closed may take a moment to go
        with db.engine.connect() as connection:
            if not connection.scalar(text(OTHERS)):
                return False
        time.sleep(0.1)
    return True


def _is_ours_alone() -> bool:
    """SQLite: leaves its journal only when no one else has the database open."""
    with db.engine.connect() as connection:
        raw = connection.connection.driver_connection
        if not isinstance(raw, sqlite3.Connection):
            raise TypeError(raw)
        try:
            raw.execute(f"PRAGMA busy_timeout={PATIENCE}").close()
            raw.execute("PRAGMA journal_mode=DELETE").close()
        except sqlite3.OperationalError:
            return False
        finally:
            raw.execute(f"PRAGMA busy_timeout={BUSY}").close()
            raw.execute("PRAGMA journal_mode=WAL").close()
    return True


def migration_of(connection: Connection) -> str:
    """The last migration made there, by its number; empty when it was never prepared."""
    if not db.engine.dialect.has_table(connection, OF_ALEMBIC):
        return ""
    return connection.scalar(text(f"SELECT version_num FROM {OF_ALEMBIC}")) or ""  # noqa: S608  a constant


@contextmanager
def _snapshot() -> Iterator[Connection]:
    """A transaction that reads, and sees nothing of what is written meanwhile."""
    db.session.remove()
    with db.engine.connect() as connection:
        if db.engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


def _tables(connection: Connection) -> list[Table]:
    """Those that are there, what others refer to first."""
    found = MetaData()
    found.reflect(connection)
    return [one for one in found.sorted_tables if one.name != OF_ALEMBIC]


def _is_kept(kind: object) -> bool:
    return not isinstance(kind, LargeBinary)


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _is_empty(connection: Connection, tables: Iterable[Table]) -> bool:
    return all(connection.execute(select(1).select_from(one).limit(1)).first() is None for one in tables)


def _lines(connection: Connection, header: BackupHeader, tables: list[Table]) -> Iterator[bytes]:
    yield _line({"format": FORMAT, **asdict(header)})
    for table in tables:
        columns = [table.c[name] for name in header.columns[table.name]]
        rows = select(*columns).order_by(*table.primary_key)  # a file is made after those it refers to
        at_once = FEW if any(isinstance(one.type, Text) for one in columns) else MANY
        for row in connection.execute(rows, execution_options={"yield_per": at_once}):
            yield _line([_plain(value) for value in row])


def _line(value: object) -> bytes:
    told = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return told.encode("utf-8", "surrogatepass") + b"\n"  # as `json.loads` reads it


def _plain(value: Value) -> Value:
    return value.isoformat() if isinstance(value, date) else value  # an instant is a date, too


@contextmanager
def _reading(file: IO[bytes]) -> Iterator[Iterator[bytes]]:
    """Its lines. What makes them unreadable is a fault of the file."""
    file.seek(0)
    try:
        with lzma.open(file, "rb") as opened:
            yield iter(opened)
    except (lzma.LZMAError, EOFError, StopIteration, ValueError) as error:
        raise DamagedBackupError from error
    finally:
        file.seek(0)


def _header(line: bytes) -> BackupHeader:
    told = json.loads(line)
    if not isinstance(told, dict) or told.pop("format", None) != FORMAT:
        raise NotABackupError
    try:
        return BackupHeader(**told)
    except TypeError as error:
        raise DamagedBackupError from error


def _lock(connection: Connection, tables: Iterable[Table]) -> None:
    """PostgreSQL: nobody else writes until the end. SQLite has one writer."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(map(connection.dialect.identifier_preparer.format_table, tables))
        connection.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))


def _insert(connection: Connection, table: Table, columns: list[str], lines: Iterable[bytes]) -> None:
    readers = [_reader(table, name) for name in columns]
    batch: list[dict[str, Value]] = []
    size = 0
    for line in lines:
        values = zip(columns, readers, json.loads(line), strict=True)
        batch.append({name: value if value is None else read(value) for name, read, value in values})
        size += len(line)
        if size > BATCH:
            connection.execute(table.insert(), batch)
            batch, size = [], 0
    if batch:
        connection.execute(table.insert(), batch)


def _reader(table: Table, column: str) -> Callable[[str], Value]:
    """What makes a value of what stands in the file."""
    kind = table.c[column].type
    if isinstance(kind, DateTime):
        return datetime.fromisoformat
    return date.fromisoformat if isinstance(kind, Date) else lambda value: value


def _last_ids(connection: Connection, tables: list[Table]) -> dict[str, int]:
    """By table, where the database remembers it."""
    if connection.dialect.name == "sqlite":
        if not connection.dialect.has_table(connection, "sqlite_sequence"):
            return {}
        found = connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
        return {one.name: one.seq for one in found}
    return {
        name: connection.scalar(text(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}")) or 0  # noqa: S608
        for name, sequence in _sequences(connection, tables)
    }


def _sequences(connection: Connection, tables: Iterable[Table]) -> Iterator[tuple[str, str]]:
    """PostgreSQL: each table that numbers its rows, and its sequence."""
    for table in tables:
        if "id" in table.c:
            named = connection.dialect.identifier_preparer.format_table(table)
            if found := connection.scalar(select(func.pg_get_serial_sequence(named, "id"))):
                yield table.name, found


def _give_no_id_twice(connection: Connection, tables: Iterable[Table], last_ids: dict[str, int]) -> None:
    """The next id is past those of the rows, and past those of rows deleted before the copy."""
    tables = list(tables)
    highest = {one.name: connection.scalar(select(func.max(one.c.id))) or 0 for one in tables if "id" in one.c}
    last = {name: max(found, last_ids.get(name, 0)) for name, found in highest.items()}
    if connection.dialect.name == "postgresql":
        for name, sequence in _sequences(connection, tables):
            if last[name]:
                connection.execute(select(func.setval(sequence, last[name])))
        return
    numbered = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'"
    for name in connection.scalars(text(numbered)).all():
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": name})
        connection.execute(
            text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), {"name": name, "last": last[name]}
        )
