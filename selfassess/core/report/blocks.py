"""What a document to edit is made of: paragraphs, lists and tables of marked text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

FILLED_LATE = ("mark", "Mark", "fingerprint", "review")  # whose word a report is: known when the file is asked for


@dataclass(frozen=True)
class Span:
    """`field`: one of FILLED_LATE, whose text comes when the documents are written."""

    text: str
    kind: str = ""  # "blank", "strong"
    field: str = ""


Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Paragraph:
    """`kind`: heading1, heading2, heading3, text, intro (what follows stays with it), quote,
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


DocumentBlock = Paragraph | Listing | Table


@dataclass(frozen=True)
class Drafts:
    """`parts`: page one, note, draft decision. `blanks`: how many in each."""

    title: str
    territory: str
    footer: Spans
    parts: tuple[tuple[DocumentBlock, ...], ...]
    blanks: tuple[int, ...]


@dataclass(frozen=True)
class ReportDocuments:
    """As kept with a report: what they say without a network's reading, and with one."""

    declared: Drafts
    reviewed: Drafts


def plain(spans: Iterable[Span]) -> str:
    return "".join(one.text for one in spans)


def filled(drafts: Drafts, told: Mapping[str, str]) -> Drafts:
    """With the texts of FILLED_LATE."""

    def late(spans: Spans) -> Spans:
        return tuple(replace(one, text=told[one.field], field="") if one.field else one for one in spans)

    def block(one: DocumentBlock) -> DocumentBlock:
        if isinstance(one, Paragraph):
            return replace(one, spans=late(one.spans))
        return replace(one, items=tuple(map(late, one.items))) if isinstance(one, Listing) else one

    parts = tuple(tuple(map(block, part)) for part in drafts.parts)
    return replace(drafts, footer=late(drafts.footer), parts=parts)


def blanks(blocks: Iterable[DocumentBlock]) -> int:
    """How many are left to fill."""
    return sum(_blanks(blocks))


def _blanks(blocks: Iterable[DocumentBlock]) -> Iterator[int]:
    for one in blocks:
        spans = [one.spans] if isinstance(one, Paragraph) else one.items if isinstance(one, Listing) else ()
        yield sum(span.kind == "blank" for each in spans for span in each)
