"""What lists are filtered by is what « Le réseau » counts, a device by its place on page one: the worker finds it again
for each file, with its summary and the words that find it.

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM summary")
    op.create_index("ix_expected_place", "expected", ["place"])


def downgrade() -> None:
    """What lists were filtered by before is found for files sent from then on."""
    op.drop_index("ix_expected_place", "expected")
