"""Wording of the documents to edit (page one, note, draft act), as data: `documents.yaml`."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from selfassess.core.definition.strict import Blanks, Id, Strict, Text

BLANK = re.compile(r"\[à compléter\s?: [^\[\]{}]+\]")  # what whoever edits the document writes
FIELD = re.compile(r"\{([a-z][a-z0-9_]*)\}")  # what the report fills
# Filled from the report. Those in `MAY_MISS` are a blank when the report does not say.
MAY_MISS = ("territory", "assembly")
FIELDS = (
    *MAY_MISS,
    "day",
    "edition",
    "fingerprint",
    "mark",
    "category",
    "reason",
    "risk",
    "decision",
    "beside",
    "leading",
    "device",
    "action",
    "cost",
    "days",
    "to_ask",
    "first_call",
    "executive",
    "elected",
    "an_elected",
    "what",
    "article",
    "funder",
    "pays",
    "goes",
    "here",
)
COUNTS = ("blanks", "note_blanks", "act_blanks")
CALL_FIELDS = ("who", "executive", "acting")  # of what is asked back in a call
CASES = ("open", "alive", "none")
VOTES = ("convention", "project", "membership", "search", "announce")
TRAITS = (("subsidy",), ("travel", "still"), ("fee",))
OUTCOMES = ("draft", "announced", "undrafted")
STRUCTURES = ("read", "unread")
VoteKind = Literal["convention", "project", "membership", "search", "announce"]
DraftTag = Literal[
    "open", "alive", "none",
    "convention", "project", "membership", "search", "announce",
    "subsidy", "travel", "still", "fee",
    "draft", "announced", "undrafted", "read", "unread",
]  # fmt: skip  # one line for each of CASES, VOTES, TRAITS, then OUTCOMES and STRUCTURES
DIMENSIONS = tuple(map(frozenset, (CASES, VOTES, *TRAITS, OUTCOMES, STRUCTURES)))
ReportExtract = Literal["decision", "grounds", "checks", "sources", "plan"]
TwoLines = Annotated[Text, Field(max_length=190)]  # of a note that holds on one page


class Chosen(Strict):
    """For which files a text is: `only`, by what is decided; `types`, by structure. All where neither says.

    `open`, `alive`, `none`: the decision opens a device, is about one in place, about none. VOTES: what the assembly
    would vote on. `subsidy`: money is asked for; `travel`: an elected member may go, `still`: none does; `fee`: there
    is one to pay. `draft`: an act follows; `announced`: nothing to vote on; `undrafted`: there is, without an act.
    `unread`: no law was read for such a structure.
    """

    only: tuple[DraftTag, ...] = ()
    types: tuple[Id, ...] = ()

    def said_to(self, tags: frozenset[str], kind: str) -> bool:
        """One tag at least in each dimension that `only` names, and the type of structure where `types` names some."""
        named = frozenset(self.only)
        told = all(not named & one or named & one & tags for one in DIMENSIONS)
        return told and (not self.types or kind in self.types)


class LabelledLine(Strict):
    label: Text
    text: Text


class DocumentPiece(Chosen):
    """One thing of a document, a single key of the first seven."""

    heading: Text | None = None
    text: Text | None = None
    help: Text | None = None
    items: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    lines: Annotated[tuple[LabelledLine, ...], Field(min_length=1)] | None = None
    article: Text | None = None
    show: ReportExtract | None = None

    @model_validator(mode="after")
    def _one(self) -> DocumentPiece:
        told = (self.heading, self.text, self.help, self.items, self.lines, self.article, self.show)
        if sum(one is not None for one in told) != 1:
            raise ValueError("piece_form")
        return self


class PaperText(Chosen):
    """A document, or a part of one, for the files it concerns. `brief`: in a smaller type."""

    title: Text
    brief: bool = False
    pieces: Annotated[tuple[DocumentPiece, ...], Field(min_length=1)]


class LegalGround(Chosen):
    """What the law says of some decisions: a text to cite, or a point to check with counsel. Without a source, the text
    is a blank for counsel to fill."""

    id: Id
    devices: tuple[Id, ...] = ()
    text: Text | None = None
    check: Text | None = None
    sources: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _sourced(self) -> LegalGround:
        if (self.text is None) == (self.check is None):
            raise ValueError("ground_form")
        if not self.sources and not BLANK.search(self.text or ""):  # nothing legal without a source
            raise ValueError("ground_source")
        return self


class StructureWords(Strict):
    """How some types of structure decide: their assembly, where its name is sure (`but`: names of structures where it
    is not), who carries out, who sits there. The last one is for a type that none names, too."""

    types: Annotated[tuple[Id, ...], Field(min_length=1)]
    assembly: Text | None = None
    but: tuple[Text, ...] = ()
    executive: Text
    elected: Text
    an_elected: Text


class DecisionTexts(Strict):
    """What is said of one device when it is put to the vote. `pays`, `goes`, `here`: who pays and advances, who
    travels, why not at home first; `here` where the device has its own answer."""

    vote: VoteKind
    what: TwoLines
    article: Text | None = None
    funder: Text | None = None
    travel: bool = False
    fee: bool = False
    pays: TwoLines
    goes: TwoLines
    here: TwoLines | None = None

    @model_validator(mode="after")
    def _votable(self) -> DecisionTexts:
        if (self.article is None) != (self.vote == "announce"):
            raise ValueError("act_article")
        return self

    @property
    def tags(self) -> tuple[str, ...]:
        """What `Chosen.only` may name of it."""
        traits = (("subsidy", self.funder is not None), ("fee", self.fee))
        return (self.vote, "travel" if self.travel else "still", *(name for name, told in traits if told))


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
    options: OptionsHeadings
    agenda: Text
    also: Text
    mention: Text
    against: Text
    common: Text
    message: Text
    call: Text
    study: Text  # before what the study calls the reading
    elsewhere: Text


class TableTexts(Strict):
    """Name and column headings of each table; of the financing plan, its lines and an amount to be filled."""

    page_one: Text
    page_one_head: Annotated[tuple[Text, ...], Field(min_length=4, max_length=4)]
    plan: Text
    plan_head: Annotated[tuple[Text, ...], Field(min_length=3, max_length=3)]
    plan_spent: tuple[Text, ...]
    plan_received: tuple[Text, ...]
    plan_total: Text
    plan_amount: Text


class CallLine(Chosen):
    """A sentence for the files it concerns."""

    text: Text


class CallAnswer(Chosen):
    """What our answers say to what is asked; `missing`: what is to be prepared where they do not say."""

    text: Text
    missing: Text


class AskedBack(Strict):
    asked: Text
    said: Annotated[tuple[CallAnswer, ...], Field(min_length=1)]


class CallTexts(Strict):
    """« Lundi, dix minutes »: who we are and why we call, three questions, what we will be asked, a message to send.

    `kept_back`: questions whose answers are said to nobody outside, besides those that élus do not read. `state`: of an
    action, the question that says whether it lives; `else_why`: questions that tell why us where the option's reasons
    do not. `ask`: a fact to ask of the body that knows it, `ask_or`: of another. The first three questions are taken:
    what was not read, the money (`to_pay`: no rate was read, `to_advance`: no advance), what the body is for (`help`;
    `help_know`, to know something), then `always`. `place`: our structure, where no name is. `option`: what reasons
    call an option, which outside is `option_open` or `option_alive`.
    """

    kept_back: tuple[Id, ...]
    state: Id
    else_why: tuple[Id, ...]
    place: Text
    named: Annotated[Text, Blanks("name", needed=True)]
    known: Annotated[Text, Blanks("name", "rest", needed=True)]
    opening: Annotated[Text, Blanks("place", "device", needed=True)]
    opening_alive: Annotated[Text, Blanks("place", "action", needed=True)]
    acting: Annotated[Text, Blanks("action", "state", needed=True)]
    option: Text
    option_open: Text
    option_alive: Text
    ask: Annotated[Text, Blanks("fact", needed=True)]
    ask_or: Annotated[Text, Blanks("fact", "body", needed=True)]
    help: Annotated[Text, Blanks("role", needed=True)]
    help_know: Annotated[Text, Blanks("role", needed=True)]
    to_pay: tuple[CallLine, ...]
    to_advance: tuple[CallLine, ...]
    always: tuple[CallLine, ...]
    asked_back: Annotated[tuple[AskedBack, ...], Field(min_length=3)]
    no_action: Text
    to_prepare: Annotated[Text, Blanks("what", needed=True)]
    subject: Annotated[Text, Blanks("name", "device", needed=True)]
    subject_alive: Annotated[Text, Blanks("name", "action", needed=True)]
    greeting: Text
    questions: Text
    closing: Text
    signature: Text


class DocumentTexts(Strict):
    """`acts`: the draft to vote on, in its parts. `decisions`: by device; `nothing`: where the decision is about none.
    `here`: why not at home first, where a device has no answer of its own. `missing`: what a blank asks for, by field.
    `silent`: answers that say nothing. `reworded`: of a review kept without its documents. `call`: the call sheet."""

    title: Text
    help: Text
    reworded: Text
    footer: Text
    blank: Annotated[Text, Blanks("words")]
    page_one: PageOneLabels
    tables: TableTexts
    note: PaperText
    acts: tuple[PaperText, ...]
    here: Text
    structures: Annotated[tuple[StructureWords, ...], Field(min_length=1)]
    grounds: tuple[LegalGround, ...]
    decisions: dict[Id, DecisionTexts]
    nothing: DecisionTexts
    missing: dict[Id, Text]
    silent: Annotated[tuple[Text, ...], Field(min_length=1)]
    call: CallTexts

    def structure(self, kind: object) -> StructureWords:
        """How a structure of that type decides; the last words for a type that none names."""
        return next((one for one in self.structures if kind in one.types), self.structures[-1])
