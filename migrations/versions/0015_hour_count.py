"""What was asked for in one hour, by address and overall.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hour_count",
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("hour", sa.DateTime, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("subject", "hour", name="pk_hour_count"),
    )
    op.create_index("ix_hour_count_hour", "hour_count", ["hour"])


def downgrade() -> None:
    op.drop_table("hour_count")
