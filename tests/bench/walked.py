"""How far one walks through the code: modules entered, calls, changes of module, of a page sent and of a result."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from tests.bench.saying import say
from tests.bench.servers import ROOT
from tests.unchanged.code import Code
from tests.web import profiles
from tests.web.walker import Walker

PACKAGE = str(ROOT / "selfassess")
PAGE, RESULT = "/stage", "/resultat"  # how their addresses end


@dataclass
class Steps:
    """Calls of our functions, by module. A change of module is a call whose nearest caller of ours is elsewhere; a
    generator that goes on counts as called again, a comprehension as part of its function."""

    calls: Counter[str] = field(default_factory=Counter)
    changes: int = 0
    stack: list[str] = field(default_factory=list)

    def see(self, frame: FrameType, event: str, _: Any) -> None:
        name, function = frame.f_code.co_filename, frame.f_code.co_name
        if event not in {"call", "return"} or not name.startswith(PACKAGE) or function.startswith("<"):
            return
        if event == "call":
            self.calls[name] += 1
            self.changes += bool(self.stack) and self.stack[-1] != name
            self.stack.append(name)
        elif self.stack:
            self.stack.pop()

    @contextmanager
    def counted(self) -> Iterator[None]:
        sys.setprofile(self.see)
        try:
            yield
        finally:
            sys.setprofile(None)

    def __str__(self) -> str:
        return f"{len(self.calls)}, {self.calls.total()}, {self.changes}"


class Visitor(FlaskClient):
    literal = True  # every address as it is written


class _Counted(Walker):
    """Counts the sending of one page, without the one it leads to, and the result."""

    def __init__(self, app: Flask) -> None:
        app.test_client_class = Visitor
        super().__init__(app, check=False)
        self.sent, self.result = Steps(), Steps()

    def post(self, url: str, values: Any, **options: Any) -> Any:
        if not url.endswith(PAGE):
            return super().post(url, values, **options)
        with self.sent.counted():
            response = self.client.post(url, data=values, **options)
        return self._follow(response, url)

    def read_result(self) -> None:
        url = self.address.replace("/verifier", RESULT)
        with self.result.counted():
            status = self.client.get(url).status_code
        if status != 200:
            raise RuntimeError(f"{url}: {status}")


def walked() -> None:
    """Of a second visit, for what is made once: the page that asks the stage of the PAT, and the result."""
    with tempfile.TemporaryDirectory() as folder:
        app = Code().app(Path(folder))
        with app.app_context():
            upgrade()
        for _ in range(2):
            visit = _Counted(app)
            visit.start()
            visit.walk(profiles.INTERCOMMUNAL, profiles.GROUP)
            visit.read_result()
    say("walked through our code", "modules, calls, changes of module")
    say(f"  POST {PAGE}", str(visit.sent))
    say(f"  GET {RESULT}", str(visit.result))
