"""What changed in a file between two moments: answers, comments, items."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from selfassess.core.answers.in_words import item_name
from selfassess.core.answers.items import LABEL
from selfassess.core.answers.revision import Snapshot
from selfassess.core.definition.condition import Ref

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
    gone = [item for item in before.view.positions if item not in after.view.positions]
    still = set(after.asked)
    keys = [*after.asked, *(key for key in before.asked if key not in still and Ref.of(key).item not in gone)]
    found: list[Change] = []
    met: set[str] = set()
    for key in keys:
        item = Ref.of(key).item
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


def _state(snapshot: Snapshot, key: str, asked: bool) -> object:
    """What tells two answers apart: two territories may have one name; items are told one by one."""
    if not asked:
        return None
    raw = snapshot.voices[key] if snapshot.open(key) else snapshot.raw(key)
    return bool(raw) if raw is not None and snapshot.question(key).item is not None else raw


def _change(snapshot: Snapshot, kind: str, key: str, before: str | None, after: str | None) -> Change:
    question, author = snapshot.question(key).text, snapshot.authors.get(key, "")
    return Change(kind, key, question, snapshot.item(key), before, after, author)


def _item(before: Snapshot, after: Snapshot, item: str) -> Iterator[Change]:
    if item not in after.view.positions:
        return
    label, name = Ref(LABEL, item), item_name(after.view, item)
    key = after.edition.questionnaire.key(label)
    if item not in before.view.positions:
        yield Change("added", key, "", name, None, name)
    elif before.view.given(label) != after.view.given(label):
        yield Change("renamed", key, "", name, item_name(before.view, item), name)


def _removed(before: Snapshot, item: str) -> Change:
    name = item_name(before.view, item)
    return Change("removed", before.edition.questionnaire.key(Ref(LABEL, item)), "", name, name, None)
