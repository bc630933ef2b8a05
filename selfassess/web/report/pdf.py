"""A `Report` as an accessible PDF, the answers and the result attached as JSON; and other texts of our templates.

With `weasyprint_patches`, all that imports WeasyPrint, and only when it draws. Needs an application context
(Jinja). Nothing is fetched but files of static/, named `static:path`.
"""

from __future__ import annotations

import atexit
import gc
import hashlib
import json
import logging
import os
import threading
import warnings
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import current_app
from pydantic.main import IncEx

from selfassess.core.report.report import Report
from selfassess.web.report import letters
from selfassess.web.report.presentation import context
from selfassess.web.report.weasyprint_patches import STANDING, applied, html, write_objects_once
from selfassess.web.settings import ROOT, THIS_MACHINE, public_address, settings

if TYPE_CHECKING:
    from pydyf import PDF
    from weasyprint import CSS, Attachment
    from weasyprint.document import Document
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

STATIC = ROOT / "static"
SCHEME, LOGO = "static:", "logo:network"  # of addresses in our templates
FONTS_SETTING = "FONTCONFIG_FILE"
# What the look of a PDF is made of: a change in any of these makes a report be drawn again.
DRAWN_WITH = (
    "templates/report",
    "static/print.css",
    "static/abroad.css",
    "static/fonts",
    "selfassess/core/answers/in_words.py",
    "selfassess/web/french.py",
    *(
        f"selfassess/web/report/{name}.py"
        for name in ("presentation", "wording", "figures", "weasyprint_patches", "letters", "pdf")
    ),
)
DENSITIES = ("", "dense", "tight")  # of page one, from the airiest: classes of print.css
VARIANT = "pdf/ua-1"
COUNTED = ("weasyprint", "fontTools", "PIL")  # they write what people typed in the log, letter by letter
# Not attached: what is the same in every report, and what serves the program alone.
NOT_DATA: dict[str, IncEx | bool] = {
    **dict.fromkeys(
        (
            "method",
            "study",
            "mentions",
            "glossary",
            "abroad",
            "origin",
            "documents",
            "shape",
            "typeset",
            "network_words",
            "other_sources",
        ),
        True,
    ),
    "page_one": {"decision_of"},
    "review": {"devices": {"devices"}},
}
log = logging.getLogger(__name__)
_ONE_AT_A_TIME = threading.Lock()
PATIENCE = 4.0  # seconds that a page waits for its turn to draw
TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".ttf": "font/ttf", ".png": "image/png"}


class _Met(logging.Handler):
    """How many warnings the libraries that draw gave, in place of their words."""

    count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1


MET = _Met(logging.WARNING)


class AtWorkError(RuntimeError):
    """Other documents are being drawn in this process, and will be for a while."""


@dataclass(frozen=True)
class NetworkFace:
    """The network that a report is drawn for, as it says so itself; `logo`: a PNG."""

    name: str
    contact: str
    logo: bytes | None


class RefusedError(ValueError):
    """An address that is no file of static/."""


@cache
def template_version() -> str:
    """Sixteen hexadecimal digits that change when the templates or the style sheet do."""
    told = hashlib.sha256()
    for name in DRAWN_WITH:
        path = ROOT / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                told.update(f"{file.name}\0".encode() + file.read_bytes())
    return told.hexdigest()[:16]


def static_file(address: str) -> Path:
    """The file of static/ that `static:path` names. Raises `RefusedError` for anything else."""
    if not address.startswith(SCHEME):
        raise RefusedError(f"Refused, not an address of static/: {address}")
    path = (STATIC / address.removeprefix(SCHEME).lstrip("/")).resolve()
    if not path.is_relative_to(STATIC.resolve()) or path.suffix not in TYPES or not path.is_file():
        raise RefusedError(f"Refused, no such file in static/: {address}")
    return path


@lru_cache(maxsize=8)
def _fetcher(logo: bytes | None = None) -> URLFetcher:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class StaticFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Refuses file:, http:, data: and whatever leads out of static/, but the logo."""

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            if url == LOGO and logo is not None:
                return URLFetcherResponse(url, logo, {"Content-Type": TYPES[".png"]})
            path = static_file(url)
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": TYPES[path.suffix]})

    return StaticFetcher()


@cache
def _style() -> tuple[CSS, FontConfiguration]:
    """The style sheet and the fonts, read once per process."""
    for name in COUNTED:
        theirs = logging.getLogger(name)
        theirs.handlers[:], theirs.propagate = [MET], False
        theirs.setLevel(logging.WARNING)
    with _no_other_font():
        from weasyprint import CSS
        from weasyprint.text.fonts import FontConfiguration

        fonts = FontConfiguration()
    applied()
    atexit.register(_style.cache_clear)  # its end needs WeasyPrint, which is gone later
    sheet = (STATIC / "print.css").read_text(encoding="utf-8")
    return CSS(string=sheet, font_config=fonts, url_fetcher=_fetcher()), fonts


@contextmanager
def _no_other_font() -> Iterator[None]:
    """The fonts of the machine are not those of another: none is seen, so that a report has the same bytes on both."""
    before = os.environ.get(FONTS_SETTING)
    os.environ[FONTS_SETTING] = str(STATIC / "fonts/fonts.conf")
    try:
        with warnings.catch_warnings(action="ignore"):  # WeasyPrint warns that it sees none
            yield
    finally:
        if before is None:
            del os.environ[FONTS_SETTING]
        else:
            os.environ[FONTS_SETTING] = before


def laid_out(report: Report, face: NetworkFace | None = None) -> tuple[str, Document]:
    """The HTML and WeasyPrint's document of it, page one set in the largest type that keeps it on one page. The network
    stands there where there is room, else on the page after."""
    if report.abroad is not None:
        return _alone(report)
    told, logo = _told(report), face.logo if face else None
    for faced, density in [*((face, one) for one in DENSITIES if face), *((None, one) for one in DENSITIES)]:
        told |= {"face": face, "face_first": faced is not None}
        last = faced is None and density == DENSITIES[-1]
        if last or len(_laid(_printed(told, density, alone=True), logo=logo).pages) == 1:
            break
    text = _printed(told, density)
    return text, _laid(text, logo=logo, pdf_variant=VARIANT)


def _told(report: Report) -> dict[str, object]:
    return {**context(report), "method": _method(report), "verify": _public("verify.ask"), "paper": True}


def _printed(told: Mapping[str, object], density: str, *, alone: bool = False) -> str:
    """`alone`: page one without the rest."""
    template = current_app.jinja_env.get_template("report/print.html")  # no request: no context processor
    return template.render(told, density=density, page_one_only=alone)


def pages_one(reports: Iterable[Report], title: str, day: str) -> bytes:
    """Page one of each report, as it is in its own PDF, in one PDF/UA-1 file of that title and day.
    Raises `AtWorkError`."""
    with _turn():
        standing, known, made = _no_sign_yet(), hashlib.sha256(), []
        for report in reports:
            made.append(_page_one(report, standing))
            known.update(report.fingerprint.encode())
        whole = made[0].copy([page for one in made for page in one.pages])
        told = whole.metadata
        whole.standing, told.title, told.description = standing, title, ""
        told.created = told.modified = day
        return _written(whole, known.hexdigest()[:32])


def _page_one(report: Report, standing: letters.Standing) -> Document:
    told = _told(report)
    for density in DENSITIES:
        made = _laid(_printed(told, density, alone=True), standing, pdf_variant=VARIANT)
        if len(made.pages) == 1:
            break
    return made


def _alone(report: Report) -> tuple[str, Document]:
    """The same of the page for a partner abroad: one page, and nothing else of the report."""
    template = current_app.jinja_env.get_template("report/abroad_print.html")
    for density in DENSITIES:
        text = template.render(report=report, density=density)
        made = _laid(text, pdf_variant=VARIANT)
        if len(made.pages) == 1:
            break
    return text, made


def _method(report: Report) -> str:
    """The public address of the Méthode; empty for a draft edition, which has none."""
    return "" if report.trial else _public("pages.method_of", edition=report.edition)


def _public(endpoint: str, **place: str) -> str:
    """A public address; empty where the site has none."""
    return "" if urlsplit(settings().public_url).hostname in THIS_MACHINE else public_address(endpoint, **place)


def render(report: Report, face: NetworkFace | None = None) -> bytes:
    """The PDF/UA-1 file of a report: same report, network and templates, same bytes."""
    with _drawing():
        document = laid_out(report, face)[1]
        return write(report, document)


def drawn(texts: Iterable[str], most: int, logo: bytes | None = None) -> bytes:
    """The PDF/UA-1 file of the first of these texts that holds on `most` pages, or of the last: same text, same bytes.
    Texts are those of our templates. Raises `AtWorkError`, as what a page draws is one at a time in a process."""
    with _turn():
        for text in texts:
            document = _laid(text, logo=logo, pdf_variant=VARIANT)
            if len(document.pages) <= most:
                break
        return _written(document, hashlib.sha256(text.encode()).hexdigest()[:32])


@contextmanager
def _turn() -> Iterator[None]:
    if not _ONE_AT_A_TIME.acquire(timeout=PATIENCE):
        raise AtWorkError
    try:
        with _drawing():
            yield
    finally:
        _ONE_AT_A_TIME.release()


@contextmanager
def _drawing() -> Iterator[None]:
    """A document is thrown away whole: to look for cycles while it grows costs a tenth."""
    collecting, MET.count = gc.isenabled(), 0
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def write(report: Report, document: Document) -> bytes:
    """The file of a document that is laid out."""
    document.metadata.attachments = _attached(report)
    return _written(document, report.fingerprint, abroad=report.abroad is not None)


def _written(document: Document, identifier: str, *, abroad: bool = False) -> bytes:
    def finish(_: Document, file: PDF) -> None:
        if abroad:
            _tongues(file)
        _bookmarks_as_typed(file, document.standing)
        if applied():
            write_objects_once(file)

    before = STANDING.set(document.standing)
    try:
        made: bytes = document.write_pdf(finisher=finish, pdf_variant=VARIANT, pdf_identifier=identifier.encode())
    finally:
        STANDING.reset(before)
    if document.standing.signs or MET.count:
        log.info(
            "Signs that no font draws: %s; warnings met while drawing: %s.", len(document.standing.signs), MET.count
        )
    return made


def _tongues(file: PDF) -> None:
    """Says that the spans of the page in English are French: WeasyPrint tells one language for all."""
    from pydyf import Dictionary, String

    for one in file.objects:
        if isinstance(one, Dictionary) and one.get("S") == "/Span" and not isinstance(one["K"][0], int):
            one["Lang"] = String("fr")


def _bookmarks_as_typed(file: PDF, standing: letters.Standing) -> None:
    from pydyf import Dictionary, String

    for one in file.objects if standing.signs else ():
        if isinstance(one, Dictionary) and "Title" in one and "Parent" in one:
            one["Title"] = String(standing.typed(one["Title"].string))


def _attached(report: Report) -> list[Attachment]:
    """The answers, as `evaluate` reads them, and the report as data; nothing with the page for a partner abroad."""
    from weasyprint import Attachment

    if report.abroad is not None:
        return []
    day = datetime.fromisoformat(report.day)
    texts = [("resultat.json", "Le rapport en données : catégories, dispositifs, toutes les raisons", as_data(report))]
    if report.origin is not None:
        given = {"questionnaire": report.questionnaire, "edition": report.edition, "day": report.day}
        answers: dict[str, object] = {**given, "answers": report.origin.answers}
        texts.insert(0, ("reponses.json", "Les réponses données", answers))
    told = {"created": day, "modified": day, "relationship": "Data", "url_fetcher": _fetcher()}
    return [
        Attachment(string=json.dumps(data, ensure_ascii=False), name=name, description=words, **told)
        for name, words, data in texts
    ]


def as_data(report: Report) -> dict[str, object]:
    """The report as data, without the texts that are the same in every report."""
    return report.model_dump(mode="json", exclude=NOT_DATA, exclude_none=True)


def _no_sign_yet() -> letters.Standing:
    return letters.Standing(letters.STANDING if applied() else [])


def _laid(text: str, standing: letters.Standing | None = None, logo: bytes | None = None, **options: str) -> Document:
    """A text of our templates, well-formed, as WeasyPrint lays it out; `standing`: what stands for signs in it."""
    style, fonts = _style()
    root = ElementTree.fromstring(text)  # noqa: S314  written by our templates, what is typed escaped
    standing = letters.spell(root, text, standing or _no_sign_yet())
    made = html(root, _fetcher(logo)).render(stylesheets=[style], font_config=fonts, **options)
    made.standing = standing
    return made


def warm() -> None:
    """Load WeasyPrint, the style sheet and the fonts before the first report is asked for."""
    _style()
