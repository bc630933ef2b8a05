"""The documents to edit (page one, note, draft decision) of a `Report`, as one OpenDocument text file.

An ODT is four XML files in a zip: templates/odt/ has them, so that styles stay real styles. Needs an application
context (Jinja). Same report and texts, same bytes: no date but the report's.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from flask import current_app

from selfassess.core.definition.edition import Definitions
from selfassess.core.explanation.sentence import lowered
from selfassess.core.report.blocks import Drafts, filled, plain
from selfassess.core.report.documents import with_documents
from selfassess.core.report.report import Report
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
NAMED = "Note et délibération"  # how its file is called
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
}
CHARACTERS = {"strong": "Strong_20_Emphasis", "blank": "Blank"}
COLUMNS = {"2": ("3.4cm", "13.6cm"), "4": ("2.7cm", "3.7cm", "5.2cm", "5.4cm")}  # by how many there are


def documented(report: Report, definitions: Definitions) -> Report:
    """The report with its documents, as the definitions of this day word them."""
    shown = {report.page_one.decision_of, *(one.device for one in report.page_one.slots)}
    few = tuple(one for one in report.devices if one.id in shown)  # the sheets are most of the work
    said = in_french(report.model_copy(update={"devices": few}))
    return with_documents(definitions, report, said, french_day(report.day))


def render(report: Report, definitions: Definitions) -> bytes:
    """The file. The documents kept with the report; those of a network's reading that leads, and those of a report kept
    without any, are made now."""
    lead = leading(report)
    kept = (report.documents if lead is report else None) or documented(lead, definitions).documents
    assert kept is not None  # noqa: S101  just made
    whose = mark(report)
    review = str(clean(report.review.sentence)) if report.review else ""
    told = {"mark": lowered(whose), "Mark": whose, "fingerprint": report.fingerprint, "review": review}
    return _zipped(filled(kept.reviewed if report.review else kept.declared, told), report.day)


def _zipped(made: Drafts, day: str) -> bytes:
    running = clip(made.territory, LONGEST_RUNNING)
    told = {"drafts": made, "footer": plain(made.footer), "running": running, "day": day, "columns": COLUMNS}
    told |= {"paragraphs": PARAGRAPHS, "characters": CHARACTERS}
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        # First and stored: what tells the type of the file without unzipping it.
        file.writestr(zipfile.ZipInfo("mimetype", LONG_AGO), MIMETYPE)
        for name, template in ENTRIES.items():
            text = current_app.jinja_env.get_template(f"odt/{template}").render(told)
            entry = zipfile.ZipInfo(name, LONG_AGO)
            file.writestr(entry, NOT_XML.sub("", text).strip(), zipfile.ZIP_DEFLATED)
    return written.getvalue()
