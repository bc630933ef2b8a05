"""Signs of life of the workers, whatever the machine they run on.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "worker_sign",
        sa.Column("worker", sa.String(120), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("worker", name="pk_worker_sign"),
    )


def downgrade() -> None:
    op.drop_table("worker_sign")
