"""What changed in a file: since it was sent before, and since this account last looked at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import session

from selfassess.core.answers.changes import Change, changes
from selfassess.core.report.comparison import ComparisonLine, tried
from selfassess.core.report.shapes import read_report
from selfassess.store.database import WriteError
from selfassess.store.file_list import last_seen, look
from selfassess.store.models import Event, Revision
from selfassess.web.definitions import library
from selfassess.web.files.timeline import TimelineLine
from selfassess.web.review.submitted_file import SubmittedFile, asked_of_them, snapshot

SITTING = timedelta(minutes=30)
LOOKED = "looked"  # in the cookie: {"account.file": [the look before this sitting, when it began, last event seen]}
KEPT = 3
REMEMBERED = 12


@dataclass(frozen=True)
class ShownChange:
    """A change as it is shown: where it is read, and who made it."""

    change: Change
    href: str
    who: str


@dataclass(frozen=True)
class Resubmission:
    """What came with the last answer to a clarification."""

    at: datetime
    who: str
    reply: str
    message: str
    changes: list[ShownChange]
    unchanged: list[tuple[str, str]]  # questions asked about whose answer is the same: (name, address)
    effects: list[ComparisonLine]  # what they did to the reading and to the options


@dataclass(frozen=True)
class FileNews:
    """What happened since this account last looked (None: never), by others."""

    since: datetime | None
    lines: list[TimelineLine]
    changes: list[ShownChange]


def told(sent: SubmittedFile, before: Revision, after: Revision) -> list[ShownChange]:
    """The changes between two revisions. What a facilitator corrected is theirs, not whose answer it is."""
    found = changes(snapshot(before, sent.edition), snapshot(after, sent.edition))
    since, last = sent.declared_by[before.id], sent.declared_by[after.id]
    corrected = {
        (_kind(event), event.data["key"]): event.actor
        for event in sent.events
        if event.kind == "correct" and since < event.id <= last
    }
    named = sent.answers_named(found)
    return [ShownChange(one, sent.href(one.key), corrected.get((one.kind, one.key), who)) for one, who in named]


def _kind(event: Event) -> str:
    """The kind of change that a correction is."""
    return {"comment": "comment", "label": "renamed"}.get(event.data["kind"], "answer")


def resent(sent: SubmittedFile) -> Resubmission | None:
    """What changed at the last `resubmit`, if nothing was sent anew since."""
    at = next((at for at in reversed(range(len(sent.revisions))) if sent.revisions[at].kind != "correct"), 0)
    revision = sent.revisions[at]
    event = next((one for one in reversed(sent.events) if one.kind == "resubmit"), None)
    if revision.kind != "resubmit" or event is None:
        return None
    found = told(sent, sent.revisions[at - 1], revision)
    request = sent.review.last_request
    asked = request.questions if request else ()
    touched = {one.change.key for one in found}
    same = [key for key in asked if key not in touched and sent.now.ref(key)]
    return Resubmission(
        at=revision.at,
        who=event.actor,
        reply=event.data.get("reply", ""),
        message=request.message if request else "",
        changes=found,
        unchanged=[(named(sent, key), sent.href(key)) for key in same],
        effects=list(_effects(sent, sent.revisions[at - 1], revision)),
    )


def _effects(sent: SubmittedFile, before: Revision, after: Revision) -> Iterator[ComparisonLine]:
    """Options of page one first, then what is read. The title of the reading is told by itself (`moved`), and how sure
    it is speaks to the territory."""
    texts = library().definitions.texts.comparison
    found = tried(texts, read_report(before.report), read_report(after.report), sent.edition)
    yield from (one for one in found.first if one.changed and one.title.startswith(texts.option))
    yield from (*found.categories, *found.profile, *found.devices)


def named(sent: SubmittedFile, key: str) -> str:
    """A question by its text, with the item it is about."""
    item, text = sent.now.item(key), asked_of_them(sent.now.question(key))
    return f"{text} ({item})" if item else text


def news(sent: SubmittedFile, me: int, at: datetime) -> FileNews:
    """What is new to that account, which is looking `at` that instant."""
    looked = _looked(me, sent, at)
    if looked is None:
        return FileNews(None, [], [])
    since, seen = looked
    fresh = [one for one in sent.events if one.id > seen and one.facilitator_id != me]
    shown = sent.lines_of(fresh)
    before = [one for one in sent.revisions if sent.declared_by[one.id] <= seen]
    moved = before and before[-1].id != sent.revisions[-1].id
    return FileNews(since, shown, told(sent, before[-1], sent.revisions[-1]) if moved else [])


def _looked(me: int, sent: SubmittedFile, at: datetime) -> tuple[datetime, int] | None:
    """When that account last looked, and the last event it saw then, before this sitting: going back and forth must
    not hide what is new."""
    kept, name = dict(session.get(LOOKED, {})), f"{me}.{sent.submission.id}"
    last, now = last_seen(me, sent.submission.id), sent.events[-1].id
    with suppress(WriteError):  # a file is read even when nothing can be written
        look(me, sent.submission.id, at, now)
    before = kept.pop(name, [])
    if len(before) == KEPT and timedelta() <= at - datetime.fromisoformat(before[1]) < SITTING:
        return datetime.fromisoformat(before[0] or before[1]), before[2]
    kept[name] = [last[0].isoformat() if last else "", at.isoformat(), last[1] if last else now]
    session[LOOKED] = dict(list(kept.items())[-REMEMBERED:])
    return last
