"""The walker of the tests, over HTTP: the same journey against a real server."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
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

    def __init__(self, base: str, timeout: float = 30, verify: ssl.SSLContext | bool = True) -> None:
        self.http = httpx.Client(base_url=base, timeout=timeout, verify=verify)

    def get(self, url: str) -> Answer:
        return self._answer(self.http.get(url))

    def post(self, url: str, data: MultiDict[str, str], **_: Any) -> Answer:
        return self._answer(self.http.post(url, data=data.to_dict(flat=False)))

    @staticmethod
    def _answer(response: httpx.Response) -> Answer:
        return Answer(response.status_code, response.text, response.headers.get("location", ""))


@dataclass
class Costs:
    """CPU milliseconds of the server: to start, for each page sent (its POST, the GET it leads to), for the result."""

    cpu: Callable[[], float] = time.process_time  # of this very process, when nobody looks at it
    start: list[float] = field(default_factory=list)
    page: list[float] = field(default_factory=list)
    result: list[float] = field(default_factory=list)

    @contextmanager
    def of(self, times: list[float]) -> Iterator[None]:
        before = self.cpu()
        yield
        times.append((self.cpu() - before) * 1000)


class HttpWalker(Walker):
    """A visitor of `base`; `pages` keeps the HTML of every page read."""

    def __init__(self, base: str, costs: Costs | None = None) -> None:
        self.client: Any = HttpClient(base)
        self.costs, self.begun = costs or Costs(), False
        self.check, self.titles, self.visited = False, {}, []
        self.pages: list[str] = []

    def post(self, url: str, values: MultiDict[str, str], **options: Any) -> Any:
        """A page sent is one that leads to another; looking for a name leads nowhere."""
        times: list[float] = []
        with self.costs.of(times):
            page = super().post(url, values, **options)
        if self.begun and self.address != url:
            self.costs.page += times
        return page

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
        with self.costs.of(self.costs.start):
            self.start()
        self.begun = True
        self.walk(answers, edition().questionnaire.group.id)
        with self.costs.of(self.costs.result):
            self.get(self.address.replace("/verifier", "/resultat"))
