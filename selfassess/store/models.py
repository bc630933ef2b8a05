"""What is kept: submissions, their links, events and reports; networks, their facilitators, and messages.

Passwords, tokens of links and of sessions are kept as hashes only.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from selfassess.core.review.acts import DRAFT
from selfassess.store.database import Model, UtcDateTime

LONGEST_ADDRESS = 254  # of e-mail
NEVER_AGAIN = {"sqlite_autoincrement": True}  # the id of a deleted row is given to no other: a save may be on its way


class Network(Model):
    """A network that follows territories. `region`: its name in the directory, empty for the whole country.

    A closed network (`closed_at`) receives nothing more; what it has stays with its facilitators. `reply_to`: where
    answers to its messages go.
    """

    __tablename__ = "network"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    region: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reply_to: Mapped[str | None] = mapped_column(String(LONGEST_ADDRESS))
    tallied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when its files were counted (`Tally`)
    logo: Mapped[str | None] = mapped_column(String(64))  # its digest
    contact: Mapped[str] = mapped_column(String(200), default="", server_default="")
    welcome: Mapped[str] = mapped_column(Text, default="", server_default="")


class Logo(Model):
    """The picture of a network, by its digest: a report names the one it was drawn with. `png`: in base64, since copies
    of the database have no bytes."""

    __tablename__ = "logo"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    png: Mapped[str] = deferred(mapped_column(Text, nullable=False))


class Expected(Model):
    """A territory that a network expects. `place`: `core.network.place`, the same as its files'; `told`: what a public
    list says of it, on the day `told_on`; `source`: where it comes from."""

    __tablename__ = "expected"
    __table_args__ = (
        UniqueConstraint("network_id", "place"),
        Index("ix_expected_search", "search"),
        Index("ix_expected_place", "place"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id", ondelete="CASCADE"))
    place: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(200))
    search: Mapped[str] = mapped_column(String(240))
    type: Mapped[str] = mapped_column(String(60), default="")
    departement: Mapped[str] = mapped_column(String(10), default="")
    code: Mapped[str] = mapped_column(String(20), default="")
    population: Mapped[int | None]
    told: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    told_on: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Facilitator(Model):
    """An account. `label` is what others read in place of a name (« Animation du réseau Val fictif »).

    Without `password` (argon2), the invitation was not taken up yet. `email` is kept in lower case.

    `administrator` manages networks and accounts, and thereby reads no file. Since `totp_at`, a second factor is asked
    for: its codes are made from `totp_nonce` and the secret of the site, which is not here; `totp_step` is that of the
    last code used.
    """

    __tablename__ = "facilitator"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), unique=True)
    label: Mapped[str] = mapped_column(String(120))
    password: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deactivated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    administrator: Mapped[bool] = mapped_column(default=False, server_default=false())
    signed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_nonce: Mapped[str | None] = mapped_column(String(64))
    totp_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_step: Mapped[int | None]

    networks: Mapped[list[Network]] = relationship(secondary="membership", order_by=Network.name)

    @property
    def at_desk(self) -> bool:
        """Does it follow files? An administrator does only as a member of a network."""
        return not self.administrator or bool(self.networks)


class Membership(Model):
    __tablename__ = "membership"

    network_id: Mapped[int] = mapped_column(ForeignKey("network.id", ondelete="CASCADE"), primary_key=True)
    facilitator_id: Mapped[int] = mapped_column(
        ForeignKey("facilitator.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Visit(Model):
    """A facilitator's session: only the hash of its token. Revoked, or left too long, it opens nothing."""

    __tablename__ = "visit"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    facilitator_id: Mapped[int] = mapped_column(ForeignKey("facilitator.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    browser: Mapped[str] = mapped_column(String(80), default="")

    facilitator: Mapped[Facilitator] = relationship(lazy="joined")


class Key(Model):
    """A single-use link to choose a password. `purpose`: invitation or reset."""

    __tablename__ = "key"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    facilitator_id: Mapped[int] = mapped_column(ForeignKey("facilitator.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    facilitator: Mapped[Facilitator] = relationship(lazy="joined")


class RecoveryCode(Model):
    """A code that replaces a second factor once: only its hash, and no row once it was used."""

    __tablename__ = "recovery_code"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    facilitator_id: Mapped[int] = mapped_column(ForeignKey("facilitator.id", ondelete="CASCADE"), index=True)


class AdminAct(Model):
    """What was done to networks and accounts: never undone nor changed. `actor` and what `data` names are as they were
    called then; without `actor_id`, a command did it, or its account is gone.
    """

    __tablename__ = "admin_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("facilitator.id", ondelete="SET NULL"), index=True)
    actor: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="")
    kind: Mapped[str] = mapped_column(String(30))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Attempt(Model):
    """A failed login, counted by account and by address (`subject` is a hash of either)."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_subject_at", "subject", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class HourCount(Model):
    """What was asked for in one hour, counted by address and overall (`subject` is a keyed hash of either)."""

    __tablename__ = "hour_count"

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    hour: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True, index=True)
    count: Mapped[int]


class Submission(Model):
    """One file. JSON columns are never changed in place: a new dict is assigned, with `version` + 1.

    `answers` is the shape `core.answers.answers` reads, plus ITEM_ID in each item of the group. What follows is by key:
    a question, or "group.item id.question". `comments`: text. `authors`: role that answered. `voices`: where two
    roles answered differently, {role: {"value", "comment"}, "chosen": role, "both" or None}; until one is chosen,
    the answer is not in `answers`. `reference` is for people to name the file; it opens nothing.

    For figures (`store.usage`): `spent`, the seconds at work on it until it was complete; `completed_at`, the first
    time that nothing asked was left without an answer, or that it was sent.

    `aside`: its network set it aside, as unwanted: no list nor export has it unless asked for.

    `state` is the fold of the events (`core.review.acts`), kept for lists; `acts` counts them, so that two people
    acting at once are told apart. `declared` is the fingerprint of the report as last sent. `name` and `search`
    (folded) are of the territory, `reading` is the title of the declared reading; `moved_at` is the last act that the
    other side may want to see.

    `place`: of which territory (`core.network.place`), unless its network put it with another (`join_place`).
    `twin_of`: it is the copy of that file, frozen, for another network. The links of that file open it, and it goes
    when that one is deleted; no other way round.

    How long it is kept (`store.retention`): `reported_at`, its report was first asked for; `kept_at`, its owner asked
    to keep it; `warned_at`, they were told that it goes.
    """

    __tablename__ = "submission"
    __table_args__ = (
        Index("ix_submission_state_created", "state", "created_at", "id"),
        Index("ix_submission_network_moved", "network_id", "moved_at", "id"),
        Index("ix_submission_network_state", "network_id", "aside", "state", "moved_at", "id"),
        Index("ix_submission_network_name", "network_id", "search", "id"),
        Index("ix_submission_network_words", "network_id", "aside", "state", "search", "reference", "id"),
        Index("ix_submission_network_sent", "network_id", "sent_at", "id"),
        Index("ix_submission_network_place", "network_id", "place", "sent_at", "id"),
        NEVER_AGAIN,
    )

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
    authors: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    voices: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    acts: Mapped[int] = mapped_column(default=0)
    email: Mapped[str | None] = mapped_column(String(LONGEST_ADDRESS))
    network_id: Mapped[int | None] = mapped_column(ForeignKey("network.id", ondelete="SET NULL"))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    moved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    declared: Mapped[str | None] = mapped_column(String(64))
    assigned_id: Mapped[int | None] = mapped_column(ForeignKey("facilitator.id", ondelete="SET NULL"), index=True)
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    search: Mapped[str] = mapped_column(String(240), default="")
    reading: Mapped[str] = mapped_column(String(160), default="")
    aside: Mapped[bool] = mapped_column(default=False, server_default=false())
    spent: Mapped[int] = mapped_column(default=0, server_default="0")
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    kept_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    place: Mapped[str] = mapped_column(String(120), default="", server_default="")
    twin_of: Mapped[int | None] = mapped_column(index=True)

    network: Mapped[Network | None] = relationship(lazy="joined")
    assigned: Mapped[Facilitator | None] = relationship()


class Summary(Model):
    """A file in short (`core.network.summary`), as declared, and as its network reads it once that is validated."""

    __tablename__ = "summary"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True)
    declared: Mapped[dict[str, Any]] = mapped_column(JSON)
    reviewed: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class Facet(Model):
    """What lists are filtered by: `kind` (region, type of structure, a question, category, device, …) and value."""

    __tablename__ = "facet"
    __table_args__ = (Index("ix_facet_kind_value", "kind", "value", "submission_id"),)

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(String(60), primary_key=True)


class Tally(Model):
    """How many files of a network have a value, as last counted (`store.file_list.tallies`)."""

    __tablename__ = "tally"

    network_id: Mapped[int] = mapped_column(ForeignKey("network.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(String(60), primary_key=True)
    files: Mapped[int]


class Revision(Model):
    """The file as it was sent (`kind`: send, resubmit) or corrected (correct): what changes are read from.

    `asked` lists the keys of the questions asked then; `report` is the declared report, as JSON; `elected_report`, its
    version for élus, which files sent before there was one do not have.
    """

    __tablename__ = "revision"
    __table_args__ = (
        Index("ix_revision_submission", "submission_id", "id"),
        Index("ix_revision_fingerprint", "fingerprint"),
        Index("ix_revision_elected_fingerprint", "elected_fingerprint"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(20))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    comments: Mapped[dict[str, str]] = mapped_column(JSON)
    authors: Mapped[dict[str, str]] = mapped_column(JSON)
    voices: Mapped[dict[str, Any]] = mapped_column(JSON)
    asked: Mapped[list[str]] = mapped_column(JSON)
    fingerprint: Mapped[str] = mapped_column(String(64))
    report: Mapped[str] = deferred(mapped_column(Text, nullable=False))
    elected_fingerprint: Mapped[str | None] = mapped_column(String(64))
    elected_report: Mapped[str | None] = deferred(mapped_column(Text))


class Look(Model):
    """When a facilitator last looked at a file, and the last event they could see: what was written since is new."""

    __tablename__ = "look"

    facilitator_id: Mapped[int] = mapped_column(ForeignKey("facilitator.id", ondelete="CASCADE"), primary_key=True)
    submission_id: Mapped[int] = mapped_column(
        ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen: Mapped[int] = mapped_column(default=0)


class PageDraft(Model):
    """What was ticked on a page and not saved, as its form would send it: names and values, in `fields`.

    `page`: "section/page", or "section/item id/page". Never an answer: nothing reads it but that page.
    """

    __tablename__ = "page_draft"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    page: Mapped[str] = mapped_column(String(160), primary_key=True)
    fields: Mapped[list[list[str]]] = mapped_column(JSON)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StepTick(Model):
    """A step of the plan that is done. `step`: what it is known by, whatever its report has become (`StepPart`).

    The file's, never the report's: a file sent keeps what it declared, and its plan lives on.
    """

    __tablename__ = "step_tick"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[str] = mapped_column(String(24), primary_key=True)
    ticked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Link(Model):
    """A private link: only the hash of its token. Without submission: the file was deleted.

    A contributor's link opens the sections of `section`, their ids joined by a space, awaited on the day `due`;
    `label` says for whom (« Service des relations internationales »). `mail_id`: made for that message. `whole`: a
    reader's link opens the whole report, else its version for élus.
    """

    __tablename__ = "link"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id", ondelete="SET NULL"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    section: Mapped[str | None] = mapped_column(String(400))
    label: Mapped[str] = mapped_column(String(120), default="")
    due: Mapped[date | None]
    whole: Mapped[bool] = mapped_column(default=False, server_default=true())
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id", ondelete="SET NULL"), index=True)

    submission: Mapped[Submission | None] = relationship(lazy="joined", passive_deletes=True)


class Event(Model):
    """What happened to a submission, when, by whom (`role`, and `actor` as it is shown). `id` gives the order.

    `data` holds what a facilitator wrote; of answers, it names the questions, except a correction: before, after.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_submission", "submission_id", "id"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    role: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(30))
    actor: Mapped[str] = mapped_column(String(120), default="")
    facilitator_id: Mapped[int | None] = mapped_column(ForeignKey("facilitator.id", ondelete="SET NULL"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Mail(Model):
    """A message to send once. `handover` names what it is about and for whom: never two messages for the same.

    `kind` is its template; `state`: queued (until `next_at`), sending (since `claimed_at`), sent, failed, uncertain.
    Its private link, if it carries one, is made when it is sent.
    """

    __tablename__ = "mail"
    __table_args__ = (
        Index("ix_mail_state_next", "state", "next_at"),
        Index("ix_mail_recipient_sent", "recipient", "sent_at"),
        UniqueConstraint("handover"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    handover: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(30))
    recipient: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), index=True)
    facilitator_id: Mapped[int | None] = mapped_column(ForeignKey("facilitator.id", ondelete="CASCADE"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(20), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(200))

    facilitator: Mapped[Facilitator | None] = relationship(lazy="joined")


class Alert(Model):
    """An address to write to when a call is added for a device of a file.

    `known`: the ids of the calls open or announced that it need not be written to about: it was given since, or it was.
    """

    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("submission_id", "device", "recipient"), NEVER_AGAIN)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"))
    device: Mapped[str] = mapped_column(String(60))
    recipient: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    known: Mapped[list[str]] = mapped_column(JSON)

    submission: Mapped[Submission] = relationship(lazy="joined", passive_deletes=True)


class AlertStop(Model):
    """The link of one message about a call: stops the messages to its address. Only the hash of its token."""

    __tablename__ = "alert_stop"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"), index=True)

    alert: Mapped[Alert] = relationship(lazy="joined", passive_deletes=True)


class StoredReport(Model):
    """A report as data, and its PDF once made. `state`: queued, replaced, rendering, ready, failed. `fetched_at`:
    first; never, and it goes after a while.

    Of one file: another whose report is the same has its own, and keeps it when this one is deleted.

    `network`, `contact` and `logo` (its digest): of the network that had it when first asked for, whom it is drawn for.
    """

    __tablename__ = "stored_report"
    __table_args__ = (
        Index("ix_stored_report_state_created", "state", "created_at"),
        Index("ix_stored_report_logo", "logo"),
    )

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    submission_id: Mapped[int] = mapped_column(
        ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    report: Mapped[str] = deferred(mapped_column(Text, nullable=False))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20), default="queued")
    error: Mapped[str | None] = mapped_column(Text)
    template_version: Mapped[str] = mapped_column(String(64))
    pdf: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    network: Mapped[str] = mapped_column(String(120), default="", server_default="")
    contact: Mapped[str] = mapped_column(String(200), default="", server_default="")
    logo: Mapped[str | None] = mapped_column(String(64))


class MonthCount(Model):
    """What the site was used for in a month that has ended (« 2026-11 »): counted once, and kept after its files.

    `minutes`: at work on each file completed then, in order; nothing says which file.
    """

    __tablename__ = "month_count"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    begun: Mapped[int]
    completed: Mapped[int]
    sent: Mapped[int]
    minutes: Mapped[list[int]] = mapped_column(JSON)


class WorkerSign(Model):
    """The last sign of life of one worker (machine and process), by the clock of the database."""

    __tablename__ = "worker_sign"

    worker: Mapped[str] = mapped_column(String(120), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
