"""The audit every HTML page fetched in any test goes through: structure, labels, links, French typography."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

SERVICE = "Boussole PAT–International"
UNSEEN = {"script", "style", "textarea", "title"}
FAULTS_OF_TEXT = (
    (re.compile(r"\w'\w"), "straight apostrophe"),
    (re.compile(r"(?<=[\w)»…]) [;:?!»]"), "ordinary space before a double mark"),
    (re.compile(r"(?<=[a-zà-ÿ)])(?:[;!»]|\?(?!\w))"), "no space before a double mark"),
    (re.compile(r"(?<=[a-zà-ÿ)]):(?=\s|$)"), "no space before a colon"),
    (re.compile(r"«(?![\u00a0\u202f])"), "no no-break space after «"),
    (re.compile(r"\S {2,}\S"), "double space"),
    (re.compile(r"\{[a-zA-Z_.]+\}|\{\{|\}\}|\bNone\b|\bUndefined\b"), "placeholder left unfilled"),
)


def plain(text: str | None) -> str:
    """With ordinary spaces only, line breaks aside."""
    return " ".join((text or "").split())


def audit(html: str, url: str, app: Flask) -> HTMLParser:
    """The page read; fails with the list of what is wrong with it."""
    page = HTMLParser(html)
    faults = [
        *_frame(page),
        *_headings(page),
        *_ids(page),
        *_controls(page),
        *_code(page),
        *_links(page, app),
        *_words(page),
    ]
    assert not faults, f"{url}:\n  " + "\n  ".join(faults)
    return page


def _frame(page: HTMLParser) -> list[str]:
    faults = []
    titles = [one.text() for one in page.css("head > title")]
    if len(titles) != 1 or not re.fullmatch(rf"(Erreur\u00a0: )?\S.* – {SERVICE}", titles[0]):
        faults.append(f"title {titles}")
    root = page.css_first("html")
    if root is None or root.attributes.get("lang") != "fr":
        faults.append("no lang=fr")
    if len(page.css("main")) != 1:
        faults.append("not exactly one main")
    wrong = page.css_first(".govuk-error-summary") is not None
    if wrong != titles[0].startswith("Erreur"):
        faults.append("title and error summary disagree")
    return faults


def _headings(page: HTMLParser) -> list[str]:
    levels = [int(one.tag[1]) for one in page.css("h1, h2, h3, h4, h5, h6")]
    faults = [] if levels.count(1) == 1 else [f"{levels.count(1)} h1"]
    before = 1
    for level in levels:
        if level > before + 1:
            faults.append(f"h{before} then h{level}")
        before = level
    faults += [
        f"empty {one.tag}" for one in page.css("h1, h2, h3, h4, legend, caption, th") if not one.text(strip=True)
    ]
    return faults


def _ids(page: HTMLParser) -> list[str]:
    ids = [one.attributes.get("id") or "" for one in page.css("[id]")]
    faults = [f"id {one!r} twice" for one in sorted({one for one in ids if ids.count(one) > 1})]
    for name in ("aria-describedby", "aria-labelledby", "for"):
        for node in page.css(f"[{name}]"):
            missing = [one for one in (node.attributes[name] or "").split() if one not in ids]
            faults += [f"{name}={one!r} leads nowhere" for one in missing]
    return faults


def _controls(page: HTMLParser) -> list[str]:
    faults = list(_fields(page))
    faults += [f"button without words: {one.html}" for one in page.css("button") if not one.text(strip=True)]
    for node in page.css("fieldset"):
        first = next((one for one in node.iter() if one.tag != "-text"), None)
        if first is None or first.tag != "legend":
            faults.append("fieldset without legend first")
    faults += [f"no alt: {one.html}" for one in page.css("img") if "alt" not in one.attributes]
    posted = [form for form in page.css("form") if form.attributes.get("method") == "post"]
    faults += ["form without csrf_token" for form in posted if form.css_first("[name=csrf_token]") is None]
    for table in page.css("table"):
        if table.css_first("caption") is None or any("scope" not in one.attributes for one in table.css("th")):
            faults.append("table without caption or scope")
    return faults


def _fields(page: HTMLParser) -> Iterator[str]:
    labelled = {one.attributes.get("for") for one in page.css("label") if one.text(strip=True)}
    for node in page.css("input, select, textarea"):
        if node.attributes.get("type", "text") in {"hidden", "submit"}:
            continue
        if node.attributes.get("id") not in labelled and not node.attributes.get("aria-label"):
            yield f"no label: {node.html}"
        if "required" in node.attributes:
            yield f"required: {node.html}"


def _code(page: HTMLParser) -> list[str]:
    faults = [f"style attribute: {one.tag}" for one in page.css("[style]")]
    faults += ["style element" for _ in page.css("style")]
    faults += ["inline script" for one in page.css("script") if not one.attributes.get("src")]
    for node in page.css("*"):
        faults += [f"{name} on {node.tag}" for name in node.attributes if name.startswith("on")]
    return faults


def _links(page: HTMLParser, app: Flask) -> list[str]:
    faults = []
    ids = {one.attributes.get("id") for one in page.css("[id]")}
    spoken: dict[str, str] = {}
    told = {one.mem_id for one in page.css(".rp-why a")}  # purpose in context (WCAG 2.4.4): the reason beside it
    for node in page.css("[href], [src]"):
        target = node.attributes.get("href") or node.attributes.get("src") or ""
        if target.startswith("#"):
            if target[1:] not in ids:
                faults.append(f"dead anchor {target}")
        elif not leads_somewhere(target, app):
            faults.append(f"dead link {target!r}")
        words = " ".join(node.text().split())
        if node.tag == "a" and not words:
            faults.append(f"link without words: {node.html}")
        if node.tag == "a" and node.mem_id not in told and spoken.setdefault(words, target) != target:
            faults.append(f"two links, same words {words!r}: {spoken[words]} and {target}")
    return faults


def leads_somewhere(target: str, app: Flask) -> bool:
    """An address of the application that can be read, or a way out of it."""
    parts = urlsplit(target)
    if parts.scheme in {"mailto", "https", "otpauth"}:
        return True
    if parts.scheme or parts.netloc or not parts.path.startswith("/"):
        return False
    if parts.path.startswith("/static/"):
        return Path(app.static_folder or "", parts.path.removeprefix("/static/")).is_file()
    try:
        app.url_map.bind("localhost").match(parts.path, "GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


def texts(page: HTMLParser) -> list[str]:
    """What is read or heard, block by block (inline elements do not cut a sentence)."""
    body = page.css_first("body")
    found: list[str] = []
    if body is not None:
        _gather(body, found)
    for name in ("alt", "aria-label", "placeholder", "title"):
        found += [node.attributes[name] or "" for node in page.css(f"[{name}]")]
    found += [one.text() for one in page.css("head > title")]
    found += [node.attributes.get("content") or "" for node in page.css("meta[name=description]")]
    return [re.sub(r"[ \t]*\n\s*", "\n", one) for one in found]


MARGIN = re.compile(
    r"^[ \t\n]+|[ \t\n]+$|[ \t]*\n[ \t\n]*"
)  # how a template is laid out is not how a sentence is typed
INLINE = {"a", "strong", "em", "span", "abbr", "-text", "br", "b", "i", "code", "sup"}


def _gather(node: Node, found: list[str]) -> None:
    line = ""
    for child in node.iter(include_text=True):
        if child.tag in UNSEEN or child.tag in {"-comment", "_comment"} or child.attributes.get("lang") == "en":
            continue
        if child.tag in INLINE:
            more = MARGIN.sub(" ", child.text(deep=True))
            line += more[1:] if line.endswith(" ") and more.startswith(" ") else more
        else:
            found.append(line)
            line = ""
            _gather(child, found)
    found.append(line)


def _words(page: HTMLParser) -> list[str]:
    faults = []
    for text in texts(page):
        for line in text.split("\n"):
            faults += [f"{name}: {line.strip()!r}" for pattern, name in FAULTS_OF_TEXT if pattern.search(line)]
    return faults
