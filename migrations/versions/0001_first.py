"""Submissions, links, events and stored reports.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("questionnaire", sa.String(60), nullable=False),
        sa.Column("edition", sa.String(60), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("comments", sa.JSON, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("saved_at", sa.DateTime),
        sa.UniqueConstraint("reference", name="uq_submission_reference"),
    )
    op.create_index("ix_submission_state_created", "submission", ["state", "created_at", "id"])
    op.create_table(
        "link",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("submission_id", sa.Integer),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("revoked_at", sa.DateTime),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_link_submission_id", ondelete="SET NULL"
        ),
    )
    op.create_index("ix_link_submission_id", "link", ["submission_id"])
    op.create_table(
        "event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("submission_id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_event_submission_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_event_submission_at", "event", ["submission_id", "at", "id"])
    op.create_table(
        "stored_report",
        sa.Column("fingerprint", sa.String(64), primary_key=True),
        sa.Column("submission_id", sa.Integer),
        sa.Column("report", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("template_version", sa.String(64), nullable=False),
        sa.Column("pdf", sa.LargeBinary),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("claimed_at", sa.DateTime),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_stored_report_submission_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_stored_report_submission_id", "stored_report", ["submission_id"])
    op.create_index("ix_stored_report_state_created", "stored_report", ["state", "created_at"])


def downgrade() -> None:
    for table in ("stored_report", "event", "link", "submission"):
        op.drop_table(table)
