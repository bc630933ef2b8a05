"""The élus' version of what is sent, and which version a link to read opens: those given before open the whole report.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("link") as table:
        table.add_column(sa.Column("whole", sa.Boolean, nullable=False, server_default=sa.true()))
    with op.batch_alter_table("revision") as table:
        table.add_column(sa.Column("elected_fingerprint", sa.String(64)))
        table.add_column(sa.Column("elected_report", sa.Text))
        table.create_index("ix_revision_elected_fingerprint", ["elected_fingerprint"])


def downgrade() -> None:
    with op.batch_alter_table("revision") as table:
        table.drop_index("ix_revision_elected_fingerprint")
        table.drop_column("elected_report")
        table.drop_column("elected_fingerprint")
    with op.batch_alter_table("link") as table:
        table.drop_column("whole")
