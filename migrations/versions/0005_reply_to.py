"""A network says where answers to its messages go.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("network") as table:
        table.add_column(sa.Column("reply_to", sa.String(254), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("network") as table:
        table.drop_column("reply_to")
