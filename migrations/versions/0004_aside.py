"""A network may set a file aside; how many messages an address lately had is found without reading them all.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submission", sa.Column("aside", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_index("ix_mail_recipient_sent", "mail", ["recipient", "sent_at"])


def downgrade() -> None:
    op.drop_index("ix_mail_recipient_sent", "mail")
    op.drop_column("submission", "aside")
