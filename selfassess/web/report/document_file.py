"""The documents to edit (page one, note, draft act) of a `Report`, as one OpenDocument text file; and others alike.

An ODT is four XML files in a zip: templates/odt/ has them, so that styles stay real styles. Needs an application
context (Jinja). Same report and texts, same bytes: no date but the report's.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO

from flask import current_app

from selfassess.core.definition.edition import Definitions
from selfassess.core.documents.call_sheet import call_sheet
from selfassess.core.documents.documents import network_drafts, with_documents
from selfassess.core.explanation.sentence import lowered
from selfassess.core.report.blocks import Drafts, Paragraph, Table, filled, plain
from selfassess.core.report.report import CallSheet, Report
from selfassess.core.report.reviewed_page import leading
from selfassess.web.french import clean, clip, french_day
from selfassess.web.report.wording import LONGEST_RUNNING, in_french, mark

MIMETYPE = "application/vnd.oasis.opendocument.text"
ENTRIES = {
    "content.xml": "content.xml",
    "styles.xml": "styles.xml",
    "meta.xml": "meta.xml",
    "META-INF/manifest.xml": "manifest.xml",
}
NAMED = "Documents à modifier"  # how its file is called
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first date a zip knows
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
PARAGRAPHS = {
    "text": "Text_20_body",
    "intro": "Intro",
    "lead": "Text_20_body",
    "quote": "Quotations",
    "help": "Help",
    "brand": "Brand",
    "category": "Category",
    "decision": "Decision",
    "line": "Line",
    "article": "Article",
    "brief": "Brief",
    "brief_line": "Brief",
    "brief_quote": "Brief_20_Decision",
}
CHARACTERS = {"strong": "Strong_20_Emphasis", "blank": "Blank"}
COLUMNS = {"2": ("3.4cm", "13.6cm"), "4": ("2.2cm", "3.3cm", "3.7cm", "7.8cm")}  # by how many there are
PLAN_COLUMNS = {"3": ("9cm", "4cm", "4cm")}  # only where a financing plan stands


def documented(report: Report, definitions: Definitions) -> Report:
    """The report with its documents and its call sheet, as the definitions of this day word them. The sheet is the
    coordination's: élus have none."""
    said = _said(report)
    made = with_documents(definitions, report, said, french_day(report.day))
    return made if report.elected else made.model_copy(update={"call_sheet": call_sheet(definitions, said)})


def led(report: Report, definitions: Definitions, *, reworded: bool = False) -> Drafts:
    """The documents of a network's reading that leads, as the definitions of this day word them; `reworded`: long after
    it was validated, which they say."""
    shown = leading(report)
    return network_drafts(definitions, shown, _said(shown), french_day(report.day), reworded=reworded)


def led_call(report: Report, definitions: Definitions) -> CallSheet | None:
    """The call sheet of its first option, likewise."""
    return call_sheet(definitions, _said(leading(report)))


def _said(report: Report) -> Report:
    """In French typography, with the sheets of page one alone: they are most of the work."""
    shown = {report.page_one.decision_of, *(one.device for one in report.page_one.slots)}
    few = tuple(one for one in report.devices if one.id in shown)
    return in_french(report.model_copy(update={"devices": few}))


def render(report: Report, definitions: Definitions) -> bytes:
    """The file: the documents kept with the report or, where a network's reading leads, with its review."""
    review, whose = report.review, mark(report)
    told = {"mark": lowered(whose), "Mark": whose, "fingerprint": report.fingerprint}
    told["review"] = f"{'' if review.confirmed else 'il '}{clean(review.sentence)}" if review else ""
    if review is not None and review.page is not None:
        return _zipped(filled(review.page.documents or led(report, definitions, reworded=True), told), review.day)
    kept = report.documents or documented(report, definitions).documents
    assert kept is not None  # noqa: S101  just made
    return _zipped(filled(kept.reviewed if review else kept.declared, told), report.day)


def _zipped(made: Drafts, day: str) -> bytes:
    blocks = [one for part in made.parts for one in part]
    three = any(isinstance(one, Table) and len(one.head) == len(PLAN_COLUMNS["3"]) for one in blocks)
    return written(made, day, {**COLUMNS, **(PLAN_COLUMNS if three else {})})


def written(made: Drafts, day: str, columns: Mapping[str, tuple[str, ...]]) -> bytes:
    """A document as an ODT. `columns`: the widths of tables, by how many columns they have."""
    running = clip(made.territory, LONGEST_RUNNING)
    blocks = [one for part in made.parts for one in part]
    told = {"drafts": made, "footer": plain(made.footer), "running": running, "day": day}
    told |= {"columns": columns, "paragraphs": PARAGRAPHS}
    told |= {"characters": CHARACTERS, "kinds": {one.kind for one in blocks if isinstance(one, Paragraph)}}
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        # First and stored: what tells the type of the file without unzipping it.
        file.writestr(zipfile.ZipInfo("mimetype", LONG_AGO), MIMETYPE)
        for name, template in ENTRIES.items():
            text = current_app.jinja_env.get_template(f"odt/{template}").render(told)
            entry = zipfile.ZipInfo(name, LONG_AGO)
            file.writestr(entry, NOT_XML.sub("", text).strip(), zipfile.ZIP_DEFLATED)
    return written.getvalue()
