"""The documents to edit, made from a `Report`: sentences of `documents.yaml`, blanks filled or left to be filled.

Pure. Gives paragraphs, lists and tables, which are kept with the report; `web.report.document_file` writes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from selfassess.core.answers.in_words import listed
from selfassess.core.definition.device import Source
from selfassess.core.definition.document_texts import (
    BLANK,
    COUNTS,
    FIELD,
    DecisionTexts,
    DocumentPiece,
    DocumentTexts,
    LegalGround,
    PaperText,
)
from selfassess.core.definition.edition import Definitions, meaning_digest
from selfassess.core.definition.typography import NBSP
from selfassess.core.explanation.neighbours import ExamplePart
from selfassess.core.explanation.sentence import as_ours, lowered
from selfassess.core.report.blocks import (
    DocumentBlock,
    Drafts,
    Listing,
    Paragraph,
    ReportDocuments,
    Span,
    Spans,
    Table,
    blanks,
)
from selfassess.core.report.report import DevicePart, Report, Slot
from selfassess.core.report.whom_to_call import ContactPart

TOKEN = re.compile(f"{BLANK.pattern}|{FIELD.pattern}")
BRIEF = {
    "text": "brief",
    "line": "brief_line",
    "heading2": "heading2_brief",
    "quote": "brief_quote",
}  # in a smaller type


def with_documents(definitions: Definitions, report: Report, said: Report, day: str) -> Report:
    """The report with its documents, which say the same from then on. `said`: it, in French typography (few devices
    are enough: those of page one); `day`: its day in words."""
    told = {"day": day, "kind": structure_of(definitions, report)}
    made = [_drafts(definitions, said, told, reviewed=one) for one in (False, True)]
    origin = report.origin
    if origin is not None:
        files = {**origin.files, f"{definitions.slug}/documents.yaml": meaning_digest(definitions.documents)}
        origin = origin.model_copy(update={"files": files})
    return report.model_copy(update={"documents": ReportDocuments(*made), "origin": origin})


def network_drafts(definitions: Definitions, report: Report, said: Report, day: str, *, reworded: bool) -> Drafts:
    """Those of a network's reading that leads: `report` shows it (`leading`). `reworded`: they were not kept with the
    review, which they say."""
    told = {"day": day, "kind": structure_of(definitions, report)}
    return _drafts(definitions, said, told, reviewed=True, reworded=reworded)


def _drafts(
    definitions: Definitions, report: Report, told: Mapping[str, str], *, reviewed: bool, reworded: bool = False
) -> Drafts:
    """`report` in French typography; `told`: its `day` and `kind` (id of the type of structure, empty when unknown)."""
    documents = definitions.documents
    writer = _DocumentWriter(documents, report, definitions.sources, told, reviewed=reviewed)
    writer.reworded = reworded
    acts = [one for one in documents.acts if one.said_to(writer.tags, writer.kind)]
    counts = [blanks(writer.paper(one)) for one in (documents.note, *acts)]
    writer.values |= dict(
        zip(COUNTS, map(str, (sum(counts), *counts)), strict=False)
    )  # the session is not counted apart
    parts = tuple(map(tuple, (writer.page_one(), writer.paper(documents.note), *map(writer.paper, acts))))
    return Drafts(
        title=documents.title,
        territory=report.territory,
        footer=writer.fill(documents.footer),
        parts=parts,
        blanks=tuple(blanks(one) for one in parts),
    )


def structure_of(definitions: Definitions, report: Report) -> str:
    """The id of the territory's type of structure; empty when it is not known."""
    edition = definitions.editions.get(report.edition)
    if edition is None or report.origin is None:
        return ""
    return (report.origin.answers.get(edition.questionnaire.territory.id) or {}).get("type") or ""


def case_of(report: Report) -> tuple[str, DevicePart | None]:
    """What the decision is about (one of `CASES`), and its device: none when the reading decides, when there is no
    device, or when it is only to prepare one."""
    about = report.page_one.decision_of
    device = report.device(about) if about is not None else None
    if device is None or device.decision != report.page_one.decision:
        return "none", None
    return ("alive" if device.action else "open"), device


class _DocumentWriter:
    """Fills the wording of the documents for one report, with the network's reading (`reviewed`) or without it."""

    def __init__(
        self,
        documents: DocumentTexts,
        report: Report,
        sources: Mapping[str, Source],
        told: Mapping[str, str],
        *,
        reviewed: bool,
    ) -> None:
        self.documents, self.report, self.sources, self.reviewed = documents, report, sources, reviewed
        case, self.device = case_of(report)
        self.kind, self.leads = told["kind"], reviewed and report.review is not None and report.review.page is not None
        self.words = self.documents.structure(self.kind)
        vote = documents.decisions.get(self.device.id if self.device else "", documents.nothing)  # or one of the past
        known = any(self.kind in one.types for one in documents.acts)
        outcome = "announced" if vote.article is None else "draft" if known else "undrafted"
        self.tags = frozenset((case, outcome, "read" if known else "unread", *vote.tags))
        self.values: dict[str, str | Spans | None] = {**self._answers(), **self._facts(told), **self._about()}
        self.values |= dict.fromkeys(COUNTS, "0")  # until they are counted
        self.values |= self._vote(vote)
        self.reworded = False

    def _facts(self, told: Mapping[str, str]) -> dict[str, str | Spans | None]:
        report, one, words = self.report, self.report.page_one, self.words
        return {
            "territory": report.territory if report.territory_text else None,
            "assembly": words.assembly if report.territory not in words.but else None,
            "day": told["day"],
            "edition": report.edition,
            "fingerprint": (late("fingerprint"),),
            "mark": (late("mark"),),
            "category": self._declared() if self.leads else one.headline.title,
            "decision": one.decision,
            "executive": words.executive,
            "elected": words.elected,
            "an_elected": words.an_elected,
            **({"first_call": who} if (who := self._first_call()) else {}),
            **({"leading" if self.leads else "beside": (late("review"),)} if self.reviewed else {}),
        }

    def _first_call(self) -> str:
        call = self.report.page_one.call
        if call is None:
            return ""
        return ", ".join(filter(None, (call.name, (call.phone or "").replace(" ", NBSP) or call.page)))

    def _vote(self, vote: DecisionTexts) -> dict[str, Spans]:
        """What is said of the decision's device; the texts may hold blanks of their own."""
        told = {
            "what": vote.what,
            "article": vote.article,
            "funder": vote.funder,
            "pays": vote.pays,
            "goes": vote.goes,
            "here": vote.here or self.documents.here,
        }
        return {name: self.fill(text) for name, text in told.items() if text is not None}

    def _declared(self) -> str:
        """The categories that the territory's answers hold, where a network's reading leads."""
        found = self.report.review.categories if self.report.review else ()
        return listed([one.title for one in found if one.declared]) or self.documents.page_one.none

    def _about(self) -> dict[str, str | None]:
        """What its sheet says of the decision's device; nothing when there is none: its sentences are left out."""
        if self.device is None:
            return {}
        one = self.device
        slot = next((each for each in self.report.page_one.slots if each.device == one.id), None)
        told = {
            "device": one.short,
            "action": one.action,
            "cost": one.cost,
            "days": one.days,
            "reason": _quoted(slot.text if slot else one.first_reason),
            "risk": _ours(next(iter(one.risks), "")),
            "to_ask": _ours(next(iter(one.verify), "")),
        }
        return {name: text for name, text in told.items() if text}

    def _answers(self) -> dict[str, str | None]:
        """By question, the answer as it reads inside a sentence, None when there is none. Not of the actions."""
        rows = [row for group in self.report.answers for row in group.rows if "." not in row.key]
        told = {row.key: None if row.answer in self.documents.silent else lowered(row.answer) for row in rows}
        return {**dict.fromkeys(self.documents.missing), **told}  # a question that is not asked is a blank too

    def fill(self, text: str) -> Spans:
        """The text with its blanks. Raises `KeyError` when nothing in the report has that name."""
        spans, at = [], 0
        for token in TOKEN.finditer(text):
            field = token[1]
            spans.append(Span(text[at : token.start()]))
            at = token.end()
            value = self.values[field] if field else None
            value = _raised(value) if isinstance(value, str) and not token.start() else value
            if value is None:
                asked = self.documents.blank.format(words=self.documents.missing[field]) if field else token[0]
                spans.append(Span(asked, "blank"))
            else:
                spans.extend((Span(value),) if isinstance(value, str) else value)
        return tuple(one for one in (*spans, Span(text[at:])) if one.text or one.field)

    def paper(self, paper: PaperText) -> Iterator[DocumentBlock]:
        """A piece that needs what the report does not have (a device, a review) is left out."""
        for block in self._paper(paper):
            if paper.brief and isinstance(block, Paragraph):
                block = replace(block, kind=BRIEF.get(block.kind, block.kind))
            yield block

    def _paper(self, paper: PaperText) -> Iterator[DocumentBlock]:
        yield Paragraph("heading1" if paper is self.documents.note else "heading1_act", self.fill(paper.title))
        articles = 0
        for piece in paper.pieces:
            if not piece.said_to(self.tags, self.kind):
                continue
            for block in self._piece(piece):
                if isinstance(block, Paragraph) and block.kind == "article":
                    articles += 1
                    number = Span(f"Article{NBSP}{articles if articles > 1 else '1er'}. ", "strong")
                    block = Paragraph("article", (number, *block.spans))
                yield block

    def _piece(self, piece: DocumentPiece) -> Iterator[DocumentBlock]:
        texts = {"heading2": piece.heading, "text": piece.text, "help": piece.help, "article": piece.article}
        for kind, text in texts.items():
            if text is not None and (spans := self._said(text)):
                yield Paragraph("intro" if kind == "text" and text.endswith(":") else kind, spans)
        if piece.items:
            yield Listing(tuple(filter(None, map(self._said, piece.items))))
        for line in piece.lines or ():
            if spans := self._said(line.text):
                label = f"{line.label} " if line.label.endswith(("?", ".")) else f"{line.label}{NBSP}: "
                yield Paragraph("line", (Span(label, "strong"), *spans))
        if piece.show:
            yield from getattr(self, f"_show_{piece.show}")()

    def _said(self, text: str) -> Spans:
        try:
            return self.fill(text)
        except KeyError:
            return ()

    def page_one(self) -> Iterator[DocumentBlock]:
        """The words and the order of templates/report/_page_one.html."""
        report, one, labels = self.report, self.report.page_one, self.documents.page_one
        yield _said("help", self.fill(self.documents.help))
        if self.reworded:
            yield _said("help", self.documents.reworded)
        yield _said("brand", "Boussole PAT–International")
        yield _said("heading1", report.territory)
        yield _said("lead", one.lead)
        place = _raised(report.territory_text.removeprefix(report.territory).lstrip(", "))
        acting = "" if self.reviewed else one.acting
        if told := " ".join(filter(None, (f"{place}." if place and acting else place, acting))):
            yield _said("text", told)
        if not self.reviewed:
            yield _said("text", (late("Mark"),))
        yield _said("heading2", self._label())
        head = one.headline
        yield _said("category", head.title)
        also = "" if self.leads else head.also
        texts = (also, head.sentence, self._beside(), head.confidence_text, head.provisional, head.note)
        yield from (_said("text", text) for text in texts if text)
        yield from self._reviewed()
        yield _said("heading2", self._heading())
        yield from self._options()
        called = any(slot.call for slot in one.slots)
        if one.ask and not called:
            yield _said("text", one.ask)
        if one.call is not None and not called:
            who = ", ".join(filter(None, (one.call.name, (one.call.phone or "").replace(" ", NBSP))))
            yield _said("text", " ".join(filter(None, (f"{labels.call}{NBSP}: {who}.", one.call.page))))
        yield _said("heading2", (one.agenda or labels.agenda))
        yield _said("decision", one.decision)

    def _label(self) -> str:
        """Whose reading it is."""
        labels = self.documents.page_one
        return labels.network if self.leads else labels.reading

    def _heading(self) -> str:
        """What the options are called, as the page calls them."""
        one, texts = self.report.page_one, self.documents.page_one.options
        if one.silence is not None:
            return texts.silent
        taken = sum(slot.device is not None for slot in one.slots)
        if not taken and one.nothing_first:
            return texts.none
        return texts.several if taken > 1 else texts.one

    def _options(self) -> Iterator[DocumentBlock]:
        """Those that are taken; or, when too little is known, what is missing and what to send to whom can tell."""
        one = self.report.page_one
        if one.silence is not None:
            yield _said("text", one.silence.text)
            yield from _listing(one.silence.missing)
            yield _said("text", f"{self.documents.page_one.message}{NBSP}: {one.silence.message}")
            if one.silence.living:
                yield _said("text", one.silence.living)
            return
        tables, taken = self.documents.tables, [slot for slot in one.slots if slot.device]
        if one.nothing_first and taken:
            yield _said("text", one.nothing)
        if not taken:  # why there is none
            yield _said("text", one.slots[0].text)
        if one.common:
            yield _said("text", f"{self.documents.page_one.common}{NBSP}: {lowered(one.common)}")
        if taken:
            yield Table(tables.page_one, tables.page_one_head, tuple(map(self._row, taken)))
        yield from (_said("text", text) for text in one.unsaid)
        if not one.nothing_first and not self.leads:
            yield _said("text", one.nothing)
        if taken:
            rest = (one.estimate, one.paying, "" if self.reviewed else one.leaving)
            yield _said("text", " ".join(filter(None, rest)))

    def _beside(self) -> str:
        """What the study calls it. A report stored before titles said more has those of the study as titles."""
        head, labels = self.report.page_one.headline, self.documents.page_one
        if head.term:
            return "" if self.reviewed else f"{labels.study}{NBSP}: {', '.join((head.term, *head.secondary))}."
        told = (
            f"{head.family}." if head.family else "",
            f"{labels.also}{NBSP}: {', '.join(head.secondary)}." if head.secondary else "",
            f"{labels.mention}{NBSP}: {head.mention}." if head.mention else "",
        )
        return " ".join(filter(None, told))

    def _reviewed(self) -> Iterator[DocumentBlock]:
        if self.reviewed:
            yield Paragraph("text", (late("Mark", "strong"), Span(f"{NBSP}: "), late("review"), Span(".")))
        if self.leads:
            yield _said("text", f"{self.documents.page_one.declared}{NBSP}: {self._declared()}.")

    def _row(self, slot: Slot) -> tuple[tuple[str, ...], ...]:
        """A report stored before it said what an option asks in one sentence has its cost, its time and its year."""
        labels = self.documents.page_one
        horizon = None if self.reviewed else slot.horizon
        asked = (slot.asking,) if slot.asking else (slot.cost, slot.days, horizon)
        facts = tuple(_raised(one) for one in (slot.state, *asked) if one)
        reasons = (
            "" if self.reviewed else slot.gist,
            slot.text,
            f"{labels.against}{NBSP}: {lowered(slot.against)}" if slot.against else "",
            *slot.rules,
            f"{labels.call}{NBSP}: {_called(slot.call)}." if slot.call else "",
            f"{labels.elsewhere}{NBSP}: {self._elsewhere(slot.example)}" if slot.example and not self.reviewed else "",
        )
        return (slot.place,), (slot.title,), facts or ("–",), tuple(filter(None, reasons))

    def _elsewhere(self, example: ExamplePart) -> str:
        """What the option changed there, and who says so."""
        said = dict.fromkeys(self.sources[name].body for name in example.sources if name in self.sources)
        year = example.year if example.year and example.year not in example.text else ""
        beside = ", ".join(filter(None, (year, *said)))
        return f"{example.text} ({beside})" if beside else example.text

    def _show_decision(self) -> Iterator[DocumentBlock]:
        yield _said("quote", self.report.page_one.decision)

    def _grounds(self) -> Iterator[LegalGround]:
        """Those of such a decision of such a structure."""
        mine = self.device.id if self.device else None
        for one in self.documents.grounds:
            if one.said_to(self.tags, self.kind) and (not one.devices or mine in one.devices):
                yield one

    def _show_grounds(self) -> Iterator[DocumentBlock]:
        yield from (_said("text", self.fill(one.text)) for one in self._grounds() if one.text)

    def _show_checks(self) -> Iterator[DocumentBlock]:
        yield from _listing(one.check for one in self._grounds() if one.check)

    def _show_sources(self) -> Iterator[DocumentBlock]:
        names = dict.fromkeys(name for one in self._grounds() for name in one.sources)
        cited = (self.sources[name] for name in names)
        yield from _listing(f"{one.body}, {one.title}, {one.year}." for one in cited)

    def _show_plan(self) -> Iterator[DocumentBlock]:
        tables, none = self.documents.tables, "–"
        rows = [(one, tables.plan_amount, none) for one in tables.plan_spent]
        rows += [(one, none, tables.plan_amount) for one in tables.plan_received]
        rows.append((tables.plan_total, tables.plan_amount, tables.plan_amount))
        yield Table(tables.plan, tables.plan_head, tuple(tuple((cell,) for cell in row) for row in rows))


def late(field: str, kind: str = "") -> Span:
    return Span("", kind, field)


def _said(kind: str, text: str | Spans) -> Paragraph:
    return Paragraph(kind, (Span(text),) if isinstance(text, str) else text)


def _listing(texts: Iterable[str]) -> Iterator[Listing]:
    items = tuple((Span(one),) for one in texts)
    if items:
        yield Listing(items)


def _called(body: ContactPart) -> str:
    """Its name, the domain of its page, its telephone."""
    domain = body.page.split("/")[2].removeprefix("www.") if body.page else ""
    return ", ".join(filter(None, (body.name, domain, (body.phone or "").replace(" ", NBSP))))


def _quoted(text: str) -> str:
    """As it stands between quotation marks."""
    return text.replace(f"«{NBSP}", "“").replace(f"{NBSP}»", "”")


def _ours(text: str) -> str:
    """What is said to a structure, as it says it itself."""
    return as_ours(text) or text


def _raised(text: str) -> str:
    return text[:1].upper() + text[1:]
