"""Events are read in the order they were written, and a look says which was the last it could see.

By time, a clock set back made the state of a file and its history disagree, and hid what was new.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SEEN = """UPDATE look SET seen = COALESCE((SELECT MAX(event.id) FROM event
    WHERE event.submission_id = look.submission_id AND event.at <= look.at), 0)"""


def upgrade() -> None:
    op.drop_index("ix_event_submission_at", "event")
    op.create_index("ix_event_submission", "event", ["submission_id", "id"])
    op.add_column("look", sa.Column("seen", sa.Integer, nullable=False, server_default="0"))
    op.execute(SEEN)
    with op.batch_alter_table("look") as table:
        table.alter_column("seen", existing_type=sa.Integer, existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("look") as table:
        table.drop_column("seen")
    op.drop_index("ix_event_submission", "event")
    op.create_index("ix_event_submission_at", "event", ["submission_id", "at", "id"])
