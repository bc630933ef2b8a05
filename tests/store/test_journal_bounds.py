"""Whatever one does again and again with one file, its journal stays short."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from selfassess.core.review.acts import CONTRIBUTOR, FACILITATOR, RESPONDENT, VALIDATED
from selfassess.store.acts import Actor, Outcome, perform
from selfassess.store.database import db, writing
from selfassess.store.journal import EVERY, MOST, QUIET, FullJournalError, Saves, shorten
from selfassess.store.models import Event, Submission
from selfassess.store.submissions import Change, change, events, refresh
from selfassess.web.files.timeline import lines
from tests.definitions import edition
from tests.desk import COORDINATOR, a_file
from tests.web.profiles import EARLY

NOON = datetime.fromisoformat("2026-03-01T12:00:00+00:00")
SERVICE, DESK = Actor(CONTRIBUTOR, "Cantines"), Actor(FACILITATOR, "Animation du réseau")
# Each act that a visitor may repeat, with what it says and who may do it.
REPEATED = {
    "finish": ({"label": "Cantines", "section": "pat"}, SERVICE),
    "choose": ({"key": "stage", "chosen": RESPONDENT}, COORDINATOR),
    "share": ({"role": CONTRIBUTOR, "section": "pat", "label": "Cantines"}, COORDINATOR),
    "unshare": ({"role": CONTRIBUTOR, "section": "pat", "label": "Cantines"}, COORDINATOR),
    "copy": ({}, COORDINATOR),
    "keep": ({}, COORDINATOR),
    "agenda": ({"choice": "network"}, COORDINATOR),
    "send_too": ({"network": "Autre réseau"}, COORDINATOR),
    "lend": ({"label": "Élus", "section": "", "day": ""}, DESK),
    "unlend": ({"label": "Élus", "section": "", "day": ""}, DESK),
}


def count(file: Submission) -> int:
    return db.session.scalar(select(func.count()).where(Event.submission_id == file.id)) or 0


def save(file: Submission, kind: str, at: datetime, role: str = RESPONDENT, actor: str = "", **data: object) -> None:
    change(file, lambda one: Change(one.answers, one.comments, kind, data), role, at, actor)


def test_items_added_renamed_and_removed_for_ever(app: Flask) -> None:
    """Two people in turn, on one day: a line each, that names what is still there and no more."""
    with app.app_context():
        file, _ = a_file(EARLY, at=NOON)
        for number in range(2 * EVERY):
            item, at = f"{number:012x}", NOON + timedelta(seconds=number)
            save(file, "add_item", at, item=item)
            save(file, "rename_item", at, CONTRIBUTOR, "Cantines", item=item)
            save(file, "answer", at, questions=[f"actions.{item}.device"])
            if number % EVERY:
                save(file, "remove_item", at, item=item)
        assert count(file) <= EVERY + 4
        with writing() as session:
            shorten(session, file.id)
        start, *left = events(file)
        assert (start.kind, [one.kind for one in left], {one.actor for one in left}) == (
            "start", ["answer", "answer"], {"", "Cantines"}
        )  # fmt: skip
        mine = Saves.of([one for one in left if not one.actor])
        kept = [f"{EVERY * at:012x}" for at in range(2)]
        assert (mine.added, mine.removed) == (kept, 2 * EVERY - 2)
        assert [key for key in mine.questions if key not in EARLY] == [f"actions.{item}.device" for item in kept]
        assert len(str(left)) < 20_000


@pytest.mark.parametrize("name", sorted(QUIET))
def test_an_act_repeated_for_ever(app: Flask, name: str) -> None:
    """The last of a day stays, of each kind; saves between two acts are one."""
    data, actor = REPEATED[name]
    with app.app_context():
        file, _ = a_file(EARLY, at=NOON)
        if name in {"copy", "agenda", "send_too", "lend", "unlend"}:
            with writing() as session:
                session.execute(update(Submission).values(state=VALIDATED))
            refresh(file)
        for number in range(3 * EVERY):
            perform(file, name, actor, NOON + timedelta(seconds=number), lambda one: Outcome(data))
        assert count(file) <= EVERY + 3
        with writing() as session:
            shorten(session, file.id)
        assert [(one.kind, one.data) for one in events(file)[2:]] == [(name, data)]
        assert len(lines(events(file), edition(), RESPONDENT, file.answers)) == 3


def test_links_that_differ_have_an_end(app: Flask) -> None:
    """Refused in words, nothing written; answering goes on."""
    with app.app_context():
        file, _ = a_file(EARLY, at=NOON)
        for number in range(MOST):
            told = {"role": CONTRIBUTOR, "section": "pat", "label": f"Service {number}"}
            perform(file, "share", COORDINATOR, NOON, lambda one, told=told: Outcome(told))
        with pytest.raises(FullJournalError):
            perform(file, "unshare", COORDINATOR, NOON)
        assert count(file) == MOST + 2
        save(file, "answer", NOON, questions=["stage"])
        assert count(file) == MOST + 3
