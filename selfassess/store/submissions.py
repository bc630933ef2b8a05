"""Reading and writing submissions. Time, tokens and names are given by the caller."""

from __future__ import annotations

import hashlib
import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Delete,
    Executable,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import set_committed_value

from selfassess.core.review.acts import CONTRIBUTOR, PREVIEW, RESPONDENT
from selfassess.store.database import db, rows_touched, rule_broken, wipe, writing
from selfassess.store.journal import EVERY, shorten
from selfassess.store.models import Event, Link, PageDraft, Submission
from selfassess.store.networks import any_open

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: it is read over the telephone
SAFE_IN_A_LINK = string.ascii_letters + string.digits
TOKEN_LENGTH = 33
TRIES = 8
PAUSE = timedelta(minutes=20)  # longer between two saves, nobody was at work


class GoneError(Exception):
    """The submission was deleted meanwhile."""


class BusyError(Exception):
    """Others keep changing the submission: the change was given up, nothing was written."""


@dataclass(frozen=True)
class Change:
    """New answers and comments, whole, and the event that says so. `authors`, `voices`: None leaves them."""

    answers: Mapping[str, Any]
    comments: Mapping[str, str]
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    authors: Mapping[str, str] | None = None
    voices: Mapping[str, Any] | None = None


Edit = Callable[[Submission], Change | None]

# `unchanged`, and what a page sent writes, built once: building a statement costs more than running it.
KNOWN = ("id", "reference", "version", "acts", "state")
_FILES, _EVENTS = cast(Table, Submission.__table__), cast(Table, Event.__table__)
_AS_READ = update(_FILES).where(*(_FILES.c[name] == bindparam(f"known_{name}") for name in KNOWN))
_NEW_EVENT = insert(_EVENTS)


def new_token() -> str:
    """Opens one file: 192 random bits or more. Letters and digits only: mail and chat programs leave a last « - » or
    « _ » out of the link they make."""
    return "".join(secrets.choice(SAFE_IN_A_LINK) for _ in range(TOKEN_LENGTH))


def token_hash(token: str) -> str:
    """All that is kept of a token (64 hex digits)."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_reference() -> str:
    """« PAT-7K3M-9Q2X »: names a file between people, opens nothing."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"PAT-{letters[:4]}-{letters[4:]}"


def start(
    questionnaire: str,
    edition: str,
    token: str,
    now: datetime,
    data: Mapping[str, object] | None = None,
    **columns: object,
) -> Submission:
    """A new draft pinned on an edition, opened by `token`; `data` of its event, and other columns.

    With `state` PREVIEW, a trial of a draft edition: nothing sends it. Raises GoneError when the file it comes from
    (`origin_id`) was deleted meanwhile.
    """
    kind = PREVIEW if columns.get("state") == PREVIEW else "start"
    for _ in range(TRIES):
        made = Submission(
            reference=new_reference(),
            questionnaire=questionnaire,
            edition=edition,
            created_at=now,
            **{"answers": {}, "comments": {}, **columns},
        )
        try:
            with writing() as session:
                session.add(made)
                session.flush()
                session.add(Link(hash=token_hash(token), submission_id=made.id, role=RESPONDENT, created_at=now))
                session.add(Event(submission_id=made.id, at=now, role=RESPONDENT, kind=kind, data=dict(data or {})))
        except IntegrityError as error:
            rule = rule_broken(error)
            if rule.startswith("fk"):
                raise GoneError from error  # the file it was copied from
            if rule != "uq_submission_reference":
                raise
            continue
        return made
    raise BusyError


def find_link(token: str) -> Link | None:
    """The link of a token, with its submission (none when it was deleted). Revoked links are found too."""
    return db.session.scalar(select(Link).where(Link.hash == token_hash(token)))


@dataclass(frozen=True)
class FoundLink:
    """A link, and what its pages ask: is there a network to send a file to, does a page of the file keep a draft, was
    a service given a part of it?"""

    link: Link
    networks: bool
    drafted: bool
    shared: bool


def find_file(token: str) -> FoundLink | None:
    """As `find_link`, with the rest of what a page needs to know, in one statement."""
    row = db.session.execute(_file_of_a_link(), {"hash": token_hash(token)}).one_or_none()
    return None if row is None else FoundLink(*row)


@cache
def _file_of_a_link() -> Select[Link, bool, bool, bool]:
    """Built once: every page asks it, and building it costs more than asking it."""
    drafted = select(PageDraft.page).where(PageDraft.submission_id == Link.submission_id).exists()
    other = aliased(Link)
    given = (other.submission_id == Link.submission_id, other.role == CONTRIBUTOR)
    shared = select(other.hash).where(*given).exists()
    return select(Link, any_open(), drafted, shared).where(Link.hash == bindparam("hash"))


def given(submission: Submission) -> list[Link]:
    """Every link but the first, which the file was started with; oldest first, those switched off too."""
    found = select(Link).where(Link.submission_id == submission.id).order_by(Link.created_at, Link.hash)
    links = list(db.session.scalars(found))
    first = next((one for one in links if one.role == RESPONDENT and one.mail_id is None), None)
    return [one for one in links if one is not first]


def lent_hashes(submission: Submission) -> set[str]:
    """Of the links that its network gave, whatever became of them."""
    found = select(Event.data).where(Event.submission_id == submission.id, Event.kind == "lend")
    return {data["link"] for data in db.session.scalars(found)}


def taking_back(submission: Submission, now: datetime) -> Executable:
    """Those links open nothing any more."""
    theirs = (Link.hash.in_(lent_hashes(submission)), Link.revoked_at.is_(None))
    return update(Link).where(*theirs).values(revoked_at=now).execution_options(synchronize_session=False)


def switching_off(link: Link, now: datetime) -> Executable:
    return update(Link).where(Link.hash == link.hash, Link.revoked_at.is_(None)).values(revoked_at=now)


def change(submission: Submission, edit: Edit, role: str, now: datetime, actor: str = "") -> bool:
    """Write what `edit` makes of the submission, with its event, in one transaction; False if it makes nothing.

    `edit` is called again with fresh answers when somebody wrote meanwhile, so that nothing is overwritten unseen.
    """
    for _ in range(TRIES):
        wanted = edit(submission)
        if wanted is None:
            return False
        if _write(submission, wanted, role, now, actor):
            return True
        refresh(submission)
    raise BusyError


def _write(submission: Submission, wanted: Change, role: str, now: datetime, actor: str) -> bool:
    version = submission.version
    values = {
        "answers": dict(wanted.answers),
        "comments": dict(wanted.comments),
        "version": version + 1,
        "saved_at": now,
        "spent": submission.spent + _at_work(submission, now),
        **{name: dict(one) for name in ("authors", "voices") if (one := getattr(wanted, name)) is not None},
    }
    here = {f"known_{name}": getattr(submission, name) for name in KNOWN}
    with writing() as session:
        if not rows_touched(session.execute(_AS_READ, {**here, **values})):
            return False
        event = {"submission_id": submission.id, "at": now, "role": role, "kind": wanted.kind, "actor": actor}
        session.execute(_NEW_EVENT, {**event, "data": dict(wanted.data)})
        if version % EVERY == 0:
            shorten(session, submission.id)
    for name, value in values.items():
        set_committed_value(submission, name, value)
    return True


def _at_work(submission: Submission, now: datetime) -> int:
    """Seconds since the file was last saved, or begun; none after a pause, nor once it is complete."""
    since = (now - (submission.saved_at or submission.created_at)).total_seconds()
    return round(since) if submission.completed_at is None and 0 < since <= PAUSE.total_seconds() else 0


def complete(submission: Submission, now: datetime) -> None:
    """Nothing that is asked is left without an answer, for the first time: said once."""
    if submission.completed_at is not None:
        return
    first = update(Submission).where(*itself(submission), Submission.completed_at.is_(None)).values(completed_at=now)
    with writing() as session:
        session.execute(first.execution_options(synchronize_session=False))
    set_committed_value(submission, "completed_at", now)


def itself(submission: Submission) -> tuple[ColumnElement[bool], ...]:
    """That file and no other: every statement that writes says its reference beside its id."""
    return Submission.id == submission.id, Submission.reference == submission.reference


def unchanged(submission: Submission) -> tuple[ColumnElement[bool], ...]:
    """That file as it was read: no answer written since, and no act (the same state may ask for something else)."""
    return tuple(getattr(Submission, name) == getattr(submission, name) for name in KNOWN)


def exists(reference: str) -> bool:
    """Is there a file of that reference?"""
    return db.session.scalar(select(Submission.id).where(Submission.reference == reference)) is not None


def refresh(submission: Submission) -> None:
    """Read the file again, whatever this session knew of it. Raises GoneError."""
    found = select(Submission).where(*itself(submission)).execution_options(populate_existing=True)
    if db.session.scalar(found) is None:
        raise GoneError


def remove(submission: Submission) -> None:
    """Delete the file, its events and its reports, and its copies; its links say from now on that it was deleted."""
    every = or_(and_(*itself(submission)), Submission.twin_of == submission.id)
    with writing() as session:
        session.execute(nameless(every))
        session.execute(deletion(every))
        session.expunge(submission)
    wipe()


def relatives(reference: str) -> list[Submission]:
    """The file of that reference, those that are copies of it, and the one it is a copy of with its other copies; the
    original first."""
    known = select(func.coalesce(Submission.twin_of, Submission.id)).where(Submission.reference == reference)
    first = known.scalar_subquery()
    found = select(Submission).where(or_(Submission.id == first, Submission.twin_of == first)).order_by(Submission.id)
    return list(db.session.scalars(found))


def nameless(*which: ColumnElement[bool]) -> Update:
    """Before those files are deleted: a link to one will say that it was, and no more for whom it was."""
    theirs = Link.submission_id.in_(select(Submission.id).where(*which))
    return update(Link).where(theirs).values(label="").execution_options(synchronize_session=False)


def deletion(*which: ColumnElement[bool]) -> Delete:
    return delete(Submission).where(*which).execution_options(synchronize_session=False)


def events(submission: Submission) -> list[Event]:
    """What happened to a submission, in the order it was written: a clock may step back."""
    found = select(Event).where(Event.submission_id == submission.id).order_by(Event.id)
    return list(db.session.scalars(found))
