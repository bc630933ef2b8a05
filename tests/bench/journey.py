"""The walker of the tests, over HTTP: the same journey against a real server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from werkzeug.datastructures import MultiDict

from tests.definitions import edition
from tests.web.walker import Walker


@dataclass
class Answer:
    """What the walker reads of a response."""

    status_code: int
    text: str
    location: str


class HttpClient:
    """The two calls the walker makes, over the network, with the cookies of one visitor."""

    literal = True  # every address as it is written

    def __init__(self, base: str) -> None:
        self.http = httpx.Client(base_url=base, timeout=30)
        self.posts = 0

    def get(self, url: str) -> Answer:
        return self._answer(self.http.get(url))

    def post(self, url: str, data: MultiDict[str, str], **_: Any) -> Answer:
        self.posts += 1
        return self._answer(self.http.post(url, data=data.to_dict(flat=False)))

    @staticmethod
    def _answer(response: httpx.Response) -> Answer:
        return Answer(response.status_code, response.text, response.headers.get("location", ""))


class HttpWalker(Walker):
    """A visitor of `base`; `pages` keeps the HTML of every page read."""

    def __init__(self, base: str) -> None:
        self.client: Any = HttpClient(base)
        self.check, self.titles, self.visited = False, {}, []
        self.pages: list[str] = []

    @property
    def posts(self) -> int:
        return int(self.client.posts)

    def _follow(self, response: Any, url: str) -> Any:
        page = super()._follow(response, url)
        self.pages.append(self.response.text)
        return page

    def __enter__(self) -> HttpWalker:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.http.close()

    def journey(self, answers: Mapping[str, Any]) -> None:
        """Start, every page, the check page, the result."""
        self.start()
        self.walk(answers, edition().questionnaire.group.id)
        self.get("/dossier/resultat")
