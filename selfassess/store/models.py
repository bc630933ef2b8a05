"""What is kept: submissions, the links that open them, what happened to them, and their reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from selfassess.store.database import Model, UtcDateTime

RESPONDENT = "respondent"
DRAFT = "draft"


class Submission(Model):
    """One file. `answers` and `comments` are never changed in place: a new dict is assigned, with `version` + 1.

    `answers` is the shape `core.answers` reads, plus ITEM_ID in each item of the group; `comments` is
    {question or "group.item id.question": text}. `reference` is for people to name the file; it opens nothing.
    """

    __tablename__ = "submission"
    __table_args__ = (Index("ix_submission_state_created", "state", "created_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    questionnaire: Mapped[str] = mapped_column(String(60))
    edition: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(20), default=DRAFT)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    comments: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Link(Model):
    """A private link: only the hash of its token. Without submission: the file was deleted."""

    __tablename__ = "link"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id", ondelete="SET NULL"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    submission: Mapped[Submission | None] = relationship(lazy="joined", passive_deletes=True)


class Event(Model):
    """What happened to a submission, when, by whom. `data` names questions, never what was answered."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_submission_at", "submission_id", "at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    role: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(30))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class StoredReport(Model):
    """A report as data, and its PDF once made. `state`: queued, rendering (since `claimed_at`), ready or failed."""

    __tablename__ = "stored_report"
    __table_args__ = (Index("ix_stored_report_state_created", "state", "created_at"),)

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), index=True)
    report: Mapped[str] = deferred(mapped_column(Text, nullable=False))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20), default="queued")
    error: Mapped[str | None] = mapped_column(Text)
    template_version: Mapped[str] = mapped_column(String(64))
    pdf: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
