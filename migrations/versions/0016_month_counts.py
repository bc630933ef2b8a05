"""What the site is used for, month by month; of each file, the time at work and when it was complete.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submission", sa.Column("spent", sa.Integer, nullable=False, server_default="0"))
    op.add_column("submission", sa.Column("completed_at", sa.DateTime))
    op.create_table(
        "month_count",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("begun", sa.Integer, nullable=False),
        sa.Column("completed", sa.Integer, nullable=False),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.Column("minutes", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("month", name="pk_month_count"),
    )
    submission = sa.table("submission", sa.column("sent_at"), sa.column("completed_at"))
    op.execute(submission.update().values(completed_at=submission.c.sent_at))


def downgrade() -> None:
    op.drop_table("month_count")
    op.drop_column("submission", "completed_at")
    op.drop_column("submission", "spent")
