"""Whatever breaks: a page of ours, in French, and nothing private in the log (`tests.fixtures.logs` reads them all)."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from gunicorn.http.errors import InvalidRequestLine
from jinja2 import DictLoader
from sqlalchemy import event, make_url, update
from werkzeug.test import TestResponse

from selfassess.store.accounts import SEEN_EVERY
from selfassess.store.database import db, writing
from selfassess.store.models import Visit
from selfassess.web.french import now
from selfassess.web.log_filter import hush, hush_faults
from tests.apart import visitor
from tests.desk import a_facilitator, a_network, a_sent_file, log_in
from tests.fixtures.logs import private_in
from tests.fixtures.postgres import _connect
from tests.fixtures.stores import POSTGRESQL, SQLITE
from tests.pages import audit
from tests.web.profiles import EARLY
from tests.web.walker import Walker

MOST_STATEMENTS = 25
OTHERS_OUT = """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
LINK = "/reprendre/lXa7NBIBUtanoti997C02NVN-yW-uV5w"


@contextmanager
def cut_before(app: Flask, statement: int) -> Iterator[list[int]]:
    """The server hangs up just before the n-th statement from now on; how many were begun."""
    with app.app_context():
        engine, url = db.engine, make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    begun = [0]

    def count(*args: Any) -> None:
        begun[0] += 1
        if begun[0] == statement:
            hang_up(url)

    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", count)
    try:
        yield begun
    finally:
        event.remove(engine, "before_cursor_execute", count)
        event.remove(engine, "commit", count)


def hang_up(url: Any) -> None:
    with _connect(url) as connection:
        connection.execute(OTHERS_OUT)


def told_in_french(response: TestResponse, app: Flask) -> None:
    assert response.status_code == 503
    audit(response.text, response.request.path, app)
    assert response.headers["Cache-Control"] == "no-store"


def ways_in(app: Flask) -> Iterator[tuple[str, Callable[[], TestResponse]]]:
    """Pages of each side, and what they send: shown, saved, opened; a session that is written again when it is seen."""
    walker, desk = visitor(app), visitor(app)
    with app.app_context():
        network = a_network()
        account = a_facilitator(network)
        sent, _ = a_sent_file(network, EARLY)
        log_in(desk.client, account)
        with writing() as session:
            session.execute(update(Visit).values(seen_at=now() - SEEN_EVERY * 2))
    walker.start()
    link, tasks = walker.private_link, walker.path
    page = str(walker.page.css(".govuk-task-list__link")[1].attributes["href"])
    walker.get(page)
    form = walker.form()
    form.fill(*next((name, form.offered[name][0]) for name, kind in form.kinds.items() if kind == "radio"))
    form.values["action"] = "quit"
    yield "list", lambda: desk.client.get("/reseau")
    yield "file", lambda: desk.client.get(f"/reseau/dossiers/{sent.reference}")
    yield "tasks", lambda: walker.client.get(tasks)
    yield "link", lambda: walker.client.get(link)
    yield "answer", lambda: walker.client.post(page, data=form.values)
    yield "health", lambda: walker.client.get("/healthz")


@pytest.mark.stores(POSTGRESQL)
def test_a_connection_that_drops(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """At each statement of each page: the page, or ours that says why not; then the site goes on."""
    refused = 0
    for name, ask in ways_in(app):
        for statement in range(1, MOST_STATEMENTS):
            with cut_before(app, statement) as begun:
                response = ask()
            assert response.status_code < 400 or response.status_code == 503, f"{name}, {statement}"
            if response.status_code == 503 and response.mimetype == "text/html":
                told_in_french(response, app)
                refused += 1
            if begun[0] < statement:
                break
        assert ask().status_code < 400
    assert refused > 15
    assert "does not answer: AdminShutdown" in caplog.text
    with app.app_context():
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


@pytest.mark.stores(POSTGRESQL)
def test_a_connection_that_drops_once_the_page_is_made(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """What it says is true, and it is given."""
    url, on = make_url(app.config["SQLALCHEMY_DATABASE_URI"]), list[bool]()

    @app.after_request
    def cut(response: Any) -> Any:
        if on:
            hang_up(url)
        return response

    walker = Walker(app)
    walker.start()
    on.append(True)
    walker.get(walker.path)
    assert walker.response.status_code == 200
    assert "A connection to the database was lost (AdminShutdown)" in caplog.text


@pytest.mark.stores(SQLITE)
def test_a_file_of_answers_that_is_damaged(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    walker = visitor(app)
    walker.start()
    with app.app_context():
        path = Path(str(db.engine.url.database))
        db.engine.dispose()
    path.write_bytes(b"Pas une base".ljust(5000))
    told_in_french(walker.client.get(walker.path), app)
    assert walker.client.get("/healthz").status_code == 503
    assert "does not answer: DatabaseError" in caplog.text
    path.unlink()


@pytest.mark.parametrize("broken", ["respond/tasks.html", "errors/error.html", "base.html"])
def test_a_fault_in_a_template(app: Flask, broken: str, caplog: pytest.LogCaptureFixture) -> None:
    """Of a page, of the page that tells of errors, of the frame of all pages."""
    walker = Walker(app)
    walker.start()
    bad = "{{ file.submission.reference.nothing.at_all }}{{ nothing[request.path] }}"
    app.jinja_env.loader = Broken(app, {broken: bad})
    response = walker.client.get(walker.path + ("" if broken != "errors/error.html" else "/nulle/part/du/tout/encore"))
    assert response.status_code == 500
    audit(response.text, walker.path, app)
    assert "Le site a rencontré un problème" in response.text
    assert "UndefinedError" in caplog.text
    assert walker.path not in caplog.text


class Broken(DictLoader):
    """The templates of the application, some of them replaced."""

    def __init__(self, app: Flask, changed: dict[str, str]) -> None:
        super().__init__(changed)
        self.usual = app.jinja_env.loader
        app.jinja_env.cache.clear()  # type: ignore[union-attr]

    def get_source(self, environment: Any, template: str) -> Any:
        if template in self.mapping:
            return super().get_source(environment, template)
        assert self.usual is not None
        return self.usual.get_source(environment, template)


def test_what_stops_a_command_or_a_thread(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where, in the code; not its words."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    hush_faults()
    try:
        raise RuntimeError(f"{LINK} of pat@ville.example")
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
        threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, None)))
    written = caplog.text
    assert written.count("Stopped by RuntimeError") == 2
    assert "test_logs.py, line" in written
    assert not private_in(written)


def told(act: Callable[[logging.Logger], None], name: str, caplog: pytest.LogCaptureFixture) -> str:
    hush()
    caplog.clear()
    act(logging.getLogger(name))
    return caplog.text


def test_words_of_others_stay_out(caplog: pytest.LogCaptureFixture) -> None:
    """What the server, Flask, a library and the database's driver write of their own, with all they know."""

    def failing(log: logging.Logger) -> None:
        try:
            try:
                raise KeyError("Key (email)=(pat@ville.example) already exists")
            except KeyError as first:
                raise RuntimeError(f"GET {LINK}") from first
        except RuntimeError:
            log.exception("Unhandled exception in task %s.", 7)

    fault = InvalidRequestLine(f"GET {LINK}")
    written = [
        told(failing, "sqlalchemy.pool", caplog),
        told(lambda log: log.error("Error handling request %s %s", "GET", LINK), "gunicorn.error", caplog),
        told(lambda log: log.warning(f"Invalid request from ip=192.0.2.7: {fault}"), "gunicorn.error", caplog),
        told(lambda log: log.exception(fault), "gunicorn.error", caplog),
        told(lambda log: log.error("Exception on %s [%s]", LINK, "GET"), "selfassess.web", caplog),
        told(lambda log: log.error('192.0.2.7 - - "%s" %s -', f"GET {LINK} HTTP/1.1", 200), "werkzeug", caplog),
        told(lambda log: log.error("Could not: %s", ValueError("pat@ville.example")), "elsewhere", caplog),
    ]
    for line in written:
        assert not private_in(line)
    assert "192.0.2.7" not in "".join(written[1:4])
    for kept in ("KeyError", "RuntimeError", "in failing", "task 7"):
        assert kept in written[0]
