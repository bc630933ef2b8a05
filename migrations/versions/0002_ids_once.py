"""The id of a file, an event, a message or a revision that was deleted is never given again (SQLite).

PostgreSQL's sequences never went back. SQLite gave the id of the newest row, once deleted, to the next one: a save on
its way to a deleted file would have reached a stranger's.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("submission", "event", "mail", "revision")


def upgrade() -> None:
    _made_again(autoincrement=True)


def downgrade() -> None:
    _made_again(autoincrement=False)


def _made_again(*, autoincrement: bool) -> None:
    """SQLite cannot alter this in place: each table is copied. Foreign keys are off meanwhile (`migrations/env.py`)."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in TABLES:
        with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_autoincrement": autoincrement}):
            pass  # the same columns, keys and indexes
