"""Addresses to write to when a call is added for a device, and the links that stop that.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("submission_id", sa.Integer, nullable=False),
        sa.Column("device", sa.String(60), nullable=False),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("known", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_alert_submission_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sa.UniqueConstraint("submission_id", "device", "recipient", name="uq_alert_submission_id_device_recipient"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "alert_stop",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("alert_id", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name="fk_alert_stop_alert_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hash", name="pk_alert_stop"),
    )
    op.create_index("ix_alert_stop_alert_id", "alert_stop", ["alert_id"])


def downgrade() -> None:
    op.drop_table("alert_stop")
    op.drop_table("alert")
