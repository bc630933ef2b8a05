"""How long each file is kept: that its report was asked for, its owner kept it, or was told that it goes; who fetched
a PDF.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("reported_at", "kept_at", "warned_at"):
        op.add_column("submission", sa.Column(name, sa.DateTime))
    op.add_column("stored_report", sa.Column("fetched_at", sa.DateTime))
    submission = sa.table("submission", sa.column("id"), sa.column("reported_at"))
    report = sa.table(
        "stored_report",
        sa.column("submission_id"),
        sa.column("created_at"),
        sa.column("state"),
        sa.column("fetched_at"),
    )
    first = sa.select(sa.func.min(report.c.created_at)).where(report.c.submission_id == submission.c.id)
    op.execute(submission.update().values(reported_at=first.scalar_subquery()))
    # Nobody knows which were: none goes for not having been. A backup has what was ready as to be drawn again.
    drawn = report.c.state.in_(("ready", "replaced"))
    op.execute(report.update().where(drawn).values(fetched_at=report.c.created_at))


def downgrade() -> None:
    for name in ("warned_at", "kept_at", "reported_at"):
        op.drop_column("submission", name)
    op.drop_column("stored_report", "fetched_at")
