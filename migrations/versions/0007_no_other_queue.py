"""The tables of the former queue of tasks, which it had made in the same PostgreSQL database, go.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FORMER = ("huey_kv", "huey_schedule", "huey_task", "huey_counter")


def upgrade() -> None:
    for table in FORMER:
        op.drop_table(table, if_exists=True)


def downgrade() -> None:
    """The former queue made them by itself when it was opened."""
