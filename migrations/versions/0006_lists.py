"""Lists count what is not set aside without reading whole files.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEX, TABLE = "ix_submission_network_state", "submission"


def upgrade() -> None:
    op.drop_index(INDEX, TABLE)
    op.create_index(INDEX, TABLE, ["network_id", "aside", "state", "moved_at", "id"])


def downgrade() -> None:
    op.drop_index(INDEX, TABLE)
    op.create_index(INDEX, TABLE, ["network_id", "state", "moved_at", "id"])
