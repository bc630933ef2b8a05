"""What a document to edit is made of: paragraphs, lists and tables of marked text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    text: str
    kind: str = ""  # "blank", "strong"


Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Paragraph:
    """`kind`: heading1, heading2, text, intro (what follows stays with it), quote,
    help, line, article; brand, lead, category, decision."""

    kind: str
    spans: Spans


@dataclass(frozen=True)
class Listing:
    items: tuple[Spans, ...]


@dataclass(frozen=True)
class Table:
    """Each cell is some paragraphs; the first cell of a row names it."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], ...], ...]


Block = Paragraph | Listing | Table


@dataclass(frozen=True)
class Drafts:
    """`parts`: page one, note, draft decision. `blanks`: how many in each."""

    title: str
    territory: str
    footer: str
    parts: tuple[tuple[Block, ...], ...]
    blanks: tuple[int, ...]


def plain(spans: Iterable[Span]) -> str:
    return "".join(one.text for one in spans)


def blanks(blocks: Iterable[Block]) -> int:
    """How many are left to fill."""
    return sum(_blanks(blocks))


def _blanks(blocks: Iterable[Block]) -> Iterator[int]:
    for one in blocks:
        spans = [one.spans] if isinstance(one, Paragraph) else one.items if isinstance(one, Listing) else ()
        yield sum(span.kind == "blank" for each in spans for span in each)
