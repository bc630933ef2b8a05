"""A `Report` as an accessible PDF, the answers and the result attached as JSON.

With `shortcuts` and `unbroken`, all that imports WeasyPrint, and only when it draws. Needs an application context
(Jinja). Nothing is fetched but files of static/, named `static:path`.
"""

from __future__ import annotations

import atexit
import gc
import hashlib
import json
import logging
import os
import re
import warnings
import xml.etree.ElementTree as ElementTree
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import current_app

from selfassess.core.report.report import Report
from selfassess.web.mail.message_text import public_address, settings
from selfassess.web.mail.smtp import HERE
from selfassess.web.report import letters, unbroken, weasyprint_patches
from selfassess.web.report.presentation import context
from selfassess.web.settings import ROOT

if TYPE_CHECKING:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

STATIC = ROOT / "static"
SCHEME = "static:"
FONTS_SETTING = "FONTCONFIG_FILE"
# Of the file being written: what stands for the signs that no font draws.
STANDING: ContextVar[letters.Standing] = ContextVar("standing", default=letters.Standing())  # noqa: B039  kept empty
# What the look of a PDF is made of: a change in any of these makes a report be drawn again.
DRAWN_WITH = (
    "templates/report",
    "static/print.css",
    "static/abroad.css",
    "static/fonts",
    *(
        f"selfassess/web/report/{name}.py"
        for name in ("presentation", "figures", "weasyprint_patches", "unbroken", "letters", "pdf")
    ),
)
DENSITIES = ("", "dense", "tight")  # of page one, from the airiest: classes of print.css
VARIANT = "pdf/ua-1"
SILENCED = ("weasyprint", "fontTools", "PIL")  # they write what people typed in the log, letter by letter
THE_SAME = {"method", "study", "mentions", "glossary", "abroad"}
TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".ttf": "font/ttf", ".png": "image/png"}


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


@cache
def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class StaticFetcher(URLFetcher):  # type: ignore[misc]
        """Refuses file:, http:, data: and whatever leads out of static/."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            path = static_file(url)
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": TYPES[path.suffix]})

    return StaticFetcher()


@cache
def _style() -> tuple[CSS, FontConfiguration]:
    """The style sheet and the fonts, read once per process."""
    for name in SILENCED:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    with _no_other_font():
        from weasyprint import CSS
        from weasyprint.text.fonts import FontConfiguration

        fonts = FontConfiguration()
    _told_as_typed()
    unbroken.take()
    weasyprint_patches.take()
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


def _told_as_typed() -> None:
    """What a reader of the file gets for a sign is what was typed: of « [?] », of letters drawn in several parts."""
    from weasyprint.draw import text as drawing
    from weasyprint.pdf import fonts as built

    draw, build = drawing.draw_text, built.build_fonts_dictionary

    def draw_text(stream: Any, box: Any, *given: Any) -> None:
        standing = STANDING.get()
        said = letters.said(box.element, box.text)
        if said is not None:
            with _said(stream, standing.typed(said)):
                draw(stream, box, *given)
        elif letters.STANDS.search(box.text):
            stream.show_text = partial(_show_signs, stream, stream.show_text, standing)
            draw(stream, box, *given)
            del stream.show_text
        else:
            draw(stream, box, *given)

    def build_fonts(file: Any, fonts: Any, *given: Any) -> Any:
        for font in fonts.values():
            told = font.to_unicode
            if font.family == letters.FAMILY:
                signs = {glyph: STANDING.get().sign(glyph) for glyph in told}
                told.update({glyph: letters.plain(sign) for glyph, sign in signs.items() if sign is not None})
            else:
                told.update(letters.of_glyphs(font.file_content, told))
        return build(file, fonts, *given)

    weasyprint_patches.replace("draw_text", draw, draw_text)
    weasyprint_patches.replace("build_fonts_dictionary", build, build_fonts)


@contextmanager
def _said(stream: Any, text: str) -> Iterator[None]:
    """What is drawn meanwhile has that text."""
    from pydyf import Dictionary, String

    stream.begin_marked_content("Span", Dictionary({"ActualText": String(text)}))
    yield
    stream.end_marked_content()


def _show_signs(stream: Any, show: Callable[[str], None], standing: letters.Standing, drawn: str) -> None:
    """Glyphs of one font; of the font of « [?] », each with its actual text."""
    if not any(font.hash == stream._current_font[0] and font.family == letters.FAMILY
               for font in stream._fonts.values()):  # fmt: skip
        show(drawn)
        return
    for glyphs, shift in re.findall("<([0-9a-f]*)>|([^<>]+)", drawn):
        if shift:
            show(shift)
        for at in range(0, len(glyphs), 4):
            glyph = glyphs[at : at + 4]
            sign = standing.sign(int(glyph, 16))
            with _said(stream, sign) if sign is not None else nullcontext():  # a space stands for nothing
                show(f"<{glyph}>")


def laid_out(report: Report) -> tuple[str, Any]:
    """The HTML and WeasyPrint's document of it, page one set in the largest type that keeps it on one page."""
    if report.abroad is not None:
        return _alone(report)
    template = current_app.jinja_env.get_template("report/print.html")  # no request: no context processor
    told = {**context(report), "method": _method(report), "verify": _public("verify.ask"), "paper": True}
    for density in DENSITIES:
        alone = template.render(told, density=density, page_one_only=True)
        if density == DENSITIES[-1] or len(_document(alone).render(**_options()).pages) == 1:
            break
    text = template.render(told, density=density, page_one_only=False)
    return text, _document(text).render(**_options(), pdf_variant=VARIANT)


def _alone(report: Report) -> tuple[str, Any]:
    """The same of the page for a partner abroad: one page, and nothing else of the report."""
    template = current_app.jinja_env.get_template("report/abroad_print.html")
    for density in DENSITIES:
        text = template.render(report=report, density=density)
        made = _document(text).render(**_options(), pdf_variant=VARIANT)
        if len(made.pages) == 1:
            break
    return text, made


def _method(report: Report) -> str:
    """The public address of the Méthode; empty for a draft edition, which has none."""
    return "" if report.trial else _public("pages.method_of", edition=report.edition)


def _public(endpoint: str, **place: str) -> str:
    """A public address; empty where the site has none."""
    return "" if urlsplit(settings().public_url).hostname in HERE else public_address(endpoint, **place)


def render(report: Report) -> bytes:
    """The PDF/UA-1 file of a report: same report and templates, same bytes."""
    collecting = gc.isenabled()
    gc.disable()  # a document is thrown away whole: to look for cycles while it grows costs a tenth
    try:
        return write(report, laid_out(report)[1])
    finally:
        if collecting:
            gc.enable()


def write(report: Report, document: Any) -> bytes:
    """The file of a document that is laid out."""
    document.metadata.attachments = _attached(report)
    told = {"pdf_variant": VARIANT, "pdf_identifier": report.fingerprint.encode()}

    def finish(_: Any, file: Any) -> None:
        if report.abroad is not None:
            _tongues(file)
        _bookmarks_as_typed(file, document.standing)
        _said_once(file)

    before = STANDING.set(document.standing)
    try:
        made: bytes = document.write_pdf(finisher=finish, **told)
    finally:
        STANDING.reset(before)
    return made


def _tongues(file: Any) -> None:
    """Says that the spans of the page in English are French: WeasyPrint tells one language for all."""
    from pydyf import Dictionary, String

    for one in file.objects:
        if isinstance(one, Dictionary) and one.get("S") == "/Span" and not isinstance(one["K"][0], int):
            one["Lang"] = String("fr")


def _bookmarks_as_typed(file: Any, standing: letters.Standing) -> None:
    from pydyf import Dictionary, String

    for one in file.objects if standing.signs else ():
        if isinstance(one, Dictionary) and "Title" in one and "Parent" in one:
            one["Title"] = String(standing.typed(one["Title"].string))


def _said_once(file: Any) -> None:
    """Writes every object once: pydyf does it again to compute the identifier, and compresses at its hardest."""
    from pydyf import Object, Stream

    class Said(Object):  # type: ignore[misc]
        """An object of the file as bytes."""

        data, compressible = b"", False

        def __init__(self, one: Any) -> None:
            super().__init__()
            if isinstance(one, Stream) and one.compress:
                plain = Stream(one.stream).data.partition(b"stream\n")[2].removesuffix(b"\nendstream")
                one = Stream([zlib.compress(plain)], {**one.extra, "Filter": "/FlateDecode"})
            self.data, self.compressible = one.data, one.compressible

    for number, one in enumerate(file.objects[1:], 1):  # the first is the head of the list of free ones
        file.objects[number] = Said(one)
        file.objects[number].number = number


def _attached(report: Report) -> list[Any]:
    """The answers, as `evaluate` reads them, and the report as data; nothing with the page for a partner abroad."""
    from weasyprint import Attachment

    if report.abroad is not None:
        return []
    day = datetime.fromisoformat(report.day)
    texts = [("resultat.json", "Le rapport en données : catégories, dispositifs, toutes les raisons", as_data(report))]
    if report.origin is not None:
        given = {"questionnaire": report.questionnaire, "edition": report.edition, "day": report.day}
        answers = {**given, "answers": report.origin.answers}
        texts.insert(0, ("reponses.json", "Les réponses données", answers))
    return [
        Attachment(string=json.dumps(data, ensure_ascii=False), name=name, description=words, created=day,
                   modified=day, relationship="Data", url_fetcher=_fetcher())
        for name, words, data in texts
    ]  # fmt: skip


def as_data(report: Report) -> dict[str, Any]:
    """The report as data, without the texts that are the same in every report."""
    return report.model_dump(mode="json", exclude=THE_SAME | {"origin", "documents", "shape"}, exclude_none=True)


def _document(text: str) -> Any:
    """The document, read by the C parser of XML: that of HTML, in Python, costs a tenth of a report."""
    from cssselect2 import ElementWrapper
    from weasyprint import HTML

    class Written(HTML):  # type: ignore[misc]
        """Our own templates are well-formed: what `HTML` does, but for the parser."""

        def __init__(self) -> None:
            read = ElementTree.fromstring(text)  # noqa: S314  written by our templates, what is typed escaped
            self.standing = letters.spell(read, text)
            self.base_url, self.url_fetcher, self.media_type = None, _fetcher(), "print"
            self.wrapper_element = ElementWrapper.from_html_root(read, content_language=None)
            self.etree_element = self.wrapper_element.etree_element

        def render(self, **options: Any) -> Any:
            made = super().render(**options)
            made.standing = self.standing
            return made

        def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
            return []  # print.css says it

    return Written()


def _options() -> dict[str, Any]:
    style, fonts = _style()
    return {"stylesheets": [style], "font_config": fonts}


def warm() -> None:
    """Load WeasyPrint, the style sheet and the fonts before the first report is asked for."""
    _style()
