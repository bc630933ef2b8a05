"""Who a network expects, what each file says in short, which files are of one territory, and a network's own face.

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("network") as table:
        table.add_column(sa.Column("logo", sa.String(64), nullable=True))
        table.add_column(sa.Column("contact", sa.String(200), nullable=False, server_default=""))
        table.add_column(sa.Column("welcome", sa.Text, nullable=False, server_default=""))
    op.add_column("submission", sa.Column("place", sa.String(120), nullable=False, server_default=""))
    op.add_column("submission", sa.Column("twin_of", sa.Integer, nullable=True))
    op.create_index("ix_submission_network_place", "submission", ["network_id", "place", "sent_at", "id"])
    op.create_index("ix_submission_twin_of", "submission", ["twin_of"])
    op.create_table(
        "logo",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("png", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_logo"),
    )
    op.create_table(
        "summary",
        sa.Column("submission_id", sa.Integer, nullable=False),
        sa.Column("declared", sa.JSON, nullable=False),
        sa.Column("reviewed", sa.JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_summary_submission_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("submission_id", name="pk_summary"),
    )
    op.create_table(
        "expected",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("network_id", sa.Integer, nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("search", sa.String(240), nullable=False),
        sa.Column("type", sa.String(60), nullable=False),
        sa.Column("departement", sa.String(10), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("population", sa.Integer, nullable=True),
        sa.Column("told", sa.JSON, nullable=False),
        sa.Column("told_on", sa.Date, nullable=True),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_expected_network_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_expected"),
        sa.UniqueConstraint("network_id", "place", name="uq_expected_network_id_place"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_expected_search", "expected", ["search"])


def downgrade() -> None:
    for table in ("expected", "summary", "logo"):
        op.drop_table(table)
    op.drop_index("ix_submission_twin_of", "submission")
    op.drop_index("ix_submission_network_place", "submission")
    with op.batch_alter_table("submission", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_column("twin_of")
        table.drop_column("place")
    with op.batch_alter_table("network") as table:
        for column in ("welcome", "contact", "logo"):
            table.drop_column(column)
