"""The steps of a plan that are done, ticked by the coordination: kept with the file, sent or not."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from selfassess.store.database import db, rule_broken, writing
from selfassess.store.models import StepTick, Submission
from selfassess.store.submissions import TRIES, BusyError, GoneError


def of_file(submission: Submission) -> dict[str, datetime]:
    """When each step was ticked, by what it is known by."""
    found = db.session.scalars(select(StepTick).where(StepTick.submission_id == submission.id))
    return {one.step: one.ticked_at for one in found}


def change(submission: Submission, done: Collection[str], undone: Collection[str], now: datetime) -> None:
    """Ticked twice, a step keeps its first day. Raises GoneError, BusyError."""
    mine = StepTick.submission_id == submission.id
    for _ in range(TRIES):
        try:
            with writing() as session:
                known = set(session.scalars(select(StepTick.step).where(mine)))
                session.execute(delete(StepTick).where(mine, StepTick.step.in_(undone)))
                fresh = [one for one in dict.fromkeys(done) if one not in known]
                session.add_all(StepTick(submission_id=submission.id, step=one, ticked_at=now) for one in fresh)
        except IntegrityError as error:
            if rule_broken(error).startswith("fk"):
                raise GoneError from error
            continue  # another tab ticked it at the same instant
        return
    raise BusyError
