"""The journal of a file stays short, whatever those who fill it in do again and again.

Between two acts that the other side sees, what one person saved on one day becomes one line now and then: it names all
their questions, keeps the first instant and the last. Of what one does twice the same (a link, a choice, a part said
done), the last stays. And past MOST of these, no more is taken.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from selfassess.core.review.acts import ACTS
from selfassess.store.models import Event

EVERY = 50  # versions of a file, or repeated acts, between two times
MOST = 300  # repeated acts that a file keeps
PARIS = ZoneInfo("Europe/Paris")  # whose days the timeline shows
SAVED = frozenset({"answer", "add_item", "rename_item", "remove_item"})
CONFIRMED = "confirm"  # a page sent again as it was, in a clarification
QUIET = frozenset(act.name for act in ACTS.values() if act.quiet)
WHAT = {
    "choose": "key",
    "finish": "section",
    "agenda": "",
    "copy": "",
}  # what two of a kind are the same by, if not all
QUIETLY = {"synchronize_session": False}


class FullJournalError(Exception):
    """That file has as many links, choices, … as it keeps: nothing was written."""


@dataclass(frozen=True)
class Saves:
    """What saves add up to: keys answered, items added and renamed, but those of items that went, and how many went."""

    questions: list[str]
    added: list[str]
    renamed: list[str]
    removed: int

    @classmethod
    def of(cls, saves: Sequence[Event]) -> Saves:
        gone = {one.data["item"] for one in saves if one.kind == "remove_item"}

        def items(kind: str, name: str) -> list[str]:
            every = dict.fromkeys(item for one in saves for item in _items(one, kind, name))
            return [item for item in every if item not in gone]

        keys = dict.fromkeys(key for one in saves for key in one.data.get("questions", ()))
        return cls(
            questions=[key for key in keys if not gone.intersection(key.split(".")[1:-1])],
            added=items("add_item", "added"),
            renamed=items("rename_item", "renamed"),
            removed=len(gone) + sum(one.data.get("removed", 0) for one in saves),
        )


def _items(save: Event, kind: str, name: str) -> Iterable[str]:
    return [save.data["item"]] if save.kind == kind else save.data.get(name, ())


def shorten(session: Session, submission_id: int) -> None:
    """In the transaction of a save, or of an act."""
    found = select(Event).where(Event.submission_id == submission_id).order_by(Event.id)
    for segment in _segments(session.scalars(found).all()):
        for mine in _by_person_and_day(segment):
            for kinds in (SAVED, {CONFIRMED}):
                _merge(session, [one for one in mine if one.kind in kinds])
            _keep_last(session, [one for one in mine if one.kind in QUIET])


def make_room(session: Session, submission_id: int) -> None:
    """In the transaction of a repeated act. Raises FullJournalError."""
    count = select(func.count()).where(Event.submission_id == submission_id, Event.kind.in_(QUIET))
    found = session.scalar(count) or 0
    if found and found % EVERY == 0:
        shorten(session, submission_id)
        if (session.scalar(count) or 0) >= MOST:
            raise FullJournalError


def _segments(events: Iterable[Event]) -> Iterator[list[Event]]:
    segment: list[Event] = []
    for event in events:
        if event.kind in SAVED or event.kind in QUIET or event.kind == CONFIRMED:
            segment.append(event)
        else:
            yield segment
            segment = []
    yield segment


def _by_person_and_day(events: Iterable[Event]) -> Iterable[list[Event]]:
    found: dict[tuple[str, str, date], list[Event]] = defaultdict(list)
    for one in events:
        found[one.role, one.actor, one.at.astimezone(PARIS).date()].append(one)
    return found.values()


def _merge(session: Session, saves: list[Event]) -> None:
    """In the last of them."""
    if len(saves) < 2:
        return
    *others, last = saves
    first: datetime = min(
        (datetime.fromisoformat(one.data["first"]) if "first" in one.data else one.at) for one in saves
    )
    told = {name: value for name, value in vars(Saves.of(saves)).items() if value}
    data = {
        **told,
        "questions": told.get("questions", []),
        "saves": sum(one.data.get("saves", 1) for one in saves),
        "first": first.isoformat(),
    }
    kind = last.kind if last.kind == CONFIRMED else "answer"
    changed = update(Event).where(Event.id == last.id).values(kind=kind, data=data)
    session.execute(changed, execution_options=QUIETLY)
    _forget(session, others)
    session.expunge(last)


def _keep_last(session: Session, acts: list[Event]) -> None:
    last = {(one.kind, _what(one)): one.id for one in acts}
    _forget(session, [one for one in acts if one.id not in last.values()])


def _what(act: Event) -> str:
    name = WHAT.get(act.kind)
    return json.dumps(act.data if name is None else act.data.get(name), sort_keys=True)


def _forget(session: Session, events: list[Event]) -> None:
    if events:
        gone = delete(Event).where(Event.id.in_([one.id for one in events]))
        session.execute(gone, execution_options=QUIETLY)
    for one in events:
        session.expunge(one)
