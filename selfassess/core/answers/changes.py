"""What changed in a file between two moments: answers, comments, items."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from selfassess.core.answers.answers import LABEL
from selfassess.core.answers.in_words import item_name
from selfassess.core.answers.revision import Snapshot, label_key, split

# `answer`: another answer; `opened`, `closed`: to a question that was not asked before, or is asked no longer.
KINDS = ("answer", "opened", "closed", "comment", "added", "removed", "renamed")


@dataclass(frozen=True)
class Change:
    """`before`, `after`: None when there was nothing, or is nothing left. `author`: the role of who answered."""

    kind: str
    key: str
    question: str
    item: str
    before: str | None
    after: str | None
    author: str = ""


def changes(before: Snapshot, after: Snapshot) -> list[Change]:
    """In the order of the questions asked after; then what is asked no longer; then items taken away."""
    gone = [item for item in before.items if item not in after.items]
    keys = [*after.asked, *(key for key in before.asked if key not in set(after.asked) and split(key)[0] not in gone)]
    found: list[Change] = []
    met: set[str] = set()
    for key in keys:
        item = split(key)[0]
        if item is not None and item not in met:
            met.add(item)
            found.extend(_item(before, after, item))
        found.extend(_answer(before, after, key))
        found.extend(_comment(before, after, key))
    return [*found, *(_removed(before, item) for item in gone)]


def _answer(before: Snapshot, after: Snapshot, key: str) -> Iterator[Change]:
    was, now = key in before.asked, key in after.asked
    if _state(before, key, was) == _state(after, key, now):
        return
    kind = "answer" if was and now else "opened" if now else "closed"
    texts = (before.told(key) if was else None, after.told(key) if now else None)
    yield _change(after if now else before, kind, key, *texts)


def _comment(before: Snapshot, after: Snapshot, key: str) -> Iterator[Change]:
    texts = (before.comments.get(key) or None, after.comments.get(key) or None)
    if texts[0] != texts[1]:
        yield _change(after if after.ref(key) else before, "comment", key, *texts)


def _state(snapshot: Snapshot, key: str, asked: bool) -> Any:
    """What tells two answers apart: two territories may have one name; items are told one by one."""
    if not asked:
        return None
    raw = snapshot.voices[key] if snapshot.open(key) else snapshot.raw(key)
    return bool(raw) if raw is not None and snapshot.question(key).item is not None else raw


def _change(snapshot: Snapshot, kind: str, key: str, before: str | None, after: str | None) -> Change:
    question, author = snapshot.question(key).text, snapshot.authors.get(key, "")
    return Change(kind, key, question, snapshot.item(key), before, after, author)


def _item(before: Snapshot, after: Snapshot, item: str) -> Iterator[Change]:
    key, now = label_key(after, item), after.items.get(item)
    if now is None:
        return
    name = item_name(after.view, now)
    if item not in before.items:
        yield Change("added", key, "", name, None, name)
    elif _label(before, item) != _label(after, item):
        yield Change("renamed", key, "", name, item_name(before.view, before.items[item]), name)


def _removed(before: Snapshot, item: str) -> Change:
    name = item_name(before.view, before.items[item])
    return Change("removed", label_key(before, item), "", name, name, None)


def _label(snapshot: Snapshot, item: str) -> Any:
    group = snapshot.edition.questionnaire.group.id
    return snapshot.answers[group][snapshot.items[item]].get(LABEL)
