"""Administrators of the site, second factors, and when an account last came in.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NEW = ("administrator", "signed_in_at", "totp_nonce", "totp_at", "totp_step")


def upgrade() -> None:
    with op.batch_alter_table("facilitator") as table:
        table.add_column(sa.Column("administrator", sa.Boolean, nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("signed_in_at", sa.DateTime))
        table.add_column(sa.Column("totp_nonce", sa.String(64)))
        table.add_column(sa.Column("totp_at", sa.DateTime))
        table.add_column(sa.Column("totp_step", sa.Integer))
    op.create_table(
        "recovery_code",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("facilitator_id", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["facilitator_id"], ["facilitator.id"], name="fk_recovery_code_facilitator_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name="pk_recovery_code"),
    )
    op.create_index("ix_recovery_code_facilitator_id", "recovery_code", ["facilitator_id"])


def downgrade() -> None:
    op.drop_table("recovery_code")
    with op.batch_alter_table("facilitator") as table:
        for name in NEW:
            table.drop_column(name)
