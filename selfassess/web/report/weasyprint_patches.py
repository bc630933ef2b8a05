"""What is changed in WeasyPrint and pydyf, and why: some changes put right what a report shows, others save time.

They replace private functions, so they are made for the versions of `WRITTEN_FOR` alone. For others none is: a report
is still drawn, more slowly, and one warning says so.

Share of a report's CPU time that each saves (`python -m tests.bench patches`; decision 0013): lines broken once 19 %,
our own parser 11 %, objects written once 10 %, properties looked up 5 %.

Apart: it goes, change by change, the day WeasyPrint does as much.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import xml.etree.ElementTree as ElementTree
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from copy import copy
from functools import cache, partial
from hashlib import blake2b
from typing import TYPE_CHECKING

from selfassess.web.report import letters

if TYPE_CHECKING:
    from pydyf import PDF
    from weasyprint import CSS, HTML, svg
    from weasyprint.css import ComputedStyle
    from weasyprint.formatting_structure.boxes import TextBox
    from weasyprint.layout import LayoutContext
    from weasyprint.pdf.fonts import Font
    from weasyprint.pdf.stream import Stream
    from weasyprint.text.line_break import Layout
    from weasyprint.urls import URLFetcher

    Line = tuple[Layout, int, int | None, float, float, float]  # what `split_first_line` gives

WRITTEN_FOR = {"weasyprint": "70.0", "pydyf": "0.13.0"}
ASIDE = (
    "Drawn by %s, while %s is what our changes are written for: none is made. A report takes half as long again;"
    " a long run without a space may leave its column, a sign that no font draws is « [?] » for every reader."
)
log = logging.getLogger(__name__)

LONGEST = 40  # letters of a run that goes with the word before it to the next line; a longer one is no word
MOST_LINES = 8000  # known to a process
# Properties that hang on others: left to WeasyPrint.
ENTANGLED = frozenset({"position", "float", "display", "page"})
# Of the file being written: what stands for the signs that no font draws.
STANDING: ContextVar[letters.Standing] = ContextVar("standing", default=letters.Standing())  # noqa: B039  kept empty
SVG = "http://www.w3.org/2000/svg"


@cache
def applied() -> bool:
    """Make every change, once per process. False, told in one warning, where the versions are others."""
    import pydyf
    import weasyprint

    found = {"weasyprint": weasyprint.__version__, "pydyf": pydyf.__version__}
    if found != WRITTEN_FOR:
        log.warning(ASIDE, *(", ".join(map(" ".join, versions.items())) for versions in (found, WRITTEN_FOR)))
        return False
    for change in (*RIGHT, *QUICK):
        change()
    return True


def replace(name: str, theirs: Callable[..., object], ours: Callable[..., object]) -> None:
    """In every module of WeasyPrint that has it; RuntimeError when none has."""
    holders = [
        module
        for module in list(sys.modules.values())
        if module.__name__.startswith("weasyprint.") and getattr(module, name, None) is theirs
    ]
    if not holders:
        raise RuntimeError(f"WeasyPrint has no {name} to replace.")
    for module in holders:
        setattr(module, name, ours)


# --- What puts a report right


def long_runs_stay_in_their_column() -> None:
    """WeasyPrint breaks a word anywhere only where the line begins with it, and counts on going back to the last space
    otherwise. No line is broken before « ! », « / » or « . », even after a space: a run of them behind words in bold
    has nowhere to go, and leaves the page."""
    from weasyprint.text import line_break

    theirs = line_break.split_first_line

    def split(
        text: str,
        style: ComputedStyle,
        context: LayoutContext,
        width: float | None,
        spacing: float,
        is_line_start: bool = True,
        minimum: bool = False,
    ) -> Line:
        made: Line = theirs(text, style, context, width, spacing, is_line_start, minimum)
        if is_line_start or width is None or made[3] <= width:
            return made
        run = text.encode()[: made[1]].decode().strip()
        return theirs(text, style, context, width, spacing, True, minimum) if len(run) > LONGEST else made

    replace("split_first_line", theirs, split)


def picture_texts_drawn_whole() -> None:
    """The text of a picture is drawn letter by letter, each laid out alone; ours stands in one place."""
    from weasyprint import svg

    theirs = svg.text

    class Whole(str):
        """The letters of a text: itself."""

        __slots__ = ()

        def __iter__(self) -> Iterator[str]:
            yield str(self)

    def whole(picture: svg.SVG, node: svg.Node, size: float) -> None:
        node._etree_node.text = Whole(node.text or "")
        theirs(picture, node, size)

    svg.TAGS.update({tag: whole for tag, draw in svg.TAGS.items() if draw is theirs})
    svg.text = whole


def signs_read_as_typed() -> None:
    """What a reader of the file gets for a sign is what was typed: of « [?] », of letters drawn in several parts."""
    from weasyprint.draw import text as drawing
    from weasyprint.pdf import fonts as built

    draw, build = drawing.draw_text, built.build_fonts_dictionary

    def draw_text(stream: Stream, box: TextBox, *given: object) -> None:
        standing = STANDING.get()
        said = letters.said(box.element, box.text)
        if said is not None:
            with _read_as(stream, standing.typed(said)):
                draw(stream, box, *given)
        elif letters.STANDS.search(box.text):
            stream.show_text = partial(_show_signs, stream, stream.show_text, standing)
            draw(stream, box, *given)
            del stream.show_text
        else:
            draw(stream, box, *given)

    def build_fonts(file: PDF, fonts: dict[str, Font], *given: object) -> object:
        for font in fonts.values():
            told = font.to_unicode
            if font.family == letters.FAMILY:
                signs = {glyph: STANDING.get().sign(glyph) for glyph in told}
                told.update({glyph: letters.plain(sign) for glyph, sign in signs.items() if sign is not None})
            else:
                told.update(letters.of_glyphs(font.file_content, told))
        return build(file, fonts, *given)

    replace("draw_text", draw, draw_text)
    replace("build_fonts_dictionary", build, build_fonts)


@contextmanager
def _read_as(stream: Stream, text: str) -> Iterator[None]:
    """What is drawn meanwhile has that text."""
    from pydyf import Dictionary, String

    stream.begin_marked_content("Span", Dictionary({"ActualText": String(text)}))
    yield
    stream.end_marked_content()


def _show_signs(stream: Stream, show: Callable[[str], None], standing: letters.Standing, drawn: str) -> None:
    """Glyphs of one font; of the font of « [?] », each with its actual text."""
    if not any(
        font.hash == stream._current_font[0] and font.family == letters.FAMILY for font in stream._fonts.values()
    ):
        show(drawn)
        return
    for glyphs, shift in re.findall("<([0-9a-f]*)>|([^<>]+)", drawn):
        if shift:
            show(shift)
        for at in range(0, len(glyphs), 4):
            glyph = glyphs[at : at + 4]
            sign = standing.sign(int(glyph, 16))
            with _read_as(stream, sign) if sign is not None else nullcontext():  # a space stands for nothing
                show(f"<{glyph}>")


# --- What saves time, and changes no byte of a file


def properties_looked_up() -> None:
    """A property no rule names is inherited or initial: nine in ten, for which the cascade need not be gone through."""
    from weasyprint.css import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES, PHYSICAL_FUNCTIONS, ComputedStyle

    cascade = ComputedStyle.__missing__
    plain = {
        name: value
        for name, value in INITIAL_VALUES.items()
        if name not in ENTANGLED and not name.startswith("text_decoration_")
    }
    inherited = frozenset(plain) & frozenset(INHERITED)
    initial = {name: plain[name] for name in frozenset(plain) - inherited - frozenset(INITIAL_NOT_COMPUTED)}
    logical = {name: said(block="ttb", inline="ltr") for name, said in PHYSICAL_FUNCTIONS.items()}

    def missing(style: ComputedStyle, name: str) -> object:
        if style.parent_style is None or name in style.cascaded or logical.get(name) in style.cascaded:
            return cascade(style, name)
        if name in initial:
            value = style[name] = initial[name]
        elif name in inherited:
            value = style[name] = style.parent_style[name]
        else:
            value = cascade(style, name)
        return value

    ComputedStyle.__missing__ = missing


def lines_broken_once() -> None:
    """The same words in the same letters and width break at the same place, from one report to the next.

    No text is kept: of the words a digest that this process alone can make, of the line how many letters it takes."""
    from weasyprint.text import line_break

    break_line, looks, secret = line_break.split_first_line, _looks(), os.urandom(16)
    known: dict[object, tuple[Layout, int, str, list[float | None]]] = {}

    def broken(
        text: str,
        style: ComputedStyle,
        context: LayoutContext,
        width: float | None,
        spacing: float,
        is_line_start: bool = True,
        minimum: bool = False,
    ) -> Line:
        words = blake2b(text.encode(), key=secret, digest_size=16).digest()
        key = words, looks(style), width, spacing, is_line_start, minimum
        if key in known:
            blank, letters_taken, hyphen, told = known[key]
            layout = copy(blank)  # drawing writes in it
            layout.text = text[:letters_taken] + hyphen
        else:
            layout, *told = break_line(text, style, context, width, spacing, is_line_start, minimum)
            hyphen = "" if text.startswith(layout.text) else style["hyphenate_character"]
            if text.startswith(layout.text.removesuffix(hyphen)):
                letters_taken = len(layout.text) - len(hyphen)
                if len(known) >= MOST_LINES:
                    known.clear()
                blank = copy(layout)
                blank.text = ""
                known[key] = blank, letters_taken, hyphen, told
        return layout, *told

    replace("split_first_line", break_line, broken)


def _looks() -> Callable[[ComputedStyle], int]:
    """A number for all that breaking a line reads of a style, and a few colours."""
    from weasyprint.css import INHERITED, AnonymousStyle

    names = (*sorted(INHERITED), "text_decoration_line")
    numbers: dict[tuple[str, ...], int] = {}  # a few dozen for thousands of styles

    def looks(style: ComputedStyle) -> int:
        kept: dict[str, int] = style.__dict__
        if "looks" not in kept:
            if isinstance(style, AnonymousStyle):  # an anonymous box has the letters of what it is in
                kept["looks"] = looks(style.parent_style)
            else:
                kept["looks"] = numbers.setdefault(tuple(str(style[name]) for name in names), len(numbers))
        return kept["looks"]

    return looks


RIGHT = (long_runs_stay_in_their_column, picture_texts_drawn_whole, signs_read_as_typed)
QUICK = (properties_looked_up, lines_broken_once)


def html(root: ElementTree.Element, fetcher: URLFetcher) -> HTML:
    """WeasyPrint's `HTML` of a tree of ours, which the C parser of XML has read; its own parser is in Python."""
    from cssselect2 import ElementWrapper
    from weasyprint import HTML

    if not applied():
        return plain_html(root, fetcher)

    class Read(HTML):  # type: ignore[misc]  # WeasyPrint has no types
        """What `HTML` does, but for the parser, and the style sheet of browsers: print.css says it all."""

        def __init__(self) -> None:
            self.base_url, self.url_fetcher, self.media_type = None, fetcher, "print"
            self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
            self.etree_element = self.wrapper_element.etree_element

        def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
            return []

    return Read()


def plain_html(root: ElementTree.Element, fetcher: URLFetcher) -> HTML:
    """The same by what WeasyPrint offers to all."""
    from weasyprint import HTML

    ElementTree.register_namespace("", SVG)
    return HTML(string=ElementTree.tostring(root, "unicode", "html"), url_fetcher=fetcher)


def write_objects_once(file: PDF) -> None:
    """pydyf writes every object again to compute the identifier of the file, and compresses at its hardest."""
    from pydyf import Object, Stream

    class Written(Object):  # type: ignore[misc]  # pydyf has no types
        """An object of the file as bytes."""

        data, compressible = b"", False

        def __init__(self, one: Object) -> None:
            super().__init__()
            if isinstance(one, Stream) and one.compress:
                plain = Stream(one.stream).data.partition(b"stream\n")[2].removesuffix(b"\nendstream")
                one = Stream([zlib.compress(plain)], {**one.extra, "Filter": "/FlateDecode"})
            self.data, self.compressible = one.data, one.compressible

    for number, one in enumerate(file.objects[1:], 1):  # the first is the head of the list of free ones
        file.objects[number] = Written(one)
        file.objects[number].number = number
