"""What asking for a PDF costs the others: latencies of a drawn one, of an unknown fingerprint, of the waiting page, and
of the home page while fifty people ask at once. The server is as deployed; nothing draws while it is measured.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
from flask import Flask
from flask_migrate import upgrade
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from selfassess.core.answers.items import ITEM_ID
from selfassess.core.review.acts import RESPONDENT
from selfassess.store.database import db
from selfassess.store.reports import give_sign
from selfassess.store.submissions import Change, change, new_token, start
from selfassess.web.app import create_app
from selfassess.web.commands.worker import draw_next
from selfassess.web.french import now
from selfassess.web.settings import Settings
from tests.bench.saying import say
from tests.bench.servers import ROOT, Server, serve
from tests.core.report import files
from tests.definitions import SLUG, edition

GIVEN = files.FILES["twinning_and_project"]
CROWD, TIMES = 50, 40
AFTER = 0.3  # seconds between the crowd and who opens the home page


def asking() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/b.sqlite"
        environment = {"INSTANCE": folder, "DATABASE_URL": url, "SECRET_KEY": "bench"}
        app = create_app(Settings(database_url=url, secret_key="bench", questions=ROOT / "questions",
                                  instance=Path(folder)))  # fmt: skip
        with app.app_context():
            upgrade()
            tokens = [_file() for _ in range(CROWD + 1)]
        with serve("wsgi:app", environment) as server:
            _latencies(app, server, tokens.pop())
            with _worker_seems_there(app):
                _crowd(server, tokens)
        with app.app_context():
            db.engine.dispose()


def _file() -> str:
    token, group = new_token(), edition().questionnaire.group.id
    items = [{**one, ITEM_ID: f"i{at}"} for at, one in enumerate(GIVEN.get(group) or [])]
    made = start(SLUG, edition().id, token, now())
    change(made, lambda _: Change({**GIVEN, group: items}, {}, "answer"), RESPONDENT, now())
    return token


def _opened(base: str, token: str) -> tuple[httpx.Client, str]:
    """A browser that holds the file, and the address of its PDF."""
    client = httpx.Client(base_url=base, timeout=120, follow_redirects=True)
    page = client.get(f"/reprendre/{token}?vers=resultat").raise_for_status()
    return client, HTMLParser(page.text).css_first("a[href$='.pdf']").attributes["href"] or ""


def _timed(server: Server, name: str, client: httpx.Client, address: str, status: int, **headers: str) -> None:
    times, before = [], server.cpu()
    for _ in range(TIMES):
        began = time.perf_counter()
        answer = client.get(address, headers=headers, follow_redirects=False)
        times.append((time.perf_counter() - began) * 1000)
        if answer.status_code != status:
            raise RuntimeError(f"{address}: {answer.status_code}")
    cpu = (server.cpu() - before) * 1000 / TIMES
    say(f"{name}, ms", f"median {statistics.median(times):.1f}, longest {max(times):.0f}, CPU {cpu:.1f}")


def _latencies(app: Flask, server: Server, token: str) -> None:
    client, address = _opened(server.base, token)
    client.get(address)
    waiting, unknown = address.removesuffix(".pdf"), f"{address.rpartition('/')[0]}/{'0' * 24}.pdf"
    _timed(server, "waiting page", client, waiting, 200)
    _timed(server, "waiting page, asked by its script", client, waiting, 200, Accept="application/json")
    _timed(server, "PDF of an unknown fingerprint", client, unknown, 404)
    with app.app_context():
        if not draw_next():
            raise RuntimeError("nothing was asked for")
        db.session.remove()
    _timed(server, "PDF drawn already", client, address, 200)


@contextmanager
def _worker_seems_there(app: Flask) -> Iterator[None]:
    """Signs of life, and nobody who draws: the longest wait there can be."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(1):
            _sign(app)

    _sign(app)
    beating = threading.Thread(target=beat)
    beating.start()
    try:
        yield
    finally:
        over.set()
        beating.join()


def _sign(app: Flask) -> None:
    with app.app_context():
        give_sign("bench")


def _crowd(server: Server, tokens: list[str]) -> None:
    """Everyone asks at once; somebody else opens the home page."""
    people = [_opened(server.base, token) for token in tokens]
    with ThreadPoolExecutor(CROWD) as crowd:
        began = time.perf_counter()
        asked = [crowd.submit(_ask, server.base + address, client.cookies) for client, address in people]
        time.sleep(AFTER)
        opened = time.perf_counter()
        httpx.get(f"{server.base}/", timeout=120).raise_for_status()
        home = time.perf_counter() - opened
        for one in asked:
            one.result()
        whole = time.perf_counter() - began
    say(f"home page while {CROWD} people ask for a PDF, s", f"{home:.2f} (all answered after {whole:.1f})")


def _ask(address: str, cookies: httpx.Cookies) -> None:
    with httpx.Client(cookies=cookies, timeout=120, follow_redirects=True) as client:
        client.get(address).raise_for_status()
