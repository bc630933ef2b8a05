"""The journal of a file stays short, however often its pages are saved: the saves of one person on one day, with no act
of anybody between, become one line now and then. It names all their questions, keeps the first instant and the last.

Apart: what a save costs now and then, told apart from what it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from selfassess.store.models import Event

EVERY = 50  # versions of a file between two times
PARIS = ZoneInfo("Europe/Paris")  # whose days the timeline shows
SAVED = frozenset({"answer", "add_item", "rename_item", "remove_item"})


def shorten(session: Session, submission_id: int) -> None:
    """In the transaction of a save."""
    found = select(Event).where(Event.submission_id == submission_id).order_by(Event.id)
    for run in _runs(session.scalars(found).all()):
        saves = [one for one in run if one.kind == "answer"]
        if len(saves) > 1:
            _merge(session, saves)


def _runs(events: Iterable[Event]) -> Iterator[list[Event]]:
    run: list[Event] = []
    for event in events:
        if run and (event.kind not in SAVED or _whose(run[-1]) != _whose(event)):
            yield run
            run = []
        if event.kind in SAVED:
            run.append(event)
    yield run


def _whose(event: Event) -> tuple[str, str, date]:
    return event.role, event.actor, event.at.astimezone(PARIS).date()


def _merge(session: Session, saves: list[Event]) -> None:
    *others, last = saves
    first: datetime = min(
        (datetime.fromisoformat(one.data["first"]) if "first" in one.data else one.at) for one in saves
    )
    data = {
        **last.data,
        "questions": list(dict.fromkeys(key for one in saves for key in one.data.get("questions", ()))),
        "saves": sum(one.data.get("saves", 1) for one in saves),
        "first": first.isoformat(),
    }
    quietly = {"synchronize_session": False}
    session.execute(delete(Event).where(Event.id.in_([one.id for one in others])), execution_options=quietly)
    session.execute(update(Event).where(Event.id == last.id).values(data=data), execution_options=quietly)
    for one in saves:
        session.expunge(one)
