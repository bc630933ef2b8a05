"""The form of the log, and the id by which a page that failed and its lines are put together."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from flask import Flask

from selfassess.store.accounts import rehash
from selfassess.web import log_lines
from selfassess.web.accounts.passwords import hashed
from selfassess.web.log_filter import hush
from selfassess.web.log_lines import HEADER, JsonLine, TextLine, record, request_id
from selfassess.web.settings import Settings, SettingsError
from tests.desk import a_facilitator, a_network
from tests.fixtures.logs import private_in
from tests.pages import audit
from tests.web.conftest import MakeApp
from tests.web.test_logs import Broken
from tests.web.walker import Walker

ID = re.compile(r"[2-9A-HJ-NP-TV-Z]{4}-[2-9A-HJ-NP-TV-Z]{4}")
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
SECRET = "lXa7NBIBUtanoti997C02NVNyWuV5w"


@contextmanager
def written(form: logging.Formatter) -> Iterator[StringIO]:
    """What this process logs meanwhile, in that form."""
    hush()
    handler = logging.StreamHandler(StringIO())
    handler.setFormatter(form)
    ours = logging.getLogger("selfassess")
    before = ours.level
    ours.setLevel(logging.INFO)
    logging.getLogger().addHandler(handler)
    try:
        yield handler.stream
    finally:
        logging.getLogger().removeHandler(handler)
        ours.setLevel(before)


def test_a_record_is_a_line_and_what_it_says_of_code_stands_below() -> None:
    log_lines._request.set("")  # answers that other tests have not read whole are still under way
    with written(TextLine()) as text, written(JsonLine()) as data:
        record("sign-in refused", account=12, why=None)
        logging.getLogger("elsewhere").warning("two\nlines\x1b[31m of %s", "red\u2028ish")
        try:
            raise KeyError(SECRET)
        except KeyError:
            logging.getLogger("elsewhere").exception("Broken.")
    first, second, third, fourth, fifth, *_ = text.getvalue().splitlines()
    assert re.fullmatch(rf"{TIME} INFO selfassess\.acts - sign-in refused account=12", first)
    assert second.endswith("WARNING elsewhere - two")
    assert third == "  lines\\x1b[31m of red\\x2028ish"
    assert (fourth.endswith("ERROR elsewhere - Broken."), fifth) == (True, "  KeyError")
    one, two, three = map(json.loads, data.getvalue().splitlines())
    assert re.fullmatch(TIME, one.pop("time"))
    assert one.pop("process") > 0
    told = {"level": "INFO", "logger": "selfassess.acts", "message": "sign-in refused", "account": 12, "why": None}
    assert one == told
    assert two["message"] == "two\nlines\x1b[31m of red\u2028ish"
    assert three["where"].startswith("KeyError\n")
    assert SECRET not in text.getvalue() + data.getvalue()


@pytest.mark.parametrize("broken", ["pages/home.html", "base.html"])
def test_a_page_that_fails_says_the_id_of_its_lines(app: Flask, broken: str) -> None:
    """Also the page of last resort, where the frame of all pages is what is broken."""
    app.jinja_env.loader = Broken(app, {broken: "{{ nothing[request.path] }}"})
    client = app.test_client()
    with written(TextLine()) as log:
        response = client.get("/", headers={HEADER: "chosen-by-the-client"}, buffered=True)
    found = response.headers[HEADER]
    assert response.status_code == 500
    assert ID.fullmatch(found)
    assert response.text.count(found) == 1
    assert "Référence à donner si vous nous écrivez\u00a0:" in response.text
    audit(response.text, "/", app)
    lines = [one for one in log.getvalue().splitlines() if " ERROR " in one]
    assert lines
    assert all(f" {found} " in one for one in lines)
    assert request_id() == ""


def test_each_error_page_has_its_own(app: Flask) -> None:
    client = app.test_client()
    seen = set()
    for address, status in (("/nulle-part", 404), (f"/reprendre/{SECRET}", 404), ("/dossier/PAT-2345-6789", 403)):
        response = client.get(address)
        assert (response.status_code, response.text.count(response.headers[HEADER])) == (status, 1)
        seen.add(response.headers[HEADER])
    assert len(seen) == 3


def test_a_line_a_request_holds_no_link_nothing_asked_and_no_whole_address(make_app: MakeApp) -> None:
    client = make_app(access_log=True, behind_https=True).test_client()
    with written(TextLine()) as log:
        for address in ("192.0.2.77", "::ffff:192.0.2.78", "2001:db8:12:34::5", "none"):
            client.get(
                f"/reprendre/{SECRET}?q={SECRET}",
                headers={"X-Forwarded-For": address},
                base_url="https://a.b",
                buffered=True,
            )
        client.get(f"/{SECRET}?q={SECRET}", buffered=True)
        client.open("/static/app.css", method="HEAD", buffered=True)
        client.open("/", method=SECRET, buffered=True)
    lines = [one.partition(" answered ")[2] for one in log.getvalue().splitlines()]
    plain = [re.sub(r"ms=\d+", "ms=0", one) for one in lines]
    opened = "method=GET route=/reprendre/<token> status=404 ms=0"
    assert plain[:5] == [
        f"{opened} network=192.0.2.0/24",
        f"{opened} network=192.0.2.0/24",
        f"{opened} network=2001:db8:12::/48",
        f"{opened} network=-",
        "method=GET route=- status=404 ms=0 network=127.0.0.0/24",
    ]
    assert plain[5] == "method=HEAD route=/static/<path:filename> status=200 ms=0 network=127.0.0.0/24"
    assert plain[6].startswith("method=OTHER route=- status=405")
    assert SECRET not in log.getvalue()
    assert not private_in(log.getvalue().replace("/reprendre/<token>", ""))


def test_no_line_a_request_unless_asked_for(app: Flask) -> None:
    with written(TextLine()) as log:
        app.test_client().get("/healthz")
    assert "answered" not in log.getvalue()


def test_who_enters_who_does_not_and_what_is_administered(app: Flask) -> None:
    """Each a line, by ids: no address, password or name."""
    walker, run = Walker(app), app.test_cli_runner()
    with app.app_context():
        account = a_facilitator(a_network())
        rehash(account, hashed("la bonne phrase"))
        number, email = account.id, account.email

    def enter(email: str, password: str) -> None:
        walker.get("/reseau/connexion")
        form = walker.form("#login-form")
        form.fill("email", email)
        form.fill("password", password)
        walker.send(form, None)

    with written(TextLine()) as log:
        enter(email, "la bonne phrase")
        walker.client.delete_cookie("boussole")
        enter("nulle@part.example", "mauvaise")
        walker.client.delete_cookie("boussole-connu", path="/reseau")
        for _ in range(6):
            enter(email, "mauvaise")
        made = run.invoke(args=["network", "add", "Réseau Ouest"])
        run.invoke(args=["facilitator", "deactivate", email])
    told = [one.partition("selfassess.acts ")[2] for one in log.getvalue().splitlines() if "selfassess.acts" in one]
    assert made.exit_code == 0
    assert [re.sub(r"^\S+", "ID", one) for one in told] == [
        f"ID signed in account={number}",
        "ID sign-in refused",
        *[f"ID sign-in refused account={number}"] * 5,
        "ID slowed what=login",
        "ID network added network=2 by=command",
        f"ID account closed account={number} by=command",
    ]
    assert not any(one in log.getvalue() for one in (email, "phrase", "mauvaise", "nulle", "Ouest"))


def test_a_wrong_form_is_said() -> None:
    with pytest.raises(SettingsError) as told:
        Settings.from_environment({"LOG_FORMAT": "xml", "ACCESS_LOG": "peut-être"})
    assert [one.split(" : ")[1] for one in told.value.faults] == [
        "écrivez text ou json.",
        "écrivez 1 pour oui, 0 pour non.",
    ]
