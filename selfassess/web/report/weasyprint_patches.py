"""What WeasyPrint 70 works out again and again, worked out once: a third of the cost of a report.

`take()` changes WeasyPrint itself, once per process, before the first drawing. But for the text of pictures, which it
would draw letter by letter, the bytes of a file are those it writes without them: `tests/report` holds it to that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any

SIDES = ("top", "right", "bottom", "left")
# What `resolve_percentages` sets on a box, each from the property of the same name.
LENGTHS = tuple(f"{kind}_{side}" for kind in ("margin", "padding") for side in SIDES) + tuple(
    f"{bound}{axis}" for axis in ("width", "height") for bound in ("", "min_", "max_")
)
MOST_LINES = 2000  # kept by a process, broken and drawn: some 5 MiB; more would pass the memory it may take
# Properties that hang on others: left to WeasyPrint.
ENTANGLED = frozenset({"position", "float", "display", "page"})


def take() -> None:
    """Take every shortcut."""
    for one in SHORTCUTS:
        one()


def texts_drawn_whole() -> None:
    """The text of a picture is drawn letter by letter, each laid out anew; ours stands in one place."""
    from weasyprint import svg

    letters = svg.text

    class Whole(str):
        """The letters of a text: itself."""

        __slots__ = ()

        def __iter__(self) -> Iterator[str]:
            yield str(self)

    def whole(picture: Any, node: Any, size: float) -> None:
        node._etree_node.text = Whole(node.text or "")
        letters(picture, node, size)

    svg.TAGS.update({tag: whole for tag, draw in svg.TAGS.items() if draw is letters})
    svg.text = whole


def properties_looked_up() -> None:
    """A property no rule names is inherited or initial: nine in ten, for which the cascade need not be gone through."""
    from weasyprint.css import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES, PHYSICAL_FUNCTIONS, ComputedStyle

    cascade = ComputedStyle.__missing__
    plain = {name: value for name, value in INITIAL_VALUES.items()
             if name not in ENTANGLED and not name.startswith("text_decoration_")}  # fmt: skip
    inherited = frozenset(plain) & frozenset(INHERITED)
    initial = {name: plain[name] for name in frozenset(plain) - inherited - frozenset(INITIAL_NOT_COMPUTED)}
    logical = {name: said(block="ttb", inline="ltr") for name, said in PHYSICAL_FUNCTIONS.items()}

    def missing(style: Any, name: str) -> Any:
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


def lengths_kept() -> None:
    """Lengths without a percentage are the same for every box of a style, on every page."""
    from weasyprint.layout import percent

    resolve = percent.resolve_percentages

    lengths = _on_the_style("lengths_kept", _lengths)

    def kept(box: Any, containing_block: Any) -> None:
        known = lengths(box.style)
        if known is None:
            resolve(box, containing_block)
        else:
            box.__dict__.update(known)

    replace("resolve_percentages", resolve, kept)


def _lengths(style: Any) -> dict[str, Any] | None:
    """The lengths of a style in pixels; None where one hangs on the box it is in."""
    if style["box_sizing"] != "content-box" or style["border_collapse"] == "collapse":
        return None
    found = {f"border_{side}_width": style[f"border_{side}_width"] for side in SIDES}
    for name in LENGTHS:
        value = style[name]
        if value == "auto":
            found[name] = 0 if name in ("min_width", "min_height") else value
        elif getattr(value, "unit", None) == "px":
            found[name] = value.value
        else:
            return None
    return found


def flow_known() -> None:
    """Whether a box floats, or stands apart, is said by its style: asked twenty thousand times."""
    from weasyprint.formatting_structure.boxes import Box

    theirs = Box.is_in_normal_flow

    def in_flow(box: Any) -> bool:
        kept = box.style.__dict__
        if "flow_known" not in kept:
            kept["flow_known"] = theirs(box)
        return kept["flow_known"]  # type: ignore[no-any-return]

    Box.is_in_normal_flow = in_flow


def texts_measured_once() -> None:
    """The height of a line and the description of a font are the same for every text of a style."""
    from weasyprint.text import fonts, line_break

    for module, name in ((line_break, "strut"), (fonts, "get_font_description")):
        theirs = getattr(module, name)
        replace(name, theirs, _on_the_style(f"{name}_kept", theirs))


def lines_broken_once() -> None:
    """The same words in the same letters and width break at the same place, from one report to the next."""
    from weasyprint.text import line_break

    break_line, letters = line_break.split_first_line, _letters()
    known: dict[Any, Any] = {}

    def broken(text: str, style: Any, context: Any, width: Any, spacing: Any, *more: Any, **named: Any) -> Any:
        key = text, letters(style), width, spacing, more, tuple(named.items())
        if key not in known:
            _make_room(known)
            known[key] = break_line(text, style, context, width, spacing, *more, **named)
        layout, *told = known[key]
        return copy(layout), *told  # drawing writes in it

    replace("split_first_line", break_line, broken)


def lines_drawn_once() -> None:
    """The same words in the same letters are drawn with the same signs, wherever they stand."""
    from weasyprint.draw import text as drawing
    from weasyprint.text.line_break import Layout

    draw, set_up, letters = drawing.draw_first_line, Layout.reactivate, _letters()
    known: dict[Any, _Drawn | None] = {}
    held: dict[int, Any] = {}  # per font, a text set in it: keeps it in memory

    # WeasyPrint sets a line up before it draws it; here only a line that is not known is, by `drawn`.
    def put_off(layout: Any, style: Any) -> None:
        layout.style, layout.layout, layout.language = style, None, None  # what WeasyPrint deletes when it is drawn

    def drawn(stream: Any, box: Any, overflow: str, ellipsis: str, matrix: Any) -> Any:
        given = box, overflow, ellipsis, matrix
        if box.text.strip() and overflow != "ellipsis" and ellipsis == "none":
            key = box.pango_layout.text, letters(box.style), box.pango_layout.justification_spacing
            if key not in known:
                _make_room(known)
                set_up(box.pango_layout, box.style)
                known[key] = _recorded(draw, held, stream, *given)
            line = known[key]
            if line and line.written(stream, matrix):
                return []
        set_up(box.pango_layout, box.style)
        return draw(stream, *given)

    Layout.reactivate = put_off
    replace("draw_first_line", draw, drawn)


class _UnusualError(Exception):
    """A letter that is no outline of its font (a picture, or missing), or a font that comes back at another size."""


@dataclass
class _Drawn:
    """What is asked of a stream to draw a line: what to call, with what; its fonts, with the signs it takes there."""

    asked: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    fonts: list[tuple[Any, list[tuple[Any, ...]]]] = field(default_factory=list)  # sign, text, width

    def written(self, stream: Any, matrix: Any) -> bool:
        """Asks the same of `stream`. False, nothing being asked, where the file has other widths for these signs."""
        used = [(stream.add_font(font)[0], signs) for font, signs in self.fonts]
        if any(font.widths.get(sign, width) != width for font, signs in used for sign, _, width in signs):
            return False
        stream.set_text_matrix(*matrix.values)
        for name, given in self.asked:
            getattr(stream, name)(*given)
        for font, signs in used:
            for sign, text, width in signs:
                font.to_unicode.setdefault(sign, text)
                font.widths.setdefault(sign, width)
        return True


def _recorded(draw: Callable[..., Any], held: dict[int, Any], stream: Any, box: Any, *given: Any) -> _Drawn | None:
    """A line drawn on no stream; None for one with an unusual letter."""
    from weasyprint.text.ffi import ffi

    told = _Drawn()
    noted: list[tuple[Any, Any, Any]] = []

    def unusual(*_: Any) -> Any:
        raise _UnusualError

    def add_font(font: Any) -> Any:
        real, size = stream.add_font(font)
        if real.svg or real.png or real.colr or any(real is other for *_, other in noted):
            raise _UnusualError  # WeasyPrint keeps one width for both sizes
        held.setdefault(int(ffi.cast("uintptr_t", font)), box.pango_layout.layout)
        mine = SimpleNamespace(hash=real.hash, bitmap=real.bitmap, png=None, svg=None, colr=None,
                               to_unicode={}, widths={}, get_unused_glyph_id=unusual)  # fmt: skip
        noted.append((font, mine, real))
        return mine, size

    def ask(name: str) -> Callable[..., None]:
        return lambda *said: told.asked.append((name, said))

    asked = {name: ask(name) for name in ("show_text", "set_font_size", "set_text_rise")}
    paper = SimpleNamespace(add_font=add_font, set_text_matrix=lambda *_: None, ink_rect=stream.ink_rect,
                            logical_rect=stream.logical_rect, **asked)  # fmt: skip
    try:
        draw(paper, box, *given)
    except _UnusualError:
        return None
    told.fonts = [(font, [_alike(sign, text, mine.widths[sign]) for sign, text in mine.to_unicode.items()])
                  for font, mine, _ in noted]  # fmt: skip
    return told


@lru_cache(maxsize=4096)
def _alike(*sign: Any) -> tuple[Any, ...]:
    """A sign, its text and its width: one object for all the lines that have it."""
    return sign


@cache
def _letters() -> Callable[[Any], Any]:
    """All that breaking and drawing a line read of a style, and a few colours."""
    from weasyprint.css import INHERITED, AnonymousStyle

    names = (*sorted(INHERITED), "text_decoration_line")
    alike: dict[Any, Any] = {}  # a few dozen for thousands of styles, each kept once

    def read(style: Any) -> Any:
        if isinstance(style, AnonymousStyle):  # an anonymous box has the letters of what it is in
            return letters(style.parent_style)
        told = tuple(str(style[name]) for name in names)
        return alike.setdefault(told, told)

    letters = _on_the_style("letters_kept", read)
    return letters


def _make_room(known: dict[Any, Any]) -> None:
    if len(known) >= MOST_LINES:
        known.clear()


def _on_the_style(key: str, work_out: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """What is worked out from a style, kept in it."""

    def kept(style: Any) -> Any:
        if key not in style.__dict__:
            style.__dict__[key] = work_out(style)
        return style.__dict__[key]

    return kept


def replace(name: str, theirs: Callable[..., Any], ours: Callable[..., Any]) -> None:
    """In every module of WeasyPrint that has it; RuntimeError when none has, as may be in another version."""
    holders = [module for module in list(sys.modules.values())
               if module.__name__.startswith("weasyprint.") and getattr(module, name, None) is theirs]  # fmt: skip
    if not holders:
        raise RuntimeError(f"WeasyPrint has no {name} to replace.")
    for module in holders:
        setattr(module, name, ours)


def pages_counted_once() -> None:
    """The list of pages is written anew for each tagged element."""
    from pydyf import PDF

    told = PDF.page_references.fget

    def references(file: Any) -> Any:
        count, known = file.__dict__.get("pages_counted", (0, ()))
        if count != len(file.pages["Kids"]):
            known = told(file)
            file.pages_counted = len(file.pages["Kids"]), known
        return known

    PDF.page_references = property(references)


SHORTCUTS = (
    texts_drawn_whole, properties_looked_up, lengths_kept, flow_known, texts_measured_once, lines_broken_once,
    lines_drawn_once, pages_counted_once,
)  # fmt: skip
