"""Wording of the documents to edit (page one, note, draft decision), as data: `documents.yaml`."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from selfassess.core.definition.strict import Blanks, Id, Strict, Text

BLANK = re.compile(r"\[à compléter\s?: [^\[\]{}]+\]")  # what whoever edits the document writes
FIELD = re.compile(r"\{([a-z][a-z0-9_]*)\}")  # what the report fills
# Filled from the report. Those in `MAY_MISS` are a blank when the report does not say.
MAY_MISS = ("territory", "who", "assembly")
FIELDS = (
    *MAY_MISS,
    "day",
    "edition",
    "fingerprint",
    "mark",
    "category",
    "decision",
    "nothing",
    "review",
    "beside",
    "leading",
    "device",
    "place",
    "cost",
    "days",
)
COUNTS = ("blanks", "note_blanks", "deliberation_blanks")
DecisionCase = Literal["open", "alive", "none"]
ReportExtract = Literal[
    "reading", "decision", "options", "risks", "timeline", "verify", "grounds", "conditions", "sources"
]


class LabelledLine(Strict):
    label: Text
    text: Text


class DocumentPiece(Strict):
    """One thing of a document, a single key of the first seven. `only`: the cases it is for, all without it.

    `open`: the decision opens a device; `alive`: it is about one in place; `none`: about no device.
    """

    heading: Text | None = None
    text: Text | None = None
    help: Text | None = None
    items: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    lines: Annotated[tuple[LabelledLine, ...], Field(min_length=1)] | None = None
    article: Text | None = None
    show: ReportExtract | None = None
    only: tuple[DecisionCase, ...] = ()

    @model_validator(mode="after")
    def _one(self) -> DocumentPiece:
        told = (self.heading, self.text, self.help, self.items, self.lines, self.article, self.show)
        if sum(one is not None for one in told) != 1:
            raise ValueError("piece_form")
        return self


class PaperText(Strict):
    title: Text
    pieces: Annotated[tuple[DocumentPiece, ...], Field(min_length=1)]


class LegalGround(Strict):
    """What the law says of every decision, or of those about `devices`: a text to cite, an article it calls for."""

    id: Id
    devices: tuple[Id, ...] = ()
    text: Text | None = None
    condition: Text | None = None
    sources: Annotated[tuple[str, ...], Field(min_length=1)]


class AssemblyName(Strict):
    """How the assembly of some types of structure is called; `but`: names of structures where it is not."""

    types: Annotated[tuple[Id, ...], Field(min_length=1)]
    name: Text
    but: tuple[Text, ...] = ()


class OptionsHeadings(Strict):
    """`none`: nothing to open; `silent`: too little is known."""

    several: Text
    one: Text
    none: Text
    silent: Text


class PageOneLabels(Strict):
    reading: Text
    declared: Text
    network: Text
    none: Text
    chosen: Text
    options: OptionsHeadings
    agenda: Text
    also: Text
    mention: Text
    against: Text
    common: Text
    message: Text
    call: Text


class TableHeadings(Strict):
    """Name and column headings of each table."""

    page_one: Text
    page_one_head: Annotated[tuple[Text, ...], Field(min_length=4, max_length=4)]
    options: Text
    options_head: Annotated[tuple[Text, ...], Field(min_length=4, max_length=4)]
    timeline: Text
    timeline_head: Annotated[tuple[Text, ...], Field(min_length=2, max_length=2)]


class DocumentTexts(Strict):
    """`missing`: what a blank asks for, by field. `silent`: answers that say nothing. `reworded`: of a review kept
    without its documents."""

    title: Text
    help: Text
    reworded: Text
    footer: Text
    blank: Annotated[Text, Blanks("words")]
    page_one: PageOneLabels
    tables: TableHeadings
    note: PaperText
    deliberation: PaperText
    missing: dict[Id, Text]
    missing_answers: Annotated[Text, Blanks("questions")]
    silent: Annotated[tuple[Text, ...], Field(min_length=1)]
    assemblies: tuple[AssemblyName, ...]
    grounds: tuple[LegalGround, ...]
