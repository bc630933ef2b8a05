"""Alembic's environment: the database and the models of the application, online only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy.engine import Connection

database = current_app.extensions["migrate"].db
options = current_app.extensions["migrate"].configure_args


@contextmanager
def keys_aside(connection: Connection) -> Iterator[None]:
    """SQLite alters some tables by copying them: with foreign keys on, dropping the former one would delete what
    refers to it. They are checked before anything is kept (`check_keys`)."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.driver_connection  # a transaction would make the setting void
    raw.execute("PRAGMA foreign_keys=OFF").close()
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON").close()


def check_keys(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise RuntimeError(f"Rows refer to others that are not there: {broken[:5]}. Nothing was changed.")


with (
    database.engine.connect().execution_options(writes=True) as connection,
    keys_aside(connection),
):
    options = {**options, "transactional_ddl": True}  # SQLite too, as the application opens its transactions
    context.configure(connection=connection, target_metadata=database.metadata, **options)
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")  # a table that is used is waited for
        context.run_migrations()
        check_keys(connection)
