"""However often a file is saved, its journal is short, and says what it said."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event as listened
from sqlalchemy import func, select

from selfassess.core.review.acts import CONTRIBUTOR, RESPONDENT
from selfassess.store.acts import perform
from selfassess.store.database import db, writing
from selfassess.store.journal import EVERY, shorten
from selfassess.store.models import Event, Submission
from selfassess.store.submissions import Change, change, events
from selfassess.web.files.timeline import lines
from selfassess.web.french import now
from selfassess.web.report.submission_record import declaration
from tests.definitions import edition
from tests.desk import COORDINATOR, a_facilitator, a_file, a_network, log_in
from tests.fixtures.stores import BOTH
from tests.web.profiles import EARLY

pytestmark = pytest.mark.stores(*BOTH)

MIDNIGHT = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)  # in Paris
KEYS = sorted(EARLY)


def saved(file: Submission, at: datetime, questions: list[str], role: str = RESPONDENT, actor: str = "") -> Event:
    return Event(submission_id=file.id, at=at, role=role, actor=actor, kind="answer", data={"questions": questions})


def add(file: Submission, *more: Event) -> None:
    with writing() as session:
        session.add_all(more)


def test_a_shorter_journal_says_the_same(app: Flask) -> None:
    """Two services, two days of Paris, an act and an item between."""
    with app.app_context():
        file, _ = a_file(EARLY, at=MIDNIGHT - timedelta(days=2))
        minute = timedelta(minutes=1)
        add(
            file,
            *(saved(file, MIDNIGHT - minute * (90 - at), [KEYS[at % 9]]) for at in range(60)),
            Event(
                submission_id=file.id,
                at=MIDNIGHT - minute * 25,
                role=RESPONDENT,
                kind="rename_item",
                data={"item": "x"},
            ),
            *(saved(file, MIDNIGHT - minute * (20 - at), [KEYS[at % 3]]) for at in range(40)),  # over midnight
            *(saved(file, MIDNIGHT + minute * (30 + at), [KEYS[at % 2]], CONTRIBUTOR, "Cantines") for at in range(40)),
            Event(submission_id=file.id, at=MIDNIGHT + minute * 80, role=RESPONDENT, kind="restart", data={}),
            *(saved(file, MIDNIGHT + minute * (90 + at), [KEYS[at % 2]], CONTRIBUTOR, "Cantines") for at in range(40)),
        )
        said = lines(events(file), edition(), RESPONDENT, file.answers)
        count, questions = len(events(file)), _questions(file)
        with writing() as session:
            shorten(session, file.id)
        db.session.expire_all()
        assert lines(events(file), edition(), RESPONDENT, file.answers) == said
        assert (count, len(events(file))) == (184, 7)
        assert _questions(file) == questions
        assert sum(one.data.get("saves", 1) for one in events(file) if one.kind == "answer") == 182
        merged = next(one for one in events(file) if "first" in one.data)
        assert merged.data["first"] == (MIDNIGHT - minute * 90).isoformat()
        with writing() as session:
            shorten(session, file.id)  # again: nothing more
        db.session.expire_all()
        assert len(events(file)) == 7


def _questions(file: Submission) -> set[tuple[str, str]]:
    return {(one.actor, key) for one in events(file) for key in one.data.get("questions", ())}


def test_thousands_of_saves_cost_the_desk_nothing(app: Flask) -> None:
    """What each page of the desk reads of its journal: no more after 3,730 saves than after a few, and a save more."""
    with app.app_context():
        network = a_network()
        account = a_facilitator(network)
        file, _ = a_file(EARLY)
        add(file, *(saved(file, now(), [KEYS[at % 9]]) for at in range(3730)))
        for _ in range(EVERY):
            change(
                file,
                lambda one: Change(one.answers, one.comments, "answer", {"questions": KEYS[:1]}),
                RESPONDENT,
                now(),
            )
        left = db.session.scalar(select(func.count()).select_from(Event).where(Event.submission_id == file.id))
        assert left is not None
        assert left <= EVERY + 2
        at = now()
        perform(
            file, "send", COORDINATOR, at, lambda one: declaration(one, edition(), "send", at, network_id=network.id)
        )
        reference = file.reference
    client = app.test_client()
    with app.app_context():
        log_in(client, account)
        db.session.remove()
    read: list[Event] = []
    listened.listen(Event, "load", lambda target, context: read.append(target))
    left, seen = ["/reseau", f"/reseau/dossiers/{reference}"], set[str]()
    while left:
        address = left.pop()
        seen.add(address)
        read.clear()
        answer = client.get(address, buffered=True)
        assert answer.status_code in {200, 303}, address  # a PDF not drawn yet leads to its waiting page
        assert len(read) <= 2 * EVERY, address
        mine = re.findall(
            rf'href="(/reseau/dossiers/{reference}[^"?#]*)', answer.text if answer.mimetype == "text/html" else ""
        )
        left += [one for one in dict.fromkeys(mine) if one not in seen and one not in left]
    assert len(seen) > 8


def save(file: Submission, key: str) -> None:
    change(file, lambda one: Change(one.answers, one.comments, "answer", {"questions": [key]}), RESPONDENT, now())


def test_a_save_among_fifty_shortens_and_the_others_do_not(app: Flask) -> None:
    with app.app_context():
        file, _ = a_file(EARLY)
        for at in range(2 * EVERY):
            save(file, KEYS[at % 3])
        assert len(events(file)) <= EVERY + 2
