"""The journal of what administrators do.

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "admin_act",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("actor_id", sa.Integer),
        sa.Column("actor", sa.String(254), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["facilitator.id"], name="fk_admin_act_actor_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_admin_act"),
    )
    op.create_index("ix_admin_act_at", "admin_act", ["at"])
    op.create_index("ix_admin_act_actor_id", "admin_act", ["actor_id"])


def downgrade() -> None:
    op.drop_table("admin_act")
