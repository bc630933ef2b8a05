"""How many files of a network have each thing that its list filters by, once they are too many to be counted at each
page; and names of files are looked through without reading their answers.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("network") as table:
        table.add_column(sa.Column("tallied_at", sa.DateTime, nullable=True))
    words = ["network_id", "aside", "state", "search", "reference", "id"]
    op.create_index("ix_submission_network_words", "submission", words)
    op.create_table(
        "tally",
        sa.Column("network_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("value", sa.String(60), nullable=False),
        sa.Column("files", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_tally_network_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("network_id", "kind", "value", name="pk_tally"),
    )


def downgrade() -> None:
    op.drop_table("tally")
    op.drop_index("ix_submission_network_words", "submission")
    with op.batch_alter_table("network") as table:
        table.drop_column("tallied_at")
