"""A file deleted while a page of it is made, before each of its questions to the database: told, never a 500."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, text
from sqlalchemy import delete as sql_delete
from sqlalchemy.exc import IntegrityError, OperationalError

from selfassess.store import file_list, submissions
from selfassess.store.database import NAMES, db, rule_broken, writing
from selfassess.store.models import Attempt, Event, Link, Submission
from selfassess.store.submissions import GoneError
from selfassess.web.french import now
from tests.desk import a_facilitator, a_file, a_network, a_sent_file, hold, log_in
from tests.fixtures.stores import BOTH
from tests.web.profiles import EARLY
from tests.web.walker import Walker

pytestmark = pytest.mark.stores(*BOTH)

Ask = Callable[[Walker], Any]
TOLD = {200, 302, 303, 404, 410}


@contextmanager
def deleted_at(engine: Engine, reference: str, place: int) -> Iterator[list[str]]:
    """Somebody deletes the file just before the statement of that number; gives the statements."""
    asked: list[str] = []

    def count(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if connection.get_execution_options().get("apart"):
            return
        asked.append(statement)
        if len(asked) == place:
            delete(engine, reference)

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", count)


def delete(engine: Engine, reference: str) -> None:
    """By another connection. While the page holds the file, nobody can: then it goes a little later."""
    patience = "SET lock_timeout = 50" if engine.name == "postgresql" else "PRAGMA busy_timeout = 20"
    with engine.connect().execution_options(apart=True, writes=True) as other:
        try:
            if engine.name == "postgresql":
                other.execute(text(patience))
            else:
                other.connection.driver_connection.execute(patience).close()  # type: ignore[union-attr]
            other.execute(text("DELETE FROM submission WHERE reference = :one"), {"one": reference})
            other.commit()
        except OperationalError:
            other.rollback()
        finally:
            other.invalidate()


def answer(walker: Walker) -> Any:
    walker.get("/dossier/pat/stage")
    form = walker.form()
    form.fill("stage", "s2")
    form.fill("stage-comment", "Tapé pendant ce temps")
    return lambda: walker.send(form)


def name(walker: Walker) -> Any:
    walker.get("/dossier/actions/ajouter")
    form = walker.form()
    form.fill("label", "Tapé pendant ce temps")
    return lambda: walker.send(form)


def send(walker: Walker) -> Any:
    walker.get("/dossier/envoyer")
    form = walker.form("main form")
    form.fill("email", "tape@pendant.example")
    return lambda: walker.send(form, None)


def share(walker: Walker) -> Any:
    walker.get("/dossier/partager")
    form = walker.form("main form")
    form.fill("role", "reader")
    form.fill("label", "Tapé pendant ce temps")
    return lambda: walker.send(form, None)


def prepare(walker: Walker) -> Any:
    walker.get("/dossier/resultat")
    form = walker.form(".rp-now form")
    return lambda: walker.send(form, None)


def result(walker: Walker) -> Any:
    return lambda: walker.get("/dossier/resultat")


@pytest.mark.parametrize("ask", [answer, name, send, share, prepare, result], ids=lambda one: one.__name__)
def test_deleted_while_its_page_is_made(app: Flask, ask: Ask) -> None:
    with app.app_context():
        a_facilitator(a_network())
        engine = db.engine
    place, asked = 0, 0
    while place <= asked:
        with app.app_context():
            file, token = a_file(EARLY)
            reference = file.reference
            with writing() as session:
                session.execute(sql_delete(Attempt))  # none of these is one too many
            db.session.remove()
        walker = Walker(app, check=False)
        hold(walker.client, token)
        act = ask(walker)
        with deleted_at(engine, reference, place) as statements:
            act()
        told = f"{ask.__name__}, before statement {place} of {len(statements)}"
        assert walker.response.status_code in TOLD, told
        if walker.response.status_code == 410:
            assert "supprimé" in walker.heading, told
            if ask is not send and walker.response.request.method == "POST":
                given = walker.page.css_first("main").html or ""
                assert "Tapé pendant ce temps" in given or ask is prepare, told
        asked = asked or len(statements)  # the first time, nobody deletes it
        place += 3 if ask in {send, prepare} else 1


def test_deleted_while_the_network_reads_it(app: Flask) -> None:
    with app.app_context():
        network = a_network()
        me = a_facilitator(network)
        engine = db.engine
    place, asked = 0, 0
    while place <= asked:
        with app.app_context():
            file, _ = a_sent_file(network, EARLY)
            reference = file.reference
            walker = Walker(app, check=False)
            log_in(walker.client, me)
            db.session.remove()
        with deleted_at(engine, reference, place) as statements:
            walker.get(f"/reseau/dossiers/{reference}")
        assert walker.response.status_code in TOLD, f"before statement {place} of {len(statements)}"
        asked = asked or len(statements)
        place += 2


def test_a_refusal_of_the_database_is_read_for_what_it_is(app: Flask) -> None:
    with app.app_context():
        made, _ = a_file(EARLY)
        kept, reference, me = made.id, made.reference, a_facilitator(a_network())
        link = {"role": "reader", "created_at": now()}
        broken: list[tuple[Callable[[], Any], set[str]]] = [
            (lambda: Submission(reference=reference, questionnaire="q", edition="e", created_at=now()),
             {NAMES["uq"] % {"table_name": "submission", "column_0_N_name": "reference"}}),
            (lambda: Event(submission_id=kept + 1000, at=now(), role="r", kind="k", data={}),
             {"fk", "fk_event_submission_id"}),
            (lambda: Link(hash="1" * 64, submission_id=kept, **link), {"pk_link"}),
        ]  # fmt: skip
        with writing() as session:
            session.add(Link(hash="1" * 64, submission_id=kept, **link))
        db.session.expunge_all()
        for make, rules in broken:
            with pytest.raises(IntegrityError) as caught, writing() as session:
                session.add(make())
            assert rule_broken(caught.value) in rules
        with pytest.raises(GoneError):
            submissions.start("q", "e", "t", now(), origin_id=kept + 1000)
        file_list.look(me.id, kept + 1000, now())
        assert file_list.last_look(me.id, kept + 1000) is None
