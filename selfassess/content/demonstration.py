"""The demonstration: networks and territories that do not exist, and what happens to their files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from selfassess.content.reader import FaultyError, read_document, validate
from selfassess.core.definition.condition import Condition
from selfassess.core.definition.strict import Id, Percent, Strict, Text, Whole

FILE = "demo.yaml"


class DemoNetwork(Strict):
    """With its one account."""

    id: Id
    name: Text
    label: Text
    email: Text


class Service(Strict):
    """The other service that answers a section; `when`: there is such a service."""

    label: Text
    section: Id
    when: Condition


class DemoFile(Strict):
    """`days`: started so many days ago; `acts`: what happened since, in order; `open`: what its private link shows."""

    days: Whole
    acts: tuple[Text, ...]
    open: str = ""


class Territory(Strict):
    """`answers`: what its place and its kind decide, the rest is drawn; `meant`: the contradiction left in on purpose.

    `files`: from year to year, each from the answers of the one before; none for a territory expected, and silent.
    `network`: the first, unless it says another.
    """

    name: Text
    type: Id
    departement: Text
    band: Id
    network: Id | None = None
    answers: dict[Id, Id | tuple[Id, ...]] = Field(default_factory=dict)
    meant: Id | None = None
    files: tuple[DemoFile, ...] = ()


class Unlikely(Strict):
    """What no file drawn answers. `per: item` reads it on each action."""

    when: Condition
    per: Literal["territory", "item"] = "territory"


class ItemName(Strict):
    """A name for the actions of which `when` is true."""

    text: Text
    when: Condition


class Move(Strict):
    """From one year to the next, an answer that becomes another, so many times in a hundred."""

    question: Id
    to: dict[Id, Id]
    percent: Percent


class Comment(Strict):
    """What a territory may add to an answer of which `when` is true."""

    question: Id
    text: Text
    when: Condition


class Typo(Strict):
    question: Id
    before: Text
    after: Text


class Asking(Strict):
    questions: tuple[Id, ...]
    message: Text


class Demonstration(Strict):
    """`remarks`: of the network, by question. `labels`: of items. `certain`: the questions that
    every file drawn knows the answer to."""

    networks: Annotated[tuple[DemoNetwork, ...], Field(min_length=2)]
    service: Service
    reader: Text
    territories: tuple[Territory, ...]
    certain: tuple[Id, ...]
    unlikely: tuple[Unlikely, ...]
    moves: tuple[Move, ...]
    labels: tuple[ItemName, ...]
    comments: tuple[Comment, ...]
    typo: Typo
    remarks: dict[Id, Text]
    remark: Text
    requests: tuple[Asking, ...]
    answer: Text
    confirm: Text
    add: Text
    drop: Text
    order: Text
    advice: tuple[Text, ...]
    cancel: Text
    reopen: Text


def load_demonstration(root: Path, slug: str) -> Demonstration:
    """Raises `FaultyError` with every fault of the file."""
    document = read_document(root / slug / FILE, root)
    found = None if document.problems else validate(document, Demonstration)
    if not isinstance(found, Demonstration):
        raise FaultyError(document.problems)
    return found
