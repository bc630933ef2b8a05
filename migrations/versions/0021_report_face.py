"""A report keeps the name, the contact and the logo of the network it was drawn for.

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

INDEX = "ix_stored_report_logo"


def upgrade() -> None:
    op.add_column("stored_report", sa.Column("network", sa.String(120), nullable=False, server_default=""))
    op.add_column("stored_report", sa.Column("contact", sa.String(200), nullable=False, server_default=""))
    op.add_column("stored_report", sa.Column("logo", sa.String(64), nullable=True))
    op.create_index(INDEX, "stored_report", ["logo"])


def downgrade() -> None:
    op.drop_index(INDEX, "stored_report")
    with op.batch_alter_table("stored_report") as table:
        for name in ("logo", "contact", "network"):
            table.drop_column(name)
