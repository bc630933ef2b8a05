"""The demonstration: a network and territories that do not exist, and what happens to their files."""

from __future__ import annotations

from pathlib import Path

from selfassess.content.reader import FaultyError, read_document, validate
from selfassess.core.definition.strict import Id, Strict, Text, Whole

FILE = "demo.yaml"


class Account(Strict):
    label: Text
    email: Text


class Service(Strict):
    """The other service that answers a section."""

    label: Text
    section: Id


class Territory(Strict):
    """`days`: started so many days ago; `acts`: what happened since, in order; `open`: what its private link shows."""

    name: Text
    type: Id
    departement: Text
    band: Id
    days: Whole
    acts: tuple[Text, ...]
    open: str = ""


class Typo(Strict):
    question: Id
    before: Text
    after: Text


class Asking(Strict):
    questions: tuple[Id, ...]
    message: Text


class Demonstration(Strict):
    """Texts by question: `comments` of territories, `remarks` of the network. `labels`: of items, by kind of device."""

    network: Text
    account: Account
    service: Service
    reader: Text
    territories: tuple[Territory, ...]
    labels: dict[Id, tuple[Text, ...]]
    comments: dict[Id, Text]
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
