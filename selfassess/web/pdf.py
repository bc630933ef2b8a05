"""A `Report` as an accessible PDF. The only module that imports WeasyPrint, and only when it draws.

Needs an application context (Jinja). Nothing is fetched but files of static/, named `static:path`.
"""

from __future__ import annotations

import atexit
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import current_app

from selfassess.core.report import Report
from selfassess.web.body import context
from selfassess.web.mail_text import public_address, settings
from selfassess.web.smtp import HERE

if TYPE_CHECKING:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
SCHEME = "static:"
# What the look of a PDF is made of: a change in any of these makes a report be drawn again.
DRAWN_WITH = (
    "templates/report", "static/print.css", "static/abroad.css", "selfassess/web/body.py",
    "selfassess/web/pictures.py", __file__,
)  # fmt: skip
DENSITIES = ("", "dense", "tight")  # of page one, from the airiest: classes of print.css
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
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    atexit.register(_style.cache_clear)  # its end needs WeasyPrint, which is gone later
    sheet = (STATIC / "print.css").read_text(encoding="utf-8")
    return CSS(string=sheet, font_config=fonts, url_fetcher=_fetcher()), fonts


def page(report: Report) -> str:
    """The document WeasyPrint draws: page one set in the largest type that keeps it on one page."""
    if report.abroad is not None:
        return _alone(report)
    template = current_app.jinja_env.get_template("report/print.html")  # no request: no context processor
    told = {**context(report), "method": _method(report)}
    for density in DENSITIES[:-1]:
        alone = template.render(told, density=density, page_one_only=True)
        if len(_document(alone).render(**_options()).pages) == 1:
            break
    else:
        density = DENSITIES[-1]
    return template.render(told, density=density, page_one_only=False)


def _alone(report: Report) -> str:
    """The page for a partner abroad, in the largest type that keeps it on one page."""
    template = current_app.jinja_env.get_template("report/abroad_print.html")
    for density in DENSITIES:
        text = template.render(report=report, density=density)
        if len(_document(text).render(**_options()).pages) == 1:
            break
    return text


def _method(report: Report) -> str:
    """The public address of the Méthode; empty where the site has none, and for a draft edition."""
    if report.trial or urlsplit(settings().public_url).hostname in HERE:
        return ""
    return public_address("pages.method_of", edition=report.edition)


def render(report: Report) -> bytes:
    """The PDF/UA-1 file of a report: same report and templates, same bytes."""
    variant = {"pdf_variant": "pdf/ua-1", "pdf_identifier": report.fingerprint.encode()}
    finisher = _tongues if report.abroad else None
    made: bytes = _document(page(report)).write_pdf(finisher=finisher, **_options(), **variant)
    return made


def _tongues(_: Any, pdf: Any) -> None:
    """Says that the spans of the page in English are French: WeasyPrint tells one language for all."""
    from pydyf import Dictionary, String

    for one in pdf.objects:
        if isinstance(one, Dictionary) and one.get("S") == "/Span" and not isinstance(one["K"][0], int):
            one["Lang"] = String("fr")


def _document(text: str) -> Any:
    from weasyprint import HTML

    return HTML(string=text, url_fetcher=_fetcher())


def _options() -> dict[str, Any]:
    style, fonts = _style()
    return {"stylesheets": [style], "font_config": fonts}


def warm() -> None:
    """Load WeasyPrint, the style sheet and the fonts before the first report is asked for."""
    _style()
