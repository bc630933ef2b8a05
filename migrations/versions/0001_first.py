"""Submissions, links, events, reports; networks, facilitators, review, messages.

Revision ID: 0001
Revises:
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
        "attempt",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
    )
    op.create_index("ix_attempt_subject_at", "attempt", ["subject", "at"])

    op.create_table(
        "facilitator",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("label", sa.String(120), nullable=False),
        sa.Column("password", sa.String(200)),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("deactivated_at", sa.DateTime),
        sa.PrimaryKeyConstraint("id", name="pk_facilitator"),
        sa.UniqueConstraint("email", name="uq_facilitator_email"),
    )
    op.create_table(
        "network",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("region", sa.String(60), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("closed_at", sa.DateTime),
        sa.PrimaryKeyConstraint("id", name="pk_network"),
        sa.UniqueConstraint("name", name="uq_network_name"),
    )
    op.create_table(
        "key",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("facilitator_id", sa.Integer, nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
        sa.Column("used_at", sa.DateTime),
        sa.ForeignKeyConstraint(
            ["facilitator_id"], ["facilitator.id"], name="fk_key_facilitator_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name="pk_key"),
    )
    op.create_index("ix_key_facilitator_id", "key", ["facilitator_id"])

    op.create_table(
        "membership",
        sa.Column("network_id", sa.Integer, nullable=False),
        sa.Column("facilitator_id", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["facilitator_id"], ["facilitator.id"], name="fk_membership_facilitator_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_membership_network_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("network_id", "facilitator_id", name="pk_membership"),
    )
    op.create_index("ix_membership_facilitator_id", "membership", ["facilitator_id"])

    op.create_table(
        "submission",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("questionnaire", sa.String(60), nullable=False),
        sa.Column("edition", sa.String(60), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("comments", sa.JSON, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("saved_at", sa.DateTime),
        sa.Column("authors", sa.JSON, nullable=False),
        sa.Column("voices", sa.JSON, nullable=False),
        sa.Column("acts", sa.Integer, nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("network_id", sa.Integer),
        sa.Column("sent_at", sa.DateTime),
        sa.Column("moved_at", sa.DateTime),
        sa.Column("declared", sa.String(64)),
        sa.Column("assigned_id", sa.Integer),
        sa.Column("origin_id", sa.Integer),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("search", sa.String(240), nullable=False),
        sa.Column("reading", sa.String(160), nullable=False),
        sa.ForeignKeyConstraint(
            ["assigned_id"], ["facilitator.id"], name="fk_submission_assigned_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_submission_network_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["origin_id"], ["submission.id"], name="fk_submission_origin_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
        sa.UniqueConstraint("reference", name="uq_submission_reference"),
    )
    op.create_index("ix_submission_assigned_id", "submission", ["assigned_id"])
    op.create_index("ix_submission_network_moved", "submission", ["network_id", "moved_at", "id"])
    op.create_index("ix_submission_network_name", "submission", ["network_id", "search", "id"])
    op.create_index("ix_submission_network_state", "submission", ["network_id", "state", "moved_at", "id"])
    op.create_index("ix_submission_network_sent", "submission", ["network_id", "sent_at", "id"])
    op.create_index("ix_submission_origin_id", "submission", ["origin_id"])
    op.create_index("ix_submission_state_created", "submission", ["state", "created_at", "id"])

    op.create_table(
        "visit",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("facilitator_id", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
        sa.Column("revoked_at", sa.DateTime),
        sa.Column("browser", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(
            ["facilitator_id"], ["facilitator.id"], name="fk_visit_facilitator_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name="pk_visit"),
    )
    op.create_index("ix_visit_facilitator_id", "visit", ["facilitator_id"])

    op.create_table(
        "event",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("submission_id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("facilitator_id", sa.Integer),
        sa.Column("data", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["facilitator_id"], ["facilitator.id"], name="fk_event_facilitator_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_event_submission_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
    )
    op.create_index("ix_event_submission_at", "event", ["submission_id", "at", "id"])

    op.create_table(
        "facet",
        sa.Column("submission_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("value", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_facet_submission_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("submission_id", "kind", "value", name="pk_facet"),
    )
    op.create_index("ix_facet_kind_value", "facet", ["kind", "value", "submission_id"])

    op.create_table(
        "look",
        sa.Column("facilitator_id", sa.Integer, nullable=False),
        sa.Column("submission_id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["facilitator_id"], ["facilitator.id"], name="fk_look_facilitator_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_look_submission_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("facilitator_id", "submission_id", name="pk_look"),
    )
    op.create_index("ix_look_submission_id", "look", ["submission_id"])

    op.create_table(
        "mail",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("handover", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("submission_id", sa.Integer),
        sa.Column("facilitator_id", sa.Integer),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("next_at", sa.DateTime, nullable=False),
        sa.Column("claimed_at", sa.DateTime),
        sa.Column("sent_at", sa.DateTime),
        sa.Column("error", sa.String(200)),
        sa.ForeignKeyConstraint(
            ["facilitator_id"], ["facilitator.id"], name="fk_mail_facilitator_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_mail_submission_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_mail"),
        sa.UniqueConstraint("handover", name="uq_mail_handover"),
    )
    op.create_index("ix_mail_facilitator_id", "mail", ["facilitator_id"])
    op.create_index("ix_mail_state_next", "mail", ["state", "next_at"])
    op.create_index("ix_mail_submission_id", "mail", ["submission_id"])

    op.create_table(
        "revision",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("submission_id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("comments", sa.JSON, nullable=False),
        sa.Column("authors", sa.JSON, nullable=False),
        sa.Column("voices", sa.JSON, nullable=False),
        sa.Column("asked", sa.JSON, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("report", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_revision_submission_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
    )
    op.create_index("ix_revision_submission", "revision", ["submission_id", "id"])
    op.create_index("ix_revision_fingerprint", "revision", ["fingerprint"])

    op.create_table(
        "stored_report",
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("submission_id", sa.Integer, nullable=False),
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
        sa.PrimaryKeyConstraint("fingerprint", "submission_id", name="pk_stored_report"),
    )
    op.create_index("ix_stored_report_state_created", "stored_report", ["state", "created_at"])
    op.create_index("ix_stored_report_submission_id", "stored_report", ["submission_id"])

    op.create_table(
        "link",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("submission_id", sa.Integer),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("revoked_at", sa.DateTime),
        sa.Column("section", sa.String(60)),
        sa.Column("label", sa.String(120), nullable=False),
        sa.Column("mail_id", sa.Integer),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name="fk_link_mail_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_link_submission_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("hash", name="pk_link"),
    )
    op.create_index("ix_link_mail_id", "link", ["mail_id"])
    op.create_index("ix_link_submission_id", "link", ["submission_id"])


def downgrade() -> None:
    for table in (
        "link",
        "stored_report",
        "revision",
        "mail",
        "look",
        "facet",
        "event",
        "visit",
        "submission",
        "membership",
        "key",
        "network",
        "facilitator",
        "attempt",
    ):
        op.drop_table(table)
