"""What was ticked on a page and not saved: given back when the page opens again, and no answer until it is saved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from selfassess.store.database import db, rule_broken, writing
from selfassess.store.models import PageDraft, Submission
from selfassess.store.submissions import TRIES, BusyError, GoneError


def keep(submission: Submission, role: str, page: str, fields: Sequence[tuple[str, str]], now: datetime) -> None:
    """In the place of what was kept of that page, for that role. Raises GoneError, BusyError."""
    row = {"submission_id": submission.id, "role": role, "page": page, "fields": [list(one) for one in fields]}
    for _ in range(TRIES):
        try:
            with writing() as session:
                session.merge(PageDraft(**row, kept_at=now))
        except IntegrityError as error:
            if rule_broken(error).startswith("fk"):
                raise GoneError from error
            continue  # another tab kept it at the same instant
        return
    raise BusyError


def of_page(submission: Submission, role: str, page: str) -> PageDraft | None:
    return db.session.get(PageDraft, (submission.id, role, page))


def of_role(submission: Submission, role: str) -> list[PageDraft]:
    """Oldest first."""
    mine = (PageDraft.submission_id == submission.id, PageDraft.role == role)
    return list(db.session.scalars(select(PageDraft).where(*mine).order_by(PageDraft.kept_at, PageDraft.page)))


def forget(submission: Submission, role: str, page: str) -> None:
    """Saved, or no more wanted; nothing happens where there is none."""
    mine = (PageDraft.submission_id == submission.id, PageDraft.role == role, PageDraft.page == page)
    with writing() as session:
        session.execute(delete(PageDraft).where(*mine))


def forget_item(submission: Submission, item: str) -> None:
    """Whatever was kept of the pages of an item, by anyone."""
    mine = (PageDraft.submission_id == submission.id, PageDraft.page.contains(f"/{item}/"))
    with writing() as session:
        session.execute(delete(PageDraft).where(*mine))
