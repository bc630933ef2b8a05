"""The pages of a visit: start, each page sent, the result, then whatever these lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from tests.web.walker import Walker

# What another visit has otherwise. The day is not among them: both versions are to be visited on the same one.
VARIES = (
    (re.compile(r"PAT-[0-9A-Z]{4}-[0-9A-Z]{4}"), "PAT-0000-0000"),
    (re.compile(r"(csrf_token\" [^>]*value=\")[^\"]*"), r"\1"),
    (re.compile(r"(/reprendre/|/lire/)[\w-]+"), r"\1"),
    (re.compile(r"\?v=[0-9a-f]+"), ""),
    (re.compile(r"(\sà\s)\d{1,2}\sh\s\d\d"), r"\g<1>0 h 00"),
    (re.compile(r"\b[0-9a-f]{24}\b"), "0" * 24),
)
FILE = re.compile(r"\.\w{2,4}$")  # an address of a file


class _Visitor(FlaskClient):
    literal = True  # every address as it is written


class _Keeping(Walker):
    """Keeps each page read, by address; the first of each."""

    def __init__(self, app: Flask) -> None:
        app.test_client_class = _Visitor
        super().__init__(app, check=False)
        self.pages: dict[str, str] = {}

    def _follow(self, response: Any, url: str) -> HTMLParser:
        page = super()._follow(response, url)
        self.pages.setdefault(self.address, f"{self.response.status_code}\n{self.response.text}")
        return page


def visit(app: Flask, answers: dict[str, Any], group: str) -> Iterator[tuple[str, str]]:
    """The address and the text of each page, in the order read."""
    walker = _Keeping(app)
    walker.start()
    walker.walk(answers, group)
    walker.get(walker.address.replace("/verifier", "/resultat"))
    for address in sorted({one for text in list(walker.pages.values()) for one in _led_to(text)} - set(walker.pages)):
        walker.get(address)
    items = list(dict.fromkeys(re.findall(rf"/{group}/([0-9a-f]{{12}})\b", " ".join(walker.pages))))
    for address, text in walker.pages.items():
        yield _plain(address, items), _plain(text, items)


def _led_to(text: str) -> Iterator[str]:
    for one in HTMLParser(text).css("a[href]"):
        address = urlsplit(one.attributes["href"] or "")
        if not (address.scheme or address.netloc or FILE.search(address.path)) and address.path.startswith("/"):
            yield address._replace(fragment="").geturl()


def _plain(text: str, items: list[str]) -> str:
    for varying, instead in VARIES:
        text = varying.sub(instead, text)
    for at, name in enumerate(items):
        text = text.replace(name, f"item{at}")
    return text
