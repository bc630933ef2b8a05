"""What a network reads, as the report holds it."""

from __future__ import annotations

from typing import Literal

from selfassess.core.explanation.parts import Part


class CategoryReview(Part):
    """One category, as declared and as the network reads it. `changed`: the network says otherwise."""

    id: str
    title: str
    declared_text: str
    reviewed_text: str
    declared: bool
    reviewed: bool
    changed: bool
    reason: str


class OrderReview(Part):
    """Titles of the devices advised, the first one first."""

    declared: tuple[str, ...]
    reviewed: tuple[str, ...]
    changed: bool
    reason: str


class ReviewComment(Part):
    """A network's comment: on the answer of `key` (`item` names its action), or on the whole file."""

    key: str
    question: str
    item: str
    text: str
    who: str
    day: str


class ReviewPart(Part):
    """What a network reads, beside what is declared. `state`: validated, or under way and then not shared."""

    network: str
    who: str
    day: str
    state: Literal["validated", "under_way"]
    confirmed: bool
    sentence: str
    categories: tuple[CategoryReview, ...]
    devices: OrderReview
    advice: str
    comments: tuple[ReviewComment, ...]
