"""People at work on the site, each on a file of their own, who remember every page that was said to be kept."""

from __future__ import annotations

import re
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from tests.bench.journey import HttpClient, HttpWalker

PAGE, TOLD = "/pat/stage", "stage-comment"  # of a file: a page, and a text it takes
PATIENCE = 40.0  # seconds of a browser


@dataclass
class Person:
    """Sends a page of their file again and again, and reads the one it leads to.

    `kept`: the last text that the site said it keeps; `perhaps`: those sent since, of which nobody knows. `failed`: the
    instant of each request that was, and how.
    """

    address: str
    trust: ssl.SSLContext
    kept: str = ""
    perhaps: list[str] = field(default_factory=list)
    sent: int = 0
    failed: list[tuple[float, str]] = field(default_factory=list)

    def begin(self) -> None:
        self.walker = HttpWalker(self.address)
        self.walker.client = HttpClient(self.address, timeout=PATIENCE, verify=self.trust)
        self.walker.start()
        found = re.search(r"/dossier/PAT-[^/?]+", self.walker.address)
        assert found, self.walker.address
        self.page = found[0] + PAGE

    def work(self, over: threading.Event) -> None:
        while not over.is_set():
            try:
                self._send()
            except (httpx.TransportError, UnansweredError) as error:
                self.failed.append((time.monotonic(), f"{type(error).__name__}: {error}"))
                over.wait(0.1)

    def _send(self) -> None:
        self._read(self.page)
        self.sent += 1
        text = f"Envoi n° {self.sent}."
        form = self.walker.answer({"stage": "s3"}, {"stage": text})
        form.values["action"] = "continue"
        self.perhaps.append(text)
        answer = self.walker.client.post(form.action, data=form.values)
        if answer.status_code != 303:
            raise UnansweredError(f"{answer.status_code} for {form.action}")
        self.kept, self.perhaps = text, []
        self._read(answer.location)

    def _read(self, address: str) -> None:
        self.walker.get(address)
        if self.walker.response.status_code != 200:
            raise UnansweredError(f"{self.walker.response.status_code} for {self.walker.address}")

    def check(self) -> None:
        """What was said to be kept is there, or something sent later."""
        self._read(self.page)
        found = self.walker.form().values[TOLD]
        assert found in {self.kept, *self.perhaps}, (found, self.kept, self.perhaps)


class UnansweredError(Exception):
    """Something else than the page came back."""


@contextmanager
def crowd(number: int, address: str, trust: ssl.SSLContext) -> Iterator[list[Person]]:
    """So many people who have begun a file."""
    people = [Person(address, trust) for _ in range(number)]
    for one in people:
        one.begin()
    yield people
    for one in people:
        one.walker.client.http.close()


@contextmanager
def at_work(people: Sequence[Person]) -> Iterator[None]:
    over = threading.Event()
    threads = [threading.Thread(target=one.work, args=(over,)) for one in people]
    for one in threads:
        one.start()
    try:
        yield
    finally:
        over.set()
        for one in threads:
            one.join()
