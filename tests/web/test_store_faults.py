"""A database that cannot write, an outcome that nobody knows, a name no database takes: told right, on both stores."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, event, text

from selfassess.store.database import db, surely_undone
from selfassess.store.models import Submission
from selfassess.store.submissions import Change, change
from selfassess.web.french import now
from tests.desk import a_facilitator, a_network, a_sent_file, hold, log_in
from tests.fixtures.stores import BOTH, POSTGRESQL
from tests.web.profiles import INTERCOMMUNAL
from tests.web.walker import Walker

pytestmark = pytest.mark.stores(*BOTH)

COMMENT = "Texte tapé avant la panne. " * 30
NUMBERS = ("mail", "network", "account", "colleague")  # arguments that only digits are


def test_a_nul_in_an_address_names_nothing(app: Flask) -> None:
    """In each place of each address, for who may open the others; in what is searched and typed too."""
    with app.app_context():
        network = a_network()
        me = a_facilitator(network)
        file, token = a_sent_file(network, INTERCOMMUNAL)
        reference = file.reference
    client = app.test_client()
    hold(client, token)
    with app.app_context():
        log_in(client, me)
    app.config["WTF_CSRF_ENABLED"] = False  # a form of ours, sent to an address that none has
    tried, places = 0, app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        given = {"file": reference, "reference": reference, "language": "en", **dict.fromkeys(NUMBERS, 1)}
        known = {one: given.get(one, "x") for one in rule.arguments}
        for name in set(rule.arguments) - {"filename", "file", *NUMBERS}:
            held = "en" if name == "language" else "NUL"  # only some words are a language
            address = places.build(rule.endpoint, {**known, name: held}).replace(f"/{held}", "/a%00b")
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                answer = client.open(address, method=method)
                assert answer.status_code == 404, (method, address)
                tried += 1
    assert tried > 40
    app.config["WTF_CSRF_ENABLED"] = True
    for address in ("/reseau?recherche=a%00b", "/reseau?apres=%00", "/territoires?q=%00", "/verifier?numero=a%00"):
        assert client.get(address).status_code in {200, 404, 422}, address
    walker = Walker(app)
    for page, field in (("/reseau/connexion", "email"), ("/reseau/mot-de-passe", "email")):
        walker.get(page)
        form = walker.form("main form")
        form.values.setlist(field, ["a\x00b@c.example"])
        walker.send(form, None)
        assert walker.response.status_code in {200, 422}, page


@contextmanager
def without_writing(app: Flask, how: str) -> Iterator[None]:
    """A read-only database, or one without room for one more page."""
    with app.app_context():
        engine, postgres = db.engine, db.engine.name == "postgresql"
        name = engine.url.database
    settings = {"read only": "PRAGMA query_only=ON", "full": "PRAGMA max_page_count=1"}

    def refuse(connection: Any, record: Any) -> None:
        connection.execute(settings[how]).close()

    if postgres:
        alter(engine, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    else:
        with closing(sqlite3.connect(str(name))) as connection:
            connection.execute("VACUUM")  # no page is free
        event.listen(engine, "connect", refuse)
    engine.dispose()
    try:
        yield
    finally:
        if postgres:
            alter(engine, "SET SESSION default_transaction_read_only = off",
                  f'ALTER DATABASE "{name}" RESET default_transaction_read_only')  # fmt: skip
        else:
            event.remove(engine, "connect", refuse)
        engine.dispose()


def alter(engine: Engine, *statements: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for one in statements:
            connection.execute(text(one))


@pytest.mark.parametrize("how", ["read only", "full"])
def test_a_database_that_cannot_write_is_told_with_what_was_typed(app: Flask, how: str) -> None:
    walker = Walker(app)
    walker.start()
    before = dict.fromkeys(("profile", "border", "lag", "label"), COMMENT)
    with app.app_context():  # a row so long that a longer one needs another page
        kept = Change({"stage": "s1"}, before, "answer", {"questions": []})
        change(db.session.query(Submission).one(), lambda found: kept, "respondent", now())
    walker.get("/dossier/pat/stage")
    form = walker.form()
    form.fill("stage", "s2")
    form.fill("stage-comment", COMMENT)
    assert walker.client.get("/healthz").status_code == 200
    with without_writing(app, how):
        walker.send(form)
        assert walker.response.status_code == 503
        assert COMMENT.strip() in walker.page.css_first("main").html
        told = walker.client.get("/healthz")
        assert (told.status_code, told.json["reads"], told.json["writes"]) == (503, True, False)
        assert walker.client.get("/dossier").status_code in {200, 302, 303, 308}
        if how == "read only":
            stranger = Walker(app)
            stranger.start()
            assert stranger.response.status_code == 503
    assert walker.client.get("/healthz").status_code == 200
    walker.send(walker.form() if walker.page.css_first("#question-form") else form)
    assert walker.response.status_code == 200
    with app.app_context():
        assert db.session.query(Submission).one().comments == {**before, "stage": COMMENT.strip()}


@pytest.mark.stores(POSTGRESQL)
def test_an_outcome_that_nobody_knows_is_not_told_as_a_refusal(app: Flask) -> None:
    """The connection drops between the confirmation asked for and its answer."""
    with app.app_context():
        engine = db.engine
    walker = Walker(app)
    walker.start()
    walker.get("/dossier/pat/stage")
    form = walker.form()
    form.fill("stage", "s2")
    form.fill("stage-comment", COMMENT)
    with dropping(engine):
        walker.send(form)
    assert walker.response.status_code == 503
    assert walker.heading == "Nous ne savons pas si votre envoi est enregistré"
    assert COMMENT.strip() in walker.page.css_first("main").html
    walker.send(form)
    assert walker.response.status_code == 200
    with app.app_context():
        assert db.session.query(Submission).one().comments == {"stage": COMMENT.strip()}


@contextmanager
def dropping(engine: Engine) -> Iterator[None]:
    """The server process that is asked to confirm a write ends instead of answering."""

    def drop(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
                other.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 5000)")

    event.listen(engine, "commit", drop)
    try:
        yield
    finally:
        event.remove(engine, "commit", drop)


@pytest.mark.parametrize(
    ("code", "undone"),
    [("SQLITE_FULL", True), ("SQLITE_BUSY", True), ("SQLITE_IOERR_FSYNC", False), ("53100", True), ("40001", True),
     ("08006", False), ("57P01", False), ("", False)],
)  # fmt: skip
def test_a_commit_refused_is_surely_undone(code: str, undone: bool) -> None:
    fault = sqlite3.OperationalError() if code.startswith("SQLITE") else psycopg.OperationalError()
    if code:
        setattr(fault, "sqlite_errorname" if code.startswith("SQLITE") else "sqlstate", code)
    assert surely_undone(fault) is undone
