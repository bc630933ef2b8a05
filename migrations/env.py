"""Alembic's environment: the database and the models of the application, online only."""

from __future__ import annotations

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db
options = current_app.extensions["migrate"].configure_args


def ours(name: str | None, kind: str, _: object) -> bool:
    """Tables of the queue, which huey makes in the same PostgreSQL database, are not ours to compare."""
    return kind != "table" or not str(name).startswith("huey_")


with database.engine.connect().execution_options(writes=True) as connection:
    context.configure(connection=connection, target_metadata=database.metadata, include_name=ours, **options)
    with context.begin_transaction():
        context.run_migrations()
