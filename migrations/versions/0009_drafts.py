"""What was ticked on a page and not saved; links to several sections, with the day they are awaited.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "page_draft",
        sa.Column("submission_id", sa.Integer, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("page", sa.String(160), nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("kept_at", sa.DateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_page_draft_submission_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("submission_id", "role", "page", name="pk_page_draft"),
    )
    with op.batch_alter_table("link") as table:
        table.alter_column("section", type_=sa.String(400), existing_type=sa.String(60), existing_nullable=True)
        table.add_column(sa.Column("due", sa.Date))


def downgrade() -> None:
    with op.batch_alter_table("link") as table:
        table.drop_column("due")
        table.alter_column("section", type_=sa.String(60), existing_type=sa.String(400), existing_nullable=True)
    op.drop_table("page_draft")
