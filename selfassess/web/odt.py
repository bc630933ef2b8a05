"""The documents to edit (page one, note, draft decision) of a `Report`, as one OpenDocument text file.

An ODT is four XML files in a zip: templates/odt/ has them, so that styles stay real styles. Needs an application
context (Jinja). Same report and texts, same bytes: no date but the report's.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from flask import current_app

from selfassess.core.blocks import Drafts
from selfassess.core.drafting import drafts, structure_of
from selfassess.core.reading import Definitions
from selfassess.core.report import Report
from selfassess.web.body import LONGEST_RUNNING, clip, french_day, in_french, mark

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


def drafted(report: Report, definitions: Definitions) -> Drafts:
    """What the file says. A type of structure that its edition no longer names is unknown."""
    shown = {one.device for one in report.page_one.slots}
    few = tuple(one for one in report.devices if one.id in shown)  # the sheets are most of the work
    said, edition = in_french(report.model_copy(update={"devices": few})), definitions.editions.get(report.edition)
    types = edition.questionnaire.territory.types if edition else ()
    sources = {one.id: f"{one.body}, {one.title}, {one.year}" for one in definitions.sources.values()}
    told = {"day": french_day(report.day), "mark": mark(said), "kind": structure_of(said, types)}
    return drafts(definitions.documents, said, sources, told)


def render(report: Report, definitions: Definitions) -> bytes:
    """The file."""
    made = drafted(report, definitions)
    running = clip(made.territory, LONGEST_RUNNING)
    told = {"drafts": made, "running": running, "day": report.day, "columns": COLUMNS}
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
