"""A PDF in lines that two versions can be compared by."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from html import unescape
from io import BytesIO
from typing import Any

import pikepdf

WRITES = re.compile("T|BT|ET|B?M?DC|EMC|gs|q$|Q$")  # operators of text, of tags and of states: read elsewhere
TABLE = re.compile(r"\b\d+-(\d+-\d+)\b")  # the name of a cell begins with the number of an object


def said(content: bytes) -> Iterator[str]:
    """A PDF in lines: its title and language, bookmarks, words and where they stand, links, tags, attached data."""
    done = subprocess.run(["pdftotext", "-bbox-layout", "-", "-"], input=content, capture_output=True, check=True)
    places = done.stdout.decode()
    for block in places.split("<block")[1:]:
        yield f"text: {unescape(' '.join(re.findall('>([^<]*)</word>', block)))}"
    yield from (line.strip() for line in places.splitlines() if line.strip())
    with pikepdf.open(BytesIO(content)) as file:
        yield from (f"{key}: {_plain(value)}" for key, value in sorted(file.docinfo.items()))
        yield from file.Root.Metadata.read_bytes().decode().splitlines()
        yield f"language: {file.Root.get('/Lang')}"
        with file.open_outline() as outline:
            yield from _bookmarks(outline.root)
        for number, page in enumerate(file.pages, 1):
            yield f"page {number}: {_plain(page.mediabox)}, shapes {_shapes(page.obj)}"
            yield from (f"page {number}: {_link(one)}" for one in page.obj.get("/Annots", []))
        yield from _tags(file.Root.StructTreeRoot.K, 0)
        for name, one in sorted(file.attachments.items()):
            held = one.get_file()
            yield f"attached: {name}, {one.description}, {held.creation_date}"
            yield from json.dumps(json.loads(held.read_bytes()), ensure_ascii=False, indent=1).splitlines()


def _plain(value: Any) -> str:
    """Text, numbers and lists of these as they are; of what else stands there, its keys."""
    if isinstance(value, pikepdf.Array):
        return f"[{' '.join(map(_plain, value))}]"
    if isinstance(value, pikepdf.Dictionary):
        return f"<{' '.join(sorted(value.keys()))}>"
    return str(value)


def _shapes(holder: pikepdf.Object) -> str:
    """How many lines, surfaces and colours a page, or a drawing in it, sets, and a digest of them."""
    drawn = [
        f"{one.operator} {' '.join(map(_plain, one.operands)) if str(one.operator) != 'Do' else ''}"
        for one in pikepdf.parse_content_stream(holder)
        if not WRITES.match(str(one.operator))
    ]
    inner: Any = holder.get("/Resources", pikepdf.Dictionary()).get("/XObject", pikepdf.Dictionary())
    drawn += [_shapes(one) for _, one in sorted(inner.items()) if one.get("/Subtype") == "/Form"]
    return f"{len(drawn)} {sha256(chr(10).join(drawn).encode()).hexdigest()[:16]}"


def _bookmarks(items: list[pikepdf.OutlineItem], depth: int = 0) -> Iterator[str]:
    for item in items:
        yield f"bookmark: {'  ' * depth}{item.title}"
        yield from _bookmarks(item.children, depth + 1)


def _link(one: pikepdf.Object) -> str:
    aim = one.A.get("/URI") if "/A" in one else one.get("/Dest")
    return f"{one.Subtype} {_plain(one.Rect)} {_plain(aim)} {one.get('/Contents', '')}"


def _tags(one: Any, depth: int) -> Iterator[str]:
    """The tree of structure: what each element is, and what is told of it; a number is what it marks on a page."""
    if isinstance(one, pikepdf.Array):
        for inner in one:
            yield from _tags(inner, depth)
    elif isinstance(one, pikepdf.Dictionary) and "/S" in one:
        told = [f"{key}={_told(one[key])}" for key in ("/Lang", "/Alt", "/ActualText", "/A", "/T", "/ID") if key in one]
        yield TABLE.sub(r"\1", " ".join([f"{'  ' * depth}{one.S}", *told]))
        yield from _tags(one.get("/K", pikepdf.Array()), depth + 1)
    elif isinstance(one, pikepdf.Dictionary) and "/Obj" in one:
        yield f"{'  ' * depth}{_link(one.Obj)}"
    else:
        yield f"{'  ' * depth}{_plain(one)}"


def _told(value: Any) -> str:
    if not isinstance(value, pikepdf.Dictionary):
        return _plain(value)
    return " ".join(f"{key} {_plain(one)}" for key, one in sorted(value.items()))
